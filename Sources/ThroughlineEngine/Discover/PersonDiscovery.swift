import Throughline

/// One event as discovery told it.
public struct DiscoveredEvent: Sendable {
    public var messageId: String
    public var timestamp: Instant
    /// Index into the person's purposes.
    public var purpose: Int
    public var confidence: Float
    public var isTentative: Bool
    public var name: String
    public var channel: String
    /// What tells the topic, cut to ``PurposeNamer/textBytesMax`` bytes.
    public var text: String
    /// How events of this name end a purpose, if they do.
    public var outcome: Outcome?
}

/// One person with her events in time order and her purposes in order of opening.
public struct DiscoveredPerson: Sendable {
    public var key: String
    public var events: [DiscoveredEvent]
    public var purposes: [Purpose]
}

/// Discovers the purposes of one person after another from their events in time order: placing, then repair over a
/// window that slides, then names and states.
///
/// Not shared between threads: one to a worker.
public final class PersonDiscovery {
    /// Events that repair tells at once when its window is full; the others stay to be seen from both sides.
    static let settledAtOnce = RepairWindow.eventsMax / 2

    private let reader: EncounterReader
    private let repairs: Bool
    private let names: Bool
    private var placer: Placer
    private var repairer: Repairer
    private var state = OpenPurposes()
    private var window = RepairWindow()
    private var nextMoved = PersonDiscovery.movedOrdinals
    private var events: [DiscoveredEvent] = []
    private var threads: [Thread] = []
    private var threadOfOrdinal: [Int32: Int] = [:]
    /// Index in `events` of the window's first event.
    private var windowStart = 0

    /// Ordinals from here on belong to purposes that repair opened.
    private static let movedOrdinals: Int32 = 1 << 30

    /// What is gathered of one purpose.
    private struct Thread {
        var opening: Int
        var isRoutine: Bool
        var isMoved: Bool
        var count = 0
        var confidence: Float = 0
        var first = Instant(millisecondsSince1970: .max)
        var last = Instant(millisecondsSince1970: .min)
        var outcome: Outcome?
        var channels: [String] = []
        var sources: [PurposeNamer.Source] = []
        var firstName = ""
    }

    /// - Parameters:
    ///   - repairs: whether to repair; without, events are told as they were placed at arrival.
    ///   - names: whether purposes get names and terms; without, they are named by their first event.
    public init(model: DiscoveryModel, table: EmbeddingTable, repairs: Bool, names: Bool) {
        reader = EncounterReader(table: table, order: model.order)
        placer = Placer(model: model)
        repairer = Repairer(model: model)
        self.repairs = repairs
        self.names = names
    }

    /// Takes the next event of the present person.
    public func add(_ event: Event) {
        let encounter = reader.read(event)
        let placement = placer.place(encounter, in: &state)
        events.append(
            DiscoveredEvent(
                messageId: event.string(event.messageId), timestamp: event.timestamp, purpose: Int(placement.ordinal),
                confidence: placement.confidence, isTentative: placement.isTentative, name: event.string(event.name),
                channel: event.string(event.channel), text: event.shortText, outcome: encounter.outcome))
        noteOpening(placement, at: events.count - 1)
        guard repairs else { return }
        window.append(encounter, placement: placement)
        if window.count == RepairWindow.eventsMax {
            repair(keeping: RepairWindow.eventsMax - PersonDiscovery.settledAtOnce)
        }
    }

    /// Ends the present person and makes ready for the next.
    ///
    /// - Parameter now: the moment that silences are counted to.
    public func finish(person: String, now: Instant) -> DiscoveredPerson {
        if repairs, window.count > 0 { repair(keeping: 0) }
        for index in events.indices { note(index) }
        let result = DiscoveredPerson(key: person, events: events, purposes: purposes(now: now))
        return trimmed(result)
    }

