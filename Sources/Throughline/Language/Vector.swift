/// A point in the space of meanings: 128 numbers, inline, so that an array of summaries holds no pointers.
public struct Vector: Sendable {
    public static let dimensions = 128

    @usableFromInline static let blocks = 16
    @usableFromInline var block: InlineArray<16, SIMD8<Float>>

    /// The zero vector, which means "no evidence", not a direction.
    @inlinable public init() { block = InlineArray(repeating: .zero) }

    @inlinable @inline(__always) public func dot(_ other: Vector) -> Float {
        let here = block.span  // A span reads in place; indexing the array itself may copy it.
        let there = other.block.span
        var even = SIMD8<Float>.zero
        var odd = SIMD8<Float>.zero
        for index in 0..<8 {
            even += here[2 * index] * there[2 * index]
            odd += here[2 * index + 1] * there[2 * index + 1]
        }
        return (even + odd).sum()
    }

    @inlinable @inline(__always) public var length: Float { dot(self).squareRoot() }

    /// Adds another vector times a factor.
    @inlinable @inline(__always) public mutating func add(_ other: Vector, times factor: Float = 1) {
        let there = other.block.span
        for index in 0..<Vector.blocks { block[index] += there[index] * factor }
    }

    @inlinable @inline(__always) public mutating func scale(by factor: Float) {
        for index in 0..<Vector.blocks { block[index] *= factor }
    }

    /// The same direction at length one; the zero vector stays zero.
    @inlinable public var unit: Vector {
        let length = self.length
        var result = self
        if length > 1e-12 { result.scale(by: 1 / length) }
        return result
    }

    @inlinable public subscript(index: Int) -> Float {
        get { block[index >> 3][index & 7] }
        set { block[index >> 3][index & 7] = newValue }
    }
}
