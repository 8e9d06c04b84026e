import Dispatch
import Synchronization
import Throughline

/// Fits a ``Forest`` of symmetric trees to choices: gradient boosting of the softmax over the rows of one choice, by
/// histograms (Friedman 2001; Ke et al. 2017; symmetric trees as in Prokhorenkova et al. 2018).
///
/// The same rows and seed give the same bits, on any number of cores: work is divided by signal, and every sum is made
/// in one order.
struct ForestTrainer {
    var trees = 220
    var rate: Float = 0.09
    /// Ridge on a leaf.
    var ridge: Float = 8
    var signalShare = 0.6
    var choiceShare = 0.7
    var seed: UInt64 = 1

    private struct Split {
        var gain: Float = -.infinity
        var signal = -1
        var bin = 0
    }

    func fit(_ rows: TrainingRows, progress: (Int) -> Void = { _ in }) -> Forest {
        var forest = Forest()
        var random = LearnRandom(state: seed)
        var scores = [Float](repeating: 0, count: rows.rowCount)
        var gradients = [SIMD2<Float>](repeating: .zero, count: rows.rowCount)
        let usable = rows.edges.indices.filter { !rows.edges[$0].isEmpty }
        for tree in 0..<trees {
            setGradients(&gradients, scores: scores, rows: rows)
            let sample = sampledRows(rows, random: &random)
            let signals = usable.filter { _ in random.uniform() < signalShare }
            let splits = grow(rows, sample: sample, signals: signals.isEmpty ? usable : signals, gradients: gradients)
            append(splits, to: &forest, rows: rows, sample: sample, gradients: gradients, scores: &scores)
            progress(tree + 1)
        }
        return forest
    }

    private func setGradients(_ gradients: inout [SIMD2<Float>], scores: [Float], rows: TrainingRows) {
        for choice in 0..<rows.choiceCount {
            let start = Int(rows.starts[choice])
            let end = Int(rows.starts[choice + 1])
            var highest = -Float.infinity
            for row in start..<end { highest = max(highest, scores[row]) }
            var sum: Float = 0
            for row in start..<end { sum += exponential(scores[row] - highest) }
            for row in start..<end {
                let share = exponential(scores[row] - highest) / sum
                let wanted: Float = row - start == Int(rows.targets[choice]) ? 1 : 0
                gradients[row] = SIMD2(share - wanted, max(1e-6, 2 * share * (1 - share))) * rows.weights[choice]
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

    /// Six levels, each the question that helps most over all leaves at once.
    private func grow(
        _ rows: TrainingRows, sample: [Int32], signals: [Int], gradients: [SIMD2<Float>]
    ) -> [(signal: Int, bin: Int)] {
        var splits: [(signal: Int, bin: Int)] = []
        var leaves = [UInt8](repeating: 0, count: sample.count)
        let sampled = sample.map { gradients[Int($0)] }
        for level in 0..<Forest.depth {
            let present = leaves
            let best = Mutex([Split](repeating: Split(), count: signals.count))
            DispatchQueue.concurrentPerform(iterations: signals.count) { index in
                let split = bestSplit(
                    rows.columns[signals[index]], edges: rows.edges[signals[index]].count, sample: sample,
                    leaves: present,
                    leafCount: 1 << level, gradients: sampled)
                best.withLock {
                    $0[index] = Split(gain: split.gain, signal: signals[index], bin: split.bin)
                }
            }
            let winner = best.withLock { splits in
                splits.reduce(Split()) { $1.gain > $0.gain ? $1 : $0 }
            }
            splits.append((winner.signal, winner.bin))
            let column = rows.columns[winner.signal]
            for (place, row) in sample.enumerated() where Int(column[Int(row)]) > winner.bin {
                leaves[place] |= 1 << UInt8(level)
            }
        }
        return splits
    }

    /// The cut of one signal with the highest sum of gains over the leaves.
    private func bestSplit(
        _ column: [UInt8], edges: Int, sample: [Int32], leaves: [UInt8], leafCount: Int, gradients: [SIMD2<Float>]
    ) -> (gain: Float, bin: Int) {
        let bins = edges + 2
        return withUnsafeTemporaryAllocation(of: SIMD2<Float>.self, capacity: leafCount * bins) { histogram in
            histogram.initialize(repeating: .zero)
            column.withUnsafeBufferPointer { column in
                sample.withUnsafeBufferPointer { sample in
                    leaves.withUnsafeBufferPointer { leaves in
                        gradients.withUnsafeBufferPointer { gradients in
                            for place in 0..<sample.count {
                                let cell = Int(leaves[place]) &* bins &+ Int(column[Int(sample[place])])
                                histogram[cell] += gradients[place]
                            }
                        }
                    }
                }
            }
            return withUnsafeTemporaryAllocation(of: Float.self, capacity: bins) { gains in
                gains.initialize(repeating: 0)
                for leaf in 0..<leafCount {
                    let cells = UnsafeMutableBufferPointer(rebasing: histogram[leaf * bins..<(leaf + 1) * bins])
                    addGains(of: cells, to: gains)
                }
                var best = (gain: -Float.infinity, bin: 0)
                for bin in 0..<bins - 1 where gains[bin] > best.gain { best = (gains[bin], bin) }
                return best
            }
        }
    }

    private func addGains(
        of cells: UnsafeMutableBufferPointer<SIMD2<Float>>, to gains: UnsafeMutableBufferPointer<Float>
    ) {
        var total = SIMD2<Float>.zero
        for cell in cells { total += cell }
        let whole = total.x * total.x / (total.y + ridge)
        var low = SIMD2<Float>.zero
        for bin in 0..<cells.count - 1 {
            low += cells[bin]
            let high = total - low
            gains[bin] += low.x * low.x / (low.y + ridge) + high.x * high.x / (high.y + ridge) - whole
        }
    }

    private func append(
        _ splits: [(signal: Int, bin: Int)], to forest: inout Forest, rows: TrainingRows, sample: [Int32],
        gradients: [SIMD2<Float>], scores: inout [Float]
    ) {
        var leafOfRow = [UInt8](repeating: 0, count: rows.rowCount)
        for (level, split) in splits.enumerated() {
            let column = rows.columns[split.signal]
            for row in 0..<rows.rowCount where Int(column[row]) > split.bin { leafOfRow[row] |= 1 << UInt8(level) }
        }
        var sums = [SIMD2<Float>](repeating: .zero, count: 1 << Forest.depth)
        var covers = [Float](repeating: 0, count: 1 << Forest.depth)
        for row in sample {
            sums[Int(leafOfRow[Int(row)])] += gradients[Int(row)]
            covers[Int(leafOfRow[Int(row)])] += 1
        }
        let values = sums.map { -rate * $0.x / ($0.y + ridge) }
        for row in 0..<rows.rowCount { scores[row] += values[Int(leafOfRow[row])] }
        forest.append(
            questions: splits.map { UInt16($0.signal) },
            thresholds: splits.map { rows.threshold(signal: $0.signal, bin: $0.bin) }, leaves: values,
            covers: covers.map { $0 / Float(max(1, sample.count)) })
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
