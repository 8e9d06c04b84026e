/// Turns texts into ``TextFeatures``, each distinct text once: a cache of bounded size keeps what was made.
///
/// Not shared between threads: one to a worker.
public final class TextEncoder {
    /// Distinct texts kept; when so many are there the cache is emptied and fills anew.
    public static let cachedTextsMax = 4_096

    private var wordPiece: WordPiece
    private var made: [TextFeatures] = []
    /// Seeded hash of a text to its place in ``made``. The seed is of this process, so that nobody can pick texts that
    /// collide.
    private var places: [UInt64: Int32] = [:]
    private var tokens: [UInt32] = []

    public var table: EmbeddingTable { wordPiece.table }

    public init(table: EmbeddingTable) {
        wordPiece = WordPiece(table: table)
        made.reserveCapacity(64)
    }

    /// Runs `body` with the features of a text.
    public func withFeatures<Result>(
        of text: UnsafeBufferPointer<UInt8>, _ body: (TextFeatures) throws -> Result
    ) rethrows -> Result {
        try body(made[place(of: text)])
    }

    /// The features of a text, copied out.
    public func features(of text: String) -> TextFeatures {
        var text = text
        return text.withUTF8 { made[place(of: $0)] }
    }

    private func place(of text: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        let key = UInt64(bitPattern: Int64(hasher.finalize())) ^ UInt64(text.count) << 48
        if let place = places[key] { return Int(place) }
        if made.count >= TextEncoder.cachedTextsMax {
            made.removeAll(keepingCapacity: true)
            places.removeAll(keepingCapacity: true)
        }
        made.append(TextFeatures())
        encode(text, into: &made[made.count - 1])
        places[key] = Int32(made.count - 1)
        return made.count - 1
    }

    private func encode(_ text: UnsafeBufferPointer<UInt8>, into features: inout TextFeatures) {
        tokens.removeAll(keepingCapacity: true)
        wordPiece.tokenize(text, into: &tokens)
        let sum = table.sum(of: tokens)
        features.evidence = sum.length
        features.vector = sum.unit
        addPieces(to: &features)
        Words.scan(text, into: &features)
    }

    private func addPieces(to features: inout TextFeatures) {
        // Insertion keeps the pieces in order without a set; a text has few.
        for token in tokens {
            var place = Int(features.pieceCount)
            var isKnown = false
            while place > 0, features.pieces[place - 1] >= token {
                if features.pieces[place - 1] == token {
                    isKnown = true
                    break
                }
                place -= 1
            }
            guard !isKnown, Int(features.pieceCount) < TextFeatures.piecesMax else { continue }
            var index = Int(features.pieceCount)
            while index > place {
                features.pieces[index] = features.pieces[index - 1]
                features.weights[index] = features.weights[index - 1]
                index -= 1
            }
            features.pieces[place] = token
            features.weights[place] = table.weight(of: token)
            features.pieceCount += 1
        }
        for index in 0..<Int(features.pieceCount) { features.weightSum += features.weights[index] }
    }
}
