import Testing
import Throughline

/// Each definition of ``CountKind`` by an example written by hand.
@Suite("what is counted")
struct CountKindTests {
    static let (a, b, c): (UInt64, UInt64, UInt64) = (0xA, 0xB, 0xC)
    /// The first of March 2026.
    static let march: Int64 = 1_772_323_200_000
    static let day: Int64 = 86_400
    static let months: UInt64 = 2026 * 12

    /// A step written short.
    struct Written: Sendable {
        var purpose: String?
        var name: UInt64
        var second: Int64
        var channel: UInt16 = 0
        var outcome: Outcome?
        var type: UInt32?
    }

    static func step(
        _ purpose: String?, _ name: UInt64, _ second: Int64, by channel: UInt16 = 0, _ outcome: Outcome? = nil,
        type: UInt32? = nil
    ) -> Written {
        Written(purpose: purpose, name: name, second: second, channel: channel, outcome: outcome, type: type)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kinds: Set<CountKind>
        let steps: [Written]
        let expected: [CountKey: Tally]

        init(_ description: String, _ kinds: Set<CountKind>, _ steps: [Written], _ expected: [CountKey: Tally]) {
            testDescription = description
            self.kinds = kinds
            self.steps = steps
            self.expected = expected
        }
    }

    static let cases = steps + sequences + channels + purposes

    static let steps = [
        Case(
            "steps, the purposes that reach a name, and those that come back to it",
            [.step, .reached, .rework],
            [step("p", a, 0), step("p", b, 1), step("p", a, 2), step("p", a, 3), step("q", b, 4), step(nil, c, 5)],
            [
                CountKey(.step, type: 1, a): Tally(count: 3), CountKey(.step, type: 1, b): Tally(count: 1),
                CountKey(.step, type: 2, b): Tally(count: 1),
                CountKey(.reached, type: 1, a): Tally(count: 1), CountKey(.reached, type: 1, b): Tally(count: 1),
                CountKey(.reached, type: 2, b): Tally(count: 1),
                CountKey(.rework, type: 1, a): Tally(count: 1),
            ]),
        Case(
            "a purpose begins with one name and ends with the latest",
            [.start, .end], [step("p", a, 0), step("q", a, 1), step("p", b, 2), step("p", c, 3)],
            [
                CountKey(.start, type: 1, a): Tally(count: 1), CountKey(.end, type: 1, c): Tally(count: 1),
                CountKey(.start, type: 2, a): Tally(count: 1), CountKey(.end, type: 2, a): Tally(count: 1),
            ]),
        Case(
            "a step follows the one before it in its purpose, whatever is between",
            [.follows],
            [step("p", a, 0), step("q", b, 1), step(nil, c, 2), step("p", b, 7), step("p", b, 9)],
            [
                CountKey(.follows, type: 1, a, b): Tally(count: 1, total: 7_000),
                CountKey(.follows, type: 1, b, b): Tally(count: 1, total: 2_000),
            ]),
        Case(
            "from the first step of one name to the first of another, by how many seconds lie between",
            [.between],
            [step("p", a, 0), step("p", a, 1), step("p", b, 3), step("p", c, 3), step("p", b, 9), step("p", a, 10)],
            [
                CountKey(.between, type: 1, a, b, 2): Tally(count: 1, total: 3),
                CountKey(.between, type: 1, a, c, 2): Tally(count: 1, total: 3),
                CountKey(.between, type: 1, b, c, 0): Tally(count: 1),
            ]),
    ]

    private static let node = VariantNode.child(of: 0, a)
    private static let longer = VariantNode.child(of: node, b)

    static let sequences = [
        Case(
            "every beginning of a sequence is a node, and the whole of it a variant",
            [.node, .variant],
            [step("p", a, 0), step("p", b, 1), step("r", a, 2, type: 1)],
            [
                CountKey(.node, type: 1, VariantNode.root, a): Tally(count: 2),
                CountKey(.node, type: 1, node, b): Tally(count: 1),
                CountKey(.variant, type: 1, longer): Tally(count: 1),
                CountKey(.variant, type: 1, node): Tally(count: 1),
            ]),
        Case(
            "a band leads from a place in the sequence to the next",
            [.sankey], [step("p", a, 0), step("p", b, 1), step("p", b, 2), step("p", b, 3)],
            [
                CountKey(.sankey, type: 1, a, b, 0): Tally(count: 1),
                CountKey(.sankey, type: 1, b, b, 1): Tally(count: 1),
                CountKey(.sankey, type: 1, b, b, 2): Tally(count: 1),
            ]),
    ]

