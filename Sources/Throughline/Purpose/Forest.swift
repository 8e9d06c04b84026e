/// Boosted symmetric trees: every level of a tree asks one question of all candidates, so that four candidates walk a
/// tree together in the lanes of a vector (the trees of CatBoost: Prokhorenkova et al. 2018).
///
/// A candidate's score is the sum of one leaf a tree. A question is `signal > threshold`; a signal that cannot be said
/// (not a number) answers no.
public struct Forest: Sendable, Equatable {
    package static let depth = 6
    package static let leavesPerTree = 1 << depth
    /// Trees that are asked before the lead is looked at.
    static let treesPerLook = 24
    /// A lead that a whole forest hardly ever takes away again; what is left of a forest takes less.
    static let sureLead: Float = 2

    /// `[tree * depth + level]`: which signal a level asks for.
    public internal(set) var questions: [UInt16]
    public internal(set) var thresholds: [Float]
    /// `[tree * leavesPerTree + leaf]`; bit `level` of the leaf is that level's answer.
    public internal(set) var leaves: [Float]
    /// The share of training rows that came to each leaf, for explanations.
    public internal(set) var covers: [Float]

    public var treeCount: Int { questions.count / Forest.depth }

    public init() {
        questions = []
        thresholds = []
        leaves = []
        covers = []
    }

    /// Scores the first `count` lanes, by as many trees as it takes: where one candidate leads by more than the trees
    /// that are left usually take away (``sureLead``), they are not asked.
    ///
    /// - Parameter signals: `[signal * Candidates.lanesMax + lane]`; lanes beyond `count` may hold anything.
    /// - Complexity: O(trees · depth · ⌈count / 4⌉); no allocation.
    func score(_ signals: [Float], count: Int, into scores: inout LaneScores) {
        scores.clear(count: count)
        let trees = treeCount
        repeat {
            ask(min(trees, scores.treesAsked + Forest.treesPerLook), signals, into: &scores)
        } while scores.treesAsked < trees
            && scores.lead <= Forest.sureLead * (Float(trees - scores.treesAsked) / Float(trees))
    }

    /// Scores the first `count` lanes by every tree.
    ///
    /// - Complexity: O(trees · depth · ⌈count / 4⌉); no allocation.
    func scoreAll(_ signals: [Float], count: Int, into scores: inout LaneScores) {
        scores.clear(count: count)
        ask(treeCount, signals, into: &scores)
    }

    /// Adds what the trees say that come next, up to one.
    private func ask(_ end: Int, _ signals: [Float], into scores: inout LaneScores) {
        let trees = scores.treesAsked..<end
        let count = scores.count
        signals.withUnsafeBytes { signals in
            questions.withUnsafeBufferPointer { questions in
                thresholds.withUnsafeBufferPointer { thresholds in
                    leaves.withUnsafeBufferPointer { leaves in
                        for group in stride(from: 0, to: count, by: 4) {
                            var totals = SIMD4(
                                scores[group], scores[group + 1], scores[group + 2], scores[group + 3])
                            var at = trees.lowerBound * Forest.depth
                            var base = trees.lowerBound * Forest.leavesPerTree
                            for _ in trees {
                                var leaf = SIMD4<Int32>.zero
                                for level in 0..<Forest.depth {
                                    let row = Int(questions[at &+ level]) &* Candidates.lanesMax &+ group
                                    let values = signals.loadUnaligned(
                                        fromByteOffset: row &* 4, as: SIMD4<Float>.self)
                                    let answers = unsafeBitCast(
                                        values .> thresholds[at &+ level], to: SIMD4<Int32>.self)
                                    leaf |= answers & Int32(1 << level)
                                }
                                totals += SIMD4(
                                    leaves[base &+ Int(leaf[0])], leaves[base &+ Int(leaf[1])],
                                    leaves[base &+ Int(leaf[2])], leaves[base &+ Int(leaf[3])])
                                at &+= Forest.depth
                                base &+= Forest.leavesPerTree
                            }
                            for lane in 0..<min(4, count - group) { scores[group + lane] = totals[lane] }
                        }
                    }
                }
            }
        }
        scores.treesAsked = end
    }

