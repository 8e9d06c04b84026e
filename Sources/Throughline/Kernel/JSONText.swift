/// Writes texts into a buffer of bytes as JSON strings (RFC 8259).
extension [UInt8] {
    /// A JSON string, in quotes.
    package mutating func append(json text: String) {
        var text = text
        text.withUTF8 { append(json: $0) }
    }

    /// A JSON string, in quotes.
    package mutating func append(json text: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        var plainFrom = 0
        for place in text.indices where text[place] < 0x20 || text[place] == 0x22 || text[place] == 0x5C {
            append(contentsOf: UnsafeBufferPointer(rebasing: text[plainFrom..<place]))
            append(escaped: text[place])
            plainFrom = place + 1
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: text[plainFrom...]))
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escaped byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        default:
            append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            append(hexDigits[Int(byte >> 4)])
            append(hexDigits[Int(byte & 15)])
        }
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)
