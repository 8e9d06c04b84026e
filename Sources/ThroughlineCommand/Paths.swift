import ArgumentParser
import Throughline
import ThroughlineEngine

struct Paths: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count which steps follow which: the directly-follows graph, the variants, and the times between.",
        discussion: """
            A case is what a person does (her user id, or a visitor's id), its steps the names of her events in the order of \
            their times; equal times keep the order of the lines. With --purposes a case is one purpose, as discover finds \
            it or --given gives it, and with --type one of that type.

            JSON tells all: directlyFollows and eventuallyFollows as [from, to, times], gapMilliseconds of each edge, \
            variants, casesWithRework (a step more than once), throughputMilliseconds from first step to last.
            """)

    @Option(help: "table (for people) or ndjson (one JSON object with all counts).")
    var format = ResultFormat.table

    @Flag(help: "A case is a purpose, not a person.")
    var purposes = false

    @Option(help: ArgumentHelp("Only purposes of this type, as types tells it.", valueName: "name"))
    var type: String?

    @OptionGroup var how: PurposeOptions

    @OptionGroup var input: InputOptions

    @Argument(help: ArgumentHelp("Files of events; - or none for standard input.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if format == .csv { throw ValidationError("paths are a table or ndjson") }
        if how.catalogue != nil && type == nil {
            throw ValidationError("--catalogue names types: add --type, or leave it out")
        }
        if how.model != nil && !areCasesPurposes {
            throw ValidationError("--model finds purposes: add --purposes or --type, or leave it out")
        }
    }

    private var areCasesPurposes: Bool { purposes || type != nil || how.given != nil }

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        if let rejects = input.rejects {
            try refuseOverwriting(inputPaths(files) + how.paths, with: rejects)
        }
        let rejects = try input.rejectLog()
        var summary = RunSummary()
        let output = StandardOutput()
        if areCasesPurposes {
            try tellPurposes(rejects, &summary, output)
        } else {
            try tellPeople(rejects, &summary, output)
        }
        try output.flush()
        try rejects.close()
        if summary.unreadable || (input.strict && rejects.count > 0) { throw ExitCode(1) }
    }

    private func tellPeople(_ rejects: RejectLog, _ summary: inout RunSummary, _ output: StandardOutput) throws {
        let reader = PathReader(workers: how.workerCount)
        try readAll(rejects, &summary) { try reader.read($0, progress: $1) }
        let isEmpty = reader.eventCount == 0
        let (first, last) = (reader.earliest, reader.latest)
        let duplicates = reader.duplicateCount
        let counts = reader.counts()
        try tell(
            PathLines(counts: counts, activities: reader.activities), first: isEmpty ? nil : first,
            last: isEmpty ? nil : last, output)
        noteCut(counts)
        Console.note(
            "\(counts.eventCount) events of \(counts.caseCount) people; \(rejects.count) lines refused, "
                + "\(duplicates) duplicates dropped")
    }

    private func tellPurposes(_ rejects: RejectLog, _ summary: inout RunSummary, _ output: StandardOutput) throws {
        var run = try how.discovery(describes: true, eventBytesMax: input.eventBytesMax)
        run.findsTypes = type != nil
        let index = EventIndex(workers: how.workerCount)
        try readAll(rejects, &summary) { try index.read($0, progress: $1) }
        let (first, last, type) = (index.earliest, index.latest, self.type)
        let isEmpty = index.eventCount == 0
        var paths = PurposePaths()
        try run.run(index) { person, bytes in
            PurposePaths.render(person, type: type, to: &bytes)
        } write: { bytes, _ in
            try paths.take(bytes)
        }
        let counts = paths.counts
        if let type, counts.caseCount == 0 { throw NotFound("no purpose here is of a type called \(type)") }
        try tell(
            PathLines(counts: counts, activities: paths.activities), first: isEmpty ? nil : first,
            last: isEmpty ? nil : last, output)
        noteCut(counts)
        Console.note("\(counts.eventCount) events of \(counts.caseCount) purposes; \(rejects.count) lines refused")
    }

    private func noteCut(_ counts: PathCounts) {
        guard counts.cutCount > 0 else { return }
        Console.note("\(counts.cutCount) of them have more than \(PathCounts.stepsMax) events: only the first count")
    }

    private func readAll(
        _ rejects: RejectLog, _ summary: inout RunSummary, _ read: (EventInput, (Int64) -> Void) throws -> Void
    ) throws {
        var bar = ProgressBar()
        for path in inputPaths(files) {
            do {
                let source = try input.open(path, rejects: rejects)
                try read(source) { bar.show("reading", done: $0, of: source.size) }
            } catch let error as FileError { summary.note(unreadable: error) }
        }
        bar.end()
    }

    private func tell(_ lines: PathLines, first: Instant?, last: Instant?, _ output: StandardOutput) throws {
        try output.write(format == .ndjson ? lines.json(first: first, last: last) : lines.text())
    }
}
