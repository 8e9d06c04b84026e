/// Names types by what their purposes are called: what many of these say and few of the others.
struct TypeNamer {
    private var counts: [[String: Int]]
    /// In how many types a word is used.
    private var spread: [String: Int] = [:]
    private var taken: Set<String>

    /// - Parameters:
    ///   - taken: names that are somebody's already, folded.
    ///   - peopleMin: a word that fewer people say is told of nobody.
    init(members: [[Journey]], taken: Set<String> = [], peopleMin: Int = 1) {
        self.taken = taken
        counts = members.map { journeys in
            var counts: [String: Int] = [:]
            var people: [String: Set<UInt64>] = [:]
            for journey in journeys {
                // What it is called without the detail that tells it from another of the same person.
                let name = journey.name.split(separator: ",", maxSplits: 1).first.map(String.init) ?? journey.name
                for word in Set(([name] + journey.terms).map { $0.lowercased() }) where !word.isEmpty {
                    counts[word, default: 0] += word == name.lowercased() ? 2 : 1
                    if peopleMin > 1 { people[word, default: []].insert(journey.person) }
                }
            }
            return peopleMin > 1 ? counts.filter { people[$0.key]!.count >= peopleMin } : counts
        }
        for counts in counts { for word in counts.keys { spread[word, default: 0] += 1 } }
    }

    /// Whether a name was made of a word of the catalogue: it alone, with a term, or with a number.
    static func isName(_ name: String, by word: String) -> Bool {
        guard name.hasPrefix(word) else { return false }
        let rest = name.dropFirst(word.count)
        return rest.isEmpty || rest.hasPrefix(": ") || (rest.first == " " && Int(rest.dropFirst()) != nil)
    }

    /// - Parameter catalogue: the organization's own word for it.
    mutating func name(of type: Int, catalogue: String?) -> (name: String, terms: [String]) {
        let all = Float(counts.count)
        let words = counts[type].map { word, count in
            (word: word, score: Float(count) * naturalLog(1 + all / Float(spread[word]!)))
        }.sorted { ($1.score, $0.word) < ($0.score, $1.word) }.map(\.word)
        var candidates = words
        if let catalogue { candidates = [catalogue] + words.map { "\(catalogue): \($0)" } }
        if catalogue == nil, let first = words.first { candidates += words.dropFirst().map { "\(first), \($0)" } }
        var number = type + 1
        while let last = candidates.last, candidates.allSatisfy({ taken.contains($0.lowercased()) }) {
            candidates.append("\(candidates.first ?? last) \(number)")
            number += 1
        }
        while candidates.isEmpty, taken.contains("purpose \(number)") { number += 1 }
        let name = candidates.first { !taken.contains($0.lowercased()) } ?? "purpose \(number)"
        taken.insert(name.lowercased())
        return (name, Array(words.filter { $0 != name }.prefix(TypeMaker.termsMax)))
    }
}
