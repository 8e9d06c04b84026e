/// One event as discovery sees it: when, what, where, by whom, and what its words say.
///
/// Names of events, channels, authors and resources are numbers; zero means that the event does not say.
public struct Encounter: Sendable {
    /// Whole seconds since 1970.
    public var second: Int64 = 0
    /// Stable hash of the folded name of what happened.
    public var nameHash: UInt64 = 0
    /// The name's place in the model's order tables, or -1 where the model never met it.
    public var name: Int32 = -1
    public var channel: UInt64 = 0
    public var author: UInt64 = 0
    public var resource: UInt64 = 0
    /// Whether events of this name usually serve no purpose.
    public var habit = Habit.none
    /// Whether it is, by its name, the after-care of something that was settled.
    public var isAftercare = false
    public var text = TextFeatures.none
    /// What it tells of its stage.
    public internal(set) var stage = StageEvidence()
    /// The single things it names, in its text and in its properties.
    public internal(set) var things = Things()

    public init() {}
}

/// The names of single things (an order, an account, a place), as hashes, in fixed space.
public struct Things: Sendable {
    static let max = 12

    private var hashes = InlineArray<12, UInt64>(repeating: 0)
    private(set) var count = 0
    /// One bit for each: no bit in common, no thing in common.
    private(set) var bits: UInt64 = 0

    @inline(__always)
    subscript(index: Int) -> UInt64 { hashes.span[index] }

    /// Keeps one more, unless it is there or there is no room.
    mutating func append(_ thing: UInt64) {
        guard count < Things.max, !contains(thing) else { return }
        var room = hashes.mutableSpan
        room[count] = thing
        count += 1
        bits |= 1 << (thing & 63)
    }

    private func contains(_ thing: UInt64) -> Bool {
        let known = hashes.span
        for index in 0..<count where known[index] == thing { return true }
        return false
    }

    /// How many things two events both name.
    func shared(with other: Things) -> Int {
        guard bits & other.bits != 0 else { return 0 }
        var shared = 0
        for index in 0..<count where other.contains(self[index]) { shared += 1 }
        return shared
    }
}

/// Reads events as encounters. Names and texts are interned: what they say is worked out once.
///
/// Not shared between threads: one to a worker.
public final class EncounterReader {
    /// Distinct names kept; when so many are there the cache is emptied and fills anew.
    public static let namesMax = 4_096

    private var names = ByteCache<KnownName>(valuesMax: namesMax)
    private let texts: TextEncoder
    private let stages: StageModel
    private var order: OrderTables

    /// What the name of an event tells, worked out once.
    private struct KnownName {
        var features: NameFeatures
        var stage: StageShare
    }

    /// - Parameter stages: what to read stages by; none are read by an empty one.
    public init(table: EmbeddingTable, order: OrderTables, stages: StageModel = StageModel()) {
        texts = TextEncoder(table: table, stages: stages)
        self.stages = stages
        self.order = order
    }

    /// Goes over to other tables of names.
    package func adopt(_ order: OrderTables) { self.order = order }

    /// What the words of an event's name say, for what has no text.
    package func topic(ofName event: Event) -> TextFeatures {
        event.withBytes(of: event.name) { texts.features(of: $0) }
    }

    /// - Complexity: O(text) the first time a text is met, O(fields) after that.
    public func read(_ event: Event) -> Encounter {
        let known = event.withBytes(of: event.name) { name in
            names.value(of: name) {
                KnownName(features: NameFeatures($0), stage: StageShare(StageClues(name: $0), by: stages))
            }
        }
        let name = known.features
        var encounter = Encounter()
        encounter.second = event.timestamp.secondsSince1970
        encounter.nameHash = name.hash
        encounter.name = order.index(of: name.hash)
        encounter.channel = event.withBytes(of: event.channel) { $0.isEmpty ? 0 : StableHash.folded($0) }
        encounter.author = event.withBytes(of: event.author) { $0.isEmpty ? 0 : StableHash.folded($0) }
        encounter.resource = event.withBytes(of: event.resource) { $0.isEmpty ? 0 : StableHash.folded($0) }
        let (text, habit) = event.withBytes(of: event.text) { bytes in
            (texts.features(of: bytes), name.habit(kind: event.kind, text: bytes))
        }
        encounter.text = text
        encounter.habit = habit
        encounter.isAftercare = name.isAftercare
        encounter.stage = stages.evidence(
            known.stage, text.stage, of: name, kind: event.kind, channel: encounter.channel)
        var things = Things()
        for entity in event.entities { things.append(entity) }
        for index in 0..<text.entityCount { things.append(text.entity(index)) }
        encounter.things = things
        return encounter
    }
}
