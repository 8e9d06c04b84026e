import Throughline

/// Follows people: places their events as they come, repairs when a visit ends, and tells what becomes of their purposes.
///
/// What it does with a person comes from her events alone, whenever it is called and whoever was looked at in between. Not shared
/// between threads.
final class LivePlacer {
    private var placer: Placer
    private var repairer: Repairer
    private var window = RepairWindow()
    /// Keeps what it worked out of names and texts.
    let reader: EncounterReader
    private var event = Event()

    /// - Parameter reader: by the tables of the same model.
    init(model: DiscoveryModel, reader: EncounterReader) {
        placer = Placer(model: model)
        repairer = Repairer(model: model)
        self.reader = reader
    }

    /// What is asked of a person when her events are looked at again.
    struct Sources {
        /// The types of purpose of an organization; nil where it has none.
        var types: (UInt32) -> TypeBook?
        var latest: () throws -> LatestEvents
        /// The id of an event's message; nil where the log has it no more.
        var messageId: (LogPosition) throws -> [UInt8]?
        var corrected: () throws -> Corrected
    }

    /// An event to be placed.
    struct Arriving {
        var encounter: Encounter
        /// Nil where it is to be asked for: only what opens a purpose wants it.
        var messageId: [UInt8]?
        /// The purpose of the event that somebody said it belongs with.
        var given: PurposeID?
    }

    /// Does what is due by some moment.
    func advance(
        _ person: inout LivePerson, to clock: Instant, _ sources: Sources, into changes: inout LiveChanges
    ) throws {
        if let end = person.watch.visitEnd, end <= clock { try repair(&person, at: end, sources, into: &changes) }
        person.watch.fallSilent(by: clock, into: &changes.purposes)
    }

    /// Places the next event of a person.
    ///
    /// - Parameter entry: the event on her timeline, with its gist; says where it is placed from now on.
    func add(
        _ arriving: Arriving, as entry: inout TimelineEntry, to person: inout LivePerson, _ sources: Sources,
        into changes: inout LiveChanges
    ) throws {
        let arrival = entry.gist?.arrival ?? entry.key.timestamp
        try advance(&person, to: arrival, sources, into: &changes)
        if person.watch.waiting > 0, person.purposes.isVisitOver(before: arriving.encounter) {
            let end = person.purposes.latestSecond + OpenPurposes.visitGapSeconds
            try repair(&person, at: Instant(millisecondsSince1970: end * 1_000), sources, into: &changes)
        } else if person.watch.waiting >= Watch.waitingMax {
            try repair(&person, at: entry.key.timestamp, sources, into: &changes)
        }
        let isTrusted = entry.gist?.isTrusted ?? true
        var (placed, isOpening) = try place(
            arriving, at: entry.key.position, isTrusted: isTrusted, in: &person.purposes, sources)
        let types = sources.types(entry.organization)
        if let types, !placed.isRoutine { placed = typed(placed, of: person, by: types) }
        entry.placed = placed
        person.watch.note(
            entry, placed, arrival: arrival, isOpening: isOpening, types: types, into: &changes.purposes)
    }

    /// The type of a purpose is settled as it grows: at its first event, at its second, and so on at twice as many.
    private func typed(_ placed: PlacedEvent, of person: LivePerson, by types: TypeBook) -> PlacedEvent {
        var placed = placed
        let thread = person.watch.thread(of: placed.purpose)
        let count = (thread?.eventCount ?? 0) + 1
        if count & (count - 1) == 0 || thread?.type == 0, let meaning = person.purposes.meaning(of: placed.purpose) {
            placed.type = types.id(of: meaning)
        } else {
            placed.type = thread?.type ?? 0
        }
        return placed
    }

