/// A stretch of one person's events with the places they were put, and how like each pair of them is.
///
/// Bounded: at most ``eventsMax`` events, so that repair costs the same an event however long the history is.
public struct RepairWindow: Sendable {
    public static let eventsMax = 64

    /// What is asked of an event again and again, side by side, without its text.
    struct Seat {
        var second: Int64
        var nameHash: UInt64
        var channel: UInt64
        var author: UInt64
        var resource: UInt64
        var name: Int32
        /// Where it is now: a purpose's ordinal.
        var place: Int32
        /// The same as a small number, so that what is gathered of a place is found without a search.
        var group: Int32 = 0
        /// Which visit it belongs to, counted within the window.
        var visit: Int32
        /// How sure placing at arrival was, calibrated, so that it means the same whichever model placed.
        var confidence: Float
        /// Placed as routine: it stays as it is and is no place for others.
        var isRoutine: Bool
        /// It stays as it is.
        var isFixed: Bool
        /// Its name alone looks like routine.
        var isHabitual: Bool
        var hasText: Bool
        var hasMeaning: Bool
        var hasThings: Bool
        // Of its text.
        var contentCount: Float
        var evidence: Float
        var weightSum: Float
        var trigramBits: Float
    }

    private(set) var seats: [Seat] = []
    private(set) var texts: [TextFeatures] = []
    private(set) var trigrams: [SIMD8<UInt64>] = []
    private var things: [Things] = []
    /// Of each event's text, a row.
    private(set) var meanings = VectorRows()
    /// The squared length of the sum of each group's vectors.
    private(set) var squaredLengths: [Float] = []
    private var groupOfPlace: [Int32: Int] = [:]
    /// Of each event, the fading sum of its visit's vectors on both sides, of length one.
    private(set) var contexts = VectorRows()
    private var sum = PackedSum()
    // `[a * eventsMax + b]`, the same both ways.
    private var cosines = [Float](repeating: 0, count: eventsMax * eventsMax)
    private var affinities = [Float](repeating: 0, count: eventsMax * eventsMax)
    private var shared = [Float](repeating: 0, count: eventsMax * eventsMax)
    private var gaps = [Float](repeating: 0, count: eventsMax * eventsMax)

    public init() {}

    public var count: Int { seats.count }

    /// Where an event is now: a purpose's ordinal.
    public func place(of index: Int) -> Int32 { seats[index].place }

    /// Whether an event was placed as routine.
    public func isRoutine(_ index: Int) -> Bool { seats[index].isRoutine }

    /// Adds an event that was placed; the window must have room.
    ///
    /// - Parameter isFixed: whether it stays where it is.
    public mutating func append(_ event: Encounter, placement: Placement, isFixed: Bool = false) {
        precondition(count < RepairWindow.eventsMax, "a window holds at most \(RepairWindow.eventsMax) events")
        var visit: Int32 = 0
        if let last = seats.last {
            visit = last.visit + (event.second - last.second > OpenPurposes.visitGapSeconds ? 1 : 0)
        }
        let text = event.text
        texts.append(text)
        trigrams.append(text.trigrams)
        things.append(event.things)
        meanings.append(rows: 1)
        meanings.set(count, to: text.vector)
        seats.append(
            Seat(
                second: event.second, nameHash: event.nameHash, channel: event.channel, author: event.author,
                resource: event.resource, name: event.name, place: placement.ordinal,
                visit: visit, confidence: RepairWindow.kept(placement.confidence), isRoutine: placement.isRoutine,
                isFixed: isFixed,
                isHabitual: event.habit != .none, hasText: !text.isEmpty, hasMeaning: text.hasMeaning,
                hasThings: event.things.count > 0, contentCount: Float(text.contentCount), evidence: text.evidence,
                weightSum: text.weightSum, trigramBits: text.trigramBits))
    }

    /// A confidence as it is kept: in thousandths. So a server that reads it back repairs as a run over a file does.
    private static func kept(_ confidence: Float) -> Float { (confidence * 1_000).rounded() / 1_000 }

    /// Forgets the first events.
    public mutating func removeFirst(_ number: Int) {
        seats.removeFirst(number)
        texts.removeFirst(number)
        trigrams.removeFirst(number)
        things.removeFirst(number)
        meanings.removeFirst(rows: number)
    }

    public mutating func removeAll() {
        seats.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        trigrams.removeAll(keepingCapacity: true)
        things.removeAll(keepingCapacity: true)
        meanings.removeAll()
    }

    func cosine(_ a: Int, _ b: Int) -> Float { cosines[a * RepairWindow.eventsMax + b] }
    func sharedWeight(_ a: Int, _ b: Int) -> Float { shared[a * RepairWindow.eventsMax + b] }

