import Throughline

/// Folds records of events: drops what was met before, finds whose each is, and puts it on her timeline.
///
/// Says what changes and changes nothing itself: the same records over the same store give the same changes, however they
/// are cut into groups. In two steps, so that a group can be worked out while the one before it is committed: the
/// first asks the store what it must not ask during a commit, the second places.
final class EventFold {
    private let parser = EventParser()
    private let discovery: LiveDiscovery?
    private let blocked: BlockedIdentifiers
    private let log: @Sendable (LogPosition) throws(LogError) -> LogRecords
    private var event = Event()
    /// What the last group brings into the store, which may not be there yet: the days of its messages, and who is who.
    private var met: [UInt64: Int32] = [:]
    private var book: IdentityBook?
    private var consents = ConsentBook()
    private var maps = MapNews()
    private var segments = SegmentNotes()
    /// The logged time of the last record that was read; nil where the store is to be asked.
    private var clock: Instant?

    /// - Parameters:
    ///   - discovery: places the events; nil to put them on timelines alone.
    ///   - blocked: values that are no identifiers.
    ///   - log: the records from a position on, one at least where there is one.
    init(
        discovery: LiveDiscovery? = nil, blocked: BlockedIdentifiers = BlockedIdentifiers(),
        log: @escaping @Sendable (LogPosition) throws(LogError) -> LogRecords
    ) {
        self.discovery = discovery
        self.blocked = blocked
        self.log = log
    }

    /// Some records, and what they change of who is who.
    struct Group {
        fileprivate var start: LogPosition
        fileprivate var recordCount: Int
        /// The logged time before it.
        fileprivate var clock: Instant
        fileprivate var events: [Read] = []
        /// The events that were not met before.
        fileprivate var fresh: [Fresh] = []
        /// Those that were, by their place.
        fileprivate var duplicates: [Int] = []
        /// What its one record says of types of purpose.
        fileprivate var types: TypeNews?
        /// Whether all before it must be in the store: somebody is made again from it, or erased.
        var wantsAllCommitted: Bool { fresh.first?.plan.standsAlone ?? false }
    }

    /// A record that says something of somebody.
    fileprivate struct Read {
        /// Its place in the group.
        var number: Int
        var organization: UInt32
        var receivedAt: Instant
        /// The logged time by it: never before that of a record before it.
        var clock: Instant
        var content: Content

        enum Content {
            case event(ReadEvent)
            case command(CommandRecord.Command)
            /// Types of purpose were made, or something was decided of one.
            case types(TypeNews)
            /// Something was said of a journey map.
            case map(MapEdit, by: String)
            /// Time goes on.
            case tick
        }

        var event: ReadEvent? { if case .event(let event) = content { event } else { nil } }

        /// What it decides of a segment.
        var segmentEdit: SegmentEdit? {
            if case .command(.segment(let edit)) = content { edit } else { nil }
        }

        /// Those whom it names, and on whose timeline it is not.
        var named: [Identifier] {
            switch content {
            case .event(let event): event.identifiers.previousNames
            case .command(let command): command.named
            case .tick, .types, .map: []
            }
        }
    }

    /// An event that was not met before, or a command.
    fileprivate struct Fresh {
        /// Its place among those read.
        var place: Int
        var plan: IdentityPlan

        /// Everybody whose open purposes are needed, those first who become somebody else's; the event's own last.
        func appendPeople(to people: inout [ProfileNumber]) {
            for union in plan.unions { people += [ProfileNumber(union.person), ProfileNumber(union.into)] }
            if !plan.remade.isEmpty { people += plan.remade.sorted().map { ProfileNumber($0) } }
            if let person = plan.person { people.append(ProfileNumber(person)) }
        }
    }

    /// What comes of some records: both steps in one, over a store that has all before them.
    func changes(
        of records: LogRecords, at position: LogPosition, over profiles: some Profiles, source: (UInt32) -> Source?
    ) throws -> FoldChanges {
        try changes(of: try group(records, at: position, over: profiles, source: source), over: profiles)
    }

    /// The first step. Comes behind the second one of the group before, and not during a commit.
    ///
    /// - Parameters:
    ///   - position: where the first record lies.
    ///   - source: a source by its number; events of sources that are not there are left out and counted.
    func group(
        _ records: LogRecords, at position: LogPosition, over profiles: some Profiles, source: (UInt32) -> Source?
    ) throws(StoreError) -> Group {
        var clock = self.clock ?? Instant(millisecondsSince1970: 0)
        if self.clock == nil { clock = try profiles.clock() }
        var group = Group(start: position, recordCount: records.count, clock: clock)
        var book = IdentityBook(over: profiles, after: book)
        read(records, into: &group, source: source, &book)
        let events = group.events.compactMap(\.event)
        let isKnown = try profiles.areKnown(events.map(\.message))
        try book.fetch(events.lazy.map(\.identifiers))
        try identify(&group, isKnown: isKnown, in: &book)
        self.book = book
        self.clock = group.events.last { $0.number < group.recordCount }?.clock ?? clock
        return group
    }

