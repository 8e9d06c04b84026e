import Synchronization
import Throughline
import ThroughlineEngine

/// The state in memory, plainly: what other stores are held against.
public final class MemoryProfiles: Profiles {
    private let state = Mutex(State())

    fileprivate struct State {
        var position = LogPosition.start
        var messages: [UInt64: Int32] = [:]
        var identities: [IdentifierNumber: IdentityRow] = [:]
        var numbers: [Identifier: IdentifierNumber] = [:]
        var ties: [IdentifierNumber: [IdentifierNumber: TieRow]] = [:]
        var timeline: [TimelineEntry] = []
        var clock = Instant(millisecondsSince1970: 0)
        var people: [ProfileNumber: StoredPerson] = [:]
        var purposeChanges: [PurposeChange] = []
        var consents: [IdentifierNumber: [UInt8]] = [:]
        var corrections: [LogPosition: [CorrectionRow.Word.Aspect: CorrectionRow]] = [:]
        var traits: [TraitRow.Key: TraitRow] = [:]
        var links: [LinkRow] = []
        var model: UInt64 = 0
        var mentions: [UInt64: Set<LogPosition>] = [:]
        /// By record that waits to be erased, where that was asked for.
        var erasing: [LogPosition: LogPosition] = [:]
        var counts = StoreCounts()
        var typeBooks: [UInt32: TypeBook] = [:]
        var maps: [UInt32: MapShelf] = [:]
        var tallies: [UInt32: Counts] = [:]
        var stepNames: [UInt32: [UInt64: String?]] = [:]
        var segments = MemorySegments()
    }

    public init() {}

    public func position() -> LogPosition { state.withLock { $0.position } }

    public func areKnown(_ messages: [MessageKey]) -> [Bool] {
        state.withLock { state in
            messages.map { message in
                state.messages[message.hash].map { message.day - $0 <= MessageKey.daysMax } ?? false
            }
        }
    }

    public func identities(of identifiers: [Identifier]) -> [IdentityRow?] {
        state.withLock { state in identifiers.map { state.numbers[$0].flatMap { state.identities[$0] } } }
    }

    public func identities(of numbers: [IdentifierNumber]) -> [IdentityRow?] {
        state.withLock { state in numbers.map { state.identities[$0] } }
    }

    public func ties(between pairs: [(IdentifierNumber, IdentifierNumber)]) -> [TieRow?] {
        state.withLock { state in pairs.map { state.ties[$0]?[$1] } }
    }

    public func ties(of numbers: [IdentifierNumber], limit: Int) -> [[TieRow]] {
        state.withLock { state in
            numbers.map { number in
                Array((state.ties[number] ?? [:]).sorted { $0.key < $1.key }.map(\.value).prefix(limit))
            }
        }
    }

    public func members(of person: IdentifierNumber) -> [IdentifierNumber] {
        state.withLock { state in
            state.identities.values.filter { $0.standing.person == person }.map(\.number).sorted()
        }
    }

    public func typeBooks() -> [(organization: UInt32, book: TypeBook)] {
        state.withLock { state in state.typeBooks.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    public func mapShelf(of organization: UInt32) -> MapShelf {
        state.withLock { $0.maps[organization] ?? MapShelf() }
    }

    public func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32]
    ) -> [(key: CountKey, tally: Tally)] {
        counts(of: organization).filter { key, _ in key.kind == kind && types.contains(key.type) }
            .sorted { $0.key < $1.key }
    }

