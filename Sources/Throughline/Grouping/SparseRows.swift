/// Rows of numbers, most of which are zero: of each row what stands there, in ascending order of the columns, in flat
/// buffers.
struct SparseRows {
    private var ends: [Int] = []
    private(set) var columns: [Int32] = []
    private(set) var values: [Float] = []

    var count: Int { ends.count }

    func places(of row: Int) -> Range<Int> { (row > 0 ? ends[row - 1] : 0)..<ends[row] }

    mutating func append(_ value: Float, column: Int32) {
        columns.append(column)
        values.append(value)
    }

    /// What is added from now on is of the next row.
    mutating func endRow() { ends.append(columns.count) }

    /// Multiplies each number by that of its column.
    mutating func scale(columns factors: [Float]) {
        for place in values.indices { values[place] *= factors[Int(columns[place])] }
    }

    /// Columns as rows.
    ///
    /// - Complexity: O(numbers + columns).
    func transposed(columnCount: Int) -> SparseRows {
        var ends = [Int](repeating: 0, count: columnCount)
        for column in columns { ends[Int(column)] += 1 }
        for column in ends.indices.dropFirst() { ends[column] += ends[column - 1] }
        var other = SparseRows()
        other.columns = [Int32](repeating: 0, count: columns.count)
        other.values = [Float](repeating: 0, count: columns.count)
        other.ends = ends
        for row in (0..<count).reversed() {
            for place in places(of: row) {
                let column = Int(columns[place])
                ends[column] -= 1
                other.columns[ends[column]] = Int32(row)
                other.values[ends[column]] = values[place]
            }
        }
        return other
    }
}
