/// Finds names for the purposes of one person, in her own words, as her events come in.
///
/// A name is the noun phrase that says most of a purpose and least of her other purposes ("hotel room"), and, where she
/// names a thing of its own, that too ("hotel room, Kuala Lumpur"). A phrase counts by how many texts bring it, more
/// where somebody asks for it, and less where her other purposes use it as well. Where no text says anything the event
/// itself gives the name ("application, 9000").
///
/// Names are sticky: a name that tells a topic is thought over when the texts of its purpose have doubled, and gives way
/// only to one that is clearly better. Of two purposes with the same name the later one gets a further detail.
///
/// ```swift
/// var namer = PurposeNamer()
/// let loan = namer.open(PurposeNamer.Opening(eventName: name, channel: channel, amount: amount, at: now))
/// namer.add(text, channel: channel, to: loan)
/// namer.name(of: loan)
/// ```
public struct PurposeNamer: Sendable {
    /// Texts of one purpose that are read, and bytes of each. Texts that say nothing do not count.
    public static let textsMax = 8
    public static let textBytesMax = Gist.textBytesMax
    /// Terms told beside the name.
    public static let termsMax = 5
    /// Words of the phrase and the detail of a name.
    public static let wordsMax = 8
    /// A name gives way to one that is so many times as good; a detail is held on to somewhat longer.
    static let nameMargin: Float = 1.6
    static let detailMargin: Float = 3
    /// One that leaves words of it out must be better still.
    static let shorterMargin: Float = 3
    /// Phrases kept of one purpose.
    static let phrasesMax = 64

    /// A phrase that may name a purpose.
    struct Phrase {
        var key: UInt64
        /// The next phrase of the same purpose, or -1.
        var next: Int32
        var text: Range<Int32>
        var score: Float
        var wordCount: UInt8
        /// Number of the last text that brought it, counted from 1.
        var lastText: UInt8
        /// Whether it is written like the name of one thing.
        var isProper: Bool
        /// Whether it says nothing alone: "way", "detail".
        var isThin: Bool
        /// Whether it may be a verb that was taken for a noun: "change".
        var isDoing: Bool
        /// Whether it stood as a phrase of its own, not only as the beginning of a longer one.
        var stands = true
        /// Whether somebody asked for it, or a purpose began with it.
        var isPrompt = false
    }

    /// What tells two purposes with the same phrases apart.
    enum Extra: UInt64 {
        case none, date, number
    }

    /// What a name is made of.
    struct Name {
        /// Places of its phrases, or -1.
        var first: Int32 = -1
        var second: Int32 = -1
        var showsAmount = false
        var extra = Extra.none
        var number = 0
    }

    /// What is kept of one purpose.
    struct Strand {
        var firstPhrase: Int32 = -1
        var phraseCount = 0
        var textCount: UInt8 = 0
        var opened = Instant(millisecondsSince1970: 0)
        var amount: Range<Int32> = 0..<0
        var name = Name()
        var nameKey: UInt64 = 0
    }

    var threads: [Strand] = []
    var phrases: [Phrase] = []
    /// The texts of the phrases, one after the other.
    var bytes: [UInt8] = []
    /// Which purposes have a phrase, by a bit of their number.
    var holders = KeyTable()
    /// Words that she writes small, by one bit.
    private var smallWords = KeyTable()
    /// Which purpose has a name: its number + 1.
    var named = KeyTable()
    private var reader = NounPhrases()

    public init() {}

    /// Forgets the person.
    public mutating func removeAll() {
        threads.removeAll(keepingCapacity: true)
        phrases.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        holders.removeAll()
        smallWords.removeAll()
        named.removeAll()
    }

    /// How a purpose began.
    public struct Opening {
        public var eventName: UnsafeBufferPointer<UInt8>
        public var channel: UnsafeBufferPointer<UInt8>
        /// Digits; empty where the event has none.
        public var amount: UnsafeBufferPointer<UInt8>
        public var timestamp: Instant

        public init(
            eventName: UnsafeBufferPointer<UInt8>, channel: UnsafeBufferPointer<UInt8>,
            amount: UnsafeBufferPointer<UInt8>, timestamp: Instant
        ) {
            self.eventName = eventName
            self.channel = channel
            self.amount = amount
            self.timestamp = timestamp
        }
    }

    /// Begins a purpose and says its number. Until a text says more, it is named after its first event.
    public mutating func open(_ opening: Opening) -> Int {
        let number = threads.count
        var thread = Strand()
        thread.opened = opening.timestamp
        thread.amount = append(opening.amount)
        threads.append(thread)
        let start = bytes.count
        EventTitle.append(name: opening.eventName, channel: opening.channel, to: &bytes)
        let title = Int32(start)..<Int32(bytes.count)
        let key = bytes.withUnsafeBufferPointer { StableHash.of(UnsafeBufferPointer(rebasing: $0[start...])) }
        threads[number].firstPhrase = Int32(phrases.count)
        phrases.append(
            Phrase(
                key: key, next: -1, text: title, score: 0, wordCount: 1, lastText: 0, isProper: false, isThin: true,
                isDoing: false))
        reconsider(number)
        return number
    }

