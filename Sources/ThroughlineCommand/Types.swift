import ArgumentParser
import Throughline
import ThroughlineEngine

struct Types: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find what like purposes of many people have in common: their types, and the milestones of each.",
        discussion: """
            Reads events as discover does, finds the purposes of the first people (up to some 32,000 events) and groups \
            them by what they are about. Milestones are learned from how fulfilled ones went, without any label: what most of \
            them reach, in the order in which they reach it, and what brings others to an end. With each is told how many reach \
            it at all, and which share of them goes on to the next.
            """)

    @Option(help: "table or ndjson.")
    var format = ResultFormat.table

    @OptionGroup var how: PurposeOptions

    @OptionGroup var input: InputOptions

    @Argument(help: ArgumentHelp("Files of events; - or none for standard input.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if format == .csv { throw ValidationError("types are a table or ndjson") }
    }

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        let paths = inputPaths(files)
        if let rejects = input.rejects {
            try refuseOverwriting(paths + how.paths, with: rejects)
        }
        let rejects = try input.rejectLog()
        let run = try how.discovery(describes: true, eventBytesMax: input.eventBytesMax)
        var summary = RunSummary()
        var bar = ProgressBar()
        let index = EventIndex(workers: how.workerCount)
        for path in paths {
            do {
                let source = try input.open(path, rejects: rejects)
                try index.read(source) { bar.show("reading", done: $0, of: source.size) }
            } catch let error as FileError { summary.note(unreadable: error) }
        }
        bar.end()
        let events = index.eventCount
        let types = try run.types(of: index).types
        let output = StandardOutput()
        let lines = TypeLines(format: format)
        for type in types { try output.write(lines.text(of: type)) }
        try output.flush()
        try rejects.close()
        let purposes = types.reduce(0) { $0 + $1.purposeCount }
        Console.note(
            "\(types.count) types of \(purposes) purposes; \(events) events; \(rejects.count) lines refused")
        if summary.unreadable || (input.strict && rejects.count > 0) { throw ExitCode(1) }
    }
}
