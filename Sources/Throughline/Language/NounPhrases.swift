/// Finds the noun phrases of a text: runs of words that may be nouns and their adjectives, in the places where nouns
/// stand.
///
/// No grammar, but the closed classes of ``WordKind`` and the place of a word: after an article comes a noun, after "I"
/// a verb, after "looking for" what is looked for. A word of no class is taken for a noun, so that words of other
/// scripts and languages count.
struct NounPhrases {
    /// Words of a phrase.
    static let wordsMax = 5
    /// Bytes of a word that is no id.
    private static let wordBytesMax = 24
    private static let foreignWordBytesMax = 60
    private static let wordsOfTextMax = 64

    enum Letters: UInt8 {
        case lower, capital, none
    }

    struct Word {
        var hash: UInt64 = 0
        /// The hash without the s of a plural, so that "loan" and "loans" are one.
        var stem: UInt64 = 0
        var start = 0
        var end = 0
        var kind: WordKind = []
        var letters = Letters.none
        /// Whether a mark stands before it that phrases do not run over.
        var breaks = false
        /// Whether a sentence or a part of a list begins with it.
        var begins = false
        /// Whether it names a field of a form: "destination: ".
        var isLabel = false
        /// Whether it calls somebody a line of talk is meant for: "maria: ", "maria, you".
        var isAddressee = false
        var isNumber = false
        /// Whether it can be no word: an address, an id, a file.
        var isJunk = false
        var ending = Ending.other
    }

    enum Ending: UInt8 {
        case ed, ing, other
    }

    /// A phrase that was found: words `first..<end` of the text, and for a deed the word that follows them in the name.
    struct Found {
        var first: Int
        var end: Int
        var deed: Int = -1
        /// Whether it is what somebody asked for.
        var isAsked = false
        /// Whether it is written like the name of one thing.
        var isProper = false
        /// Whether it is the beginning of a longer phrase, which counts only where it stands alone elsewhere.
        var isBeginning = false
        /// Whether it may be an adjective: "is it humid".
        var isDoubtful = false
        /// Whether it labels a field that holds a name: "hotel name: ".
        var isNaming = false
        /// Whether it only says where: "in portland", "at red robin".
        var isPlaced = false
    }

    var words: [Word] = []
    var found: [Found] = []
    /// Whether the text is talk, and no query, title or form.
    private(set) var isTalk = true

