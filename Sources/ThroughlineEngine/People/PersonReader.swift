import Throughline

/// Reads what is known of people: who they are, what they are about, what they agreed to.
public struct PersonReader: Sendable {
    /// Events that are looked at for the purposes of a person, the latest ones.
    public static let eventsMax = 500
    /// Events among which a message is looked for, the latest ones.
    public static let searchedMax = 10_000
    /// Ties that are told of a person, those first that were met first.
    public static let evidenceMax = 500

    let profiles: any Profiles
    private let log: any EventLog
    let readMap: MapReading?

    /// - Parameter maps: reads the versions of journey maps; nil where purposes are not held against any.
    public init(profiles: any Profiles, log: any EventLog, maps: MapReading? = nil) {
        self.profiles = profiles
        self.log = log
        readMap = maps
    }

    /// Who somebody is.
    public struct Identity: Sendable {
        /// The identifier that she was asked for by.
        public var asked: IdentityRow
        /// All that she is known by, in the order it was met.
        public var members: [IdentityRow]
        /// What was said of these and of others, in the order of their numbers.
        public var evidence: [Evidence]
        /// Whether more was said than is told.
        public var isEvidenceCut: Bool

        /// The identifier that her profile is named after.
        public var naming: Identifier {
            (members.first { $0.number == asked.standing.person } ?? asked).identifier
        }
    }

    /// What was said of two identifiers.
    public struct Evidence: Sendable {
        public var tie: TieRow
        public var a: IdentityRow
        public var b: IdentityRow
        /// Whether they are the same person by now.
        public var isOne: Bool { a.standing.person == b.standing.person }
    }

    /// Who is known by a value; nil where nobody is.
    public func identity(of value: String, organization: UInt32) throws(StoreError) -> Identity? {
        guard let asked = try profiles.identity(named: value, organization: organization) else { return nil }
        let numbers = try profiles.members(of: asked.standing.person)
        let members = try profiles.identities(of: numbers).compactMap { $0 }
        var ties: Set<TieRow> = []
        for found in try profiles.ties(of: numbers, limit: PersonReader.evidenceMax + 1) { ties.formUnion(found) }
        let sorted = ties.sorted { ($0.a, $0.b) < ($1.a, $1.b) }.prefix(PersonReader.evidenceMax)
        var rows: [IdentifierNumber: IdentityRow] = [:]
        for row in members { rows[row.number] = row }
        let others = Set(sorted.flatMap { [$0.a, $0.b] }).filter { rows[$0] == nil }.sorted()
        for row in try profiles.identities(of: others) { if let row { rows[row.number] = row } }
        let evidence = sorted.compactMap { tie in
            rows[tie.a].flatMap { a in rows[tie.b].map { Evidence(tie: tie, a: a, b: $0) } }
        }
        return Identity(
            asked: asked, members: members, evidence: evidence, isEvidenceCut: ties.count > PersonReader.evidenceMax)
    }

    /// What was said of consent on each strand of a person.
    public func consents(of identity: Identity) throws(StoreError) -> [ConsentHistory] {
        let strands = identity.members.map(\.number).filter(\.kind.hasStrand)
        var histories: [ConsentHistory] = []
        for (strand, bytes) in zip(strands, try profiles.consents(of: strands)) {
            histories.append(try ConsentBook.history(bytes, of: strand))
        }
        return histories
    }

    /// What a person did lately and what was sent to her, by her latest ``eventsMax`` events.
    public struct Activity: Sendable {
        /// What she is about, in the order in which it began.
        public var purposes: [PersonPurpose]
        /// By which channels she was last in touch.
        public var contacts: [LastContact]
        public var sent: SentCounts
        /// Whether there are more events than were looked at, within the windows of what was sent too.
        public var isSentCut: Bool
    }

    public func activity(of identity: Identity, now: Instant) throws -> Activity {
        try activity(
            of: identity.members.map(\.number), organization: identity.asked.identifier.organization, now: now)
    }

