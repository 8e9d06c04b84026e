/// A stretch of one person's events with the places they were put, and how like each pair of them is.
///
/// Bounded: at most ``eventsMax`` events, so that repair costs the same an event however long the history is.
public struct RepairWindow: Sendable {
    public static let eventsMax = 128

    public private(set) var events: [Encounter] = []
    /// Where each event is now: a purpose's ordinal.
    public private(set) var places: [Int32] = []
    /// The same as small numbers, so that what is gathered of a place is found without a search.
    private(set) var groups: [Int] = []
    /// The squared length of the sum of each group's vectors.
    private(set) var squaredLengths: [Float] = []
    private var groupOfPlace: [Int32: Int] = [:]
    /// How sure placing at arrival was, calibrated, so that it means the same whichever model placed.
    public private(set) var confidences: [Float] = []
    /// Whether an event was placed as routine: such stay as they are and are no place for others.
    public private(set) var routine: [Bool] = []
    /// Which visit each event belongs to, counted within the window.
    private(set) var visits: [Int32] = []
    private(set) var contexts: [Vector] = []
    /// `[a * eventsMax + b]`.
    private var cosines = [Float](repeating: 0, count: eventsMax * eventsMax)
    private var shared = [Float](repeating: 0, count: eventsMax * eventsMax)

    public init() {}

    public var count: Int { events.count }

    /// Adds an event that was placed; the window must have room.
    public mutating func append(_ event: Encounter, placement: Placement) {
        precondition(count < RepairWindow.eventsMax, "a window holds at most \(RepairWindow.eventsMax) events")
        let index = count
        if let last = events.last {
            let isNewVisit = event.second - last.second > OpenPurposes.visitGapSeconds
            visits.append(visits[index - 1] + (isNewVisit ? 1 : 0))
        } else {
            visits.append(0)
        }
        events.append(event)
        places.append(placement.ordinal)
        routine.append(placement.isRoutine)
        confidences.append(placement.confidence)
        contexts.append(Vector())
    }

    /// Forgets the first events.
    public mutating func removeFirst(_ number: Int) {
        events.removeFirst(number)
        places.removeFirst(number)
        routine.removeFirst(number)
        confidences.removeFirst(number)
        visits.removeFirst(number)
        contexts.removeFirst(number)
    }

    public mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        routine.removeAll(keepingCapacity: true)
        confidences.removeAll(keepingCapacity: true)
        visits.removeAll(keepingCapacity: true)
        contexts.removeAll(keepingCapacity: true)
    }

    func cosine(_ a: Int, _ b: Int) -> Float { cosines[a * RepairWindow.eventsMax + b] }
    func sharedWeight(_ a: Int, _ b: Int) -> Float { shared[a * RepairWindow.eventsMax + b] }

    /// Compares every pair and makes the contexts that look both ways. O(events²).
    mutating func compare() {
        for a in 0..<count where !events[a].text.isEmpty {
            cosines[a * RepairWindow.eventsMax + a] = 1
            for b in 0..<a where !events[b].text.isEmpty {
                let cosine = events[a].text.vector.dot(events[b].text.vector)
                cosines[a * RepairWindow.eventsMax + b] = cosine
                cosines[b * RepairWindow.eventsMax + a] = cosine
                let weight = events[a].text.sharedWeight(with: events[b].text)
                shared[a * RepairWindow.eventsMax + b] = weight
                shared[b * RepairWindow.eventsMax + a] = weight
            }
        }
        for index in 0..<count { contexts[index] = context(of: index) }
        groupOfPlace.removeAll(keepingCapacity: true)
        squaredLengths.removeAll(keepingCapacity: true)
        groups.removeAll(keepingCapacity: true)
        for index in 0..<count {
            let group = group(ofPlace: places[index])
            squaredLengths[group] += addedSquaredLength(of: index, inGroup: group)
            groups.append(group)
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
        guard events[index].text.hasMeaning else { return 0 }
        var sum: Float = 1
        for other in groups.indices where other != index && groups[other] == group && events[other].text.hasMeaning {
            sum += 2 * cosine(index, other)
        }
        return sum
    }

    /// Puts an event somewhere else. O(events).
    mutating func move(_ index: Int, to place: Int32) {
        squaredLengths[groups[index]] -= addedSquaredLength(of: index, inGroup: groups[index])
        let group = group(ofPlace: place)
        squaredLengths[group] += addedSquaredLength(of: index, inGroup: group)
        places[index] = place
        groups[index] = group
    }

    /// The fading sum of the visit's vectors on both sides of an event; four steps away little is left.
    private func context(of index: Int) -> Vector {
        var sum = Vector()
        let first = max(0, index - 4)
        let last = min(count - 1, index + 4)
        for other in first...last where visits[other] == visits[index] && events[other].text.hasMeaning {
            let distance = Float(abs(other - index))
            let evidence = min(events[other].text.evidence, usualEvidence) / usualEvidence
            sum.add(events[other].text.vector, times: exponential(-distance / 1.5) * (0.3 + evidence))
        }
        return sum.unit
    }

    /// How many of the names of things in one event another names too, at most 3.
    func sharedEntities(_ a: Int, _ b: Int) -> Float {
        var hits: Float = 0
        for i in 0..<events[a].entityCount {
            for j in 0..<events[b].entityCount where events[a].entities[i] == events[b].entities[j] {
                hits += 1
            }
        }
        return min(3, hits)
    }

    /// Whether one of two events names the author of the other.
    func addresses(_ a: Int, _ b: Int) -> Bool {
        names(a, author: events[b].author) || names(b, author: events[a].author)
    }

    private func names(_ index: Int, author: UInt64) -> Bool {
        guard author != 0 else { return false }
        for word in 0..<events[index].text.wordCount where events[index].text.words[word] == author { return true }
        return false
    }
}
