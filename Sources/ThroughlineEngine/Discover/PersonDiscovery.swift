import Throughline

/// One event as discovery told it. Its texts lie in ``DiscoveredPerson/texts``.
public struct DiscoveredEvent: Sendable {
    public var timestamp: Instant
    public var messageId: Event.Field
    public var name: Event.Field
    public var channel: Event.Field
    /// What tells the topic, cut to ``PurposeNamer/textBytesMax`` bytes.
    public var text: Event.Field
    public var amount: Event.Field
    /// Index into the person's purposes.
    public var purpose: Int
    public var confidence: Float
    public var isTentative: Bool
    /// How far it brings its purpose; nil for routine.
    public var stage: StageReading?
    /// Which milestone of its purpose's type it reaches, as a place among them.
    public var milestone: Int?
}

/// One person with her events in time order and her purposes in order of opening.
public struct DiscoveredPerson: Sendable {
    public var key: String
    public var events: [DiscoveredEvent]
    public var purposes: [Purpose]
    /// The texts of her events, UTF-8, one after the other.
    public var texts: [UInt8]
    /// What repair made of each event, and why; empty where discovery was not asked to explain.
    public var repairs: [RepairExplanation] = []
    /// What her purposes are called where somebody gave them; empty where they were discovered.
    public var given: [String] = []
    /// How far each purpose is on the way of its type; empty where no types are known, nil for one that is of none.
    public var progress: [PurposeProgress?] = []
    /// What those types are.
    public var knownTypes = PurposeTypes()
    /// What became of each purpose, for whoever makes types; empty where nobody does.
    public var journeys: [Journey] = []
    /// Where the line of each event is, for whoever reads it once more; empty where nobody does.
    var places: [LineStore.Place] = []

    public func text(_ field: Event.Field) -> String { String(decoding: texts[field], as: UTF8.self) }

    /// What the type of a purpose is called; nil where it is of none that is known.
    public func typeName(ofPurpose purpose: Int) -> String? {
        type(ofPurpose: purpose)?.name
    }

    /// What the milestone is called that an event reaches; nil where it reaches none.
    public func milestoneName(of event: DiscoveredEvent) -> String? {
        guard let milestone = event.milestone else { return nil }
        return type(ofPurpose: event.purpose)?.milestones[milestone].name
    }

    /// What a purpose is called by whoever gave it; nil where it was discovered.
    public func given(_ purpose: Int) -> String? { given.isEmpty ? nil : given[purpose] }

    /// By how much a purpose has been silent for too long; nil where it has not.
    public func lateSeconds(ofPurpose purpose: Int) -> Int64? {
        progress.isEmpty ? nil : progress[purpose]?.lateSeconds
    }

    /// What the milestone is called that a purpose lacks; nil where it lacks none.
    public func missingName(ofPurpose purpose: Int) -> String? {
        guard !progress.isEmpty, let missing = progress[purpose]?.missing else { return nil }
        return type(ofPurpose: purpose)?.milestones[missing].name
    }

    private func type(ofPurpose purpose: Int) -> PurposeType? {
        guard !progress.isEmpty, let progress = progress[purpose] else { return nil }
        return knownTypes.types[progress.type]
    }

    public func messageId(of event: DiscoveredEvent) -> String { text(event.messageId) }
}

/// Discovers the purposes of one person after another from their events in time order: placing, then repair over a
/// window that slides, then names and states.
///
/// Not shared between threads: one to a worker.
public final class PersonDiscovery {
    /// Events that repair tells at once when its window is full; the others stay to be seen from both sides.
    static let settledAtOnce = RepairWindow.eventsMax / 4 * 3

    private let reader: EncounterReader
    private let repairs: Bool
    private let describes: Bool
    private let types: PurposeTypes?
    private let gathersJourneys: Bool
    private var placer: Placer
    private var repairer: Repairer
    private var namer = PurposeNamer()
    private var state = OpenPurposes()
    private var window = RepairWindow()
    private var nextMoved = PersonDiscovery.movedOrdinals
    private var events: [DiscoveredEvent] = []
    /// What each of them tells of its stage.
    private var evidence: [StageEvidence] = []
    /// What each of them says, where types are asked for.
    private var topics: [Topic] = []
    private var texts: [UInt8] = []
    private var threads: [Thread] = []
    private var threadOfOrdinal: [Int32: Int] = [:]
    /// How often repair let an event open a purpose: two windows may see the same event.
    private var turns: [Int: Int] = [:]
    /// Index in `events` of the window's first event.
    private var windowStart = 0
    /// Nil where nothing is to be explained.
    private var journal: RepairJournal?

