import Crypto

extension MessageKey {
    /// That of a message id of an organization.
    init(of messageId: [UInt8], organization: UInt32, day: Int32) {
        var hash = SHA256()
        withUnsafeBytes(of: organization.littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: messageId)
        self.init(
            hash: hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).littleEndian }, day: day)
    }
}
