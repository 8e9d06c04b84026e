/// Turns texts into ``TextFeatures``, each distinct text once: a cache of bounded size keeps what was made.
///
/// Not shared between threads: one to a worker.
public final class TextEncoder {
    /// Distinct texts kept; when so many are there the cache is emptied and fills anew.
    public static let cachedTextsMax = 16_384

    private var wordPiece: WordPiece
    private var made = ByteCache<TextFeatures>(valuesMax: cachedTextsMax)
    private var tokens: [UInt32] = []

    public var table: EmbeddingTable { wordPiece.table }

    public init(table: EmbeddingTable) {
        wordPiece = WordPiece(table: table)
    }

    /// The features of a text.
    ///
    /// - Complexity: O(*n*) in bytes.
    public func features(of text: UnsafeBufferPointer<UInt8>) -> TextFeatures {
        guard !text.isEmpty else { return .none }
        return made.value(of: text) { encode($0) }
    }

    public func features(of text: String) -> TextFeatures {
        var text = text
        return text.withUTF8 { features(of: $0) }
    }

    private func encode(_ text: UnsafeBufferPointer<UInt8>) -> TextFeatures {
        tokens.removeAll(keepingCapacity: true)
        wordPiece.tokenize(text, into: &tokens)
        // What the table does not know has no direction; such words count as words alone (``Words``).
        tokens.removeAll { table.isOpaque($0) }
        var making = TextFeatures.Making()
        let sum = table.sum(of: tokens)
        making.evidence = sum.length
        making.vector = PackedVector(directionOf: sum)
        for token in tokens { making.insert(piece: token, weight: table.weight(of: token)) }
        Words.scan(text, into: &making)
        return TextFeatures(making)
    }
}