    public func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32], a: [UInt64]
    ) -> [(key: CountKey, tally: Tally)] {
        tallies(of: organization, kind, types: types).filter { a.contains($0.key.a) }
    }

    public func sequenceCount(of organization: UInt32, type: UInt32) -> Int {
        tallies(of: organization, .variant, types: [type]).count
    }

    public func tallies(of organization: UInt32, _ keys: [CountKey]) -> [Tally] {
        state.withLock { state in keys.map { state.tallies[organization]?[$0] ?? .zero } }
    }

    /// All that is counted of an organization.
    public func counts(of organization: UInt32) -> Counts { state.withLock { $0.tallies[organization] ?? Counts() } }

    public func stepNames() -> [(organization: UInt32, names: [StepName])] {
        state.withLock { state in
            state.stepNames.sorted { $0.key < $1.key }.map { organization, names in
                (organization, names.map { StepName(hash: $0.key, text: $0.value) }.sorted { $0.hash < $1.hash })
            }
        }
    }

    public func organizations() -> [UInt32] {
        state.withLock { state in Set(state.numbers.keys.map(\.organization)).sorted() }
    }

    public func people(of organization: UInt32, after: IdentifierNumber?, limit: Int) -> [IdentifierNumber] {
        state.withLock { state in
            let all = state.identities.values.filter {
                $0.identifier.organization == organization && $0.standing.person == $0.number
            }.map(\.number).sorted()
            return Array(all.filter { number in after.map { $0 < number } ?? true }.prefix(limit))
        }
    }

    public func clock() -> Instant { state.withLock { $0.clock } }

    public func people(_ profiles: [ProfileNumber]) -> [StoredPerson?] {
        state.withLock { state in profiles.map { state.people[$0] } }
    }

    public func due(by clock: Instant, limit: Int) -> [ProfileNumber] {
        let due = state.withLock { state in
            state.people.compactMap { profile, person in person.due.map { (due: $0, profile: profile.rawValue) } }
        }
        let waiting = due.filter { $0.due <= clock }.sorted { ($0.due, $0.profile) < ($1.due, $1.profile) }
        return waiting.prefix(limit).map { ProfileNumber($0.profile) }
    }

    public func nextDue() -> Instant? { state.withLock { $0.people.values.compactMap(\.due).min() } }

    public func latest(of people: [[IdentifierNumber]], limit: Int) -> [[TimelineEntry]] {
        people.map { Array(entries(of: $0).sorted { $1.key < $0.key }.prefix(limit)) }
    }

    public func consents(of strands: [IdentifierNumber]) -> [[UInt8]?] {
        state.withLock { state in strands.map { state.consents[$0] } }
    }

    public func adopt(model: UInt64) -> Bool {
        state.withLock { state in
            guard state.model != model else { return false }
            let isEmpty = state.position == .start
            let erasing = state.erasing
            state = State()
            state.model = model
            state.erasing = erasing
            return !isEmpty
        }
    }

    public func commit(_ changes: FoldChanges) {
        state.withLock { state in
            state.position = changes.end
            if let erasure = changes.erasure { state.erase(erasure) }
            for message in changes.messages { state.messages[message.hash] = message.day }
            for row in changes.identities {
                state.identities[row.number] = row
                state.numbers[row.identifier] = row.number
            }
            for tie in changes.ties {
                state.ties[tie.a, default: [:]][tie.b] = tie.isEmpty ? nil : tie
                state.ties[tie.b, default: [:]][tie.a] = tie.isEmpty ? nil : tie
            }
            for (organization, book) in changes.typeBooks { state.typeBooks[organization] = book }
            for (organization, map) in changes.maps { state.maps[organization, default: MapShelf()].put(map) }
            state.segments.note(changes.segments)
            state.count(changes.counts)
            if changes.erasure != nil { state.forgetNames() }
            for mention in changes.mentions { state.mentions[mention.name, default: []].insert(mention.position) }
            state.timeline += changes.timeline
            for entry in changes.replaced {
                let place = state.timeline.firstIndex { $0.key == entry.key && $0.strand == entry.strand }
                if let place { state.timeline[place] = entry }
            }
            for row in changes.traits {
                let known = state.traits[row.key]
                let count = state.traits.keys.count {
                    $0.strand == row.key.strand && $0.isTrusted == row.key.isTrusted
                }
                if known.map({ $0.said < row.said }) ?? (count < TraitRow.perStrandMax) { state.traits[row.key] = row }
            }
            for link in changes.links { state.put(link) }
            for row in changes.corrections { state.corrections[row.event, default: [:]][row.word.aspect] = row }
            for (strand, history) in changes.consents { state.consents[strand] = history }
            state.clock = changes.clock
            state.purposeChanges.removeAll { changes.toldAgain.contains($0.strand) }
            state.purposeChanges += changes.purposeChanges
            for (profile, person) in changes.people { state.people[profile] = person }
            state.counts.profiles += changes.newProfiles
            state.counts.events += changes.timeline.count
            state.counts.duplicates += changes.duplicates
            state.counts.unreadable += changes.unreadable
            state.counts.nobodys += changes.nobodys
        }
    }

    func withSegments<Result>(_ body: (MemorySegments) -> Result) -> Result { state.withLock { body($0.segments) } }

    func commitSegments(_ changes: SegmentChanges) {
        state.withLock { state in
            let identities = state.identities
            state.segments.put(changes) { identities[$0] != nil }
        }
    }

    public func entries(of strands: [IdentifierNumber]) -> [TimelineEntry] {
        state.withLock { state in state.timeline.filter { strands.contains($0.strand) } }
    }

    public func timeline(
        of id: String, organization: UInt32, after: TimelineCursor?, limit: Int, withChanges: Bool
    ) throws(StoreError) -> TimelinePage? {
        let after = try after.map(MemoryProfiles.key)
        guard let person = identity(named: id, organization: organization)?.standing.person else { return nil }
        let strands = Set(members(of: person))
        return state.withLock { state in
            let events = state.timeline.filter { strands.contains($0.strand) }.map { TimelineItem.event($0) }
            let changes = state.purposeChanges.filter { withChanges && strands.contains($0.strand) }.map {
                TimelineItem.change($0)
            }
            let rest = (events + changes).filter { item in after.map { item.key < $0 } ?? true }
            let items = Array(rest.sorted { $1.key < $0.key }.prefix(limit))
            let next = items.count < rest.count ? items.last.map { MemoryProfiles.cursor(after: $0.key) } : nil
            return TimelinePage(items: items, next: next)
        }
    }

    public func identity(named value: String, organization: UInt32) -> IdentityRow? {
        let names = Identifier.Kind.allCases.map { Identifier(organization: organization, kind: $0, value: value) }
        let found = identities(of: names).compactMap { $0 }
        return found.min { ($0.identifier.kind.rank, $0.number) < ($1.identifier.kind.rank, $1.number) }
    }

    private static func cursor(after key: TimelineEntry.Key) -> TimelineCursor {
        TimelineCursor([key.timestamp.millisecondsSince1970, Int64(key.position.rawValue), Int64(key.ordinal)])
    }

    private static func key(_ cursor: TimelineCursor) throws(StoreError) -> TimelineEntry.Key {
        guard let numbers = cursor.numbers, numbers.count == 3, numbers[1] >= 0,
            let ordinal = UInt32(exactly: numbers[2])
        else { throw .badCursor }
        return TimelineEntry.Key(
            timestamp: Instant(millisecondsSince1970: numbers[0]), position: LogPosition(UInt64(numbers[1])),
            ordinal: ordinal)
    }

    public func traits(of strands: [IdentifierNumber]) -> [TraitRow] {
        let wanted = Set(strands)
        return state.withLock { state in
            state.traits.values.filter { wanted.contains($0.key.strand) }.sorted { $0.key < $1.key }
        }
    }

    public func links(of strands: [IdentifierNumber]) -> [LinkRow] {
        let wanted = Set(strands)
        return state.withLock { state in
            state.links.filter { wanted.contains($0.strand) }.sorted {
                ($0.strand, $0.other, $0.kind.rawValue) < ($1.strand, $1.other, $1.kind.rawValue)
            }
        }
    }

    public func identities(beginning prefix: String, organization: UInt32, limit: Int) -> [IdentityRow] {
        let found = state.withLock { state in
            state.identities.values.filter {
                $0.identifier.organization == organization && $0.identifier.value.utf8.starts(with: prefix.utf8)
            }
        }
        let sorted = found.sorted { a, b in
            a.identifier.value == b.identifier.value
                ? a.identifier.kind.rawValue < b.identifier.kind.rawValue
                : a.identifier.value.utf8.lexicographicallyPrecedes(b.identifier.value.utf8)
        }
        return Array(sorted.prefix(limit))
    }

    public func strands(named words: [String], organization: UInt32, limit: Int) -> NamedStrands {
        let rows = state.withLock { state in state.traits.values.filter { $0.organization == organization } }
        let found = words.map { word in
            rows.flatMap { row in row.words.filter { $0.utf8.starts(with: word.utf8) }.map { _ in row.key.strand } }
        }
        guard let rarest = found.min(by: { $0.count < $1.count }) else {
            return NamedStrands(strands: [], isCut: false)
        }
        let strands = found.reduce(Set(rarest)) { $0.intersection($1) }
        return NamedStrands(strands: strands.sorted(), isCut: rarest.count > limit)
    }

    public func corrections(of strands: [IdentifierNumber]) -> [CorrectionRow] {
        let wanted = Set(strands)
        return state.withLock { state in
            state.corrections.values.flatMap(\.values).filter { wanted.contains($0.strand) }.sorted {
                ($0.event, $0.word.aspect.rawValue) < ($1.event, $1.word.aspect.rawValue)
            }
        }
    }

    public func correctedStrands() -> [IdentifierNumber] {
        state.withLock { state in Set(state.corrections.values.flatMap(\.values).map(\.strand)).sorted() }
    }

    public func waiting(limit: Int) -> [LogPosition] {
        state.withLock { Array($0.erasing.keys.sorted().prefix(limit)) }
    }

    public func isWaiting(for request: LogPosition) -> Bool {
        state.withLock { $0.erasing.values.contains(request) }
    }

    public func settle(_ records: [LogPosition]) {
        state.withLock { state in for record in records { state.erasing[record] = nil } }
    }

    public func counts() -> StoreCounts { state.withLock { $0.counts } }

    /// All strands that have events, in order.
    public var allStrands: [IdentifierNumber] { state.withLock { Set($0.timeline.map(\.strand)).sorted() } }

    /// What became of purposes, in the order in which it was told.
    public var allPurposeChanges: [PurposeChange] { state.withLock { $0.purposeChanges } }
}

