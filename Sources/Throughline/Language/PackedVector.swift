/// A vector in 128 signed bytes and a scale: a quarter of the room of floats, and cosines that are right to some
/// thousandths.
///
/// The zero vector means "no evidence", not a direction.
public struct PackedVector: Sendable {
    var blocks = InlineArray<8, PackedBlock>(repeating: .zero)
    /// What one step of a byte is worth.
    package var scale: Float = 0

    init() {}

    /// The direction of a vector of this length, at length one; zero stays zero.
    init(directionOf vector: Vector, length: Float) {
        guard length > 1e-12 else { return }
        let weight = 1 / length
        let parts = vector.parts.span
        var greatest = GreatestMagnitude()
        for index in parts.indices { greatest.note(parts[index]) }
        // Rounding keeps order: the greatest product is the product of the greatest.
        let scale = greatest.value * weight / 127
        guard scale > 1e-20 else { return }
        self.scale = scale
        let steps = 1 / scale
        var blocks = blocks.mutableSpan
        for index in blocks.indices {
            blocks[index] = PackedBlock(
                parts[4 * index] * weight * steps, parts[4 * index + 1] * weight * steps,
                parts[4 * index + 2] * weight * steps, parts[4 * index + 3] * weight * steps)
        }
    }

    /// - Complexity: O(dimensions).
    @inline(__always)
    public func dot(_ other: PackedVector) -> Float {
        Float(PackedBlock.dot(blocks.span, other.blocks.span)) * (scale * other.scale)
    }

    public var length: Float { dot(self).squareRoot() }

    /// As bytes: the 128 of the vector, then those of the scale.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<PackedBlock.perVector {
            for word in 0..<4 { withUnsafeBytes(of: blocks[index][word].littleEndian) { bytes += $0 } }
        }
        withUnsafeBytes(of: scale.bitPattern.littleEndian) { bytes += $0 }
        return bytes
    }

    /// Of bytes that ``bytes`` gave; nil where they are something else.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 132 else { return nil }
        self.init()
        func word(_ place: Int) -> UInt32 {
            bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)) }
        }
        for place in 0..<32 { blocks[place / 4][place % 4] = Int32(bitPattern: word(place)) }
        scale = Float(bitPattern: word(32))
        guard scale.isFinite, scale >= 0 else { return nil }
    }
}

/// Sixteen signed bytes in four words, so that they spread into lanes by shifts alone: byte *k* of word *j* is number
/// 4*j* + *k*.
typealias PackedBlock = SIMD4<Int32>

extension PackedBlock {
    /// Blocks of a vector.
    static let perVector = 8

    /// The sum of products of the bytes of two vectors.
    @inline(__always)
    static func dot(_ a: borrowing Span<PackedBlock>, _ b: borrowing Span<PackedBlock>) -> Int32 {
        var sum = PackedBlock.zero
        for index in 0..<perVector {
            let here = unsafeBitCast(a[index], to: SIMD8<Int16>.self)
            let there = unsafeBitCast(b[index], to: SIMD8<Int16>.self)
            // Two products of bytes from -127 to 127 fit 16 bits.
            let products = ((here &<< 8) &>> 8) &* ((there &<< 8) &>> 8) &+ (here &>> 8) &* (there &>> 8)
            let pairs = unsafeBitCast(products, to: PackedBlock.self)
            sum &+= ((pairs &<< 16) &>> 16) &+ (pairs &>> 16)
        }
        return sum.wrappedSum()
    }
}

extension PackedBlock {
    /// A float of this size has its last bit at one: adding it rounds to the nearest whole number, ties to even.
    private static let magic: Float = 12_582_912

    /// The lowest byte of each word, the next, and so on; shifts by constants are one instruction each.
    @inline(__always) var first: SIMD4<Float> { PackedBlock.floats((self &<< 24) &>> 24) }
    @inline(__always) var second: SIMD4<Float> { PackedBlock.floats((self &<< 16) &>> 24) }
    @inline(__always) var third: SIMD4<Float> { PackedBlock.floats((self &<< 8) &>> 24) }
    @inline(__always) var fourth: SIMD4<Float> { PackedBlock.floats(self &>> 24) }

    @inline(__always)
    private static func floats(_ small: PackedBlock) -> SIMD4<Float> {
        unsafeBitCast(small &+ Int32(bitPattern: magic.bitPattern), to: SIMD4<Float>.self) - magic
    }

