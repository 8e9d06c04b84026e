import GRDB
import Throughline
import ThroughlineEngine

/// Who looked at whom, in a SQLite file of its own: it outlives a state that is made again.
public final class SQLiteReadings: Readings {
    private let queue: DatabaseQueue

    private static let remedy = "put it back from a backup"

    /// Opens a file, and makes it where there is none.
    public init(path: String) throws(StoreError) {
        var configuration = CheckedDatabase.configuration()
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON")
        }
        let queue = try StoreError.translating("\(path) cannot be opened", remedy: SQLiteReadings.remedy) {
            try CheckedDatabase.queue(path, configuration)
        }
        try ReadingSchema.migrator.bring(queue, path: path, remedy: SQLiteReadings.remedy)
        self.queue = queue
    }

    public func note(_ reading: Reading) throws(StoreError) {
        try StoreError.translating("a reading cannot be kept") {
            try queue.write { db in
                try db.execute(
                    sql: "INSERT INTO reading (subject, at, key, actor, reason, what) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        Int64(reading.subject.rawValue), reading.at.millisecondsSince1970, reading.key, reading.actor,
                        reading.reason, reading.what,
                    ])
                // One comes, one goes.
                try db.execute(
                    sql: """
                        DELETE FROM reading WHERE number = (
                            SELECT number FROM reading WHERE subject = ? ORDER BY number DESC LIMIT 1 OFFSET ?)
                        """, arguments: [Int64(reading.subject.rawValue), Reading.perIdentifierMax])
            }
        }
    }

    public func readings(of identifiers: [IdentifierNumber], limit: Int) throws(StoreError) -> [Reading] {
        try StoreError.translating("readings cannot be read") {
            try queue.read { db in
                var found: [(number: Int64, reading: Reading)] = []
                let statement = try RowStatement(
                    """
                    SELECT number, at, key, actor, reason, what FROM reading WHERE subject = ? ORDER BY number DESC LIMIT ?
                    """, db)
                for identifier in identifiers {
                    try statement.forEach {
                        $0.bind(Int64(identifier.rawValue), Int64(limit))
                    } read: { row in
                        let reading = Reading(
                            of: identifier, at: Instant(millisecondsSince1970: row.number(1)), key: row.text(2),
                            actor: row.isNull(3) ? nil : row.text(3), reason: row.isNull(4) ? nil : row.text(4),
                            what: row.text(5))
                        found.append((row.number(0), reading))
                    }
                }
                return found.sorted { $0.number > $1.number }.prefix(limit).map(\.reading)
            }
        }
    }

    public func latestSubjects(limit: Int) throws(StoreError) -> [IdentifierNumber] {
        try StoreError.translating("readings cannot be read") {
            try queue.read { db in
                try Int64.fetchAll(
                    db,
                    sql:
                        "SELECT DISTINCT subject FROM (SELECT subject FROM reading ORDER BY number DESC LIMIT ?) ORDER BY 1",
                    arguments: [limit]
                ).map { IdentifierNumber(rawValue: UInt64($0)) }
            }
        }
    }

    public func forget(_ identifiers: [IdentifierNumber]) throws(StoreError) {
        guard !identifiers.isEmpty else { return }
        try StoreError.translating("readings cannot be forgotten") {
            try queue.write { db in
                let deletion = try RowStatement("DELETE FROM reading WHERE subject = ?", db)
                for identifier in identifiers { try deletion.run { $0.bind(identifier, at: 1) } }
            }
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
    }
}

/// The table of readings.
enum ReadingSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 readings") { db in
            try db.execute(
                sql: """
                    -- Who looked at what is known of a person: subject is the number of the identifier she was asked for by.
                    CREATE TABLE reading (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        subject INTEGER NOT NULL,
                        at INTEGER NOT NULL,
                        key TEXT NOT NULL,
                        actor TEXT,
                        reason TEXT,
                        what TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX reading_by_subject ON reading (subject, number);
                    """)
        }
        // An earlier program would write pages without sums: it refuses a file of a later version.
        migrator.registerMigration("0002 sums in pages") { _ in }
        return migrator
    }
}
