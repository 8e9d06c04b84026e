import Throughline

/// A record of the log by which time goes on though nothing came: so the fold has no clock of its own, and a rebuild finds silences where
/// they were found before.
///
/// In bytes, little-endian: the kind of record (3), seven zeroes; the time in milliseconds since 1970 (8 bytes).
public struct TickRecord: Sendable, Equatable {
    /// What every record of a tick begins with.
    public static let kind: UInt8 = 3
    private static let bytes = 16

    public let receivedAt: Instant

    public init(receivedAt: Instant) { self.receivedAt = receivedAt }

    /// Appends the record as the log keeps it.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(TickRecord.kind)
        bytes += [UInt8](repeating: 0, count: 7)
        bytes.append(littleEndian: receivedAt.millisecondsSince1970)
    }

    /// Reads a record; nil where it is none of a tick.
    public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == TickRecord.bytes, bytes[0] == TickRecord.kind else { return nil }
        receivedAt = Instant(
            millisecondsSince1970: Int64(
                littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: 8, as: Int64.self)))
    }
}
