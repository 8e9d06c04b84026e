/// The commonest English words, which tell nothing of a topic.
enum Stopwords {
    static let english: Set<UInt64> = Set(words.map { StableHash.of($0) })

    static let words = [
        "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "d",
        "did",
        "do", "does", "for", "from", "get", "had", "has", "have", "he", "her", "here", "him", "his", "how", "i", "if",
        "in", "is", "it", "its", "just", "ll", "m", "me", "my", "no", "not", "of", "ok", "okay", "on", "or", "our",
        "out", "please", "re", "s", "she", "should", "so", "some", "t", "thank", "thanks", "that", "the", "their",
        "them", "then", "there", "these", "they", "this", "those", "to", "up", "us", "ve", "was", "we", "were", "what",
        "when", "where", "which", "who", "why", "will", "with", "would", "yes", "you", "your",
    ]
}
