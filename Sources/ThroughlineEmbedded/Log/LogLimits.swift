/// What a ``SegmentedLog`` takes at most, and how it cuts what it writes. Bytes of records count with
/// ``recordBytesExtra`` more for each.
public struct LogLimits: Sendable {
    /// What a record takes besides its own bytes.
    public static let recordBytesExtra = 4

    /// Taken and not yet durable, of all callers; more is refused as busy.
    public var waitingBytesMax = 64 << 20
    /// Of one append; more is refused as too large.
    public var appendBytesMax = 4 << 20
    /// Of one block before it is compressed; what waits beyond it goes into the next. One append is never cut, and may be more.
    /// Whoever reads one record unpacks its block.
    public var blockBytesMax = 256 << 10
    /// Of one file; a block that does not fit begins the next.
    public var segmentBytesMax = 64 << 20

    public init() {}

    func check() {
        precondition(appendBytesMax <= waitingBytesMax, "an append may wait")
        precondition(
            max(appendBytesMax, blockBytesMax) <= BlockHeader.rawBytesMax, "a block has no more than its form allows")
    }
}
