/// A point in the space of meanings while it is being made: 128 numbers. What is kept is a ``PackedVector``.
struct Vector {
    static let dimensions = 128

    private var values = InlineArray<128, Float>(repeating: 0)

    subscript(index: Int) -> Float {
        get { values[index] }
        set { values[index] = newValue }
    }

    var length: Float {
        var sum: Float = 0
        for index in 0..<Vector.dimensions { sum += values[index] * values[index] }
        return sum.squareRoot()
    }
}
