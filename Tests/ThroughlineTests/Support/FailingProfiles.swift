import Synchronization
import Throughline
import ThroughlineEngine

/// A store of which some commits fail.
final class FailingProfiles<Store: Profiles>: Profiles {
    let store: Store
    private let failing: Set<Int>
    private let commits = Mutex(0)

    /// - Parameter failing: which commits fail, counted from 0.
    init(_ store: Store, failingAt failing: Set<Int>) {
        self.store = store
        self.failing = failing
    }

    func commit(_ changes: FoldChanges) throws(StoreError) {
        try failIfWanted()
        try store.commit(changes)
    }

    func failIfWanted() throws(StoreError) {
        let number = commits.withLock { count in
            count += 1
            return count - 1
        }
        guard !failing.contains(number) else { throw StoreError(.failed, "the disk is full") }
    }

    func position() throws(StoreError) -> LogPosition { try store.position() }

    func areKnown(_ messages: [MessageKey]) throws(StoreError) -> [Bool] { try store.areKnown(messages) }

    func identities(of identifiers: [Identifier]) throws(StoreError) -> [IdentityRow?] {
        try store.identities(of: identifiers)
    }

    func identities(of numbers: [IdentifierNumber]) throws(StoreError) -> [IdentityRow?] {
        try store.identities(of: numbers)
    }

    func ties(between pairs: [(IdentifierNumber, IdentifierNumber)]) throws(StoreError) -> [TieRow?] {
        try store.ties(between: pairs)
    }

    func ties(of numbers: [IdentifierNumber], limit: Int) throws(StoreError) -> [[TieRow]] {
        try store.ties(of: numbers, limit: limit)
    }

    func members(of person: IdentifierNumber) throws(StoreError) -> [IdentifierNumber] {
        try store.members(of: person)
    }

    func identity(named value: String, organization: UInt32) throws(StoreError) -> IdentityRow? {
        try store.identity(named: value, organization: organization)
    }

    func consents(of strands: [IdentifierNumber]) throws(StoreError) -> [[UInt8]?] {
        try store.consents(of: strands)
    }

    func typeBooks() throws(StoreError) -> [(organization: UInt32, book: TypeBook)] { try store.typeBooks() }

    func mapShelf(of organization: UInt32) throws(StoreError) -> MapShelf { try store.mapShelf(of: organization) }

    func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32]
    ) throws(StoreError) -> [(key: CountKey, tally: Tally)] {
        try store.tallies(of: organization, kind, types: types)
    }

    func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32], a: [UInt64]
    ) throws(StoreError) -> [(key: CountKey, tally: Tally)] {
        try store.tallies(of: organization, kind, types: types, a: a)
    }

    func sequenceCount(of organization: UInt32, type: UInt32) throws(StoreError) -> Int {
        try store.sequenceCount(of: organization, type: type)
    }

    func tallies(of organization: UInt32, _ keys: [CountKey]) throws(StoreError) -> [Tally] {
        try store.tallies(of: organization, keys)
    }

    func stepNames() throws(StoreError) -> [(organization: UInt32, names: [StepName])] { try store.stepNames() }

    func organizations() throws(StoreError) -> [UInt32] { try store.organizations() }

    func people(
        of organization: UInt32, after: IdentifierNumber?, limit: Int
    ) throws(StoreError) -> [IdentifierNumber] { try store.people(of: organization, after: after, limit: limit) }

    func entries(of strands: [IdentifierNumber]) throws(StoreError) -> [TimelineEntry] {
        try store.entries(of: strands)
    }

    func clock() throws(StoreError) -> Instant { try store.clock() }

    func people(_ profiles: [ProfileNumber]) throws(StoreError) -> [StoredPerson?] { try store.people(profiles) }

    func due(by clock: Instant, limit: Int) throws(StoreError) -> [ProfileNumber] {
        try store.due(by: clock, limit: limit)
    }

    func nextDue() throws(StoreError) -> Instant? { try store.nextDue() }

    func latest(of people: [[IdentifierNumber]], limit: Int) throws(StoreError) -> [[TimelineEntry]] {
        try store.latest(of: people, limit: limit)
    }

    func adopt(model: UInt64) throws(StoreError) -> Bool { try store.adopt(model: model) }

    func timeline(
        of id: String, organization: UInt32, after: TimelineCursor?, limit: Int, withChanges: Bool
    ) throws(StoreError) -> TimelinePage? {
        try store.timeline(of: id, organization: organization, after: after, limit: limit, withChanges: withChanges)
    }

    func traits(of strands: [IdentifierNumber]) throws(StoreError) -> [TraitRow] { try store.traits(of: strands) }

    func links(of strands: [IdentifierNumber]) throws(StoreError) -> [LinkRow] { try store.links(of: strands) }

    func identities(
        beginning prefix: String, organization: UInt32, limit: Int
    ) throws(StoreError) -> [IdentityRow] {
        try store.identities(beginning: prefix, organization: organization, limit: limit)
    }

    func strands(
        named words: [String], organization: UInt32, limit: Int
    ) throws(StoreError) -> NamedStrands {
        try store.strands(named: words, organization: organization, limit: limit)
    }

    func correctedStrands() throws(StoreError) -> [IdentifierNumber] { try store.correctedStrands() }

    func corrections(of strands: [IdentifierNumber]) throws(StoreError) -> [CorrectionRow] {
        try store.corrections(of: strands)
    }

    func waiting(limit: Int) throws(StoreError) -> [LogPosition] { try store.waiting(limit: limit) }

    func isWaiting(for request: LogPosition) throws(StoreError) -> Bool { try store.isWaiting(for: request) }

    func settle(_ records: [LogPosition]) throws(StoreError) { try store.settle(records) }

    func counts() throws(StoreError) -> StoreCounts { try store.counts() }
}
