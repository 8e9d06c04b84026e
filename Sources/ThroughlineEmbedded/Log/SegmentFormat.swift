import ThroughlineEngine

/// What a segment file begins with. Numbers are little-endian:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | magic |
/// | 8 | 4 | version of the form |
/// | 12 | 4 | salt: a number by chance, with which the checksums of the blocks begin |
/// | 16 | 8 | position of the first record |
/// | 24 | 4 | checksum of all before |
///
/// The salt keeps a block of another file, and what a sender wrote to look like a block, from being taken for one. A segment
/// that is written anew is another file.
struct SegmentHeader: Equatable {
    static let bytes = 28
    static let version: UInt32 = 1
    /// No text, and with CR and LF, which a copy made for texts would change.
    private static let magic: UInt64 = 0x0A47_4F4C_5554_0D8B

    var salt: UInt32
    var first: LogPosition

    var name: String { SegmentHeader.name(of: first) }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: SegmentHeader.magic)
        bytes.append(number: SegmentHeader.version)
        bytes.append(number: salt)
        bytes.append(number: first.rawValue)
        bytes.append(number: bytes.withUnsafeBytes { Checksum.of($0) })
        return bytes
    }

    init(salt: UInt32, first: LogPosition) {
        self.salt = salt
        self.first = first
    }

    /// Nil where the bytes are no such header.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= SegmentHeader.bytes, bytes.number(at: 0) == SegmentHeader.magic,
            bytes.number(at: 24) == Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<24])),
            bytes.number(at: 8) == SegmentHeader.version
        else { return nil }
        salt = bytes.number(at: 12)
        first = LogPosition(bytes.number(at: 16))
    }
}

extension SegmentHeader {
    private static let suffix = ".segment"
    private static let newSuffix = ".new"
    private static let digits = 20

    /// Files sorted by name are sorted by position.
    static func name(of first: LogPosition) -> String {
        let number = String(first.rawValue)
        return String(repeating: "0", count: digits - number.count) + number + suffix
    }

    /// The position that a file is named after; nil where it is no segment.
    static func first(ofName name: String) -> LogPosition? {
        guard name.hasSuffix(suffix), let number = UInt64(name.dropLast(suffix.count)) else { return nil }
        let position = LogPosition(number)
        return name == SegmentHeader.name(of: position) ? position : nil
    }

    /// What a segment that is written anew is called until it takes the place of the old one.
    static func newName(of first: LogPosition) -> String { name(of: first) + newSuffix }

    /// Whether a file is a segment that did not take the place of the old one.
    static func isNewName(_ name: String) -> Bool {
        name.hasSuffix(newSuffix) && first(ofName: String(name.dropLast(newSuffix.count))) != nil
    }
}

/// What a block begins with; its payload follows. Numbers are little-endian, 4 bytes each but for the position of 8:
/// magic, bytes of the payload on disk, bytes of it unpacked, count of records, position of the first, checksum of the
/// payload, checksum of the segment's salt and of all before.
///
/// As the header has a checksum of its own, its lengths can be relied on before the payload is read. A payload whose
/// two lengths are the same is stored plain. A seal is a header alone: the last of a file that is full.
struct BlockHeader: Equatable {
    enum Kind: UInt32 {
        case records = 0x4B4C_4287
        case seal = 0x4C41_5387
    }

    static let bytes = 32
    /// A payload never has more, whatever the limits.
    static let rawBytesMax = 1 << 30

    var kind: Kind
    var diskBytes: Int
    var rawBytes: Int
    var count: Int
    var first: LogPosition
    var payloadChecksum: UInt32

    static func seal(at end: LogPosition) -> BlockHeader {
        BlockHeader(kind: .seal, diskBytes: 0, rawBytes: 0, count: 0, first: end, payloadChecksum: 0)
    }

    var end: LogPosition { first.advanced(by: count) }
    /// Of header and payload.
    var wholeBytes: Int { BlockHeader.bytes + diskBytes }

    func encoded(salt: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: kind.rawValue)
        bytes.append(number: UInt32(diskBytes))
        bytes.append(number: UInt32(rawBytes))
        bytes.append(number: UInt32(count))
        bytes.append(number: first.rawValue)
        bytes.append(number: payloadChecksum)
        bytes.append(number: bytes.withUnsafeBytes { BlockHeader.checksum($0, salt: salt) })
        return bytes
    }
}

extension BlockHeader {
    /// Nil where the bytes are no header of a block of the segment with this salt.
    init?(_ bytes: UnsafeRawBufferPointer, salt: UInt32) {
        guard bytes.count >= BlockHeader.bytes, let kind = Kind(rawValue: bytes.number(at: 0)),
            bytes.number(at: 28) == BlockHeader.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<28]), salt: salt)
        else { return nil }
        let diskBytes: UInt32 = bytes.number(at: 4)
        let rawBytes: UInt32 = bytes.number(at: 8)
        let count: UInt32 = bytes.number(at: 12)
        guard rawBytes <= BlockHeader.rawBytesMax, diskBytes <= rawBytes,
            Int(count) * LogLimits.recordBytesExtra <= Int(rawBytes), (count == 0) == (kind == .seal)
        else { return nil }
        self.init(
            kind: kind, diskBytes: Int(diskBytes), rawBytes: Int(rawBytes), count: Int(count),
            first: LogPosition(bytes.number(at: 16)), payloadChecksum: bytes.number(at: 24))
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer, salt: UInt32) -> UInt32 {
        Checksum.of(bytes, behind: withUnsafeBytes(of: salt.littleEndian) { Checksum.of($0) })
    }
}

extension UnsafeRawBufferPointer {
    /// The number at an offset, its lowest byte first.
    func number<Number: FixedWidthInteger>(at offset: Int) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension [UInt8] {
    /// Appends the bytes of a number, the lowest first.
    mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
