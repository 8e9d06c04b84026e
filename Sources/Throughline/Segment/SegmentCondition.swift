/// What may have to be known of a person for a segment. What no condition names is not read.
public struct SegmentInputs: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let traits = SegmentInputs(rawValue: 1 << 0)
    public static let claimed = SegmentInputs(rawValue: 1 << 1)
    public static let identified = SegmentInputs(rawValue: 1 << 2)
    public static let holdout = SegmentInputs(rawValue: 1 << 3)
    public static let purposes = SegmentInputs(rawValue: 1 << 4)
    public static let silence = SegmentInputs(rawValue: 1 << 5)
    public static let events7 = SegmentInputs(rawValue: 1 << 6)
    public static let events30 = SegmentInputs(rawValue: 1 << 7)
    public static let events90 = SegmentInputs(rawValue: 1 << 8)
    public static let channels7 = SegmentInputs(rawValue: 1 << 9)
    public static let channels30 = SegmentInputs(rawValue: 1 << 10)
    public static let channels90 = SegmentInputs(rawValue: 1 << 11)
    /// Which lists she is on.
    public static let lists = SegmentInputs(rawValue: 1 << 12)

    /// A window that ends now: how many days it has, and what asks for it.
    struct Window {
        var days: Int64
        var events: SegmentInputs
        var channels: SegmentInputs
        var eventsName: String
        var channelsName: String
    }

    static let windows = [
        Window(days: 7, events: .events7, channels: .channels7, eventsName: "last7", channelsName: "channels7"),
        Window(days: 30, events: .events30, channels: .channels30, eventsName: "last30", channelsName: "channels30"),
        Window(days: 90, events: .events90, channels: .channels90, eventsName: "last90", channelsName: "channels90"),
    ]

    /// How many days of events are asked for; nil for none.
    public var windowDays: Int64? {
        SegmentInputs.windows.last { !isDisjoint(with: [$0.events, $0.channels]) }?.days
    }

    /// By the name of a variable, what it asks for, and its type.
    private static let variables: [String: (input: SegmentInputs, type: ConditionType)] = {
        let counts = ConditionType.map(key: .string, value: .int)
        var variables: [String: (input: SegmentInputs, type: ConditionType)] = [
            "traits": (.traits, .map(key: .string, value: .dyn)),
            "claimed": (.claimed, .map(key: .string, value: .dyn)),
            "identified": (.identified, .bool), "holdout": (.holdout, .bool),
            "purposes": (.purposes, .list(.map(key: .string, value: .dyn))), "silentDays": (.silence, .int),
        ]
        for window in windows {
            variables[window.eventsName] = (window.events, counts)
            variables[window.channelsName] = (window.channels, counts)
        }
        return variables
    }()

    /// What a condition of a segment may name.
    public static let conditionVariables = ConditionVariables(variables.mapValues(\.type))

    /// What some variables ask for.
    init(_ names: Set<String>) {
        self = names.reduce(into: []) { $0.formUnion(SegmentInputs.variables[$1]?.input ?? []) }
    }
}

/// The condition of a segment, read and checked: whom it holds for is in it. For whom it ends with a fault is not.
public struct SegmentCondition: Sendable {
    /// Bytes of the text.
    public static let sourceBytesMax = 4_096
    /// Steps of one answer: everybody is asked.
    public static let stepsMax = 10_000

    private let condition: Condition
    /// What it asks for.
    public let inputs: SegmentInputs

    public init(_ source: String) throws(ConditionError) {
        var limits = ConditionLimits()
        limits.sourceBytesMax = SegmentCondition.sourceBytesMax
        limits.stepsMax = SegmentCondition.stepsMax
        condition = try Condition(source, variables: SegmentInputs.conditionVariables, limits: limits)
        inputs = SegmentInputs(condition.variables)
    }

    public var source: String { condition.source }

    /// Whether it is true for a person.
    ///
    /// - Parameter values: those that ``SegmentFacts/values(of:)`` gives, at least of ``inputs``.
    public func holds(_ values: [String: ConditionValue]) throws(ConditionFault) -> Bool {
        try condition.holds(values)
    }
}
