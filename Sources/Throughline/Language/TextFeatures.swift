/// What the words of one text say, in fixed space: its meaning, its pieces with their weights, its words and the names
/// of things in it.
///
/// Immutable and interned: events with the same text share one.
public final class TextFeatures: Sendable {
    /// Distinct pieces, words and entities kept of one text; the rest of a longer text is left out.
    public static let piecesMax = 32
    public static let wordsMax = 24
    public static let entitiesMax = 8

    /// The features of no text at all.
    public static let none = TextFeatures(Making())

    /// The meaning, of length one; zero where the text says nothing.
    public let vector: PackedVector
    /// The length of the meaning before it was made one: how much evidence the text gives.
    public let evidence: Float
    /// Words that are not of the commonest ones; all words where no other is left.
    public let contentCount: Int32

    let pieceCount: Int
    /// Ascending tokens.
    let pieces: InlineArray<32, UInt32>
    let weights: InlineArray<32, Float>
    let weightSum: Float

    let wordCount: Int
    /// Hashes of the words, folded.
    let words: InlineArray<24, UInt64>

    let entityCount: Int
    /// Hashes of the names of single things: words with a digit, or with a capital inside a sentence.
    let entities: InlineArray<8, UInt64>

    /// Which character trigrams the text has, by hash: a Bloom filter of 512 bits with one hash.
    let trigrams: SIMD8<UInt64>
    private let trigramBits: Float

    public var isEmpty: Bool { pieceCount == 0 }

    /// Whether the text has a direction: a text in a language without vectors has words and no direction.
    public var hasMeaning: Bool { evidence > 0 }

    init(_ making: Making) {
        vector = making.vector
        evidence = making.evidence
        contentCount = making.contentCount
        pieceCount = making.pieceCount
        pieces = making.pieces
        weights = making.weights
        var sum: Float = 0
        for index in 0..<making.pieceCount { sum += making.weights[index] }
        weightSum = sum
        wordCount = making.wordCount
        words = making.words
        entityCount = making.entityCount
        entities = making.entities
        trigrams = making.trigrams
        trigramBits = Float(making.trigrams.nonzeroBits)
    }

    var hasTrigrams: Bool { trigramBits > 0 }

    /// Share of this text's trigrams that another text has, 0...1.
    func trigramCover(by other: SIMD8<UInt64>) -> Float {
        trigramBits > 0 ? Float((trigrams & other).nonzeroBits) / trigramBits : 0
    }

    /// Summed weight of the pieces that two texts share.
    func sharedWeight(with other: TextFeatures) -> Float {
        var sum: Float = 0
        var here = 0
        var there = 0
        while here < pieceCount, there < other.pieceCount {
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

    /// Features that are being made.
    struct Making {
        var vector = PackedVector()
        var evidence: Float = 0
        var contentCount: Int32 = 0
        var pieceCount = 0
        var pieces = InlineArray<32, UInt32>(repeating: 0)
        var weights = InlineArray<32, Float>(repeating: 0)
        var wordCount = 0
        var words = InlineArray<24, UInt64>(repeating: 0)
        var entityCount = 0
        var entities = InlineArray<8, UInt64>(repeating: 0)
        var trigrams = SIMD8<UInt64>.zero

        /// Keeps a piece in its order; one that is there already is not kept twice.
        mutating func insert(piece: UInt32, weight: Float) {
            var place = pieceCount
            while place > 0, pieces[place - 1] >= piece {
                if pieces[place - 1] == piece { return }
                place -= 1
            }
            guard pieceCount < TextFeatures.piecesMax else { return }
            var index = pieceCount
            while index > place {
                pieces[index] = pieces[index - 1]
                weights[index] = weights[index - 1]
                index -= 1
            }
            pieces[place] = piece
            weights[place] = weight
            pieceCount += 1
        }

        mutating func append(entity: UInt64) {
            guard entityCount < TextFeatures.entitiesMax else { return }
            for index in 0..<entityCount where entities[index] == entity { return }
            entities[entityCount] = entity
            entityCount += 1
        }

        mutating func append(word: UInt64) {
            guard wordCount < TextFeatures.wordsMax else { return }
            for index in 0..<wordCount where words[index] == word { return }
            words[wordCount] = word
            wordCount += 1
        }

        mutating func append(trigram hash: UInt64) {
            let bit = Int(hash & 511)
            trigrams[bit >> 6] |= 1 << UInt64(bit & 63)
        }
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
