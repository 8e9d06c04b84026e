/// One event of a person as it is counted: where it belongs, what it is, when it was.
public struct CountedStep: Hashable, Sendable {
    /// The purpose that it was placed into; nil for an event of routine.
    public var purpose: PurposeID?
    /// The number of the type of its purpose; 0 for none. All steps of a purpose are of the type that it has now.
    public var type: UInt32
    /// The ``StableHash/folded(_:)`` of its name.
    public var name: UInt64
    /// The number of the channel that it came by, below ``PersonTally/channelsMax``; 0, and any greater, is not known.
    public var channel: UInt16
    /// When it was, in milliseconds since 1970.
    public var milliseconds: Int64
    /// Where it lies in the log: of two steps at the same moment the lower comes first. No two steps share one.
    public var order: UInt64
    /// How it ends its purpose, if it does.
    public var outcome: Outcome?

    public init(
        purpose: PurposeID?, type: UInt32, name: UInt64, channel: UInt16, milliseconds: Int64, order: UInt64,
        outcome: Outcome? = nil
    ) {
        self.purpose = purpose
        self.type = type
        self.name = name
        self.channel = channel
        self.milliseconds = milliseconds
        self.order = order
        self.outcome = outcome
    }

    /// Whether it comes before another: by its time, then by its place in the log.
    @inline(__always)
    public func precedes(_ other: CountedStep) -> Bool {
        (milliseconds, order) < (other.milliseconds, other.order)
    }
}

extension Outcome {
    /// The number that it is counted under, from 1 on: kept in tables, so numbers are added and never changed.
    public var code: UInt8 {
        switch self {
        case .fulfilled: 1
        case .declined: 2
        case .cancelled: 3
        case .lapsed: 4
        }
    }

    public init?(code: UInt8) {
        switch code {
        case 1: self = .fulfilled
        case 2: self = .declined
        case 3: self = .cancelled
        case 4: self = .lapsed
        default: return nil
        }
    }
}
