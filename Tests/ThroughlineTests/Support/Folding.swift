import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

/// Folds the records of a small log, group by group.
final class Folding {
    /// The source that is believed, and one that is a browser.
    static let server: UInt32 = 1
    static let browser: UInt32 = 2

    private let records: LogRecords
    private let discovers: Bool
    private let fold: EventFold
    private(set) var groups = 0

    /// - Parameter tick: when time goes on behind the last of them.
    convenience init(
        _ records: [EventRecord], tick: Instant? = nil, discovering limits: LiveDiscovery.Limits? = nil
    ) {
        var log = LogRecords()
        for record in records { log.append { record.append(to: &$0) } }
        if let tick { log.append { TickRecord(receivedAt: tick).append(to: &$0) } }
        self.init(log, discovering: limits)
    }

    /// - Parameter limits: of the discovery; nil to put events on timelines alone.
    init(_ records: LogRecords, discovering limits: LiveDiscovery.Limits? = nil) {
        self.records = records
        discovers = limits != nil
        fold = EventFold(
            discovery: limits.map { LiveDiscovery(model: Given.model, table: Given.table, limits: $0) }
        ) { position in
            Folding.part(of: records, Int(position.rawValue), count: 1)
        }
    }

    private static func part(of records: LogRecords, _ first: Int, count: Int) -> LogRecords {
        var part = LogRecords()
        part.append(first..<first + count, of: records)
        return part
    }

    static func source(_ number: UInt32) -> Source? {
        guard number == server || number == browser else { return nil }
        return Source(number: number, organization: 1, name: "s", kind: number == server ? .server : .browser)
    }

    /// The state after folding all records, in groups that end at some of them; at some of these the commit fails first.
    func folded(endingAt ends: Set<Int> = [], failingAt failing: Set<Int> = []) throws -> MemoryProfiles {
        let store = MemoryProfiles()
        var start = 0
        var areMoreDue = false
        for end in ends.union([records.count - 1]).sorted() {
            while start <= end {
                let (group, position) = (
                    Folding.part(of: records, start, count: end + 1 - start), LogPosition(UInt64(start))
                )
                if failing.contains(end) {
                    _ = try fold.changes(of: group, at: position, over: store, source: Folding.source)
                    fold.forget()
                }
                let changes = try fold.changes(of: group, at: position, over: store, source: Folding.source)
                store.commit(changes)
                start = Int(changes.end.rawValue)
                groups += 1
                areMoreDue = changes.areMoreDue
            }
        }
        while areMoreDue {
            let changes = try fold.changes(
                of: LogRecords(), at: store.position(), over: store, source: Folding.source)
            store.commit(changes)
            areMoreDue = changes.areMoreDue
        }
        if discovers { store.expectCounted() }
        return store
    }
}

extension MemoryProfiles {
    /// What is counted is what everybody's events give, counted from the first to the last; and so is what is kept of each.
    func expectCounted(_ location: SourceLocation = #_sourceLocation) {
        let names = Set(stepNames().first { $0.organization == 1 }?.names.map(\.hash) ?? [])
        var all = Counts()
        for person in people(of: 1, after: nil, limit: .max) {
            let entries = entries(of: members(of: person).filter(\.kind.hasStrand)).sorted { $0.key < $1.key }
            let steps: [CountedStep] = entries.compactMap { entry in
                guard let placed = entry.placed, let gist = entry.gist else { return nil }
                var channel = gist.withChannel { String(decoding: $0, as: UTF8.self) }
                let name = placed.isRoutine ? 0 : gist.nameHash
                return CountedStep(
                    purpose: placed.isRoutine ? nil : placed.purpose, type: UInt32(placed.type),
                    name: names.contains(name) ? name : 0, channel: channel.withUTF8(KnownChannel.number),
                    milliseconds: entry.key.timestamp.millisecondsSince1970, order: entry.key.position.rawValue,
                    outcome: placed.given == .end ? .fulfilled : placed.stage?.outcome)
            }
            let (tally, counts) = PersonTally.counts(of: steps)
            all += counts
            var kept = LivePerson()
            let stored = people([ProfileNumber(person)])[0]
            if let stored { try? stored.state.withUnsafeBytes { try kept.decode($0) } }
            #expect(kept.tally == tally, "\(person)", sourceLocation: location)
        }
        all.addSums()
        #expect(counts(of: 1) == all, sourceLocation: location)
    }

    /// What became of the purposes of whoever is known by a value, the latest first.
    func changes(of value: String) throws -> [PurposeChange] {
        try timeline(of: value, organization: 1, after: nil, limit: 99_999, withChanges: true)?.changes ?? []
    }
}

extension TimelinePage {
    /// Its events.
    var events: [TimelineEntry] { items.compactMap { if case .event(let entry) = $0 { entry } else { nil } } }
    /// What became of purposes.
    var changes: [PurposeChange] { items.compactMap { if case .change(let change) = $0 { change } else { nil } } }
}
