import GRDB
import Throughline
import ThroughlineEngine

/// What segments ask of people, read from the database: what no condition names is left alone.
struct SegmentSubjects {
    /// Events that are read first; where the window has more, four times as many, and so on.
    private static let entriesFirst = 32

    private let db: Database
    private let identities: IdentityTables
    private let sets: RowStatement
    private let lists: RowStatement
    private let state: RowStatement
    private let traits: RowStatement

    init(_ db: Database) throws {
        self.db = db
        identities = try IdentityTables(db)
        sets = try RowStatement("SELECT segment_set FROM segment_member WHERE person = ?", db)
        lists = try RowStatement("SELECT list FROM segment_listed WHERE strand = ?", db)
        state = try RowStatement("SELECT state FROM person WHERE profile = ?", db)
        traits = try RowStatement(
            """
            SELECT name, trusted, organization, value, timestamp, position FROM trait
            WHERE strand = ? AND subject = 1 ORDER BY name, trusted
            """, db)
    }

    func subject(
        _ person: IdentifierNumber, _ inputs: [UInt32: SegmentInputs], eventsFrom: Instant
    ) throws -> SegmentSubject? {
        guard let row = try identities.rows(of: [person])[0], row.isProfile else { return nil }
        let inputs = inputs[row.identifier.organization] ?? []
        let members = inputs.isEmpty ? [person] : try identities.members(of: person)
        var subject = SegmentSubject(
            organization: row.identifier.organization, naming: row.identifier, members: members)
        try sets.forEach {
            $0.bind(person, at: 1)
        } read: {
            subject.sets.insert($0.number(0))
        }
        let strands = members.filter(\.kind.hasStrand)
        if inputs.contains(.lists) {
            for strand in strands {
                try lists.forEach {
                    $0.bind(strand, at: 1)
                } read: {
                    subject.lists.insert(UInt64($0.number(0)))
                }
            }
        }
        if inputs.contains(.purposes) {
            subject.watch = try state.first {
                $0.bind(person, at: 1)
            } read: {
                StoredPerson.watchBytes(of: $0.bytes(0))
            }
        }
        if !inputs.isDisjoint(with: [.traits, .claimed]) {
            for strand in strands { try appendTraits(of: strand, to: &subject.traits) }
        }
        if inputs.windowDays != nil {
            subject.entries = try entries(of: strands, from: eventsFrom)
        } else if inputs.contains(.silence) {
            subject.entries = try TimelineChains(db).latest(of: strands, limit: 1)
        }
        return subject
    }

    private func appendTraits(of strand: IdentifierNumber, to rows: inout [TraitRow]) throws {
        try traits.forEach {
            $0.bind(strand, at: 1)
        } read: { row in
            let key = TraitRow.Key(strand: strand, subject: .person, name: row.text(0), isTrusted: row.number(1) == 1)
            rows.append(
                TraitRow(
                    key, organization: UInt32(row.number(2)), value: row.isNull(3) ? nil : row.text(3),
                    said: TimelineEntry.Key(
                        timestamp: Instant(millisecondsSince1970: row.number(4)),
                        position: LogPosition(UInt64(row.number(5)))),
                    words: []))
        }
    }

    private func entries(of strands: [IdentifierNumber], from: Instant) throws -> [TimelineEntry] {
        var limit = SegmentSubjects.entriesFirst
        while true {
            let entries = try TimelineChains(db).latest(of: strands, limit: limit)
            let isAll = entries.count < limit || (entries.last?.key.timestamp).map { $0 < from } ?? true
            guard isAll || limit >= SegmentSubject.entriesMax else {
                limit = min(limit * 4, SegmentSubject.entriesMax)
                continue
            }
            let inside = entries.prefix { $0.key.timestamp >= from }
            return inside.isEmpty ? Array(entries.prefix(1)) : Array(inside)
        }
    }
}