    /// Ordinals from here on belong to purposes that repair opened.
    private static let movedOrdinals: Int32 = 1 << 30

    /// What an event says: its text, or the words of its name where it has none.
    private struct Topic {
        var words: TextFeatures
        var isName: Bool
        var nameHash: UInt64
    }

    /// What is gathered of one purpose.
    private struct Thread {
        var opening: Int
        var isRoutine: Bool
        /// 0 where it was opened at arrival, else how often repair had let this event open a purpose.
        var turn: Int
        var count = 0
        var confidence: Float = 0
        var first = Instant(millisecondsSince1970: .max)
        var last = Instant(millisecondsSince1970: .min)
        var outcome: Outcome?
        var stage: Stage?
        var trail = StageTrail()
        var meaning = JourneyMeaning()
        var words = JourneyWords()
        /// What its first event is called, where no text says anything.
        var openingName: TextFeatures?
        var steps: [Journey.Step] = []
        /// Its events, where purposes are described.
        var members: [Int] = []
    }

    /// - Parameters:
    ///   - repairs: whether to repair; without, events are told as they were placed at arrival.
    ///   - describes: whether purposes get names, channels and terms, and events keep their texts.
    ///   - explains: whether it is kept why repair put each event where it is.
    ///   - types: what types of purpose there are.
    ///   - gathersJourneys: whether it is told what became of each purpose, to make types of.
    public init(
        model: DiscoveryModel, table: EmbeddingTable, repairs: Bool, describes: Bool, explains: Bool = false,
        types: PurposeTypes? = nil, gathersJourneys: Bool = false
    ) {
        self.types = types
        self.gathersJourneys = gathersJourneys
        reader = EncounterReader(table: table, order: model.order, stages: model.stages)
        placer = Placer(model: model)
        repairer = Repairer(model: model)
        self.repairs = repairs
        self.describes = describes
        guard repairs, explains else { return }
        repairer.decisions = []
        journal = RepairJournal()
    }

    /// Takes the next event of the present person.
    public func add(_ event: Event) {
        let encounter = reader.read(event)
        let placement = placer.place(encounter, in: &state)
        note(event, encounter, placement)
        guard repairs else { return }
        window.append(encounter, placement: placement)
        if window.count == RepairWindow.eventsMax {
            repair(keeping: RepairWindow.eventsMax - PersonDiscovery.settledAtOnce)
        }
    }

    /// Takes the next event of the present person, whose purpose somebody gave, as a number. Of one person all events are given so
    /// or none.
    public func add(_ event: Event, to purpose: Int32) {
        let placement = Placement(
            ordinal: purpose, slot: -1, opened: threadOfOrdinal[purpose] == nil, isRoutine: false, confidence: 1,
            margin: 0)
        note(event, reader.read(event), placement)
    }

    private func note(_ event: Event, _ encounter: Encounter, _ placement: Placement) {
        events.append(
            DiscoveredEvent(
                timestamp: event.timestamp, messageId: kept(event.messageId, of: event),
                name: describes ? kept(event.name, of: event) : 0..<0,
                channel: describes ? kept(event.channel, of: event) : 0..<0,
                text: describes ? kept(event.shortText, of: event) : 0..<0,
                amount: describes ? kept(event.amount, of: event) : 0..<0, purpose: Int(placement.ordinal),
                confidence: placement.confidence, isTentative: placement.isTentative))
        evidence.append(encounter.stage)
        if types != nil || gathersJourneys {
            let isName = !encounter.text.hasMeaning
            topics.append(
                Topic(
                    words: isName ? reader.topic(ofName: event) : encounter.text, isName: isName,
                    nameHash: encounter.nameHash))
        }
        noteOpening(placement, at: events.count - 1)
    }

    /// Ends the present person and makes ready for the next.
    ///
    /// - Parameters:
    ///   - now: the moment that silences are counted to.
    ///   - names: what purposes are called that were given, by their numbers.
    public func finish(person: String, now: Instant, given names: [String] = []) -> DiscoveredPerson {
        if repairs, window.count > 0 { repair(keeping: 0) }
        for index in events.indices { note(index) }
        let progress = types.map { findTypes($0, now: now) } ?? []
        var result = DiscoveredPerson(key: person, events: events, purposes: purposes(now: now), texts: texts)
        result.progress = progress
        if let types { result.knownTypes = types }
        if gathersJourneys {
            result.journeys = threads.indices.map { place in
                Journey(
                    meaning: meaning(ofThread: place), words: threads[place].words.hashes, steps: threads[place].steps,
                    outcome: threads[place].outcome, silence: silence(ofThread: place, now: now),
                    name: result.purposes[place].name, terms: result.purposes[place].terms)
            }
        }
        if !names.isEmpty {
            result.given = [String](repeating: "", count: threads.count)
            for (number, place) in threadOfOrdinal { result.given[place] = names[Int(number)] }
        }
        if let journal {
            result.repairs = journal.explanations { ordinal in
                threadOfOrdinal[ordinal].map { result.purposes[$0].id }
            }
        }
        return trimmed(result)
    }

