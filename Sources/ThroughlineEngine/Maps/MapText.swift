/// What texts on a map may hold, and how they are written.
enum MapText {
    /// Line ends of every kind, too.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: scalar == "\u{FEFF}"
        }
    }

    /// Without the white space around it.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// With the case of ASCII letters folded, as names of events are compared.
    static func folded(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// A text as a scalar of YAML on one line: plain where nobody can take it for something else, or else in quotes.
    static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last, first.properties.isAlphabetic,
            last != " ", !reserved.contains(text.lowercased())
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", "_", "-", ".", "/", "'", "(", ")", "&": true
            default: scalar.value >= 0xC0 && scalar.value < 0xD800 && scalar.properties.isAlphabetic
            }
        }
    }

    /// Words that YAML, of one version or another, takes for something else.
    private static let reserved: Set = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"]

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            // In a file that also has an ampersand it could be taken for an alias.
            case "*": quoted += "\\x2A"
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                if isPrintable(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16, uppercase: true)
                    let long = scalar.value > 0xFFFF
                    quoted +=
                        (long ? "\\U" : "\\u") + String(repeating: "0", count: (long ? 8 : 4) - digits.count) + digits
                }
            }
        }
        return quoted + "\""
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
        default: scalar.value < 0xFFF0
        }
    }

    /// A text as a comment: one line, and nothing that could move a cursor.
    static func comment(_ text: String) -> String {
        "# " + String(String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) ? $0 : " " }))
    }

    /// A stranger's word in a sentence: quoted, and no longer than is needed to find it.
    static func shown(_ text: String) -> String {
        let short = text.unicodeScalars.prefix(60).map { isControl($0) ? " " : Character($0) }
        return "\"" + String(short) + (text.unicodeScalars.count > 60 ? "…\"" : "\"")
    }
}
