import Throughline

/// Follows people as their events are folded, and keeps those who were met lately.
///
/// What it keeps is what the store has, or will have with the changes that were told last: whoever is not kept is read from
/// there. Not shared between threads.
public final class LiveDiscovery {
    struct Limits {
        /// People that are kept for groups to come, and the bytes of what is stored of them.
        var keptMax = 4_096
        var keptBytesMax = 1 << 25
        /// Bytes of what one group may bring from the store; whoever comes behind waits for the next.
        var broughtBytesMax = 1 << 25
        /// People who are read from the store at once.
        var readAtOnce = 512
        /// People who are looked at behind one group though nothing of theirs came.
        var lookedAtMax = 256
    }

    /// Raised by hand where the same model places otherwise than before: other texts, other rules.
    private static let version: UInt64 = 6

    /// The same for the same model, the same form of what is stored, and the same way of placing.
    public let modelHash: UInt64

    private let limits: Limits
    private let placer: LivePlacer
    private let makePlacer: () -> LivePlacer
    private var remakers: Remakers?

    /// Who has a seat: the states lie side by side, and whoever comes takes over the room of one who went.
    private struct Seat {
        /// Nil for a free one.
        var profile: ProfileNumber?
        /// The group that met the person last.
        var group = 0
        /// Of what was stored last.
        var bytes = 0
        /// When the store has it that the person must be looked at.
        var due: Instant?
        var isChanged = false
        /// Events that came or moved in this group or the one before it: the store may not have them yet. The latest of each last.
        var news: [(group: Int, entry: TimelineEntry)] = []
        /// Her latest events as the store had them before a group.
        var stored: (group: Int, latest: [TimelineEntry])?
        /// What people said of her events, where that was read.
        var corrected: Corrected?
    }

    /// By organization; nil until they are asked for.
    private var typeBooks: [UInt32: TypeBook]?
    private var counting = LiveCounts()

    private var seats: [Seat] = []
    private var people: [LivePerson] = []
    /// By seat, when somebody must be looked at, side by side: all are gone through behind every group. Of those who changed it is
    /// as it was before the group.
    private var dues: [Int64] = []
    private var free: [Int] = []
    private var seatOf: [ProfileNumber: Int] = [:]
    private var changed: [Int] = []
    private var group = 0
    /// The logged time that was come to.
    private var clock = Instant(millisecondsSince1970: .min)
    private var keptBytes = 0
    /// Where the next person to go is looked for.
    private var hand = 0

    public convenience init(model: DiscoveryModel, table: EmbeddingTable) {
        self.init(model: model, table: table, limits: Limits())
    }

    init(model: DiscoveryModel, table: EmbeddingTable, limits: Limits) {
        self.limits = limits
        makePlacer = {
            LivePlacer(model: model, reader: EncounterReader(table: table, order: model.order, stages: model.stages))
        }
        placer = makePlacer()
        let own = UInt64(OpenPurposes.form) << 32 | LiveDiscovery.version
        modelHash = StableHash.mixed(model.encoded().withUnsafeBufferPointer(StableHash.of) ^ own)
    }

    /// What an event says, read once.
    func read(_ event: Event) -> Encounter { placer.reader.read(event) }

    /// Seats the people of a group, each once or more often, and brings whoever is not kept.
    ///
    /// - Parameters:
    ///   - least: how many of them are seated whatever they bring.
    ///   - stored: what the store has of some; nil for one who is new.
    /// - Returns: the seats of the first of them: as many as there is room for.
    func seats(
        of profiles: [ProfileNumber], atLeast least: Int,
        stored: ([ProfileNumber]) throws(StoreError) -> [StoredPerson?]
    ) throws(StoreError) -> [Int] {
        var found: [Int] = []
        found.reserveCapacity(profiles.count)
        var brought = 0
        while found.count < profiles.count, brought <= limits.broughtBytesMax || found.count < least {
            let part = profiles[found.count...].prefix(limits.readAtOnce)
            var missing: [ProfileNumber] = []
            for profile in part {
                let known = seatOf[profile]
                let seat = known ?? takeSeat(profile)
                if known == nil { missing.append(profile) }
                seats[seat].group = group
                found.append(seat)
            }
            for (profile, person) in zip(missing, try stored(missing)) {
                brought += person?.state.count ?? 0
                try bring(person, of: profile)
            }
        }
        return found
    }

