import GRDB
import Throughline
import ThroughlineEngine

/// What is counted of everybody's steps, in the database.
struct TallyTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    // MARK: Writing

    func put(_ changes: CountChanges) throws {
        let addition = try RowStatement(
            """
            UPDATE tally SET count = count + ?7, total = total + ?8
            WHERE organization = ?1 AND kind = ?2 AND type = ?3 AND a = ?4 AND b = ?5 AND c = ?6
            """, db)
        let insertion = try RowStatement("INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?, ?)", db)
        let removal = try RowStatement(
            """
            DELETE FROM tally WHERE organization = ? AND kind = ? AND type = ? AND a = ? AND b = ? AND c = ?
                AND count = 0 AND total = 0
            """, db)
        for (organization, counts) in changes.counts {
            var sequences: [UInt32: Int] = [:]
            // In the order of the table: what lies together is written together.
            for (key, tally) in counts.sorted(by: { TallyTable.precedes($0.key, $1.key) }) {
                func bind(_ row: RowStatement.Row) {
                    row.bind(key, of: organization)
                    row.bind(tally.count, at: 7)
                    row.bind(tally.total, at: 8)
                }
                var more = 0
                try addition.run(bind)
                if db.changesCount == 0 {
                    try insertion.run(bind)
                    more = 1
                } else if tally.count <= 0 {
                    try removal.run { $0.bind(key, of: organization) }
                    more = -db.changesCount
                }
                if key.kind == .variant, more != 0 { sequences[key.type, default: 0] += more }
            }
            try put(sequences, of: organization)
        }
        let name = try RowStatement("INSERT OR REPLACE INTO step_name VALUES (?, ?, ?)", db)
        for (organization, step) in changes.names {
            try name.run {
                $0.bind(Int64(organization), at: 1)
                $0.bind(Int64(bitPattern: step.hash), at: 2)
                if let text = step.text { $0.bind(text, at: 3) }
            }
        }
    }

    /// Adds to how many different sequences there are, by type.
    private func put(_ sequences: [UInt32: Int], of organization: UInt32) throws {
        let addition = try RowStatement(
            """
            INSERT INTO sequence_count VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count
            """, db)
        for (type, more) in sequences where more != 0 { try addition.run { $0.bind(organization, type, more) } }
    }

    /// Forgets what steps are called that nobody took any more; that they are counted stays.
    func forgetNames() throws {
        try db.execute(
            sql: """
                UPDATE step_name SET text = NULL WHERE text IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM tally WHERE tally.organization = step_name.organization AND tally.kind = ?
                        AND tally.a = step_name.name)
                """, arguments: [CountKind.step.rawValue])
    }

    private static func precedes(_ one: CountKey, _ other: CountKey) -> Bool {
        if one.kind != other.kind { return one.kind.rawValue < other.kind.rawValue }
        return (one.type, Int64(bitPattern: one.a), Int64(bitPattern: one.b), Int64(bitPattern: one.c))
            < (other.type, Int64(bitPattern: other.a), Int64(bitPattern: other.b), Int64(bitPattern: other.c))
    }

    // MARK: Reading

    func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32]
    ) throws -> [(key: CountKey, tally: Tally)] {
        var found: [(key: CountKey, tally: Tally)] = []
        let rows = try RowStatement(
            "SELECT a, b, c, count, total FROM tally WHERE organization = ? AND kind = ? AND type = ?", db)
        for type in types {
            try rows.forEach {
                $0.bind(organization, kind.rawValue, type)
            } read: {
                found.append($0.tally(kind, type))
            }
        }
        return found
    }

    func tallies(
        of organization: UInt32, _ kind: CountKind, types: [UInt32], a: [UInt64]
    ) throws -> [(key: CountKey, tally: Tally)] {
        var found: [(key: CountKey, tally: Tally)] = []
        let rows = try RowStatement(
            "SELECT a, b, c, count, total FROM tally WHERE organization = ? AND kind = ? AND type = ? AND a = ?", db)
        for type in types {
            for a in a {
                try rows.forEach {
                    $0.bind(Int64(organization), Int64(kind.rawValue), Int64(type), Int64(bitPattern: a))
                } read: {
                    found.append($0.tally(kind, type))
                }
            }
        }
        return found
    }

    func sequenceCount(of organization: UInt32, type: UInt32) throws -> Int {
        try RowStatement("SELECT count FROM sequence_count WHERE organization = ? AND type = ?", db).first {
            $0.bind(organization, type)
        } read: {
            Int($0.number(0))
        } ?? 0
    }

    func tallies(of organization: UInt32, _ keys: [CountKey]) throws -> [Tally] {
        let row = try RowStatement(
            """
            SELECT count, total FROM tally WHERE organization = ? AND kind = ? AND type = ? AND a = ? AND b = ? AND c = ?
            """, db)
        return try keys.map { key in
            try row.first {
                $0.bind(key, of: organization)
            } read: {
                Tally(count: $0.number(0), total: $0.number(1))
            } ?? .zero
        }
    }

    func names() throws -> [(organization: UInt32, names: [StepName])] {
        var names: [UInt32: [StepName]] = [:]
        try RowStatement("SELECT organization, name, text FROM step_name ORDER BY organization, name", db).forEach {
            _ in
        } read: { row in
            names[UInt32(truncatingIfNeeded: row.number(0)), default: []].append(
                StepName(hash: UInt64(bitPattern: row.number(1)), text: row.isNull(2) ? nil : row.text(2)))
        }
        return names.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension RowStatement.Row {
    /// Binds a key to the first six parameters.
    fileprivate func bind(_ key: CountKey, of organization: UInt32) {
        bind(
            Int64(organization), Int64(key.kind.rawValue), Int64(key.type), Int64(bitPattern: key.a),
            Int64(bitPattern: key.b), Int64(bitPattern: key.c))
    }

    /// Reads the last three parts of a key, and what is counted under it.
    fileprivate func tally(_ kind: CountKind, _ type: UInt32) -> (key: CountKey, tally: Tally) {
        (
            CountKey(
                kind, type: type, UInt64(bitPattern: number(0)), UInt64(bitPattern: number(1)),
                UInt64(bitPattern: number(2))),
            Tally(count: number(3), total: number(4))
        )
    }
}
