import Throughline

/// The choices a model learns from: for each choice one row a candidate, its signals cut into bins, and which row was
/// right. Columns lie apart, a byte a value.
struct TrainingRows {
    /// Where each signal is cut. Bin 0 is "cannot be said", bin *k* + 1 begins above edge *k* - 1.
    let edges: [[Float]]
    /// Whether each choice has one more way out, "none of these", whose score is always 0 and which has no row.
    let hasNone: Bool
    private(set) var columns: [[UInt8]]
    /// First row of each choice, and the end of the last.
    private(set) var starts: [Int32] = [0]
    /// The row, within its choice, that was right; the number of rows for "none of these".
    private(set) var targets: [UInt8] = []
    private(set) var weights: [Float] = []

    static let edgesMax = 62

    var choiceCount: Int { targets.count }
    var rowCount: Int { Int(starts[starts.count - 1]) }

    init(edges: [[Float]], hasNone: Bool = false) {
        self.edges = edges
        self.hasNone = hasNone
        columns = [[UInt8]](repeating: [], count: edges.count)
    }

    /// Adds a choice among the first `count` lanes of signals.
    mutating func add(_ signals: [Float], count: Int, target: Int, weight: Float) {
        for signal in edges.indices {
            let cuts = edges[signal]
            for lane in 0..<count {
                columns[signal].append(TrainingRows.bin(signals[signal * Candidates.lanesMax + lane], cuts))
            }
        }
        starts.append(starts[starts.count - 1] + Int32(count))
        targets.append(UInt8(target))
        weights.append(weight)
    }

    /// Makes the mean weight one, so that the trainer's constants mean the same for every amount of data.
    mutating func normalizeWeights() {
        let mean = weights.reduce(0) { $0 + Double($1) } / Double(max(1, weights.count))
        guard mean > 0 else { return }
        for index in weights.indices { weights[index] = Float(Double(weights[index]) / mean) }
    }

    private static func bin(_ value: Float, _ edges: [Float]) -> UInt8 {
        guard !value.isNaN else { return 0 }
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] < value { low = middle + 1 } else { high = middle }
        }
        return UInt8(low + 1)
    }

    /// The threshold of the question that bins above `bin` answer with yes.
    func threshold(signal: Int, bin: Int) -> Float { bin == 0 ? -.infinity : edges[signal][bin - 1] }
}

/// Gathers values of signals and finds where to cut them: at quantiles of the distinct values.
struct EdgeFinder {
    /// Rows looked at; later ones are left out.
    static let rowsMax = 60_000

    private var values: [[Float]]
    private(set) var rowCount = 0

    init(signals: Int) { values = [[Float]](repeating: [], count: signals) }

    mutating func add(_ signals: [Float], count: Int) {
        guard rowCount < EdgeFinder.rowsMax else { return }
        rowCount += count
        for signal in values.indices {
            for lane in 0..<count {
                let value = signals[signal * Candidates.lanesMax + lane]
                if !value.isNaN { values[signal].append(value) }
            }
        }
    }

    /// Edges halfway between neighbouring values, at most ``TrainingRows/edgesMax`` a signal.
    func edges() -> [[Float]] {
        values.map { column in
            let sorted = column.sorted()
            guard let first = sorted.first else { return [] }
            var edges: [Float] = []
            var last = first
            let step = max(1, sorted.count / TrainingRows.edgesMax)
            var passed = 0
            for (index, value) in sorted.enumerated() where value > last {
                // A cut below each new value, once enough rows lie below it.
                if edges.isEmpty || index - passed >= step {
                    edges.append(last + (value - last) / 2)
                    passed = index
                    if edges.count == TrainingRows.edgesMax { break }
                }
                last = value
            }
            return edges
        }
    }
}
