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
    /// How events of this name end a purpose, if they do.
    public var outcome: Outcome?
    public var text = TextFeatures.none
    /// Hashes of the names of single things, those of the text and those of the properties.
    private(set) var entities = InlineArray<12, UInt64>(repeating: 0)
    private(set) var entityCount = 0

    public init() {}

    mutating func append(entity: UInt64) {
        guard entityCount < 12 else { return }
        for index in 0..<entityCount where entities[index] == entity { return }
        entities[entityCount] = entity
        entityCount += 1
    }
}

/// Reads events as encounters. Names and texts are interned: what they say is worked out once.
///
/// Not shared between threads: one to a worker.
public final class EncounterReader {
    private let names = NameCache()
    private let texts: TextEncoder
    private let order: OrderTables

    public init(table: EmbeddingTable, order: OrderTables) {
        texts = TextEncoder(table: table)
        self.order = order
    }

    /// - Complexity: O(text) the first time a text is met, O(fields) after that.
    public func read(_ event: Event) -> Encounter {
        let name = event.withBytes(of: event.name) { names.features(of: $0) }
        var encounter = Encounter()
        encounter.second = event.timestamp.secondsSince1970
        encounter.nameHash = name.hash
        encounter.name = order.index(of: name.hash)
        encounter.outcome = name.outcome
        encounter.channel = event.withBytes(of: event.channel) { $0.isEmpty ? 0 : StableHash.folded($0) }
        encounter.author = event.withBytes(of: event.author) { $0.isEmpty ? 0 : StableHash.folded($0) }
        encounter.resource = event.withBytes(of: event.resource) { $0.isEmpty ? 0 : StableHash.folded($0) }
        event.withBytes(of: event.text) { text in
            encounter.text = texts.features(of: text)
            encounter.habit = name.habit(kind: event.kind, text: text)
        }
        for entity in event.entities { encounter.append(entity: entity) }
        for index in 0..<encounter.text.entityCount { encounter.append(entity: encounter.text.entities[index]) }
        return encounter
    }
}
