import Foundation
import GRDB
import Synchronization
import ThroughlineEngine

/// Organizations, sources and keys in one small SQLite file, synced at every change, and in memory, where requests look.
public final class SQLiteAccess: Access {
    private let queue: DatabaseQueue
    private let known: Mutex<Known>

    private struct Known {
        var grants: [KeyHash: Grant] = [:]
        var sources: [UInt32: Source] = [:]
    }

    /// Opens a file, and makes it where there is none.
    public init(path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
        }
        let queue = try StoreError.translating("\(path) cannot be opened") {
            try DatabaseQueue(path: path, configuration: configuration)
        }
        try AccessSchema.migrator.bring(queue, path: path)
        self.queue = queue
        known = Mutex(try StoreError.translating("\(path) cannot be read") { try queue.read(SQLiteAccess.load) })
    }

    public func grant(for key: KeyHash) -> Grant? { known.withLock { $0.grants[key] } }

    public func sources(of organization: UInt32) -> [Source] {
        known.withLock { $0.sources.values.filter { $0.organization == organization } }.sorted { $0.number < $1.number }
    }

    public func organization(ofSource source: UInt32) -> UInt32? { known.withLock { $0.sources[source]?.organization } }

    public var isFounded: Bool { known.withLock { !$0.sources.isEmpty } }

    @discardableResult
    public func found(
        _ organization: String, source: Source.Draft, keys: [(hash: KeyHash, scopes: Set<Scope>, isWrite: Bool)]
    ) throws(StoreError) -> Source {
        try change("the organization cannot be made") { db in
            try db.execute(sql: "INSERT INTO organization (name) VALUES (?)", arguments: [organization])
            let number = UInt32(db.lastInsertedRowID)
            let source = try SQLiteAccess.insert(source, organization: number, into: db)
            for key in keys {
                try SQLiteAccess.insert(
                    key.hash, organization: number, source: key.isWrite ? source.number : nil, scopes: key.scopes,
                    into: db)
            }
            return source
        }
    }

    public func add(_ source: Source.Draft, organization: UInt32) throws(StoreError) -> Source {
        try change("the source cannot be made") {
            try SQLiteAccess.insert(source, organization: organization, into: $0)
        }
    }

    public func add(
        _ key: KeyHash, organization: UInt32, source: UInt32?, scopes: Set<Scope>
    ) throws(StoreError) {
        try change("the key cannot be made") {
            try SQLiteAccess.insert(key, organization: organization, source: source, scopes: scopes, into: $0)
        }
    }

    public func revoke(_ key: KeyHash) throws(StoreError) -> Bool {
        try change("the key cannot be revoked") { db in
            try db.execute(sql: "DELETE FROM key WHERE hash = ?", arguments: [Data(key.bytes)])
            return db.changesCount > 0
        }
    }

    /// Changes the file, then what is known of it.
    private func change<Result>(_ what: String, _ body: (Database) throws -> Result) throws(StoreError) -> Result {
        let (result, now) = try StoreError.translating(what) {
            try queue.write { db in (try body(db), try SQLiteAccess.load(db)) }
        }
        known.withLock { $0 = now }
        return result
    }

    private static func insert(_ source: Source.Draft, organization: UInt32, into db: Database) throws -> Source {
        try db.execute(
            sql: "INSERT INTO source (organization, name, kind) VALUES (?, ?, ?)",
            arguments: [organization, source.name, source.kind.rawValue])
        return Source(
            number: UInt32(db.lastInsertedRowID), organization: organization, name: source.name, kind: source.kind)
    }

    private static func insert(
        _ key: KeyHash, organization: UInt32, source: UInt32?, scopes: Set<Scope>, into db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO key VALUES (?, ?, ?, ?)",
            arguments: [
                Data(key.bytes), organization, source, scopes.map(\.rawValue).sorted().joined(separator: " "),
            ])
    }

    private static func load(_ db: Database) throws -> Known {
        var known = Known()
        for row in try Row.fetchAll(db, sql: "SELECT number, organization, name, kind FROM source") {
            known.sources[row[0]] = Source(
                number: row[0], organization: row[1], name: row[2], kind: Source.Kind(rawValue: row[3])!)
        }
        for row in try Row.fetchAll(db, sql: "SELECT hash, organization, source, scopes FROM key") {
            guard let hash = KeyHash(Array(row[0] as Data)) else { continue }
            let scopes = (row[3] as String).split(separator: " ").compactMap { Scope(rawValue: String($0)) }
            known.grants[hash] = Grant(
                organization: row[1], source: (row[2] as UInt32?).flatMap { known.sources[$0] }, scopes: Set(scopes))
        }
        return known
    }
}
