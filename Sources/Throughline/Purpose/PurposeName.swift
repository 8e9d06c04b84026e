/// Finds a name for a purpose in the person's own words: the phrase that says most of it and least of her other
/// purposes.
///
/// Phrases are runs of up to three words without a stop word. A phrase counts by how often it comes, by what its words
/// say (the weight of their pieces), and more where it stands in a query or a title than in a message; words that
/// her other purposes use too count less (a class-based tf-idf: Grootendorst 2022).
public struct PurposeNamer {
    /// Texts of one purpose that are read, and bytes of each.
    public static let textsMax = 8
    public static let textBytesMax = 160
    /// Terms told beside the name.
    public static let termsMax = 5

    private struct Phrase {
        var words: [Substring]
        var count: Float
        var first: Int
    }

    /// A text a purpose holds, and how much it counts.
    public struct Source: Sendable {
        public var text: String
        public var weight: Float

        public init(text: String, weight: Float) {
            self.text = text
            self.weight = weight
        }
    }

    /// In how many of the person's purposes each word is.
    private var purposesWithWord: [Substring: Float] = [:]
    private var purposeCount: Float = 0

    public init() {}

    /// Notes the words of one purpose, before any is named.
    public mutating func note(_ sources: [Source]) {
        purposeCount += 1
        var seen: Set<Substring> = []
        for source in sources {
            for word in PurposeNamer.words(of: source.text) where seen.insert(word).inserted {
                purposesWithWord[word, default: 0] += 1
            }
        }
    }

    /// The name, and the terms that say most, best first; nil where the texts say nothing.
    public func name(of sources: [Source]) -> (name: String, terms: [String])? {
        var phrases: [String: Phrase] = [:]
        var order = 0
        for source in sources {
            for run in PurposeNamer.runs(of: source.text) {
                for start in run.indices {
                    for length in 1...3 where start + length <= run.endIndex {
                        let words = Array(run[start..<start + length])
                        let key = words.joined(separator: " ")
                        phrases[key, default: Phrase(words: words, count: 0, first: order)].count += source.weight
                        order += 1
                    }
                }
            }
        }
        let ranked = phrases.map { (key: $0.key, score: score($0.value), first: $0.value.first, words: $0.value.words) }
            .sorted { $0.score != $1.score ? $0.score > $1.score : $0.first < $1.first }
        guard let best = ranked.first, best.score > 0 else { return nil }
        var terms: [String] = []
        var used: Set<Substring> = []
        for phrase in ranked where terms.count < PurposeNamer.termsMax && phrase.score > 0 {
            guard !phrase.words.contains(where: { used.contains($0) }) else { continue }
            used.formUnion(phrase.words)
            terms.append(phrase.key)
        }
        return (best.key, terms)
    }

    private func score(_ phrase: Phrase) -> Float {
        var rarity: Float = 0
        for word in phrase.words {
            let shared = purposesWithWord[word] ?? 1
            // A word of digits names one thing, not a topic.
            let says: Float = word.utf8.contains { $0 >= 0x30 && $0 <= 0x39 } ? 0.2 : word.utf8.count < 3 ? 0.4 : 1
            rarity += says * naturalLog(1 + (purposeCount + 1) / shared)
        }
        // Longer phrases say more, but each further word must be earned by coming again.
        let length: Float = phrase.words.count == 1 ? 1 : phrase.words.count == 2 ? 0.86 : 0.72
        return phrase.count * rarity * length
    }

    /// Runs of words between marks and stop words.
    private static func runs(of text: String) -> [[Substring]] {
        var runs: [[Substring]] = []
        var run: [Substring] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }) {
            let trimmed = word.drop { !$0.isLetter && !$0.isNumber }
            let bare = trimmed.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "'" }
            let isStop = bare.isEmpty || Stopwords.english.contains(StableHash.of(String(bare))) || Filler.words.contains(bare)
            if !trimmed.elementsEqual(word) || isStop, !run.isEmpty {
                runs.append(run)
                run = []
            }
            if !isStop { run.append(bare) }
            if bare.endIndex != word.endIndex, !run.isEmpty {
                runs.append(run)
                run = []
            }
        }
        if !run.isEmpty { runs.append(run) }
        return runs
    }

    private static func words(of text: String) -> [Substring] { runs(of: text).flatMap { $0 } }
}

/// Words of talk that name nothing.
private enum Filler {
    static let words: Set<Substring> = [
        "hi", "hello", "hey", "dear", "good", "great", "nice", "sure", "need", "want", "like", "help", "tell", "know",
        "find", "looking", "look", "show", "give", "make", "let", "also", "now", "today", "tomorrow", "one", "two",
        "new", "best", "much", "many", "more", "other", "another", "anything", "something", "nothing", "else", "right",
        "perfect", "fine", "exactly", "correct", "sounds", "think", "see", "try", "use", "used", "using", "going", "go",
        "come", "works", "work", "really", "actually", "maybe", "yeah", "yep", "nope", "bye", "wait", "don't", "i'm",
        "i'd", "it's", "that's", "what's", "can't", "won't", "you're", "false", "true", "null", "none", "per",
    ]
}
