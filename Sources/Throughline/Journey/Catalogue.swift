/// An organization's own words for what people come for: its products, the sections of its site. Types of purpose that are like one of
/// them are called by it.
public struct Catalogue: Sendable, Equatable {
    public static let wordsMax = 10_000
    public static let wordBytesMax = 256
    /// Bytes of all words.
    public static let bytesMax = 1 << 18

    /// In the order they were given, each once.
    public private(set) var words: [String] = []
    private var known: Set<String> = []
    private var bytes = 0

    public init() {}

    public init(words: [String]) throws(CatalogueError) {
        for word in words { try add(word.utf8) }
    }

    /// Takes a word in; nothing where it is blank or there already.
    public mutating func add(_ word: some Collection<UInt8>) throws(CatalogueError) {
        guard word.count <= Catalogue.wordBytesMax else { throw .tooLong }
        guard let text = String(validating: word, as: UTF8.self) else { throw .notText }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" }) else {
            throw .controlCharacter
        }
        guard text.contains(where: { !$0.isWhitespace }), !known.contains(text) else { return }
        guard words.count < Catalogue.wordsMax else { throw .tooMany }
        guard bytes + word.count <= Catalogue.bytesMax else { throw .tooManyBytes }
        known.insert(text)
        words.append(text)
        bytes += word.count
    }

    /// Tells one catalogue from another; 0 for an empty one.
    public var hash: UInt64 {
        words.reduce(0) { StableHash.mixed($0 &+ StableHash.of($1)) }
    }
}

/// Why a word cannot be in a catalogue.
public enum CatalogueError: Error, Sendable, Equatable, CustomStringConvertible {
    case tooLong, notText, controlCharacter, tooMany, tooManyBytes

    public var description: String {
        switch self {
        case .tooLong: "longer than \(Catalogue.wordBytesMax) bytes"
        case .notText: "this is no UTF-8"
        case .controlCharacter: "has a control character"
        case .tooMany: "more than \(Catalogue.wordsMax) words"
        case .tooManyBytes: "more than \(Catalogue.bytesMax) bytes of words"
        }
    }
}
