import CPageSums
import Foundation
import GRDB
import GRDBSQLite
import ThroughlineEngine

/// Opens SQLite files every page of which has a sum, put in as it is written and looked at as it is read: an altered page is
/// refused and not served (docs/decisions/0023).
enum CheckedDatabase {
    /// Opens a file that somebody else may have open, as it is: one of an earlier version without sums.
    ///
    /// - Throws: ``StoreError`` with the code `damaged` where it is not what was written.
    static func beside(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
        guard try PageFile.kind(of: path) == .unsummed else { return try queue(path, configuration) }
        _ = try name(of: path)
        return try DatabaseQueue(path: path)
    }

    /// Opens a file that nobody else has, and makes it where there is none.
    ///
    /// - Throws: ``StoreError`` with the code `damaged` where it is not what was written.
    static func queue(
        _ path: String, _ configuration: Configuration = CheckedDatabase.configuration()
    ) throws -> DatabaseQueue {
        try DatabaseQueue(path: try prepare(path), configuration: configuration)
    }

    /// Opens a file that is read while it is written, by nobody else, and makes it where there is none.
    ///
    /// - Throws: ``StoreError`` with the code `damaged` where it is not what was written.
    static func pool(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
        try DatabasePool(path: try prepare(path), configuration: configuration)
    }

    /// Copies what a connection has to a new file, each page of it with its sum.
    static func copy(_ db: Database, to path: String) throws {
        try reserve(in: db)
        try db.execute(sql: "VACUUM INTO ?", arguments: [try name(of: path)])
    }

    /// Gets a file ready to be opened: one of an earlier version is written anew, with sums.
    ///
    /// - Returns: the name to open it by.
    private static func prepare(_ path: String) throws -> String {
        let name = try name(of: path)
        switch try PageFile.kind(of: path) {
        case .absent, .summed: break
        case .unsummed: try writeAnew(path)
        case .altered: throw StoreError(.damaged, "\(path), page 1: it is not what was written")
        }
        return name
    }

    /// The name that opens a file with sums; whatever it is called.
    private static func name(of path: String) throws -> String {
        guard page_sums_register() == SQLITE_OK else {
            throw StoreError(.failed, "SQLite does not take a layer over its files")
        }
        let plain = CharacterSet(charactersIn: "%?#").inverted
        guard let escaped = path.addingPercentEncoding(withAllowedCharacters: plain) else {
            throw StoreError(.failed, "\(path) is no name of a file")
        }
        return "file:\(escaped)?vfs=\(PAGE_SUMS_NAME)"
    }

    /// What a connection begins with, before anything else is done in it.
    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            var layer: UnsafeMutablePointer<CChar>?
            sqlite3_file_control(db.sqliteConnection, nil, SQLITE_FCNTL_VFSNAME, &layer)
            defer { sqlite3_free(layer) }
            guard let layer, String(cString: layer) == PAGE_SUMS_NAME else {
                throw StoreError(.failed, "this SQLite does not open files by the name of a layer")
            }
            if !db.configuration.readonly { try reserve(in: db) }
        }
        return configuration
    }

    /// Asks for the room that sums need, in a file that is not written yet.
    private static func reserve(in db: Database) throws {
        try db.execute(sql: "PRAGMA page_size = \(page_sums_page)")
        var bytes = Int32(page_sums_reserved)
        let result = sqlite3_file_control(db.sqliteConnection, nil, SQLITE_FCNTL_RESERVE_BYTES, &bytes)
        guard result == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
    }

    /// Writes a file without sums again with them, beside itself, and puts it in its place once it is whole.
    private static func writeAnew(_ path: String) throws {
        let fresh = path + ".summed"
        for end in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: fresh + end) }
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            // What lies in the log beside it comes into the copy, and must not be laid over it later.
            try copy(db, to: fresh)
            try db.checkpoint(.truncate)
        }
        try queue.close()
        guard chmod(fresh, 0o600) == 0 else { throw BackupError.system(fresh, "protect") }
        try FileCopy.sync(fresh)
        // SQLite removes these as it closes the file; one that stayed would be laid over the new one.
        for end in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + end) {
            try FileManager.default.removeItem(atPath: path + end)
        }
        try FileCopy.move(fresh, to: path)
        try FileCopy.sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }
}
