/// Reads texts, word by word: what a word adds to the features of a text is worked out once and remembered.
struct TextReader {
    /// Words remembered, in 128 bytes each; a power of two. Each has one place, which the next word that falls there
    /// takes from it: new words cost time, never room.
    static let wordsMax = 1 << 12

    private var wordPiece: WordPiece
    private let stages: StageModel
    /// The last one is a place for words that are too long to remember.
    private var words: [KnownWord]
    /// The tokens of ASCII marks that have a meaning.
    private let marks: [UInt32?]
    /// Tokens of a word on their way from the tokenizer.
    private var split: [UInt32] = []
    /// Whether the tokenizer has the beginning of a word: controls are nothing to it, the letters before and behind one
    /// are one word.
    private var isInsideWord = false
    private var making = TextFeatures.Making()
    private var meaning = Vector()

    var table: EmbeddingTable { wordPiece.table }

    init(table: EmbeddingTable, stages: StageModel = StageModel()) {
        var wordPiece = WordPiece(table: table)
        marks = (0..<0x80).map { (byte: UInt8) in
            guard CharacterClass(ascii: byte) == .mark else { return nil }
            var tokens: [UInt32] = []
            [byte].withUnsafeBufferPointer { wordPiece.tokenize($0, into: &tokens) }
            return tokens.first { !table.isOpaque($0) }
        }
        self.wordPiece = wordPiece
        self.stages = stages
        words = [KnownWord](repeating: KnownWord(), count: TextReader.wordsMax + 1)
    }

    /// The features of a text.
    ///
    /// A word is a run of ASCII letters and digits, or of bytes beyond ASCII. An entity is a word with a digit, or one
    /// with a capital first letter that does not begin a sentence.
    ///
    /// - Complexity: O(*n*) in bytes.
    mutating func features(of text: UnsafeBufferPointer<UInt8>) -> TextFeatures {
        making.removeAll()
        var beginsSentence = true
        var place = 0
        while place < text.count {
            var length = 0
            let spelling = WordSpelling(text, at: place, length: &length)
            if length > 0 {
                let word = UnsafeBufferPointer(rebasing: text[place..<place + length])
                place += length
                let goesOn = place < text.count && CharacterClass(ascii: text[place]) == .control
                let index = remember(word, spelling)
                making.append(words[index], end: word[length - 1])
                let isCapital = word[0] >= 0x41 && word[0] <= 0x5A
                if words[index].hasDigit || (isCapital && !beginsSentence && length > 1) {
                    making.append(entity: words[index].hash)
                }
                beginsSentence = false
                if goesOn || isInsideWord {
                    isInsideWord = true
                    wordPiece.gather(word, into: &split)
                } else {
                    addTokens(of: word, at: index)
                }
                guard place < text.count else { break }
            }
            let byte = text[place]
            place += 1
            switch CharacterClass(ascii: byte) {
            case .space: endWord()
            case .mark:
                endWord()
                if let token = marks[Int(byte)] { add(token) }
            case .control, .letter, .upper: break
            }
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "\n"):
                beginsSentence = true
            default: break
            }
        }
        endWord()
        table.sum(of: making.tokens.span.extracting(first: making.tokenCount), into: &meaning)
        let stage = stages.isEmpty ? StageShare() : StageShare(StageClues(text: text), by: stages)
        return making.features(meaning: meaning, stage: stage)
    }

    /// Where what a word adds is remembered, from now on if it was not.
    @inline(__always)
    private mutating func remember(_ word: UnsafeBufferPointer<UInt8>, _ spelling: WordSpelling) -> Int {
        let isLong = word.count >= WordSpelling.bytesMax
        let index = isLong ? TextReader.wordsMax : Int(spelling.hash >> (64 - TextReader.wordsMax.trailingZeroBitCount))
        if isLong || words[index].spelling != spelling { words[index] = KnownWord(word, spelling: spelling) }
        return index
    }

    /// Adds the tokens of a word that stands alone.
    @inline(__always)
    private mutating func addTokens(of word: UnsafeBufferPointer<UInt8>, at index: Int) {
        if words[index].keepsTokens {
            for token in 0..<Int(words[index].tokenCount) { add(UInt32(words[index].tokens[token])) }
        } else {
            wordPiece.tokenize(word, into: &split)
            addSplit()
            words[index].keep(split)
            split.removeAll(keepingCapacity: true)
        }
    }

    /// Ends a word that a control has held open.
    @inline(__always)
    private mutating func endWord() {
        guard isInsideWord else { return }
        isInsideWord = false
        wordPiece.endWord(&split)
        addSplit()
        split.removeAll(keepingCapacity: true)
    }

    /// What the table does not know has no direction; such words count as words alone.
    private mutating func addSplit() {
        split.removeAll { [table] in table.isOpaque($0) }
        for token in split { add(token) }
    }

    @inline(__always)
    private mutating func add(_ token: UInt32) { making.append(token: token, weight: table.weight(of: token)) }
}
