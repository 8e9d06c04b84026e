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
    public private(set) var names: [UInt64] = []
    /// The names as people write them, for whoever wants to read the tables.
    public package(set) var texts: [String] = []
    /// All numbers, one table after the other, so that handing the tables on is handing on one reference.
    private var values: [Float] = []

    /// Which numbers lie where.
    enum Table: CaseIterable {
        /// `[before * count + name]`: the last event of the purpose was `before`.
        case next
        /// `[(twoBefore * count + before) * count + name]`, `twoBefore == count` for none.
        case nextOfTwo
        case start
        /// `[name * count + held]`: what holding `held` adds over not holding it.
        case holding
        /// The sum over all names for holding none.
        case holdingNone
        /// `[name * repetitionsMax + times]`.
        case repetition
        /// `[(before * count + name) * 4]`: ``GapStatistics`` of ln(1 + seconds).
        case gaps

        @inline(__always)
        func offset(_ count: Int) -> Int {
            switch self {
            case .start: 0
            case .holdingNone: count
            case .repetition: 2 * count
            case .next: (2 + repetitionsMax) * count
            case .holding: (2 + repetitionsMax + count) * count
            case .gaps: (2 + repetitionsMax + 2 * count) * count
            case .nextOfTwo: (2 + repetitionsMax + 6 * count) * count
            }
        }

        func size(_ count: Int) -> Int {
            switch self {
            case .start, .holdingNone: count
            case .repetition: repetitionsMax * count
            case .next, .holding: count * count
            case .gaps: 4 * count * count
            case .nextOfTwo: (count + 1) * count * count
            }
        }
    }

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

    public private(set) var count = 0

    public init() {}

    /// Tables that say nothing of any name.
    ///
    /// - Parameter names: hashes of names, ascending.
    package static func empty(names: [UInt64]) -> OrderTables {
        precondition(names.count <= namesMax, "at most \(namesMax) names")
        var tables = OrderTables()
        let count = names.count
        tables.names = names
        tables.texts = [String](repeating: "", count: count)
        tables.count = count
        tables.values = [Float](
            repeating: 0, count: Table.allCases.reduce(0) { $0 + $1.size(count) })
        for pair in 0..<count * count { tables.setGaps(pair: pair, GapStatistics()) }
        return tables
    }

    /// One number of a table.
    @inline(__always)
    subscript(table: Table, index: Int) -> Float {
        get { values[table.offset(count) + index] }
        set { values[table.offset(count) + index] = newValue }
    }

    /// All numbers of a table.
    subscript(table: Table) -> ArraySlice<Float> {
        get { values[table.offset(count)..<table.offset(count) + table.size(count)] }
        set {
            precondition(newValue.count == table.size(count), "a table keeps its size")
            values.replaceSubrange(table.offset(count)..<table.offset(count) + table.size(count), with: newValue)
        }
    }

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
        before < 0 || name < 0 ? 0 : self[.next, Int(before) * count + Int(name)]
    }

    func nextOfTwo(after twoBefore: Int32, _ before: Int32, name: Int32) -> Float {
        guard before >= 0, name >= 0 else { return 0 }
        let first = twoBefore < 0 ? count : Int(twoBefore)
        return self[.nextOfTwo, (first * count + Int(before)) * count + Int(name)]
    }

    func start(_ name: Int32) -> Float { name < 0 ? 0 : self[.start, Int(name)] }

    /// Log-odds that an event of a name opens a purpose, for a reader of the tables.
    package func startLikelihood(ofName name: Int) -> Float { self[.start, name] }

    /// Log-odds that of two names one follows the other inside a purpose, for a reader of the tables.
    package func stepLikelihood(_ before: Int, _ name: Int) -> Float { self[.next, before * count + name] }

    /// How likely a name is given the names that a purpose holds, as a bit set.
    func history(holding held: UInt64, name: Int32) -> Float {
        guard name >= 0 else { return 0 }
        var sum = self[.holdingNone, Int(name)]
        var rest = held
        while rest != 0 {
            sum += self[.holding, Int(name) * count + rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return min(12, max(-12, sum))
    }

    func repetition(of name: Int32, times: Int) -> Float {
        guard name >= 0 else { return 0 }
        return self[
            .repetition, Int(name) * OrderTables.repetitionsMax + min(times, OrderTables.repetitionsMax - 1)]
    }

    func gapLikelihood(before: Int32, name: Int32, gap: Float) -> Float {
        before < 0 || name < 0 ? 0 : gaps(pair: Int(before) * count + Int(name)).likelihood(gap)
    }

    /// - Parameter pair: `before * count + name`.
    @inline(__always)
    func gaps(pair: Int) -> GapStatistics {
        let start = Table.gaps.offset(count) + 4 * pair
        return GapStatistics(
            meanInside: values[start], deviationInside: values[start + 1], meanAcross: values[start + 2],
            deviationAcross: values[start + 3])
    }

    package mutating func setGaps(pair: Int, _ statistics: GapStatistics) {
        let start = Table.gaps.offset(count) + 4 * pair
        values[start] = statistics.meanInside
        values[start + 1] = statistics.deviationInside
        values[start + 2] = statistics.meanAcross
        values[start + 3] = statistics.deviationAcross
    }
}
