import Throughline
import ThroughlineEngine

/// Segments in memory, plainly.
struct MemorySegments {
    var books: [UInt32: SegmentBook] = [:]
    var listed: [IdentifierNumber: Set<UInt64>] = [:]
    var sets: [Int64: SegmentSet] = [:]
    var members: [Int64: [IdentifierNumber: Instant]] = [:]
    var waiting: [IdentifierNumber: Int64] = [:]
    var dues: [IdentifierNumber: Instant] = [:]

    mutating func note(_ news: SegmentNews) {
        for (organization, book) in news.books { books[organization] = book }
        for (list, strand, isListed) in news.listed {
            if isListed { listed[strand, default: []].insert(list) } else { listed[strand]?.remove(list) }
        }
        for list in news.goneLists { for strand in listed.keys { listed[strand]?.remove(list) } }
        for person in news.touched { waiting[person, default: 0] += 1 }
    }

    mutating func erase(_ numbers: [IdentifierNumber]) {
        for number in numbers {
            listed[number] = nil
            dues[number] = nil
            for set in members.keys { members[set]?[number] = nil }
        }
    }

    mutating func put(_ changes: SegmentChanges, isThere: (IdentifierNumber) -> Bool) {
        for set in changes.sets { sets[set.number] = set }
        for member in changes.entering where isThere(member.person) && members[member.set]?[member.person] == nil {
            let since = member.before.flatMap { members[$0]?[member.person] } ?? member.since
            members[member.set, default: [:]][member.person] = since
        }
        for (set, person) in changes.leaving { members[set]?[person] = nil }
        for settled in changes.settled where waiting[settled.person] == settled.noted { waiting[settled.person] = nil }
        for due in changes.dues {
            if let at = due.at, isThere(due.person) {
                dues[due.person] = due.keepsEarlier ? min(dues[due.person] ?? at, at) : at
            } else if due.at == nil, !due.keepsEarlier {
                dues[due.person] = nil
            }
        }
        if let emptying = changes.emptying {
            let gone = (members[emptying.set] ?? [:]).keys.sorted().prefix(emptying.limit)
            for person in gone { members[emptying.set]?[person] = nil }
            if gone.count < emptying.limit { (sets[emptying.set], members[emptying.set]) = (nil, nil) }
        }
    }
}

extension MemoryProfiles {
    public func segmentBooks() -> [(organization: UInt32, book: SegmentBook)] {
        withSegments { $0.books.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    public func segmentSets() -> [SegmentSet] {
        withSegments { segments in
            segments.sets.values.sorted { $0.number < $1.number }.map { set in
                var set = set
                set.memberCount = segments.members[set.number]?.count ?? 0
                return set
            }
        }
    }

    public func segmentsWaiting(after: IdentifierNumber?, limit: Int) -> [SegmentWaiting] {
        withSegments { segments in
            segments.waiting.filter { entry in after.map { $0 < entry.key } ?? true }.sorted { $0.key < $1.key }.prefix(
                limit
            ).map {
                SegmentWaiting(person: $0.key, noted: $0.value)
            }
        }
    }

    public func segmentsDue(by now: Instant, limit: Int) -> [IdentifierNumber] {
        withSegments { segments in
            segments.dues.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(limit)
                .map(\.key)
        }
    }

    public func segmentSubjects(
        _ people: [IdentifierNumber], _ inputs: [UInt32: SegmentInputs], eventsFrom: Instant
    ) -> [SegmentSubject?] {
        zip(people, identities(of: people)).map { person, row in
            guard let row, row.isProfile else { return nil }
            let inputs = inputs[row.identifier.organization] ?? []
            let members = members(of: person)
            let strands = members.filter(\.kind.hasStrand)
            var subject = SegmentSubject(
                organization: row.identifier.organization, naming: row.identifier, members: members)
            withSegments { segments in
                subject.sets = Set(segments.members.filter { $0.value[person] != nil }.keys)
                guard inputs.contains(.lists) else { return }
                for strand in strands { subject.lists.formUnion(segments.listed[strand] ?? []) }
            }
            if inputs.contains(.purposes), let stored = self.people([ProfileNumber(person)])[0] {
                subject.watch = stored.state.withUnsafeBytes(StoredPerson.watchBytes)
            }
            if !inputs.isDisjoint(with: [.traits, .claimed]) {
                subject.traits = traits(of: strands).filter { $0.key.subject == .person }
            }
            let latest = latest(of: [strands], limit: SegmentSubject.entriesMax)[0]
            if inputs.windowDays != nil {
                let inside = latest.prefix { $0.key.timestamp >= eventsFrom }
                subject.entries = Array(inside.isEmpty ? latest.prefix(1) : inside)
            } else if inputs.contains(.silence) {
                subject.entries = Array(latest.prefix(1))
            }
            return subject
        }
    }

    public func profileCount(of organization: UInt32) -> Int {
        people(of: organization, after: nil, limit: .max).count
    }

    public func commit(_ changes: SegmentChanges) { commitSegments(changes) }

    public func segmentMembers(of set: Int64, after: IdentifierNumber?, limit: Int) -> [SegmentMember] {
        withSegments { segments in
            let members = (segments.members[set] ?? [:]).filter { entry in after.map { $0 < entry.key } ?? true }
            return members.sorted { $0.key < $1.key }.prefix(limit).map {
                SegmentMember(person: $0.key, since: $0.value)
            }
        }
    }

    public func segmentMemberships(of person: IdentifierNumber) -> [(set: Int64, since: Instant)] {
        withSegments { segments in
            segments.members.compactMap { set, members in members[person].map { (set, $0) } }.sorted { $0.set < $1.set }
        }
    }
}
