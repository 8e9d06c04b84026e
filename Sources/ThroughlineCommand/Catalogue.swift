import ThroughlineEngine

/// An organization's own words for what people come for, one a line.
enum Catalogue {
    /// Words of one file, and bytes of each.
    static let wordsMax = 10_000
    static let wordBytesMax = 256

    static func read(_ path: String) throws -> [String] {
        var words: [String] = []
        let reader = LineReader(source: try ByteSource(path: path), lineBytesMax: wordBytesMax)
        while let next = try reader.next() {
            guard case .line(let line, _) = next else {
                throw FileError(path, "line \(reader.lineNumber): longer than \(wordBytesMax) bytes")
            }
            guard !line.isEmpty else { continue }
            guard let word = String(validating: line, as: UTF8.self) else {
                throw FileError(path, "line \(reader.lineNumber): this is no UTF-8")
            }
            guard words.count < wordsMax else {
                throw FileError(path, "line \(reader.lineNumber): more than \(wordsMax) words")
            }
            words.append(word)
        }
        return words
    }
}
