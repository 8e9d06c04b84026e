/// Corrects a probability that a model is too sure of, by a curve through points learned on people it had not seen.
public struct Calibration: Sendable, Equatable {
    /// Raw probabilities, ascending, and the share that was right there, never falling.
    public internal(set) var raw: [Float]
    public internal(set) var right: [Float]

    public init() {
        raw = []
        right = []
    }

    /// A curve through points whose raw probabilities ascend; of two with one raw probability the later is left out.
    package init(points: [(raw: Float, right: Float)]) {
        self.init()
        for point in points where raw.isEmpty || point.raw > raw[raw.count - 1] {
            raw.append(point.raw)
            right.append(min(1, max(0, point.right)))
        }
    }

    /// Linear between the points, level outside of them; the raw value where nothing was learned.
    public func corrected(_ probability: Float) -> Float {
        guard let first = raw.first, let last = raw.last else { return probability }
        if probability <= first { return right[0] }
        if probability >= last { return right[right.count - 1] }
        let upper = raw.firstIndex { $0 > probability }!
        let share = (probability - raw[upper - 1]) / (raw[upper] - raw[upper - 1])
        return right[upper - 1] + share * (right[upper] - right[upper - 1])
    }
}
