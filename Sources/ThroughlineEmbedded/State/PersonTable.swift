import GRDB
import Throughline
import ThroughlineEngine

/// What the fold keeps of people, in the database.
struct PersonTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func put(_ people: [(profile: ProfileNumber, person: StoredPerson?)]) throws {
        // Nearly always it is known already when somebody must be looked at: then the order of those who wait is left alone.
        let update = try RowStatement("UPDATE person SET state = ? WHERE profile = ? AND due IS ?", db)
        let insertion = try RowStatement("INSERT OR REPLACE INTO person VALUES (?, ?, ?)", db)
        let removal = try RowStatement("DELETE FROM person WHERE profile = ?", db)
        for (profile, person) in people {
            let number = Int64(profile.rawValue)
            guard let person else {
                try removal.run { $0.bind(number, at: 1) }
                continue
            }
            try update.run {
                $0.bind(person.state, at: 1)
                $0.bind(number, at: 2)
                if let due = person.due { $0.bind(due.millisecondsSince1970, at: 3) }
            }
            guard db.changesCount == 0 else { continue }
            try insertion.run {
                $0.bind(number, at: 1)
                if let due = person.due { $0.bind(due.millisecondsSince1970, at: 2) }
                $0.bind(person.state, at: 3)
            }
        }
    }

    func people(_ profiles: [ProfileNumber]) throws -> [StoredPerson?] {
        let person = try RowStatement("SELECT due, state FROM person WHERE profile = ?", db)
        return try profiles.map { profile in
            try person.first {
                $0.bind(Int64(profile.rawValue), at: 1)
            } read: {
                StoredPerson(
                    state: Array($0.bytes(1)),
                    due: $0.isNull(0) ? nil : Instant(millisecondsSince1970: $0.number(0)))
            }
        }
    }

    func due(by clock: Instant, limit: Int) throws -> [ProfileNumber] {
        var found: [ProfileNumber] = []
        try RowStatement("SELECT profile FROM person WHERE due <= ? ORDER BY due, profile LIMIT ?", db).forEach {
            $0.bind(clock.millisecondsSince1970, limit)
        } read: {
            found.append(ProfileNumber(UInt64(bitPattern: $0.number(0))))
        }
        return found
    }

    func nextDue() throws -> Instant? {
        try Int64.fetchOne(db, sql: "SELECT due FROM person WHERE due IS NOT NULL ORDER BY due LIMIT 1").map {
            Instant(millisecondsSince1970: $0)
        }
    }
}
