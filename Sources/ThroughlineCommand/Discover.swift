import ArgumentParser
import Synchronization
import Throughline
import ThroughlineEngine

struct Discover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find every person's purposes in files of events.",
        discussion: """
            Reads Segment-spec events (track, page, screen, identify, group, alias) as NDJSON or CSV, plain or gzip, \
            from files or standard input, puts them on one time line a person, and says which events serve one \
            purpose. Lines that are no events are told, counted and left out.

            Exit status: 0 when done, 1 when a file could not be read (or, with --strict, a line was refused), 64 for \
            wrong usage.
            """)

    @Flag(help: "One line an event: which purpose it belongs to.")
    var events = false

    @Flag(help: "One line a purpose (this is what happens without --events).")
    var purposes = false

    @Flag(help: "Tell where each event belongs as it comes in, before the next is waited for, without repair.")
    var atArrival = false

    @Option(help: "table, ndjson or csv.")
    var format = ResultFormat.table

    @Flag(help: "List routine events among the purposes too (ndjson and csv).")
    var routine = false

    @Option(help: ArgumentHelp("Also write a page to look at.", valueName: "file.html"))
    var report: String?

    @OptionGroup var how: PurposeOptions

    @OptionGroup var input: InputOptions

    @Argument(help: ArgumentHelp("Files of events; - or none for standard input.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if events && purposes { throw ValidationError("--events and --purposes are two different tables: ask for one") }
        if atArrival && !events { throw ValidationError("--at-arrival tells events: add --events") }
        if atArrival && report != nil {
            throw ValidationError("--report shows the repaired result: leave out --at-arrival")
        }
        if atArrival && how.catalogue != nil {
            throw ValidationError("--catalogue names types, which --at-arrival does not tell: leave one out")
        }
        if atArrival && how.given != nil {
            throw ValidationError("--at-arrival finds purposes; with --given there are none to find: leave one out")
        }
        if routine && (events || format == .table) {
            throw ValidationError("--routine goes with purposes as ndjson or csv")
        }
    }

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        for output in [input.rejects, report].compactMap({ $0 }) {
            try refuseOverwriting(inputPaths(files) + how.paths, with: output)
        }
        let rejects = try input.rejectLog()
        let started = ContinuousClock.now
        let summary = atArrival ? try tellAtArrival(rejects: rejects) : try tellRepaired(rejects: rejects)
        try rejects.close()
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        Console.note(summary.sentence(refused: rejects.count, seconds: seconds))
        if summary.unreadable || (input.strict && rejects.count > 0) { throw ExitCode(1) }
    }

    private func tellAtArrival(rejects: RejectLog) throws -> RunSummary {
        let discovery = ArrivalDiscovery(
            model: try Assembly.model(path: how.model), table: try Assembly.embeddingTable(),
            eventBytesMax: input.eventBytesMax, workers: how.workerCount)
        let lines = EventLines(format: format)
        let output = StandardOutput()
        if let header = lines.header { try output.write(Array(header.utf8)) }
        var summary = RunSummary()
        for path in inputPaths(files) {
            do {
                let source = try input.open(path, rejects: rejects)
                source.onWait { output.flushBeforeWaiting() }
                try discovery.run(source) {
                    lines.append($0, to: &$1)
                } write: {
                    try output.write($0)
                }
            } catch let error as FileError where error.path != "standard output" {
                summary.note(unreadable: error)
            }
        }
        try output.flush()
        summary.events = discovery.eventCount
        summary.people = discovery.personCount
        summary.duplicates = discovery.duplicateCount
        return summary
    }

    private func tellRepaired(rejects: RejectLog) throws -> RunSummary {
        // What is wrong with the files beside is said before the events are read.
        var run = try how.discovery(describes: !events || report != nil, eventBytesMax: input.eventBytesMax)
        run.findsTypes = true
        var summary = RunSummary()
        var bar = ProgressBar()
        let index = EventIndex(workers: how.workerCount)
        for path in inputPaths(files) {
            do {
                let source = try input.open(path, rejects: rejects)
                try index.read(source) { bar.show("reading", done: $0, of: source.size) }
            } catch let error as FileError { summary.note(unreadable: error) }
        }
        summary.events = index.eventCount
        summary.duplicates = index.duplicateCount
        let told = Atomic<Int>(0)
        let eventLines = EventLines(format: format)
        let purposeLines = PurposeLines(format: format, withRoutine: routine)
        let tellsEvents = events
        let collector = ReportCollector(isWanted: report != nil)
        let counter = PurposeCounter()
        let output = StandardOutput()
        if let header = tellsEvents ? eventLines.header : purposeLines.header { try output.write(Array(header.utf8)) }
        let total = Int64(index.eventCount)
        let span = (first: index.earliest, last: index.latest)
        var done: Int64 = 0
        try run.run(index) { person, output in
            collector.note(person)
            counter.note(person)
            told.add(person.events.count, ordering: .relaxed)
            if tellsEvents { eventLines.append(person, to: &output) } else { purposeLines.append(person, to: &output) }
        } write: { bytes, events in
            done += Int64(events)
            bar.show("discovering", done: done, of: total)
            try output.write(bytes)
        }
        try output.flush()
        bar.end()
        (summary.people, summary.purposes, summary.routine) = counter.totals
        let left = summary.events - told.load(ordering: .relaxed)
        if let given = how.given, left > 0 { Console.note("\(given): \(left) events without a purpose are left out") }
        if let report {
            try Console.write(
                Array(collector.page(files: inputPaths(files), summary: summary, span: span).utf8), to: report)
            Console.note("wrote \(report)")
        }
        return summary
    }
}

/// What a run came to.
struct RunSummary {
    var people = 0
    var events = 0
    var duplicates = 0
    var purposes: Int?
    var routine: Int?
    var unreadable = false

    mutating func note(unreadable error: FileError) {
        unreadable = true
        Console.note("throughline: \(error)")
    }

    func sentence(refused: Int, seconds: Double) -> String {
        var parts = ["\(events) events of \(people) people"]
        if let purposes, let routine { parts.append("\(purposes) purposes, \(routine) routine events") }
        parts.append("\(refused) lines refused, \(duplicates) duplicates dropped")
        let rate = seconds > 0.05 ? ", \(Int(Double(events) / seconds)) events/s" : ""
        let tenths = Int((seconds * 10).rounded())
        return parts.joined(separator: "; ") + "; \(tenths / 10).\(tenths % 10) s\(rate)"
    }
}
