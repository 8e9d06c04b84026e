import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("a chain of nearest neighbours")
struct WardChainTests {
    @Test("nothing, one and two")
    func few() {
        var chain = WardChain(costs: [], counts: [])
        #expect(chain.merges().isEmpty)
        chain = WardChain(costs: [0], counts: [3])
        #expect(chain.merges().isEmpty)
        #expect(WardChain.parts(of: [], count: 1) == [0])
        chain = WardChain(costs: [0, 2, 2, 0], counts: [1, 1])
        #expect(chain.merges(upTo: 1.9).isEmpty)
        #expect(chain.merges(upTo: 2).map(\.cost) == [2])
    }

    @Test("all as far from each other are joined, without going in circles", arguments: [0, 0.1, 1, 1e-20] as [Float])
    func ties(cost: Float) {
        let count = 50
        var chain = WardChain(
            costs: [Float](repeating: cost, count: count * count), counts: [Float](repeating: 1, count: count))
        let merges = chain.merges()
        #expect(merges.count == count - 1)
        #expect(WardChain.parts(of: merges, count: count) == [Int32](repeating: 0, count: count))
    }

    @Test("finds what joining the cheapest two, one after the other, does")
    func plain() {
        let seed = UInt64.random(in: 0..<1 << 32)
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let count = 2 + random.below(20)
            let counts = (0..<count).map { _ in Float(1 + random.below(9)) }
            let costs = random.wardCosts(counts: counts)
            let plain = plainMerges(costs, counts)
            var whole = WardChain(costs: costs, counts: counts)
            let dearest = whole.merges().map(\.cost).sorted()
            #expect(dearest.count == plain.count)
            for (one, other) in zip(dearest, plain.map(\.cost)) { #expect(abs(one - other) <= 1e-3 * other) }
            for stop in 0..<plain.count {
                let next = stop + 1 < plain.count ? plain[stop + 1].cost : 2 * plain[stop].cost
                // Where two cost the same but for rounding, which is the first is chance.
                guard next > 1.01 * plain[stop].cost else { continue }
                var chain = WardChain(costs: costs, counts: counts)
                let merges = chain.merges(upTo: (plain[stop].cost + next) / 2)
                let expected = WardChain.parts(of: Array(plain.prefix(stop + 1)), count: count)
                #expect(WardChain.parts(of: merges, count: count) == expected)
            }
        }
    }

    /// Joins the cheapest two of all, again and again.
    private func plainMerges(_ costs: [Float], _ counts: [Float]) -> [WardChain.Merge] {
        var (costs, counts, left) = (costs, counts, Array(counts.indices))
        let count = counts.count
        var merges: [WardChain.Merge] = []
        while left.count > 1 {
            var best = (cost: Float.infinity, into: 0, from: 0)
            for into in left {
                for from in left where into < from && costs[into * count + from] < best.cost {
                    best = (costs[into * count + from], into, from)
                }
            }
            merges.append(WardChain.Merge(cost: best.cost, into: Int32(best.into), from: Int32(best.from)))
            left.removeAll { $0 == best.from }
            for other in left where other != best.into {
                let (a, b, x) = (counts[best.into], counts[best.from], counts[other])
                let sum =
                    (a + x) * costs[best.into * count + other] + (b + x) * costs[best.from * count + other]
                    - x * best.cost
                costs[best.into * count + other] = sum / (a + b + x)
                costs[other * count + best.into] = sum / (a + b + x)
            }
            counts[best.into] += counts[best.from]
        }
        return merges
    }
}

extension SplitMix64 {
    /// Of points in five dimensions.
    fileprivate mutating func wardCosts(counts: [Float]) -> [Float] {
        let points = counts.map { _ in (0..<5).map { _ in Float(below(10_000)) / 10_000 } }
        return points.indices.flatMap { one in
            points.indices.map { other in
                let distance = zip(points[one], points[other]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                return counts[one] * counts[other] / (counts[one] + counts[other]) * distance
            }
        }
    }
}
