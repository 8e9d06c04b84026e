import Crypto
import Foundation
import Throughline

/// What a backup holds: lies beside its files as `backup.json`, and is written last.
public struct BackupManifest: Codable, Sendable, Equatable {
    static let name = "backup.json"
    static let versionNow = 1

    struct File: Codable, Equatable {
        /// From the folder of the backup.
        var path: String
        var bytes: Int
        /// SHA-256, in hexadecimal.
        var sha256: String
    }

    var version = BackupManifest.versionNow
    public internal(set) var madeAt: String
    /// Records of the log, and those of them that the state has folded.
    public internal(set) var records: UInt64
    public internal(set) var folded: UInt64
    var files: [File] = []

    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    /// Reads the manifest of a folder.
    init(of folder: String) throws(BackupError) {
        let path = folder + "/" + BackupManifest.name
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BackupError("\(path) is not there: \(folder) is no backup, or one that did not come to its end")
        }
        do { self = try JSONDecoder().decode(BackupManifest.self, from: data) } catch {
            throw BackupError("\(path) is not what was written")
        }
        guard version == BackupManifest.versionNow else {
            throw BackupError("\(path) was written by a later version of throughline")
        }
        // A path that leads out of the folder is none that was written here.
        guard files.allSatisfy({ !$0.path.hasPrefix("/") && !$0.path.split(separator: "/").contains("..") }) else {
            throw BackupError("\(path) is not what was written")
        }
    }

    init(madeAt: Instant, records: UInt64, folded: UInt64) {
        self.madeAt = madeAt.rfc3339
        self.records = records
        self.folded = folded
    }

    func write(to folder: String) throws(BackupError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(self).write(to: URL(fileURLWithPath: folder + "/" + BackupManifest.name))
        } catch { throw BackupError("\(folder)/\(BackupManifest.name) cannot be written: \(error)") }
        try FileCopy.sync(folder + "/" + BackupManifest.name)
    }
}

/// Why there is no backup, or why it is not restored.
public struct BackupError: Error, Sendable, CustomStringConvertible {
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
