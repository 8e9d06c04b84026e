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

    @Option(
        help: ArgumentHelp(
            "Take purposes as this TSV file gives them (messageId, purpose).", valueName: "placed.tsv"))
    var given: String?

    @Option(
        help: ArgumentHelp(
            "Your own words for what people come for (products, sections of a site), one a line: they name types.",
            valueName: "file"))
    var catalogue: String?

    @Option(help: ArgumentHelp("Use this model in place of the one inside the program.", valueName: "file"))
    var model: String?

    @Option(help: "Threads to work with; 0 for one a core.")
    var workers = 0

    @OptionGroup var input: InputOptions

    @Argument(help: ArgumentHelp("Files of events; - or none for standard input.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if format == .csv { throw ValidationError("types are a table or ndjson") }
        guard (0...256).contains(workers) else { throw ValidationError("--workers is a number from 0 to 256") }
    }

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        let paths = inputPaths(files)
        if let rejects = input.rejects {
            try refuseOverwriting(paths + [given, catalogue, model].compactMap { $0 }, with: rejects)
        }
        let rejects = try input.rejectLog()
        var summary = RunSummary()
        var bar = ProgressBar()
        let workers = workers == 0 ? Assembly.cores : workers
        let index = EventIndex(workers: workers)
        for path in paths {
            do {
                let source = try input.open(path, rejects: rejects)
                try index.read(source) { bar.show("reading", done: $0, of: source.size) }
            } catch let error as FileError { summary.note(unreadable: error) }
        }
        bar.end()
        let events = index.eventCount
        var run = FileDiscovery(
            model: try Assembly.model(path: model), table: try Assembly.embeddingTable(), repairs: true,
            describes: true,
            eventBytesMax: input.eventBytesMax, workers: workers)
        run.given = try given.map(GivenPurposes.read)
        run.catalogue = try catalogue.map(Catalogue.read) ?? []
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
