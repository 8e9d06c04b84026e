import Testing

@testable import Throughline

@Suite("segments as they are defined")
struct SegmentDefinitionTests {
    private static func definition(
        _ name: String, title: String = "", _ rule: SegmentDefinition.Rule = .condition("true")
    ) -> SegmentEdit { .define(SegmentDefinition(name: name, title: title, rule: rule)) }

    @Test("a book takes as many as may be, each name once, and refuses what has no effect")
    func book() {
        var book = SegmentBook()
        for number in 0..<SegmentBook.segmentsMax { book.apply(Self.definition("s-\(number)"), id: UInt64(number)) }
        #expect(book.entries.count == SegmentBook.segmentsMax)
        #expect(book.refusal(of: Self.definition("more")) == .tooMany)
        #expect(book.refusal(of: Self.definition("s-1", .condition("false"))) == nil)
        #expect(book.refusal(of: Self.definition("s-1", .list)) == .otherRule)
        #expect(book.refusal(of: .delete(name: "more")) == .unknown)
        let anna = Identifier(organization: 1, kind: .user, value: "anna")
        #expect(book.refusal(of: .list(anna, on: "s-1")) == .notList)
        #expect(book.refusal(of: .unlist(anna, from: "more")) == .unknown)
        book.apply(Self.definition("more"), id: 999)
        #expect(book["more"] == nil)
        book.apply(.delete(name: "s-1"), id: 999)
        book.apply(Self.definition("s-1", .list), id: 1_000)
        #expect(book["s-1"]?.id == 1_000 && book.refusal(of: .list(anna, on: "s-1")) == nil)
    }

    @Test(
        "names and titles are of some characters",
        arguments: [
            ("a", "", true), ("a-1", "Ü", true), (String(repeating: "a", count: 64), "", true), ("", "", false),
            (String(repeating: "a", count: 65), "", false), ("A", "", false), ("a b", "", false), ("é", "", false),
            ("preview", "", false), ("a", String(repeating: "t", count: 257), false), ("a", "\u{7}", false),
        ] as [(String, String, Bool)])
    func names(name: String, title: String, isTaken: Bool) {
        #expect((SegmentBook().refusal(of: Self.definition(name, title: title)) == nil) == isTaken)
    }

    @Test(
        "a condition asks for what it names and nothing else",
        arguments: [
            ("true", []), ("identified", [.identified]), ("traits.a == 1.0 || holdout", [.traits, .holdout]),
            ("purposes.exists(p, p.silentDays > silentDays)", [.purposes, .silence]),
            (#"has(claimed.x) ? "a" in last7 : size(last90) > 3"#, [.claimed, .events7, .events90]),
            (#"[channels30].exists(c, c["web"] > 1)"#, [.channels30]),
            (#"purposes.map(p, p.state == "open", last30).size() > 0"#, [.purposes, .events30]),
            (#"{"a": traits}["a"].b.matches("x")"#, [.traits]), ("-silentDays < 0", [.silence]),
        ] as [(String, SegmentInputs)])
    func inputs(source: String, inputs: SegmentInputs) throws {
        #expect(try SegmentCondition(source).inputs == inputs)
    }

    @Test(
        "a condition that cannot be is refused with a sentence and its place",
        arguments: [
            ("silentDays", 1, "true or false"), ("silentDays > \"a\"", 12, "does not take"),
            ("trait.a == 1", 1, "there is no variable"),
            ("purposes.exists(p, p > 1 &&", 28, "ends too early"), ("now > 1", 1, "there is no variable"),
            ("last7 > 3", 7, "does not take"), ("true &&\n nope", 2, "nope"), ("", 1, "ends too early"),
        ])
    func refused(source: String, column: Int, part: String) throws {
        let error = #expect(throws: ConditionError.self) { try SegmentCondition(source) }
        #expect(
            error?.column == column && error?.line == (source.contains("\n") ? 2 : 1), "\(error.map { "\($0)" } ?? "")")
        #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "")")
    }

    @Test("a condition is no longer than may be, and an answer takes no more steps")
    func bounded() throws {
        let long = "true" + String(repeating: " ", count: SegmentCondition.sourceBytesMax - 4)
        #expect(throws: Never.self) { try SegmentCondition(long) }
        #expect(throws: ConditionError.self) { try SegmentCondition(long + " ") }
        let list = "[1,2,3,4,5,6,7,8,9,10]"
        let slow = try SegmentCondition(
            "\(list).all(a, \(list).all(b, \(list).all(c, \(list).all(d, a + b + c + d > 0))))")
        #expect(throws: ConditionFault.tooManySteps(most: SegmentCondition.stepsMax)) { try slow.holds([:]) }
    }

    @Test("time changes a value at the first moment at which an event is a day older or leaves a window")
    func dues() {
        let day: Int64 = 86_400_000
        func at(_ milliseconds: Int64) -> Instant { Instant(millisecondsSince1970: milliseconds) }
        var facts = SegmentFacts(now: at(100 * day))
        #expect(facts.nextChange(of: [.silence, .purposes, .events7, .channels90]) == nil)
        facts.last = at(98 * day + 5)
        #expect(facts.nextChange(of: .silence) == at(100 * day + 5))
        facts.last = at(98 * day)
        #expect(facts.nextChange(of: .silence) == at(101 * day))
        facts.last = at(103 * day)
        #expect(facts.nextChange(of: .silence) == at(104 * day), "of one that is yet to come")
        facts.happenings = [at(98 * day), at(20 * day), at(93 * day)].map { .init(name: "a", channel: "web", at: $0) }
        #expect(facts.nextChange(of: .events7) == at(105 * day))
        #expect(facts.nextChange(of: [.events7, .channels90]) == at(105 * day))
        #expect(facts.nextChange(of: .channels90) == at(110 * day))
        #expect(facts.nextChange(of: .traits) == nil)
        facts.purposes = [.init(state: .open, events: 1, last: at(99 * day + 7))]
        #expect(facts.nextChange(of: .purposes) == at(100 * day + 7))
    }
}