extension MemoryProfiles.State {
    fileprivate mutating func put(_ link: LinkRow) {
        let known = links.indices.filter {
            links[$0].kind == link.kind && Set([links[$0].strand, links[$0].other]) == [link.strand, link.other]
        }
        for place in known { links[place] = links[place].strand == link.strand ? link : link.reversed }
        let isFull = [link.strand, link.other].contains { strand in
            links.count { $0.strand == strand } >= LinkRow.keptMax
        }
        if known.isEmpty, !isFull { links += [link, link.reversed] }
    }

    fileprivate mutating func erase(_ erasure: Erasure) {
        let gone = Set(erasure.strands)
        var positions = Set(timeline.filter { gone.contains($0.strand) }.map(\.key.position))
        counts.events -= positions.count
        timeline.removeAll { gone.contains($0.strand) }
        purposeChanges.removeAll { gone.contains($0.strand) }
        for position in positions { corrections[position] = nil }
        for name in erasure.names { positions.formUnion(mentions.removeValue(forKey: name) ?? []) }
        for position in positions { erasing[position] = erasing[position] ?? erasure.request }
        let unlinked = gone.union(erasure.identifiers)
        links.removeAll { unlinked.contains($0.strand) || unlinked.contains($0.other) }
        traits = traits.filter { !gone.contains($0.key.strand) }
        segments.erase(erasure.strands + erasure.identifiers)
        for number in erasure.strands + erasure.identifiers {
            consents[number] = nil
            people[ProfileNumber(number)] = nil
        }
        for number in erasure.identifiers {
            if let row = identities.removeValue(forKey: number) { numbers[row.identifier] = nil }
            ties[number] = nil
        }
    }
}

extension MemoryProfiles.State {
    fileprivate mutating func count(_ changes: CountChanges) {
        for (organization, counts) in changes.counts { tallies[organization, default: Counts()] += counts }
        for (organization, name) in changes.names {
            stepNames[organization, default: [:]][name.hash] = .some(name.text)
        }
    }

    /// Forgets what steps are called that nobody took any more.
    fileprivate mutating func forgetNames() {
        for (organization, names) in stepNames {
            let taken = Set((tallies[organization] ?? Counts()).filter { $0.key.kind == .step }.map(\.key.a))
            for hash in names.keys where !taken.contains(hash) {
                stepNames[organization]![hash] = .some(nil)
            }
        }
    }
}
