import Foundation
import GRDB
import Synchronization
import Throughline
import ThroughlineEngine

/// Organizations, sources and keys in one small SQLite file, synced at every change, and in memory, where requests look.
public final class SQLiteAccess: Access {
    private let queue: DatabaseQueue
    /// What requests look at.
    private let known: Mutex<AccessBook>
    private let changing = Mutex(())

    private static let remedy = "put it back from a backup"

    /// Opens a file, and makes it where there is none.
    public init(path: String) throws(StoreError) {
        var configuration = CheckedDatabase.configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
        }
        let queue = try StoreError.translating("\(path) cannot be opened", remedy: SQLiteAccess.remedy) {
            try CheckedDatabase.queue(path, configuration)
        }
        try AccessSchema.migrator.bring(queue, path: path, remedy: SQLiteAccess.remedy)
        self.queue = queue
        known = Mutex(
            try StoreError.translating("\(path) cannot be read", remedy: SQLiteAccess.remedy) {
                try queue.read(SQLiteAccess.load)
            })
    }

    public func grant(for key: KeyHash, at now: Instant) -> Grant? { known.withLock { $0.grant(for: key, at: now) } }

    public func sources(of organization: UInt32) -> [Source] { known.withLock { $0.sources(of: organization) } }

    public func keys(of organization: UInt32, at now: Instant) -> [Key] {
        known.withLock { $0.keys(of: organization, at: now) }
    }

    public func source(_ number: UInt32) -> Source? { known.withLock { $0.sources[number] } }

    public var isFounded: Bool { known.withLock { !$0.sources.isEmpty } }

    @discardableResult
    public func found(
        _ organization: String, source: Source.Draft, keys: [(hash: KeyHash, draft: Key.Draft)], at now: Instant
    ) throws(AccessError) -> Source {
        try change("the organization cannot be made") { db, _ in
            try db.execute(sql: "INSERT INTO organization (name) VALUES (?)", arguments: [organization])
            let number = UInt32(db.lastInsertedRowID)
            let source = try SQLiteAccess.insert(source, organization: number, into: db)
            for (hash, draft) in keys {
                var draft = draft
                draft.source = draft.scopes.contains(.write) ? source.number : nil
                _ = try SQLiteAccess.insert(draft, hash: hash, organization: number, at: now, into: db)
            }
            return source
        }
    }

    public func add(_ source: Source.Draft, organization: UInt32) throws(AccessError) -> Source {
        try change("the source cannot be made") { db, book in
            try book.check(source, organization: organization)
            return try SQLiteAccess.insert(source, organization: organization, into: db)
        }
    }

    public func add(
        _ key: Key.Draft, hash: KeyHash, organization: UInt32, at now: Instant
    ) throws(AccessError) -> Key {
        try change("the key cannot be made") { db, book in
            try book.check(key, organization: organization, at: now)
            try SQLiteAccess.dropExpired(at: now, from: db)
            return try SQLiteAccess.insert(key, hash: hash, organization: organization, at: now, into: db)
        }
    }

    public func rotate(
        _ id: KeyID, to hash: KeyHash, ending: String?, organization: UInt32, at now: Instant, oldUntil end: Instant
    ) throws(AccessError) -> (new: Key, old: Key?) {
        try change("the key cannot be rotated") { db, book in
            let (_, old) = try book.key(id, organization: organization, at: now)
            let draft = old.successor(ending: ending)
            if end > now { try book.check(draft, organization: organization, at: now) }
            let new = try SQLiteAccess.insert(draft, hash: hash, organization: organization, at: now, into: db)
            let left = old.ending(by: end)
            try db.execute(
                sql: "UPDATE key SET expires_at = ? WHERE id = ?",
                arguments: [left.expiresAt?.millisecondsSince1970, id.text])
            try SQLiteAccess.dropExpired(at: now, from: db)
            return (new, left.holds(at: now) ? left : nil)
        }
    }

    public func revoke(_ id: KeyID, organization: UInt32, at now: Instant) throws(AccessError) {
        try change("the key cannot be revoked") { db, book in
            _ = try book.checkRevoking(id, organization: organization, at: now)
            try db.execute(sql: "DELETE FROM key WHERE id = ?", arguments: [id.text])
        }
    }
}