    /// The second step: what changes. Where a group would bring too much into memory, it ends earlier.
    func changes(of group: Group, over profiles: some Profiles) throws -> FoldChanges {
        var group = group
        var seats: [Int] = []
        if let discovery {
            var people: [ProfileNumber] = []
            var ends: [Int] = []
            people.reserveCapacity(group.fresh.count)
            ends.reserveCapacity(group.fresh.count)
            for fresh in group.fresh {
                fresh.appendPeople(to: &people)
                ends.append(people.count)
            }
            discovery.begin()
            try discovery.knowTypes(stored: profiles.typeBooks)
            try discovery.knowNames(stored: profiles.stepNames)
            seats = try discovery.seats(of: people, atLeast: ends.first { $0 > 0 } ?? 0, stored: profiles.people)
            shorten(&group, to: seats.count, ends)
            let coming = zip(group.fresh, ends).compactMap { fresh, end in
                fresh.plan.person.flatMap { _ in group.events[fresh.place].event?.arriving }.map {
                    (seat: seats[end - 1], event: $0.event.encounter, arrival: $0.gist.arrival)
                }
            }
            try discovery.prepare(for: coming, LiveDiscovery.Store(profiles, log))
        }
        let readCount = group.events.prefix { $0.number < group.recordCount }.count
        var changes = FoldChanges(end: group.start.advanced(by: group.recordCount))
        changes.unreadable = group.recordCount - readCount
        changes.duplicates = group.duplicates.count { $0 < readCount }
        changes.messages.reserveCapacity(group.fresh.count)
        changes.timeline.reserveCapacity(group.fresh.count)
        for read in group.events[..<readCount] {
            if let event = read.event { changes.today = max(changes.today, event.message.day) }
            guard case .map(let edit, let key) = read.content else { continue }
            let position = group.start.advanced(by: read.number).rawValue
            let said = MapSaying(by: key, at: read.receivedAt, position: position)
            try maps.note(edit, said, of: read.organization, stored: profiles.mapShelf)
        }
        changes.maps = maps.takeChanged()
        let clock = group.events[..<readCount].last?.clock ?? group.clock
        self.clock = clock
        changes.clock = clock
        consents.begin()
        try segments.begin(stored: profiles.segmentBooks)
        let store = LiveDiscovery.Store(profiles, log)
        var live = LiveChanges()
        if let discovery, let types = group.types {
            changes.typeBooks = try discovery.learn(types, store, into: &live)
        }
        for place in group.duplicates where place < readCount {
            guard let event = group.events[place].event, let owner = event.identifiers.owner else { continue }
            changes.mentions.append(Mention(of: owner, at: group.start.advanced(by: group.events[place].number)))
        }
        var page = IdentityBook.Page()
        var next = seats[...]
        for fresh in group.fresh {
            let read = group.events[fresh.place]
            let position = group.start.advanced(by: read.number)
            changes.newProfiles += fresh.plan.profileCount
            if !fresh.plan.page.isEmpty { page.put(all: fresh.plan.page) }
            if let discovery {
                try join(
                    fresh, of: read, at: position, &next, discovery, profiles, store, into: &changes, &live)
            }
            try note(fresh.plan, of: read, at: position, profiles)
            segments.note(fresh.plan, read.segmentEdit, at: position, of: read.organization)
            changes.mentions += read.named.map { Mention(of: $0, at: position) }
            if let link = fresh.plan.link { changes.links.append(link) }
            changes.erasure = fresh.plan.erasure
            guard let event = read.event else { continue }
            changes.messages.append(event.message)
            guard let strand = fresh.plan.strand else {
                changes.nobodys += 1
                continue
            }
            var entry = TimelineEntry(
                organization: read.organization, strand: strand,
                key: TimelineEntry.Key(timestamp: event.timestamp, position: position))
            if let discovery, let (arriving, gist) = event.arriving, let seat = next.popFirst() {
                entry.gist = gist
                try discovery.place(arriving, as: &entry, at: seat, store, into: &live)
            }
            changes.timeline.append(entry)
            for trait in event.traits {
                changes.traits.append(
                    trait.row(by: entry, receivedAt: read.receivedAt, isTrusted: event.identifiers.isTrusted))
            }
        }
        changes.identities = page.rows.values.sorted { $0.number < $1.number }
        changes.ties = page.ties.values.flatMap(\.values).filter { page.ties[$0.a]?[$0.b] != nil }.sorted {
            ($0.a, $0.b) < ($1.a, $1.b)
        }
        if let discovery {
            // Nothing is told any more of whoever is erased.
            changes.areMoreDue =
                try changes.erasure != nil || discovery.lookAround(at: clock, store, into: &live)
            changes.counts = try discovery.takeCounts(
                erased: Set(changes.erasure?.strands ?? []), store, into: &live)
            changes.people = discovery.takeChanged()
            changes.replaced += live.replaced
            changes.purposeChanges += live.purposes
        }
        changes.consents = consents.changed
        changes.segments = segments.news(of: changes.people.map(\.profile))
        met.removeAll(keepingCapacity: true)
        for message in changes.messages { met[message.hash] = message.day }
        book?.keep(page)
        if changes.erasure != nil { forget() }
        return changes
    }

