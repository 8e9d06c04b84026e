/// Sets in brackets, and what a backslash stands for.
extension PatternParser {
    /// What follows a `[`.
    mutating func bracketed() throws(ConditionPatternError) -> PatternSet {
        var set = PatternSet()
        set.isNegated = skip("^")
        var isFirst = true
        while isFirst || next != "]" {
            isFirst = false
            if skip("[:") {
                guard let name = text(upTo: ":]") else { throw unclosed }
                let plain = name.hasPrefix("^") ? String(name.dropFirst()) : name
                guard let named = PatternSet.named[plain] else {
                    throw ConditionPatternError("there is no set [:\(plain):]")
                }
                set.items.append(.set(name == plain ? named : named.negated))
            } else if let escaped = try next == "\\" ? setInBrackets() : nil {
                set.items.append(.set(escaped))
            } else {
                set.items.append(.range(try range()))
            }
        }
        guard skip("]") else { throw unclosed }
        return set
    }

    private var unclosed: ConditionPatternError { ConditionPatternError("a [ has no ] behind it") }

    private mutating func setInBrackets() throws(ConditionPatternError) -> PatternSet? {
        var ahead = self
        _ = ahead.take()
        guard let set = try ahead.escapedSet() else { return nil }
        self = ahead
        return set
    }

    private mutating func range() throws(ConditionPatternError) -> ClosedRange<UInt32> {
        let low = try bound()
        var ahead = self
        guard ahead.skip("-"), ahead.next != "]", ahead.next != nil else { return low.value...low.value }
        self = ahead
        let high = try bound()
        guard low <= high else { throw ConditionPatternError("the range \(low)-\(high) runs backwards") }
        return low.value...high.value
    }

    private mutating func bound() throws(ConditionPatternError) -> Unicode.Scalar {
        guard let scalar = take() else { throw unclosed }
        return scalar == "\\" ? try escapedScalar() : scalar
    }

    /// The set that stands behind a backslash: `d`, `S`, `p{Lu}`. Nil where it is none.
    mutating func escapedSet() throws(ConditionPatternError) -> PatternSet? {
        let set: PatternSet
        switch next {
        case "d": set = .digit
        case "D": set = PatternSet.digit.negated
        case "w": set = .word
        case "W": set = PatternSet.word.negated
        case "s": set = .blank
        case "S": set = PatternSet.blank.negated
        case "p", "P": return try category()
        default: return nil
        }
        _ = take()
        return set
    }

    private mutating func category() throws(ConditionPatternError) -> PatternSet {
        var isNegated = take() == "P"
        var name = ""
        if skip("{") {
            if skip("^") { isNegated.toggle() }
            name = text(upTo: "}") ?? ""
        } else if let scalar = take() {
            name = String(scalar)
        }
        guard let item = PatternSet.Item(category: name) else {
            throw ConditionPatternError("\\p takes a general category such as L or Lu, not \(name)")
        }
        var set = PatternSet()
        set.items = [item]
        return isNegated ? set.negated : set
    }

    /// The one character that stands behind a backslash.
    mutating func escapedScalar() throws(ConditionPatternError) -> Unicode.Scalar {
        guard let scalar = take() else { throw ConditionPatternError("a backslash is at its end") }
        switch scalar {
        case "a": return "\u{07}"
        case "f": return "\u{0C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{0B}"
        case "x": return try hexScalar()
        case "0": return octalScalar(first: scalar)
        case "1"..."7":
            // One digit alone would be what a group has matched, which has no place here.
            if let digit = next, ("0"..."7").contains(digit) { return octalScalar(first: scalar) }
        default:
            if scalar.isASCII, !UInt8(ascii: scalar).isNamePart { return scalar }
            if scalar == "_" { return scalar }
        }
        throw ConditionPatternError("there is no \\\(scalar)")
    }

    private mutating func hexScalar() throws(ConditionPatternError) -> Unicode.Scalar {
        let isLong = skip("{")
        var code: UInt32 = 0
        var digits = 0
        while digits < (isLong ? 6 : 2), let digit = next.flatMap({ $0.isASCII ? UInt8(ascii: $0).hexDigit : nil }) {
            code = code << 4 | digit
            digits += 1
            _ = take()
        }
        guard digits == 2 || (isLong && digits > 0), !isLong || skip("}"), let scalar = Unicode.Scalar(code) else {
            throw ConditionPatternError("\\x takes two hexadecimal digits, or more of them in { and }")
        }
        return scalar
    }

    private mutating func octalScalar(first: Unicode.Scalar) -> Unicode.Scalar {
        var code = first.value - 48
        for _ in 0..<2 {
            guard let digit = next, ("0"..."7").contains(digit) else { break }
            code = code << 3 | (digit.value - 48)
            _ = take()
        }
        // Three octal digits are less than 512, and so a character.
        return Unicode.Scalar(code) ?? "\0"
    }
}
