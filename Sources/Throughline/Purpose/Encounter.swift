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
    public var text = TextFeatures.none
    /// Hashes of the names of single things, those of the text and those of the properties.
    private(set) var entities = InlineArray<12, UInt64>(repeating: 0)
    private(set) var entityCount = 0

    public init() {}

    private mutating func append(entity: UInt64) {
        guard entityCount < 12 else { return }
        for index in 0..<entityCount where entities[index] == entity { return }
        entities[entityCount] = entity
        entityCount += 1
    }
}

extension Encounter {
    /// Reads an event.
    ///
    /// - Complexity: O(text) the first time a text is met, O(1) after that.
    public init(_ event: Event, encoder: TextEncoder, order: OrderTables) {
        self.init()
        second = event.timestamp.secondsSince1970
        nameHash = event.withBytes(of: event.name) { StableHash.folded($0) }
        name = order.index(of: nameHash)
        channel = event.withBytes(of: event.channel) { $0.isEmpty ? 0 : StableHash.folded($0) }
        author = event.withBytes(of: event.author) { $0.isEmpty ? 0 : StableHash.folded($0) }
        resource = event.withBytes(of: event.resource) { $0.isEmpty ? 0 : StableHash.folded($0) }
        text = event.withBytes(of: event.text) { encoder.features(of: $0) }
        for entity in event.entities { append(entity: entity) }
        for index in 0..<text.entityCount { append(entity: text.entities[index]) }
        habit = event.withBytes(of: event.name) { name in
            event.withBytes(of: event.text) { RoutineLexicon.habit(kind: event.kind, name: name, text: $0) }
        }
    }
}
