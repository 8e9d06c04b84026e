import ArgumentParser
import Foundation
import Logging
import ThroughlineEmbedded
import ThroughlineEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes the state of a folder again from its log.
struct Rebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the state of a folder again from its log, while no server has it.",
        discussion: "The state that is there stays in use until the new one is whole.")

    @Option(help: ArgumentHelp("The folder of a server.", valueName: "folder"))
    var data = "./data"

    func run() async throws {
        Console.keepPrivate()
        let lock = try DataFolder.lock(data)
        defer { lock.unlock() }
        let path = data + "/" + FolderLayout.state
        let log = try SegmentedLog(
            files: try DiskFiles(folder: data + "/" + FolderLayout.log, isMade: false), limits: DataFolder.limits,
            atLeast: try folded(path))
        let access = try SQLiteAccess(path: data + "/" + FolderLayout.access)
        guard access.isFounded else {
            throw FileError(
                data + "/" + FolderLayout.access, "names no source: without it no event of the log is anybody's")
        }
        let fresh = data + "/state-rebuilt.sqlite"
        remove(fresh)  // What an earlier rebuild left that did not come to its end.
        let profiles = try SQLiteProfiles(path: fresh)
        if let old = try readable(path) {
            try profiles.adoptWaiting(of: old)
            try old.close()
        }
        let fold = try FoldService(
            log: log, profiles: profiles, access: access, discovery: try Assembly.liveDiscovery(),
            logger: Logger(label: "throughline") { _ in StandardErrorLog() })
        var bar = ProgressBar()
        try fold.foldAll { bar.show("folding", done: Int64($0.rawValue), of: Int64(log.end.rawValue)) }
        let counts = try profiles.counts()
        try profiles.close()
        await log.close()
        remove(path, butNot: [""])
        guard rename(fresh, path) == 0 else { throw FileError.system(path, "replace") }
        print(
            "\(log.end.rawValue) records: \(counts.profiles) profiles, \(counts.events) events, "
                + "\(counts.duplicates) duplicates, \(counts.unreadable) unreadable")
    }

    /// How far the state that is there has come: a log that ends before has lost something, and then it is worth more than a
    /// new one. A damaged one says nothing; one of a later version is not replaced.
    private func folded(_ path: String) throws(StoreError) -> LogPosition {
        guard let state = try readable(path) else { return .start }
        return try state.position()
    }

    /// The state that is there; nil where there is none, or a damaged one.
    private func readable(_ path: String) throws(StoreError) -> SQLiteProfiles? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do throws(StoreError) {
            let state = try SQLiteProfiles(path: path)
            _ = try state.position()
            return state
        } catch {
            guard error.code == .damaged else { throw error }
            return nil
        }
    }

    /// Removes a database and what lies beside it.
    private func remove(_ path: String, butNot kept: [String] = []) {
        for end in ["", "-wal", "-shm"] where !kept.contains(end) { unlink(path + end) }
    }
}
