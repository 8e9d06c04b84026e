/// Turns texts into ``TextFeatures``, each distinct text once: a cache of bounded size keeps what was made.
///
/// Not shared between threads: one to a worker.
public final class TextEncoder {
    /// Distinct texts kept; when so many are there the cache is emptied and fills anew.
    public static let cachedTextsMax = 16_384

    private var wordPiece: WordPiece
    /// By a seeded hash of the text. The seed is of this process, so that nobody can pick texts that collide.
    private var made: [UInt64: TextFeatures] = [:]
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
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        let key = UInt64(bitPattern: Int64(hasher.finalize()))
        if let known = made[key] { return known }
        if made.count >= TextEncoder.cachedTextsMax { made.removeAll(keepingCapacity: true) }
        let features = encode(text)
        made[key] = features
        return features
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
        making.vector = sum.unit
        for token in tokens { making.insert(piece: token, weight: table.weight(of: token)) }
        Words.scan(text, into: &making)
        return TextFeatures(making)
    }
}
