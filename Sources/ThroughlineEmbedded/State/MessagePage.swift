/// Messages as bytes: the hashes, then the days, all little-endian.
enum MessagePage {
    /// So many fill a page of the database.
    static let messagesMax = 400
    private static let bytesPerMessage = 10

    static func bytes(of messages: some Collection<StoredMessage>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(messages.count * bytesPerMessage)
        for message in messages { withUnsafeBytes(of: message.hash.littleEndian) { bytes.append(contentsOf: $0) } }
        for message in messages { withUnsafeBytes(of: message.day.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    static func count(_ bytes: UnsafeRawBufferPointer) -> Int { bytes.count / bytesPerMessage }

    static func message(_ index: Int, of bytes: UnsafeRawBufferPointer) -> StoredMessage {
        let days = count(bytes) * 8
        return StoredMessage(
            hash: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)),
            day: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: days + index * 2, as: UInt16.self)))
    }

    /// The day of a message of a page whose hashes ascend; nil where it is not there.
    static func day(of hash: UInt64, in bytes: UnsafeRawBufferPointer) -> UInt16? {
        var low = 0
        var high = count(bytes)
        while low < high {
            let middle = (low + high) / 2
            let message = message(middle, of: bytes)
            if message.hash == hash { return message.day }
            if message.hash < hash { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
