import Foundation
import Testing

@testable import Throughline

@Suite("limits of conditions")
struct ConditionLimitTests {
    private static let variables = ConditionVariables([
        "list": .list(.int), "text": .string, "deep": .dyn, "pattern": .string, "map": .map(key: .string, value: .int),
    ])

    private func reason(_ source: String, _ change: (inout ConditionLimits) -> Void = { _ in }) -> String? {
        var limits = ConditionLimits()
        change(&limits)
        let error = #expect(throws: ConditionError.self) {
            _ = try ConditionExpression(source, variables: Self.variables, limits: limits)
        }
        return error?.reason
    }

    @Test("a text that is too long")
    func sourceBytes() {
        let source = String(repeating: " ", count: 16_384) + "1"
        #expect(reason(source) == "the text is longer than 16384 bytes")
        #expect(throws: Never.self) {
            _ = try ConditionExpression(String(source.dropFirst()), variables: Self.variables)
        }
    }

    @Test("more parts than there may be")
    func nodes() {
        let source = "[" + String(repeating: "1,", count: 4_096) + "1]"
        #expect(reason(source) == "it has more than 4096 parts")
        #expect(reason("[1, 2, 3]") { $0.nodesMax = 3 } == "it has more than 3 parts")
    }

    @Test(
        "what nests too deep",
        arguments: [
            ("(", "1", ")"), ("!", "true", ""), ("-", "list", ""), ("[", "", "]"), ("{1: ", "1", "}"),
            ("true ? true : ", "true", ""), ("1 + ", "1", ""),
            ("", "list", "[0]"), ("", "deep", ".a"), ("", "deep", ".a()"), ("size(", "text", ")"),
            ("list.all(e, ", "true", ")"), ("true && (false || (", "true", "))"), ("text.matches(", "text", ")"),
            ("1 < ", "1", ""), ("deep.f([{1: ", "1", "}])"),
        ])
    func nesting(_ before: String, _ inner: String, _ after: String) {
        for count in [101, 1_000, 100_000] {
            let source = String(repeating: before, count: count) + inner + String(repeating: after, count: count)
            let reason = reason(source) {
                $0.sourceBytesMax = .max
                $0.nodesMax = .max
            }
            #expect(reason == "it nests deeper than 100")
        }
    }

    @Test("what nests just as deep as it may")
    func nestingAllowed() throws {
        for (before, after) in [("(", ")"), ("[", "]"), ("", "[0]"), ("true ? true : ", ""), ("!", "")] {
            let source = String(repeating: before, count: 98) + "deep" + String(repeating: after, count: 98)
            let expression = try ConditionExpression(source, variables: Self.variables)
            _ = try? expression.value(["deep": .bool(true)])
        }
    }

    /// What a thread has to have; much less once it is optimized.
    #if DEBUG
        private static let stackBytes = 2_097_152
    #else
        private static let stackBytes = 524_288
    #endif

    @Test("the deepest condition needs a bounded stack")
    func stack() async {
        let before = "!(true || [0].exists(e, e == (true ? [1, {1: "
        let after = "}.size()] : [0])[0]))"
        let deepest = (1...40).compactMap { count -> ConditionExpression? in
            let source = String(repeating: before, count: count) + "2" + String(repeating: after, count: count)
            return try? ConditionExpression(source, variables: Self.variables, checksTypes: false)
        }.last
        let found = deepest?.source ?? ""
        await withCheckedContinuation { continuation in
            let thread = Thread {
                let expression = try? ConditionExpression(found, variables: Self.variables, checksTypes: false)
                _ = try? expression?.value([:] as [String: ConditionValue])
                let inside = String(repeating: "deep == [", count: 99)
                _ = try? ConditionExpression(inside, variables: Self.variables)
                continuation.resume()
            }
            thread.stackSize = Self.stackBytes
            thread.start()
        }
        #expect(found.utf8.count > 500)
    }

    @Test(
        "more steps than there may be",
        arguments: [
            "list.all(a, list.all(b, list.all(c, list.all(d, true))))",
            "list.map(a, list.map(b, list.map(c, list)))",
            "list.exists(a, list.exists(b, list.exists(c, 1 / 0 == 1)))",
            "list.map(a, list + list + list + list).exists(l, l == list)",
            "list.filter(a, a in list.map(b, b + 1000))",
            "list.all(a, list == list)",
            "list.all(a, text + text != text)",
            "list.all(a, !text.contains('ab'))",
            "list.all(a, text.matches('b*$'))",
            "list.all(a, text.matches('(a|aa)+$'))",
            "list.all(a, size(text) > 0)",
            "list.all(a, text == text + '')",
            "list.all(a, text <= text)",
            "list.all(a, !(text in map))",
            "list.all(a, size(bytes(text)) > 0 && string(bytes(text)) != '')",
            "list.all(a, list.exists(b, 'a'.matches(pattern + string(b)) || b < 0))",
            "list.all(a, list.map(b, {b: list.map(c, c)}) != [])",
        ])
    func steps(_ source: String) throws {
        let values: [String: ConditionValue] = [
            "list": .list((0..<1_000).map { .int($0) }), "text": .string(String(repeating: "a", count: 100_000)),
            "pattern": .string("[a-z]{50}("), "map": .map(ConditionMap()),
        ]
        let expression = try ConditionExpression(source, variables: Self.variables)
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(throws: ConditionFault.tooManySteps(most: 100_000)) { _ = try expression.value(values) }
        }
        #expect(time < .seconds(5), "\(source) took \(time)")
    }

    @Test("no other answer stands in for too many steps")
    func stepsAreNotAbsorbed() throws {
        var limits = ConditionLimits()
        limits.stepsMax = 50
        let source = "true || list.all(a, true)"
        for (source, holds) in [(source, true), ("list.all(a, true) || true", false)] {
            let condition = try Condition(source, variables: Self.variables, limits: limits)
            let values: [String: ConditionValue] = ["list": .list([ConditionValue](repeating: .int(0), count: 1_000))]
            if holds {
                #expect(try condition.holds(values))
            } else {
                #expect(throws: ConditionFault.tooManySteps(most: 50)) { try condition.holds(values) }
            }
        }
    }

    @Test("values that nest too deep to compare")
    func valueNesting() throws {
        var deep = ConditionValue.int(1)
        for _ in 0..<1_000 { deep = .list([deep]) }
        let condition = try Condition("deep == deep", variables: Self.variables)
        #expect(throws: ConditionFault.valueTooDeep) { try condition.holds(["deep": deep]) }
    }

    @Test("patterns that are too long, too large, too deep")
    func patterns() {
        let prefix = "the pattern is not to be read: "
        let long = String(repeating: "a", count: 1_025)
        #expect(reason("text.matches('\(long)')") == prefix + "it is longer than 1024 bytes")
        #expect(reason("text.matches('(a{100}){100}')") == prefix + "it has more than 2000 steps")
        #expect(reason("text.matches('((a?){1000}){1000}')") == prefix + "it has more than 2000 steps")
        #expect(reason("text.matches('a{1001}')") == prefix + "it repeats more than 1000 times, or backwards")
        let deep = String(repeating: "(", count: 60) + String(repeating: ")", count: 60)
        #expect(reason("text.matches('\(deep)')") == prefix + "its groups nest deeper than 50")
    }

    @Test("reading takes little time, however a text is built")
    func readingTime() {
        let chain = "deep" + String(repeating: ".a", count: 90)
        let types = "[" + String(repeating: "[[[[[[[[[[1]]]]]]]]]],", count: 300) + "]"
        let shapes = [
            "[" + String(repeating: chain + ",", count: 40) + "]", types,
            String(repeating: "text.matches('[a-z]{1000}') || ", count: 400) + "true",
            String(repeating: "(", count: 90) + "deep" + String(repeating: "in [1,1,1,1,1,1,1,1])", count: 90),
            "'" + String(repeating: "\\n", count: 8_000) + "' == text",
            String(repeating: "deep&&", count: 2_000) + "deep",
            "zebra" + String(repeating: ".a", count: 90),
        ]
        for source in shapes {
            let time = ContinuousClock().measure { _ = try? ConditionExpression(source, variables: Self.variables) }
            #expect(time < .seconds(3), "\(source.prefix(40)) took \(time)")
        }
    }

    @Test("what repeats nothing takes no time")
    func emptyRepeats() throws {
        _ = try ConditionPattern("((((){1000}){1000}){1000}){1000}(((){1000}|)*)*")
    }
}
