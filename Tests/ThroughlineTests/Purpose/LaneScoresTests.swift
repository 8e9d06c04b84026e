import Testing

@testable import Throughline

@Suite("scores of lanes")
struct LaneScoresTests {
    private func lanes(_ values: [Float]) -> LaneScores {
        var scores = LaneScores()
        scores.clear(count: values.count)
        for (lane, value) in values.enumerated() { scores[lane] = value }
        return scores
    }

    @Test(
        "the best lane, the best but one and the lead",
        arguments: [
            ([1, 3, 2], 1, 2, 1), ([2, 2], 0, 1, 0), ([-5, -7, -6], 0, 2, 1), ([0, 1, 1], 1, 2, 0),
        ] as [([Float], Int, Int, Float)])
    func order(values: [Float], best: Int, second: Int, lead: Float) {
        let scores = lanes(values)
        #expect(scores.best == best)
        #expect(scores.best(besides: best) == second)
        #expect(scores.lead == lead)
        #expect(scores.margin(of: best) == lead)
        #expect(scores.margin(of: second) == -lead)
    }

    @Test("probabilities are the softmax, add up to one, and are one where there is no other lane")
    func probabilities() {
        let scores = lanes([0, naturalLog(3), -2])
        #expect(abs(scores.probability(of: 1) / scores.probability(of: 0) - 3) < 1e-5)
        #expect(abs((0..<3).reduce(Float(0)) { $0 + scores.probability(of: $1) } - 1) < 1e-6)
        #expect(lanes([7]).probability(of: 0) == 1)
        #expect(lanes([7]).margin(of: 0) == 0)
    }

    @Test("lanes that are no longer in use say nothing")
    func cleared() {
        var scores = lanes([1, 2, 9])
        scores.clear(count: 2)
        #expect(scores.best == 0)
        #expect(scores.lead == 0)
        #expect(scores.treesAsked == 0)
    }

    @Test("logarithms of counts are the same looked up and worked out", arguments: [1, 2, 255, 256, 257, 100_000])
    func logarithms(count: Int) { #expect(logOfCount(count) == naturalLog(Float(count))) }

    @Test("nothing has the logarithm of one")
    func none() { #expect(logOfCount(0) == 0) }
}
