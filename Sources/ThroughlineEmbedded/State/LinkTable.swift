import GRDB
import Throughline
import ThroughlineEngine

/// Who is linked to whom, in the database.
struct LinkTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func put(_ rows: [LinkRow]) throws {
        guard !rows.isEmpty else { return }
        let change = try RowStatement(
            "UPDATE link SET said = ?, ended = ? WHERE strand = ? AND other = ? AND kind = ?", db)
        let insertion = try RowStatement("INSERT INTO link VALUES (?, ?, ?, ?, ?)", db)
        for row in rows {
            let ended = row.isEnded ? 1 : 0
            for row in [row, row.reversed] {
                try change.run {
                    $0.bind(Int64(row.said.rawValue), at: 1)
                    $0.bind(Int64(ended), at: 2)
                    $0.bind(row.strand, at: 3)
                    $0.bind(row.other, at: 4)
                    $0.bind(Int64(row.kind.rawValue), at: 5)
                }
            }
            guard db.changesCount == 0, try [row.strand, row.other].allSatisfy({ try hasRoom($0) }) else { continue }
            for row in [row, row.reversed] {
                try insertion.run {
                    $0.bind(row.strand, at: 1)
                    $0.bind(row.other, at: 2)
                    $0.bind(Int64(row.kind.rawValue), at: 3)
                    $0.bind(Int64(row.said.rawValue), at: 4)
                    $0.bind(Int64(ended), at: 5)
                }
            }
        }
    }

    private func hasRoom(_ strand: IdentifierNumber) throws -> Bool {
        let count = try RowStatement("SELECT count(*) FROM link WHERE strand = ?", db).first {
            $0.bind(strand, at: 1)
        } read: {
            $0.number(0)
        }
        return count ?? 0 < LinkRow.keptMax
    }

    func rows(of strands: [IdentifierNumber]) throws -> [LinkRow] {
        let found = try RowStatement(
            "SELECT other, kind, said, ended FROM link WHERE strand = ? ORDER BY other, kind", db)
        var rows: [LinkRow] = []
        for strand in strands.sorted() {
            try found.forEach {
                $0.bind(strand, at: 1)
            } read: { row in
                guard let kind = LinkKind(rawValue: UInt8(truncatingIfNeeded: row.number(1))) else {
                    throw StoreError(.damaged, "a link is of a kind that there is not")
                }
                rows.append(
                    LinkRow(
                        strand, row.identifierNumber(0), kind, said: LogPosition(UInt64(row.number(2))),
                        isEnded: row.number(3) == 1))
            }
        }
        return rows
    }

    /// Takes the links of some strands away, from both sides.
    func erase(_ strands: [IdentifierNumber]) throws {
        let deletion = try RowStatement("DELETE FROM link WHERE strand = ? AND other = ? AND kind = ?", db)
        for row in try rows(of: strands) {
            for row in [row, row.reversed] {
                try deletion.run { $0.bind(row.strand.rawValue, row.other.rawValue, UInt64(row.kind.rawValue)) }
            }
        }
    }
}
