import Throughline

/// A record of the log by which some people's purposes get the types that there are by now: those of no type, and of types to which
/// nothing more comes. Names nobody: it has the numbers of profiles, of which some may be erased by then.
///
/// In bytes, little-endian: the kind of record (5), three zeroes; the number of the organization (4 bytes); when it was said, in
/// milliseconds since 1970 (8 bytes); then a number of 8 bytes for each of the people.
public struct RetypingRecord: Sendable, Equatable {
    /// What every record of this kind begins with.
    public static let kind: UInt8 = 5
    private static let headBytes = 16
    /// People of one record: so many are counted anew in one group of the fold, and whoever comes behind waits.
    public static let peopleMax = 64

    public let organization: UInt32
    public let receivedAt: Instant
    public let people: [IdentifierNumber]

    public init(organization: UInt32, receivedAt: Instant, people: [IdentifierNumber]) {
        self.organization = organization
        self.receivedAt = receivedAt
        self.people = Array(people.prefix(RetypingRecord.peopleMax))
    }

    /// Appends the record as the log keeps it.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: [RetypingRecord.kind, 0, 0, 0])
        bytes.append(littleEndian: organization)
        bytes.append(littleEndian: receivedAt.millisecondsSince1970)
        for person in people { bytes.append(littleEndian: person.rawValue) }
    }

    /// Reads what ``append(to:)`` wrote; nil where it is something else.
    public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= RetypingRecord.headBytes, bytes[0] == RetypingRecord.kind, bytes.count % 8 == 0,
            (bytes.count - RetypingRecord.headBytes) / 8 <= RetypingRecord.peopleMax
        else { return nil }
        let raw = UnsafeRawBufferPointer(bytes)
        organization = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        receivedAt = Instant(
            millisecondsSince1970: Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: Int64.self)))
        people = stride(from: RetypingRecord.headBytes, to: bytes.count, by: 8).map {
            IdentifierNumber(rawValue: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
        }
    }
}
