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
    ///   - end: up to where it was said.
    func person(
        of members: [IdentifierNumber], ties: [TieRow], entries: [TimelineEntry], before end: LogPosition
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
        for index in entries.indices {
            joinUp(to: entries[index].key.position)
            guard let record = try record(entries[index].key.position), let encounter = read(record) else { continue }
            let name = groups.name(of: entries[index].strand)
            entries[index].placed = placer.placed(
                encounter, messageId: record.messageId, in: &states[name, default: OpenPurposes()])
        }
        joinUp(to: end)
        var whole = OpenPurposes()
        for (_, state) in states.sorted(by: { $0.key < $1.key }) { whole.absorb(state) }
        return (whole, entries)
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
