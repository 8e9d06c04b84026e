@_spi(_Unicode) import Swift

/// Splits texts into the tokens of an ``EmbeddingTable``, as BERT's uncased models do (Devlin et al. 2019, and the
/// reference tokenizer's rules): controls dropped, accents and case folded, marks and CJK characters on their own,
/// then the longest known piece from the left.
///
/// Text in, no error: a word that no pieces make up is one unknown token. Control tokens such as `[CLS]` in a text are
/// plain text.
public struct WordPiece: Sendable {
    /// A word of more characters than this is one unknown token.
    public static let wordCharactersMax = 100

    let table: EmbeddingTable
    private var word: [UInt8] = []
    private var wordCharacters = 0
    /// Hash states after each byte of the word from where the piece begins.
    private var states: [UInt64] = []

    public init(table: EmbeddingTable) {
        self.table = table
        word.reserveCapacity(256)
        states.reserveCapacity(256)
    }

    /// Appends the tokens of a text.
    ///
    /// - Complexity: O(*n*) in bytes, times the length of the longest piece in the worst case.
    public mutating func tokenize(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]) {
        gather(text, into: &tokens)
        endWord(&tokens)
    }

    /// Appends the tokens of a text, but for those of its last word, which may go on.
    mutating func gather(_ text: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]) {
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte < 0x80 {
                position += 1
                add(ascii: byte, to: &tokens)
            } else {
                let (scalar, length) = WordPiece.scalar(in: text, at: position)
                position += length
                addNormalized(scalar, to: &tokens)
            }
        }
    }

    @inline(__always)
    private mutating func add(ascii byte: UInt8, to tokens: inout [UInt32]) {
        switch CharacterClass(ascii: byte) {
        case .letter:
            word.append(byte)
            wordCharacters += 1
        case .upper:
            word.append(byte | 0x20)
            wordCharacters += 1
        case .space: endWord(&tokens)
        case .mark:
            endWord(&tokens)
            word.append(byte)
            wordCharacters = 1
            endWord(&tokens)
        case .control: break
        }
    }

    private mutating func addNormalized(_ scalar: Unicode.Scalar, to tokens: inout [UInt32]) {
        let properties = scalar.properties
        if properties.isWhitespace { return endWord(&tokens) }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return
        default: break
        }
        guard scalar != "\u{FFFD}" else { return }
        if WordPiece.isIdeograph(scalar) { return addAlone(scalar, to: &tokens) }
        for part in String(scalar)._nfd where part.properties.generalCategory != .nonspacingMark {
            for folded in part.properties.lowercaseMapping.unicodeScalars {
                if folded.value < 0x80 {
                    add(ascii: UInt8(folded.value), to: &tokens)
                } else if WordPiece.isPunctuation(folded) {
                    addAlone(folded, to: &tokens)
                } else {
                    word.append(contentsOf: UTF8.encode(folded)!)
                    wordCharacters += 1
                }
            }
        }
    }

    private mutating func addAlone(_ scalar: Unicode.Scalar, to tokens: inout [UInt32]) {
        endWord(&tokens)
        word.append(contentsOf: UTF8.encode(scalar)!)
        wordCharacters = 1
        endWord(&tokens)
    }

    /// Splits the word gathered so far into pieces.
    mutating func endWord(_ tokens: inout [UInt32]) {
        guard !word.isEmpty else { return }
        defer {
            word.removeAll(keepingCapacity: true)
            wordCharacters = 0
        }
        guard wordCharacters <= WordPiece.wordCharactersMax else { return tokens.append(table.unknownToken) }
        let first = tokens.count
        let isKnown = word.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                guard let (token, length) = longestPiece(in: bytes, from: start) else { return false }
                tokens.append(token)
                start += length
            }
            return true
        }
        if !isKnown {
            tokens.removeSubrange(first...)
            tokens.append(table.unknownToken)
        }
    }

    private mutating func longestPiece(in word: UnsafeBufferPointer<UInt8>, from start: Int) -> (UInt32, Int)? {
        let isContinuation = start > 0
        let longest = min(word.count - start, table.longestPieceLength)
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        if isContinuation {
            for _ in 0..<2 { state = (state ^ UInt64(UInt8(ascii: "#"))) &* 0x100_0000_01b3 }
        }
        states.removeAll(keepingCapacity: true)
        for index in start..<start + longest {
            state = (state ^ UInt64(word[index])) &* 0x100_0000_01b3
            states.append(state)
        }
        for length in stride(from: longest, to: 0, by: -1) {
            let bytes = UnsafeBufferPointer(rebasing: word[start..<start + length])
            let hash = StableHash.mixed(states[length - 1])
            if let token = table.token(hash: hash, bytes, isContinuation: isContinuation) { return (token, length) }
        }
        return nil
    }

    /// The character at a place; one replacement character for each byte that is no UTF-8.
    static func scalar(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> (Unicode.Scalar, Int) {
        let lead = text[position]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4, position + length <= text.count else { return ("\u{FFFD}", 1) }
        var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length {
            let byte = text[position + offset]
            guard byte & 0xC0 == 0x80 else { return ("\u{FFFD}", 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard let scalar = Unicode.Scalar(value) else { return ("\u{FFFD}", 1) }
        return (scalar, length)
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }

    /// The blocks of CJK ideographs that BERT sets apart; Hangul and kana are written like words.
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B820...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}

/// What an ASCII character is to the tokenizer.
enum CharacterClass {
    case letter, upper, space, mark, control

    @inline(__always)
    init(ascii byte: UInt8) {
        self =
            switch byte {
            case 0x09, 0x0A, 0x0D, 0x20: .space
            case 0..<0x20, 0x7F: .control
            case 0x41...0x5A: .upper
            case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: .mark
            default: .letter
            }
    }
}