    /// Forgets what it keeps of people and of the last group: changes that it told did not come into the store, or take somebody
    /// out of it.
    func forget() {
        discovery?.forget()
        met = [:]
        book = nil
        clock = nil
        consents = ConsentBook()
        maps = MapNews()
        segments = SegmentNotes()
    }
}

// MARK: The first step

extension EventFold {
    private func read(
        _ records: LogRecords, into group: inout Group, source: (UInt32) -> Source?, _ book: inout IdentityBook
    ) {
        group.events.reserveCapacity(records.count)
        var clock = group.clock
        func note(_ content: Read.Content, _ number: Int, of organization: UInt32, at receivedAt: Instant) {
            clock = max(clock, receivedAt)
            group.events.append(
                Read(
                    number: number, organization: organization, receivedAt: receivedAt, clock: clock, content: content))
        }
        for number in 0..<records.count {
            if let record = records.withRecord(number, EventRecord.init) {
                guard let source = source(record.source), let event = read(record, source, clock, &book) else {
                    continue
                }
                note(.event(event), number, of: source.organization, at: record.receivedAt)
            } else if let record = records.withRecord(number, CommandRecord.init) {
                let organization = record.organization
                let content: Read.Content =
                    switch record.command {
                    case .type(let edit): .types(TypeNews(organization: organization, what: .edit(edit)))
                    case .catalogue(let words): .types(TypeNews(organization: organization, what: .catalogue(words)))
                    case .map(let edit): .map(edit, by: record.actor)
                    default: .command(record.command)
                    }
                note(content, number, of: record.organization, at: record.receivedAt)
            } else if let record = records.withRecord(number, TypesRecord.init) {
                let news = TypeNews(organization: record.organization, what: .making(record.making))
                note(.types(news), number, of: record.organization, at: record.receivedAt)
            } else if let record = records.withRecord(number, RetypingRecord.init) {
                let news = TypeNews(organization: record.organization, what: .retyping(record.people))
                note(.types(news), number, of: record.organization, at: record.receivedAt)
            } else if let record = records.withRecord(number, TickRecord.init) {
                note(.tick, number, of: 0, at: record.receivedAt)
            }
        }
    }

    /// - Parameter clock: the logged time before it.
    private func read(
        _ record: EventRecord, _ source: Source, _ clock: Instant, _ book: inout IdentityBook
    ) -> ReadEvent? {
        guard (try? parser.parse(record, into: &event)) != nil else { return nil }
        let day = Int32(clamping: record.receivedAt.secondsSince1970 / 86_400)
        var identifiers = EventIdentifiers(
            event, organization: source.organization, isTrusted: source.kind == .server, blocked: blocked)
        identifiers.hasPrivacySignal = record.hasPrivacySignal
        if let user = identifiers.user { identifiers.seats.user = book.seat(user) }
        if let anonymous = identifiers.anonymous { identifiers.seats.anonymous = book.seat(anonymous) }
        return ReadEvent(
            message: MessageKey(of: record.messageId, organization: source.organization, day: day),
            timestamp: record.timestamp, identifiers: identifiers,
            traits: event.traits.isEmpty ? [] : event.traits.map { SaidTrait($0, of: event) },
            arriving: discovery.map {
                (
                    LivePlacer.Arriving(encounter: $0.read(event), messageId: record.messageId),
                    Gist(
                        event, arrival: max(clock, record.receivedAt), isTrusted: identifiers.isTrusted)
                )
            })
    }

