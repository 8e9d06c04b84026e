import Foundation
import Testing

@testable import Throughline

@Suite("tokens")
struct WordPieceTests {
    private func tokens(_ text: String) -> [String] {
        var pieces = WordPiece(table: Given.table)
        var tokens: [UInt32] = []
        var text = text
        text.withUTF8 { pieces.tokenize($0, into: &tokens) }
        return tokens.map { Given.table.text(of: $0) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var tokens: [String]

        init(_ name: String, _ text: String, _ tokens: [String]) {
            testDescription = name
            self.text = text
            self.tokens = tokens
        }
    }

    static let cases = [
        Case("nothing", "", []),
        Case("case is folded", "Home LOAN", ["home", "loan"]),
        Case("marks stand alone", "what's new?", ["what", "'", "s", "new", "?"]),
        Case("accents are dropped", "café naïve", ["cafe", "naive"]),
        Case("a long word falls into pieces", "embeddings", ["em", "##bed", "##ding", "##s"]),
        Case("controls vanish inside a word", "lo\u{0}an", ["loan"]),
        Case("tabs and line ends divide", "home\tloan\n", ["home", "loan"]),
        Case("a word of more than a hundred characters is unknown", String(repeating: "a", count: 101), ["[UNK]"]),
        Case("ideographs stand alone", "東京", ["東", "京"]),
        Case("control tokens in a text are plain text", "[CLS]", ["[", "cl", "##s", "]"]),
    ]

    @Test("splits", arguments: cases)
    func splits(_ example: Case) { #expect(tokens(example.text) == example.tokens) }

    @Test("bytes that are no UTF-8 do no harm")
    func brokenUTF8() {
        var pieces = WordPiece(table: Given.table)
        var tokens: [UInt32] = []
        let bytes: [UInt8] = [0x68, 0xFF, 0xC3, 0x28, 0xF0, 0x9F, 0x61]
        bytes.withUnsafeBufferPointer { pieces.tokenize($0, into: &tokens) }
        #expect(!tokens.isEmpty)
    }

    @Test(
        "agrees with the reference tokenizer on every id",
        .enabled(if: Given.sharedFile("models/golden-256.jsonl") != nil, "no golden file beside the project"))
    func golden() throws {
        let text = try String(
            contentsOfFile: try #require(Given.sharedFile("models/golden-256.jsonl")), encoding: .utf8)
        var pieces = WordPiece(table: Given.table)
        var checked = 0
        for line in text.split(separator: "\n") {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            var given = try #require(object["text"] as? String)
            // The one line with literal control tokens, which the reference reads as such.
            guard !given.contains("[UNK]") else { continue }
            var tokens: [UInt32] = []
            given.withUTF8 { pieces.tokenize($0, into: &tokens) }
            #expect(tokens.map(Int.init) == object["ids"] as? [Int], "\(object["text"]!)")
            checked += 1
        }
        #expect(checked > 250)
    }

    @Test("a text without tokens has no direction, any other has length one")
    func vectors() {
        let encoder = TextEncoder(table: Given.table)
        #expect(encoder.features(of: "").vector.length == 0)
        #expect(abs(encoder.features(of: "home loan").vector.length - 1) < 0.01)
        let same = encoder.features(of: "mortgage for a house").vector.dot(encoder.features(of: "home loan").vector)
        let other = encoder.features(of: "running shoes").vector.dot(encoder.features(of: "home loan").vector)
        #expect(same > other + 0.2)
    }

    @Test("a language without vectors has no direction, and its shared words tell all the same")
    func foreign() {
        let encoder = TextEncoder(table: Given.table)
        let a = encoder.features(of: "Ипотечный кредит для семьи")
        let b = encoder.features(of: "кредит на автомобиль")
        let c = encoder.features(of: "беговые кроссовки")
        #expect(a.vector.length == 0)
        #expect(!a.isEmpty)
        #expect(a.sharedWeight(with: b) > 0)
        #expect(a.sharedWeight(with: c) == 0)
    }

    @Test("each distinct text is made once")
    func interned() {
        let encoder = TextEncoder(table: Given.table)
        #expect(encoder.features(of: "home loan").storage === encoder.features(of: "home loan").storage)
        for number in 0...TextEncoder.cachedTextsMax { _ = encoder.features(of: "text \(number)") }
        #expect(encoder.features(of: "home loan").contentCount == 2)
    }
}

@Suite("the embedding table's file")
struct EmbeddingTableTests {
    private func refusal(_ change: (inout [UInt8]) -> Void) -> EmbeddingTableError? {
        var bytes = [UInt8](
            UnsafeRawBufferPointer(start: Given.embeddingBytes.baseAddress, count: Given.embeddingBytes.count))
        change(&bytes)
        return bytes.withUnsafeBytes { bytes in
            do throws(EmbeddingTableError) {
                _ = try EmbeddingTable(bytes)
                return nil
            } catch { return error }
        }
    }

    @Test("is checked before use")
    func damaged() {
        #expect(refusal { $0[0] = 0 } == .notATable)
        #expect(refusal { $0.removeAll() } == .notATable)
        #expect(refusal { $0[8] = 9 } == .unknownVersion(9))
        #expect(refusal { $0[12] = 64 } == .wrongDimensions(64))
        #expect(refusal { $0.removeLast() } == .sectionOutsideFile("end"))
        #expect(refusal { $0[46] = 0xFF } == .sectionOutsideFile("rows"))
        #expect(refusal { _ in } == nil)
    }

    /// A table of so many tokens of four bytes each, all of whose vectors are zero.
    private func table(tokens count: Int) -> [UInt8] {
        let scales = 128
        let rows = scales + 4 * Vector.dimensions
        let index = rows + count * Vector.dimensions
        let strings = index + 4 * (count + 1)
        var bytes = [UInt8](repeating: 0, count: strings + 4 * count)
        func put(_ value: Int, _ length: Int, at place: Int) {
            for byte in 0..<length { bytes[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
        }
        bytes.replaceSubrange(0..<8, with: "TLSTEMB1".utf8)
        for (place, value) in [(8, 1), (12, Vector.dimensions), (16, count), (24, 0), (28, 4)] {
            put(value, 4, at: place)
        }
        for (place, value) in [(32, scales), (40, rows), (48, index), (56, strings), (64, bytes.count)] {
            put(value, 8, at: place)
        }
        for token in 0...count { put(4 * token, 4, at: index + 4 * token) }
        for token in 0..<count { put(token, 4, at: strings + 4 * token) }
        return bytes
    }

    private func count(of bytes: [UInt8]) -> Result<Int, EmbeddingTableError> {
        bytes.withUnsafeBytes { bytes in Result { () throws(EmbeddingTableError) in try EmbeddingTable(bytes).count } }
    }

    @Test("a table has fewer tokens than the limit, and one with as many is refused")
    func tokensMax() {
        #expect(count(of: table(tokens: EmbeddingTable.tokensMax - 1)) == .success(EmbeddingTable.tokensMax - 1))
        #expect(
            count(of: table(tokens: EmbeddingTable.tokensMax)) == .failure(.tooManyTokens(EmbeddingTable.tokensMax)))
    }
}
