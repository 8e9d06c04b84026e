/// What the words of one text say: its meaning, its pieces with their weights, its words and the names of things in it.
///
/// Immutable and interned: events with the same text share one. A copy is a reference to what was made once, in as much
/// room as the text needs: some 400 bytes for eight words.
public struct TextFeatures: @unchecked Sendable {  // Unchecked: nothing is written once it is made.
    /// Distinct pieces, words and entities kept of one text; the rest of a longer text is left out.
    public static let piecesMax = 32
    public static let wordsMax = 24
    public static let entitiesMax = 8

    /// The features of no text at all.
    public static let none = {
        var making = Making()
        return making.features(meaning: Vector())
    }()

    /// Behind the head lie the words, then the entities, then the pieces.
    let storage: ManagedBuffer<Head, UInt64>

    struct Head {
        var vector: PackedVector
        var stage: StageShare
        var evidence: Float
        var contentCount: Int32
        var trigrams: SIMD8<UInt64>
        var trigramBits: Float
        var weightSum: Float = 0
        var wordCount: Int
        var entityCount: Int
        var pieceCount: Int
        var elementCount: Int { wordCount + entityCount + pieceCount }
    }

    /// - Parameter fill: is given the room behind the head.
    @inline(__always)
    init(_ head: Head, fill: (_ head: inout Head, _ elements: UnsafeMutablePointer<UInt64>) -> Void) {
        storage = .create(minimumCapacity: head.elementCount) { _ in head }
        storage.withUnsafeMutablePointers { head, elements in fill(&head.pointee, elements) }
    }

    /// The meaning, of length one; zero where the text says nothing.
    public var vector: PackedVector { storage.header.vector }
    /// The length of the meaning before it was made one: how much evidence the text gives.
    public var evidence: Float { storage.header.evidence }
    /// Words that are not of the commonest ones; all words where no other is left.
    public var contentCount: Int32 { storage.header.contentCount }
    public var isEmpty: Bool { pieceCount == 0 }
    /// Whether the text has a direction: a text in a language without vectors has words and no direction.
    public var hasMeaning: Bool { evidence > 0 }

    /// What its words tell of a stage.
    var stage: StageShare { storage.header.stage }
    var wordCount: Int { storage.header.wordCount }
    var entityCount: Int { storage.header.entityCount }
    var pieceCount: Int { storage.header.pieceCount }
    var weightSum: Float { storage.header.weightSum }
    /// Which character trigrams the text has, by hash: a Bloom filter of 512 bits with one hash.
    var trigrams: SIMD8<UInt64> { storage.header.trigrams }
    var trigramBits: Float { storage.header.trigramBits }
    var hasTrigrams: Bool { trigramBits > 0 }

    /// The hash of a word, folded.
    func word(_ index: Int) -> UInt64 { element(index) }
    /// The hash of the name of a single thing: a word with a digit, or with a capital inside a sentence.
    func entity(_ index: Int) -> UInt64 { element(wordCount + index) }
    /// A token; they ascend.
    func piece(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: element(wordCount + entityCount + index) >> 32) }
    func weight(_ index: Int) -> Float { TextFeatures.weight(element(wordCount + entityCount + index)) }

    private func element(_ index: Int) -> UInt64 {
        precondition(index >= 0 && index < storage.header.elementCount, "features end before this place")
        return storage.withUnsafeMutablePointerToElements { $0[index] }
    }
    static func weight(_ piece: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: piece)) }

    /// Share of this text's trigrams that another text has, 0...1.
    func trigramCover(by other: SIMD8<UInt64>) -> Float {
        trigrams.cover(bits: trigramBits, by: other)
    }

    /// Summed weight of the pieces that two texts share.
    func sharedWeight(with other: TextFeatures) -> Float {
        withPieces { mine in
            other.withPieces { others in
                var sum: Float = 0
                var here = 0
                var there = 0
                while here < mine.count, there < others.count {
                    // The same piece has the same weight.
                    let (a, b) = (mine[here], others[there])
                    if a == b { sum += TextFeatures.weight(a) }
                    if a <= b { here += 1 }
                    if b <= a { there += 1 }
                }
                return sum
            }
        }
    }

    private func withPieces<Result>(_ body: (UnsafeBufferPointer<UInt64>) -> Result) -> Result {
        storage.withUnsafeMutablePointerToElements {
            body(UnsafeBufferPointer(start: $0 + wordCount + entityCount, count: pieceCount))
        }
    }
}

/// Trigrams of a text.
extension SIMD8<UInt64> {
    /// Share of these trigrams that another text has, 0...1.
    func cover(bits: Float, by other: SIMD8<UInt64>) -> Float {
        bits > 0 ? Float((self & other).nonzeroBits) / bits : 0
    }

    /// How many bits are set.
    @inlinable var nonzeroBits: Int {
        var count = 0
        for lane in 0..<8 { count += self[lane].nonzeroBitCount }
        return count
    }
}
