import ArgumentParser
import Foundation
import Logging
import ThroughlineEmbedded
import ThroughlineEngine

/// Takes history from files into a server's folder, the same way as events that come live.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes events from files into the folder of a server, through the server where one runs.",
        discussion: """
            What is imported is on disk when it is counted. An import that was stopped goes on where it was when it is \
            started again, and an event that is there is not stored twice. Where a server runs over the folder, the \
            events are sent to it with the write key of THROUGHLINE_WRITE_KEY or of the folder's first-keys.
            """)

    @Argument(help: ArgumentHelp("NDJSON or CSV, plain or gzip; - for standard input.", valueName: "file"))
    var files: [String]

    @OptionGroup var input: InputOptions

    @Option(help: ArgumentHelp("The folder of a server.", valueName: "folder"))
    var data = "./data"

    @Option(help: "The source that the events are of, by its name, where no server runs: the first one else.")
    var source: String?

    func validate() throws {
        guard input.eventBytesMax <= EventParser.eventBytesMax else {
            throw ValidationError(
                "--event-bytes-max is at most \(EventParser.eventBytesMax): a server takes no longer event")
        }
    }

    func run() async throws {
        Console.keepPrivate()
        if let kept = input.rejects { try refuseOverwriting(files, with: kept) }
        // An import that was stopped kept refused lines that this one does not meet again.
        let rejects = try input.rejectLog(isAdding: true)
        let start = ContinuousClock.now
        let sink: any ImportSink = try openSink()
        var taken = 0
        let told: String
        do {
            for file in files { taken += try await take(file, into: sink, rejects: rejects) }
            told = try await sink.finish()
        } catch {
            await sink.close()
            throw error
        }
        await sink.close()
        try rejects.close()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let rate = Int(Double(taken) / max(seconds, 0.001))
        print("\(taken) events taken, \(rejects.count) lines refused, \(rate) events a second\(told)")
        if input.strict, rejects.count > 0 { throw ExitCode(1) }
    }

    /// The folder itself, or the server that has it.
    private func openSink() throws -> any ImportSink {
        do {
            return try FolderSink(DataFolder(path: data), source: source)
        } catch let error as LogFileError where error.code == .locked {
            guard let address = FileManager.default.contents(atPath: DataFolder.addressFile(data)) else {
                throw error
            }
            guard source == nil else {
                throw ValidationError("a server runs over \(data): the source is that of its write key, not --source")
            }
            return ServerSink(
                address: String(decoding: address, as: UTF8.self), key: try DataFolder.writeKey(of: data))
        }
    }

    /// Imports one file.
    ///
    /// - Returns: how many events were taken.
    private func take(_ file: String, into sink: any ImportSink, rejects: RejectLog) async throws -> Int {
        let progress = try ImportProgress(
            of: file, readAs: [input.inputFormat?.rawValue, input.map, source].map { $0 ?? "" }, in: data)
        var events = try input.open(file, rejects: rejects)
        var reader = ImportReader(events, eventsPerBatch: sink.eventsPerBatch)
        if let position = progress.position {
            if try reader.skip(to: position) {
                Console.note("\(file): goes on behind line \(position.line)")
            } else {
                Console.note("\(file) is another file than it was: it is imported from its start")
                events = try input.open(file, rejects: rejects)
                reader = ImportReader(events, eventsPerBatch: sink.eventsPerBatch)
            }
        }
        var bar = ProgressBar()
        defer { bar.end() }
        var taken = 0
        while let batch = try reader.next() {
            let refusals = try await sink.take(batch)
            for refusal in refusals { try reader.refuse(refusal.index, of: batch, message: refusal.message) }
            taken += batch.events.count - refusals.count
            try progress.reach(batch.end, rejects)
            bar.show("importing", done: events.bytesRead, of: events.size)
        }
        try progress.note(rejects)
        return taken
    }
}

/// How far the import of a file into a folder has come, kept in the folder.
private final class ImportProgress {
    /// Noted each time so many batches were taken: what an import that is killed sends twice is stored once.
    private static let batchesBetween = 20

    private(set) var position: ImportPosition?
    private let path: String?
    private var batches = 0

    /// - Parameter settings: what says how the file is read: read in another way it begins anew.
    init(of file: String, readAs settings: [String], in data: String) throws {
        guard file != "-" else {
            path = nil
            return
        }
        let folder = data + "/" + FolderLayout.imports
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let whole = [URL(fileURLWithPath: file).standardizedFileURL.path] + settings
        let name = KeyHash(of: whole.joined(separator: "\n")).bytes.prefix(16)
        let path = folder + "/" + name.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        self.path = path
        // A note that cannot be read is none: what is imported again is stored once.
        position = FileManager.default.contents(atPath: path).flatMap {
            CheckedLine.isWhole($0) ? try? JSONDecoder().decode(ImportPosition.self, from: $0) : nil
        }
    }

    /// Goes on to where all before is on disk.
    func reach(_ position: ImportPosition, _ rejects: RejectLog) throws {
        self.position = position
        batches += 1
        if batches % ImportProgress.batchesBetween == 0 { try note(rejects) }
    }

    /// Notes it, behind the lines that were refused up to there.
    func note(_ rejects: RejectLog) throws {
        try rejects.flush()
        guard let path, let position else { return }
        try Console.write(Array(CheckedLine.of(try JSONEncoder().encode(position))), to: path)
    }
}