    /// ln(1 + seconds) between two events.
    func gap(_ a: Int, _ b: Int) -> Float { gaps[a * RepairWindow.eventsMax + b] }

    /// How likely two events belong to one purpose, as log-odds; 0 where nothing was learned of pairs.
    func affinity(_ a: Int, _ b: Int) -> Float { affinities[a * RepairWindow.eventsMax + b] }

    mutating func set(affinity: Float, of a: Int, _ b: Int) {
        affinities[a * RepairWindow.eventsMax + b] = affinity
        affinities[b * RepairWindow.eventsMax + a] = affinity
    }

    /// Compares every pair and makes the contexts that look both ways. O(events²).
    package mutating func compare() {
        for a in 0..<count {
            for b in 0..<a {
                let (there, back) = (a * RepairWindow.eventsMax + b, b * RepairWindow.eventsMax + a)
                let gap = logGap(seats[a].second - seats[b].second)
                gaps[there] = gap
                gaps[back] = gap
                guard seats[a].hasText, seats[b].hasText else { continue }
                let cosine = meanings.dot(a, b)
                cosines[there] = cosine
                cosines[back] = cosine
                let weight = texts[a].sharedWeight(with: texts[b])
                shared[there] = weight
                shared[back] = weight
            }
        }
        if contexts.count < RepairWindow.eventsMax { contexts.append(rows: RepairWindow.eventsMax) }
        for index in 0..<count { makeContext(of: index) }
        groupOfPlace.removeAll(keepingCapacity: true)
        squaredLengths.removeAll(keepingCapacity: true)
        for index in 0..<count { seats[index].group = -1 }
        for index in 0..<count {
            let group = group(ofPlace: seats[index].place)
            squaredLengths[group] += addedSquaredLength(of: index, inGroup: group)
            seats[index].group = Int32(group)
        }
    }

    private mutating func group(ofPlace place: Int32) -> Int {
        if let known = groupOfPlace[place] { return known }
        groupOfPlace[place] = squaredLengths.count
        squaredLengths.append(0)
        return squaredLengths.count - 1
    }

    /// By how much an event lengthens the squared sum of a group, or shortens it when it goes.
    private func addedSquaredLength(of index: Int, inGroup group: Int) -> Float {
        guard seats[index].hasMeaning else { return 0 }
        var sum: Float = 1
        for other in seats.indices where other != index && seats[other].group == group && seats[other].hasMeaning {
            sum += 2 * cosine(index, other)
        }
        return sum
    }

    /// Puts an event somewhere else. O(events).
    mutating func move(_ index: Int, to place: Int32) {
        let left = Int(seats[index].group)
        squaredLengths[left] -= addedSquaredLength(of: index, inGroup: left)
        let group = group(ofPlace: place)
        squaredLengths[group] += addedSquaredLength(of: index, inGroup: group)
        seats[index].place = place
        seats[index].group = Int32(group)
    }

    /// Sums the visit's vectors on both sides of an event; four steps away little is left.
    private mutating func makeContext(of index: Int) {
        sum.removeAll()
        let first = max(0, index - 4)
        let last = min(count - 1, index + 4)
        for other in first...last where seats[other].visit == seats[index].visit && seats[other].hasMeaning {
            let evidence = min(seats[other].evidence, usualEvidence) / usualEvidence
            sum.add(
                texts[other].vector, times: RepairWindow.fading[abs(other - index)] * (0.3 + evidence))
        }
        contexts.set(index, to: sum.packed)
        contexts.normalize(index)
    }

    /// e^(-steps / 1.5).
    private static let fading = (0...4).map { exponential(-Float($0) / 1.5) }

    /// Share of an event's trigrams that others have; not a number where it has none.
    func trigramCover(of index: Int, by others: SIMD8<UInt64>) -> Float {
        let bits = seats[index].trigramBits
        return bits > 0 ? trigrams[index].cover(bits: bits, by: others) : .nan
    }

    /// How many things two events both name, at most 3.
    func sharedThings(_ a: Int, _ b: Int) -> Float { Float(min(3, things[a].shared(with: things[b]))) }

    /// Whether one of two events names the author of the other.
    func addresses(_ a: Int, _ b: Int) -> Bool {
        names(a, author: seats[b].author) || names(b, author: seats[a].author)
    }

    private func names(_ index: Int, author: UInt64) -> Bool {
        guard author != 0 else { return false }
        for word in 0..<texts[index].wordCount where texts[index].word(word) == author { return true }
        return false
    }
}
