/// Cuts the text of a condition into tokens.
struct ConditionLexer {
    let source: ConditionSource
    var position = 0

    init(_ source: ConditionSource) { self.source = source }

    mutating func next() throws(ConditionError) -> ConditionToken {
        skipBlanks()
        let start = position
        return ConditionToken(kind: try kind(), offset: start)
    }

    private mutating func kind() throws(ConditionError) -> ConditionToken.Kind {
        guard let byte = byte() else { return .end }
        if byte.isDigit || (byte == UInt8(ascii: ".") && (self.byte(1)?.isDigit ?? false)) { return try number() }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            return try text(isRaw: false, isBytes: false)
        }
        if byte.isLetter { return try nameOrText() }
        if byte == UInt8(ascii: "`") { return try quotedName() }
        for mark in ConditionToken.Mark.allCases where skip(mark.rawValue) { return .mark(mark) }
        throw error("this character has no meaning here")
    }

    /// The byte so many places on, nil beyond the end.
    func byte(_ ahead: Int = 0) -> UInt8? {
        position + ahead < source.bytes.count ? source.bytes[position + ahead] : nil
    }

    mutating func skip(_ text: String) -> Bool {
        guard source.bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    func error(_ reason: String) -> ConditionError { source.error(at: position, reason) }

    private mutating func skipBlanks() {
        while let byte = byte() {
            if byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B {
                position += 1
            } else if skip("//") {
                while let next = self.byte(), next != UInt8(ascii: "\n") { position += 1 }
            } else {
                return
            }
        }
    }

    private mutating func nameOrText() throws(ConditionError) -> ConditionToken.Kind {
        let start = position
        while let byte = byte(), byte.isNamePart { position += 1 }
        let name = String(decoding: source.bytes[start..<position], as: UTF8.self)
        guard let quote = byte(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return .name(name) }
        switch name {
        case "r", "R": return try text(isRaw: true, isBytes: false)
        case "b", "B": return try text(isRaw: false, isBytes: true)
        case "br", "bR", "Br", "BR": return try text(isRaw: true, isBytes: true)
        default: return .name(name)
        }
    }

    private mutating func quotedName() throws(ConditionError) -> ConditionToken.Kind {
        position += 1
        let start = position
        while let byte = byte(), byte.isNamePart || "-./ ".utf8.contains(byte) { position += 1 }
        let name = String(decoding: source.bytes[start..<position], as: UTF8.self)
        guard !name.isEmpty, skip("`") else {
            throw error("a name in backquotes has letters, digits, _ - . / and blanks, and ends with a backquote")
        }
        return .quotedName(name)
    }
}

// MARK: Numbers

extension ConditionLexer {
    private mutating func number() throws(ConditionError) -> ConditionToken.Kind {
        let start = position
        if byte() == UInt8(ascii: "0"), byte(1) == UInt8(ascii: "x"), byte(2)?.hexDigit != nil {
            position += 2
            return try whole(from: position, radix: 16)
        }
        skipDigits()
        var isDouble = false
        if byte() == UInt8(ascii: "."), byte(1)?.isDigit ?? false {
            isDouble = true
            position += 1
            skipDigits()
        }
        if byte().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            let hasSign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
            if byte(hasSign ? 2 : 1)?.isDigit ?? false {
                isDouble = true
                position += hasSign ? 2 : 1
                skipDigits()
            }
        }
        guard isDouble else { return try whole(from: start, radix: 10) }
        let digits = String(decoding: source.bytes[start..<position], as: UTF8.self)
        guard let number = Double(digits.hasPrefix(".") ? "0" + digits : digits), number.isFinite else {
            throw source.error(at: start, "the number is too large for double")
        }
        return .double(number)
    }

    private mutating func whole(from start: Int, radix: Int) throws(ConditionError) -> ConditionToken.Kind {
        while let byte = byte(), radix == 16 ? byte.hexDigit != nil : byte.isDigit { position += 1 }
        let digits = String(decoding: source.bytes[start..<position], as: UTF8.self)
        guard let number = UInt64(digits, radix: radix) else {
            throw source.error(at: start, "the number is too large for int and for uint")
        }
        guard byte().map({ $0 | 0x20 }) == UInt8(ascii: "u") else { return .int(number) }
        position += 1
        return .uint(number)
    }

    private mutating func skipDigits() {
        while let byte = byte(), byte.isDigit { position += 1 }
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    /// A letter of ASCII or `_`.
    fileprivate var isLetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A || self == UInt8(ascii: "_") }

    var isNamePart: Bool { isLetter || isDigit }

    var hexDigit: UInt32? {
        if isDigit { return UInt32(self - UInt8(ascii: "0")) }
        let letter = self | 0x20
        return letter >= 0x61 && letter <= 0x66 ? UInt32(letter - 0x61 + 10) : nil
    }
}
