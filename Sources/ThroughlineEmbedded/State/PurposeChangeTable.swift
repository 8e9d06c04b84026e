import GRDB
import Throughline
import ThroughlineEngine

/// What became of purposes, in the database.
struct PurposeChangeTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    /// - Parameter again: strands of which nothing counts that was told of before.
    func put(_ changes: [PurposeChange], again: [IdentifierNumber]) throws {
        if !again.isEmpty {
            let removal = try RowStatement("DELETE FROM purpose_change WHERE strand = ?", db)
            for strand in again { try removal.run { $0.bind(strand, at: 1) } }
        }
        let insertion = try RowStatement(
            "INSERT OR REPLACE INTO purpose_change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", db)
        for change in changes {
            try insertion.run {
                $0.bind(
                    Int64(change.strand.rawValue), change.key.timestamp.millisecondsSince1970,
                    Int64(change.key.position.rawValue), Int64(change.key.ordinal), Int64(change.organization),
                    Int64(change.kind.number))
                $0.bind(change.purpose.bytes, at: 7)
                switch change.kind {
                case .opened: break
                case .moved(let other), .merged(let other): $0.bind(other.bytes, at: 8)
                case .closed(let outcome): $0.bind(Int64(outcome.code), at: 9)
                case .stalled(let silence), .dormant(let silence):
                    $0.bind(Int64(silence.type), at: 10)
                    $0.bind(Int64(bitPattern: silence.missing), at: 11)
                    $0.bind(silence.seconds, at: 12)
                    $0.bind(silence.usualSeconds, at: 13)
                }
            }
        }
    }

    /// What became of purposes on a strand, the latest first.
    ///
    /// - Parameter limit: negative for all.
    func changes(
        of strand: IdentifierNumber, before key: TimelineEntry.Key?, limit: Int
    ) throws -> [PurposeChange] {
        var changes: [PurposeChange] = []
        try RowStatement(
            """
            SELECT timestamp, position, ordinal, organization, kind, purpose, other, outcome, type, missing, silence,
                usual FROM purpose_change
            WHERE strand = ? AND (timestamp, position, ordinal) < (?, ?, ?)
            ORDER BY timestamp DESC, position DESC, ordinal DESC LIMIT ?
            """, db
        ).forEach {
            $0.bind(
                Int64(strand.rawValue), key?.timestamp.millisecondsSince1970 ?? .max,
                key.map { Int64($0.position.rawValue) } ?? .max, key.map { Int64($0.ordinal) } ?? .max, Int64(limit))
        } read: { row in
            guard let purpose = PurposeID(bytes: row.bytes(5)),
                let kind = PurposeChange.Kind(
                    number: row.number(4), other: PurposeID(bytes: row.bytes(6)),
                    outcome: Outcome(code: UInt8(truncatingIfNeeded: row.number(7))),
                    silence: PurposeChange.Silence(
                        type: UInt16(truncatingIfNeeded: row.number(8)), missing: UInt64(bitPattern: row.number(9)),
                        seconds: row.number(10), usualSeconds: row.number(11)))
            else {
                throw StoreError(
                    .damaged, "what became of purposes cannot be read: make the state again with throughline rebuild")
            }
            changes.append(
                PurposeChange(
                    organization: UInt32(truncatingIfNeeded: row.number(3)), strand: strand,
                    key: TimelineEntry.Key(
                        timestamp: Instant(millisecondsSince1970: row.number(0)),
                        position: LogPosition(UInt64(bitPattern: row.number(1))),
                        ordinal: UInt32(truncatingIfNeeded: row.number(2))), purpose: purpose, kind: kind))
        }
        return changes
    }
}

extension PurposeChange.Kind {
    /// The number that it has in the database.
    fileprivate var number: Int64 {
        switch self {
        case .opened: 1
        case .moved: 2
        case .merged: 3
        case .closed: 4
        case .stalled: 5
        case .dormant: 6
        }
    }

    fileprivate init?(number: Int64, other: PurposeID?, outcome: Outcome?, silence: PurposeChange.Silence) {
        switch (number, other, outcome) {
        case (1, _, _): self = .opened
        case (2, let other?, _): self = .moved(from: other)
        case (3, let other?, _): self = .merged(into: other)
        case (4, _, let outcome?): self = .closed(outcome)
        case (5, _, _): self = .stalled(silence)
        case (6, _, _): self = .dormant(silence)
        default: return nil
        }
    }
}
