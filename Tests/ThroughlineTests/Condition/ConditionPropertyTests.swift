import Foundation
import Testing

@testable import Throughline

@Suite("properties of conditions")
struct ConditionPropertyTests {
    private static let isLong = ProcessInfo.processInfo.environment["THROUGHLINE_LONG"] == "1"

    @Test("a random tree, written as text, is read as the same tree")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("trees from seed \(seed)")
        var random = ConditionRandom(seed: seed)
        for _ in 0..<(Self.isLong ? 1_000_000 : 8_000) {
            let tree = random.tree(depth: random.below(6))
            let text = ConditionWriter.text(of: tree)
            let read = try ConditionParser.parse(text, limits: ConditionLimits())
            #expect(ConditionWriter.outline(of: read) == ConditionWriter.outline(of: tree), "\(text)")
        }
    }

    @Test("whatever the text, it is read or refused with its place, and answers or ends with a fault")
    func fuzz() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("texts from seed \(seed)")
        var random = ConditionRandom(seed: seed)
        var counts: [String: Int] = [:]
        for _ in 0..<(Self.isLong ? 5_000_000 : 20_000) {
            let source = random.text()
            for checksTypes in [true, false] {
                let ending = ending(of: source, checksTypes: checksTypes)
                counts[ending, default: 0] += 1
            }
        }
        print("they end with \(counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })")
        #expect(counts.keys.sorted() == ["fault", "refusal", "value"])
    }

    private static let variables = ConditionVariables([
        "a": .int, "b": .list(.int), "c": .string, "d": .dyn, "e": .map(key: .string, value: .dyn), "t": .timestamp,
    ])

    private static let values: [String: ConditionValue] = [
        "a": .int(.min), "b": .list([.int(1), .int(.max)]), "c": .string("añ"), "d": .double(.nan),
        "e": .map(try! ConditionMap(["a": .null, "b": .uint(.max)])),
        "t": .timestamp(ConditionTimestamp(secondsSince1970: 253_402_300_799, nanoseconds: 999_999_999)!),
    ]

    private func ending(of source: String, checksTypes: Bool) -> String {
        do throws(ConditionError) {
            let expression = try ConditionExpression(source, variables: Self.variables, checksTypes: checksTypes)
            do throws(ConditionFault) {
                let value = try expression.value(Self.values)
                // What is checked is what comes.
                if checksTypes { #expect(ConditionType(of: value).agrees(with: expression.type), "\(source)") }
                return "value"
            } catch {
                return "fault"
            }
        } catch {
            let lines = source.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            #expect((1...lines.count).contains(error.line))
            let line = String(decoding: lines[min(error.line, lines.count) - 1], as: UTF8.self)
            #expect((1...line.count + 1).contains(error.column))
            return "refusal"
        }
    }
}

extension ConditionRandom {
    private static let names = ["a", "b", "value", "_x1", "Zebra"]
    private static let fields = names + ["if", "package", "content-type", "a.b", "1 2"]
    private static let literals: [ConditionValue] = [
        .null, .bool(true), .bool(false), .int(0), .int(.min), .int(.max), .int(-7), .uint(.max), .uint(3), .double(0),
        .double(-0.5), .double(1e300), .double(.leastNonzeroMagnitude), .double(0.1), .double(-3), .string(""),
        .string("añ\"\\\n😀'"),
        .string("\0\r\u{7F}"), .bytes([0, 255, 34, 92, 65]), .bytes([]),
    ]
    private static let binary: [ConditionFunction] = [
        .add, .subtract, .multiply, .divide, .remainder, .equal, .notEqual, .less, .lessOrEqual, .greater,
        .greaterOrEqual, .contained, .index,
    ]

    mutating func tree(depth: Int) -> ConditionSyntax {
        guard depth > 0 else {
            let kind: ConditionSyntax.Kind =
                below(2) == 0
                ? .literal(pick(Self.literals)) : .name(pick(Self.names), isAbsolute: below(8) == 0)
            return ConditionSyntax(kind, at: 0)
        }
        return ConditionSyntax(kind(depth: depth - 1), at: 0)
    }

    private mutating func trees(_ count: Int, depth: Int) -> [ConditionSyntax] {
        (0..<count).map { _ in tree(depth: below(depth + 1)) }
    }

    private mutating func kind(depth: Int) -> ConditionSyntax.Kind {
        switch below(14) {
        case 0: return .field(tree(depth: depth), pick(Self.fields))
        case 1: return .call(pick(Self.names), on: nil, trees(below(4), depth: depth))
        case 2: return .call(pick(Self.names + ["if"]), on: tree(depth: depth), trees(below(4), depth: depth))
        case 3: return .operation(pick([.not, .negate]), [tree(depth: depth)])
        case 4, 5, 6: return .operation(pick(Self.binary), trees(2, depth: depth))
        case 7, 8: return .logic(isAnd: below(2) == 0, trees(2 + below(3), depth: depth))
        case 9:
            return .conditional(tree(depth: depth), then: tree(depth: depth), otherwise: tree(depth: depth))
        case 10: return .list(trees(below(4), depth: depth))
        case 11:
            return .map((0..<below(3)).map { _ in (tree(depth: depth), tree(depth: depth)) })
        case 12: return .hasField(tree(depth: depth), pick(Self.fields))
        default:
            let macro: ConditionMacro = pick([.all, .exists, .existsOne, .map, .filter])
            let count = macro == .map ? 1 + below(2) : 1
            return .each(macro, in: tree(depth: depth), element: pick(Self.names), trees(count, depth: depth))
        }
    }

    /// Bytes of any kind, words of the language in any order, or a tree with a few of its characters changed.
    mutating func text() -> String {
        switch below(4) {
        case 0: return String(decoding: (0..<below(40)).map { _ in UInt8(below(256)) }, as: UTF8.self)
        case 1, 2: return (0..<below(16)).map { _ in pick(Self.words) }.joined(separator: below(2) == 0 ? "" : " ")
        default:
            var scalars = Array(ConditionWriter.text(of: tree(depth: below(5))).unicodeScalars)
            for _ in 0..<below(4) where !scalars.isEmpty {
                let place = below(scalars.count)
                if below(2) == 0 {
                    scalars.remove(at: place)
                } else {
                    scalars[place] = pick(Array("()[]{}.,:?!-+*/%<>=&|'\"`\\ \n0e9xurb".unicodeScalars))
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
    }

    private static let words = [
        "a", "b", "c", "d", "e", "t", "0", "1", "-1", "1u", "2.5", "1e9", "9223372036854775807", "true", "false",
        "null",
        "'a'", "b'\\xff'", "r'\\d+'", "'1h'", "'+02:00'", "\"\"\"x\"\"\"", "+", "-", "*", "/", "%", "==", "!=", "<",
        "<=", ">",
        ">=", "&&", "||", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}", " in ", "has(", "size(", "int(",
        "string(",
        "double(", "duration(", "timestamp(", "dyn(", "type(", ".matches(", ".contains(", ".getHours(",
        ".getFullYear()",
        ".all(x, ", ".map(x, ", ".filter(x, ", ".exists(x, ", "x", ".a", "// c\n", "google.protobuf.Int32Value{value:",
    ]
}