    /// An event as its gist tells it; nil where the log is to be asked: where something was cut, or there is none, or it names another
    /// one with whom its record may have been erased.
    func encounter(of entry: TimelineEntry) throws -> Encounter? {
        guard let gist = entry.gist, gist.isWhole else { return nil }
        try gist.read(at: entry.key.timestamp, into: &event)
        return event.kind == .alias ? nil : reader.read(event)
    }

    private func place(
        _ arriving: Arriving, at position: LogPosition, isTrusted: Bool, in state: inout OpenPurposes,
        _ sources: Sources
    ) throws -> (PlacedEvent, isOpening: Bool) {
        if let purpose = arriving.given {
            let reading = placer.put(arriving.encounter, into: purpose, in: &state)
            return (
                PlacedEvent(
                    purpose: purpose, isRoutine: false, confidence: 1_000, given: .place,
                    stage: isTrusted ? reading?.stage : reading?.provisional.stage),
                false
            )
        }
        let placement = placer.place(arriving.encounter, in: &state)
        let purpose: PurposeID
        if placement.opened {
            // Of a record that is no more, its place is as good as a name.
            let messageId = try arriving.messageId ?? sources.messageId(position) ?? Array("\(position.rawValue)".utf8)
            purpose = messageId.withUnsafeBufferPointer { PurposeID(opening: $0) }
        } else {
            purpose = state[idOf: placement.slot]!
        }
        let isOpening = placement.opened && !placement.isRoutine
        if isOpening { state[idOf: placement.slot] = purpose }
        return (
            PlacedEvent(
                purpose: purpose, isRoutine: placement.isRoutine,
                confidence: PlacedEvent.thousandths(placement.confidence),
                stage: isTrusted ? placement.stage?.stage : placement.stage?.provisional.stage),
            isOpening
        )
    }

    // MARK: Repair

    /// Looks at her latest events again, now that it is known what came behind each.
    private func repair(
        _ person: inout LivePerson, at time: Instant, _ sources: Sources, into changes: inout LiveChanges
    ) throws {
        defer { person.watch.noteRepair() }
        guard person.watch.isInDoubt else { return }
        let entries = try sources.latest().entries
        var purposes = Numbered()
        let over = Set(entries.compactMap { $0.placed?.given == .end ? $0.placed?.purpose : nil })
        var looked: [TimelineEntry] = []
        window.removeAll()
        for entry in entries {
            guard let placed = entry.placed, let gist = entry.gist else { continue }
            try gist.read(at: entry.key.timestamp, into: &event)
            looked.append(entry)
            let placement = Placement(
                ordinal: purposes.number(of: placed.purpose), slot: -1, opened: false,
                isRoutine: placed.isRoutine || over.contains(placed.purpose),
                confidence: Float(placed.confidence) / 1_000, margin: 0)
            window.append(reader.read(event), placement: placement, isFixed: placed.given != .nothing)
        }
        var next = Int32(purposes.ids.count)
        var outcomes = repairer.repair(&window, nextOrdinal: &next)
        try follow(looked, sources, in: &outcomes)
        for (place, outcome) in outcomes.enumerated() {
            var entry = looked[place]
            let was = entry.placed!
            var (purpose, isOpening) = (was.purpose, false)
            if Int(outcome.place) < purposes.ids.count {
                purpose = purposes.ids[Int(outcome.place)]
            } else if let known = purposes.opened[outcome.place] {
                purpose = known
            } else if let messageId = try sources.messageId(entry.key.position) {
                purpose = purposes.open(outcome.place, with: messageId)
                isOpening = true
            }
            // Of those that it looked at before, only what moves is news.
            let isNews = purpose != was.purpose || entry.key.position >= person.watch.waitingFrom
            let confidence = (isNews ? outcome.confidence : nil).map(PlacedEvent.thousandths) ?? was.confidence
            guard purpose != was.purpose || confidence != was.confidence else { continue }
            entry.placed = PlacedEvent(
                purpose: purpose, isRoutine: was.isRoutine, confidence: confidence, given: was.given,
                stage: was.stage,
                type: purpose == was.purpose ? was.type : try type(of: purpose, entry, person, sources))
            changes.replaced.append(entry)
            guard purpose != was.purpose else { continue }
            changes.movedCount += 1
            person.watch.move(
                entry, from: was.purpose, isOpening: isOpening, at: time, types: sources.types(entry.organization),
                into: &changes.purposes)
        }
    }

