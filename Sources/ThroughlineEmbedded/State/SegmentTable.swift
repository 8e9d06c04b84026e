import GRDB
import Throughline
import ThroughlineEngine

/// Segments and who is in them, in the database.
struct SegmentTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    // MARK: What the fold says

    /// Takes what a group of records means to segments.
    func note(_ news: SegmentNews) throws {
        let book = try RowStatement("INSERT OR REPLACE INTO segment_book VALUES (?, ?)", db)
        for (organization, changed) in news.books {
            let bytes = try changed.encoded()
            try book.run {
                $0.bind(Int64(organization), at: 1)
                $0.bind(bytes, at: 2)
            }
        }
        let listing = try RowStatement("INSERT OR IGNORE INTO segment_listed VALUES (?, ?)", db)
        let unlisting = try RowStatement("DELETE FROM segment_listed WHERE strand = ? AND list = ?", db)
        for (list, strand, isListed) in news.listed {
            try (isListed ? listing : unlisting).run { $0.bind(strand.rawValue, list) }
        }
        let gone = try RowStatement("DELETE FROM segment_listed WHERE list = ?", db)
        for list in news.goneLists { try gone.run { $0.bind(list) } }
        let waiting = try RowStatement(
            "INSERT INTO segment_waiting VALUES (?, 1) ON CONFLICT (person) DO UPDATE SET noted = noted + 1", db)
        for person in news.touched { try waiting.run { $0.bind(person.rawValue) } }
    }

    /// Takes people out who are erased.
    func erase(_ numbers: [Int64]) throws {
        let counting = try RowStatement(
            """
            UPDATE segment_set SET members = members - 1
            WHERE number IN (SELECT segment_set FROM segment_member WHERE person = ?)
            """, db)
        for statement in [
            counting, try RowStatement("DELETE FROM segment_member WHERE person = ?", db),
            try RowStatement("DELETE FROM segment_due WHERE person = ?", db),
        ] { for number in numbers { try statement.run { $0.bind(number, at: 1) } } }
    }

    func books() throws -> [(organization: UInt32, book: SegmentBook)] {
        var books: [(organization: UInt32, book: SegmentBook)] = []
        try RowStatement("SELECT organization, book FROM segment_book ORDER BY organization", db).forEach {
            _ in
        } read: { row in
            guard let book = SegmentBook(bytes: row.bytes(1)) else {
                throw StoreError(.damaged, "segments cannot be read: make the state again with throughline rebuild")
            }
            books.append((UInt32(truncatingIfNeeded: row.number(0)), book))
        }
        return books
    }

    // MARK: Who is in

    func put(_ changes: SegmentChanges) throws {
        for set in changes.sets { try put(set) }
        var counts: [Int64: Int] = [:]
        // Whoever was erased since she was looked at does not come back.
        let entering = try RowStatement(
            """
            INSERT OR IGNORE INTO segment_member
            SELECT ?1, ?2, coalesce((SELECT since FROM segment_member WHERE segment_set = ?4 AND person = ?2), ?3)
            WHERE EXISTS (SELECT 1 FROM identity WHERE number = ?2)
            """, db)
        for member in changes.entering {
            try entering.run {
                $0.bind(member.set, member.person.rawValue, member.since.millisecondsSince1970)
                if let before = member.before { $0.bind(before, at: 4) }
            }
            counts[member.set, default: 0] += db.changesCount
        }
        let leaving = try RowStatement("DELETE FROM segment_member WHERE segment_set = ? AND person = ?", db)
        for (set, person) in changes.leaving {
            try leaving.run { $0.bind(set, Int64(person.rawValue)) }
            counts[set, default: 0] -= db.changesCount
        }
        let counting = try RowStatement("UPDATE segment_set SET members = members + ? WHERE number = ?", db)
        for (set, count) in counts where count != 0 { try counting.run { $0.bind(Int64(count), set) } }
        let settling = try RowStatement("DELETE FROM segment_waiting WHERE person = ? AND noted = ?", db)
        for settled in changes.settled { try settling.run { $0.bind(Int64(settled.person.rawValue), settled.noted) } }
        try put(changes.dues)
        if let emptying = changes.emptying { try empty(emptying.set, limit: emptying.limit) }
    }

    private func put(_ set: SegmentSet) throws {
        let statement = try RowStatement(
            """
            INSERT INTO segment_set (number, organization, segment, condition, basis, shown, retired, cursor, done, total)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (number) DO UPDATE SET basis = excluded.basis, shown = excluded.shown, retired = excluded.retired,
                cursor = excluded.cursor, done = excluded.done, total = excluded.total
            """, db)
        try statement.run {
            $0.bind(set.number, Int64(set.organization), Int64(set.segment))
            if case .condition(let source) = set.rule { $0.bind(source, at: 4) }
            $0.bind(Int64(bitPattern: set.basis), at: 5)
            $0.bind(set.isShown ? 1 : 0, at: 6)
            $0.bind(set.isRetired ? 1 : 0, at: 7)
            if let cursor = set.cursor { $0.bind(cursor, at: 8) }
            $0.bind(Int64(set.done), at: 9)
            $0.bind(Int64(set.total), at: 10)
        }
    }

    private func put(_ dues: [SegmentChanges.Due]) throws {
        let removing = try RowStatement("DELETE FROM segment_due WHERE person = ?", db)
        // Where it is the moment that is known already nothing is written.
        let replacing = try RowStatement(
            """
            INSERT INTO segment_due SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM identity WHERE number = ?1)
            ON CONFLICT (person) DO UPDATE SET due = excluded.due WHERE due <> excluded.due
            """, db)
        let advancing = try RowStatement(
            """
            INSERT INTO segment_due SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM identity WHERE number = ?1)
            ON CONFLICT (person) DO UPDATE SET due = excluded.due WHERE due > excluded.due
            """, db)
        for due in dues {
            guard let at = due.at else {
                if !due.keepsEarlier { try removing.run { $0.bind(due.person, at: 1) } }
                continue
            }
            try (due.keepsEarlier ? advancing : replacing).run {
                $0.bind(Int64(due.person.rawValue), at.millisecondsSince1970)
            }
        }
    }

    private func empty(_ set: Int64, limit: Int) throws {
        try RowStatement(
            """
            DELETE FROM segment_member WHERE segment_set = ?1 AND person IN
                (SELECT person FROM segment_member WHERE segment_set = ?1 ORDER BY person LIMIT ?2)
            """, db
        ).run { $0.bind(set, Int64(limit)) }
        guard db.changesCount < limit else { return }
        try RowStatement("DELETE FROM segment_set WHERE number = ?", db).run { $0.bind(set, at: 1) }
    }

    // MARK: Reading

    func sets() throws -> [SegmentSet] {
        var sets: [SegmentSet] = []
        try RowStatement(
            """
            SELECT number, organization, segment, condition, basis, shown, retired, cursor, done, total, members
            FROM segment_set ORDER BY number
            """, db
        ).forEach {
            _ in
        } read: { row in
            var set = SegmentSet(
                number: row.number(0), organization: UInt32(truncatingIfNeeded: row.number(1)),
                segment: UInt64(row.number(2)), rule: row.isNull(3) ? .list : .condition(row.text(3)))
            set.basis = UInt64(bitPattern: row.number(4))
            set.isShown = row.number(5) != 0
            set.isRetired = row.number(6) != 0
            set.cursor = row.isNull(7) ? nil : row.identifierNumber(7)
            set.done = Int(row.number(8))
            set.total = Int(row.number(9))
            set.memberCount = Int(row.number(10))
            sets.append(set)
        }
        return sets
    }

    func waiting(after: IdentifierNumber?, limit: Int) throws -> [SegmentWaiting] {
        var waiting: [SegmentWaiting] = []
        try RowStatement("SELECT person, noted FROM segment_waiting WHERE person > ? ORDER BY person LIMIT ?", db)
            .forEach {
                $0.bind(after.map { Int64(bitPattern: $0.rawValue) } ?? -1, Int64(limit))
            } read: {
                waiting.append(SegmentWaiting(person: $0.identifierNumber(0), noted: $0.number(1)))
            }
        return waiting
    }

    func due(by now: Instant, limit: Int) throws -> [IdentifierNumber] {
        var found: [IdentifierNumber] = []
        try RowStatement("SELECT person FROM segment_due WHERE due <= ? ORDER BY due, person LIMIT ?", db).forEach {
            $0.bind(now.millisecondsSince1970, limit)
        } read: {
            found.append($0.identifierNumber(0))
        }
        return found
    }

    func members(of set: Int64, after: IdentifierNumber?, limit: Int) throws -> [SegmentMember] {
        var members: [SegmentMember] = []
        try RowStatement(
            "SELECT person, since FROM segment_member WHERE segment_set = ? AND person > ? ORDER BY person LIMIT ?", db
        ).forEach {
            $0.bind(set, after.map { Int64(bitPattern: $0.rawValue) } ?? -1, Int64(limit))
        } read: {
            members.append(
                SegmentMember(
                    person: $0.identifierNumber(0), since: Instant(millisecondsSince1970: $0.number(1))))
        }
        return members
    }

    func memberships(of person: IdentifierNumber) throws -> [(set: Int64, since: Instant)] {
        var found: [(set: Int64, since: Instant)] = []
        try RowStatement("SELECT segment_set, since FROM segment_member WHERE person = ? ORDER BY segment_set", db)
            .forEach {
                $0.bind(person, at: 1)
            } read: {
                found.append(($0.number(0), Instant(millisecondsSince1970: $0.number(1))))
            }
        return found
    }
}
