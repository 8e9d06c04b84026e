/// What small groups say: words that at least two directions came with, each by the logarithm of how rare it is.
///
/// The words of a direction count as one together, whatever their number, and so do those of a small group.
struct SharedWords {
    /// By small group the numbers of its words, and by word the small groups that say it.
    private let rows: SparseRows
    private let groups: SparseRows

    /// - Parameters:
    ///   - mentions: each word in the upper half, and in the lower one the place of the direction that it was said
    ///     with.
    ///   - owners: of each direction, its small group.
    /// - Complexity: O(*n* log *n*) in the number of mentions.
    init(_ mentions: [UInt64], owners: [Int32], groupCount: Int) {
        let words = SharedWords.words(of: mentions, count: owners.count)
        var lengths = [Float](repeating: 0, count: owners.count)
        for (index, weight) in zip(words.columns, words.values) { lengths[Int(index)] += weight * weight }
        for index in lengths.indices { lengths[index] = lengths[index].squareRoot() }
        var groups = SparseRows()
        var squares = [Float](repeating: 0, count: groupCount)
        var sum = RowSum(columnCount: groupCount)
        for word in 0..<words.count {
            sum.removeAll()
            for place in words.places(of: word) {
                let index = Int(words.columns[place])
                sum.add(words.values[place] / lengths[index], column: owners[index])
            }
            for group in sum.columns.sorted() {
                groups.append(sum[group], column: group)
                squares[Int(group)] += sum[group] * sum[group]
            }
            groups.endRow()
        }
        groups.scale(columns: squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 })
        self.groups = groups
        rows = groups.transposed(columnCount: groupCount)
    }

    /// By word the directions that it was said with, and how rare it is (Spärck Jones 1972).
    private static func words(of mentions: [UInt64], count: Int) -> SparseRows {
        let mentions = mentions.sorted()
        var words = SparseRows()
        var said: [Int32] = []
        for place in mentions.indices {
            let isLast = place + 1 == mentions.count
            // One that was said twice with the same direction stands beside itself.
            if isLast || mentions[place] != mentions[place + 1] { said.append(Int32(mentions[place] & 0xFFFF_FFFF)) }
            guard isLast || mentions[place] >> 32 != mentions[place + 1] >> 32 else { continue }
            if said.count > 1, said.count < count {  // What all say tells nothing.
                let weight = naturalLog(Float(count) / Float(said.count))
                for index in said { words.append(weight, column: index) }
                words.endRow()
            }
            said.removeAll(keepingCapacity: true)
        }
        return words
    }

    /// Adds to each small group how much it says the same as a given one: a cosine; 0 for one without words.
    ///
    /// - Complexity: O(its words × small groups that say them).
    func addLikeness(to group: Int, into sum: inout RowSum) { sum.add(group, of: rows, times: groups) }
}
