import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("what small groups say, and where walks from them end")
struct LikenessWalksTests {
    /// Words of directions, each of which is a small group.
    private func shared(_ words: [[UInt32]]) -> SharedWords {
        let mentions = words.enumerated().flatMap { place, words in words.map { UInt64($0) << 32 | UInt64(place) } }
        return SharedWords(mentions, owners: words.indices.map { Int32($0) }, groupCount: words.count)
    }

    private func likeness(_ words: [[UInt32]]) -> [[Float]] {
        let shared = shared(words)
        return words.indices.map { group in
            var sum = RowSum(columnCount: words.count)
            shared.addLikeness(to: group, into: &sum)
            return words.indices.map { (sum[Int32($0)] * 1_000).rounded() / 1_000 }
        }
    }

    static let cases: [(name: String, words: [[UInt32]], likeness: [[Float]])] = [
        ("nobody says anything", [[], []], [[0, 0], [0, 0]]),
        ("what one says alone, or all, tells nothing", [[1, 2], [1, 3]], [[0, 0], [0, 0]]),
        (
            "two of two words are shared, or one, or none", [[1, 2], [2, 1], [2, 3], [3, 4], [.max]],
            [
                [1, 1, 0.237, 0, 0], [1, 1, 0.237, 0, 0], [0.237, 0.237, 1, 0.873, 0], [0, 0, 0.873, 1, 0],
                [0, 0, 0, 0, 0],
            ]
        ),
        ("a word that comes twice counts once", [[1, 1, 2], [1, 2, 2], []], [[1, 1, 0], [1, 1, 0], [0, 0, 0]]),
    ]

    @Test("likeness of words", arguments: cases)
    func words(_ example: (name: String, words: [[UInt32]], likeness: [[Float]])) {
        #expect(likeness(example.words) == example.likeness, "\(example.name)")
    }

    @Test("walks of one kind end alike, whether the kind is told by direction or by words", arguments: [true, false])
    func walks(byDirection: Bool) {
        var random = SplitMix64(seed: 11)
        let count = 60
        let items = random.items(kinds: byDirection ? 2 : 1, each: byDirection ? count / 2 : count, noise: 0.7)
        let words = shared((0..<count).map { place in byDirection ? [] : (0..<3).map { UInt32(place % 2 * 3 + $0) } })
        let costs = LikenessWalks(items.map(\.direction), words, neighbours: 5)
            .costs(counts: [Float](repeating: 1, count: count))
        var (within, across): (Float, Float) = (0, 0)
        for one in 0..<count {
            for other in 0..<count where one != other {
                #expect(costs[one * count + other] == costs[other * count + one])
                #expect((0...1).contains(costs[one * count + other]))
                if one % 2 == other % 2 {
                    within += costs[one * count + other]
                } else {
                    across += costs[one * count + other]
                }
            }
        }
        #expect(within < 0.7 * across)
    }

    @Test("the greatest are kept, of equal ones those that stand first, in whatever order they are offered")
    func greatest() {
        let values: [Float] = [1, 5, 3, 5, 0, 3, 3]
        for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 5, 1, 6, 0, 2, 4]] {
            var greatest = Greatest(3)
            for place in order { greatest.offer(values[place], at: Int32(place)) }
            #expect(greatest.places == [1, 3, 2])
            #expect(greatest.values == [5, 5, 3])
        }
    }

    @Test("small groups have the directions that are nearest to them, all of them")
    func settled() {
        var random = SplitMix64(seed: 12)
        let all = random.items(kinds: 20, each: 10, noise: 0.6).map(\.direction)
        var small = SmallGroups(countMax: 30)
        for direction in all { small.add(direction) }
        let (groups, owners) = small.settled(with: all)
        #expect(groups.count <= small.count)
        #expect(owners.count == all.count)
        for group in groups.counts.indices {
            #expect(groups.counts[group] == Float(owners.filter { $0 == group }.count))
            #expect(groups.counts[group] > 0)
        }
        for (direction, owner) in zip(all, owners) {
            let most = small.directions.map { $0.dot(direction) }.max() ?? -1
            #expect(groups.directions[Int(owner)].dot(direction) > most - 0.3)
        }
    }
}
