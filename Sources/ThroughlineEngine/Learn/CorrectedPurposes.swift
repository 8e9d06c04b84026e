import Throughline

/// The purposes that a model found of one person, put right by what she said: the truth that is learned from her.
///
/// Her word wins; where she said nothing, what the model found is a guess and weighs as one.
struct CorrectedPurposes {
    /// How much an event weighs that no correction touches: less than her word, or a model would mostly learn to say
    /// again what it said; not nothing, or it would learn from its mistakes alone, as if it made nothing else (decision
    /// 0007).
    static let guessWeight: Float = 0.3

    /// The purpose of each event, in time order.
    private var purposes: [Int]
    private var weights: [Float]
    private var placeOfEvent: [String: Int] = [:]
    /// A number that no purpose has yet.
    private var nextPurpose: Int
    private var notHers: Set<Int> = []
    /// Purposes that began when she said that another was done.
    private var begun: Set<Int> = []

    init(_ found: DiscoveredPerson) {
        purposes = found.events.map(\.purpose)
        weights = [Float](repeating: CorrectedPurposes.guessWeight, count: purposes.count)
        nextPurpose = found.purposes.count
        for (place, event) in found.events.enumerated() { placeOfEvent[found.messageId(of: event)] = place }
    }

    mutating func apply(_ correction: Correction) throws(FileError) {
        guard let event = placeOfEvent[correction.messageId] else {
            throw correction.error("this userId has no event with this messageId")
        }
        switch correction.kind {
        case .done: end(with: event)
        case .notMine: notHers.insert(purposes[event])
        case .belongsTo(let messageId):
            guard let other = placeOfEvent[messageId] else {
                throw correction.error("this userId has no event with the other messageId")
            }
            join(event, to: other)
        }
    }

    /// What comes later in the purpose of an event is a purpose of its own.
    private mutating func end(with event: Int) {
        let ended = purposes[event]
        guard !notHers.contains(ended) else { return }
        for later in purposes.indices where later > event && purposes[later] == ended { purposes[later] = nextPurpose }
        begun.insert(nextPurpose)
        nextPurpose += 1
    }

    private mutating func join(_ event: Int, to other: Int) {
        purposes[event] = purposes[other]
        weights[event] = 1
        // As events arrive it is the later of two that is put to the earlier.
        weights[max(event, other)] = 1
    }

    /// Her events, without those of somebody else.
    func person(_ events: [Encounter], set: Int) -> LabelledPeople.Person {
        precondition(events.count == purposes.count, "one purpose an event")
        var weights = weights
        // That a new purpose opens is what she said; what goes on with it is not.
        for purpose in begun { if let first = purposes.firstIndex(of: purpose) { weights[first] = 1 } }
        let hers = purposes.indices.filter { !notHers.contains(purposes[$0]) }
        return LabelledPeople.Person(
            events: hers.map { events[$0] }, truth: LabelledPeople.numbered(hers.map { purposes[$0] }), set: set,
            isMadeUp: false, weights: hers.map { weights[$0] })
    }
}