    private func takeSeat(_ profile: ProfileNumber) -> Int {
        if free.isEmpty {
            free.append(seats.count)
            seats.append(Seat())
            people.append(LivePerson())
            dues.append(.max)
        }
        let seat = free.removeLast()
        seats[seat].profile = profile
        seatOf[profile] = seat
        return seat
    }

    private func bring(_ person: StoredPerson?, of profile: ProfileNumber) throws(StoreError) {
        let seat = seatOf[profile]!
        defer { noteDue(of: seat) }
        guard let person else {
            people[seat].removeAll()
            return
        }
        keptBytes += person.state.count
        seats[seat].bytes = person.state.count
        seats[seat].due = person.due
        do throws(StateError) {
            try person.state.withUnsafeBufferPointer { bytes throws(StateError) in
                try people[seat].decode(UnsafeRawBufferPointer(bytes))
            }
        } catch {
            throw StoreError(
                .damaged,
                "open purposes of profile \(profile.rawValue): \(error); make the state again with throughline rebuild")
        }
    }

    // MARK: Types

    /// Knows what types of purpose there are, from now on.
    func knowTypes(stored: () throws(StoreError) -> [(organization: UInt32, book: TypeBook)]) throws(StoreError) {
        guard typeBooks == nil else { return }
        typeBooks = Dictionary(try stored().map { ($0.organization, $0.book) }) { first, _ in first }
    }

    /// Takes over types that were made, or what was decided of one; or gives some people's purposes the types that there are.
    ///
    /// - Returns: the types that are others from now on.
    func learn(
        _ news: TypeNews, _ store: Store, into changes: inout LiveChanges
    ) throws -> [(organization: UInt32, book: TypeBook)] {
        var book = typeBooks?[news.organization] ?? TypeBook()
        switch news.what {
        case .making(let making): book.adopt(making)
        case .edit(let edit): book.apply(edit)
        case .catalogue(let catalogue): book.adopt(catalogue)
        case .retyping(let some):
            for seat in try seats(of: some.map { ProfileNumber($0) }, atLeast: some.count, stored: store.people)
            where people[seat].watch.organization == news.organization {
                try retype(seat, by: book, store, into: &changes)
            }
            return []
        }
        typeBooks?[news.organization] = book
        return [(news.organization, book)]
    }

    /// Gives a person's purposes of no type, and of types to which nothing more comes, the types that they are most like.
    private func retype(
        _ seat: Int, by book: TypeBook, _ store: Store, into changes: inout LiveChanges
    ) throws {
        let strands = people[seat].watch.strands
        var entries: [TimelineEntry.Key: TimelineEntry] = [:]
        for entry in try store.entries(strands) + seats[seat].news.map(\.entry) { entries[entry.key] = entry }
        let hers = entries.values.sorted { $0.key < $1.key }
        let types = try placer.types(of: hers, by: book)
        var retyped: [TimelineEntry] = []
        for var entry in hers {
            guard let placed = entry.placed, let type = types[placed.purpose], type != placed.type else { continue }
            entry.placed?.type = type
            retyped.append(entry)
        }
        guard !retyped.isEmpty else { return }
        change(seat)
        mark(seat, strands)
        people[seat].watch.retype(types)
        changes.replaced += retyped
        note(retyped, at: seat)
    }

    // MARK: What happens

    /// Begins the next group: what the group before the last one brought is in the store.
    func begin() { group += 1 }

    /// Reads at once what repair asks of those whose visit is over by what comes next.
    func prepare(
        for coming: [(seat: Int, event: Encounter, arrival: Instant)], _ store: Store
    ) throws {
        var looked: Set<Int> = []
        let ending = coming.filter { seat, event, arrival in
            let person = people[seat]
            guard person.watch.waiting > 0, person.watch.isInDoubt, looked.insert(seat).inserted else { return false }
            return person.purposes.isVisitOver(before: event) || person.watch.visitEnd.map { $0 <= arrival } ?? false
        }
        try read(ending.map(\.seat), store)
    }

    private func read(_ ending: [Int], _ store: Store) throws {
        guard !ending.isEmpty else { return }
        for (seat, latest) in zip(ending, try store.latest(ending.map { people[$0].watch.strands })) {
            seats[seat].stored = (group, latest)
        }
    }

