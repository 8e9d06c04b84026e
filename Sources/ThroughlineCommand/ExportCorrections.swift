import ArgumentParser
import Foundation
import ThroughlineEmbedded
import ThroughlineEngine

/// Writes what people corrected for whoever learns from it.
struct ExportCorrections: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corrections",
        abstract: "Writes what people corrected, and their events, for learn; while no server has the folder.",
        discussion: """
            Two files, which only their owner can read: the events of everybody who corrected something (NDJSON), and \
            what they corrected (TSV). People are named by numbers; what events say beside is as it was sent. Then:

            throughline learn --corrections corrections.tsv --out model corrected.ndjson

            A backup can be restored and read in place of a folder that a server has.
            """)

    @Option(help: ArgumentHelp("The folder of a server.", valueName: "folder"))
    var data = "./data"

    @Option(help: ArgumentHelp("Where the events are written.", valueName: "file"))
    var events = "corrected.ndjson"

    @Option(
        name: .customLong("corrections"), help: ArgumentHelp("Where the corrections are written.", valueName: "file"))
    var out = "corrections.tsv"

    func run() async throws {
        Console.keepPrivate()
        let lock = try DataFolder.lock(data)
        defer { lock.unlock() }
        let profiles = try SQLiteProfiles(path: data + "/" + FolderLayout.state)
        let log = try SegmentedLog(
            files: try DiskFiles(folder: data + "/" + FolderLayout.log, isMade: false), limits: DataFolder.limits,
            atLeast: try profiles.position())
        let waiting = log.end.rawValue - (try profiles.position()).rawValue
        guard waiting == 0 else {
            throw FileError(data, "\(waiting) records wait to be folded: let a server run over this folder first")
        }
        let counts = try NewFile.write(events, out) { events, corrections in
            try corrections.append(Array(CorrectionExport.header.utf8))
            return try CorrectionExport(profiles: profiles, log: log).run(
                event: { try events.append($0) }, correction: { try corrections.append(Array($0.utf8)) })
        }
        try profiles.close()
        await log.close()
        print(
            "\(counts.people) people, \(counts.events) events, \(counts.corrections) corrections"
                + (counts.leftOut > 0 ? "; \(counts.leftOut) are of no event of theirs any more" : ""))
    }
}

/// A file that is written beside its place, and is there once it is whole.
private struct NewFile {
    private let file: FileHandle
    private let path: String

    private var part: String { path + ".part" }

    /// - Parameter path: nothing may lie there yet.
    private init(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { throw FileError(path, "is there already") }
        let part = path + ".part"
        guard FileManager.default.createFile(atPath: part, contents: nil),
            let file = FileHandle(forWritingAtPath: part)
        else { throw FileError(path, "cannot be written") }
        self.file = file
        self.path = path
    }

    /// Writes two files, both or none.
    static func write<Result>(
        _ one: String, _ other: String, _ body: (NewFile, NewFile) throws -> Result
    ) throws -> Result {
        var files: [NewFile] = []
        do {
            for path in [one, other] { files.append(try NewFile(path)) }
            let result = try body(files[0], files[1])
            for file in files { try file.finish() }
            for file in files { try FileManager.default.moveItem(atPath: file.part, toPath: file.path) }
            return result
        } catch {
            // What went wrong is told, not what is left of it.
            for file in files { try? FileManager.default.removeItem(atPath: file.part) }
            throw error
        }
    }

    private func finish() throws {
        do {
            try file.synchronize()
            try file.close()
        } catch { throw FileError(path, "cannot be written: \(error.localizedDescription)") }
    }

    func append(_ bytes: [UInt8]) throws {
        do { try file.write(contentsOf: bytes) } catch {
            throw FileError(path, "cannot be written: \(error.localizedDescription)")
        }
    }
}
