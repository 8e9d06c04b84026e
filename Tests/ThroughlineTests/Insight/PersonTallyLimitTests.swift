import Testing
import Throughline

@Suite("limits of what is kept of a person")
struct PersonTallyLimitTests {
    private static func step(
        _ purpose: Int, _ name: Int, at second: Int, by channel: UInt16 = 1, type: UInt32 = 1
    ) -> CountedStep {
        CountedStep(
            purpose: PurposeID(opening: "\(purpose)"), type: type, name: UInt64(name), channel: channel,
            milliseconds: 1_577_836_800_000 + Int64(second) * 1_000, order: UInt64(second))
    }

    /// Each added as it comes; nothing is refused, and a recount says the same.
    private static func added(_ steps: [CountedStep]) -> (tally: PersonTally, counts: Counts) {
        var tally = PersonTally()
        var counts = Counts()
        for step in steps { #expect(tally.add(step, into: &counts)) }
        let again = PersonTally.counts(of: steps.reversed())
        #expect(again.tally == tally && again.counts == counts)
        #expect(counts.plain == PlainCounts([steps]).tallies)
        return (tally, counts)
    }

    @Test("of the purposes beyond 64 the one that was silent longest is let go, and begins anew where it goes on")
    func purposes() {
        // 0 goes on behind the others, so 1 makes room for 64; what it has counts, and it comes back as another.
        let opening = (0..<64).map { PersonTallyLimitTests.step($0, 7, at: $0) }
        let going = [PersonTallyLimitTests.step(0, 8, at: 100), PersonTallyLimitTests.step(64, 7, at: 101)]
        let (tally, counts) = PersonTallyLimitTests.added(opening + going)
        #expect(tally.followed.map(\.id) == ([0] + (2...64)).map { PurposeID(opening: "\($0)") })
        #expect(counts[CountKey(.purposes, type: 1)].count == 65)
        let back = PersonTallyLimitTests.added(opening + going + [PersonTallyLimitTests.step(1, 8, at: 102)])
        #expect(back.tally.followed.count == PersonTally.purposesMax)
        #expect(back.tally.followed.last?.id == PurposeID(opening: "1"))
        #expect(back.counts[CountKey(.purposes, type: 1)].count == 66)
        #expect(back.counts[CountKey(.start, type: 1, 8)].count == 1)
        #expect(back.counts[CountKey(.follows, type: 1, 7, 8)].count == 1, "of 0, and not of 1")
    }

    @Test("a purpose that is let go may come back under another type")
    func typeOfOneLetGo() {
        let opening = (0...64).map { PersonTallyLimitTests.step($0, 7, at: $0) }
        let (_, counts) = PersonTallyLimitTests.added(opening + [PersonTallyLimitTests.step(0, 7, at: 90, type: 2)])
        #expect(counts[CountKey(.purposes, type: 1)].count == 65)
        #expect(counts[CountKey(.purposes, type: 2)].count == 1)
    }

    @Test("names beyond 32 are steps that are not told apart by purpose, and that is said once")
    func names() {
        let steps = (0..<34).map { PersonTallyLimitTests.step(0, $0, at: $0) }
        let more = [PersonTallyLimitTests.step(0, 33, at: 50), PersonTallyLimitTests.step(0, 31, at: 51)]
        let (_, counts) = PersonTallyLimitTests.added(steps + more)
        #expect(counts[CountKey(.step, type: 1, 33)].count == 2)
        #expect(counts[CountKey(.reached, type: 1, 31)].count == 1)
        #expect(counts[CountKey(.reached, type: 1, 32)].count == 0)
        #expect(counts[CountKey(.rework, type: 1, 33)].count == 0)
        #expect(counts[CountKey(.rework, type: 1, 31)].count == 1)
        #expect(counts[CountKey(.namesCut, type: 1)].count == 1)
        #expect(counts.filter { $0.key.kind == .between }.count == 32 * 31 / 2)
    }

    @Test("a sequence is made of 32 steps; what comes behind is cut, and said", arguments: [31, 32, 33, 40])
    func variants(_ count: Int) {
        let steps = (0..<count).map { PersonTallyLimitTests.step(0, $0 % 3, at: $0) }
        let (_, counts) = PersonTallyLimitTests.added(steps)
        let node = steps.prefix(32).reduce(VariantNode.root) { VariantNode.child(of: $0, $1.name) }
        let variants = counts.map(\.key).filter { $0.kind == .variant }
        #expect(variants == [CountKey(.variant, type: 1, node, count > 32 ? 1 : 0)])
        #expect(counts.count { $0.key.kind == .node } == min(count, PersonTally.variantStepsMax))
    }

    @Test("eight places are followed to the next")
    func sankey() {
        let steps = (0..<12).map { PersonTallyLimitTests.step(0, 7, at: $0) }
        let (_, counts) = PersonTallyLimitTests.added(steps)
        let places = counts.filter { $0.key.kind == .sankey }.map(\.key.c).sorted()
        #expect(places == Array(0..<UInt64(PersonTally.sankeyPositionsMax)))
    }

    @Test("more than 16 purposes open at once count as 16")
    func parallel() {
        let (_, counts) = PersonTallyLimitTests.added((0..<20).map { PersonTallyLimitTests.step($0, 7, at: $0) })
        #expect(counts[CountKey(.parallel, 15)].count == 1)
        #expect(counts[CountKey(.parallel, UInt64(PersonTally.parallelMax))].count == 5)
        #expect(counts[CountKey(.parallel, 17)].count == 0)
    }

    @Test("a channel beyond 63 is not known")
    func channels() {
        let numbers: [UInt16] = [63, 64, 0xFFFF]
        let (_, counts) = PersonTallyLimitTests.added(
            numbers.enumerated().map { PersonTallyLimitTests.step(0, 7, at: $0, by: $1) })
        #expect(counts[CountKey(.interactions, 2020 * 12, 63)].count == 1)
        #expect(counts[CountKey(.interactions, 2020 * 12, 0)].count == 2)
        #expect(counts[CountKey(.customers, 2020 * 12, CountKey.anyChannel)].count == 1)
        #expect(!counts.contains { $0.key.kind == .handover })
    }

    @Test("a step that comes before another is refused, and one at the same moment behind it in the log is not")
    func order() {
        var tally = PersonTally()
        var counts = Counts()
        var step = PersonTallyLimitTests.step(0, 1, at: 5)
        #expect(tally.add(step, into: &counts))
        let (before, counted) = (tally, counts)
        step.order = 4
        #expect(!tally.add(step, into: &counts))
        step.order = 9
        step.milliseconds -= 1
        step.purpose = nil
        #expect(!tally.add(step, into: &counts), "neither is one of routine")
        #expect(tally == before && counts == counted)
        step.milliseconds += 1
        #expect(tally.add(step, into: &counts))
    }

    @Test("a step that is of another type than its purpose is refused; a recount takes the type of the first")
    func types() {
        var tally = PersonTally()
        var counts = Counts()
        let steps = [
            PersonTallyLimitTests.step(0, 1, at: 1, type: 4), PersonTallyLimitTests.step(0, 2, at: 2, type: 5),
        ]
        #expect(tally.add(steps[0], into: &counts))
        let (before, counted) = (tally, counts)
        #expect(!tally.add(steps[1], into: &counts))
        #expect(tally == before && counts == counted)
        #expect(PersonTally.counts(of: steps).counts[CountKey(.step, type: 4, 2)].count == 1)
        let retyped = steps.map { step in
            var step = step
            step.type = 5
            return step
        }
        let change = Counts.difference(from: [steps[0]], to: retyped)
        #expect((counts + change).plain == PlainCounts([retyped]).tallies)
    }

    @Test("moments as far apart as can be written are counted")
    func anyMoment() {
        var tally = PersonTally()
        var counts = Counts()
        var step = PersonTallyLimitTests.step(0, 1, at: 0)
        for (order, milliseconds) in [Int64.min, -1, 0, .max, .max].enumerated() {
            step.milliseconds = milliseconds
            step.order = UInt64(order)
            step.name = UInt64(order)
            step.channel = UInt16(order)
            step.outcome = .fulfilled
            #expect(tally.add(step, into: &counts))
        }
        #expect(counts[CountKey(.purposes, type: 1)].count == 1)
        #expect(counts[CountKey(.follows, type: 1, 0, 1)].total == .max)
        #expect((try? tally.encoded().withUnsafeBytes { try PersonTally(decoding: $0) }) == tally)
    }
}
