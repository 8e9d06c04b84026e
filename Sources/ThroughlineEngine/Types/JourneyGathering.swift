import Throughline

/// Gathers journeys from what timelines have of people.
struct JourneyGathering {
    private let reader: EncounterReader
    private var event = Event()
    private(set) var maker: TypeMaker

    /// A purpose on the way.
    private struct Draft {
        var meaning = JourneyMeaning()
        var words = JourneyWords()
        var steps: [Journey.Step] = []
    }

    init(model: DiscoveryModel, table: EmbeddingTable, catalogue: Catalogue = Catalogue()) {
        reader = EncounterReader(table: table, order: model.order, stages: model.stages)
        maker = TypeMaker(catalogue: catalogue, table: table)
    }

    /// Takes in what a person was about.
    ///
    /// - Parameters:
    ///   - entries: her events, in the order of their times.
    ///   - now: up to when nothing more came.
    mutating func add(_ entries: [TimelineEntry], of person: IdentifierNumber, now: Instant) throws {
        var gathering = PurposeGathering()
        var drafts: [PurposeID: Draft] = [:]
        for entry in entries {
            guard let placed = entry.placed, !placed.isRoutine, let gist = entry.gist else { continue }
            try gist.read(at: entry.key.timestamp, into: &event)
            gathering.add(event, placed, at: entry.key.position, Corrected([]))
            maker.note(name: event.string(event.name))
            drafts[placed.purpose, default: Draft()].meaning.add(reader.read(event).text)
            event.withBytes(of: event.text) { drafts[placed.purpose]!.words.add($0) }
            drafts[placed.purpose]!.steps.append(
                Journey.Step(
                    name: gist.nameHash, stage: placed.stage, second: entry.key.timestamp.secondsSince1970))
        }
        for found in gathering.purposes(now: now) {
            let purpose = found.purpose
            guard let draft = drafts[purpose.id] else { continue }
            maker.add(
                Journey(
                    meaning: draft.meaning.direction, words: draft.words.hashes, steps: draft.steps,
                    outcome: purpose.outcome,
                    silence: purpose.outcome == nil ? now.secondsSince1970 - purpose.last.secondsSince1970 : nil,
                    name: purpose.name, terms: purpose.terms, person: person.rawValue))
        }
    }
}
