import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

/// Folds the records of a small log, group by group.
final class Folding {
    /// The source that is believed, and one that is a browser.
    static let server: UInt32 = 1
    static let browser: UInt32 = 2

    private let records: [EventRecord]
    private let fold: EventFold
    private(set) var groups = 0

    /// - Parameter limits: of the discovery; nil to put events on timelines alone.
    init(_ records: [EventRecord], discovering limits: LiveDiscovery.Limits? = nil) {
        self.records = records
        fold = EventFold(
            discovery: limits.map { LiveDiscovery(model: Given.model, table: Given.table, limits: $0) }
        ) { position in
            Folding.log(records[Int(position.rawValue)...].prefix(1))
        }
    }

    private static func log(_ records: some Sequence<EventRecord>) -> LogRecords {
        var log = LogRecords()
        for record in records { log.append { record.append(to: &$0) } }
        return log
    }

    static func source(_ number: UInt32) -> Source? {
        guard number == server || number == browser else { return nil }
        return Source(number: number, organization: 1, name: "s", kind: number == server ? .server : .browser)
    }

    /// The state after folding all records, in groups that end at some of them; at some of these the commit fails first.
    func folded(endingAt ends: Set<Int> = [], failingAt failing: Set<Int> = []) throws -> MemoryProfiles {
        let store = MemoryProfiles()
        var start = 0
        for end in ends.union([records.count - 1]).sorted() {
            while start <= end {
                let (group, position) = (Folding.log(records[start...end]), LogPosition(UInt64(start)))
                if failing.contains(end) {
                    _ = try fold.changes(of: group, at: position, over: store, source: Folding.source)
                    fold.forget()
                }
                let changes = try fold.changes(of: group, at: position, over: store, source: Folding.source)
                store.commit(changes)
                start = Int(changes.end.rawValue)
                groups += 1
            }
        }
        return store
    }
}