    init() {
        words.reserveCapacity(NounPhrases.wordsOfTextMax)
        found.reserveCapacity(NounPhrases.wordsOfTextMax)
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - isCut: whether the text may end inside a word.
    ///   - isTalk: whether somebody speaks: who is called at the beginning is no topic, and a verb may begin a sentence.
    /// - Complexity: O(bytes); no allocation.
    mutating func read(_ text: UnsafeBufferPointer<UInt8>, isCut: Bool, isTalk: Bool) {
        self.isTalk = isTalk
        words.removeAll(keepingCapacity: true)
        found.removeAll(keepingCapacity: true)
        split(text)
        if isCut, let last = words.last, last.end == text.count { words.removeLast() }
        guard !words.isEmpty else { return }
        if isTalk { markAddressee(in: text) }
        findPhrases()
    }

    // MARK: Words

    private mutating func split(_ text: UnsafeBufferPointer<UInt8>) {
        var position = 0
        var breaks = true
        var begins = true
        var sentence = 0
        while position < text.count, words.count < NounPhrases.wordsOfTextMax {
            let byte = text[position]
            if byte == 0x20 || byte == 0x09 {
                position += 1
                continue
            }
            let mark = NounPhrases.mark(text, position)
            if mark > 0 {
                if byte == UInt8(ascii: "."), endsInitial(at: position) {
                    position += 1
                    continue
                }
                if byte == UInt8(ascii: ":"), position + 1 == text.count || text[position + 1] == 0x20 {
                    markLabel(from: sentence)
                }
                breaks = true
                // A hyphen between words and a bracket do not begin a sentence, but part of a list.
                begins = true
                sentence = words.count
                position += mark
                continue
            }
            var word = readWord(text, &position)
            word.breaks = breaks
            word.begins = begins
            breaks = false
            begins = false
            words.append(word)
        }
    }

    /// Whether a full stop only shortens a name: "P.", "Dr.".
    private func endsInitial(at position: Int) -> Bool {
        guard let word = words.last, word.end == position, word.letters == .capital else { return false }
        let count = word.end - word.start
        return count == 1 || (count == 2 && NounPhrases.titles.contains(word.hash))
    }

    private static let titles = ["Dr", "Mr", "Ms", "St"].map { StableHash.of($0.lowercased()) }

    /// The words before a colon name a field, where they are few and begin small.
    private mutating func markLabel(from start: Int) {
        guard start < words.count, words.count - start <= 4, words[start].letters == .lower else { return }
        for index in start..<words.count { words[index].isLabel = true }
    }

    /// In talk one word before a colon calls somebody, and so does one before a comma after which a sentence begins.
    private mutating func markAddressee(in text: UnsafeBufferPointer<UInt8>) {
        guard words.count > 1, words[0].kind.isEmpty, words[0].end < text.count, words[1].breaks else { return }
        switch text[words[0].end] {
        case UInt8(ascii: ":"): break
        case UInt8(ascii: ","):
            let next = words[1].kind
            guard next.contains(.verb) || (next.contains(.function) && !next.contains(.announcesNoun)) else { return }
        default: return
        }
        words[0].isLabel = false
        words[0].isAddressee = true
    }

    /// Reads one word and what clings to it.
    @inline(__always)
    private func readWord(_ text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Word {
        var word = Word()
        word.start = position
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var stemmed = hash
        var digits = 0
        var letters = 0
        var foreign = 0
        var last: UInt8 = 0
        var beforeLast: UInt8 = 0
        let first = text[position]
        while position < text.count {
            let byte = text[position]
            var kept = byte
            var width = 1
            if byte &- 0x61 < 26 {
                letters += 1
            } else if byte &- 0x41 < 26 {
                letters += 1
                kept = byte | 0x20
            } else if byte &- 0x30 < 10 {
                digits += 1
            } else if byte >= 0x80 {
                if NounPhrases.isApostrophe(text, position) {
                    kept = UInt8(ascii: "'")
                    width = 3
                    guard position + 3 < text.count, NounPhrases.isWordByte(text[position + 3]) else { break }
                } else {
                    guard NounPhrases.mark(text, position) == 0 else { break }
                    foreign += 1
                }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "&") {
                guard position + 1 < text.count, NounPhrases.isWordByte(text[position + 1]) else { break }
            } else if byte == 0x20 || byte == 0x09 || NounPhrases.mark(text, position) > 0 {
                // A dot or slash inside belongs to an address, a number, a file.
                guard byte != 0x20, byte != 0x09, position + 1 < text.count,
                    NounPhrases.isWordByte(text[position + 1]) || text[position + 1] == UInt8(ascii: "/"),
                    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":")
                else { break }
                word.isJunk = true
            } else {
                word.isJunk = true
            }
            stemmed = hash
            hash = (hash ^ UInt64(kept)) &* 0x100_0000_01b3
            beforeLast = last
            last = kept
            position += width
        }
        // A single sign is passed over, so that reading goes on.
        if position == word.start {
            position += 1
            word.isJunk = true
        }
        word.end = position
        let count = word.end - word.start
        word.hash = StableHash.mixed(hash)
        let isPlural = count > 3 && last == UInt8(ascii: "s") && beforeLast != UInt8(ascii: "s")
        word.stem = isPlural ? StableHash.mixed(stemmed) : word.hash
        if letters == 0 && foreign == 0 {
            if digits > 0 { word.isNumber = true } else { word.isJunk = true }
        }
        if digits > 0, letters == 2, isOrdinal(beforeLast, last) { word.isNumber = true }
        if digits > 3 || (digits == 3 && letters > 1), letters > 0 { word.isJunk = true }
        if count > (foreign > 0 ? NounPhrases.foreignWordBytesMax : NounPhrases.wordBytesMax) { word.isJunk = true }
        guard !word.isJunk, !word.isNumber else { return word }
        word.kind = WordKind.of(word.hash)
        if word.kind.isEmpty, count == 1 && first &- 0x61 < 26 || isContraction(text, word) { word.kind = .function }
        // An initial: "Taraji P. Henson".
        if count == 1, first &- 0x41 < 26, first != UInt8(ascii: "I"), first != UInt8(ascii: "A") { word.kind = [] }
        let second = count > 1 ? text[word.start + 1] : 0
        word.letters = first &- 0x41 < 26 || (first == 0xC3 && second &- 0x80 < 0x1F) ? .capital : .lower
        // "iPhone" is written like a name.
        if word.letters == .lower, count > 2, second &- 0x41 < 26 { word.letters = .capital }
        if word.kind.isEmpty, word.letters == .lower, foreign == 0, count > 4,
            NounPhrases.endsLikeLight(UnsafeBufferPointer(rebasing: text[word.start..<word.end]))
        {
            word.kind = .light
        }
        if count > 4, !word.kind.contains(.noun), word.letters == .lower || word.kind.contains(.verb) {
            if last == UInt8(ascii: "d"), beforeLast == UInt8(ascii: "e") { word.ending = .ed }
            if last == UInt8(ascii: "g"), beforeLast == UInt8(ascii: "n"), text[word.end - 3] == UInt8(ascii: "i") {
                word.ending = .ing
            }
        }
        return word
    }

    /// Whether a word ends like an adverb or like an adjective that is no noun: -ly, -ful, -ous, -able, -ible, -less.
    private static func endsLikeLight(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
        func ends(_ suffix: StaticString) -> Bool {
            let start = word.count - suffix.utf8CodeUnitCount
            guard start > 1 else { return false }
            for index in 0..<suffix.utf8CodeUnitCount where word[start + index] != suffix.utf8Start[index] {
                return false
            }
            return true
        }
        switch word[word.count - 1] {
        case UInt8(ascii: "y"): return ends("ly")
        case UInt8(ascii: "l"): return ends("ful")
        case UInt8(ascii: "e"): return word.count > 6 && (ends("able") || ends("ible"))
        case UInt8(ascii: "s"): return ends("ous") || (word.count > 6 && ends("less"))
        default: return false
        }
    }

    /// "it'll", "they'd", "couldn't".
    private func isContraction(_ text: UnsafeBufferPointer<UInt8>, _ word: Word) -> Bool {
        let end = word.end
        guard end - word.start > 3 else { return false }
        if text[end - 2] == UInt8(ascii: "'") {
            return text[end - 1] == UInt8(ascii: "d") || text[end - 1] == UInt8(ascii: "t")
                || text[end - 1] == UInt8(ascii: "m")
        }
        guard text[end - 3] == UInt8(ascii: "'") else { return false }
        return text[end - 1] == UInt8(ascii: "l")
            || (text[end - 1] == UInt8(ascii: "e") && text[end - 2] != text[end - 1])
    }

    /// The letters of "1st", "2nd", "3rd", "4th".
    private func isOrdinal(_ one: UInt8, _ two: UInt8) -> Bool {
        switch (one, two) {
        case (UInt8(ascii: "s"), UInt8(ascii: "t")), (UInt8(ascii: "n"), UInt8(ascii: "d")),
            (UInt8(ascii: "r"), UInt8(ascii: "d")), (UInt8(ascii: "t"), UInt8(ascii: "h")):
            true
        default: false
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80
    }

    /// The bytes of a mark that ends a phrase; 0 where there is none.
    @inline(__always)
    private static func mark(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
        let byte = text[position]
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"),
            UInt8(ascii: "?"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "\""),
            UInt8(ascii: "-"), UInt8(ascii: "/"), 0x0A, 0x0D, UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "+"), UInt8(ascii: "'"), UInt8(ascii: "&"):
            return 1
        case 0..<0x80: return 0
        default: return wideMark(text, position)
        }
    }

    /// Marks beyond ASCII: of Latin-1, of typography, of East Asia, and signs like emoji.
    private static func wideMark(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
        let byte = text[position]
        let next = position + 1 < text.count ? text[position + 1] : 0
        let third = position + 2 < text.count ? text[position + 2] : 0
        switch byte {
        case 0xC2: return 2
        case 0xE2: return next < 0xB0 ? 3 : 0
        case 0xE3 where next == 0x80: return 3
        case 0xEF where next == 0xBC && (third < 0x90 || (third > 0x99 && third < 0xA1)): return 3
        case 0xEF where next == 0xB8: return 3
        case 0xF0 where next == 0x9F: return 4
        default: return 0
        }
    }

    private static func isApostrophe(_ text: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
        text[position] == 0xE2 && position + 2 < text.count && text[position + 1] == 0x80
            && (text[position + 2] == 0x99 || text[position + 2] == 0x98)
    }
}
