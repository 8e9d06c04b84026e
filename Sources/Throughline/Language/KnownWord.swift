/// What a word adds to the features of every text that it stands in.
struct KnownWord {
    /// Tokens kept of a word; one of more tokens is split anew wherever it stands.
    static let tokensMax = 8

    /// Trigrams of the word with a blank before and behind.
    let trigrams: SIMD8<UInt64>
    let spelling: WordSpelling
    /// The stable hash of the word, folded.
    let hash: UInt64
    /// Tokens that have a meaning.
    private(set) var tokens = SIMD8<UInt16>.zero
    /// The piece that a word is in a script that the embedding table does not know: shared words tell there, where no
    /// meaning can.
    let foreignPiece: UInt32?
    private(set) var tokenCount = UInt8(KnownWord.tokensMax + 1)
    let isStopword: Bool
    let hasDigit: Bool

    /// A place for a word.
    init() {
        trigrams = .zero
        spelling = WordSpelling()
        hash = 0
        foreignPiece = nil
        isStopword = false
        hasDigit = false
    }

    /// - Complexity: O(*n*) in bytes.
    init(_ word: UnsafeBufferPointer<UInt8>, spelling: WordSpelling) {
        var trigrams = TrigramFilter()
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        var window: UInt32 = 0x20
        var hasDigit = false
        var isForeign = false
        for byte in word {
            let isUpper = byte >= 0x41 && byte <= 0x5A
            let folded = isUpper ? byte | 0x20 : byte
            state = (state ^ UInt64(folded)) &* 0x100_0000_01b3
            if byte >= 0x30 && byte <= 0x39 { hasDigit = true }
            if byte >= 0xC9 { isForeign = true }  // U+0240 and beyond: no Latin letter with an accent.
            window = (window << 8 | UInt32(folded)) & 0xFF_FFFF
            if window >> 16 != 0 { trigrams.insert(window) }
        }
        trigrams.insert((window << 8 | 0x20) & 0xFF_FFFF)
        self.trigrams = trigrams.bits
        self.spelling = spelling
        self.hasDigit = hasDigit
        hash = StableHash.mixed(state)
        isStopword = Stopwords.english.contains(hash)
        foreignPiece = isForeign ? KnownWord.foreignPiece(of: word) : nil
    }

    private static func foreignPiece(of word: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let folded = StableHash.of(String(decoding: word, as: UTF8.self).lowercased())
        return 1 << 31 | UInt32(truncatingIfNeeded: folded)
    }

    /// Whether the tokens of the word are kept here.
    var keepsTokens: Bool { Int(tokenCount) <= KnownWord.tokensMax }

    /// Keeps the tokens, if they are not too many.
    mutating func keep(_ tokens: [UInt32]) {
        guard tokens.count <= KnownWord.tokensMax else { return }
        tokenCount = UInt8(tokens.count)
        for (index, token) in tokens.enumerated() { self.tokens[index] = UInt16(token) }
    }
}
