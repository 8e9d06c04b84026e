/// Turns texts into ``TextFeatures``, each distinct text once: a cache of bounded size keeps what was made.
///
/// Not shared between threads: one to a worker.
public final class TextEncoder {
    /// Distinct texts kept; when so many are there the cache is emptied and fills anew.
    public static let cachedTextsMax = 16_384

    private var reader: TextReader
    private var made = ByteCache<TextFeatures>(valuesMax: cachedTextsMax)

    public var table: EmbeddingTable { reader.table }

    /// - Parameter stages: what to read stages by; none are read by an empty one.
    public init(table: EmbeddingTable, stages: StageModel = StageModel()) {
        reader = TextReader(table: table, stages: stages)
    }

    /// The features of a text.
    ///
    /// - Complexity: O(*n*) in bytes.
    public func features(of text: UnsafeBufferPointer<UInt8>) -> TextFeatures {
        guard !text.isEmpty else { return .none }
        return made.value(of: text) { reader.features(of: $0) }
    }

    public func features(of text: String) -> TextFeatures {
        var text = text
        return text.withUTF8 { features(of: $0) }
    }
}
