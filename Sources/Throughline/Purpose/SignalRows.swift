/// The signals of up to ``Candidates/lanesMax`` candidates where they lie: a row for each signal, a lane for each
/// candidate. Lane 0 is the candidate "none of these".
struct SignalRows<Signal: RawRepresentable> where Signal.RawValue == Int {
    /// `[signal * Candidates.lanesMax + lane]`.
    let values: UnsafeMutableBufferPointer<Float>
    /// Lanes in use.
    let count: Int

    @inline(__always)
    subscript(signal: Signal, lane: Int) -> Float {
        get { values[signal.rawValue * Candidates.lanesMax + lane] }
        nonmutating set { values[signal.rawValue * Candidates.lanesMax + lane] = newValue }
    }

    @inline(__always)
    func lane(_ lane: Int) -> Lane { Lane(rows: self, lane: lane) }

    /// The signals of one candidate.
    struct Lane {
        let rows: SignalRows
        let lane: Int

        @inline(__always)
        subscript(signal: Signal) -> Float {
            get { rows[signal, lane] }
            nonmutating set { rows[signal, lane] = newValue }
        }
    }

    /// Writes what is the same for every candidate.
    @inline(__always)
    func write(_ signal: Signal, _ value: Float) {
        for lane in 0..<count { self[signal, lane] = value }
    }

    /// Marks what cannot be said of lane 0: every signal before one.
    func clearFirstLane(before end: Signal) {
        for signal in 0..<end.rawValue { values[signal * Candidates.lanesMax] = .nan }
    }

    /// The greatest value of a signal; not a number where no candidate has one.
    @inline(__always)
    func best(_ signal: Signal) -> Float {
        var best: Float = .nan
        for lane in 1..<max(1, count) {
            let value = self[signal, lane]
            if !value.isNaN, !(value <= best) { best = value }
        }
        return best
    }

    /// Writes by how much each candidate is ahead of the best other one; a value that is not a number leads by nothing
    /// and is led by nothing.
    ///
    /// - Parameter sign: 1 where more is better, -1 where less is.
    func writeLead(of signal: Signal, to lead: Signal, sign: Float = 1) {
        var best: Float = -.infinity
        var second: Float = -.infinity
        for lane in 1..<max(1, count) {
            let value = self[signal, lane] * sign
            if value > best {
                second = best
                best = value
            } else if value > second {
                second = value
            }
        }
        for lane in 1..<max(1, count) {
            let value = self[signal, lane] * sign
            let other = value == best ? second : best
            self[lead, lane] = other > -.infinity ? value - other : .nan
        }
    }
}
