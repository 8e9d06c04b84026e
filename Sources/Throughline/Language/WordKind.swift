/// What an English word can be in a phrase, from small tables of closed classes; a word of none of them is taken for a
/// noun, as is every word of another language.
struct WordKind: OptionSet, Sendable {
    let rawValue: UInt16

    /// It never stands in a name, and ends a phrase: a preposition, a pronoun, an auxiliary, a conjunction.
    static let function = WordKind(rawValue: 1 << 0)
    /// What follows it is a noun or its adjective: an article, a possessive, a preposition.
    static let announcesNoun = WordKind(rawValue: 1 << 1)
    /// What follows it is a verb: "I", "you", "don't".
    static let announcesVerb = WordKind(rawValue: 1 << 2)
    /// What somebody asks for comes after it: "want", "looking", "find".
    static let request = WordKind(rawValue: 1 << 3)
    /// Never a noun.
    static let verb = WordKind(rawValue: 1 << 4)
    /// A verb where one is expected, else a noun: "order", "call".
    static let verbOrNoun = WordKind(rawValue: 1 << 5)
    /// Whose noun is the doing itself, so that who "changes her oil" wants an "oil change".
    static let deed = WordKind(rawValue: 1 << 6)
    /// An adjective or adverb that says little.
    static let light = WordKind(rawValue: 1 << 7)
    /// A noun that says nothing alone: "thing", "name", "kind".
    static let weak = WordKind(rawValue: 1 << 8)
    /// A day, a month, a number: it names an occasion, no topic.
    static let occasion = WordKind(rawValue: 1 << 9)
    /// A greeting, thanks, small talk.
    static let talk = WordKind(rawValue: 1 << 10)
    /// It ends on -ly and is no adverb, or on -ed or -ing and is a noun.
    static let noun = WordKind(rawValue: 1 << 11)
    /// "of": it joins two nouns.
    static let joins = WordKind(rawValue: 1 << 12)
    /// A noun that says nothing before another either: "the word seance".
    static let hollow = WordKind(rawValue: 1 << 14)
    /// An adjective that a phrase may begin with and never ends with: "new".
    static let leading = WordKind(rawValue: 1 << 15)
    /// A form of "be": what follows may be an adjective.
    static let isBeing = WordKind(rawValue: 1 << 13)

    /// The kind of a word by its folded hash.
    @inline(__always)
    static func of(_ hash: UInt64) -> WordKind { table.find(hash) }

    /// Makes the tables, so that the first text does not wait for them.
    fileprivate static let table = WordKindTable()
}

/// Open addressing over the hashes of the words, made once and kept as long as the program runs.
private struct WordKindTable: @unchecked Sendable {  // Unchecked: never written after `init`.
    private static let capacity = 8_192
    private let keys: UnsafeMutablePointer<UInt64>
    private let kinds: UnsafeMutablePointer<UInt16>

    init() {
        keys = .allocate(capacity: WordKindTable.capacity)
        kinds = .allocate(capacity: WordKindTable.capacity)
        keys.initialize(repeating: 0, count: WordKindTable.capacity)
        kinds.initialize(repeating: 0, count: WordKindTable.capacity)
        for word in Stopwords.words { add(.function, word) }
        for (kind, words) in WordLists.plain {
            for word in words.split(separator: " ") { add(kind, String(word)) }
        }
        for (kind, verbs) in WordLists.verbs {
            for verb in verbs.split(separator: " ") {
                for form in VerbForms.of(String(verb)) {
                    // Of "order" and "orders" either may be a noun; "ordered" and "ordering" are none.
                    let isBare = form == String(verb) || form.hasSuffix("s")
                    add(isBare ? kind : kind.subtracting(.verbOrNoun).union(.verb), form)
                }
            }
        }
    }

    private func add(_ kind: WordKind, _ word: String) {
        let hash = StableHash.of(word)
        var place = Int(truncatingIfNeeded: hash) & (WordKindTable.capacity - 1)
        while keys[place] != 0, keys[place] != hash { place = (place + 1) & (WordKindTable.capacity - 1) }
        keys[place] = hash
        kinds[place] |= kind.rawValue
    }

    @inline(__always)
    func find(_ hash: UInt64) -> WordKind {
        var place = Int(truncatingIfNeeded: hash) & (WordKindTable.capacity - 1)
        while keys[place] != 0 {
            if keys[place] == hash { return WordKind(rawValue: kinds[place]) }
            place = (place + 1) & (WordKindTable.capacity - 1)
        }
        return []
    }
}

/// The regular forms of English verbs.
private enum VerbForms {
    static func of(_ verb: String) -> [String] {
        let letters = Array(verb)
        let last = letters[letters.count - 1]
        let isVowel: (Character) -> Bool = { "aeiou".contains($0) }
        var forms = [verb]
        if last == "e" {
            return forms + [verb + "s", verb + "d", verb.dropLast() + "ing"]
        }
        if last == "y", letters.count > 1, !isVowel(letters[letters.count - 2]) {
            return forms + [verb.dropLast() + "ies", verb.dropLast() + "ied", verb + "ing"]
        }
        let takesE = last == "s" || last == "x" || last == "o" || verb.hasSuffix("sh") || verb.hasSuffix("ch")
        forms += [verb + (takesE ? "es" : "s"), verb + "ed", verb + "ing"]
        if letters.count >= 3, !isVowel(last), !"wxyh".contains(last), isVowel(letters[letters.count - 2]),
            !isVowel(letters[letters.count - 3])
        {
            forms += [verb + String(last) + "ed", verb + String(last) + "ing"]
        }
        return forms
    }
}
