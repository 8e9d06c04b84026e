import Dispatch
import Synchronization
import Throughline

/// Fits a ``Forest`` of symmetric trees to choices: gradient boosting of the softmax over the rows of one choice, by
/// histograms (Friedman 2001; Ke et al. 2017; symmetric trees as in Prokhorenkova et al. 2018).
///
/// The same rows and seed give the same bits, on any number of cores: work is divided by signal or into a fixed number
/// of stretches, and every sum is made in one order.
struct ForestTrainer {
    var trees = 220
    var rate: Float = 0.15
    /// Ridge on a leaf.
    var ridge: Float = 8
    /// Shares of the signals and of the choices that each tree sees.
    var signalShare = 0.5
    var choiceShare = 0.35
    var seed: UInt64 = 1

    /// - Returns: the forest; without a tree where no signal has two values to tell apart.
    func fit(_ rows: TrainingRows, progress: (Int) -> Void = { _ in }) -> Forest {
        var forest = Forest()
        var random = LearnRandom(state: seed)
        var scores = [Float](repeating: 0, count: rows.rowCount)
        var gradients = [SIMD2<Float>](repeating: .zero, count: rows.rowCount)
        let usable = rows.edges.indices.filter { !rows.edges[$0].isEmpty }
        guard !usable.isEmpty else { return forest }
        for tree in 0..<trees {
            setGradients(&gradients, scores: scores, rows: rows)
            let sample = sampledRows(rows, random: &random)
            let signals = usable.filter { _ in random.uniform() < signalShare }
            var growing = GrowingTree(
                rows: rows, sample: sample, gradients: gradients, signals: signals.isEmpty ? usable : signals,
                ridge: ridge)
            for _ in 0..<Forest.depth { growing.grow() }
            append(growing, to: &forest, rows: rows, scores: &scores)
            progress(tree + 1)
        }
        return forest
    }

    private func setGradients(_ gradients: inout [SIMD2<Float>], scores: [Float], rows: TrainingRows) {
        gradients.withUnsafeMutableBufferPointer { gradients in
            nonisolated(unsafe) let gradients = gradients  // Stretches do not overlap.
            inStretches(of: rows.choiceCount) { choices in
                for choice in choices {
                    let start = Int(rows.starts[choice])
                    let end = Int(rows.starts[choice + 1])
                    var highest = rows.hasNone ? 0 : -Float.infinity
                    for row in start..<end { highest = max(highest, scores[row]) }
                    var sum = rows.hasNone ? exponential(-highest) : 0
                    for row in start..<end { sum += exponential(scores[row] - highest) }
                    for row in start..<end {
                        let share = exponential(scores[row] - highest) / sum
                        let wanted: Float = row - start == Int(rows.targets[choice]) ? 1 : 0
                        gradients[row] =
                            SIMD2(share - wanted, max(1e-6, 2 * share * (1 - share))) * rows.weights[choice]
                    }
                }
            }
        }
    }

    private func sampledRows(_ rows: TrainingRows, random: inout LearnRandom) -> [Int32] {
        var sample: [Int32] = []
        sample.reserveCapacity(rows.rowCount)
        for choice in 0..<rows.choiceCount where random.uniform() < choiceShare {
            for row in rows.starts[choice]..<rows.starts[choice + 1] { sample.append(row) }
        }
        return sample
    }

    private func append(
        _ tree: GrowingTree, to forest: inout Forest, rows: TrainingRows, scores: inout [Float]
    ) {
        let (sums, covers) = tree.leafSums
        let values = sums.map { -rate * $0.x / ($0.y + ridge) }
        scores.withUnsafeMutableBufferPointer { scores in
            nonisolated(unsafe) let scores = scores  // Stretches do not overlap.
            inStretches(of: rows.rowCount) { stretch in
                for row in stretch { scores[row] += values[tree.leaf(ofRow: row)] }
            }
        }
        forest.append(
            questions: tree.splits.map { UInt16($0.signal) },
            thresholds: tree.splits.map { rows.threshold(signal: $0.signal, bin: $0.bin) }, leaves: values,
            covers: covers.map { $0 / Float(max(1, tree.sample.count)) })
    }
}

/// Does something for a fixed number of stretches of `0..<count`, on all cores.
private func inStretches(of count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let stretches = 32
    DispatchQueue.concurrentPerform(iterations: stretches) { stretch in
        body(count * stretch / stretches..<count * (stretch + 1) / stretches)
    }
}

/// A tree while it grows: level by level, each the question that helps most over all leaves at once.
///
/// Of two leaves that a question makes only the smaller one is counted; the other is what is left of their parent.
private struct GrowingTree: @unchecked Sendable {  // Unchecked: shared between threads only to be read.
    let rows: TrainingRows
    /// The rows that the tree sees, and their gradients side by side.
    let sample: [Int32]
    private let gradients: [SIMD2<Float>]
    private let signals: [Int]
    private let ridge: Float
    private(set) var splits: [(signal: Int, bin: Int)] = []
    /// The leaf of each sampled row.
    private var leaves: [UInt8]
    /// `[signal][leaf * bins + bin]` of the level before.
    private var histograms: [[SIMD2<Float>]]
    /// Sampled rows to count for the next level, and which leaves they are in.
    private var counted: [Int32]
    private var isCounted = [Bool](repeating: true, count: 1)

    private struct Split {
        var gain: Float = -.infinity
        var signal = -1
        var bin = 0
    }

