import ArgumentParser
import Foundation
import Throughline
import ThroughlineEmbedded
import ThroughlineEngine

/// The folder of a server: the log, what can be made again from it, and who may do what.
struct DataFolder {
    let log: SegmentedLog
    let profiles: SQLiteProfiles
    let access: SQLiteAccess
    let erased: ErasedList
    let readings: SQLiteReadings
    let path: String
    /// Held as long as the folder is used: nobody else opens a file of it.
    private let lock: DiskFiles

    /// Opens a folder, and makes it where there is none.
    ///
    /// - Parameter isServing: whether requests wait for the same disk.
    /// - Throws: a ``LogFileError`` with the code `locked` where another process has it.
    init(path: String, isServing: Bool = false) throws {
        self.path = path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        lock = try DataFolder.lock(path)
        profiles = try SQLiteProfiles(path: path + "/" + FolderLayout.state, isAlone: !isServing)
        access = try SQLiteAccess(path: path + "/" + FolderLayout.access)
        readings = try SQLiteReadings(path: path + "/" + FolderLayout.readings)
        erased = try ErasedList(path: path + "/" + FolderLayout.erased)
        log = try SegmentedLog(
            files: try DiskFiles(folder: path + "/" + FolderLayout.log), limits: DataFolder.limits,
            atLeast: try profiles.position())
    }

    /// Makes an organization with a source and keys where there is none yet. Says where its keys are.
    func found(_ organization: String, environment: [String: String]) throws -> String? {
        guard !access.isFounded else { return nil }
        let given = (write: environment["THROUGHLINE_WRITE_KEY"], api: environment["THROUGHLINE_API_KEY"])
        for (name, key) in [("THROUGHLINE_WRITE_KEY", given.write), ("THROUGHLINE_API_KEY", given.api)] {
            guard let key, key.utf8.count < DataFolder.keyBytesMin else { continue }
            throw ValidationError("\(name) has fewer than \(DataFolder.keyBytesMin) characters")
        }
        let write = given.write ?? KeyHash.makeKey(mark: "tlw")
        let api = given.api ?? KeyHash.makeKey(mark: "tla")
        let isAnyMade = given.write == nil || given.api == nil
        // First the file: keys of which only hashes are left are of no use to anybody.
        if isAnyMade {
            let file = FirstKeys.file(
                writeKey: given.write == nil ? write : nil, apiKey: given.api == nil ? api : nil)
            try Console.writeSecret(file, to: path + "/" + FolderLayout.firstKeys)
        }
        try access.found(
            organization, source: Source.Draft(name: "first", kind: .server),
            keys: [
                (
                    KeyHash(of: write),
                    Key.Draft(label: "first write key", scopes: [.write], ending: KeyHash.ending(of: write))
                ),
                (
                    KeyHash(of: api),
                    Key.Draft(
                        label: "first API key", scopes: [.read, .change, .debug, .metrics, .admin],
                        ending: KeyHash.ending(of: api))
                ),
            ], at: Assembly.now())
        return isAnyMade ? "its keys are in \(path)/\(FolderLayout.firstKeys)" : "its keys are those of the environment"
    }

    /// Takes a folder for this process alone, until what is returned is gone.
    static func lock(_ path: String) throws -> DiskFiles {
        let files = try DiskFiles(folder: path, isMade: false)
        try files.lock()
        return files
    }

    /// The sources of the organization that the first start made.
    var sources: [Source] { access.sources(of: 1) }

    /// The key that a tool on this machine writes with.
    static func writeKey(of path: String) throws -> String {
        if let key = ProcessInfo.processInfo.environment["THROUGHLINE_WRITE_KEY"] { return key }
        let mark = FirstKeys.writeKeyMark
        let lines = FileManager.default.contents(atPath: path + "/first-keys").map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let line = lines?.split(separator: "\n").first(where: { $0.hasPrefix(mark) }) else {
            throw FileError(
                path + "/first-keys", "has no write key: a server runs over the folder; give THROUGHLINE_WRITE_KEY")
        }
        return String(line.dropFirst(mark.count))
    }

    /// Where a server that runs over a folder is reached.
    static func addressFile(_ path: String) -> String { path + "/listening" }

    static var limits: LogLimits {
        var limits = LogLimits()
        // The longest body, and what the log keeps of each event besides.
        limits.appendBytesMax = 2 * Intake.bodyBytesMax
        return limits
    }

    /// A key that is given is at least so long.
    private static let keyBytesMin = 8
}
