/// What the words of one text say, in fixed space: its meaning, its pieces with their weights, its words and the names
/// of things in it.
public struct TextFeatures: Sendable {
    /// Distinct pieces, words and entities kept of one text; the rest of a longer text is left out.
    public static let piecesMax = 32
    public static let wordsMax = 24
    public static let entitiesMax = 12

    /// The meaning, of length one; zero where the text says nothing.
    public var vector = Vector()
    /// The length of the meaning before it was made one: how much evidence the text gives.
    public var evidence: Float = 0
    /// Words that are not of the commonest ones; all words where no other is left.
    public var contentCount: Int32 = 0

    public var pieceCount: Int32 = 0
    /// Ascending tokens.
    public var pieces = InlineArray<32, UInt32>(repeating: 0)
    public var weights = InlineArray<32, Float>(repeating: 0)
    public var weightSum: Float = 0

    public var wordCount: Int32 = 0
    /// Hashes of the words, folded.
    public var words = InlineArray<24, UInt64>(repeating: 0)

    public var entityCount: Int32 = 0
    /// Hashes of the names of single things: tokens with a digit, or with a capital inside a sentence.
    public var entities = InlineArray<12, UInt64>(repeating: 0)

    /// Which character trigrams the text has, by hash: a Bloom filter of 512 bits with one hash.
    public var trigrams = SIMD8<UInt64>.zero
    public var trigramCount: Int32 = 0

    public init() {}

    public var isEmpty: Bool { pieceCount == 0 }

    mutating func append(entity: UInt64) {
        guard entityCount < TextFeatures.entitiesMax else { return }
        for index in 0..<Int(entityCount) where entities[index] == entity { return }
        entities[Int(entityCount)] = entity
        entityCount += 1
    }

    mutating func append(word: UInt64) {
        guard wordCount < TextFeatures.wordsMax else { return }
        for index in 0..<Int(wordCount) where words[index] == word { return }
        words[Int(wordCount)] = word
        wordCount += 1
    }

    mutating func append(trigram hash: UInt64) {
        let bit = Int(hash & 511)
        trigrams[bit >> 6] |= 1 << UInt64(bit & 63)
    }

    /// Share of this text's trigrams that another text has, 0...1.
    func trigramCover(by other: SIMD8<UInt64>) -> Float {
        let own = trigrams.nonzeroBits
        guard own > 0 else { return 0 }
        return Float((trigrams & other).nonzeroBits) / Float(own)
    }

    /// Summed weight of the pieces that two texts share.
    func sharedWeight(with other: TextFeatures) -> Float {
        var sum: Float = 0
        var here = 0
        var there = 0
        while here < Int(pieceCount), there < Int(other.pieceCount) {
            let a = pieces[here]
            let b = other.pieces[there]
            if a == b {
                sum += weights[here]
                here += 1
                there += 1
            } else if a < b {
                here += 1
            } else {
                there += 1
            }
        }
        return sum
    }
}

extension SIMD8<UInt64> {
    /// How many bits are set.
    @inlinable var nonzeroBits: Int {
        var count = 0
        for lane in 0..<8 { count += self[lane].nonzeroBitCount }
        return count
    }
}