    private func kept(_ field: Event.Field, of event: Event) -> Event.Field {
        let start = texts.count
        texts.append(contentsOf: event.bytes[field])
        return start..<texts.count
    }

    private func noteOpening(_ placement: Placement, at index: Int) {
        guard placement.opened, threadOfOrdinal[placement.ordinal] == nil else { return }
        threadOfOrdinal[placement.ordinal] = threads.count
        threads.append(Thread(opening: index, isRoutine: placement.isRoutine, turn: 0))
    }

    private func repair(keeping kept: Int) {
        let before = nextMoved
        let outcomes = repairer.repair(&window, nextOrdinal: &nextMoved)
        journal?.note(window, at: windowStart, repairedBy: repairer)
        for (place, outcome) in outcomes.enumerated() {
            let index = windowStart + place
            events[index].purpose = Int(outcome.place)
            if let confidence = outcome.confidence {
                events[index].confidence = confidence
                events[index].isTentative = confidence < Placement.tentativeBelow
            }
            if outcome.place >= before, threadOfOrdinal[outcome.place] == nil {
                threadOfOrdinal[outcome.place] = threads.count
                turns[index, default: 0] += 1
                threads.append(Thread(opening: index, isRoutine: false, turn: turns[index]!))
            }
        }
        let leaving = window.count - kept
        windowStart += leaving
        window.removeFirst(leaving)
    }

    /// Gathers an event into its purpose.
    private func note(_ index: Int) {
        guard let place = threadOfOrdinal[Int32(events[index].purpose)] else {
            preconditionFailure("an event in a purpose that nothing opened")
        }
        events[index].purpose = place
        threads[place].count += 1
        threads[place].confidence += events[index].confidence
        threads[place].first = min(threads[place].first, events[index].timestamp)
        threads[place].last = max(threads[place].last, events[index].timestamp)
        readStage(index, in: place)
        if describes || types != nil { threads[place].members.append(index) }
        if !topics.isEmpty, !threads[place].isRoutine { noteStep(index, in: place) }
    }

    /// Reads how far an event brings its purpose, with what that one has seen before it.
    private func readStage(_ index: Int, in place: Int) {
        guard !threads[place].isRoutine,
            let reading = placer.model.stages.reading(of: evidence[index], after: threads[place].trail)
        else { return }
        threads[place].trail.add(evidence[index])
        threads[place].stage = threads[place].stage.map { max($0, reading.stage) } ?? reading.stage
        events[index].stage = reading
        if let outcome = reading.stage.outcome { threads[place].outcome = outcome }
    }

    /// Takes an event into what a type sees of its purpose.
    private func noteStep(_ index: Int, in place: Int) {
        let topic = topics[index]
        if !topic.isName {
            threads[place].meaning.add(topic.words)
        } else if threads[place].openingName == nil {
            threads[place].openingName = topic.words
        }
        guard gathersJourneys, threads[place].steps.count < Journey.stepsMax else { return }
        texts.withUnsafeBufferPointer {
            threads[place].words.add(UnsafeBufferPointer(rebasing: $0[events[index].text]))
        }
        threads[place].steps.append(
            Journey.Step(
                name: topic.nameHash, stage: events[index].stage?.stage,
                second: events[index].timestamp.secondsSince1970))
    }

    /// What a purpose is about: what its texts say, and where they say nothing what it began with. All of its names would tell how
    /// it went.
    private func meaning(ofThread place: Int) -> PackedVector {
        let direction = threads[place].meaning.direction
        return direction.scale > 0 ? direction : threads[place].openingName?.vector ?? direction
    }

    /// For how long a purpose that is not over, and was told whole, has been silent.
    private func silence(ofThread place: Int, now: Instant) -> Int64? {
        guard threads[place].outcome == nil, threads[place].count > 0, threads[place].count <= Journey.stepsMax else {
            return nil
        }
        return now.secondsSince1970 - threads[place].last.secondsSince1970
    }

