import Crypto

/// Makes the ids of purposes: 80 bits of SHA-256 over the id of the event that opened the purpose.
///
/// Nothing else goes in, so that a file, a live stream and a rebuild agree, however the person was known by then.
public enum PurposeID {
    /// - Parameter turn: 0 for the purpose an event opened at arrival; higher where repair takes an event out of a
    ///   purpose that it opened and lets it open another.
    public static func make(opening messageId: String, turn: Int = 0) -> String {
        var hash = SHA256()
        withUnsafeBytes(of: UInt64(turn).littleEndian) { hash.update(bufferPointer: $0) }
        var messageId = messageId
        messageId.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        var id: [UInt8] = Array("p-".utf8)
        for byte in hash.finalize().prefix(10) {
            id.append(hexDigits[Int(byte >> 4)])
            id.append(hexDigits[Int(byte & 15)])
        }
        return String(decoding: id, as: UTF8.self)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
