import Throughline

/// Writes texts and numbers into a buffer of bytes, escaped for where they go.
extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(plain text: String) { append(contentsOf: text.utf8) }

    /// A JSON string, in quotes (RFC 8259).
    mutating func append(json text: String) {
        var text = text
        text.withUTF8 { append(json: $0) }
    }

    mutating func append(json text: UnsafeBufferPointer<UInt8>) {
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
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append("\\u00")
            append(hexDigits[Int(byte >> 4)])
            append(hexDigits[Int(byte & 15)])
        }
    }

    /// A purpose's id as a JSON string: no byte of it needs an escape.
    mutating func append(id: PurposeID) {
        append(UInt8(ascii: "\""))
        id.append(to: &self)
        append(UInt8(ascii: "\""))
    }

    /// A CSV field (RFC 4180): in quotes where it must be.
    mutating func append(csv text: String) {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
            return append(plain: text)
        }
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == 0x22 { append(byte) }
            append(byte)
        }
        append(UInt8(ascii: "\""))
    }

    /// A text for a terminal, as ``forTerminal(_:width:)`` makes it; plain ASCII is not copied on the way.
    mutating func append(terminal text: String, width: Int) {
        let count = text.utf8.count
        guard count <= width, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return append(plain: forTerminal(text, width: width))
        }
        append(contentsOf: text.utf8)
        append(contentsOf: repeatElement(UInt8(ascii: " "), count: width - count))
    }

    /// A number from 0 to 1 with three decimals.
    mutating func append(share value: Float) {
        let thousandths = Int((Swift.min(1, Swift.max(0, value)) * 1000).rounded())
        append(UInt8(ascii: "0") + UInt8(thousandths / 1000))
        append(UInt8(ascii: "."))
        append(UInt8(ascii: "0") + UInt8(thousandths / 100 % 10))
        append(UInt8(ascii: "0") + UInt8(thousandths / 10 % 10))
        append(UInt8(ascii: "0") + UInt8(thousandths % 10))
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)

/// A text for a terminal, cut or filled to a width (0 for as it is): what could move the cursor or hide itself is shown as a mark.
func forTerminal(_ text: String, width: Int) -> String {
    // Most texts are plain ASCII: cut and fill their bytes.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
        let count = text.utf8.count
        if width == 0 || count == width { return text }
        return count > width ? text.prefix(width - 1) + "…" : text + String(repeating: " ", count: width - count)
    }
    var shown = ""
    var count = 0
    for character in text {
        let isPlain = character.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        count += 1
        if width > 0, count == width, text.count > width {
            shown += "…"
            break
        }
        shown += isPlain ? String(character) : "·"
    }
    return shown + String(repeating: " ", count: max(0, width - min(count, width)))
}