    /// The types that purposes are most like which are of none, or of one to which nothing more comes.
    ///
    /// - Parameter entries: all events of a person, in the order of their times.
    func types(of entries: [TimelineEntry], by book: TypeBook) throws -> [PurposeID: UInt16] {
        var last: [PurposeID: UInt16] = [:]
        for entry in entries {
            if let placed = entry.placed, !placed.isRoutine { last[placed.purpose] = placed.type }
        }
        let wanted = last.filter { $0.value == 0 || book.entry($0.value)?.isRetired ?? true }
        guard !wanted.isEmpty else { return [:] }
        var meanings: [PurposeID: JourneyMeaning] = [:]
        for entry in entries {
            guard let placed = entry.placed, wanted[placed.purpose] != nil, let gist = entry.gist else { continue }
            try gist.read(at: entry.key.timestamp, into: &event)
            meanings[placed.purpose, default: JourneyMeaning()].add(reader.read(event).text)
        }
        return meanings.mapValues { book.id(of: $0.direction) }
    }

    /// The type of a purpose that repair puts an event into: of one that it opens, by that event alone.
    private func type(
        of purpose: PurposeID, _ entry: TimelineEntry, _ person: LivePerson, _ sources: Sources
    ) throws -> UInt16 {
        if let thread = person.watch.thread(of: purpose) { return thread.type }
        guard let types = sources.types(entry.organization), let gist = entry.gist else { return 0 }
        try gist.read(at: entry.key.timestamp, into: &event)
        var meaning = JourneyMeaning()
        meaning.add(reader.read(event).text)
        return types.id(of: meaning.direction)
    }

    /// Puts events that somebody said belong with another where that one is now.
    private func follow(
        _ entries: [TimelineEntry], _ sources: Sources, in outcomes: inout [Repairer.Outcome]
    ) throws {
        guard entries.contains(where: { $0.placed?.given == .place }) else { return }
        let corrected = try sources.corrected()
        var led: [LogPosition: Int32] = [:]
        for (place, entry) in entries.enumerated() where entry.placed?.given == .nothing {
            if let root = corrected.root(of: entry.key.position) { led[root] = outcomes[place].place }
        }
        for (place, entry) in entries.enumerated() where entry.placed?.given == .place {
            guard let root = corrected.root(of: entry.key.position), let leader = led[root] else { continue }
            outcomes[place].place = leader
        }
    }

    /// Purposes of a window by small numbers.
    private struct Numbered {
        private(set) var ids: [PurposeID] = []
        private var numbers: [PurposeID: Int32] = [:]
        /// By number, those that repair opened.
        private(set) var opened: [Int32: PurposeID] = [:]

        mutating func number(of id: PurposeID) -> Int32 {
            if let known = numbers[id] { return known }
            numbers[id] = Int32(ids.count)
            ids.append(id)
            return Int32(ids.count - 1)
        }

        /// A purpose that an event opens which was taken out of another: one that none of the window is in.
        mutating func open(_ number: Int32, with messageId: [UInt8]) -> PurposeID {
            var turn = 1
            while true {
                let id = messageId.withUnsafeBufferPointer { PurposeID(opening: $0, turn: turn) }
                if numbers[id] == nil, !opened.values.contains(id) {
                    opened[number] = id
                    return id
                }
                turn += 1
            }
        }
    }
}

extension PlacedEvent {
    static func thousandths(_ probability: Float) -> UInt16 {
        UInt16((min(1, max(0, probability)) * 1_000).rounded())
    }
}
