import Testing
import Throughline

@Suite("counts that are kept up to date")
struct PersonTallyTests {
    static let seed: UInt64 = 20_260_301

    @Test("after any history the counts are those of a plain count of all steps")
    func equalsReference() {
        print("seed \(PersonTallyTests.seed)")
        var recounts = 0
        var met: Set<CountKind> = []
        for number in 0..<2_400 {
            let seed = PersonTallyTests.seed &+ UInt64(number)
            var history = CountedHistory(seed: seed)
            history.run()
            recounts += history.recountCount
            met.formUnion(history.counts.map(\.key.kind))
            guard check(history, seed) else { return }
        }
        #expect(recounts > 10_000, "histories in which enough goes wrong")
        #expect(met == Set(CountKind.allCases).subtracting([.namesCut]))
    }

    @Test("so also where there is more than is kept", arguments: [true, false])
    func equalsReferenceBeyondLimits(isWide: Bool) {
        print("seed \(PersonTallyTests.seed)")
        var met: Set<CountKind> = []
        var followedMax = 0
        for number in 0..<12 {
            let seed = PersonTallyTests.seed &+ 100_000 &+ UInt64(number)
            var history = CountedHistory(seed: seed, isWide ? .manyPurposes : .longPurposes)
            history.run()
            met.formUnion(history.counts.map(\.key.kind))
            followedMax = max(followedMax, history.followedMax)
            guard check(history, seed) else { return }
        }
        #expect(isWide ? followedMax == PersonTally.purposesMax : met == Set(CountKind.allCases))
    }

    private func check(_ history: CountedHistory, _ seed: UInt64) -> Bool {
        let (counts, expected) = (history.counts.plain, history.expected.tallies)
        #expect(history.isAsRecounted, "seed \(seed)")
        guard counts != expected else { return true }
        for key in Set(counts.keys).union(expected.keys).sorted() where counts[key] != expected[key] {
            Issue.record(
                "seed \(seed): \(key) is \(String(describing: counts[key])), not \(String(describing: expected[key]))")
        }
        return false
    }

    @Test("what the cases of purposes follow is what PathCounts counts")
    func equalsPathCounts() {
        var random = Chance(seed: PersonTallyTests.seed)
        let nameCount = 6
        var paths = PathCounts(activityCount: nameCount)
        var counts = Counts()
        var order: UInt64 = 0
        for person in 0..<300 {
            var steps: [CountedStep] = []
            for purpose in 0..<(1 + random.below(3)) {
                var now = Int64(1_600_000_000_000 + random.below(1_000_000_000))
                var path: [PathCounts.Step] = []
                for _ in 0..<(1 + random.below(6)) {
                    now += Int64(random.below(100_000))
                    order += 1
                    let name = random.below(nameCount)
                    path.append(PathCounts.Step(activity: Int32(name), milliseconds: now))
                    steps.append(
                        CountedStep(
                            purpose: PurposeID(opening: "\(person) \(purpose)"), type: 1, name: UInt64(name),
                            channel: 1, milliseconds: now, order: order))
                }
                path.withUnsafeBufferPointer { paths.add($0) }
            }
            counts += PersonTally.counts(of: steps.shuffled(using: &random)).counts
        }
        for one in 0..<nameCount {
            let name = UInt64(one)
            #expect(counts[CountKey(.step, type: 1, name)].count == Int64(paths.activities[one]))
            #expect(counts[CountKey(.start, type: 1, name)].count == Int64(paths.starts[one]))
            #expect(counts[CountKey(.end, type: 1, name)].count == Int64(paths.ends[one]))
            #expect(counts[CountKey(.rework, type: 1, name)].count == Int64(paths.rework[one]))
            for other in 0..<nameCount {
                let follows = counts[CountKey(.follows, type: 1, name, UInt64(other))]
                #expect(follows.count == Int64(paths.directly(one, other)))
                #expect(Int128(follows.total) == paths.gap(one, other).sum)
            }
        }
        let variants = paths.orderedVariants()
        #expect(variants.count == counts.count { $0.key.kind == .variant })
        for (names, cases) in variants {
            let node = names.reduce(VariantNode.root) { VariantNode.child(of: $0, UInt64($1)) }
            #expect(counts[CountKey(.variant, type: 1, node)].count == Int64(cases))
        }
    }
}