    /// - Parameter recordsMax: records of the log that are read where a map asks for the properties of an event.
    func activity(
        of members: [IdentifierNumber], organization: UInt32, now: Instant,
        recordsMax: Int = PersonReader.mapRecordsMax
    ) throws -> Activity {
        let corrected = Corrected(try profiles.corrections(of: members))
        let types = try profiles.typeBook(of: organization)
        let strands = members.filter(\.kind.hasStrand)
        var contacts = ContactGathering()
        var event = Event()
        var gathering = PurposeGathering(types: types)
        var sent = SentCounts(now: now)
        let entries = try profiles.latest(of: [strands], limit: PersonReader.eventsMax)[0]
        for entry in entries.reversed() {
            guard let placed = entry.placed, let gist = entry.gist else { continue }
            try gist.read(at: entry.key.timestamp, into: &event)
            contacts.add(event)
            sent.add(event)
            gathering.add(event, placed, at: entry.key.position, corrected)
        }
        let isFull = entries.count == PersonReader.eventsMax
        var purposes = gathering.purposes(now: now)
        try hold(
            &purposes, against: organization, types: types, entries, isCut: isFull, recordsMax: recordsMax)
        return Activity(
            purposes: purposes, contacts: contacts.contacts, sent: sent,
            isSentCut: isFull && entries.last.map { sent.reaches($0.key.timestamp) } ?? false)
    }

    /// What was said of a person's events, in the order of these.
    public func corrections(of identity: Identity) throws(StoreError) -> [CorrectionRow] {
        try profiles.corrections(of: identity.members.map(\.number).filter(\.kind.hasStrand))
    }

    /// Where the event of a message lies, among a person's latest ``searchedMax``; nil where it is not.
    public func event(_ messageId: String, of identity: Identity) throws -> LogPosition? {
        let id = Array(messageId.utf8)
        for entry in try entries(of: identity).reversed().prefix(PersonReader.searchedMax)
        where try source(of: entry.key.position).record?.messageId == id { return entry.key.position }
        return nil
    }

    /// Whether an event of a person was placed in a purpose.
    public func has(_ purpose: PurposeID, _ identity: Identity) throws(StoreError) -> Bool {
        try entries(of: identity).contains { $0.placed?.purpose == purpose }
    }

    private func entries(of identity: Identity) throws(StoreError) -> [TimelineEntry] {
        try profiles.entries(of: identity.members.map(\.number).filter(\.kind.hasStrand))
    }

    /// Where a record lies that said something, and which message that was; nil where it was erased.
    public func source(of position: LogPosition) throws(LogError) -> (record: EventRecord?, command: CommandRecord?) {
        let records = try log.records(from: position, bytesMax: 1)
        guard !records.isEmpty else { return (nil, nil) }
        return (records.withRecord(0, EventRecord.init), records.withRecord(0, CommandRecord.init))
    }
}

extension PersonReader {
    /// What would come of a command, were it folded now.
    public struct Preview: Sendable {
        /// Who the people would be that it is about, each with all that she would be known by.
        public var people: [[IdentityRow]]
        /// Whether anything would be otherwise than it is.
        public var changes: Bool
    }

    /// Works a command out and changes nothing.
    public func preview(_ command: CommandRecord.Command) throws(StoreError) -> Preview {
        var book = IdentityBook(over: profiles)
        var before: Set<IdentifierNumber> = []
        for identifier in command.named {
            if let row = try book.row(of: identifier) {
                before.formUnion(try profiles.members(of: row.standing.person))
            }
        }
        // Behind all records that there can be.
        let end = LogPosition(1 << 55)
        let plan = try IdentityPlan(command, at: end, in: &book)
        book.put(plan.page)
        var people: Set<IdentifierNumber> = []
        for number in before { people.insert(try book.row(number).standing.person) }
        var told: [[IdentityRow]] = []
        for person in people.sorted() {
            var rows: [IdentityRow] = []
            for number in try book.members(of: person) { rows.append(try book.row(number)) }
            told.append(rows)
        }
        let changes = !plan.unions.isEmpty || !plan.remade.isEmpty || plan.changesStandings
        return Preview(people: told, changes: changes)
    }
}
