import Throughline

/// A record of the log by which an organization gets types of purpose: what was made of its people's purposes by then. So the fold makes
/// none itself, and a rebuild has those that were.
///
/// In bytes, little-endian: the kind of record (4), three zeroes; the number of the organization (4 bytes); when it was made, in
/// milliseconds since 1970 (8 bytes); then JSON.
public struct TypesRecord: Sendable {
    /// What every record of types begins with.
    public static let kind: UInt8 = 4
    private static let headBytes = 16
    /// Of more types than fit, those of fewest purposes are left out.
    public static let bytesMax = 3 << 20

    public let organization: UInt32
    public let receivedAt: Instant
    public let making: TypeMaking

    public init(organization: UInt32, receivedAt: Instant, making: TypeMaking) {
        self.organization = organization
        self.receivedAt = receivedAt
        self.making = making
    }

    /// Appends the record as the log keeps it.
    public func append(to bytes: inout [UInt8]) throws {
        var making = making
        var json = try TypeFile.encoded(making)
        while json.count > TypesRecord.bytesMax {
            let fewest = making.types.indices.min {
                (making.types[$0].type.purposeCount, $1) < (making.types[$1].type.purposeCount, $0)
            }
            guard let fewest else { break }
            making.types.remove(at: fewest)
            // Many at once where it is much too long.
            if json.count > TypesRecord.bytesMax * 2 { making.types.removeLast(making.types.count / 4) }
            json = try TypeFile.encoded(making)
        }
        bytes.append(contentsOf: [TypesRecord.kind, 0, 0, 0])
        bytes.append(littleEndian: organization)
        bytes.append(littleEndian: receivedAt.millisecondsSince1970)
        bytes.append(contentsOf: json)
    }

    /// Reads what ``append(to:)`` wrote; nil where it is something else.
    public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count > TypesRecord.headBytes, bytes[0] == TypesRecord.kind,
            let making = TypeFile.making(bytes[TypesRecord.headBytes...])
        else { return nil }
        let raw = UnsafeRawBufferPointer(bytes)
        organization = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        receivedAt = Instant(
            millisecondsSince1970: Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: Int64.self)))
        self.making = making
    }
}