    /// Finds whose the events are that were not met before. A group ends before a record that has somebody made again or erased,
    /// but for its first.
    private func identify(
        _ group: inout Group, isKnown: [Bool], in book: inout IdentityBook
    ) throws(StoreError) {
        group.fresh.reserveCapacity(group.events.count)
        // By message, the day when it was taken, of those of this group.
        var taken: [UInt64: Int32] = [:]
        taken.reserveCapacity(group.events.count)
        var known = isKnown[...]
        for (place, read) in group.events.enumerated() {
            let position = group.start.advanced(by: read.number)
            let plan: IdentityPlan
            switch read.content {
            case .event(let event):
                let message = event.message
                let wasKnown = known.removeFirst()
                let isRecent = (taken[message.hash] ?? met[message.hash]).map { message.day - $0 <= MessageKey.daysMax }
                if isRecent ?? wasKnown {
                    group.duplicates.append(place)
                    continue
                }
                plan = try IdentityPlan(event.identifiers, at: position, in: &book)
            case .command(let command): plan = try IdentityPlan(command, at: position, in: &book)
            case .types(let news):
                // What comes behind it is placed by the new types.
                group.recordCount = read.number + (place > 0 ? 0 : 1)
                if place == 0 { group.types = news }
                return
            case .tick, .map: continue
            }
            if plan.standsAlone, place > 0 {
                group.recordCount = read.number
                return
            }
            if let message = read.event?.message { taken[message.hash] = message.day }
            book.put(plan.page)
            group.fresh.append(Fresh(place: place, plan: plan))
            // Behind it everybody is read from the store again.
            if plan.standsAlone {
                group.recordCount = read.number + 1
                return
            }
        }
    }
}

// MARK: The second step

extension EventFold {
    /// Ends a group before the first event of which not everybody has a seat.
    ///
    /// - Parameter ends: by event, how many seats it and those before it want.
    private func shorten(_ group: inout Group, to seats: Int, _ ends: [Int]) {
        guard let first = ends.firstIndex(where: { $0 > seats }) else { return }
        group.recordCount = group.events[group.fresh[first].place].number
        group.fresh.removeSubrange(first...)
    }

    /// Adds what a record says of consent to the histories of strands.
    private func note(
        _ plan: IdentityPlan, of read: Read, at position: LogPosition, _ profiles: some Profiles
    ) throws(StoreError) {
        for strand in plan.signalled {
            let history = try consents.history(of: strand, stored: profiles.consents)
            let isTrusted = read.event?.identifiers.isTrusted ?? false
            consents.add(
                GlobalPrivacyControl.entries(
                    receivedAt: read.receivedAt, position: position.rawValue, isTrusted: isTrusted, in: history),
                to: strand)
        }
        // What makes no line is refused before it comes into the log.
        guard let strand = plan.consenting, case .command(.consent(_, let statement)) = read.content,
            let entry = try? statement.entry(at: position)
        else { return }
        _ = try consents.history(of: strand, stored: profiles.consents)
        consents.add([entry], to: strand)
    }

    /// Brings together who turned out to be one, and makes those again who turned out to be others than they were taken for.
    private func join(
        _ fresh: Fresh, of read: Read, at position: LogPosition, _ seats: inout ArraySlice<Int>,
        _ discovery: LiveDiscovery,
        _ profiles: some Profiles, _ store: LiveDiscovery.Store, into changes: inout FoldChanges,
        _ live: inout LiveChanges
    ) throws {
        for _ in fresh.plan.unions {
            let (person, into) = (seats.removeFirst(), seats.removeFirst())
            for seat in [person, into] { try discovery.advance(seat, to: read.clock, store, into: &live) }
            discovery.unite(person, into: into)
        }
        guard !fresh.plan.remade.isEmpty else { return }
        var people: [Remakers.Person] = []
        for person in fresh.plan.remade.sorted() {
            let members = try book?.members(of: person) ?? []
            let isMember = Set(members)
            let ties = try Set(members.flatMap { try book?.ties(of: $0).values.map { $0 } ?? [] }).filter {
                isMember.contains($0.a) && isMember.contains($0.b)
            }
            let gone = fresh.plan.erasure?.strands ?? []
            let entries = try profiles.entries(of: members.filter { $0.kind.hasStrand && !gone.contains($0) })
            var corrections = Corrected(try profiles.corrections(of: members))
            if case .command(.correct(_, let said)) = read.content {
                changes.corrections = said.rows(of: entries, said: position)
                corrections.add(changes.corrections)
            }
            people.append(
                Remakers.Person(members: members, ties: Array(ties), entries: entries, corrections: corrections))
        }
        for (person, made) in zip(people, try discovery.remade(people, before: position, log)) {
            discovery.replace(made, person.corrections, at: seats.removeFirst())
            changes.toldAgain += person.members.filter(\.kind.hasStrand)
            changes.purposeChanges += made.changes
            changes.replaced += zip(made.entries, person.entries).filter { $0 != $1 }.map(\.0)
        }
    }
}
