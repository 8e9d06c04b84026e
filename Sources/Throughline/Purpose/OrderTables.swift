/// How events follow one another inside a purpose and across purposes, learned by counting: log-odds for at most 64
/// names of events that were common in training. A name the tables do not know has value 0 everywhere.
///
/// The estimates are those of a study of labelled streams: all are ln(share inside / share across) with two
/// pseudo-counts, 0 where fewer than three pairs were seen.
public struct OrderTables: Sendable, Equatable {
    public static let namesMax = 64
    /// Repetitions that are told apart: 0, 1, 2, 3, 4 or more.
    package static let repetitionsMax = 5

    /// Hashes of names, ascending; the place is the name's index.
    public internal(set) var names: [UInt64] = []
    /// The names as people write them, for whoever wants to read the tables.
    public package(set) var texts: [String] = []
    /// `[before * count + name]`: the last event of the purpose was `before`.
    var next: [Float] = []
    /// `[(twoBefore * count + before) * count + name]`, `twoBefore == count` for none.
    var nextOfTwo: [Float] = []
    var start: [Float] = []
    /// `[name * count + held]`: what holding `held` adds over not holding it, and the sum over all for holding none.
    var holding: [Float] = []
    var holdingNone: [Float] = []
    /// `[name * repetitionsMax + times]`.
    var repetition: [Float] = []
    /// `[before * count + name]`: mean and deviation of ln(1 + seconds) inside a purpose and across.
    var gaps: [GapStatistics] = []

    package struct GapStatistics: Sendable, Equatable {
        package var meanInside: Float
        package var deviationInside: Float
        package var meanAcross: Float
        package var deviationAcross: Float

        package init(
            meanInside: Float = 0, deviationInside: Float = 1, meanAcross: Float = 0, deviationAcross: Float = 1
        ) {
            self.meanInside = meanInside
            self.deviationInside = deviationInside
            self.meanAcross = meanAcross
            self.deviationAcross = deviationAcross
        }

        /// ln of how much likelier a gap is inside a purpose than across.
        func likelihood(_ gap: Float) -> Float {
            let inside = (gap - meanInside) / deviationInside
            let across = (gap - meanAcross) / deviationAcross
            let value = 0.5 * (across * across - inside * inside) + naturalLog(deviationAcross / deviationInside)
            return min(8, max(-8, value))
        }
    }

    public var count: Int { names.count }

    public init() {}

    /// The place of a name, or -1.
    package func index(of hash: UInt64) -> Int32 {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < names.count && names[low] == hash ? Int32(low) : -1
    }

    func next(after before: Int32, name: Int32) -> Float {
        before < 0 || name < 0 ? 0 : next[Int(before) * count + Int(name)]
    }

    func nextOfTwo(after twoBefore: Int32, _ before: Int32, name: Int32) -> Float {
        guard before >= 0, name >= 0 else { return 0 }
        let first = twoBefore < 0 ? count : Int(twoBefore)
        return nextOfTwo[(first * count + Int(before)) * count + Int(name)]
    }

    func start(_ name: Int32) -> Float { name < 0 ? 0 : start[Int(name)] }

    /// Log-odds that an event of a name opens a purpose, for a reader of the tables.
    package func startLikelihood(ofName name: Int) -> Float { start[name] }

    /// Log-odds that of two names one follows the other inside a purpose, for a reader of the tables.
    package func stepLikelihood(_ before: Int, _ name: Int) -> Float { next[before * count + name] }

    /// How likely a name is given the names that a purpose holds, as a bit set.
    func history(holding held: UInt64, name: Int32) -> Float {
        guard name >= 0 else { return 0 }
        var sum = holdingNone[Int(name)]
        var rest = held
        while rest != 0 {
            sum += holding[Int(name) * count + rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return min(12, max(-12, sum))
    }

    func repetition(of name: Int32, times: Int) -> Float {
        name < 0 ? 0 : repetition[Int(name) * OrderTables.repetitionsMax + min(times, OrderTables.repetitionsMax - 1)]
    }

    func gapLikelihood(before: Int32, name: Int32, gap: Float) -> Float {
        before < 0 || name < 0 ? 0 : gaps[Int(before) * count + Int(name)].likelihood(gap)
    }
}