    /// What each signal adds to a lane's score: from the mean of a tree, each level's answer moves the expected leaf, and
    /// the move is that signal's (Saabas 2014). The contributions and the forest's mean add up to the score.
    ///
    /// - Parameter trees: how many were asked for the score.
    /// - Complexity: O(trees · leaves).
    func contributions(_ signals: [Float], lane: Int, trees: Int) -> (mean: Float, bySignal: [Float]) {
        var bySignal = [Float](repeating: 0, count: signals.count / Candidates.lanesMax)
        var mean: Float = 0
        for tree in 0..<trees {
            var known = 0
            var mask = 0
            var expected = expectedLeaf(tree: tree, known: known, mask: mask)
            mean += expected
            for level in 0..<Forest.depth {
                let signal = Int(questions[tree * Forest.depth + level])
                let value = signals[signal * Candidates.lanesMax + lane]
                mask |= 1 << level
                if value > thresholds[tree * Forest.depth + level] { known |= 1 << level }
                let narrowed = expectedLeaf(tree: tree, known: known, mask: mask)
                bySignal[signal] += narrowed - expected
                expected = narrowed
            }
        }
        return (mean, bySignal)
    }

    /// How much each signal moves a score, over the rows it was fitted on: the mean size of its contribution, and by how
    /// much more a yes adds than a no ("is it greater?"), so that the sign says which way it points.
    ///
    /// - Complexity: O(trees · leaves · depth).
    package func importance(signals: Int) -> [(amount: Float, direction: Float)] {
        var importance = [(amount: Float, direction: Float)](repeating: (0, 0), count: signals)
        for tree in 0..<treeCount {
            for level in 0..<Forest.depth {
                let signal = Int(questions[tree * Forest.depth + level])
                let mask = (1 << (level + 1)) - 1
                for answers in 0...mask {
                    let before = expectedLeaf(tree: tree, known: answers & mask >> 1, mask: mask >> 1)
                    let after = expectedLeaf(tree: tree, known: answers, mask: mask)
                    let share = cover(tree: tree, known: answers, mask: mask)
                    importance[signal].amount += abs(after - before) * share
                    importance[signal].direction += (answers >> level == 1 ? 1 : -1) * (after - before) * share
                }
            }
        }
        return importance
    }

    private func cover(tree: Int, known: Int, mask: Int) -> Float {
        var cover: Float = 0
        for leaf in 0..<Forest.leavesPerTree where leaf & mask == known {
            cover += covers[tree * Forest.leavesPerTree + leaf]
        }
        return cover
    }

    /// The mean leaf of those that agree with the answers known so far, by cover.
    private func expectedLeaf(tree: Int, known: Int, mask: Int) -> Float {
        var sum: Float = 0
        var cover: Float = 0
        var plain: Float = 0
        var count: Float = 0
        let base = tree * Forest.leavesPerTree
        for leaf in 0..<Forest.leavesPerTree where leaf & mask == known {
            sum += leaves[base + leaf] * covers[base + leaf]
            cover += covers[base + leaf]
            plain += leaves[base + leaf]
            count += 1
        }
        return cover > 0 ? sum / cover : plain / count
    }
}

extension Forest {
    /// Adds one tree.
    package mutating func append(questions: [UInt16], thresholds: [Float], leaves: [Float], covers: [Float]) {
        precondition(
            questions.count == Forest.depth && thresholds.count == Forest.depth && leaves.count == Forest.leavesPerTree
                && covers.count == Forest.leavesPerTree, "a tree has \(Forest.depth) levels")
        self.questions += questions
        self.thresholds += thresholds
        self.leaves += leaves
        self.covers += covers
    }
}
