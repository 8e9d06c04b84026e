import GRDB
import Throughline
import ThroughlineEngine

/// Who is who, in the database.
struct IdentityTables {
    private let db: Database

    init(_ db: Database) throws { self.db = db }

    // MARK: Writing

    func put(_ rows: [IdentityRow], _ ties: [TieRow]) throws {
        // Of one that is there everything but its name may change: to write the name anew would touch its index as well.
        let change = try RowStatement(
            """
            UPDATE identity SET person = ?, reason = ?, has_events = ?, has_signal = ?, session_user = ?,
                session_at = ?, tied = ?, tied_firmly = ?
            WHERE number = ?
            """, db)
        let insertion = try RowStatement("INSERT INTO identity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", db)
        for row in rows {
            try change.run {
                $0.bind(row.standing, at: 1)
                $0.bind(row, at: 3)
                $0.bind(row.number, at: 9)
            }
            guard db.changesCount == 0 else { continue }
            try insertion.run {
                $0.bind(row.number, at: 1)
                $0.bind(Int64(row.identifier.organization), at: 2)
                $0.bind(Int64(row.identifier.kind.rawValue), at: 3)
                $0.bind(row.identifier.value, at: 4)
                $0.bind(row.standing, at: 5)
                $0.bind(row, at: 7)
            }
        }
        let tying = try RowStatement("INSERT OR REPLACE INTO tie VALUES (?, ?, ?, ?, ?, ?)", db)
        let untying = try RowStatement("DELETE FROM tie WHERE a = ? AND b = ?", db)
        for tie in ties {
            for (one, other) in [(tie.a, tie.b), (tie.b, tie.a)] {
                try (tie.isEmpty ? untying : tying).run {
                    $0.bind(one, at: 1)
                    $0.bind(other, at: 2)
                    guard !tie.isEmpty else { return }
                    for (index, position) in (tie.said + [tie.cut]).enumerated() {
                        if let position { $0.bind(Int64(position.rawValue), at: Int32(3 + index)) }
                    }
                }
            }
        }
    }

    // MARK: Reading

    private static let columns =
        "number, organization, kind, value, person, reason, has_events, has_signal, session_user, session_at, tied, tied_firmly"

    func rows(of identifiers: [Identifier]) throws -> [IdentityRow?] {
        let row = try RowStatement(
            "SELECT \(IdentityTables.columns) FROM identity WHERE organization = ? AND value = ? AND kind = ?", db)
        return try identifiers.map { identifier in
            try row.first {
                $0.bind(Int64(identifier.organization), at: 1)
                $0.bind(identifier.value, at: 2)
                $0.bind(Int64(identifier.kind.rawValue), at: 3)
            } read: {
                try $0.identityRow()
            }
        }
    }

    /// Organizations that have anybody, each found by one look at an index.
    func organizations() throws -> [UInt32] {
        var organizations: [UInt32] = []
        let next = try RowStatement("SELECT min(organization) FROM identity WHERE organization > ?", db)
        while let found = try next.first(
            {
                $0.bind(organizations.last.map(Int64.init) ?? -1, at: 1)
            }, read: { $0.isNull(0) ? nil : UInt32(truncatingIfNeeded: $0.number(0)) }), let organization = found
        {
            organizations.append(organization)
        }
        return organizations
    }

    /// In the order of the table: by the index of names, which the sign before the organization keeps it from, each page would look at
    /// everybody.
    static let peopleOfOrganization = """
        SELECT number FROM identity WHERE number > ? AND +organization = ? AND person = number ORDER BY number LIMIT ?
        """

    /// Some of those of an organization whom profiles are named after.
    func people(of organization: UInt32, after: IdentifierNumber?, limit: Int) throws -> [IdentifierNumber] {
        var people: [IdentifierNumber] = []
        try RowStatement(IdentityTables.peopleOfOrganization, db).forEach {
            $0.bind(after.map { Int64(bitPattern: $0.rawValue) } ?? -1, Int64(organization), Int64(limit))
        } read: { row in
            people.append(IdentifierNumber(rawValue: UInt64(bitPattern: row.number(0))))
        }
        return people
    }

    func rows(of numbers: [IdentifierNumber]) throws -> [IdentityRow?] {
        let row = try RowStatement("SELECT \(IdentityTables.columns) FROM identity WHERE number = ?", db)
        return try numbers.map { number in
            try row.first {
                $0.bind(number, at: 1)
            } read: {
                try $0.identityRow()
            }
        }
    }

    /// Who is known by a value: the user of this name, else who has this address or number, else the device, else the visitor.
    func row(named value: String, organization: UInt32) throws -> IdentityRow? {
        var found: [IdentityRow] = []
        try RowStatement(
            "SELECT \(IdentityTables.columns) FROM identity WHERE organization = ? AND value = ?", db
        ).forEach {
            $0.bind(Int64(organization), at: 1)
            $0.bind(value, at: 2)
        } read: {
            found.append(try $0.identityRow())
        }
        return found.min { ($0.identifier.kind.rank, $0.number) < ($1.identifier.kind.rank, $1.number) }
    }

