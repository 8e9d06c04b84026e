import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

/// Folds the records of a small log, group by group.
final class Folding {
    /// The source that is believed, and one that is a browser.
    static let server: UInt32 = 1
    static let browser: UInt32 = 2

    private let records: LogRecords
    private let fold: EventFold
    private(set) var groups = 0

    convenience init(_ records: [EventRecord], discovering limits: LiveDiscovery.Limits? = nil) {
        var log = LogRecords()
        for record in records { log.append { record.append(to: &$0) } }
        self.init(log, discovering: limits)
    }

    /// - Parameter limits: of the discovery; nil to put events on timelines alone.
    init(_ records: LogRecords, discovering limits: LiveDiscovery.Limits? = nil) {
        self.records = records
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
            }
        }
        return store
    }
}
