import Foundation

/// How people are found by what they are called: by words without case and accents.
public enum PersonName {
    /// Words of a name that are looked at.
    public static let wordsMax = 8
    /// The longest word, in bytes; what is longer is cut.
    public static let wordBytesMax = 64

    /// The traits of a person that say what she is called.
    private static let traits: Set<String> = [
        "name", "firstName", "first_name", "firstname", "middleName", "middle_name", "lastName", "last_name",
        "lastname", "fullName", "full_name", "nickname",
    ]

    /// Whether a trait says what she is called.
    public static func isSaid(by trait: String) -> Bool { traits.contains(trait) }

    /// The words of a name, each once, in the order of their bytes.
    public static func words(of name: String) -> [String] {
        let folded = name.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        let words = folded.split { !$0.isLetter && !$0.isNumber }.prefix(wordsMax).map(cut)
        return Set(words).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func cut(_ word: Substring) -> String {
        var word = word
        while word.utf8.count > wordBytesMax { word.removeLast() }
        return String(word)
    }
}
