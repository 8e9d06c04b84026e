import Throughline

/// What is discovered of a person, made again from her events: as if those who she is now had been found to be one when it
/// was first said of each, and nobody else had ever been taken for her.
///
/// It is what the fold itself comes to on the way, as long as nobody was taken for her who is not. So a merge that is undone
/// leaves nothing behind.
struct Remaking {
    let placer: Placer
    let read: (EventRecord) -> Encounter?
    /// The record at a position of the log.
    let record: (LogPosition) throws -> EventRecord?

    /// Her open purposes, and where each event is placed.
    ///
    /// - Parameters:
    ///   - members: who she is.
    ///   - ties: what was said of these.
    ///   - entries: her events, in the order of the log.
    ///   - corrections: what is said of these, as if it had been known when each came.
    ///   - end: up to where it was said.
    func person(
        of members: [IdentifierNumber], ties: [TieRow], entries: [TimelineEntry], corrections: Corrected,
        before end: LogPosition
    ) throws -> (state: OpenPurposes, entries: [TimelineEntry]) {
        var placer = placer
        var groups = Groups()
        var states: [IdentifierNumber: OpenPurposes] = [:]
        var entries = entries
        let news = Set(ties.flatMap(\.said).compactMap { $0 }).sorted()[...]
        var next = news.startIndex
        func joinUp(to position: LogPosition) {
            while next < news.endIndex, news[next] <= position {
                for (name, into) in groups.join(members, ties: ties, before: news[next].advanced(by: 1)) {
                    if let state = states.removeValue(forKey: name) {
                        states[into, default: OpenPurposes()].absorb(state)
                    }
                }
                next += 1
            }
        }
        var given = Given(corrections)
        for index in entries.indices {
            let position = entries[index].key.position
            joinUp(to: position)
            guard !corrections.isNotHers(position) else {
                entries[index].placed = nil
                continue
            }
            guard let record = try record(position), let encounter = read(record) else { continue }
            let name = groups.name(of: entries[index].strand)
            let placed = given.place(
                encounter, record, at: position, by: &placer, in: &states[name, default: OpenPurposes()])
            entries[index].placed = placed
            if corrections.isEnd(position) { for key in states.keys { states[key]?.close(placed.purpose) } }
        }
        joinUp(to: end)
        var whole = OpenPurposes()
        for (_, state) in states.sorted(by: { $0.key < $1.key }) { whole.absorb(state) }
        return (whole, entries)
    }

    /// The purposes of events that somebody put together.
    private struct Given {
        private let corrections: Corrected
        private var purposes: [LogPosition: PurposeID] = [:]

        init(_ corrections: Corrected) { self.corrections = corrections }

        /// Puts an event where somebody said, as soon as one of those is placed that it belongs with; else where the model says.
        mutating func place(
            _ event: Encounter, _ record: EventRecord, at position: LogPosition, by placer: inout Placer,
            in state: inout OpenPurposes
        ) -> PlacedEvent {
            guard let root = corrections.root(of: position) else {
                return placer.placed(event, messageId: record.messageId, in: &state)
            }
            let placed: PlacedEvent
            if let purpose = purposes[root] {
                placer.put(event, into: purpose, in: &state)
                placed = PlacedEvent(purpose: purpose, isRoutine: false, confidence: 1_000)
            } else {
                placed = placer.placed(event, messageId: record.messageId, in: &state)
                purposes[root] = placed.purpose
            }
            return placed
        }
    }

    /// Which of a person's identifiers were found to be one so far; what came together stays so.
    private struct Groups {
        private var names: [IdentifierNumber: IdentifierNumber] = [:]

        func name(of member: IdentifierNumber) -> IdentifierNumber { names[member] ?? member }

        /// Takes those together who are by what was said up to some record.
        ///
        /// - Returns: groups that are others' from now on, in order.
        mutating func join(
            _ members: [IdentifierNumber], ties: [TieRow], before end: LogPosition
        ) -> [(name: IdentifierNumber, into: IdentifierNumber)] {
            var graph = IdentityGraph()
            for tie in ties {
                if let strength = tie.strength(before: end) { graph.add(IdentityTie(tie.a, tie.b, strength)) }
            }
            var parts: [IdentifierNumber: Set<IdentifierNumber>] = [:]
            for (number, standing) in graph.standings() {
                parts[standing.person, default: []].formUnion([name(of: number), name(of: standing.person)])
            }
            var joined: [(name: IdentifierNumber, into: IdentifierNumber)] = []
            for part in parts.values where part.count > 1 {
                let now = Set(part.map { name(of: $0) })
                let first = now.min { ($0.kind.rank, $0) < ($1.kind.rank, $1) }!
                for name in now where name != first {
                    joined.append((name, first))
                    for member in members where self.name(of: member) == name { names[member] = first }
                }
            }
            return joined.sorted { $0.name < $1.name }
        }
    }
}
