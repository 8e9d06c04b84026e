import Throughline

/// Says of 64-bit hashes that they are certainly not in a set, or that they may be: some in two hundred are said to be and are
/// not. All bits of a hash lie in one line of the cache (Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom
/// Filters", 2007).
struct BloomFilter: Equatable {
    static let bitsPerKey = 12
    private static let bitsSet = 6
    private static let wordsPerBlock = 8

    /// Blocks of 512 bits.
    private(set) var words: [UInt64]

    /// A filter for so many keys, with none in it.
    init(keys: Int) {
        let blocks = max(1, (keys * BloomFilter.bitsPerKey + 511) / 512)
        words = [UInt64](repeating: 0, count: blocks * BloomFilter.wordsPerBlock)
    }

    /// A filter that was kept; nil where it cannot be one.
    init?(words: [UInt64]) {
        guard !words.isEmpty, words.count % BloomFilter.wordsPerBlock == 0 else { return nil }
        self.words = words
    }

    var byteCount: Int { words.count * 8 }

    mutating func insert(_ hash: UInt64) {
        let block = block(of: hash)
        var bits = StableHash.mixed(hash)
        for _ in 0..<BloomFilter.bitsSet {
            words[block + Int(bits >> 6 & 7)] |= 1 << (bits & 63)
            bits >>= 9
        }
    }

    func contains(_ hash: UInt64) -> Bool {
        let block = block(of: hash)
        var bits = StableHash.mixed(hash)
        for _ in 0..<BloomFilter.bitsSet {
            guard words[block + Int(bits >> 6 & 7)] & 1 << (bits & 63) != 0 else { return false }
            bits >>= 9
        }
        return true
    }

    /// The first word of the block of a hash: hashes in order have their blocks in order.
    private func block(of hash: UInt64) -> Int {
        let blocks = UInt64(words.count / BloomFilter.wordsPerBlock)
        return Int(hash.multipliedFullWidth(by: blocks).high) * BloomFilter.wordsPerBlock
    }
}
