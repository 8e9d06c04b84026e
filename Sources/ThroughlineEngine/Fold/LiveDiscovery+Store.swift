import Throughline

extension LiveDiscovery {
    /// What the store has of people's events, and the log.
    struct Store {
        var latest: ([[IdentifierNumber]]) throws -> [[TimelineEntry]]
        var entries: ([IdentifierNumber]) throws -> [TimelineEntry]
        /// Who each of some strands is.
        var persons: ([IdentifierNumber]) throws -> [IdentifierNumber]
        var messageId: (LogPosition) throws -> [UInt8]?
        var corrections: ([IdentifierNumber]) throws -> [CorrectionRow]
        /// People who must be looked at by some moment, those first who must first; no more than so many.
        var due: (Instant, Int) throws -> [ProfileNumber]
        var people: ([ProfileNumber]) throws(StoreError) -> [StoredPerson?]
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