    /// Takes in a text of one of the purpose's events.
    ///
    /// - Parameters:
    ///   - text: UTF-8; what lies beyond ``textBytesMax`` is left out.
    ///   - channel: where it was said: a query or a title counts more than talk.
    ///   - purpose: the number that ``open(_:)`` gave.
    /// - Complexity: O(bytes + phrases of the purpose); no allocation once buffers have grown.
    public mutating func add(
        _ text: UnsafeBufferPointer<UInt8>, channel: UnsafeBufferPointer<UInt8>, to purpose: Int
    ) {
        guard threads[purpose].textCount < PurposeNamer.textsMax, !text.isEmpty else { return }
        let isCut = text.count > PurposeNamer.textBytesMax - 4
        let isSite = EventTitle.isSite(channel)
        let read = UnsafeBufferPointer(rebasing: text.prefix(PurposeNamer.textBytesMax))
        reader.read(read, isCut: isCut, isTalk: EventTitle.isTalk(channel))
        guard !reader.found.isEmpty else { return }
        threads[purpose].textCount += 1
        let count = threads[purpose].textCount
        // What a purpose begins with tells what it is about.
        let weight = (isSite ? 1.6 : 1) * (count < 3 ? 1.25 : 1) as Float
        for index in reader.found.indices { note(index, of: text, weight: weight, in: purpose) }
        if count & (count - 1) == 0 {
            reconsider(purpose)
        } else if !tellsTopic(threads[purpose].name) {
            reconsider(purpose, isTopicWanted: true)
        }
    }

    private mutating func append(_ more: UnsafeBufferPointer<UInt8>) -> Range<Int32> {
        let start = Int32(bytes.count)
        bytes.append(contentsOf: more)
        return start..<Int32(bytes.count)
    }

    /// Counts a phrase of the text that was read.
    private mutating func note(
        _ index: Int, of text: UnsafeBufferPointer<UInt8>, weight: Float, in purpose: Int
    ) {
        let found = reader.found[index]
        var key: UInt64 = 0
        var isThin = true
        var isDoing = true
        var isSmall = true
        for place in found.first..<found.end {
            let word = reader.words[place]
            key = StableHash.mixed(key &+ word.stem)
            if word.kind.isDisjoint(with: [.weak, .joins, .leading]), !word.isNumber, word.end - word.start > 2 {
                isThin = false
                if !word.kind.contains(.verbOrNoun) { isDoing = false }
            }
            if word.letters == .lower, !word.isLabel {
                smallWords.add(1, to: word.stem)
            } else if smallWords[word.stem] == 0 {
                isSmall = false
            }
        }
        if found.deed >= 0 {
            key = StableHash.mixed(key &+ reader.words[found.deed].stem)
            isThin = false
            isDoing = false
        }
        var gain = weight * (found.isAsked ? 1.8 : found.isBeginning ? 0.8 : found.isDoubtful ? 0.3 : 1)
        if reader.words[found.first].isLabel { gain *= found.isNaming ? 0.6 : 0.3 }
        if reader.words[found.first].isAddressee { gain *= 0.2 }
        if found.isPlaced { gain *= 0.5 }
        if found.isProper, reader.words[found.first].isNumber { gain *= 0.6 }
        if found.end - found.first > 1, reader.words[found.first].kind.contains(.weak) { gain *= 0.6 }
        let textNumber = threads[purpose].textCount
        var place = threads[purpose].firstPhrase
        while place >= 0, phrases[Int(place)].key != key { place = phrases[Int(place)].next }
        if place >= 0 {
            if !found.isBeginning, !found.isDoubtful { phrases[Int(place)].stands = true }
            if found.isAsked || found.isNaming { phrases[Int(place)].isPrompt = true }
            guard phrases[Int(place)].lastText != textNumber else { return }
            phrases[Int(place)].score += gain
            phrases[Int(place)].lastText = textNumber
            if !found.isProper, !found.isBeginning { phrases[Int(place)].isProper = false }
            return
        }
        guard threads[purpose].phraseCount < PurposeNamer.phrasesMax else { return }
        threads[purpose].phraseCount += 1
        holders.add(1 << UInt64(purpose & 63), to: key)
        let isProper = found.isProper && !isSmall
        let isPrompt = found.isAsked || found.isNaming || (textNumber < 3 && !reader.words[found.first].isLabel)
        let start = Int32(bytes.count)
        write(found, of: text, isProper: isProper, isSmall: isSmall)
        phrases.append(
            Phrase(
                key: key, next: threads[purpose].firstPhrase, text: start..<Int32(bytes.count), score: gain,
                wordCount: UInt8(found.end - found.first + (found.deed >= 0 ? 1 : 0)), lastText: textNumber,
                isProper: isProper, isThin: isThin, isDoing: isDoing,
                stands: !found.isBeginning && !found.isDoubtful, isPrompt: isPrompt))
        threads[purpose].firstPhrase = Int32(phrases.count - 1)
    }

    /// Writes the words of a phrase with a blank between them. Capitals of a sentence go, those of names stay.
    private mutating func write(
        _ found: NounPhrases.Found, of text: UnsafeBufferPointer<UInt8>, isProper: Bool, isSmall: Bool
    ) {
        for place in found.first..<found.end {
            if place > found.first { bytes.append(0x20) }
            let word = reader.words[place]
            let next = place + 1 < found.end ? reader.words[place + 1].letters : .lower
            let isName = !isSmall && (isProper || !word.begins || next == .capital)
            write(word, of: text, keepsCapitals: isName || isAbbreviation(word, text))
        }
        guard found.deed >= 0 else { return }
        bytes.append(0x20)
        write(reader.words[found.deed], of: text, keepsCapitals: false)
    }

    private mutating func write(_ word: NounPhrases.Word, of text: UnsafeBufferPointer<UInt8>, keepsCapitals: Bool) {
        for byte in text[word.start..<word.end] {
            bytes.append(!keepsCapitals && byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
    }

    /// "SIM", "iPhone": a capital that is not the first letter.
    private func isAbbreviation(_ word: NounPhrases.Word, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        word.end - word.start > 1 && text[word.start + 1] &- 0x41 < 26
    }
}
