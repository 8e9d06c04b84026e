import Testing

@testable import Throughline

@Suite("what a condition answers")
struct ConditionTests {
    static let variables = ConditionVariables([
        "price": .double, "count": .int, "person.tier": .string, "person": .map(key: .string, value: .dyn),
        "tags": .list(.string), "since": .timestamp, "now": .timestamp, "waited": .duration, "anything": .dyn,
        "traits": .map(key: .string, value: .dyn),
    ])

    static let values: [String: ConditionValue] = [
        "price": .double(120), "count": .int(3), "person.tier": .string("gold"),
        "tags": .list([.string("new"), .string("é")]), "anything": .uint(3),
        "since": .timestamp(ConditionTimestamp(secondsSince1970: 1_700_000_000, nanoseconds: 250_000_000)!),
        "now": .timestamp(ConditionTimestamp(Instant(millisecondsSince1970: 1_700_172_800_000))!),
        "waited": .duration(.milliseconds(90_500)),
        "traits": .map(try! ConditionMap(["city": .string("Bern"), "age": .int(41)])),
    ]

    @Test(
        "holds",
        arguments: [
            "price > 100.0 && count == 3",
            "person.tier in ['silver', 'gold']",
            "'new' in tags && !('old' in tags)",
            "tags.exists(t, t.startsWith('n')) && tags.all(t, size(t) <= 3)",
            "has(traits.city) && !has(traits.street)",
            "traits.age >= 18 && traits['city'] == 'Bern'",
            "now - since < duration('48h') && now > since",
            "since.getFullYear() == 2023 && since.getMonth() == 10 && since.getDate() == 14",
            "since.getHours() == 22 && since.getHours('+02:00') == 0 && since.getDayOfWeek('+02:00') == 3",
            "since.getMilliseconds() == 250",
            "string(since) == '2023-11-14T22:13:20.250Z'",
            "string(waited) == '90.500s' && waited.getMinutes() == 1",
            "anything == 3 && anything == 3.0 && anything in [1, 2, 3]",
            "dyn(count) < 3.5 && dyn(9007199254740993) > 9007199254740992.0",
            "string(0.1 + 0.2) == '0.30000000000000004'",
            "string(100.0) == '100' && string(1e21) == '1e+21' && string(-1.5e-7) == '-1.5e-07'",
            "string(123456789.125) == '123456789.125' && string(0.0001) == '0.0001'",
            "'e\\u0301' != 'é' && size('e\\u0301') == 2",
            "{'a': 1}.a == 1 && {1: 'x'}[dyn(1u)] == 'x'",
            "traits.street == 1 || true",
            "!(1 / 0 == 1 && false)",
            "[1, 2, 3].map(n, n > 1, n * n) == [4, 9]",
            "[[1, 2], [3]].exists_one(l, l.exists(n, n == 3))",
            "[1].all(count, count == 1) && count == 3",
            "duration('1h30m') == duration('90m') && duration('-1.5s') < duration('0')",
            "timestamp('2024-02-29T23:59:59+02:00').getDayOfYear() == 59",
            "type(count) == int && type(tags) == list && type(null) == null_type",
            "b'\\xc3\\xa9' == bytes('é') && size(b'\\xc3\\xa9') == 2",
        ])
    func holds(_ source: String) throws {
        #expect(try Condition(source, variables: Self.variables).holds(Self.values))
    }

