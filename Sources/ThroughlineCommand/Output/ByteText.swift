import Throughline

/// Writes texts and numbers into a buffer of bytes, escaped for where they go.
extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(plain text: String) { append(contentsOf: text.utf8) }

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

extension [UInt8] {
    /// Appends a word of ours as a JSON string, or null.
    mutating func append(word: String?) {
        if let word { append(json: word) } else { append("null") }
    }
}
