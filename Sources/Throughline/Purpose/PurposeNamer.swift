/// Finds a name for a purpose in the person's own words: the phrase that says most of it and least of her other
/// purposes.
///
/// Phrases are runs of up to three words without a stop word. A phrase counts by how often it comes, more where it
/// stands in a query or a title than in talk, and less where her other purposes use its words too (a class-based
/// tf-idf: Grootendorst 2022).
public struct PurposeNamer {
    /// Texts of one purpose that are read, and bytes of each.
    public static let textsMax = 8
    public static let textBytesMax = 160
    /// Terms told beside the name.
    public static let termsMax = 5
    static let phraseWordsMax = 3

    /// A text a purpose holds, and how much it counts.
    public struct Source: Sendable {
        public var text: String
        public var weight: Float

        public init(text: String, weight: Float) {
            self.text = text
            self.weight = weight
        }
    }

    /// A word of a source: where it lies and how it is known.
    fileprivate struct Word {
        var hash: UInt64
        var range: Range<Int>
        /// Whether the word before it belongs to the same run.
        var continues: Bool
        var hasDigit: Bool
    }

    private struct Phrase {
        var source: Int
        var first: Int
        var length: Int
        var count: Float
    }

    /// In how many of the person's purposes each word is.
    private var purposesWithWord: [UInt64: Float] = [:]
    private var purposeCount: Float = 0

    public init() {}

    /// The texts of one purpose and the words in them.
    public struct Reading: Sendable {
        fileprivate let sources: [Source]
        fileprivate var words: [[Word]] = []
    }

    /// Reads the texts of one purpose and notes their words, before any purpose is named.
    public mutating func note(_ sources: [Source]) -> Reading {
        purposeCount += 1
        var reading = Reading(sources: sources)
        var seen: [UInt64] = []
        for source in sources {
            var own: [Word] = []
            PurposeNamer.forEachWord(of: source.text) { word in
                own.append(word)
                guard !seen.contains(word.hash) else { return }
                seen.append(word.hash)
                purposesWithWord[word.hash, default: 0] += 1
            }
            reading.words.append(own)
        }
        return reading
    }

    /// The name, and the terms that say most, best first; nil where the texts say nothing.
    public func name(of reading: Reading) -> (name: String, terms: [String])? {
        let words = reading.words
        var phrases: [Phrase] = []
        var places: [UInt64: Int] = [:]
        for (number, source) in reading.sources.enumerated() {
            let own = words[number]
            for start in own.indices {
                var key: UInt64 = 0
                for length in 1...PurposeNamer.phraseWordsMax where start + length <= own.count {
                    if length > 1, !own[start + length - 1].continues { break }
                    key = StableHash.mixed(key &+ own[start + length - 1].hash)
                    if let place = places[key] {
                        phrases[place].count += source.weight
                    } else {
                        places[key] = phrases.count
                        phrases.append(Phrase(source: number, first: start, length: length, count: source.weight))
                    }
                }
            }
        }
        let scores = phrases.map { score($0, words) }
        var terms: [String] = []
        var used: [UInt64] = []
        // The best phrase, then the best that has no word of those before, and so on; of equals the first.
        while terms.count < PurposeNamer.termsMax {
            var best = -1
            for place in phrases.indices where scores[place] > (best < 0 ? 0 : scores[best]) {
                if !own(phrases[place], words).contains(where: { used.contains($0.hash) }) { best = place }
            }
            guard best >= 0 else { break }
            for word in own(phrases[best], words) { used.append(word.hash) }
            terms.append(text(of: phrases[best], words, reading.sources))
        }
        return terms.first.map { ($0, terms) }
    }

    private func own(_ phrase: Phrase, _ words: [[Word]]) -> ArraySlice<Word> {
        words[phrase.source][phrase.first..<phrase.first + phrase.length]
    }

    private func score(_ phrase: Phrase, _ words: [[Word]]) -> Float {
        var says: Float = 0
        for word in own(phrase, words) {
            let shared = purposesWithWord[word.hash] ?? 1
            // A word of digits names one thing, not a topic; one of two letters hardly a word.
            let weight: Float = word.hasDigit ? 0.15 : word.range.count < 3 ? 0.4 : 1
            says += weight * naturalLog(1 + (purposeCount + 1) / shared)
        }
        // Two words say more than one, but each further word must be earned by coming again.
        let share: [Float] = [1, 0.9, 0.7]
        return phrase.count * says * share[phrase.length - 1]
    }

    private func text(of phrase: Phrase, _ words: [[Word]], _ sources: [Source]) -> String {
        let own = words[phrase.source]
        let range = own[phrase.first].range.lowerBound..<own[phrase.first + phrase.length - 1].range.upperBound
        return String(decoding: Array(sources[phrase.source].text.utf8)[range], as: UTF8.self).lowercased()
    }

    /// Hands out the words that can be part of a name. A stop word, a filler or a mark between two words ends a run.
    private static func forEachWord(of text: String, _ body: (Word) -> Void) {
        var text = text
        text.withUTF8 { bytes in
            var continues = false
            var position = 0
            while position < bytes.count {
                guard isWord(bytes[position]) else {
                    if bytes[position] != 0x20 { continues = false }
                    position += 1
                    continue
                }
                let start = position
                var hasDigit = false
                while position < bytes.count, isWord(bytes[position]) || isInner(bytes, position) {
                    if bytes[position] >= 0x30 && bytes[position] <= 0x39 { hasDigit = true }
                    position += 1
                }
                let hash = stem(UnsafeBufferPointer(rebasing: bytes[start..<position]))
                if Stopwords.english.contains(hash) || Filler.hashes.contains(hash) {
                    continues = false
                    continue
                }
                body(Word(hash: hash, range: start..<position, continues: continues, hasDigit: hasDigit))
                continues = true
            }
        }
    }

    /// The hash of a word without the s of its plural, so that "loan" and "loans" are one.
    private static func stem(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let count = word.count
        let isPlural =
            count > 3 && word[count - 1] | 0x20 == UInt8(ascii: "s") && word[count - 2] | 0x20 != UInt8(ascii: "s")
        return StableHash.folded(isPlural ? UnsafeBufferPointer(rebasing: word.dropLast()) : word)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte >= 0x80
    }

    /// A hyphen or apostrophe inside a word.
    private static func isInner(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        (bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "'"))
            && position + 1 < bytes.count && isWord(bytes[position + 1])
    }
}

/// Words of talk that name nothing.
private enum Filler {
    static let hashes: Set<UInt64> = Set(words.map { StableHash.of($0) })

    private static let words = [
        "hi", "hello", "hey", "dear", "good", "great", "nice", "sure", "need", "want", "like", "help", "tell", "know",
        "find", "looking", "look", "show", "give", "make", "let", "also", "now", "today", "tomorrow", "one", "two",
        "new", "best", "much", "many", "more", "other", "another", "anything", "something", "nothing", "else", "right",
        "perfect", "fine", "exactly", "correct", "sounds", "think", "see", "try", "use", "used", "using", "going", "go",
        "come", "comes", "works", "work", "really", "actually", "maybe", "yeah", "yep", "nope", "bye", "wait", "don't",
        "i'm", "i'd", "it's", "that's", "what's", "can't", "won't", "you're", "false", "true", "null", "none", "per",
        "category", "date", "location", "number", "pdf", "against", "next", "week",
    ]
}
