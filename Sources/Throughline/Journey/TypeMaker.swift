/// Makes the types of purpose of an organization from journeys of its people.
public struct TypeMaker: Sendable {
    /// Journeys that are looked at.
    public static let journeysMax = 16_384
    /// Terms told beside a type's name.
    public static let termsMax = 5
    /// A word of the catalogue that is as like a type as this gives it its name.
    public static let catalogueLikenessMin: Float = 0.6

    private(set) var journeys: [Journey] = []
    private var names: [UInt64: String] = [:]
    private let catalogue: [(name: String, meaning: PackedVector)]
    /// Of the catalogue that types are named by.
    let catalogueHash: UInt64

    public init(catalogue: Catalogue = Catalogue(), table: EmbeddingTable) {
        let encoder = TextEncoder(table: table)
        self.catalogue = catalogue.words.map { ($0, encoder.features(of: $0).vector) }
        catalogueHash = catalogue.hash
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
        let groups = groups()
        let members = members(of: groups)
        let order = groups.indices.filter { !members[$0].isEmpty }
            .sorted { (members[$1].count, $0) < (members[$0].count, $1) }
        var namer = TypeNamer(members: order.map { members[$0] })
        return PurposeTypes(
            order.enumerated().map { place, index in
                let named = namer.name(of: place, catalogue: word(for: groups[index].centre))
                return type(of: members[index], about: groups[index], name: named.name, terms: named.terms)
            })
    }

    /// What the journeys are about, in groups of those that are alike; those that say nothing are a group of their own.
    func groups() -> [LikeGroup] {
        var like = LikeGroups()
        for journey in journeys { like.add(journey.meaning, words: journey.words) }
        var groups = Array(like.groups().prefix(PurposeTypes.countMax - 1))
        if journeys.contains(where: { $0.meaning.scale == 0 }) { groups.append(LikeGroup(centre: PackedVector())) }
        return groups
    }

    /// By group, the journeys that are most like it; those that are like none are left out.
    func members(of groups: [LikeGroup]) -> [[Journey]] {
        var members = [[Journey]](repeating: [], count: groups.count)
        let finder = PurposeTypes(
            groups.map {
                PurposeType(
                    name: "", terms: [], purposeCount: 0, outcomes: [:], milestones: [], centre: $0.centre,
                    aspects: $0.aspects)
            })
        for journey in journeys { if let type = finder.type(of: journey.meaning) { members[type].append(journey) } }
        return members
    }

    /// The organization's own word for something; nil where none is like it.
    func word(for centre: PackedVector) -> String? {
        catalogue.map { (name: $0.name, likeness: $0.meaning.dot(centre)) }
            .filter { $0.likeness >= TypeMaker.catalogueLikenessMin }.max { $0.likeness < $1.likeness }?.name
    }

    /// - Parameter peopleMin: a step that fewer people take is no milestone.
    func type(
        of found: [Journey], about group: LikeGroup, name: String, terms: [String], peopleMin: Int = 1
    ) -> PurposeType {
        var outcomes: [Outcome: Int] = [:]
        for case let outcome? in found.map(\.outcome) { outcomes[outcome, default: 0] += 1 }
        return PurposeType(
            name: name, terms: terms, purposeCount: found.count, outcomes: outcomes,
            milestones: milestones(of: found, peopleMin),
            silences: TypeMaker.silences(of: found), centre: group.centre, aspects: group.aspects)
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

    private func milestones(of journeys: [Journey], _ peopleMin: Int) -> [Milestone] {
        var counts: [UInt64: Int] = [:]
        var people: [UInt64: Set<UInt64>] = [:]
        for journey in journeys {
            for name in Set(journey.steps.map(\.name)) {
                counts[name, default: 0] += 1
                if peopleMin > 1 { people[name, default: []].insert(journey.person) }
            }
        }
        if peopleMin > 1 { counts = counts.filter { people[$0.key]!.count >= peopleMin } }
        let common = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        var milestones = MilestoneCounts(kinds: common)
        for journey in journeys { milestones.add(journey) }
        return milestones.milestones { names[$0] ?? "" }
    }
}
