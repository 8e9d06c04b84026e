import Foundation
import GRDB
import Throughline
import ThroughlineEngine

/// Copies the folder of a server, also while a server runs over it, and puts a copy in its place again.
///
/// First the state, then the log, then who may do what: so the log has everything that the state was made of, and every event
/// of it has its source. The log of the copy is closed in good order and every byte of it is checked before the backup gets
/// its name; the manifest has the SHA-256 of each file.
public enum Backup {
    /// Makes a backup in a folder that is not there yet.
    ///
    /// - Throws: where something cannot be read or written, or the log is damaged; then nothing is left in the target.
    public static func make(of folder: String, in target: String, now: Instant) async throws -> BackupManifest {
        try await replacing(target) { part in
            let folded = try copyDatabase(folder, FolderLayout.state, to: part) {
                UInt64(try Int64.fetchOne($0, sql: "SELECT position FROM fold")!)
            }
            let records = try await copyLog(of: folder, to: part, atLeast: LogPosition(folded))
            try copyDatabase(folder, FolderLayout.access, to: part) { _ in }
            if FileManager.default.fileExists(atPath: folder + "/" + FolderLayout.readings) {
                try copyDatabase(folder, FolderLayout.readings, to: part) { _ in }
            }
            // Behind the log: what was erased since is on it.
            if FileManager.default.fileExists(atPath: folder + "/" + FolderLayout.erased) {
                _ = try FileCopy.copy(folder + "/" + FolderLayout.erased, to: part + "/" + FolderLayout.erased)
            }
            var manifest = BackupManifest(madeAt: now, records: records.rawValue, folded: folded)
            for path in try files(in: part) {
                let file = try FileCopy.digest(of: part + "/" + path)
                manifest.files.append(BackupManifest.File(path: path, bytes: file.bytes, sha256: file.sha256))
            }
            try manifest.write(to: part)
            return manifest
        }
    }

    /// Puts a backup where a server finds it, in a folder that is not there yet, without the records that were erased since.
    ///
    /// - Parameter erased: the list of the erased as it is now; nil for that of the backup itself.
    /// - Returns: what the backup holds, and how many of its records were erased.
    /// - Throws: where a file of the backup is not what was written; then nothing is left in the folder.
    public static func restore(
        _ backup: String, to folder: String, erased: String?
    ) async throws -> (manifest: BackupManifest, erased: Int) {
        let manifest = try BackupManifest(of: backup)
        return try await replacing(folder) { part in
            try FileCopy.makeFolder(part + "/" + FolderLayout.log)
            for file in manifest.files {
                let copy = try FileCopy.copy(backup + "/" + file.path, to: part + "/" + file.path)
                guard copy == (file.bytes, file.sha256) else {
                    throw BackupError("\(backup)/\(file.path) is not what was written")
                }
            }
            try FileCopy.sync(part + "/" + FolderLayout.log)
            let own = part + "/" + FolderLayout.erased
            var lists: [ErasedList] = []
            if FileManager.default.fileExists(atPath: own) { lists.append(try ErasedList(path: own, isMade: false)) }
            if let erased {
                lists.append(try ErasedList(path: erased, isMade: false))
                try? FileManager.default.removeItem(atPath: own)
                _ = try FileCopy.copy(erased, to: own)
            }
            return (manifest, try await erase(lists, from: part))
        }
    }

    /// Takes the records out of a copy that are on some lists.
    private static func erase(_ lists: [ErasedList], from part: String) async throws -> Int {
        guard lists.contains(where: { !$0.isEmpty }) else { return 0 }
        let log = try SegmentedLog(files: try DiskFiles(folder: part + "/" + FolderLayout.log, isMade: false))
        var found: Set<LogPosition> = []
        var position = LogPosition.start
        while position < log.end {
            let records = try log.records(from: position, bytesMax: 1 << 22)
            for list in lists { found.formUnion(list.places(in: records).map { position.advanced(by: $0) }) }
            position = position.advanced(by: records.count)
        }
        if !found.isEmpty { try await log.erase(found.sorted()) }
        await log.close()
        try? FileManager.default.removeItem(atPath: part + "/" + FolderLayout.log + "/" + DiskFiles.lockName)
        // What was made of them goes with them: the server makes the state again.
        if !found.isEmpty { try FileManager.default.removeItem(atPath: part + "/" + FolderLayout.state) }
        return found.count
    }