    /// Places the next event of a person who has a seat.
    ///
    /// - Parameter entry: says where it is placed, from now on.
    func place(
        _ arriving: LivePlacer.Arriving, as entry: inout TimelineEntry, at seat: Int, _ store: Store,
        into changes: inout LiveChanges
    ) throws {
        change(seat)
        let (replaced, moved) = (changes.replaced.count, changes.movedCount)
        let strands = people[seat].watch.strands
        try placer.add(
            arriving, as: &entry, to: &people[seat], sources(of: seat, store), into: &changes)
        let isAppended = changes.movedCount == moved && counting.append(entry, to: &people[seat].tally, at: seat)
        if !isAppended { mark(seat, strands) }
        note(changes.replaced[replaced...] + [entry], at: seat)
    }

    /// Does what is due for a person by some moment.
    func advance(_ seat: Int, to clock: Instant, _ store: Store, into changes: inout LiveChanges) throws {
        guard let due = people[seat].watch.due, due <= clock else { return }
        change(seat)
        let (replaced, moved) = (changes.replaced.count, changes.movedCount)
        try placer.advance(&people[seat], to: clock, sources(of: seat, store), into: &changes)
        if changes.movedCount > moved { mark(seat, people[seat].watch.strands) }
        note(changes.replaced[replaced...], at: seat)
    }

    /// Gives all that is kept of a person to somebody who she turned out to be; she has none of her own from now on.
    func unite(_ seat: Int, into other: Int) {
        change(seat)
        change(other)
        for one in [seat, other] { mark(one, people[one].watch.strands) }
        counting.unite(seat, into: other)
        people[other].absorb(people[seat])
        people[seat].removeAll()
        seats[other].news = (seats[other].news + seats[seat].news).sorted { $0.group < $1.group }
        seats[other].corrected = nil
        seats[other].stored = nil
        seats[seat].news = []
        seats[seat].corrected = nil
    }

    /// Makes people again from their events; see ``Remaking``.
    func remade(
        _ people: [Remakers.Person], before end: LogPosition,
        _ log: @escaping @Sendable (LogPosition) throws(LogError) -> LogRecords
    ) throws -> [Remaking.Made] {
        let remakers = remakers ?? Remakers(first: placer, makePlacer: makePlacer, log: log)
        self.remakers = remakers
        return try remakers.made(people, before: end, types: typeBooks ?? [:])
    }

    /// Takes a person as she was made again.
    func replace(_ made: Remaking.Made, _ corrected: Corrected, at seat: Int) {
        change(seat)
        mark(seat, people[seat].watch.strands)
        counting.replace(made.entries, at: seat)
        people[seat] = made.person
        seats[seat].news = made.latest.entries.map { (group, $0) }
        seats[seat].corrected = corrected
        seats[seat].stored = nil
    }

    /// Notes, before it becomes otherwise, what is counted of a person: she is counted anew behind the group.
    private func mark(_ seat: Int, _ strands: [IdentifierNumber]) {
        counting.mark(seat, strands, news: seats[seat].news.map(\.entry))
    }

    /// Counts those anew who are to be, and gives what this group changes of the counts.
    ///
    /// - Parameter erased: strands of whoever is erased.
    func takeCounts(
        erased: Set<IdentifierNumber>, _ store: Store, into changes: inout LiveChanges
    ) throws -> CountChanges {
        for seat in counting.marked {
            let (tally, retyped) = try counting.recount(
                seat, people[seat].watch.strands, news: seats[seat].news.map(\.entry), store.entries)
            people[seat].tally = tally
            changes.replaced += retyped
            note(retyped, at: seat)
        }
        try counting.subtract(erased, store.entries, person: store.persons)
        return counting.take()
    }

    /// Knows the names of steps that are counted, from now on.
    func knowNames(
        stored: () throws(StoreError) -> [(organization: UInt32, names: [StepName])]
    ) throws(StoreError) { try counting.knowNames(stored) }

    private func note(_ entries: some Sequence<TimelineEntry>, at seat: Int) {
        seats[seat].news.removeAll { $0.group < group - 1 }
        seats[seat].news += entries.map { (group, $0) }
    }

