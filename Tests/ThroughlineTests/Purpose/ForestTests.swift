import Testing

@testable import Throughline

@Suite("forests")
struct ForestTests {
    /// A forest of random trees over all signals.
    private func forest(trees: Int, random: inout TestRandom) -> Forest {
        var forest = Forest()
        for _ in 0..<trees {
            forest.append(
                questions: (0..<Forest.depth).map { _ in
                    UInt16.random(in: 0..<UInt16(Signal.allCases.count), using: &random)
                },
                thresholds: (0..<Forest.depth).map { _ in
                    Bool.random(using: &random) ? Float.random(in: -1...1, using: &random) : -.infinity
                },
                leaves: (0..<64).map { _ in Float.random(in: -1...1, using: &random) },
                covers: (0..<64).map { _ in Float.random(in: 0...1, using: &random) })
        }
        return forest
    }

    private func signals(random: inout TestRandom) -> [Float] {
        (0..<Signal.allCases.count * Candidates.lanesMax).map { _ in
            Int.random(in: 0..<5, using: &random) == 0 ? .nan : Float.random(in: -2...2, using: &random)
        }
    }

    /// One candidate, one question after the other.
    private func slowScore(_ forest: Forest, _ signals: [Float], lane: Int, trees: Int) -> Float {
        var sum: Float = 0
        for tree in 0..<trees {
            var leaf = 0
            for level in 0..<Forest.depth {
                let signal = Int(forest.questions[tree * Forest.depth + level])
                if signals[signal * Candidates.lanesMax + lane] > forest.thresholds[tree * Forest.depth + level] {
                    leaf |= 1 << level
                }
            }
            sum += forest.leaves[tree * 64 + leaf]
        }
        return sum
    }

    @Test("lanes score as one candidate after the other does", arguments: [1, 2, 3])
    func lanes(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let forest = forest(trees: 37, random: &random)
        for count in 1...Candidates.lanesMax {
            let signals = signals(random: &random)
            var scores = LaneScores()
            forest.score(signals, count: count, into: &scores)
            let asked = scores.treesAsked
            for lane in 0..<count {
                #expect(scores[lane] == slowScore(forest, signals, lane: lane, trees: asked), "seed \(seed)")
            }
            #expect(scores.count == count)
        }
    }

    @Test("contributions and the mean add up to the score", arguments: [4, 5])
    func contributions(seed: UInt64) {
        var random = TestRandom(seed: seed)
        let forest = forest(trees: 60, random: &random)
        let signals = signals(random: &random)
        for lane in 0..<Candidates.lanesMax {
            let (mean, bySignal) = forest.contributions(signals, lane: lane, trees: 41)
            #expect(
                abs(mean + bySignal.reduce(0, +) - slowScore(forest, signals, lane: lane, trees: 41)) < 1e-4,
                "seed \(seed)")
        }
    }
}

@Suite("calibration")
struct CalibrationTests {
    @Test("goes through its points, straight between them, level outside")
    func curve() {
        let curve = Calibration(points: [(0.2, 0.1), (0.6, 0.5), (0.9, 0.8)])
        #expect(curve.corrected(0) == 0.1)
        #expect(curve.corrected(0.6) == 0.5)
        #expect(abs(curve.corrected(0.75) - 0.65) < 1e-6)
        #expect(curve.corrected(1) == 0.8)
        #expect(Calibration().corrected(0.7) == 0.7)
    }
}
