import Crypto

/// The id of a purpose: 80 bits of SHA-256 over the id of the event that opened it.
///
/// Nothing else goes in, so that a file, a live stream and a rebuild agree, however the person was known by then.
public struct PurposeID: Hashable, Sendable {
    let high: UInt64
    let low: UInt16

    init(high: UInt64, low: UInt16) {
        self.high = high
        self.low = low
    }

    /// - Parameters:
    ///   - messageId: the id of the event that opened the purpose, as UTF-8.
    ///   - turn: 0 for the purpose an event opened at arrival; higher where repair takes an event out of a purpose that
    ///     it opened and lets it open another.
    public init(opening messageId: UnsafeBufferPointer<UInt8>, turn: Int = 0) {
        var hash = SHA256()
        withUnsafeBytes(of: UInt64(turn).littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: UnsafeRawBufferPointer(messageId))
        (high, low) = hash.finalize().withUnsafeBytes {
            (
                $0.loadUnaligned(as: UInt64.self).bigEndian,
                $0.loadUnaligned(fromByteOffset: 8, as: UInt16.self).bigEndian
            )
        }
    }

    public init(opening messageId: String, turn: Int = 0) {
        var messageId = messageId
        self = messageId.withUTF8 { PurposeID(opening: $0, turn: turn) }
    }

    /// Of ten bytes that ``bytes`` gave; nil where there are not so many.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 10 else { return nil }
        high = bytes.loadUnaligned(as: UInt64.self).bigEndian
        low = bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self).bigEndian
    }

    /// Of a text as ``append(to:)`` writes it; nil for any other.
    public init?(_ text: String) {
        let digits = Array(text.utf8.dropFirst(2))
        guard text.hasPrefix("p-"), digits.count == 20, digits.allSatisfy(PurposeID.isDigit),
            let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
            let low = UInt16(String(decoding: digits[16...], as: UTF8.self), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// Its ten bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: high.bigEndian, Array.init) + withUnsafeBytes(of: low.bigEndian, Array.init)
    }

    /// Appends the id as it is told: `p-` and 20 hexadecimal digits.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "p"))
        bytes.append(UInt8(ascii: "-"))
        for shift in stride(from: 60, through: 0, by: -4) { bytes.append(PurposeID.digit(UInt8(high >> shift & 15))) }
        for shift in stride(from: 12, through: 0, by: -4) { bytes.append(PurposeID.digit(UInt8(low >> shift & 15))) }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}

extension PurposeID: CustomStringConvertible {
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
