/// Where short walks end that go from each small group to what is like it, and on from there: two small groups are of
/// one kind when their walks end at the same places, even where they themselves have little in common (Pons and Latapy
/// 2005).
struct LikenessWalks {
    /// What likeness of words counts for beside that of directions.
    static let wordsWeight: Float = 0.5
    private static let steps = 4
    /// Ends of walks that are kept of each small group.
    private static let endsMax = 64

    /// By small group the roots of the shares of walks that end at others, a row of length one: the product of two rows
    /// is how much the walks end alike (Bhattacharyya 1943).
    private let ends: SparseRows

    /// - Parameter neighbours: of how many others that are most like it a small group is beside in the graph.
    /// - Complexity: O(small groups²).
    init(_ directions: [PackedVector], _ words: SharedWords, neighbours: Int) {
        let graph = LikenessWalks.graph(directions, words, neighbours)
        var ends = SparseRows()
        var sum = RowSum(columnCount: directions.count)
        var next = sum
        var greatest = Greatest(LikenessWalks.endsMax)
        for group in directions.indices {
            sum.removeAll()
            sum.add(group, of: graph, times: 1)
            for _ in 1..<LikenessWalks.steps {
                next.removeAll()
                for here in sum.columns { next.add(Int(here), of: graph, times: sum[here]) }
                swap(&sum, &next)
            }
            greatest.removeAll()
            for end in sum.columns { greatest.offer(sum[end], at: end) }
            let total = greatest.values.reduce(0, +)
            for end in greatest.places.sorted() { ends.append((sum[end] / total).squareRoot(), column: end) }
            ends.endRow()
        }
        self.ends = ends
    }

    /// The chance of each step: by the square of how alike two are, where one is of those that the other is most like;
    /// each may stay where it is.
    ///
    /// Likeness is the cosine of the directions and half of that of the words. One without words is like itself and
    /// others by direction alone; as chances are shares of a whole, that is as if nobody had words.
    private static func graph(_ directions: [PackedVector], _ words: SharedWords, _ neighbours: Int) -> SparseRows {
        var own = [Float](repeating: 0, count: directions.count)
        var greatest = [Greatest](repeating: Greatest(neighbours), count: directions.count)
        var shared = RowSum(columnCount: directions.count)
        for group in directions.indices {
            shared.removeAll()
            words.addLikeness(to: group, into: &shared)
            for other in group..<directions.count {
                let likeness = directions[group].dot(directions[other]) + wordsWeight * shared[Int32(other)]
                if other == group {
                    own[group] = likeness
                } else {
                    greatest[group].offer(max(0, likeness), at: Int32(other))
                    greatest[other].offer(max(0, likeness), at: Int32(group))
                }
            }
        }
        var chosen = SparseRows()
        for group in directions.indices {
            let others = zip(greatest[group].places, greatest[group].values)
            for (place, likeness) in (others + [(Int32(group), own[group])]).sorted(by: { $0.0 < $1.0 }) {
                chosen.append(likeness * likeness, column: place)
            }
            chosen.endRow()
        }
        return chances(of: chosen)
    }

    /// The weights of both directions together, as shares of all that lead from the same small group.
    private static func chances(of chosen: SparseRows) -> SparseRows {
        let other = chosen.transposed(columnCount: chosen.count)
        var chances = SparseRows()
        var sum = RowSum(columnCount: chosen.count)
        for group in 0..<chosen.count {
            sum.removeAll()
            sum.add(group, of: chosen, times: 1)
            sum.add(group, of: other, times: 1)
            let columns = sum.columns.sorted()
            let total = columns.reduce(0) { $0 + sum[$1] }
            for column in columns { chances.append(sum[column] / total, column: column) }
            chances.endRow()
        }
        return chances
    }

    /// What it costs to join any two by Ward's rule (1963): by how much the squared distances between where walks end
    /// and the mean of these grow.
    ///
    /// - Parameter counts: how many directions each small group has.
    /// - Complexity: O(small groups²) in room.
    func costs(counts: [Float]) -> [Float] {
        let table = ends.transposed(columnCount: counts.count)
        var sum = RowSum(columnCount: counts.count)
        var costs: [Float] = []
        costs.reserveCapacity(counts.count * counts.count)
        for one in counts.indices {
            sum.removeAll()
            sum.add(one, of: ends, times: table)
            for other in counts.indices {
                let distance = max(0, 2 - 2 * sum[Int32(other)])
                costs.append(counts[one] * counts[other] / (counts[one] + counts[other]) * distance)
            }
        }
        return costs
    }

    /// Of each small group the group whose walks end most like its own, the one that it is of where none is more like;
    /// numbered anew without those that nothing is left in.
    ///
    /// - Parameters:
    ///   - parts: of each small group the group that it was of.
    ///   - counts: how many directions each small group has.
    /// - Complexity: O(small groups × groups), also in room.
    func nearest(_ parts: [Int32], counts: [Float]) -> [Int32] {
        let count = Int(parts.max() ?? -1) + 1
        // By end, for each group the sum over its small groups.
        var sums = [Float](repeating: 0, count: counts.count * count)
        for group in parts.indices {
            for place in ends.places(of: group) {
                sums[Int(ends.columns[place]) * count + Int(parts[group])] += counts[group] * ends.values[place]
            }
        }
        var squares = [Float](repeating: 0, count: count)
        for end in counts.indices {
            for part in 0..<count { squares[part] += sums[end * count + part] * sums[end * count + part] }
        }
        let lengths = squares.map { $0.squareRoot() }
        var numbers = [Int32](repeating: -1, count: count)
        var numbersUsed: Int32 = 0
        return parts.indices.map { group in
            var likeness = [Float](repeating: 0, count: count)
            for place in ends.places(of: group) {
                let start = Int(ends.columns[place]) * count
                for part in 0..<count { likeness[part] += ends.values[place] * sums[start + part] }
            }
            var best = Int(parts[group])
            for part in 0..<count where likeness[part] / lengths[part] > likeness[best] / lengths[best] { best = part }
            if numbers[best] < 0 {
                numbers[best] = numbersUsed
                numbersUsed += 1
            }
            return numbers[best]
        }
    }
}
