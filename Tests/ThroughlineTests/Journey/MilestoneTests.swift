import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("milestones")
struct MilestoneTests {
    /// Steps by letters; a stage where an ending is told.
    private static func journey(_ steps: String, _ outcome: Outcome? = nil) -> Journey {
        Journey(
            meaning: PackedVector(),
            steps: steps.unicodeScalars.map { Journey.Step(name: UInt64($0.value), stage: nil) }, outcome: outcome,
            name: "", terms: [])
    }

    private static func counts(_ journeys: [Journey], kinds: String) -> MilestoneCounts {
        var counts = MilestoneCounts(kinds: kinds.unicodeScalars.map { UInt64($0.value) })
        for journey in journeys { counts.add(journey) }
        return counts
    }

    private static func text(_ counts: MilestoneCounts) -> String {
        counts.milestones { String(Character(Unicode.Scalar(UInt32($0))!)) }
            .map { $0.ending == nil ? $0.name : "\($0.name)=\($0.ending!)" }.joined(separator: " ")
    }

    struct Process: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var journeys: [(String, Outcome?, Int)]
        var milestones: String
    }

    static let processes = [
        Process(
            testDescription: "steps that most take, in their order",
            journeys: [("abcd", .fulfilled, 8), ("abxcd", .fulfilled, 1), ("ab", nil, 10)], milestones: "a b c d"),
        Process(
            testDescription: "what comes again and again is work",
            journeys: [("awwwwbwwc", .fulfilled, 9), ("aww", nil, 5)], milestones: "a b c"),
        Process(
            testDescription: "what few reach is none, nor what makes it less likely",
            journeys: [("abc", .fulfilled, 6), ("axbc", .fulfilled, 2), ("azbc", .fulfilled, 7), ("az", nil, 60)],
            milestones: "a b c"),
        Process(
            testDescription: "of two in either order the one that is mostly first comes first",
            journeys: [("abcd", .fulfilled, 4), ("acbd", .fulfilled, 8)], milestones: "a c b d"),
        Process(
            testDescription: "a circle of three still gives an order",
            journeys: [("abc", .fulfilled, 5), ("bca", .fulfilled, 5), ("cab", .fulfilled, 6)], milestones: "c a b"),
        Process(
            testDescription: "what ends journeys otherwise",
            journeys: [("abc", .fulfilled, 9), ("abd", .declined, 6), ("axk", .cancelled, 5), ("axk", .declined, 1)],
            milestones: "a b c d=declined"),
        Process(
            testDescription: "where nearly all end one way, what leads there is no ending",
            journeys: [("abx", .cancelled, 190), ("abc", .fulfilled, 8)], milestones: "a b c x=cancelled"),
        Process(
            testDescription: "few journeys tell nothing", journeys: [("abc", .fulfilled, 4), ("abd", .declined, 4)],
            milestones: ""),
    ]

    @Test("are learned from what fulfilled journeys have in common", arguments: processes)
    func learned(_ process: Process) {
        let journeys = process.journeys.flatMap { steps, outcome, count in
            [Journey](repeating: Self.journey(steps, outcome), count: count)
        }
        #expect(Self.text(Self.counts(journeys, kinds: "abcdwxzk")) == process.milestones)
    }

    @Test("share, lift and precedence are what plain counting gives; what is taken back leaves nothing")
    func reference() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        func some(_ count: Int) -> [Journey] {
            (0..<count).map { _ in
                let steps = "abcdef".filter { _ in random.below(3) > 0 }.map { $0 }
                let shuffled = random.below(4) == 0 ? steps.reversed() : steps
                let outcomes: [Outcome?] = [.fulfilled, .fulfilled, .declined, .cancelled, nil]
                return Self.journey(String(shuffled), outcomes[random.below(5)])
            }
        }
        for _ in 0..<200 {
            let (kept, gone) = (some(40), some(20))
            var counts = Self.counts(kept + gone, kinds: "abcdef")
            for journey in gone { counts.add(journey, times: -1) }
            let found = counts.milestones { "\($0)" }
            #expect(found == Self.counts(kept, kinds: "abcdef").milestones { "\($0)" }, "seed \(seed)")
            let fulfilled = kept.filter { $0.outcome == .fulfilled }
            var previous: UInt64?
            var wentOn: Int?
            for milestone in found where milestone.ending == nil {
                func has(_ journey: Journey, _ name: UInt64) -> Bool { journey.steps.contains { $0.name == name } }
                let with = fulfilled.filter { has($0, milestone.nameHash) }
                let all = kept.filter { has($0, milestone.nameHash) }
                let lift = (Float(with.count) / Float(all.count)) / (Float(fulfilled.count) / Float(kept.count))
                #expect(milestone.share == Float(with.count) / Float(fulfilled.count), "seed \(seed)")
                #expect(abs(milestone.lift - lift) < 1e-4, "seed \(seed)")
                #expect(milestone.reachedCount == all.count, "seed \(seed)")
                if let previous {
                    let reached = kept.filter { has($0, previous) }
                    #expect(
                        wentOn == reached.count { has($0, milestone.nameHash) }, "seed \(seed)")
                    let both = with.filter { has($0, previous) }
                    let first = both.filter { journey in
                        journey.steps.firstIndex { $0.name == previous }!
                            < journey.steps.firstIndex { $0.name == milestone.nameHash }!
                    }
                    let share = both.isEmpty ? 0.5 : Float(first.count) / Float(both.count)
                    #expect(milestone.precedence == share, "seed \(seed)")
                }
                previous = milestone.nameHash
                wentOn = milestone.wentOnCount
            }
        }
    }

    @Test("kinds and steps beyond their limits are left out")
    func limits() {
        let many = (0..<400).map { Journey.Step(name: UInt64($0), stage: nil) }
        let journey = Journey(meaning: PackedVector(), steps: many, outcome: .fulfilled, name: "", terms: [])
        #expect(journey.steps.count == Journey.stepsMax)
        var counts = MilestoneCounts(kinds: (0..<400).map { UInt64($0) })
        for _ in 0..<6 { counts.add(journey) }
        #expect(counts.milestones { "\($0)" }.count == MilestoneCounts.kindsMax)
    }
}
