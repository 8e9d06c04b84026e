/// A set of characters: `[a-z]`, `\d`, `.`, `\p{Lu}`.
struct PatternSet: Sendable {
    indirect enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case set(PatternSet)
        case category(String)
    }

    var items: [Item] = []
    var isNegated = false
    /// Whether large and small letters are the same.
    var foldsCase = false

    func contains(_ scalar: Unicode.Scalar) -> Bool { holds(scalar) != isNegated }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        if items.contains(where: { $0.holds(scalar) }) { return true }
        guard foldsCase else { return false }
        return scalar.otherCases.contains { other in items.contains { $0.holds(other) } }
    }

    static let digit = PatternSet("0"..."9")
    static let blank = PatternSet("\t"..."\n", "\u{0C}"..."\r", " "..." ")
    static let word = PatternSet("0"..."9", "A"..."Z", "_"..."_", "a"..."z")

    init() {}

    init(_ ranges: ClosedRange<Unicode.Scalar>...) {
        items = ranges.map { .range($0.lowerBound.value...$0.upperBound.value) }
    }

    var negated: PatternSet {
        var other = self
        other.isNegated.toggle()
        return other
    }

    /// The sets that have a name in double brackets: `[[:alpha:]]`.
    static let named: [String: PatternSet] = [
        "alnum": PatternSet("0"..."9", "A"..."Z", "a"..."z"), "alpha": PatternSet("A"..."Z", "a"..."z"),
        "ascii": PatternSet("\0"..."\u{7F}"), "blank": PatternSet("\t"..."\t", " "..." "),
        "cntrl": PatternSet("\0"..."\u{1F}", "\u{7F}"..."\u{7F}"), "digit": digit,
        "graph": PatternSet("!"..."~"), "lower": PatternSet("a"..."z"), "print": PatternSet(" "..."~"),
        "punct": PatternSet("!"..."/", ":"..."@", "["..."`", "{"..."~"),
        "space": PatternSet("\t"..."\r", " "..." "), "upper": PatternSet("A"..."Z"), "word": word,
        "xdigit": PatternSet("0"..."9", "A"..."F", "a"..."f"),
    ]
}

/// A set whose answers for ASCII are known beforehand.
struct PatternTable: Sendable {
    let set: PatternSet
    /// How much there is to look at for a character beyond ASCII.
    let weight: Int
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ set: PatternSet) {
        self.set = set
        weight = set.weight
        for code in UInt8(0)..<128 where set.contains(Unicode.Scalar(code)) {
            if code < 64 { low |= 1 << code } else { high |= 1 << (code - 64) }
        }
    }

    /// Nil for a character beyond ASCII.
    func containsASCII(_ scalar: Unicode.Scalar) -> Bool? {
        switch scalar.value {
        case 0..<64: low >> scalar.value & 1 == 1
        case 64..<128: high >> (scalar.value - 64) & 1 == 1
        default: nil
        }
    }

    static let any = PatternTable(PatternSet("\0"..."\u{10FFFF}"))
    static let anyInLine = PatternTable(PatternSet("\n"..."\n").negated)
}

extension PatternSet {
    fileprivate var weight: Int {
        let parts = items.reduce(1) { sum, item in
            if case .set(let set) = item { return sum + set.weight }
            return sum + 1
        }
        // A letter has up to six other cases to ask for.
        return foldsCase ? 8 * parts : parts
    }
}

extension PatternSet.Item {
    fileprivate func holds(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .range(let range): range.contains(scalar.value)
        case .set(let set): set.contains(scalar)
        case .category(let name): scalar.properties.generalCategory.shortName.hasPrefix(name)
        }
    }

    /// A general category of Unicode by its short name, `L` or `Lu`; nil where there is none.
    init?(category name: String) {
        guard Unicode.GeneralCategory.shortNames.contains(where: { $0 == name || $0.prefix(1) == name }) else {
            return nil
        }
        self = .category(name)
    }
}

extension Unicode.Scalar {
    /// The same letter, large and small.
    var otherCases: [Unicode.Scalar] {
        let cases = [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { text in
            text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
        }
        // The small letter of a large one that is itself the large one of another: K, the sign for kelvin, is k.
        let further = cases.flatMap { [$0.properties.uppercaseMapping, $0.properties.lowercaseMapping] }
            .compactMap { $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil }
        return (cases + further).filter { $0 != self }
    }
}

extension Unicode.GeneralCategory {
    static let shortNames = [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
        "Sm",
        "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
    ]

    fileprivate var shortName: String {
        switch self {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "none"
        @unknown default: "none"
        }
    }
}