    /// The lower and the upper half of each word.
    @inline(__always) var lower: SIMD4<Float> { PackedBlock.floats((self &<< 16) &>> 16) }
    @inline(__always) var upper: SIMD4<Float> { PackedBlock.floats(self &>> 16) }

    /// Four numbers a word, each rounded to a byte.
    @inline(__always)
    init(_ first: SIMD4<Float>, _ second: SIMD4<Float>, _ third: SIMD4<Float>, _ fourth: SIMD4<Float>) {
        self = PackedBlock.whole(first) & 255 | (PackedBlock.whole(second) & 255) &<< 8
        self |= (PackedBlock.whole(third) & 255) &<< 16 | PackedBlock.whole(fourth) &<< 24
    }

    @inline(__always)
    private static func whole(_ values: SIMD4<Float>) -> PackedBlock {
        unsafeBitCast(values + magic, to: PackedBlock.self) &- Int32(bitPattern: magic.bitPattern)
    }

    /// `here * factor + there * weight`, packed anew; reads twice so that nothing need be kept in between.
    ///
    /// - Parameters:
    ///   - start: the first block of `here`.
    ///   - factor: what a step of `here` is worth from now on.
    ///   - weight: what a step of `there` is worth.
    /// - Returns: what a step of the result is worth.
    @inline(__always)
    static func blend(
        _ here: inout MutableSpan<PackedBlock>, at start: Int, _ factor: Float, _ there: borrowing Span<PackedBlock>,
        _ weight: Float
    ) -> Float {
        var greatest = GreatestMagnitude()
        for index in 0..<perVector {
            let a = here[start + index]
            let b = there[index]
            greatest.note(a.first * factor + b.first * weight)
            greatest.note(a.second * factor + b.second * weight)
            greatest.note(a.third * factor + b.third * weight)
            greatest.note(a.fourth * factor + b.fourth * weight)
        }
        let scale = greatest.value / 127
        guard scale > 1e-20 else {
            for index in 0..<perVector { here[start + index] = .zero }
            return 0
        }
        let factor = factor / scale
        let weight = weight / scale
        for index in 0..<perVector {
            let a = here[start + index]
            let b = there[index]
            here[start + index] = PackedBlock(
                a.first * factor + b.first * weight, a.second * factor + b.second * weight,
                a.third * factor + b.third * weight, a.fourth * factor + b.fourth * weight)
        }
        return scale
    }
}

/// The greatest magnitude of many numbers, four at a time. Floats that are not negative are in order as whole numbers,
/// and the greater of two such is found without a branch or a mask.
private struct GreatestMagnitude {
    private var bits = PackedBlock.zero

    @inline(__always)
    mutating func note(_ values: SIMD4<Float>) {
        let short = bits &- (unsafeBitCast(values, to: PackedBlock.self) & 0x7FFF_FFFF)
        bits &-= short & (short &>> 31)
    }

    @inline(__always)
    var value: Float {
        Float(bitPattern: UInt32(bitPattern: max(max(bits.x, bits.y), max(bits.z, bits.w))))
    }
}

/// A sum of many packed vectors while it is being made, in floats: part 4*i* + *k* holds byte *k* of the words of block
/// *i*.
struct PackedSum: Sendable {
    private var parts = [SIMD4<Float>](repeating: .zero, count: 4 * PackedBlock.perVector)

    mutating func removeAll() {
        for index in parts.indices { parts[index] = .zero }
    }

    mutating func add(_ vector: PackedVector, times weight: Float) {
        let weight = weight * vector.scale
        for index in 0..<PackedBlock.perVector {
            let block = vector.blocks[index]
            parts[4 * index] += block.first * weight
            parts[4 * index + 1] += block.second * weight
            parts[4 * index + 2] += block.third * weight
            parts[4 * index + 3] += block.fourth * weight
        }
    }

    var packed: PackedVector {
        var greatest = GreatestMagnitude()
        for part in parts { greatest.note(part) }
        var vector = PackedVector()
        let scale = greatest.value / 127
        guard scale > 1e-20 else { return vector }
        vector.scale = scale
        let steps = 1 / scale
        for index in 0..<PackedBlock.perVector {
            vector.blocks[index] = PackedBlock(
                parts[4 * index] * steps, parts[4 * index + 1] * steps, parts[4 * index + 2] * steps,
                parts[4 * index + 3] * steps)
        }
        return vector
    }
}

extension PackedSum {
    /// Of length one; zero stays zero.
    var direction: PackedVector {
        var packed = packed
        let length = packed.length
        if length > 0 { packed.scale /= length }
        return packed
    }
}
