import Throughline

/// Counts how events follow one another inside purposes and across, and makes ``OrderTables`` of the counts.
struct OrderCounts {
    /// A name counts from so many events on.
    static let eventsMin = 20

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

    private struct Moments {
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

    /// Counts for the names that are common among some people: the commonest 64 at most.
    static func commonNames(of people: [LabelledPeople.Person]) -> [UInt64] {
        var events: [UInt64: Double] = [:]
        for person in people {
            for (event, weight) in zip(person.events, person.weights) {
                events[event.nameHash, default: 0] += Double(weight)
            }
        }
        let common = events.filter { $0.value >= Double(eventsMin) }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return common.prefix(OrderTables.namesMax).map(\.key).sorted()
    }

    init(names: [UInt64]) {
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

    private struct Held {
        var last: Int32 = -1
        var before: Int32 = -1
        var names: UInt64 = 0
        var times = [UInt8](repeating: 0, count: OrderTables.namesMax)
        var lastSecond: Int64 = 0
    }

    /// Counts one person's stream, each event as much as it weighs: what is only guessed tells a little of the order
    /// too. Event names must be indices into the same list of names.
    mutating func add(_ person: LabelledPeople.Person) {
        var open: [Int32: Held] = [:]
        for (index, (event, purpose)) in zip(person.events, person.truth).enumerated() {
            let weight = person.weights[index]
            let name = Int(event.name)
            if name >= 0 {
                for (other, held) in open.sorted(by: { $0.key < $1.key }) {
                    note(name, held, isInside: other == purpose, second: event.second, weight: weight)
                }
                if open[purpose] == nil { opening[name] += weight } else { continuing[name] += weight }
            }
            var held = open[purpose] ?? Held()
            held.before = held.last
            held.last = event.name
            if name >= 0 {
                held.names |= 1 << UInt64(name)
                held.times[name] = min(254, held.times[name]) + 1
            }
            held.lastSecond = event.second
            open[purpose] = held
        }
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

    func tables() -> OrderTables {
        var tables = OrderTables.empty(names: names)
        let openings = opening.reduce(0, +)
        let continuations = continuing.reduce(0, +)
        let pseudo = Float(2 * count)
        for name in 0..<count {
            tables.setStart(
                name,
                naturalLog((opening[name] + 2) / (openings + pseudo))
                    - naturalLog((continuing[name] + 2) / (continuations + pseudo)))
            for before in 0..<count {
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
            setHistory(name, in: &tables)
            for times in 0..<OrderTables.repetitionsMax {
                let index = name * OrderTables.repetitionsMax + times
                tables.setRepetition(name, times, logOdds(timesInside[index], timesAcross[index], name: name))
            }
        }
        setGaps(in: &tables)
        return tables
    }

    private func setHistory(_ name: Int, in tables: inout OrderTables) {
        var none: Float = 0
        for held in 0..<count {
            let inside = (heldInside[name * count + held] + 2) / (insideTotal[name] + 4)
            let across = (heldAcross[name * count + held] + 2) / (acrossTotal[name] + 4)
            let absent = naturalLog((1 - inside) / (1 - across))
            none += absent
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