    init(rows: TrainingRows, sample: [Int32], gradients: [SIMD2<Float>], signals: [Int], ridge: Float) {
        self.rows = rows
        self.sample = sample
        self.gradients = sample.map { gradients[Int($0)] }
        self.signals = signals
        self.ridge = ridge
        leaves = [UInt8](repeating: 0, count: sample.count)
        histograms = [[SIMD2<Float>]](repeating: [], count: signals.count)
        counted = Array(0..<Int32(sample.count))
    }

    /// Adds a level.
    mutating func grow() {
        let found = Mutex(
            [(split: Split, histogram: [SIMD2<Float>])](
                repeating: (Split(), []), count: signals.count))
        let level = splits.count
        DispatchQueue.concurrentPerform(iterations: signals.count) { [self] place in
            let histogram = histogram(of: place, level: level)
            let split = bestSplit(histogram, signal: signals[place], leafCount: 1 << level)
            found.withLock { $0[place] = (split, histogram) }
        }
        let results = found.withLock { $0 }
        histograms = results.map(\.histogram)
        let winner = results.reduce(Split()) { $1.split.gain > $0.gain ? $1.split : $0 }
        splits.append((winner.signal, winner.bin))
        divide(by: winner, level: level)
    }

    /// Answers the question for every sampled row and picks the smaller leaf of each two.
    private mutating func divide(by split: Split, level: Int) {
        let column = rows.columns[split.signal]
        var sizes = [Int](repeating: 0, count: 2 << level)
        for place in sample.indices {
            if Int(column[Int(sample[place])]) > split.bin { leaves[place] |= 1 << UInt8(level) }
            sizes[Int(leaves[place])] += 1
        }
        isCounted = (0..<2 << level).map { leaf in
            let other = leaf ^ 1 << level
            return sizes[leaf] != sizes[other] ? sizes[leaf] < sizes[other] : leaf < other
        }
        counted.removeAll(keepingCapacity: true)
        for place in sample.indices where isCounted[Int(leaves[place])] { counted.append(Int32(place)) }
    }

    private func histogram(of place: Int, level: Int) -> [SIMD2<Float>] {
        let column = rows.columns[signals[place]]
        let bins = rows.edges[signals[place]].count + 2
        var histogram = [SIMD2<Float>](repeating: .zero, count: bins << level)
        histogram.withUnsafeMutableBufferPointer { histogram in
            count(column, bins: bins, into: histogram)
            guard level > 0 else { return }
            for leaf in isCounted.indices where !isCounted[leaf] {
                let other = leaf ^ 1 << (level - 1)
                let parent = min(leaf, other)
                for bin in 0..<bins {
                    histogram[leaf * bins + bin] =
                        histograms[place][parent * bins + bin] - histogram[other * bins + bin]
                }
            }
        }
        return histogram
    }

    /// The hot loop: the gradients of the counted rows, by leaf and bin.
    private func count(_ column: [UInt8], bins: Int, into histogram: UnsafeMutableBufferPointer<SIMD2<Float>>) {
        column.withUnsafeBufferPointer { column in
            sample.withUnsafeBufferPointer { sample in
                leaves.withUnsafeBufferPointer { leaves in
                    gradients.withUnsafeBufferPointer { gradients in
                        for place in counted {
                            let row = Int(sample[Int(place)])
                            histogram[Int(leaves[Int(place)]) &* bins &+ Int(column[row])] += gradients[Int(place)]
                        }
                    }
                }
            }
        }
    }

    /// The cut of one signal with the highest sum of gains over the leaves.
    private func bestSplit(_ histogram: [SIMD2<Float>], signal: Int, leafCount: Int) -> Split {
        let bins = rows.edges[signal].count + 2
        var gains = [Float](repeating: 0, count: bins)
        for leaf in 0..<leafCount { addGains(of: histogram[leaf * bins..<(leaf + 1) * bins], to: &gains) }
        var best = Split()
        for bin in 0..<bins - 1 where gains[bin] > best.gain {
            best = Split(gain: gains[bin], signal: signal, bin: bin)
        }
        return best
    }

    private func addGains(of cells: ArraySlice<SIMD2<Float>>, to gains: inout [Float]) {
        var total = SIMD2<Float>.zero
        for cell in cells { total += cell }
        let whole = total.x * total.x / (total.y + ridge)
        var low = SIMD2<Float>.zero
        for bin in 0..<cells.count - 1 {
            low += cells[cells.startIndex + bin]
            let high = total - low
            gains[bin] += low.x * low.x / (max(0, low.y) + ridge) + high.x * high.x / (max(0, high.y) + ridge) - whole
        }
    }

    /// Sums of gradients and numbers of sampled rows, by leaf.
    var leafSums: (sums: [SIMD2<Float>], covers: [Float]) {
        var sums = [SIMD2<Float>](repeating: .zero, count: Forest.leavesPerTree)
        var covers = [Float](repeating: 0, count: Forest.leavesPerTree)
        for place in sample.indices {
            sums[Int(leaves[place])] += gradients[place]
            covers[Int(leaves[place])] += 1
        }
        return (sums, covers)
    }

    /// The leaf of any row, sampled or not.
    func leaf(ofRow row: Int) -> Int {
        var leaf = 0
        for (level, split) in splits.enumerated() where Int(rows.columns[split.signal][row]) > split.bin {
            leaf |= 1 << level
        }
        return leaf
    }
}

/// The trainer's own chance: SplitMix64 (Steele, Lea and Flood 2014), from a seed.
struct LearnRandom {
    var state: UInt64

    mutating func uniform() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Double(StableHash.mixed(state) >> 11) * 0x1p-53
    }
}
