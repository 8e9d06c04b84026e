/// Which character trigrams a text has, by hash: a Bloom filter of 512 bits with one hash.
struct TrigramFilter {
    private var words = InlineArray<8, UInt64>(repeating: 0)

    var bits: SIMD8<UInt64> { unsafeBitCast(words, to: SIMD8<UInt64>.self) }

    /// - Parameter bytes: the three bytes, folded, the first one uppermost.
    @inline(__always)
    mutating func insert(_ bytes: UInt32) {
        let bit = Int(StableHash.mixed(UInt64(bytes)) & 511)
        words[bit >> 6] |= 1 << UInt64(bit & 63)
    }
}
