/// What a forest scored the places that an event could go to, a lane each.
public struct LaneScores: Sendable {
    private var values = InlineArray<16, Float>(repeating: 0)
    /// Lanes in use.
    public private(set) var count = 0
    /// How many trees were asked.
    public internal(set) var treesAsked = 0

    public init() {}

    public subscript(lane: Int) -> Float {
        get { values.span[lane] }
        set {
            var values = values.mutableSpan
            values[lane] = newValue
        }
    }

    /// Begins anew: so many lanes of score 0.
    mutating func clear(count: Int) {
        var values = values.mutableSpan
        for lane in values.indices { values[lane] = 0 }
        self.count = count
        treesAsked = 0
    }

    /// The lane with the highest score. Among equals the first wins, so that the answer never depends on chance.
    package var best: Int {
        let values = values.span
        var best = 0
        for lane in 1..<max(1, count) where values[lane] > values[best] { best = lane }
        return best
    }

    /// The best lane but one; there must be two.
    package func best(besides lane: Int) -> Int {
        let values = values.span
        var best = lane == 0 ? 1 : 0
        for other in 0..<count where other != lane && values[other] > values[best] { best = other }
        return best
    }

    /// By how much the best of the lanes leads the second.
    var lead: Float {
        let values = values.span
        var best = -Float.infinity
        var second = -Float.infinity
        for lane in 0..<count {
            second = max(second, min(best, values[lane]))
            best = max(best, values[lane])
        }
        return best - second
    }

    /// The softmax of a lane; 1 where there is no other.
    package func probability(of lane: Int) -> Float {
        guard count > 1 else { return 1 }
        let values = values.span
        var highest = -Float.infinity
        for other in 0..<count { highest = max(highest, values[other]) }
        var sum: Float = 0
        for other in 0..<count { sum += exponential(values[other] - highest) }
        return exponential(values[lane] - highest) / sum
    }

    /// By how much a lane leads the best other one; 0 where there is none.
    package func margin(of lane: Int) -> Float { count > 1 ? self[lane] - self[best(besides: lane)] : 0 }
}
