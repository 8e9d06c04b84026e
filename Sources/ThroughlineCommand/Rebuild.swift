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
struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the state of a folder again from its log, while no server has it.",
        discussion: "The state that is there stays in use until the new one is whole.")

    @Option(help: ArgumentHelp("The folder of a server.", valueName: "folder"))
    var data = "./data"

    func run() throws {
        let log = try SegmentedLog(
            files: try DiskFiles(folder: data + "/log", isMade: false), limits: DataFolder.limits)
        let path = data + "/state.sqlite"
        let fresh = data + "/state-rebuilt.sqlite"
        remove(fresh)  // What an earlier rebuild left that did not come to its end.
        let profiles = try SQLiteProfiles(path: fresh)
        let fold = try FoldService(
            log: log, profiles: profiles, access: try SQLiteAccess(path: data + "/access.sqlite"),
            logger: Logger(label: "throughline") { _ in StandardErrorLog() })
        var bar = ProgressBar()
        try fold.foldAll { bar.show("folding", done: Int64($0.rawValue), of: Int64(log.end.rawValue)) }
        let counts = try profiles.counts()
        try profiles.close()
        remove(path, butNot: [""])
        guard rename(fresh, path) == 0 else { throw FileError.system(path, "replace") }
        print(
            "\(log.end.rawValue) records: \(counts.profiles) profiles, \(counts.events) events, "
                + "\(counts.duplicates) duplicates, \(counts.unreadable) unreadable")
    }

    /// Removes a database and what lies beside it.
    private func remove(_ path: String, butNot kept: [String] = []) {
        for end in ["", "-wal", "-shm"] where !kept.contains(end) { unlink(path + end) }
    }
}
