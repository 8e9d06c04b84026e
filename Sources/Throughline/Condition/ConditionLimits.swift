/// How much a condition may take, in text and in work.
///
/// What is deeper or larger is refused when it is read; what takes more steps ends with a fault when it is asked.
public struct ConditionLimits: Hashable, Sendable {
    /// Bytes of the text.
    public var sourceBytesMax = 16_384
    /// Names, literals, operators and calls of the text.
    public var nodesMax = 4_096
    /// Steps of one answer: one for each node and each element that is looked at, one for every
    /// ``bytesOfStep`` bytes of text that are compared, made or searched.
    public var stepsMax = 100_000

    /// How deep brackets, operators and literals nest. It bounds the stack, so it is the same for everybody.
    public static let nestingMax = 100
    /// Bytes of a pattern of `matches`.
    public static let patternBytesMax = 1_024
    /// Instructions that a pattern becomes; `a{1000}` is a thousand.
    public static let patternInstructionsMax = 2_000
    /// How deep the groups of a pattern nest.
    public static let patternNestingMax = 50
    /// How often a pattern may say that something repeats: `a{1000}`.
    public static let patternRepeatMax = 1_000
    /// How deep lists and maps that are compared nest.
    public static let valueNestingMax = 200

    /// Bytes of text that count as one step.
    public static let bytesOfStep = 16

    public init() {}
}
