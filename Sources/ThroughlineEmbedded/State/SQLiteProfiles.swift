import GRDB
import Throughline
import ThroughlineEngine

/// The state in one SQLite file. One process has it, guarded by the lock of its folder.
///
/// Commits are not synced one by one: what is lost with the power is folded again from the log.
public final class SQLiteProfiles: Profiles {
    /// Rows of messages that are looked at for their age in one commit.
    static let agedPerCommitMax = 2_000

    private let pool: DatabasePool

    /// Opens a file, and makes it where there is none.
    public init(path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // 64 MB of pages; 64 MB of log before it is worked into the file, where a page that changed often is written once.
            try db.execute(
                sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 16384")
        }
        configuration.maximumReaderCount = 4
        pool = try StoreError.translating("\(path) cannot be opened") {
            try DatabasePool(path: path, configuration: configuration)
        }
        try StateSchema.migrator.bring(pool, path: path)
    }

    /// Works everything into the one file, and closes it.
    public func close() throws(StoreError) {
        try StoreError.translating("the state cannot be closed") {
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try pool.close()
        }
    }

    public func position() throws(StoreError) -> LogPosition {
        try read { db in LogPosition(UInt64(try Int64.fetchOne(db, sql: "SELECT position FROM fold")!)) }
    }

    public func areKnown(_ messages: [MessageKey]) throws(StoreError) -> [Bool] {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT day FROM message WHERE hash = ?")
            return try messages.map { message in
                let day = try Int32.fetchOne(statement, arguments: [Int64(bitPattern: message.hash)])
                return day.map { message.day - $0 <= MessageKey.daysMax } ?? false
            }
        }
    }

    public func profiles(of identifiers: [Identifier]) throws(StoreError) -> [ProfileNumber?] {
        try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT profile FROM identifier WHERE organization = ? AND value = ? AND kind = ?")
            return try identifiers.map { identifier in
                try Int64.fetchOne(
                    statement, arguments: [identifier.organization, identifier.value, identifier.kind.rawValue]
                ).map { ProfileNumber(UInt64($0)) }
            }
        }
    }

    public func commit(_ changes: FoldChanges) throws(StoreError) {
        try StoreError.translating("what was folded cannot be kept") {
            try pool.write { db in
                try insert(changes, into: db)
                try forgetSomeMessages(
                    before: changes.today - MessageKey.daysMax, after: changes.messages.first, in: db)
                try db.execute(
                    sql: """
                        UPDATE fold SET position = ?, profiles = profiles + ?, events = events + ?,
                            duplicates = duplicates + ?, unreadable = unreadable + ?
                        """,
                    arguments: [
                        Int64(changes.end.rawValue), changes.newProfiles,
                        changes.timeline.count, changes.duplicates, changes.unreadable,
                    ])
            }
        }
    }

    private func insert(_ changes: FoldChanges, into db: Database) throws {
        let message = try db.cachedStatement(sql: "INSERT OR REPLACE INTO message VALUES (?, ?)")
        // In the order of the table: neighbours share a page.
        for entry in changes.messages.sorted(by: { Int64(bitPattern: $0.hash) < Int64(bitPattern: $1.hash) }) {
            try message.execute(arguments: [Int64(bitPattern: entry.hash), entry.day])
        }
        let identifier = try db.cachedStatement(sql: "INSERT INTO identifier VALUES (?, ?, ?, ?)")
        for (entry, profile) in changes.identifiers {
            try identifier.execute(
                arguments: [entry.organization, entry.value, entry.kind.rawValue, Int64(profile.rawValue)])
        }
        let timeline = try db.cachedStatement(sql: "INSERT INTO timeline VALUES (?, ?, ?, ?)")
        for entry in changes.timeline.sorted(by: { $0.profile.rawValue < $1.profile.rawValue }) {
            try timeline.execute(
                arguments: [
                    entry.organization, Int64(entry.profile.rawValue), entry.key.timestamp.millisecondsSince1970,
                    Int64(entry.key.position.rawValue),
                ])
        }
    }

    /// Forgets messages that are too old among some neighbours of one that came just now. Ids are hashes, so that each
    /// stretch of the table has its turn.
    private func forgetSomeMessages(before day: Int32, after message: MessageKey?, in db: Database) throws {
        guard let message else { return }
        try db.cachedStatement(
            sql: """
                DELETE FROM message WHERE day < ? AND hash IN (SELECT hash FROM message WHERE hash > ? LIMIT ?)
                """
        ).execute(arguments: [day, Int64(bitPattern: message.hash), SQLiteProfiles.agedPerCommitMax])
    }

    public func timeline(
        of id: String, organization: UInt32, after: TimelineEntry.Key?, limit: Int
    ) throws(StoreError) -> [TimelineEntry]? {
        try read { db in
            let profile = try Int64.fetchOne(
                db, sql: "SELECT profile FROM identifier WHERE organization = ? AND value = ? ORDER BY kind LIMIT 1",
                arguments: [organization, id])
            guard let profile else { return nil }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT timestamp, position FROM timeline
                    WHERE organization = ? AND profile = ? AND (timestamp, position) < (?, ?)
                    ORDER BY timestamp DESC, position DESC LIMIT ?
                    """,
                arguments: [
                    organization, profile, after?.timestamp.millisecondsSince1970 ?? .max,
                    after.map { Int64($0.position.rawValue) } ?? .max, limit,
                ]
            ).map { row in
                TimelineEntry(
                    organization: organization, profile: ProfileNumber(UInt64(profile)),
                    key: TimelineEntry.Key(
                        timestamp: Instant(millisecondsSince1970: row[0]),
                        position: LogPosition(UInt64(row[1] as Int64))))
            }
        }
    }

    public func counts() throws(StoreError) -> StoreCounts {
        try read { db in
            let row = try Row.fetchOne(db, sql: "SELECT profiles, events, duplicates, unreadable FROM fold")!
            var counts = StoreCounts()
            counts.profiles = row[0]
            counts.events = row[1]
            counts.duplicates = row[2]
            counts.unreadable = row[3]
            return counts
        }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        try StoreError.translating("the state cannot be read") { try pool.read(body) }
    }
}
