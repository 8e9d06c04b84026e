import Throughline

/// Records of the log, one after the other: those of one person often lie close together.
final class ReadAhead {
    private let log: (LogPosition) throws(LogError) -> LogRecords
    private var start = LogPosition.start
    private var records = LogRecords()

    init(_ log: @escaping (LogPosition) throws(LogError) -> LogRecords) { self.log = log }

    /// What is made of the record at a position; nil where there is none, or another kind.
    func record<Record>(
        at position: LogPosition, _ make: (UnsafeBufferPointer<UInt8>) -> Record?
    ) throws -> Record? {
        if position < start || position.rawValue - start.rawValue >= UInt64(records.count) {
            records = try log(position)
            start = position
        }
        return records.isEmpty ? nil : records.withRecord(Int(position.rawValue - start.rawValue), make)
    }
}

/// What following people reads of the store and the log.
extension LiveDiscovery.Store {
    init(_ profiles: some Profiles, _ log: @escaping (LogPosition) throws(LogError) -> LogRecords) {
        self.init(
            latest: { try profiles.latest(of: $0, limit: LatestEvents.max) },
            entries: { try profiles.entries(of: $0) },
            persons: { strands in
                zip(strands, try profiles.identities(of: strands)).map { $1?.standing.person ?? $0 }
            },
            messageId: { position in
                let records = try log(position)
                return records.isEmpty ? nil : records.withRecord(0, EventRecord.init)?.messageId
            },
            corrections: { try profiles.corrections(of: $0) },
            due: { try profiles.due(by: $0, limit: $1) },
            people: { (some: [ProfileNumber]) throws(StoreError) in try profiles.people(some) })
    }
}
