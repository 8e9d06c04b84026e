/// Makes the types of purpose of an organization from journeys of its people.
public struct TypeMaker: Sendable {
    /// Journeys that are looked at.
    public static let journeysMax = 16_384
    /// Terms told beside a type's name.
    public static let termsMax = 5
    /// A word of the catalogue that is as like a type as this gives it its name.
    public static let catalogueLikenessMin: Float = 0.6

    private var journeys: [Journey] = []
    private var names: [UInt64: String] = [:]
    /// Words of the organization's own: products, sections of its site.
    private let catalogue: [(name: String, meaning: PackedVector)]

    public init(catalogue: [String] = [], table: EmbeddingTable) {
        let encoder = TextEncoder(table: table)
        self.catalogue = catalogue.map { ($0, encoder.features(of: $0).vector) }
    }

    public var room: Int { TypeMaker.journeysMax - journeys.count }

    /// Takes a journey in, while there is room.
    public mutating func add(_ journey: Journey) {
        if room > 0 { journeys.append(journey) }
    }

    /// Notes what a step is called.
    public mutating func note(name: String) {
        var name = name
        let hash = name.withUTF8 { StableHash.folded($0) }
        if names[hash] == nil { names[hash] = name }
    }

    /// The types, those of most journeys first.
    public func types() -> PurposeTypes {
        var groups = LikeGroups()
        for journey in journeys { groups.add(journey.meaning) }
        var centres = Array(groups.centres().prefix(PurposeTypes.countMax - 1))
        if journeys.contains(where: { $0.meaning.scale == 0 }) { centres.append(PackedVector()) }
        var members = [[Int]](repeating: [], count: centres.count)
        let finder = PurposeTypes(
            centres.map {
                PurposeType(name: "", terms: [], purposeCount: 0, outcomes: [:], milestones: [], centre: $0)
            })
        for (index, journey) in journeys.enumerated() {
            if let type = finder.type(of: journey.meaning) { members[type].append(index) }
        }
        let order = centres.indices.filter { !members[$0].isEmpty }
            .sorted { (members[$1].count, $0) < (members[$0].count, $1) }
        var namer = TypeNamer(members: order.map { members[$0].map { journeys[$0] } })
        return PurposeTypes(
            order.enumerated().map { place, index in
                let found = members[index].map { journeys[$0] }
                var outcomes: [Outcome: Int] = [:]
                for case let outcome? in found.map(\.outcome) { outcomes[outcome, default: 0] += 1 }
                let word = catalogue.map { (name: $0.name, likeness: $0.meaning.dot(centres[index])) }
                    .filter { $0.likeness >= TypeMaker.catalogueLikenessMin }.max { $0.likeness < $1.likeness }
                let named = namer.name(of: place, catalogue: word?.name)
                return PurposeType(
                    name: named.name, terms: named.terms, purposeCount: found.count, outcomes: outcomes,
                    milestones: milestones(of: found), silences: TypeMaker.silences(of: found),
                    centre: centres[index])
            })
    }

    /// The gaps between the events of each journey, by the stage that the event before had; behind the last event of one that is not
    /// over, the gap that is still open.
    private static func silences(of journeys: [Journey]) -> [Stage: SilenceCurve] {
        var silences: [Stage: SilenceCurve] = [:]
        for journey in journeys {
            for (step, next) in zip(journey.steps, journey.steps.dropFirst()) {
                guard let stage = step.stage, stage.outcome == nil else { continue }
                silences[stage, default: SilenceCurve()].add(seconds: next.second - step.second, isOpen: false)
            }
            guard let silence = journey.silence, let stage = journey.steps.last?.stage, stage.outcome == nil else {
                continue
            }
            silences[stage, default: SilenceCurve()].add(seconds: silence, isOpen: true)
        }
        return silences
    }

    private func milestones(of journeys: [Journey]) -> [Milestone] {
        var counts: [UInt64: Int] = [:]
        for journey in journeys { for name in Set(journey.steps.map(\.name)) { counts[name, default: 0] += 1 } }
        let common = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        var milestones = MilestoneCounts(kinds: common)
        for journey in journeys { milestones.add(journey) }
        return milestones.milestones { names[$0] ?? "" }
    }
}

/// Names types by what their purposes are called: what many of these say and few of the others.
private struct TypeNamer {
    private var counts: [[String: Int]]
    /// In how many types a word is used.
    private var spread: [String: Int] = [:]
    private var taken: Set<String> = []

    init(members: [[Journey]]) {
        counts = members.map { journeys in
            var counts: [String: Int] = [:]
            for journey in journeys {
                // What it is called without the detail that tells it from another of the same person.
                let name = journey.name.split(separator: ",", maxSplits: 1).first.map(String.init) ?? journey.name
                for word in Set(([name] + journey.terms).map { $0.lowercased() }) where !word.isEmpty {
                    counts[word, default: 0] += word == name.lowercased() ? 2 : 1
                }
            }
            return counts
        }
        for counts in counts { for word in counts.keys { spread[word, default: 0] += 1 } }
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
        while let last = candidates.last, candidates.allSatisfy(taken.contains) {
            candidates.append("\(candidates.first ?? last) \(number)")
            number += 1
        }
        let name = candidates.first { !taken.contains($0) } ?? "purpose \(number)"
        taken.insert(name)
        return (name, Array(words.filter { $0 != name }.prefix(TypeMaker.termsMax)))
    }
}
