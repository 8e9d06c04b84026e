/// How a name of a channel or an organization is read, so that what is withdrawn under one spelling is not granted under
/// another.
enum FoldedName {
    static let bytesMax = 64

    /// The name with ASCII letters in small. Only printable ASCII: two spellings of one `é` would be two names.
    static func folding(_ text: String) throws(ConsentError) -> String {
        let bytes = text.utf8
        guard (1...bytesMax).contains(bytes.count) else {
            throw .nameLength(bytes: bytes.count, most: bytesMax)
        }
        let blank = UInt8(ascii: " ")
        for byte in bytes where !(blank...UInt8(ascii: "~")).contains(byte) { throw .nameByte(byte) }
        guard bytes.first != blank, bytes.last != blank else { throw .nameByte(blank) }
        return text.lowercased()
    }
}
