import Throughline

/// How sure a model was of one choice, and whether it was right.
struct Certainty {
    var probability: Float
    var isRight: Bool
    var weight: Float
}

extension Calibration {
    /// Isotonic regression by pooling adjacent violators (Barlow et al. 1972), over twenty groups of equal weight.
    static func fitted(to certainties: [Certainty]) -> Calibration {
        let sorted = certainties.sorted { $0.probability < $1.probability }
        let total = sorted.reduce(0) { $0 + Double($1.weight) }
        guard sorted.count >= 200, total > 0 else { return Calibration() }
        var groups: [(raw: Double, right: Double, weight: Double)] = []
        var group = (raw: 0.0, right: 0.0, weight: 0.0)
        for certainty in sorted {
            let weight = Double(certainty.weight)
            group.raw += weight * Double(certainty.probability)
            group.right += certainty.isRight ? weight : 0
            group.weight += weight
            if group.weight >= total / 20 {
                groups.append(group)
                group = (0, 0, 0)
            }
        }
        if group.weight > 0 { groups.append(group) }
        var pooled: [(raw: Double, right: Double, weight: Double)] = []
        for next in groups {
            pooled.append(next)
            while pooled.count > 1,
                pooled[pooled.count - 2].right / pooled[pooled.count - 2].weight
                    >= pooled[pooled.count - 1].right / pooled[pooled.count - 1].weight
            {
                let last = pooled.removeLast()
                pooled[pooled.count - 1].raw += last.raw
                pooled[pooled.count - 1].right += last.right
                pooled[pooled.count - 1].weight += last.weight
            }
        }
        return Calibration(
            points: pooled.map { (raw: Float($0.raw / $0.weight), right: Float($0.right / $0.weight)) })
    }
}
