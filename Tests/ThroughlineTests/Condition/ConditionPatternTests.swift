import Testing

@testable import Throughline

@Suite("patterns of matches")
struct ConditionPatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let fits: [String]
        let fitsNot: [String]
        var testDescription: String { pattern }

        init(_ pattern: String, fits: [String], not fitsNot: [String]) {
            self.pattern = pattern
            self.fits = fits
            self.fitsNot = fitsNot
        }
    }

    static let cases = [
        Case("", fits: ["", "a"], not: []),
        Case("ubb", fits: ["hubba", "ubb"], not: ["ub", "uBb"]),
        Case("^a.c$", fits: ["abc", "añc", "a😀c"], not: ["a\nc", "xabc", "abcd", "ac"]),
        Case("a|bc|", fits: ["x"], not: []),
        Case("^(a|bc)$", fits: ["a", "bc"], not: ["ab", "", "abc"]),
        Case("^a*b+c?$", fits: ["b", "aabb", "bc"], not: ["a", "bcc", "ac"]),
        Case("^(?:ab){2,3}$", fits: ["abab", "ababab"], not: ["ab", "abababab"]),
        Case("^a{2}$", fits: ["aa"], not: ["a", "aaa"]),
        Case("^a{2,}?$", fits: ["aa", "aaaa"], not: ["a"]),
        Case("^a{,2}$", fits: ["a{,2}"], not: ["a", "aa"]),
        Case("a{x", fits: ["a{x"], not: ["a"]),
        Case("^a+?b*?c??$", fits: ["a", "aabbc"], not: ["b"]),
        Case("[a-cx]", fits: ["b", "x"], not: ["d", ""]),
        Case("^[^a-c]$", fits: ["d", "\n", "ñ"], not: ["a", "dd"]),
        Case("^[]a]+$", fits: ["]a"], not: ["[", ""]),
        Case("^[a-]+$", fits: ["a-"], not: ["b"]),
        Case("^[^]]$", fits: ["a"], not: ["]"]),
        Case(#"^[\d\s_-]+$"#, fits: ["1 2_-"], not: ["a"]),
        Case(#"^[^\D5]$"#, fits: ["4"], not: ["5", "a"]),
        Case("^[[:alpha:][:^space:]]$", fits: ["a", "1"], not: [" "]),
        Case(#"^\d\D\w\W\s\S$"#, fits: ["1a_- x"], not: ["1a_- \t", "aaa- x"]),
        Case(#"^\w$"#, fits: ["a", "_", "9"], not: ["ñ", "-"]),
        Case(#"\bcat\b"#, fits: ["a cat!", "cat"], not: ["concat", "cats"]),
        Case(#"a\Bb"#, fits: ["ab"], not: ["a b"]),
        Case(#"\Aab\z"#, fits: ["ab"], not: ["ab\n"]),
        Case("^b$", fits: ["b"], not: ["a\nb", "b\n"]),
        Case("(?m)^b$", fits: ["a\nb\nc"], not: ["ab"]),
        Case("(?s)a.b", fits: ["a\nb"], not: ["ab"]),
        Case("(?i)straße", fits: ["STRAßE", "straße"], not: ["STRASSE"]),
        Case("(?i)[k]", fits: ["K", "\u{212A}"], not: ["q"]),
        Case("(?i)\u{212A}", fits: ["k", "K"], not: ["x"]),
        Case("a(?i)b|c", fits: ["aB", "C"], not: ["Ab"]),
        Case("a(?i:b)c", fits: ["aBc"], not: ["aBC"]),
        Case("(?i-s:A).", fits: ["ab"], not: ["a\n"]),
        Case("(?P<word>a)(?<other>b)", fits: ["ab"], not: ["b"]),
        Case(#"^\.\*\\\x41\x{e9}\t\101$"#, fits: [".*\\Aé\tA"], not: ["."]),
        Case(#"^\Qa.b\E\+$"#, fits: ["a.b+"], not: ["axb+", "a.b"]),
        Case(#"^\Qab\E+$"#, fits: ["ab", "abb"], not: ["abab", "a"]),
        Case(#"^\p{Lu}\pL\PN\p{^Ll}$"#, fits: ["ÉéaÀ"], not: ["éaaA", "AA1A"]),
        Case("(a*)*b", fits: ["aab", "b"], not: ["aa"]),
        Case("(a|😀){2}", fits: ["🐱😀😀", "a😀"], not: ["😀"]),
    ]

    @Test("fits, and fits not", arguments: cases)
    func fits(_ example: Case) throws {
        let pattern = try ConditionPattern(example.pattern)
        for text in example.fits { #expect(try matches(pattern, text), "\(text.debugDescription)") }
        for text in example.fitsNot { #expect(try !matches(pattern, text), "\(text.debugDescription)") }
    }

    private func matches(_ pattern: ConditionPattern, _ text: String) throws -> Bool {
        var meter = ConditionMeter(stepsMax: 1_000_000)
        return try pattern.matches(text, &meter)
    }

    @Test(
        "refused",
        arguments: [
            "(", ")", "a)", "[", "[a", "[]", "[b-a]", "*", "+a", "a**", "a+*", "a{2}{3}", "{2}", "a|*", "(?=a)",
            "(?!a)",
            "(?<=a)", "(?<!a)", "(?x)", "(?-)", "(?i", "(?P<a", "(?P<>a)", "(?P=a)", "\\", "\\1", "\\8", "\\Z", "\\G",
            "\\y",
            "\\x4", "\\x{110000}", "\\x{}", "\\pQ", "\\p{Greek}", "\\C", "[[:word]", "[[:nothing:]]", "a{1001}",
            "a{2,1}",
            "[\\1]", "\\é",
        ])
    func refused(_ text: String) {
        #expect(throws: ConditionPatternError.self) { _ = try ConditionPattern(text) }
    }

    @Test("no pattern is slow, whatever the text")
    func linear() throws {
        let text = String(repeating: "a", count: 20_000)
        for source in ["(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)b", "a?a?a?a?a?a?a?a?aaaaaaaab", "(x+x+)+y"] {
            let pattern = try ConditionPattern(source)
            var meter = ConditionMeter(stepsMax: .max)
            #expect(try !pattern.matches(text, &meter))
            #expect(meter.stepsTaken <= text.count * (2 + pattern.instructions.count), "\(source)")
        }
    }

    @Test("random patterns are read or refused, and answer within their steps")
    func random() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("patterns from seed \(seed)")
        var random = ConditionRandom(seed: seed)
        let marks = "ab|()[]{}*+?^$.\\dwsbBAzQEpLPN-,0129:imsU<>=!é😀\n".unicodeScalars.map { String($0) }
        for _ in 0..<20_000 {
            let source = (0..<random.below(16)).map { _ in random.pick(marks) }.joined()
            guard let pattern = try? ConditionPattern(source) else { continue }
            var meter = ConditionMeter(stepsMax: 10_000)
            _ = try pattern.matches((0..<random.below(12)).map { _ in random.pick(marks) }.joined(), &meter)
        }
    }
}