    static let faults: [(String, ConditionFault)] = [
        ("count / 0 == 1", .divisionByZero),
        ("count % 0 == 1", .divisionByZero),
        ("9223372036854775807 + count > 0", .overflow),
        ("traits.street == 1", .noKey("street")),
        ("{1: 2}[3] == 2", .noKey("3")),
        ("tags[2] == ''", .indexOutOfRange(count: 2)),
        ("anything + 1 == 2", .notApplicable(function: "+", types: [.uint, .int])),
        ("anything.field == 1", .noField("field", of: .uint)),
        ("anything", .notBool(.uint)),
        ("anything && true", .notApplicable(function: "&&", types: [.uint])),
        ("{anything: 1, 3: 2} == {}", .repeatedKey("3")),
        ("int('1x') == 1", .notConvertible(to: .int)),
        ("int(1e300) == 1", .overflow),
        ("timestamp('2023-02-30T00:00:00Z') == now", .notConvertible(to: .timestamp)),
        ("timestamp('9999-12-31T23:59:59Z') + duration('1s') > now", .timeOutOfRange),
        ("since.getHours('Europe/Berlin') == 1", .unknownZone("Europe/Berlin")),
        ("person.city == ''", .noValue(variable: "person")),
        ("person.tier.matches(string(tags[0] + '('))", .badPattern("a ( has no ) behind it")),
    ]

    @Test("ends with a fault that says why", arguments: faults)
    func fault(_ source: String, _ expected: ConditionFault) throws {
        let condition = try Condition(source, variables: Self.variables)
        let fault = #expect(throws: ConditionFault.self) { _ = try condition.holds(Self.values) }
        #expect(fault == expected)
    }

    @Test("a fault is told in a sentence")
    func faultTexts() {
        #expect(ConditionFault.noKey("street").description == "the map has no key street")
        #expect(
            ConditionFault.notApplicable(function: "+", types: [.uint, .int]).description
                == "+ does not take uint and int")
        #expect(ConditionFault.notBool(.uint).description == "a condition is true or false, not of type uint")
    }

    @Test("a namespace comes before a plain name")
    func namespace() throws {
        let variables = ConditionVariables(["shop.count": .int, "count": .int], namespace: "shop")
        let values: [String: ConditionValue] = ["shop.count": .int(1), "count": .int(2)]
        #expect(try Condition("count == 1 && .count == 2", variables: variables).holds(values))
    }

    @Test("a moment of the kernel is the same moment")
    func instants() throws {
        let moment = try #require(ConditionTimestamp(Instant(millisecondsSince1970: -1)))
        #expect(moment == ConditionTimestamp(secondsSince1970: -1, nanoseconds: 999_000_000))
        #expect(ConditionTimestamp(Instant(millisecondsSince1970: .max)) == nil)
        #expect(ConditionTimestamp(Instant(millisecondsSince1970: .min)) == nil)
    }

    @Test("values from outside that no condition could make end with a fault")
    func strangeValues() throws {
        let variables = ConditionVariables(["d": .duration, "t": .timestamp])
        let values: [String: ConditionValue] = [
            "d": .duration(.seconds(Int64.max)), "t": .timestamp(ConditionTimestamp(secondsSince1970: 0)!),
        ]
        for source in ["d + d == d", "t + d == t", "d - d == d", "t - d == t"] {
            let condition = try Condition(source, variables: variables)
            #expect(throws: ConditionFault.timeOutOfRange) { try condition.holds(values) }
        }
    }

    @Test("dates agree with those of the kernel over all years")
    func calendar() throws {
        var random = ConditionRandom(seed: 7)
        for _ in 0..<20_000 {
            let seconds = Int64(random.below(315_537_897_600)) - 62_135_596_800
            let moment = try #require(ConditionTimestamp(secondsSince1970: seconds))
            let written = Instant(millisecondsSince1970: seconds * 1000).rfc3339
            let parts = try [ConditionFunction.getFullYear, .getMonth, .getDate].map { try #require(moment.part($0)) }
            let date = "\(10_000 + parts[0])-\(101 + parts[1])-\(100 + parts[2])".split(separator: "-")
                .map { $0.dropFirst() }.joined(separator: "-")
            #expect(written.hasPrefix(date))
            #expect(ConditionText.timestamp(from: written) == moment)
        }
    }
}

/// A seeded generator for properties.
struct ConditionRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return StableHash.mixed(state)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