extension SQLiteAccess {
    /// Changes the file, if what is in it allows that, then what is known of it; one change after the other.
    private func change<Result: Sendable>(
        _ what: String, _ body: (Database, AccessBook) throws -> Result
    ) throws(AccessError) -> Result {
        try changing.withLock { _ throws(AccessError) in
            let (result, now) = try AccessError.translating(what) {
                let changed = try queue.write { db in
                    (try body(db, try SQLiteAccess.load(db)), try SQLiteAccess.load(db))
                }
                // Worked into the file at once, where each page has its sum: what waits in the log is told from a torn write by
                // what comes behind it alone.
                _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
                return changed
            }
            known.withLock { $0 = now }
            return result
        }
    }

    private static func insert(_ source: Source.Draft, organization: UInt32, into db: Database) throws -> Source {
        try db.execute(
            sql: "INSERT INTO source (organization, name, kind) VALUES (?, ?, ?)",
            arguments: [organization, source.name, source.kind.rawValue])
        return Source(
            number: UInt32(db.lastInsertedRowID), organization: organization, name: source.name, kind: source.kind)
    }

    private static func insert(
        _ draft: Key.Draft, hash: KeyHash, organization: UInt32, at now: Instant, into db: Database
    ) throws -> Key {
        let key = Key(draft, id: .make(), organization: organization, createdAt: now)
        try db.execute(
            sql: """
                INSERT INTO key (id, hash, organization, source, scopes, label, ending, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.id.text, Data(hash.bytes), organization, key.source,
                key.scopes.map(\.rawValue).sorted().joined(separator: " "), key.label, key.ending,
                now.millisecondsSince1970, key.expiresAt?.millisecondsSince1970,
            ])
        return key
    }

    private static func dropExpired(at now: Instant, from db: Database) throws {
        try db.execute(sql: "DELETE FROM key WHERE expires_at <= ?", arguments: [now.millisecondsSince1970])
    }

    private static func load(_ db: Database) throws -> AccessBook {
        var book = AccessBook()
        for row in try Row.fetchAll(db, sql: "SELECT number, organization, name, kind FROM source") {
            guard let kind = Source.Kind(rawValue: row[3]) else { continue }
            book.sources[row[0]] = Source(number: row[0], organization: row[1], name: row[2], kind: kind)
        }
        for row in try Row.fetchAll(db, sql: "SELECT * FROM key") {
            guard let hash = KeyHash(Array(row["hash"] as Data)) else { continue }
            let scopes = (row["scopes"] as String).split(separator: " ").compactMap { Scope(rawValue: String($0)) }
            let draft = Key.Draft(
                label: row["label"], source: row["source"], scopes: Set(scopes),
                expiresAt: (row["expires_at"] as Int64?).map(Instant.init(millisecondsSince1970:)),
                ending: row["ending"])
            book.keys[hash] = Key(
                draft, id: KeyID(row["id"]), organization: row["organization"],
                createdAt: (row["created_at"] as Int64?).map(Instant.init(millisecondsSince1970:)))
        }
        return book
    }
}

extension AccessError {
    /// Does something with a database; a refusal stays what it is.
    fileprivate static func translating<Result>(
        _ what: String, _ body: () throws -> Result
    ) throws(AccessError) -> Result {
        var refusal: AccessError?
        do throws(StoreError) {
            return try StoreError.translating(what) {
                do { return try body() } catch let error as AccessError {
                    refusal = error
                    throw error
                }
            }
        } catch { throw refusal ?? .store(error) }
    }
}
