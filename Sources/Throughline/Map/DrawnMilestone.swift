/// A milestone as people drew it: what reaches it, where that happens, and how she is at that moment.
public struct DrawnMilestone: Sendable, Equatable {
    public var name: String
    public var stage: Stage
    public var rule: MilestoneRule
    /// Where it happens: "website", "branch".
    public var touchpoints: [String]
    /// By which channels: "web", "call".
    public var channels: [String]
    /// What she needs there.
    public var need: String?
    /// How she feels there, in a word of those who drew the map.
    public var feeling: String?
    public var critical: CriticalInteraction?
    /// Which kinds of nudge are welcome here; nil where the stage says it. An empty list refuses all.
    public var welcomes: [NudgeKind]?

    public init(
        name: String, stage: Stage, rule: MilestoneRule, touchpoints: [String] = [], channels: [String] = [],
        need: String? = nil, feeling: String? = nil, critical: CriticalInteraction? = nil,
        welcomes: [NudgeKind]? = nil
    ) {
        self.name = name
        self.stage = stage
        self.rule = rule
        self.touchpoints = touchpoints
        self.channels = channels
        self.need = need
        self.feeling = feeling
        self.critical = critical
        self.welcomes = welcomes
    }
}

/// A moment that makes or breaks the relationship: who handles it, and what it costs when it fails.
public struct CriticalInteraction: Sendable, Equatable {
    /// Who handles it: "adviser".
    public var handler: String
    /// The only channel that it may go by; nil where all may.
    public var channel: String?
    /// For whom it is critical; nil for everybody.
    public var condition: MapCondition?
    /// What failure costs, in plain words.
    public var failure: String?

    public init(
        handler: String, channel: String? = nil, condition: MapCondition? = nil, failure: String? = nil
    ) {
        self.handler = handler
        self.channel = channel
        self.condition = condition
        self.failure = failure
    }
}

/// Which events reach a milestone: by their name, by a condition, or by both at once.
public struct MilestoneRule: Sendable, Equatable {
    /// Names of events, any of which will do; empty where the condition decides alone.
    public let names: [String]
    public let condition: MapCondition?
    private let nameHashes: Set<UInt64>

    /// - Precondition: there is a name or a condition; a rule without either would fit every event.
    public init(names: [String], condition: MapCondition? = nil) {
        precondition(!names.isEmpty || condition != nil, "a milestone is reached by a name or by a condition")
        self.names = names
        self.condition = condition
        nameHashes = Set(names.map(MapEvent.hash(ofName:)))
    }

    /// Whether an event fits. Names are compared as everywhere, by their folded hashes, and before any condition is asked.
    public func fits(_ event: MapEvent) throws(ConditionFault) -> Bool {
        guard names.isEmpty || nameHashes.contains(event.nameHash) else { return false }
        guard let condition else { return true }
        return try condition.holds(event)
    }

    public static func == (one: MilestoneRule, other: MilestoneRule) -> Bool {
        one.names == other.names && one.condition == other.condition
    }
}
