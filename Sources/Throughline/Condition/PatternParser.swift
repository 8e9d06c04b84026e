/// Reads a pattern in the syntax of RE2.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0
    private var flags = Flags()

    private struct Flags {
        /// `i`: large and small letters are the same.
        var foldsCase = false
        /// `m`: `^` and `$` also stand at the ends of lines.
        var isByLine = false
        /// `s`: `.` also stands for the end of a line.
        var dotTakesLineEnd = false
    }

    static func parse(_ text: String) throws(ConditionPatternError) -> PatternTree {
        var parser = PatternParser(text)
        let tree = try parser.choice()
        guard parser.next == nil else { throw ConditionPatternError("a ) has no ( before it") }
        return tree
    }

    private init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    mutating func take() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        place += 1
        return scalar
    }

    mutating func skip(_ text: String) -> Bool {
        guard scalars[place...].starts(with: text.unicodeScalars) else { return false }
        place += text.unicodeScalars.count
        return true
    }

    /// The characters up to a text, which is passed over as well; nil where it does not come.
    mutating func text(upTo end: String) -> String? {
        let start = place
        while place < scalars.count {
            let found = place
            if skip(end) {
                var text = String.UnicodeScalarView()
                text.append(contentsOf: scalars[start..<found])
                return String(text)
            }
            place += 1
        }
        place = start
        return nil
    }

    private mutating func choice() throws(ConditionPatternError) -> PatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ConditionLimits.patternNestingMax else {
            throw ConditionPatternError("its groups nest deeper than \(ConditionLimits.patternNestingMax)")
        }
        let before = flags
        var parts = [try sequence()]
        while skip("|") { parts.append(try sequence()) }
        // What a group switches on ends with it.
        flags = before
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(ConditionPatternError) -> PatternTree {
        var parts: [PatternTree] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let isQuoted = skip("\\Q")
            if isQuoted {
                parts += (text(upTo: "\\E") ?? rest()).unicodeScalars.map(literal)
                // What repeats it repeats its last character.
                if let last = parts.popLast() { parts.append(try repeated(last)) }
                continue
            }
            guard let one = try atom() else { continue }
            parts.append(try repeated(one))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func rest() -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[place...])
        place = scalars.count
        return String(text)
    }

    private func literal(_ scalar: Unicode.Scalar) -> PatternTree {
        guard flags.foldsCase, !scalar.otherCases.isEmpty else { return .scalar(scalar) }
        return .set(folded(PatternSet(scalar...scalar)))
    }

    private func folded(_ set: PatternSet) -> PatternTable {
        var set = set
        set.foldsCase = flags.foldsCase
        // What is asked for may be the case that no other leads back to: the sign for kelvin.
        for case .range(let range) in set.items where flags.foldsCase && range.count == 1 {
            let others = Unicode.Scalar(range.lowerBound)?.otherCases ?? []
            set.items += others.map { .range($0.value...$0.value) }
        }
        return PatternTable(set)
    }

    /// One thing that may be repeated; nil where only flags were set.
    private mutating func atom() throws(ConditionPatternError) -> PatternTree? {
        guard let scalar = take() else { return nil }
        switch scalar {
        case "(": return try group()
        case "[": return .set(folded(try bracketed()))
        case ".": return .set(flags.dotTakesLineEnd ? .any : .anyInLine)
        case "^": return .place(flags.isByLine ? .lineStart : .textStart)
        case "$": return .place(flags.isByLine ? .lineEnd : .textEnd)
        case "\\": return try escaped()
        case "*", "+", "?", "{":
            place -= 1
            guard try count() == nil else { throw ConditionPatternError("there is nothing before \(scalar) to repeat") }
            place += 1
            return literal(scalar)
        default: return literal(scalar)
        }
    }

    private mutating func escaped() throws(ConditionPatternError) -> PatternTree {
        guard let scalar = next else { throw ConditionPatternError("a backslash is at its end") }
        switch scalar {
        case "A":
            place += 1
            return .place(.textStart)
        case "z":
            place += 1
            return .place(.textEnd)
        case "b":
            place += 1
            return .place(.wordEdge)
        case "B":
            place += 1
            return .place(.noWordEdge)
        default: break
        }
        if let set = try escapedSet() { return .set(folded(set)) }
        return literal(try escapedScalar())
    }

    private mutating func group() throws(ConditionPatternError) -> PatternTree? {
        var inner = flags
        if skip("?P<") || skip("?<") {
            guard let name = text(upTo: ">"), !name.isEmpty, name.utf8.allSatisfy(\.isNamePart) else {
                throw ConditionPatternError("the name of a group is a word in < and >, and nothing looks behind")
            }
        } else if skip("?") {
            guard try readFlags(into: &inner) else {
                flags = inner
                return nil
            }
        }
        let outer = flags
        flags = inner
        let tree = try choice()
        flags = outer
        guard skip(")") else { throw ConditionPatternError("a ( has no ) behind it") }
        return tree
    }

    /// Reads `i-s:` or `i-s)`. Says whether a group follows.
    private mutating func readFlags(into flags: inout Flags) throws(ConditionPatternError) -> Bool {
        var isOn = true
        var count = 0
        while let scalar = take() {
            switch scalar {
            case "i": flags.foldsCase = isOn
            case "m": flags.isByLine = isOn
            case "s": flags.dotTakesLineEnd = isOn
            // Which match is found first changes no answer.
            case "U": break
            case "-" where isOn:
                isOn = false
                count = 0
                continue
            case ":" where isOn || count > 0: return true
            case ")" where isOn || count > 0: return false
            default: throw ConditionPatternError("after (? there may be the flags i, m, s and U only")
            }
            count += 1
        }
        throw ConditionPatternError("a ( has no ) behind it")
    }

    // MARK: How often

    private mutating func repeated(_ tree: PatternTree) throws(ConditionPatternError) -> PatternTree {
        guard let (least, most) = try count() else { return tree }
        _ = skip("?")
        if next == "*" || next == "+" || next == "?" {
            throw ConditionPatternError("a repetition is repeated; put it in brackets")
        }
        let start = place
        if try count() != nil { throw ConditionPatternError("a repetition is repeated; put it in brackets") }
        place = start
        return .repeated(tree, least: least, most: most)
    }

    private mutating func count() throws(ConditionPatternError) -> (least: Int, most: Int?)? {
        if skip("*") { return (0, nil) }
        if skip("+") { return (1, nil) }
        if skip("?") { return (0, 1) }
        let start = place
        guard skip("{"), let least = number() else {
            place = start
            return nil
        }
        let isOpen = skip(",")
        let most = isOpen ? number() : least
        guard skip("}") else {
            place = start
            return nil
        }
        guard max(least, most ?? 0) <= ConditionLimits.patternRepeatMax, least <= most ?? least else {
            throw ConditionPatternError("it repeats more than \(ConditionLimits.patternRepeatMax) times, or backwards")
        }
        return (least, most)
    }

    /// A number of digits; a very large one for one that has no room.
    private mutating func number() -> Int? {
        let start = place
        while let scalar = next, ("0"..."9").contains(scalar) { place += 1 }
        guard place > start else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<place])
        return Int(String(text)) ?? .max
    }
}
