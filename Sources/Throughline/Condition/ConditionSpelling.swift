/// Guesses which name was meant.
package enum ConditionSpelling {
    /// Names that are looked through, and letters of a name that are compared.
    private static let namesMax = 1_000
    private static let lettersMax = 64
    /// Letters that may be wrong, missing or too many.
    private static let wrongMax = 2

    /// `; did you mean traits?`, or nothing where no name is close. Of equally close ones it is the first by letters.
    package static func suggestion(for name: String, among names: some Collection<String>) -> String {
        let letters = Array(name.utf8)
        guard letters.count <= lettersMax else { return "" }
        let near = names.prefix(namesMax).map { (distance: distance(letters, Array($0.utf8)), name: $0) }
            .filter { $0.distance <= min(wrongMax, letters.count / 2) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return near.map { "; did you mean \($0.name)?" } ?? ""
    }

    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        guard other.count <= lettersMax, abs(one.count - other.count) <= wrongMax else { return .max }
        var row = Array(0...other.count)
        for (line, letter) in one.enumerated() {
            var corner = row[0]
            row[0] = line + 1
            for (place, candidate) in other.enumerated() {
                let cost = min(corner + (letter == candidate ? 0 : 1), row[place] + 1, row[place + 1] + 1)
                corner = row[place + 1]
                row[place + 1] = cost
            }
        }
        return row[other.count]
    }
}
