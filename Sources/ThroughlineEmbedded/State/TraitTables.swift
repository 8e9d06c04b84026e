import GRDB
import Throughline
import ThroughlineEngine

/// What was said of people and what they are called, in the database.
struct TraitTables {
    private let db: Database

    init(_ db: Database) { self.db = db }

    /// Takes what was said, in the order of the log: of each thing the latest counts.
    func put(_ rows: [TraitRow]) throws {
        guard !rows.isEmpty else { return }
        let found = try RowStatement(
            "SELECT timestamp, position FROM trait WHERE strand = ? AND subject = ? AND name = ? AND trusted = ?", db)
        // Of each strand that is met here it is counted once.
        var counts: [Counted: Int] = [:]
        let insertion = try RowStatement("INSERT OR REPLACE INTO trait VALUES (?, ?, ?, ?, ?, ?, ?, ?)", db)
        for row in rows {
            let before = try found.first {
                $0.bind(row.key, from: 1)
            } read: {
                TimelineEntry.Key(
                    timestamp: Instant(millisecondsSince1970: $0.number(0)),
                    position: LogPosition(UInt64($0.number(1))))
            }
            if let before {
                guard before < row.said else { continue }
            } else {
                let strand = Counted(strand: row.key.strand, isTrusted: row.key.isTrusted)
                let there = try counts[strand] ?? count(strand)
                counts[strand] = there
                guard there < TraitRow.perStrandMax else { continue }
                counts[strand] = there + 1
            }
            try insertion.run {
                $0.bind(row.key, from: 1)
                $0.bind(Int64(row.organization), at: 5)
                if let value = row.value { $0.bind(value, at: 6) }
                $0.bind(row.said.timestamp.millisecondsSince1970, at: 7)
                $0.bind(Int64(row.said.position.rawValue), at: 8)
            }
            if row.key.subject == .person, PersonName.isSaid(by: row.key.name) { try index(row) }
        }
    }

    private struct Counted: Hashable {
        let strand: IdentifierNumber
        let isTrusted: Bool
    }

    private func count(_ strand: Counted) throws -> Int {
        let counting = try RowStatement("SELECT count(*) FROM trait WHERE strand = ? AND trusted = ?", db)
        let count = try counting.first {
            $0.bind(strand.strand, at: 1)
            $0.bind(strand.isTrusted ? 1 : 0, at: 2)
        } read: {
            Int($0.number(0))
        }
        return count ?? 0
    }

    /// Has somebody found by the words of what was said last.
    private func index(_ row: TraitRow) throws {
        let deletion = try RowStatement("DELETE FROM name_word WHERE strand = ? AND name = ? AND trusted = ?", db)
        try deletion.run {
            $0.bind(row.key.strand, at: 1)
            $0.bind(row.key.name, at: 2)
            $0.bind(row.key.isTrusted ? 1 : 0, at: 3)
        }
        let insertion = try RowStatement("INSERT INTO name_word VALUES (?, ?, ?, ?, ?)", db)
        for word in row.words {
            try insertion.run {
                $0.bind(Int64(row.organization), at: 1)
                $0.bind(word, at: 2)
                $0.bind(row.key.strand, at: 3)
                $0.bind(row.key.name, at: 4)
                $0.bind(row.key.isTrusted ? 1 : 0, at: 5)
            }
        }
    }

    func rows(of strands: [IdentifierNumber]) throws -> [TraitRow] {
        let found = try RowStatement(
            """
            SELECT subject, name, trusted, organization, value, timestamp, position FROM trait WHERE strand = ?
            ORDER BY subject, name, trusted
            """, db)
        let words = try RowStatement(
            "SELECT word FROM name_word WHERE strand = ? AND name = ? AND trusted = ? ORDER BY word", db)
        var rows: [TraitRow] = []
        for strand in strands.sorted() {
            try found.forEach {
                $0.bind(strand, at: 1)
            } read: { row in
                guard let subject = EventTrait.Subject(rawValue: UInt8(truncatingIfNeeded: row.number(0))) else {
                    throw StoreError(.damaged, "a trait is of a subject that there is not")
                }
                let key = TraitRow.Key(
                    strand: strand, subject: subject, name: row.text(1), isTrusted: row.number(2) == 1)
                var itsWords: [String] = []
                if subject == .person, PersonName.isSaid(by: key.name) {
                    try words.forEach {
                        $0.bind(strand, at: 1)
                        $0.bind(key.name, at: 2)
                        $0.bind(key.isTrusted ? 1 : 0, at: 3)
                    } read: {
                        itsWords.append($0.text(0))
                    }
                }
                rows.append(
                    TraitRow(
                        key, organization: UInt32(row.number(3)), value: row.isNull(4) ? nil : row.text(4),
                        said: TimelineEntry.Key(
                            timestamp: Instant(millisecondsSince1970: row.number(5)),
                            position: LogPosition(UInt64(row.number(6)))),
                        words: itsWords))
            }
        }
        return rows
    }

    func strands(named words: [String], organization: UInt32, limit: Int) throws -> NamedStrands {
        let found = try RowStatement(
            "SELECT strand FROM name_word WHERE organization = ? AND word >= ? AND word < ? ORDER BY word, strand LIMIT ?",
            db)
        // By the rarest of the words; the others are looked up of each.
        var rarest: (strands: [IdentifierNumber], word: String)?
        for word in words {
            var strands: [IdentifierNumber] = []
            try found.forEach {
                $0.bind(Int64(organization), at: 1)
                $0.bind(word, at: 2)
                $0.bind(word + TraitTables.last, at: 3)
                $0.bind(Int64(limit + 1), at: 4)
            } read: {
                strands.append($0.identifierNumber(0))
            }
            if rarest.map({ strands.count < $0.strands.count }) ?? true { rarest = (strands, word) }
        }
        guard let rarest else { return NamedStrands(strands: [], isCut: false) }
        let others = words.filter { $0 != rarest.word }
        let there = try RowStatement(
            "SELECT 1 FROM name_word INDEXED BY name_word_by_strand WHERE strand = ? AND word >= ? AND word < ?", db)
        let strands = try Set(rarest.strands.prefix(limit)).filter { strand in
            try others.allSatisfy { word in
                try there.first {
                    $0.bind(strand, at: 1)
                    $0.bind(word, at: 2)
                    $0.bind(word + TraitTables.last, at: 3)
                } read: { _ in
                    true
                } ?? false
            }
        }
        return NamedStrands(strands: strands.sorted(), isCut: rarest.strands.count > limit)
    }

    /// Behind everything that begins alike.
    static let last = "\u{10FFFF}"
}

extension RowStatement.Row {
    /// Binds a key to four parameters.
    fileprivate func bind(_ key: TraitRow.Key, from first: Int32) {
        bind(key.strand, at: first)
        bind(Int64(key.subject.rawValue), at: first + 1)
        bind(key.name, at: first + 2)
        bind(key.isTrusted ? 1 : 0, at: first + 3)
    }
}
