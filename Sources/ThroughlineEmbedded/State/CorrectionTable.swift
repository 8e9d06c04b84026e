import GRDB
import Throughline
import ThroughlineEngine

/// What was said of events, in the database.
struct CorrectionTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func put(_ rows: [CorrectionRow]) throws {
        guard !rows.isEmpty else { return }
        let insertion = try RowStatement("INSERT OR REPLACE INTO correction VALUES (?, ?, ?, ?, ?, ?)", db)
        for row in rows {
            try insertion.run {
                $0.bind(
                    Int64(row.strand.rawValue), Int64(row.event.rawValue), Int64(row.word.aspect.rawValue),
                    Int64(row.said.rawValue))
                if case .belongs(let other) = row.word { $0.bind(Int64(other.rawValue), at: 5) }
                if case .name(let name) = row.word { $0.bind(name, at: 6) }
            }
        }
    }

    /// The strands that have any, in order.
    func strands() throws -> [IdentifierNumber] {
        try Int64.fetchAll(db, sql: "SELECT DISTINCT strand FROM correction ORDER BY strand").map {
            IdentifierNumber(rawValue: UInt64(bitPattern: $0))
        }
    }

    func rows(of strands: [IdentifierNumber]) throws -> [CorrectionRow] {
        let found = try RowStatement(
            "SELECT position, aspect, said, other, name FROM correction WHERE strand = ?", db)
        var rows: [CorrectionRow] = []
        for strand in strands {
            try found.forEach {
                $0.bind(strand, at: 1)
            } read: { row in
                guard let aspect = CorrectionRow.Word.Aspect(rawValue: UInt8(truncatingIfNeeded: row.number(1))) else {
                    throw StoreError(.damaged, "a correction is of an aspect that there is not")
                }
                let word: CorrectionRow.Word =
                    switch aspect {
                    case .place: row.isNull(3) ? .notMine : .belongs(LogPosition(UInt64(row.number(3))))
                    case .end: .done
                    case .pause: .notNow
                    case .name: .name(row.text(4))
                    }
                rows.append(
                    CorrectionRow(
                        of: LogPosition(UInt64(row.number(0))), on: strand, word,
                        said: LogPosition(UInt64(row.number(2)))))
            }
        }
        return rows.sorted { ($0.event, $0.word.aspect.rawValue) < ($1.event, $1.word.aspect.rawValue) }
    }
}