    private func noteOpening(_ placement: Placement, at index: Int) {
        guard placement.opened, threadOfOrdinal[placement.ordinal] == nil else { return }
        threadOfOrdinal[placement.ordinal] = threads.count
        threads.append(Thread(opening: index, isRoutine: placement.isRoutine, isMoved: false))
    }

    private func repair(keeping kept: Int) {
        let before = nextMoved
        let outcomes = repairer.repair(&window, nextOrdinal: &nextMoved)
        for (place, outcome) in outcomes.enumerated() {
            let index = windowStart + place
            events[index].purpose = Int(outcome.place)
            if let confidence = outcome.confidence {
                events[index].confidence = confidence
                events[index].isTentative = confidence < Placement.tentativeBelow
            }
            if outcome.place >= before, threadOfOrdinal[outcome.place] == nil {
                threadOfOrdinal[outcome.place] = threads.count
                threads.append(Thread(opening: index, isRoutine: false, isMoved: true))
            }
        }
        let leaving = window.count - kept
        windowStart += leaving
        window.removeFirst(leaving)
    }

    /// Gathers an event into its purpose.
    private func note(_ index: Int) {
        let event = events[index]
        guard let place = threadOfOrdinal[Int32(event.purpose)] else {
            preconditionFailure("an event in a purpose that nothing opened")
        }
        events[index].purpose = place
        threads[place].count += 1
        threads[place].confidence += event.confidence
        threads[place].first = min(threads[place].first, event.timestamp)
        threads[place].last = max(threads[place].last, event.timestamp)
        if threads[place].firstName.isEmpty { threads[place].firstName = event.name }
        if !event.channel.isEmpty, !threads[place].channels.contains(event.channel) {
            threads[place].channels.append(event.channel)
        }
        if let outcome = event.outcome { threads[place].outcome = outcome }
        if names, !event.text.isEmpty, threads[place].sources.count < PurposeNamer.textsMax {
            let isTalk = event.channel == "chat" || event.channel == "call" || event.channel == "phone"
            threads[place].sources.append(
                PurposeNamer.Source(text: event.text, weight: isTalk ? 1 : 2))
        }
    }

    private func purposes(now: Instant) -> [Purpose] {
        var namer = PurposeNamer()
        for thread in threads where !thread.sources.isEmpty && !thread.isRoutine { namer.note(thread.sources) }
        let silence = SilencePolicy()
        return threads.map { thread in
            let opening = events[thread.opening].messageId
            let named = thread.isRoutine || thread.sources.isEmpty ? nil : namer.name(of: thread.sources)
            // A purpose that repair emptied has no last event, and is left out further below.
            let seconds = thread.count > 0 ? now.secondsSince1970 - thread.last.secondsSince1970 : 0
            // Routine is over when it has happened.
            let standing =
                thread.isRoutine
                ? (state: Purpose.State.closed, outcome: nil)
                : silence.standing(told: thread.outcome, silence: seconds)
            return Purpose(
                id: PurposeID.make(opening: opening, turn: thread.isMoved ? 1 : 0),
                name: named?.name ?? thread.firstName, isRoutine: thread.isRoutine, state: standing.state,
                outcome: standing.outcome,
                confidence: thread.count > 0 ? thread.confidence / Float(thread.count) : 0, first: thread.first,
                last: thread.last, eventCount: thread.count, channels: thread.channels, terms: named?.terms ?? [])
        }
    }

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
        }
        state.removeAll()
        window.removeAll()
        nextMoved = PersonDiscovery.movedOrdinals
        events.removeAll(keepingCapacity: true)
        threads.removeAll(keepingCapacity: true)
        threadOfOrdinal.removeAll(keepingCapacity: true)
        windowStart = 0
        return person
    }
}

extension Event {
    /// What tells the topic, cut at a character.
    var shortText: String {
        guard text.count > PurposeNamer.textBytesMax else { return string(text) }
        var end = text.lowerBound + PurposeNamer.textBytesMax
        while end > text.lowerBound, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return string(text.lowerBound..<end)
    }
}
