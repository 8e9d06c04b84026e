/// Counts how events follow one another inside purposes and across, and makes ``OrderTables`` of the counts.
package struct OrderCounts: Sendable {
    /// A name counts from so many events on.
    package static let eventsMin = 20

    private let names: [UInt64]
    private let count: Int
    // "Inside" where the event belongs to the purpose looked at, "across" where it does not; `[... * count + name]`.
    private var inside: [Float]
    private var across: [Float]
    private var insideOfTwo: [Float]
    private var acrossOfTwo: [Float]
    private var insideTotal: [Float]
    private var acrossTotal: [Float]
    private var opening: [Float]
    private var continuing: [Float]
    private var heldInside: [Float]
    private var heldAcross: [Float]
    private var timesInside: [Float]
    private var timesAcross: [Float]
    private var gapsInside: [Moments]
    private var gapsAcross: [Moments]

    private struct Moments: Sendable {
        var count: Float = 0
        var sum: Float = 0
        var squares: Float = 0

        mutating func add(_ value: Float, weight: Float) {
            count += weight
            sum += weight * value
            squares += weight * value * value
        }

        static func + (a: Moments, b: Moments) -> Moments {
            Moments(count: a.count + b.count, sum: a.sum + b.sum, squares: a.squares + b.squares)
        }
    }

    /// The names that are common in some streams: the commonest 64 at most.
    package static func commonNames(of streams: [PlacedStream]) -> [UInt64] {
        var events: [UInt64: Double] = [:]
        for stream in streams {
            for (event, weight) in zip(stream.events, stream.weights) {
                events[event.nameHash, default: 0] += Double(weight)
            }
        }
        let common = events.filter { $0.value >= Double(eventsMin) }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return common.prefix(OrderTables.namesMax).map(\.key).sorted()
    }

    package init(names: [UInt64]) {
        self.names = names
        count = names.count
        let square = [Float](repeating: 0, count: count * count)
        let line = [Float](repeating: 0, count: count)
        inside = square
        across = square
        insideOfTwo = [Float](repeating: 0, count: (count + 1) * count * count)
        acrossOfTwo = insideOfTwo
        insideTotal = line
        acrossTotal = line
        opening = line
        continuing = line
        heldInside = square
        heldAcross = square
        timesInside = [Float](repeating: 0, count: count * OrderTables.repetitionsMax)
        timesAcross = timesInside
        gapsInside = [Moments](repeating: Moments(), count: count * count)
        gapsAcross = gapsInside
    }

    /// What is known of a purpose while its stream is gone through.
    private struct Held {
        let purpose: Int32
        var last: Int32 = -1
        var before: Int32 = -1
        var names: UInt64 = 0
        var times = [UInt8](repeating: 0, count: OrderTables.namesMax)
        var lastSecond: Int64 = 0
    }

    /// Counts one person's stream, each event as much as it weighs. Names of events must be indices into the list of
    /// names that is counted for.
    ///
    /// - Complexity: O(events · purposes).
    package mutating func add(_ stream: PlacedStream) {
        // By purpose, ascending: sums come out the same whichever was opened first.
        var held: [Held] = []
        for (index, (event, purpose)) in zip(stream.events, stream.purposes).enumerated() {
            let weight = stream.weights[index]
            let name = Int(event.name)
            let place = OrderCounts.place(of: purpose, in: held)
            let isOpening = place == held.count || held[place].purpose != purpose
            if name >= 0 {
                for other in held.indices {
                    note(
                        name, held[other], isInside: held[other].purpose == purpose, second: event.second,
                        weight: weight)
                }
                if isOpening { opening[name] += weight } else { continuing[name] += weight }
            }
            if isOpening { held.insert(Held(purpose: purpose), at: place) }
            held[place].before = held[place].last
            held[place].last = event.name
            if name >= 0 {
                held[place].names |= 1 << UInt64(name)
                held[place].times[name] = min(254, held[place].times[name]) + 1
            }
            held[place].lastSecond = event.second
        }
    }

    /// Where a purpose is or would be.
    private static func place(of purpose: Int32, in held: [Held]) -> Int {
        var low = 0
        var high = held.count
        while low < high {
            let middle = (low + high) / 2
            if held[middle].purpose < purpose { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func note(_ name: Int, _ held: Held, isInside: Bool, second: Int64, weight: Float) {
        if isInside { insideTotal[name] += weight } else { acrossTotal[name] += weight }
        for index in 0..<count where held.names & (1 << UInt64(index)) != 0 {
            if isInside {
                heldInside[name * count + index] += weight
            } else {
                heldAcross[name * count + index] += weight
            }
        }
        let times = name * OrderTables.repetitionsMax + min(Int(held.times[name]), OrderTables.repetitionsMax - 1)
        if isInside { timesInside[times] += weight } else { timesAcross[times] += weight }
        guard held.last >= 0 else { return }
        let pair = Int(held.last) * count + name
        let triple = (held.before < 0 ? count : Int(held.before)) * count * count + pair
        let gap = naturalLog(1 + Float(max(0, second - held.lastSecond)))
        if isInside {
            inside[pair] += weight
            insideOfTwo[triple] += weight
            gapsInside[pair].add(gap, weight: weight)
        } else {
            across[pair] += weight
            acrossOfTwo[triple] += weight
            gapsAcross[pair].add(gap, weight: weight)
        }
    }

    /// ln(share inside / share across), two pseudo-counts each.
    private func logOdds(_ inside: Float, _ across: Float, name: Int) -> Float {
        guard inside + across >= 3 else { return 0 }
        return naturalLog((inside + 2) / (insideTotal[name] + 4)) - naturalLog((across + 2) / (acrossTotal[name] + 4))
    }

    /// The tables that the counts make.
    ///
    /// - Parameter known: tables made elsewhere; what they say of names stands.
    package func tables(besides known: OrderTables = OrderTables()) -> OrderTables {
        var tables = OrderTables.empty(names: names)
        let places = names.map { known.index(of: $0) }
        for name in 0..<count {
            setStart(name, in: &tables)
            for before in 0..<count { setSteps(before, name, in: &tables) }
            setHistory(name, in: &tables, besides: known, places)
            for times in 0..<OrderTables.repetitionsMax {
                let index = name * OrderTables.repetitionsMax + times
                tables.setRepetition(name, times, logOdds(timesInside[index], timesAcross[index], name: name))
            }
        }
        setGaps(in: &tables)
        for name in 0..<count where places[name] >= 0 { tables.copy(name, from: known, places) }
        return tables
    }

    private func setStart(_ name: Int, in tables: inout OrderTables) {
        let pseudo = Float(2 * count)
        tables.setStart(
            name,
            naturalLog((opening[name] + 2) / (opening.reduce(0, +) + pseudo))
                - naturalLog((continuing[name] + 2) / (continuing.reduce(0, +) + pseudo)))
    }

    private func setSteps(_ before: Int, _ name: Int, in tables: inout OrderTables) {
        let pair = before * count + name
        let next = logOdds(inside[pair], across[pair], name: name)
        tables.setNext(before, name, next)
        for twoBefore in 0...count {
            let triple = twoBefore * count * count + pair
            let seen = insideOfTwo[triple] + acrossOfTwo[triple]
            let own = logOdds(insideOfTwo[triple], acrossOfTwo[triple], name: name)
            let weight = seen / (seen + 10)
            tables.setNextOfTwo(twoBefore, before, name, weight * own + (1 - weight) * next)
        }
    }

    private func setHistory(
        _ name: Int, in tables: inout OrderTables, besides known: OrderTables, _ places: [Int32]
    ) {
        var none = places[name] >= 0 ? known.history(holding: 0, name: places[name]) : 0
        for held in 0..<count {
            let inside = (heldInside[name * count + held] + 2) / (insideTotal[name] + 4)
            let across = (heldAcross[name * count + held] + 2) / (acrossTotal[name] + 4)
            let absent = naturalLog((1 - inside) / (1 - across))
            if places[name] < 0 || places[held] < 0 { none += absent }
            tables.setHolding(name, held, naturalLog(inside / across) - absent)
        }
        tables.setHoldingNone(name, none)
    }

    private func setGaps(in tables: inout OrderTables) {
        let allInside = gapsInside.reduce(Moments(), +)
        let allAcross = gapsAcross.reduce(Moments(), +)
        for pair in gapsInside.indices {
            let (meanInside, deviationInside) = OrderCounts.shrunk(gapsInside[pair], to: allInside)
            let (meanAcross, deviationAcross) = OrderCounts.shrunk(gapsAcross[pair], to: allAcross)
            tables.setGaps(
                pair: pair,
                OrderTables.GapStatistics(
                    meanInside: meanInside, deviationInside: deviationInside, meanAcross: meanAcross,
                    deviationAcross: deviationAcross))
        }
    }

    /// Mean and deviation with five pseudo-gaps of the whole.
    private static func shrunk(_ own: Moments, to all: Moments) -> (mean: Float, deviation: Float) {
        let base = max(1, all.count)
        let mean = (own.sum + 5 * all.sum / base) / (own.count + 5)
        let squares = (own.squares + 5 * all.squares / base) / (own.count + 5)
        return (mean, max(0.25, squares - mean * mean).squareRoot())
    }
}

/// A person's events in time order, each with the purpose it serves and how much it counts.
package struct PlacedStream: Sendable {
    package var events: [Encounter]
    package var purposes: [Int32]
    package var weights: [Float]

    /// Events of a weight of one, each of the same purpose.
    package init(_ events: [Encounter]) {
        self.init(
            events: events, purposes: [Int32](repeating: 0, count: events.count),
            weights: [Float](repeating: 1, count: events.count))
    }

    package init(events: [Encounter], purposes: [Int32], weights: [Float]) {
        self.events = events
        self.purposes = purposes
        self.weights = weights
    }

    /// Adds an event of a weight of one.
    package mutating func append(_ event: Encounter, purpose: Int32) {
        events.append(event)
        purposes.append(purpose)
        weights.append(1)
    }
}
