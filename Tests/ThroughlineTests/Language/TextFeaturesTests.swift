import Testing

@testable import Throughline

/// The shipped model was trained on these features: not one bit of them may change without training anew.
@Suite("what is made of a text")
struct TextFeaturesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var texts: [[UInt8]]
        var digest: UInt64

        init(_ name: String, _ texts: [String], _ digest: UInt64) {
            self.init(name, bytes: texts.map { Array($0.utf8) }, digest)
        }

        init(_ name: String, bytes: [[UInt8]], _ digest: UInt64) {
            testDescription = name
            texts = bytes
            self.digest = digest
        }
    }

    private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    /// Texts of so many characters out of an alphabet, some hundred.
    private static func random(from alphabet: String, seed: UInt64) -> [String] {
        var random = TestRandom(seed: seed)
        let characters = Array(alphabet.unicodeScalars)
        return (0..<300).map { _ in
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 1...80, using: &random) {
                text.append(characters[Int.random(in: 0..<characters.count, using: &random)])
            }
            return String(text)
        }
    }

    private static func randomBytes(seed: UInt64) -> [[UInt8]] {
        var random = TestRandom(seed: seed)
        return (0..<300).map { _ in
            (0..<Int.random(in: 1...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }

    static let cases = [
        Case("nothing", ["", " ", "\n", "\u{0}", "\u{7F}"], 0xa8d2_47a6_cab8_733a),
        Case(
            "plain words",
            [
                "home loan", "Home Loan", "a", "I", "a b c", "the of and", "What are the rates for a home loan?",
                "credit card travel insurance phone plan running shoes", "home home loan home",
                "well-known e-mail it's",
            ], 0x83d5_a41c_477d_d13d),
        Case(
            "sentences, names and numbers",
            [
                "Order A17 is late. Call Anna at 5pm!", "see: Berlin and Paris? no Rome", "x1 x1 X1 2 22 B",
                "ok\nOk ok Ok",
                "17:00 on 12th, 3.5% of $200", "A. B. C D E F G H I J K L M N O P", "NASA's iPhone 15 Pro Max",
            ], 0xeccf_4ed9_5774_4afb),
        Case(
            "accents, marks and blanks beyond ASCII",
            [
                "café naïve Ångström", "CAFÉ ÜBER straße ẞ", "“quoted” — it’s…", "a\u{A0}b\u{3000}c\u{2003}d",
                "soft\u{AD}hyphen zero\u{200B}width", "e\u{301} o\u{308}", "İstanbul ıssız", "ſ K Å ﬁ", "½ ² № ™ €5",
            ], 0xd383_bdbc_1d9f_29f8),
        Case(
            "other scripts",
            [
                "Ипотечный кредит для семьи", "КРЕДИТ кредит Кредит", "東京 の home loan", "住宅ローンの金利", "주택 담보 대출",
                "ΟΔΟΣ οδος", "قرض عقاري", "ไทย", "😀 😀😀 loan😀", "home кредит loan",
            ], 0xd0b1_6173_b6aa_0252),
        Case(
            "controls",
            [
                "lo\u{0}an", "lo\u{1}an home", "home \u{1}loan", "home\u{7F}", "\u{1}a\u{1}b\u{1} c", "a\tb\rc\nd",
                "k\u{1}р\u{1}é x", "\u{1}", "ab\u{1}.cd", "Home\u{0} Loan\u{0}Bank 1\u{2}2",
            ], 0xfaf8_83ee_bdff_810d),
        Case(
            "lengths about the limits",
            [1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 99, 100, 101, 255, 256, 1_000].flatMap { length in
                ["a", "é", "東", "б", "!", "a ", "zq ", "ab1 ", "a\u{1}", "к ", "Über "].map { times(length, $0) }
            }, 0x6397_506c_4d4e_950e),
        Case(
            "more than is kept",
            [9, 24, 25, 33, 300].flatMap { count in
                ["w", "кр", "A", "é"].map { stem in (0..<count).map { "\(stem)\($0)" }.joined(separator: " ") }
            }, 0x7d14_185d_44b1_3c2b),
        Case(
            "bytes that are no UTF-8",
            bytes: [
                [0xFF], [0xC3], [0x68, 0xFF, 0xC3, 0x28, 0xF0, 0x9F, 0x61], [0x61, 0xE2, 0x80, 0x20, 0x62],
                [0x61, 0xC0, 0x80, 0x62], [0xED, 0xA0, 0x80, 0x61], [0xF4, 0x90, 0x80, 0x80], [0x61, 0xF0, 0x9F, 0x98],
            ], 0xd4d9_0584_48b0_2b33),
        Case(
            "random letters", random(from: "abcdefghijklmnopqrstuvwxyzABCDE0129  .,!?:\n-'", seed: 1),
            0xa70b_7c91_b9c2_1c07),
        Case(
            "random scripts", random(from: "aB1 éÜßñŁ東京の кредитКР İıſ‘’…—\u{200B}\u{AD}\u{301}\u{1}", seed: 2),
            0xe3fb_4188_546a_4096),
        Case("random bytes", bytes: randomBytes(seed: 3), 0x6f4c_af5b_649d_2bb0),
    ]

    @Test("the same bits in every release", arguments: cases)
    func digest(_ example: Case) {
        let encoder = TextEncoder(table: Given.table)
        var digest = Digest()
        for text in example.texts { text.withUnsafeBufferPointer { digest.add(encoder.features(of: $0)) } }
        #expect(digest.value == example.digest)
    }

    @Test("what was met before changes nothing")
    func order() {
        let texts = TextFeaturesTests.cases.flatMap(\.texts)
        let experienced = TextEncoder(table: Given.table)
        for text in texts.reversed() { text.withUnsafeBufferPointer { _ = experienced.features(of: $0) } }
        // A text of the same words in another order, so that it is new and its words are not.
        for text in texts.prefix(600) {
            let other = [0x21] + text
            let new = TextEncoder(table: Given.table)
            var digests = (Digest(), Digest())
            other.withUnsafeBufferPointer {
                digests.0.add(experienced.features(of: $0))
                digests.1.add(new.features(of: $0))
            }
            #expect(digests.0.value == digests.1.value, "\(String(decoding: text, as: UTF8.self))")
        }
    }
}

/// A hash of all that features say.
private struct Digest {
    private(set) var value: UInt64 = 0

    mutating func add(_ features: TextFeatures) {
        for index in 0..<PackedBlock.perVector {
            for word in 0..<4 { add(UInt32(bitPattern: features.vector.blocks[index][word])) }
        }
        add(features.vector.scale)
        add(features.evidence)
        add(UInt64(features.contentCount))
        add(features.weightSum)
        add(UInt64(features.pieceCount))
        for index in 0..<features.pieceCount {
            add(features.piece(index))
            add(features.weight(index))
        }
        add(UInt64(features.wordCount))
        for index in 0..<features.wordCount { add(features.word(index)) }
        add(UInt64(features.entityCount))
        for index in 0..<features.entityCount { add(features.entity(index)) }
        for index in 0..<8 { add(features.trigrams[index]) }
        add(features.trigramCover(by: SIMD8(repeating: 0x5555_5555_5555_5555)))
    }

    private mutating func add(_ number: Float) { add(number.bitPattern) }
    private mutating func add(_ number: UInt32) { add(UInt64(number)) }
    private mutating func add(_ number: UInt64) { value = StableHash.mixed(value ^ StableHash.mixed(number &+ 1)) }
}
