import Throughline
import ThroughlineEngine

extension FailingProfiles {
    func segmentBooks() throws(StoreError) -> [(organization: UInt32, book: SegmentBook)] { try store.segmentBooks() }

    func segmentSets() throws(StoreError) -> [SegmentSet] { try store.segmentSets() }

    func segmentsWaiting(
        after: IdentifierNumber?, limit: Int
    ) throws(StoreError) -> [SegmentWaiting] {
        try store.segmentsWaiting(after: after, limit: limit)
    }

    func segmentsDue(by now: Instant, limit: Int) throws(StoreError) -> [IdentifierNumber] {
        try store.segmentsDue(by: now, limit: limit)
    }

    func segmentSubjects(
        _ people: [IdentifierNumber], _ inputs: [UInt32: SegmentInputs], eventsFrom: Instant
    ) throws(StoreError) -> [SegmentSubject?] {
        try store.segmentSubjects(people, inputs, eventsFrom: eventsFrom)
    }

    func profileCount(of organization: UInt32) throws(StoreError) -> Int {
        try store.profileCount(of: organization)
    }

    func commit(_ changes: SegmentChanges) throws(StoreError) {
        try failIfWanted()
        try store.commit(changes)
    }

    func segmentMembers(of set: Int64, after: IdentifierNumber?, limit: Int) throws(StoreError) -> [SegmentMember] {
        try store.segmentMembers(of: set, after: after, limit: limit)
    }

    func segmentMemberships(of person: IdentifierNumber) throws(StoreError) -> [(set: Int64, since: Instant)] {
        try store.segmentMemberships(of: person)
    }
}
