import ArgumentParser
import Throughline
import ThroughlineEngine

struct MapCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a journey map; with events, also beside what customers really do.",
        discussion: """
            Reads a map (docs/maps.md) and tells all that is wrong with it, each with line and column; then what it leaves \
            open. With files of events it finds purposes and their types as types does, and tells of each drawn purpose how \
            many there are, how many reach each milestone and how long that takes, which ways nobody drew, what comes back, \
            in which other order, by which other channel, and what surveys say.

            The status is 1 where the map is wrong, and with --strict where there is a finding or a refused line.
            """)

    @Option(help: "table or ndjson (one JSON object a purpose).")
    var format = ResultFormat.table

    @OptionGroup var how: PurposeOptions

    @OptionGroup var input: InputOptions

    @Argument(help: ArgumentHelp("The map, YAML; - for standard input.", valueName: "map.yaml"))
    var map: String

    @Argument(help: ArgumentHelp("Files of events; - for standard input, none for the map alone.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if format == .csv { throw ValidationError("a check is a table or ndjson") }
        if map == "-", files.contains("-") { throw ValidationError("standard input is read once: a map, or events") }
        if files.isEmpty, !how.paths.isEmpty || input.rejects != nil {
            throw ValidationError("--given, --catalogue, --model and --rejects are for files of events: name some")
        }
    }

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        let map = try readMap()
        if files.isEmpty {
            let findings = try tell(map, map.purposes.map { MapFindings($0) })
            Console.note("\(findings) findings")
            if input.strict, findings > 0 { throw ExitCode(1) }
            return
        }
        var events = try MapInput(how, input, paths: files, others: [self.map])
        let types = try events.run.types(of: events.index)
        let (run, index) = (events.run, events.index)
        let measure = try run.measure(map, types: types, in: index) { events.show(done: $0) }
        events.endBar()
        let measured = measure.purposes
        let findings = try tell(map, measured.map { MapFindings($0, types: types.types.map(\.name)) })
        let bound = measured.reduce(0) { $0 + $1.purposeCount }
        try events.finish(
            saying: "\(findings) findings; \(bound) purposes beside the map", isFailed: input.strict && findings > 0)
    }

    /// The map; where it is wrong says what, and ends.
    private func readMap() throws -> JourneyMap {
        do { return try MapReader.read(path: map) } catch let error as MapError {
            for fault in error.faults {
                Console.note("throughline: \(map):\(fault.line):\(fault.column): \(fault.reason)")
            }
            if error.furtherCount > 0 { Console.note("and \(error.furtherCount) more") }
            throw ExitCode(1)
        } catch let error as FileError {
            Console.note("throughline: \(error)")
            throw ExitCode(1)
        }
    }

    /// - Returns: the number of findings.
    private func tell(_ map: JourneyMap, _ purposes: [MapFindings]) throws -> Int {
        let output = StandardOutput()
        let lines = MapLines(format: format)
        try output.write(lines.header(of: map))
        for purpose in purposes { try output.write(lines.text(of: purpose)) }
        try output.flush()
        return purposes.reduce(0) { $0 + $1.findings.count }
    }
}