    /// Finds the type of each purpose, which of its events reach the milestones of that, and what it lacks.
    private func findTypes(_ types: PurposeTypes, now: Instant) -> [PurposeProgress?] {
        threads.indices.map { place in
            guard !threads[place].isRoutine, let type = types.type(of: meaning(ofThread: place)) else { return nil }
            var progress = PurposeProgress(type: type)
            for index in threads[place].members {
                if progress.reach(topics[index].nameHash, among: types) { events[index].milestone = progress.latest }
            }
            let last = threads[place].members.last.flatMap { events[$0].stage?.stage }
            progress.wait(silence: silence(ofThread: place, now: now), at: last, among: types)
            return progress
        }
    }

    private func purposes(now: Instant) -> [Purpose] {
        let silence = SilencePolicy()
        let descriptions = describes ? describe() : []
        return threads.indices.map { place in
            let thread = threads[place]
            let id = texts.withUnsafeBufferPointer {
                PurposeID(
                    opening: UnsafeBufferPointer(rebasing: $0[events[thread.opening].messageId]),
                    turn: thread.turn)
            }
            // A purpose that repair emptied has no last event, and is left out further below.
            let seconds = thread.count > 0 ? now.secondsSince1970 - thread.last.secondsSince1970 : 0
            // Routine is over when it has happened.
            let standing =
                thread.isRoutine
                ? (state: Purpose.State.closed, outcome: nil)
                : silence.standing(told: thread.outcome, silence: seconds)
            let description = describes ? descriptions[place] : Description()
            return Purpose(
                id: id, name: description.name, isRoutine: thread.isRoutine, state: standing.state,
                outcome: standing.outcome, stage: thread.outcome.map { Stage($0) } ?? thread.stage,
                confidence: thread.count > 0 ? thread.confidence / Float(thread.count) : 0, first: thread.first,
                last: thread.last, eventCount: thread.count, channels: description.channels, terms: description.terms)
        }
    }

    /// What a purpose is called and where it went on.
    private struct Description {
        var name = ""
        var channels: [String] = []
        var terms: [String] = []
    }

    /// Describes every purpose, as its events came in: names grow with what was known, and are sticky.
    private func describe() -> [Description] {
        namer.removeAll()
        var named = [Int](repeating: -1, count: threads.count)
        texts.withUnsafeBufferPointer { texts in
            func bytes(_ field: Event.Field) -> UnsafeBufferPointer<UInt8> {
                UnsafeBufferPointer(rebasing: texts[field])
            }
            for event in events where !threads[event.purpose].isRoutine {
                if named[event.purpose] < 0 {
                    let opening = PurposeNamer.Opening(
                        eventName: bytes(event.name), channel: bytes(event.channel), amount: bytes(event.amount),
                        timestamp: event.timestamp)
                    named[event.purpose] = namer.open(opening)
                }
                namer.add(bytes(event.text), channel: bytes(event.channel), to: named[event.purpose])
            }
        }
        return threads.indices.map { place in
            var description = Description()
            for index in threads[place].members where !events[index].channel.isEmpty {
                let channel = text(events[index].channel)
                if !description.channels.contains(channel) { description.channels.append(channel) }
            }
            if named[place] >= 0 {
                description.name = namer.name(of: named[place])
                description.terms = namer.terms(of: named[place])
            } else if let first = threads[place].members.first {
                description.name = text(events[first].name)
            }
            return description
        }
    }

    private func text(_ field: Event.Field) -> String { String(decoding: texts[field], as: UTF8.self) }

    /// Leaves out purposes that repair emptied, and clears everything for the next person.
    private func trimmed(_ person: DiscoveredPerson) -> DiscoveredPerson {
        var person = person
        if person.purposes.contains(where: { $0.eventCount == 0 }) {
            var newPlace = [Int](repeating: -1, count: person.purposes.count)
            var kept: [Purpose] = []
            for (place, purpose) in person.purposes.enumerated() where purpose.eventCount > 0 {
                newPlace[place] = kept.count
                kept.append(purpose)
            }
            for index in person.events.indices { person.events[index].purpose = newPlace[person.events[index].purpose] }
            person.purposes = kept
            let places = newPlace.indices.filter { newPlace[$0] >= 0 }
            if !person.progress.isEmpty { person.progress = places.map { person.progress[$0] } }
            if !person.journeys.isEmpty { person.journeys = places.map { person.journeys[$0] } }
            if !person.given.isEmpty { person.given = places.map { person.given[$0] } }
        }
        state.removeAll()
        window.removeAll()
        nextMoved = PersonDiscovery.movedOrdinals
        events.removeAll(keepingCapacity: true)
        evidence.removeAll(keepingCapacity: true)
        topics.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        threads.removeAll(keepingCapacity: true)
        threadOfOrdinal.removeAll(keepingCapacity: true)
        turns.removeAll(keepingCapacity: true)
        windowStart = 0
        journal?.removeAll()
        return person
    }
}
