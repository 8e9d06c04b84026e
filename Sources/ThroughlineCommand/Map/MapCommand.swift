import ArgumentParser
import Throughline
import ThroughlineEngine

struct MapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Check a journey map that people drew, beside what customers really do, or draft a first one.",
        subcommands: [MapCheck.self, MapDraftCommand.self])
}

/// Reads files of events for a map.
struct MapInput {
    let input: InputOptions
    let rejects: RejectLog
    let index: EventIndex
    let run: FileDiscovery
    /// Events that were read: an index that is worked through does not know any more.
    let eventCount: Int
    private(set) var summary = RunSummary()
    private var bar = ProgressBar()

    /// - Parameters:
    ///   - paths: files of events.
    ///   - others: files that are read besides, which nothing is to be written over.
    init(_ how: PurposeOptions, _ input: InputOptions, paths: [String], others: [String] = []) throws {
        self.input = input
        if let rejects = input.rejects { try refuseOverwriting(paths + how.paths + others, with: rejects) }
        rejects = try input.rejectLog()
        // What is wrong with the files beside is said before the events are read.
        run = try how.discovery(describes: true, eventBytesMax: input.eventBytesMax)
        let index = EventIndex(workers: how.workerCount)
        var bar = ProgressBar()
        for path in paths {
            do {
                let source = try input.open(path, rejects: rejects)
                try index.read(source) { bar.show("reading", done: $0, of: source.size) }
            } catch let error as FileError { summary.note(unreadable: error) }
        }
        bar.end()
        self.index = index
        eventCount = index.eventCount
    }

    mutating func show(done: Int) { bar.show("discovering", done: Int64(done), of: Int64(eventCount)) }

    mutating func endBar() { bar.end() }

    /// Says what was read, and ends with a status where not all of it was.
    func finish(saying what: String, isFailed: Bool = false) throws {
        try rejects.close()
        Console.note("\(what); \(eventCount) events; \(rejects.count) lines refused")
        if summary.unreadable || isFailed || (input.strict && rejects.count > 0) { throw ExitCode(1) }
    }
}
