/// A row of numbers that are not negative, while it is being made: a number for each column, and which columns have one
/// (Gustavson 1978).
struct RowSum {
    private var numbers: [Float]
    /// In the order in which they came.
    private(set) var columns: [Int32] = []

    init(columnCount: Int) { numbers = [Float](repeating: 0, count: columnCount) }

    subscript(column: Int32) -> Float { numbers[Int(column)] }

    mutating func removeAll() {
        for column in columns { numbers[Int(column)] = 0 }
        columns.removeAll(keepingCapacity: true)
    }

    mutating func add(_ value: Float, column: Int32) {
        guard value > 0 else { return }
        if numbers[Int(column)] == 0 { columns.append(column) }
        numbers[Int(column)] += value
    }

    /// Adds a row so many times.
    mutating func add(_ row: Int, of rows: SparseRows, times weight: Float) {
        for place in rows.places(of: row) { add(rows.values[place] * weight, column: rows.columns[place]) }
    }

    /// Adds a row times a table.
    mutating func add(_ row: Int, of rows: SparseRows, times table: SparseRows) {
        for place in rows.places(of: row) { add(Int(rows.columns[place]), of: table, times: rows.values[place]) }
    }
}
