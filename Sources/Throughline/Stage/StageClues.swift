/// What tells the stage of an event, as places in the table of a ``StageModel``: its name, its channel, its kind, and its first
/// words, each alone and each with the next one.
///
/// Every word counts, the common ones most of all: "yes please" is a step, and "which one is" another.
public struct StageClues: Sendable {
    /// Words of a text that are looked at.
    public static let wordsMax = 32
    /// Of those, the ones that also tell something of the event behind it in its purpose.
    public static let wordsBehindMax = 12

    public private(set) var own: [UInt16] = []
    /// What its words tell of the event behind it.
    public private(set) var behind: [UInt16] = []
    /// Its distinct words, a bit each: how many two texts share is how many bits are in common, or nearly.
    public private(set) var words: UInt64 = 0

    /// The clues of a text.
    ///
    /// A word is a run of ASCII letters, apostrophes and bytes beyond ASCII, in whatever case; a run of digits counts by how
    /// many they are; of all marks only a question mark and those of money count.
    ///
    /// - Complexity: O(bytes of the words).
    public init(text: UnsafeBufferPointer<UInt8>) {
        var previous: UInt64?
        var count = 0
        var asks = false
        StageClues.forEachWord(of: text) { word in
            own.append(StageClues.place(.word, word))
            if let previous { own.append(StageClues.place(.pair, previous, word)) }
            if previous == nil { own.append(StageClues.place(.firstWord, word)) }
            if count < StageClues.wordsBehindMax { behind.append(StageClues.place(.wordBefore, word)) }
            if word == StageClues.questionMark { asks = true }
            words |= 1 << (word & 63)
            previous = word
            count += 1
        }
        guard count > 0 else { return }
        own.append(StageClues.place(.length, UInt64(min(8, (count + 2) / 3))))
        if asks { own.append(StageClues.place(.question, 1)) }
    }

    /// The clues of an event's name.
    public init(name: UnsafeBufferPointer<UInt8>) {
        own.append(StageClues.place(.name, StageClues.hash(ofName: name)))
        NameWords.forEach(in: name) { own.append(StageClues.place(.nameWord, $0)) }
        if let outcome = OutcomeLexicon.outcome(ofName: name) {
            own.append(StageClues.place(.lexicon, StableHash.of(outcome.rawValue)))
        }
    }

    /// What the kind of an event tells.
    package static func place(of kind: Event.Kind) -> UInt16 { place(.kind, UInt64(kind.rawValue)) }
    /// What the hash of its channel tells.
    package static func place(ofChannel channel: UInt64) -> UInt16 { place(.channel, channel) }

    static func hash(ofName name: UnsafeBufferPointer<UInt8>) -> UInt64 { StableHash.folded(name) }

    /// What a place stands for. A raw value is part of a model: cases are appended, never moved.
    enum Subject: UInt64 {
        case name = 1
        case nameWord, lexicon, kind, channel, word, pair, firstWord, length, question, wordBefore
        case step, nameAtStep, nameBefore, nameAfterName, shared, seen
    }

    /// The place of a clue in the table.
    static func place(_ subject: Subject, _ value: UInt64, _ other: UInt64 = 0) -> UInt16 {
        let hash = StableHash.mixed(value &+ subject.rawValue &* 0x9e37_79b9_7f4a_7c15)
        return UInt16(truncatingIfNeeded: StableHash.mixed(hash ^ (other &* 0xff51_afd7_ed55_8ccd)) >> 50)
    }

    private static let questionMark = UInt64(UInt8(ascii: "?"))

    /// Hands out a hash for each of the first words.
    private static func forEachWord(of text: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
        var count = 0
        var place = 0
        func isLetter(_ byte: UInt8) -> Bool {
            byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x80 || byte == UInt8(ascii: "'")
        }
        func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
        while place < text.count, count < wordsMax {
            let start = place
            if isLetter(text[place]) {
                while place < text.count, isLetter(text[place]) { place += 1 }
                body(StableHash.folded(UnsafeBufferPointer(rebasing: text[start..<place])))
            } else if isDigit(text[place]) {
                while place < text.count, isDigit(text[place]) { place += 1 }
                body(StableHash.mixed(UInt64(min(8, place - start))))
            } else {
                let byte = text[place]
                place += 1
                // The euro sign and others beyond ASCII are letters above.
                guard byte == UInt8(ascii: "?") || byte == UInt8(ascii: "$") else { continue }
                body(UInt64(byte))
            }
            count += 1
        }
    }
}