    /// Identifiers that begin with some text.
    func rows(beginning prefix: String, organization: UInt32, limit: Int) throws -> [IdentityRow] {
        var found: [IdentityRow] = []
        try RowStatement(
            """
            SELECT \(IdentityTables.columns) FROM identity WHERE organization = ? AND value >= ? AND value < ?
            ORDER BY value, kind LIMIT ?
            """, db
        ).forEach {
            $0.bind(Int64(organization), at: 1)
            $0.bind(prefix, at: 2)
            $0.bind(prefix + TraitTables.last, at: 3)
            $0.bind(Int64(limit), at: 4)
        } read: {
            found.append(try $0.identityRow())
        }
        return found
    }

    func members(of person: IdentifierNumber) throws -> [IdentifierNumber] {
        var members: [IdentifierNumber] = []
        try RowStatement("SELECT number FROM identity WHERE number = ? AND person = number", db).forEach {
            $0.bind(person, at: 1)
        } read: {
            members.append($0.identifierNumber(0))
        }
        try RowStatement("SELECT number FROM identity WHERE person = ? AND person <> number", db).forEach {
            $0.bind(person, at: 1)
        } read: {
            members.append($0.identifierNumber(0))
        }
        return members.sorted()
    }

    func ties(between pairs: [(IdentifierNumber, IdentifierNumber)]) throws -> [TieRow?] {
        let tie = try RowStatement("SELECT a, b, provisional, trusted, stated, cut FROM tie WHERE a = ? AND b = ?", db)
        return try pairs.map { a, b in
            try tie.first {
                $0.bind(a, at: 1)
                $0.bind(b, at: 2)
            } read: {
                $0.tieRow()
            }
        }
    }

    func ties(of numbers: [IdentifierNumber], limit: Int) throws -> [[TieRow]] {
        let tie = try RowStatement(
            "SELECT a, b, provisional, trusted, stated, cut FROM tie WHERE a = ? ORDER BY b LIMIT ?", db)
        return try numbers.map { number in
            var ties: [TieRow] = []
            try tie.forEach {
                $0.bind(number, at: 1)
                $0.bind(Int64(limit), at: 2)
            } read: {
                ties.append($0.tieRow())
            }
            return ties
        }
    }
}

extension RowStatement.Row {
    func bind(_ number: IdentifierNumber, at parameter: Int32) { bind(Int64(number.rawValue), at: parameter) }

    func identifierNumber(_ column: Int32) -> IdentifierNumber {
        IdentifierNumber(rawValue: UInt64(bitPattern: number(column)))
    }

    /// Binds person and reason.
    fileprivate func bind(_ standing: IdentityGraph.Standing, at parameter: Int32) {
        bind(standing.person, at: parameter)
        bind(Int64(standing.reason.rawValue), at: parameter + 1)
    }

    /// Binds what may change but the standing: six parameters.
    fileprivate func bind(_ row: IdentityRow, at parameter: Int32) {
        bind(row.hasEvents ? 1 : 0, at: parameter)
        bind(row.hasPrivacySignal ? 1 : 0, at: parameter + 1)
        if let session = row.session {
            bind(session.user, at: parameter + 2)
            bind(session.at.millisecondsSince1970, at: parameter + 3)
        }
        bind(Int64(bitPattern: row.tied.rawValue), at: parameter + 4)
        bind(Int64(bitPattern: row.tiedFirmly.rawValue), at: parameter + 5)
    }

    fileprivate func identityRow() throws -> IdentityRow {
        guard let kind = Identifier.Kind(rawValue: UInt8(truncatingIfNeeded: number(2))),
            let reason = IdentityGraph.Standing.Reason(rawValue: UInt8(truncatingIfNeeded: number(5)))
        else { throw StoreError(.damaged, "an identifier is of a kind that there is not") }
        let identifier = Identifier(
            organization: UInt32(truncatingIfNeeded: number(1)), kind: kind, value: text(3))
        var row = IdentityRow(
            identifier, number: identifierNumber(0), standing: .init(person: identifierNumber(4), reason: reason))
        row.hasEvents = number(6) != 0
        row.hasPrivacySignal = number(7) != 0
        if !isNull(8) {
            row.session = .init(
                user: identifierNumber(8), at: Instant(millisecondsSince1970: number(9)))
        }
        row.tied = TieCounts(rawValue: UInt64(bitPattern: number(10)))
        row.tiedFirmly = TieCounts(rawValue: UInt64(bitPattern: number(11)))
        return row
    }

    fileprivate func tieRow() -> TieRow {
        func position(_ column: Int32) -> LogPosition? {
            isNull(column) ? nil : LogPosition(UInt64(bitPattern: number(column)))
        }
        return TieRow(
            identifierNumber(0), identifierNumber(1), said: [position(2), position(3), position(4)], cut: position(5))
    }
}
