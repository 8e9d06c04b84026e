import GRDB
import Throughline
import ThroughlineEngine

extension SQLiteProfiles {
    public func segmentBooks() throws(StoreError) -> [(organization: UInt32, book: SegmentBook)] {
        let known = try segmentBooksKnown.withLock { books throws(StoreError) in
            if let books { return books }
            let found = try read { db in try SegmentTable(db).books() }
            let known = Dictionary(uniqueKeysWithValues: found.map { ($0.organization, $0.book) })
            books = known
            return known
        }
        return known.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    public func segmentSets() throws(StoreError) -> [SegmentSet] { try read { db in try SegmentTable(db).sets() } }

    public func segmentsWaiting(
        after: IdentifierNumber?, limit: Int
    ) throws(StoreError) -> [SegmentWaiting] {
        try read { db in try SegmentTable(db).waiting(after: after, limit: limit) }
    }

    public func segmentsDue(by now: Instant, limit: Int) throws(StoreError) -> [IdentifierNumber] {
        try read { db in try SegmentTable(db).due(by: now, limit: limit) }
    }

    public func segmentSubjects(
        _ people: [IdentifierNumber], _ inputs: [UInt32: SegmentInputs], eventsFrom: Instant
    ) throws(StoreError) -> [SegmentSubject?] {
        try read { db in
            let subjects = try SegmentSubjects(db)
            return try people.map { try subjects.subject($0, inputs, eventsFrom: eventsFrom) }
        }
    }

    public func profileCount(of organization: UInt32) throws(StoreError) -> Int {
        try read { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM identity WHERE organization = ? AND person = number",
                arguments: [Int64(organization)]) ?? 0
        }
    }

    public func commit(_ changes: SegmentChanges) throws(StoreError) {
        try StoreError.translating("who is in segments cannot be kept", remedy: SQLiteProfiles.remedy) {
            try pool.write { db in try SegmentTable(db).put(changes) }
        }
    }

    public func segmentMembers(
        of set: Int64, after: IdentifierNumber?, limit: Int
    ) throws(StoreError) -> [SegmentMember] {
        try read { db in try SegmentTable(db).members(of: set, after: after, limit: limit) }
    }

    public func segmentMemberships(of person: IdentifierNumber) throws(StoreError) -> [(set: Int64, since: Instant)] {
        try read { db in try SegmentTable(db).memberships(of: person) }
    }
}