    /// Fills a new folder under another name and gives it its own at the end.
    private static func replacing<Result>(
        _ target: String, _ fill: (_ part: String) async throws -> Result
    ) async throws -> Result {
        let target = URL(fileURLWithPath: target).standardizedFileURL.path
        guard !FileManager.default.fileExists(atPath: target) else {
            throw BackupError("\(target) is there already: nothing is written over")
        }
        let part = target + ".part-\(UUID().uuidString)"
        try FileCopy.makeFolder(part)
        do {
            let result = try await fill(part)
            try FileCopy.sync(part)
            try FileCopy.move(part, to: target)
            let parent = URL(fileURLWithPath: target).deletingLastPathComponent().path
            try FileCopy.sync(parent)
            return result
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw error
        }
    }

    /// Copies a database as it is at one moment, and reads something of that moment.
    @discardableResult
    private static func copyDatabase<Result>(
        _ folder: String, _ name: String, to part: String, _ read: (Database) throws -> Result
    ) throws -> Result {
        let (source, target) = (folder + "/" + name, part + "/" + name)
        guard FileManager.default.fileExists(atPath: source) else { throw BackupError("\(source) is not there") }
        return try StoreError.translating("\(source) cannot be copied") {
            var configuration = CheckedDatabase.configuration()
            configuration.busyMode = .timeout(10)
            try CheckedDatabase.beside(source, configuration).writeWithoutTransaction {
                try CheckedDatabase.copy($0, to: target)
            }
            let result = try CheckedDatabase.queue(target).read { db in
                let found = try String.fetchOne(db, sql: "PRAGMA integrity_check")
                guard found == "ok" else { throw StoreError(.damaged, "\(source) is damaged: \(found ?? "")") }
                return try read(db)
            }
            guard chmod(target, 0o600) == 0 else { throw BackupError.system(target, "protect") }
            try FileCopy.sync(target)
            return result
        }
    }

    /// Copies the segments of a log that may be written meanwhile, and checks every byte of the copy.
    ///
    /// - Returns: where the copy ends.
    private static func copyLog(
        of folder: String, to part: String, atLeast least: LogPosition
    ) async throws -> LogPosition {
        let (source, target) = (folder + "/" + FolderLayout.log, part + "/" + FolderLayout.log)
        try FileCopy.makeFolder(target)
        let marker = source + "/" + ClosedMarker.name
        let closed = FileManager.default.contents(atPath: marker)
        // What comes after this moment is for the next backup.
        for name in try DiskFiles(folder: source, isMade: false).names().sorted()
        where SegmentHeader.first(ofName: name) != nil {
            _ = try FileCopy.copy(source + "/" + name, to: target + "/" + name)
        }
        // Where nobody wrote meanwhile, what the end lacks is damage and not on its way.
        if closed != nil, FileManager.default.contents(atPath: marker) == closed {
            _ = try FileCopy.copy(marker, to: target + "/" + ClosedMarker.name)
        }
        let files = try DiskFiles(folder: target, isMade: false)
        // Cuts off what was being written at the end.
        let log = try SegmentedLog(files: files, atLeast: least)
        await log.close()
        let damage = try SegmentedLog.verify(files: files).findings.first
        if let damage { throw BackupError("\(source)/\(damage)") }
        try? FileManager.default.removeItem(atPath: target + "/" + DiskFiles.lockName)
        return log.end
    }

    /// The files of a folder, by their paths from it.
    private static func files(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().filter { path in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
            return !isFolder.boolValue
        }
    }
}
