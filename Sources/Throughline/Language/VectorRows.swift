/// Vectors side by side in one flat buffer: compared and changed where they lie, never copied out.
struct VectorRows: Sendable {
    private var blocks: [SIMD8<Float>] = []

    /// Rows so far.
    var count: Int { blocks.count / Vector.blocks }

    mutating func removeAll() { blocks.removeAll(keepingCapacity: true) }

    /// Adds rows of zeros.
    mutating func append(rows: Int) {
        blocks.append(contentsOf: repeatElement(.zero, count: rows * Vector.blocks))
    }

    /// Makes rows zero.
    mutating func clear(_ rows: Range<Int>) {
        for index in rows.lowerBound * Vector.blocks..<rows.upperBound * Vector.blocks { blocks[index] = .zero }
    }

    @inline(__always)
    func dot(_ row: Int, _ vector: Vector) -> Float {
        blocks.withUnsafeBufferPointer { blocks in
            let here = UnsafeBufferPointer(rebasing: blocks[row * Vector.blocks..<(row + 1) * Vector.blocks])
            let there = vector.block.span
            var even = SIMD8<Float>.zero
            var odd = SIMD8<Float>.zero
            for index in 0..<Vector.blocks / 2 {
                even += here[2 * index] * there[2 * index]
                odd += here[2 * index + 1] * there[2 * index + 1]
            }
            return (even + odd).sum()
        }
    }

    @inline(__always)
    func dot(_ row: Int, _ other: Int) -> Float {
        blocks.withUnsafeBufferPointer { blocks in
            let here = UnsafeBufferPointer(rebasing: blocks[row * Vector.blocks..<(row + 1) * Vector.blocks])
            let there = UnsafeBufferPointer(rebasing: blocks[other * Vector.blocks..<(other + 1) * Vector.blocks])
            var even = SIMD8<Float>.zero
            var odd = SIMD8<Float>.zero
            for index in 0..<Vector.blocks / 2 {
                even += here[2 * index] * there[2 * index]
                odd += here[2 * index + 1] * there[2 * index + 1]
            }
            return (even + odd).sum()
        }
    }

    @inline(__always)
    func length(_ row: Int) -> Float { dot(row, row).squareRoot() }

    /// Makes a row's length one; zero stays zero.
    mutating func normalize(_ row: Int) {
        let length = length(row)
        guard length > 1e-12 else { return }
        for index in row * Vector.blocks..<(row + 1) * Vector.blocks { blocks[index] *= 1 / length }
    }

    /// Fades a row and adds a vector to it.
    @inline(__always)
    mutating func fade(_ row: Int, by factor: Float, adding vector: Vector, times weight: Float = 1) {
        let start = row * Vector.blocks
        blocks.withUnsafeMutableBufferPointer { blocks in
            let here = UnsafeMutableBufferPointer(rebasing: blocks[start..<start + Vector.blocks])
            let there = vector.block.span
            for index in 0..<Vector.blocks { here[index] = here[index] * factor + there[index] * weight }
        }
    }

    @inline(__always)
    mutating func set(_ row: Int, to vector: Vector) {
        let start = row * Vector.blocks
        blocks.withUnsafeMutableBufferPointer { blocks in
            let here = UnsafeMutableBufferPointer(rebasing: blocks[start..<start + Vector.blocks])
            let there = vector.block.span
            for index in 0..<Vector.blocks { here[index] = there[index] }
        }
    }
}
