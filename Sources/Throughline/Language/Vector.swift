/// A point in the space of meanings while it is being made: 128 numbers. What is kept is a ``PackedVector``.
struct Vector {
    static let dimensions = 128

    /// Four numbers each, in the order in which bytes spread into lanes: part 4*i* + *k* holds byte *k* of the words of
    /// ``PackedBlock`` *i*.
    var parts = [SIMD4<Float>](repeating: .zero, count: dimensions / 4)

    subscript(index: Int) -> Float {
        get { parts[4 * (index >> 4) + (index & 3)][index >> 2 & 3] }
        set { parts[4 * (index >> 4) + (index & 3)][index >> 2 & 3] = newValue }
    }

    /// The squares are added one by one, from the first number to the last: in another order the last bit would differ.
    var length: Float {
        var sum: Float = 0
        for start in stride(from: 0, to: parts.count, by: 4) {
            let first = parts[start] * parts[start]
            let second = parts[start + 1] * parts[start + 1]
            let third = parts[start + 2] * parts[start + 2]
            let fourth = parts[start + 3] * parts[start + 3]
            for lane in 0..<4 {
                sum += first[lane]
                sum += second[lane]
                sum += third[lane]
                sum += fourth[lane]
            }
        }
        return sum.squareRoot()
    }
}
