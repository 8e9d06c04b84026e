import CSimdjson
import Testing

@testable import ThroughlineEngine

@Suite("JSON as nodes")
struct JSONParserTests {
    /// A node, out of the parser's memory.
    private struct Node: Equatable {
        var key: String
        var text: String
        var kind: UInt8
        var depth: UInt16
        var next: Int
    }

    private func nodes(of text: String, to depth: Int) throws -> [Node] {
        let parser = JSONParser(bytesMax: 1 << 16)
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: JSONParser.padding)
        return try bytes.withUnsafeBufferPointer { bytes in
            try parser.nodes(of: UnsafeBufferPointer(rebasing: bytes[..<text.utf8.count]), to: depth).map { node in
                Node(
                    key: String(decoding: node.keyBytes, as: UTF8.self),
                    text: node.isString ? String(decoding: node.textBytes, as: UTF8.self) : "\(node.number)",
                    kind: node.kind, depth: node.depth, next: Int(node.next))
            }
        }
    }

    private func document(_ levels: Int, _ random: inout TestRandom) -> String {
        let count = Int.random(in: 0..<4, using: &random)
        switch Int.random(in: 0..<(levels == 0 ? 4 : 8), using: &random) {
        case 0: return "\(Int.random(in: -9...9, using: &random))"
        case 1: return ["null", "true", "false"].randomElement(using: &random)!
        case 2: return "\"é\\n\(count)\""
        case 3: return "1e999"
        case 4, 5: return "[" + (0..<count).map { _ in document(levels - 1, &random) }.joined(separator: ",") + "]"
        default:
            let members = (0..<count).map { "\"k\($0)\":" + document(levels - 1, &random) }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    @Test("down to a depth, nodes are those of the whole that are no deeper", arguments: [1, 2, 3] as [UInt64])
    func depth(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<300 {
            let text = document(5, &random)
            let whole = try nodes(of: text, to: JSONParser.depthMax)
            for depth in 0...6 {
                let kept = whole.indices.filter { whole[$0].depth <= depth }
                let expected = kept.map { index in
                    var node = whole[index]
                    node.next = kept.count { $0 < whole[index].next }
                    return node
                }
                #expect(try nodes(of: text, to: depth) == expected, "seed \(seed), depth \(depth): \(text)")
            }
        }
    }

    @Test(
        "what is deeper is checked all the same",
        arguments: [#"{"a":{"b":[1,nope]}}"#, #"{"a":{"b":[1,2}}"#, #"{"a":{"b":"\q"}}"#, #"{"a":[[1.]]}"#])
    func checks(text: String) {
        for depth in [0, 1, JSONParser.depthMax] {
            #expect(throws: JSONError.self) { try nodes(of: text, to: depth) }
        }
    }
}