    static let channels = [
        Case(
            "another channel takes over from the latest known one of the purpose",
            [.handover],
            [
                step("p", a, 0, by: 1), step("p", a, 5, by: 1), step("q", a, 6, by: 3), step("p", b, 7),
                step("p", b, 9, by: 2), step("p", b, 10, by: 2), step("p", b, 12, by: 1), step("p", b, 13, by: 64),
            ],
            [
                CountKey(.handover, type: 1, 1, 2): Tally(count: 1, total: 4),
                CountKey(.handover, type: 1, 2, 1): Tally(count: 1, total: 2),
            ]),
        Case(
            "events by month and channel, a person once each, and the months in which she comes back",
            [.interactions, .customers, .retention],
            [
                step("p", a, 0, by: 1), step(nil, b, 1, by: 1), step("p", a, 2), step("p", a, 31 * day - 1, by: 1),
                step(nil, a, 31 * day, by: 2), step("p", a, 95 * day, by: 1),
            ],
            [
                CountKey(.interactions, months + 2, 1): Tally(count: 3),
                CountKey(.interactions, months + 2, 0): Tally(count: 1),
                CountKey(.interactions, months + 3, 2): Tally(count: 1),
                CountKey(.interactions, months + 5, 1): Tally(count: 1),
                CountKey(.customers, months + 2, 1): Tally(count: 1),
                CountKey(.customers, months + 2, 0): Tally(count: 1),
                CountKey(.customers, months + 3, 2): Tally(count: 1),
                CountKey(.customers, months + 5, 1): Tally(count: 1),
                CountKey(.customers, months + 2, CountKey.anyChannel): Tally(count: 1),
                CountKey(.customers, months + 3, CountKey.anyChannel): Tally(count: 1),
                CountKey(.customers, months + 5, CountKey.anyChannel): Tally(count: 1),
                CountKey(.retention, months + 2, 0): Tally(count: 1),
                CountKey(.retention, months + 2, 1): Tally(count: 1),
                CountKey(.retention, months + 2, 3): Tally(count: 1),
            ]),
    ]

    static let purposes = [
        Case(
            "of two outcomes the later one counts, with the time that it took",
            [.purposes, .outcome, .cohortSize, .cohort],
            [
                step("p", a, 0), step("p", b, 60, .declined), step("q", a, 61), step("p", c, 40 * day, .fulfilled),
                step("p", c, 41 * day),
            ],
            [
                CountKey(.purposes, type: 1): Tally(count: 1), CountKey(.purposes, type: 2): Tally(count: 1),
                CountKey(.cohortSize, type: 1, months + 2): Tally(count: 1),
                CountKey(.cohortSize, type: 2, months + 2): Tally(count: 1),
                CountKey(.outcome, type: 1, 1): Tally(count: 1, total: 40 * day),
                CountKey(.cohort, type: 1, months + 2, 1, 1): Tally(count: 1),
            ]),
        Case(
            "the same outcome again counts once, as the later",
            [.outcome], [step("p", a, 0), step("p", a, 5, .cancelled), step("p", a, 9, .cancelled)],
            [CountKey(.outcome, type: 1, 3): Tally(count: 1, total: 9)]),
        Case(
            "purposes overlap where each goes on behind the beginning of the other, once a pair",
            [.overlap],
            [
                step("p", a, 0), step("q", a, 1), step("p", a, 2), step("q", a, 3), step("p", a, 4),
                step("r", a, 5, type: 1), step("q", a, 6), step("s", a, 6, type: 3),
            ],
            [
                CountKey(.overlap, 1, 2): Tally(count: 2)  // p with q, and r within q; s begins when all are done
            ]),
        Case(
            "a purpose that begins is open beside those without an outcome that went on within 30 days",
            [.parallel],
            [
                step("p", a, 0), step("q", a, 1), step("q", b, 2, .fulfilled), step("r", a, 30 * day, type: 3),
                step("s", a, 30 * day + 1, .fulfilled, type: 3), step("t", a, 90 * day, .declined, type: 3),
            ],
            [
                CountKey(.parallel, 1): Tally(count: 2),  // p, and t, behind whom all are silent
                CountKey(.parallel, 2): Tally(count: 3),  // q beside p, r beside p on its last day, s beside r
            ]),
    ]

    @Test("an example", arguments: cases)
    func counts(_ example: Case) {
        let steps = example.steps.enumerated().map { order, written in
            CountedStep(
                purpose: written.purpose.map { PurposeID(opening: $0) },
                type: written.type ?? (written.purpose == nil ? 0 : written.purpose == "p" ? 1 : 2),
                name: written.name, channel: written.channel,
                milliseconds: CountKindTests.march + written.second * 1_000, order: UInt64(order),
                outcome: written.outcome)
        }
        let counts = PersonTally.counts(of: steps.reversed()).counts
        #expect(counts.plain.filter { example.kinds.contains($0.key.kind) } == example.expected)
        #expect(counts.plain == PlainCounts([steps]).tallies)
    }

    @Test("kinds and outcomes keep their numbers")
    func keepsNumbers() {
        #expect(CountKind.allCases.map(\.rawValue) == Array(1...21))
        #expect(Outcome.allCases.map(\.code) == [1, 2, 3, 4])
        #expect((0...5).map { Outcome(code: $0) } == [nil, .fulfilled, .declined, .cancelled, .lapsed, nil])
        #expect(VariantNode.child(of: VariantNode.root, 1) == 11_385_487_063_155_714_807)
    }
}
