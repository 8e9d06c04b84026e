/// The words of a name, however it is spelled: `order_completed`, `Completed Order`, `orderCompleted`.
enum NameWords {
    /// Words of one name that are looked at.
    static let wordsMax = 12

    /// Hands out the hash of each word, folded.
    @inline(__always)
    static func forEach(in name: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var length = 0
        var count = 0
        var previousIsLower = false
        for byte in name {
            let isUpper = byte >= 0x41 && byte <= 0x5A
            let isLetter = isUpper || (byte >= 0x61 && byte <= 0x7A)
            if !isLetter || (isUpper && previousIsLower), length > 0 {
                body(StableHash.mixed(hash))
                count += 1
                guard count < wordsMax else { return }
                hash = 0xcbf2_9ce4_8422_2325
                length = 0
            }
            previousIsLower = isLetter && !isUpper
            guard isLetter else { continue }
            hash = (hash ^ UInt64(isUpper ? byte | 0x20 : byte)) &* 0x100_0000_01b3
            length += 1
        }
        if length > 0 { body(StableHash.mixed(hash)) }
    }
}
