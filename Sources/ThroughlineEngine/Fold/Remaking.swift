import Throughline

/// What is discovered of a person, made again from her events: as if those who she is now had been found to be one when it
/// was first said of each, and nobody else had ever been taken for her.
///
/// It is what the fold itself comes to on the way, as long as nobody was taken for her who is not. So a merge that is undone
/// leaves nothing behind.
struct Remaking {
    let placer: LivePlacer
    /// Of purposes, by organization.
    let types: [UInt32: TypeBook]
    let read: (EventRecord) -> Encounter?
    /// The record of an event at a position of the log.
    let record: (LogPosition) throws -> EventRecord?
    /// When a record came that is something else.
    let received: (LogPosition) throws -> Instant?

    /// What came of it.
    struct Made {
        var person = LivePerson()
        var latest = LatestEvents()
        /// Her events, where each is placed.
        var entries: [TimelineEntry]
        var changes: [PurposeChange] = []
    }

    /// - Parameters:
    ///   - members: who she is.
    ///   - ties: what was said of these.
    ///   - entries: her events, in the order of the log.
    ///   - corrections: what is said of these; where an event belongs, as if it had been known when it came.
    ///   - end: up to where it was said.
    func person(
        of members: [IdentifierNumber], ties: [TieRow], entries: [TimelineEntry], corrections: Corrected,
        before end: LogPosition
    ) throws -> Made {
        var work = Work(self, members: members, ties: ties, entries: entries, corrections: corrections)
        for index in entries.indices {
            try work.advance(to: entries[index].key.position)
            try work.add(index)
        }
        try work.advance(to: end)
        return work.made()
    }

    /// One of those who turn out to be the same person.
    private struct Followed {
        var person = LivePerson()
        var latest = LatestEvents()
    }

    /// A person on the way.
    private struct Work {
        private let remaking: Remaking
        private let members: [IdentifierNumber]
        private let ties: [TieRow]
        private let corrections: Corrected
        private var groups = Groups()
        private var people: [IdentifierNumber: Followed] = [:]
        private var entries: [TimelineEntry]
        private var changes: [PurposeChange] = []
        private let places: [LogPosition: Int]
        /// Where it was said who she is, or that a purpose is over; these that are left.
        private var moments: ArraySlice<Moment>
        /// By what events belong together, the first of each that came.
        private var leaders: [LogPosition: Int] = [:]

        private struct Moment {
            var position: LogPosition
            /// The event with which a purpose ends; nil where it was said who she is.
            var end: LogPosition?
        }

        init(
            _ remaking: Remaking, members: [IdentifierNumber], ties: [TieRow], entries: [TimelineEntry],
            corrections: Corrected
        ) {
            self.remaking = remaking
            self.members = members
            self.ties = ties
            self.corrections = corrections
            self.entries = entries
            for index in entries.indices { self.entries[index].placed = nil }
            places = Dictionary(entries.enumerated().map { ($1.key.position, $0) }) { first, _ in first }
            let news = Set(ties.flatMap(\.said).compactMap { $0 }).sorted().map { Moment(position: $0) }
            let ends = corrections.ends.map { Moment(position: $0.said, end: $0.event) }
            moments = (news + ends).sorted { $0.position < $1.position }[...]
        }

        /// Takes all that was said up to a record.
        mutating func advance(to position: LogPosition) throws {
            while let moment = moments.first, moment.position <= position {
                moments.removeFirst()
                if let event = moment.end {
                    try end(with: event, saidAt: moment.position)
                } else {
                    try join(by: moment.position)
                }
            }
        }

        private mutating func join(by position: LogPosition) throws {
            for (name, into) in groups.join(members, ties: ties, before: position.advanced(by: 1)) {
                for one in [name, into] { try advance(one, to: position) }
                if let other = people.removeValue(forKey: name) {
                    people[into, default: Followed()].person.absorb(other.person)
                    people[into]!.latest.absorb(other.latest)
                }
            }
        }

        private mutating func end(with event: LogPosition, saidAt position: LogPosition) throws {
            guard let index = places[event] else { return }
            let name = groups.name(of: entries[index].strand)
            try advance(name, to: position)
            guard let purpose = entries[index].placed?.purpose else { return }
            for key in people.keys { people[key]!.person.purposes.close(purpose) }
            people[name]?.person.watch.end(purpose, with: entries[index], into: &changes)
            for index in entries.indices {
                guard let placed = entries[index].placed, placed.purpose == purpose else { continue }
                entries[index].placed = PlacedEvent(
                    purpose: purpose, isRoutine: placed.isRoutine, confidence: placed.confidence, given: .end,
                    stage: placed.stage, type: placed.type)
                people[groups.name(of: entries[index].strand)]?.latest.put(entries[index])
            }
        }

        /// Does what was due for one when a record came.
        private mutating func advance(_ name: IdentifierNumber, to position: LogPosition) throws {
            guard var followed = people.removeValue(forKey: name) else { return }
            let clock = try places[position].flatMap { entries[$0].gist?.arrival } ?? remaking.received(position)
            if let clock {
                var live = LiveChanges()
                try remaking.placer.advance(&followed.person, to: clock, sources(followed.latest), into: &live)
                take(live, by: &followed)
            }
            people[name] = followed
        }

        /// Places her next event.
        mutating func add(_ index: Int) throws {
            let position = entries[index].key.position
            let name = groups.name(of: entries[index].strand)
            guard !corrections.isNotHers(position), var arriving = try arriving(entries[index]) else {
                // In no purpose; which the store does not know yet.
                people[name, default: Followed()].latest.put(entries[index])
                return
            }
            var followed = people.removeValue(forKey: name) ?? Followed()
            if let root = corrections.root(of: position) {
                if let leader = leaders[root] {
                    arriving.given = entries[leader].placed?.purpose
                } else {
                    leaders[root] = index
                }
            }
            var (entry, live) = (entries[index], LiveChanges())
            try remaking.placer.add(
                arriving, as: &entry, to: &followed.person, sources(followed.latest), into: &live)
            entries[index] = entry
            followed.latest.put(entry)
            take(live, by: &followed)
            people[name] = followed
        }

        /// An event as it came: by its gist, and where that is cut by the log, which takes longer.
        private func arriving(_ entry: TimelineEntry) throws -> LivePlacer.Arriving? {
            if let encounter = try remaking.placer.encounter(of: entry) {
                return LivePlacer.Arriving(encounter: encounter, messageId: nil)
            }
            return try remaking.record(entry.key.position).flatMap { record in
                remaking.read(record).map { LivePlacer.Arriving(encounter: $0, messageId: record.messageId) }
            }
        }

        /// - Parameter latest: without the person, of whom a copy would be made as soon as she changes.
        private func sources(_ latest: LatestEvents) -> LivePlacer.Sources {
            LivePlacer.Sources(
                types: { remaking.types[$0] }, latest: { latest }, messageId: { try remaking.record($0)?.messageId },
                corrected: { corrections })
        }

        private mutating func take(_ live: LiveChanges, by followed: inout Followed) {
            for entry in live.replaced {
                if let place = places[entry.key.position] { entries[place] = entry }
                followed.latest.put(entry)
            }
            changes += live.purposes
        }

        /// The whole of it.
        func made() -> Made {
            var made = Made(entries: entries, changes: changes)
            for (_, followed) in people.sorted(by: { $0.key < $1.key }) {
                made.person.absorb(followed.person)
                made.latest.absorb(followed.latest)
            }
            return made
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
