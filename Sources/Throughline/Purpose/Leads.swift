/// By how much each candidate is ahead of the best other one.
enum Leads {
    /// Writes one row of leads from one row of values, for lanes 1 to `count`; a value that is not a number leads by
    /// nothing and is led by nothing.
    ///
    /// - Parameters:
    ///   - sign: 1 where more is better, -1 where less is.
    static func write(_ signals: inout [Float], from: Int, to: Int, sign: Float, count: Int) {
        signals.withUnsafeMutableBufferPointer { signals in
            let values = from * Candidates.lanesMax
            let leads = to * Candidates.lanesMax
            var best: Float = -.infinity
            var second: Float = -.infinity
            for lane in 1..<max(1, count) {
                let value = signals[values + lane] * sign
                if value > best {
                    second = best
                    best = value
                } else if value > second {
                    second = value
                }
            }
            for lane in 1..<max(1, count) {
                let value = signals[values + lane] * sign
                let other = value == best ? second : best
                signals[leads + lane] = other > -.infinity ? value - other : .nan
            }
        }
    }
}
