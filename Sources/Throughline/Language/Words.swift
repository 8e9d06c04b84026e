/// Words, names of things and trigrams of a text, found byte by byte.
enum Words {
    /// What a word says that the table has no weight for: about as much as a usual content word.
    private static let foreignWordWeight: Float = 5

    /// Scans a text once.
    ///
    /// A word is a run of ASCII letters and digits, or of bytes beyond ASCII. An entity is a word with a digit, or one
    /// with a capital first letter that does not begin a sentence, folded. Trigrams run over the folded text with one
    /// blank between words.
    /// A word of a script that the embedding table does not know becomes a piece of its own, so that shared words tell
    /// where no meaning can.
    static func scan(_ text: UnsafeBufferPointer<UInt8>, into features: inout TextFeatures.Making) {
        var start = -1
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var hasDigit = false
        var isForeign = false
        var beginsSentence = true
        var window: UInt32 = 0x20
        var content: Int32 = 0
        var words: Int32 = 0

        func push(_ byte: UInt8, _ window: inout UInt32) {
            window = (window << 8 | UInt32(byte)) & 0xFF_FFFF
            guard window >> 16 != 0 else { return }
            features.append(trigram: StableHash.mixed(UInt64(window)))
        }
        func end(at position: Int) {
            guard start >= 0 else { return }
            let word = UnsafeBufferPointer(rebasing: text[start..<position])
            let mixed = StableHash.mixed(hash)
            let isCapital = word[0] >= 0x41 && word[0] <= 0x5A
            words += 1
            if !Stopwords.english.contains(mixed) {
                content += 1
                features.append(word: mixed)
            }
            if hasDigit || (isCapital && !beginsSentence && word.count > 1) { features.append(entity: mixed) }
            if isForeign {
                let folded = StableHash.of(String(decoding: word, as: UTF8.self).lowercased())
                features.insert(piece: 1 << 31 | UInt32(truncatingIfNeeded: folded), weight: foreignWordWeight)
            }
            isForeign = false
            beginsSentence = false
            start = -1
            hash = 0xcbf2_9ce4_8422_2325
            hasDigit = false
            push(0x20, &window)
        }

        for (position, byte) in text.enumerated() {
            let isDigit = byte >= 0x30 && byte <= 0x39
            let isUpper = byte >= 0x41 && byte <= 0x5A
            let isWord = isDigit || isUpper || (byte >= 0x61 && byte <= 0x7A) || byte >= 0x80
            guard isWord else {
                end(at: position)
                switch byte {
                case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "\n"):
                    beginsSentence = true
                default: break
                }
                continue
            }
            if start < 0 { start = position }
            let folded = isUpper ? byte | 0x20 : byte
            hash = (hash ^ UInt64(folded)) &* 0x100_0000_01b3
            if isDigit { hasDigit = true }
            if byte >= 0xC9 { isForeign = true }  // U+0240 and beyond: no Latin letter with an accent.
            push(folded, &window)
        }
        end(at: text.count)
        features.contentCount = content > 0 ? content : words
    }
}
