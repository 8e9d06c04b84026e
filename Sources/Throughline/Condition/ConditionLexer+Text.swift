/// Reads texts in quotes: plain, raw, tripled, as bytes.
extension ConditionLexer {
    mutating func text(isRaw: Bool, isBytes: Bool) throws(ConditionError) -> ConditionToken.Kind {
        let start = position
        let quote = byte() == UInt8(ascii: "'") ? "'" : "\""
        let triple = quote + quote + quote
        let end = skip(triple) ? triple : quote
        if end == quote { position += 1 }
        var read: [UInt8] = []
        while !skip(end) {
            guard let byte = byte() else { throw source.error(at: start, "the text has no end") }
            if end == quote, byte == 0x0A || byte == 0x0D {
                throw error("a text in single quotes ends on its line; use three quotes")
            }
            position += 1
            // In a raw text a backslash is a backslash, also before a quote.
            guard byte == UInt8(ascii: "\\"), !isRaw else {
                read.append(byte)
                continue
            }
            try appendEscaped(to: &read, isBytes: isBytes)
        }
        guard !isBytes else { return .bytes(read) }
        return .string(String(decoding: read, as: UTF8.self))
    }

    private mutating func appendEscaped(to read: inout [UInt8], isBytes: Bool) throws(ConditionError) {
        let start = position - 1
        guard let mark = byte() else { throw source.error(at: start, "the text has no end") }
        position += 1
        let code: UInt32
        switch mark {
        case UInt8(ascii: "a"): code = 0x07
        case UInt8(ascii: "b"): code = 0x08
        case UInt8(ascii: "f"): code = 0x0C
        case UInt8(ascii: "n"): code = 0x0A
        case UInt8(ascii: "r"): code = 0x0D
        case UInt8(ascii: "t"): code = 0x09
        case UInt8(ascii: "v"): code = 0x0B
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            code = UInt32(mark)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): code = try hexNumber(digits: 2, start: start)
        case UInt8(ascii: "u") where !isBytes: code = try hexNumber(digits: 4, start: start)
        case UInt8(ascii: "U") where !isBytes: code = try hexNumber(digits: 8, start: start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"): code = try octalNumber(first: mark, start: start)
        default: throw source.error(at: start, "there is no such escape; write \\\\ for a backslash")
        }
        if isBytes {
            read.append(UInt8(truncatingIfNeeded: code))
        } else {
            guard let scalar = Unicode.Scalar(code) else { throw source.error(at: start, "there is no such character") }
            read.append(contentsOf: UTF8.encode(scalar)!)
        }
    }

    private mutating func hexNumber(digits: Int, start: Int) throws(ConditionError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = byte()?.hexDigit else {
                throw source.error(at: start, "this escape has \(digits) hexadecimal digits")
            }
            code = code << 4 | digit
            position += 1
        }
        return code
    }

    private mutating func octalNumber(first: UInt8, start: Int) throws(ConditionError) -> UInt32 {
        var code = UInt32(first - UInt8(ascii: "0"))
        for _ in 0..<2 {
            guard let digit = byte(), digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "7") else {
                throw source.error(at: start, "an escape by number has three octal digits, up to \\377")
            }
            code = code << 3 | UInt32(digit - UInt8(ascii: "0"))
            position += 1
        }
        return code
    }
}
