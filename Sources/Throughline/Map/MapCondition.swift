/// A condition on a map (docs/conditions.md), which is the same as another with the same text.
public struct MapCondition: Sendable, Equatable {
    /// Bytes of its text.
    public static let bytesMax = 2_048
    /// Steps of one answer.
    public static let stepsMax = 10_000

    /// What it is asked about.
    public enum Subject: Sendable, Equatable {
        /// An event: the variables of ``MapEvent``.
        case event
        /// A person: `traits`, what is known of her.
        case person

        var variables: ConditionVariables {
            switch self {
            case .event: MapEvent.variables
            case .person: ConditionVariables(["traits": .map(key: .string, value: .dyn)])
            }
        }
    }

    public let subject: Subject
    private let condition: Condition

    /// Reads a condition.
    ///
    /// - Throws: where it is no condition, and why.
    public init(_ source: String, of subject: Subject) throws(ConditionError) {
        var limits = ConditionLimits()
        limits.sourceBytesMax = MapCondition.bytesMax
        limits.stepsMax = MapCondition.stepsMax
        condition = try Condition(source, variables: subject.variables, limits: limits)
        self.subject = subject
    }

    public var source: String { condition.source }

    /// Whether it is true.
    ///
    /// - Complexity: at most ``stepsMax`` steps.
    public func holds(_ values: some ConditionLookup) throws(ConditionFault) -> Bool { try condition.holds(values) }

    public static func == (one: MapCondition, other: MapCondition) -> Bool {
        one.subject == other.subject && one.source.utf8.elementsEqual(other.source.utf8)
    }
}