    private func sources(of seat: Int, _ store: Store) -> LivePlacer.Sources {
        let strands = people[seat].watch.strands
        let news = seats[seat].news
        return LivePlacer.Sources(
            types: { [self] in typeBooks?[$0] },
            latest: { [self] in
                let stored = seats[seat].stored.flatMap { $0.group == group ? $0.latest : nil }
                var latest = LatestEvents(try stored ?? store.latest([strands])[0])
                for new in news { latest.put(new.entry) }
                return latest
            }, messageId: store.messageId,
            corrected: { [self] in
                if let known = seats[seat].corrected { return known }
                let read = Corrected(try store.corrections(strands))
                seats[seat].corrected = read
                return read
            })
    }

    // MARK: Silence

    /// Looks at people of whom nothing came, though something became true by now.
    ///
    /// - Returns: whether more of them wait.
    func lookAround(at clock: Instant, _ store: Store, into changes: inout LiveChanges) throws -> Bool {
        self.clock = max(self.clock, clock)
        for seat in changed { noteDue(of: seat) }
        var waiting = dues.indices.filter { dues[$0] <= clock.millisecondsSince1970 }
        // Those who have a seat may be otherwise in the store.
        let stored = try store.due(clock, limits.lookedAtMax + seatOf.count).filter { seatOf[$0] == nil }
        let waitingCount = waiting.count + stored.count
        let more = stored.prefix(max(0, limits.lookedAtMax - waiting.count))
        waiting += try seats(of: Array(more), atLeast: 1, stored: store.people)
        let looked = waiting.prefix(limits.lookedAtMax)
        try read(looked.filter { people[$0].watch.visitEnd.map { $0 <= clock } ?? false }, store)
        for seat in looked {
            seats[seat].group = group
            try advance(seat, to: clock, store, into: &changes)
            change(seat)
        }
        return looked.count < waitingCount
    }

    private func noteDue(of seat: Int) { dues[seat] = people[seat].watch.due?.millisecondsSince1970 ?? .max }

    private func change(_ seat: Int) {
        guard !seats[seat].isChanged else { return }
        seats[seat].isChanged = true
        changed.append(seat)
    }

    /// Ends a group: what is kept of those to whom something happened, in the order of their numbers; nil for one of whom
    /// nothing is.
    func takeChanged() -> [(profile: ProfileNumber, person: StoredPerson?)] {
        var told: [(profile: ProfileNumber, person: StoredPerson?)] = []
        told.reserveCapacity(changed.count)
        for seat in changed {
            var person: StoredPerson?
            if !people[seat].isEmpty {
                person = StoredPerson(state: people[seat].encoded(), due: due(of: seat))
            }
            let bytes = person?.state.count ?? 0
            keptBytes += bytes - seats[seat].bytes
            seats[seat].bytes = bytes
            seats[seat].due = person?.due
            noteDue(of: seat)
            seats[seat].isChanged = false
            seats[seat].stored = nil
            told.append((seats[seat].profile!, person))
        }
        changed.removeAll(keepingCapacity: true)
        makeRoom()
        told.sort { $0.profile.rawValue < $1.profile.rawValue }
        return told
    }

    /// When a person is looked at: not too late. As long as a visit goes on, that is when it would have ended first, so that not every
    /// event is one more write to the order of those who wait.
    private func due(of seat: Int) -> Instant? {
        guard let due = people[seat].watch.due else { return nil }
        guard let known = seats[seat].due, known > clock, known <= due else { return due }
        return known
    }

    /// Lets people go where there are too many; never those of the last group, which the store may not have yet.
    private func makeRoom() {
        var looked = 0
        while looked < seats.count, seatOf.count > limits.keptMax || keptBytes > limits.keptBytesMax {
            hand = hand + 1 < seats.count ? hand + 1 : 0
            looked += 1
            guard let profile = seats[hand].profile, seats[hand].group < group else { continue }
            seatOf[profile] = nil
            keptBytes -= seats[hand].bytes
            // The room of a few of the usual size is kept.
            let isKept = free.count < limits.keptMax && seats[hand].bytes <= LiveDiscovery.usualBytes
            if !isKept { people[hand] = LivePerson() }
            seats[hand] = Seat()
            dues[hand] = .max
            free.append(hand)
        }
    }

    private static let usualBytes = 1 << 13

    /// Forgets everybody: what was placed last did not come into the store.
    func forget() {
        typeBooks = nil
        counting = LiveCounts()
        seats = []
        people = []
        dues = []
        free = []
        seatOf = [:]
        changed = []
        keptBytes = 0
        hand = 0
    }
}
