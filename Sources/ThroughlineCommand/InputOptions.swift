import ArgumentParser
import ThroughlineEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension EventInput.Format: ExpressibleByArgument {}

/// What every verb that reads events is told about them.
struct InputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Columns of a CSV file that are members of an event.", valueName: "member=column,..."))
    var map: String?

    @Option(help: "What standard input and files of other names hold: ndjson or csv.")
    var inputFormat: EventInput.Format?

    @Option(help: ArgumentHelp("Where refused lines are kept.", valueName: "file"))
    var rejects: String?

    @Option(help: "The longest event, in bytes.")
    var eventBytesMax = EventParser.eventBytesMax

    @Flag(help: "Exit with status 1 when a line was refused.")
    var strict = false

    func validate() throws {
        guard (256...(16 << 20)).contains(eventBytesMax) else {
            throw ValidationError("--event-bytes-max is a number from 256 to 16777216")
        }
        do throws(CSVMapError) { _ = try csvMap() } catch { throw ValidationError("--map: \(error)") }
    }

    func csvMap() throws(CSVMapError) -> CSVMap { try CSVMap(map ?? "") }

    /// - Parameter isAdding: whether refused lines come behind those that an earlier run kept.
    func rejectLog(isAdding: Bool = false) throws -> RejectLog {
        try RejectLog(path: rejects, isAdding: isAdding) { Console.note("throughline: \($0)") }
    }

    /// Opens one input.
    func open(_ path: String, rejects: RejectLog) throws -> EventInput {
        try EventInput(
            path: path, format: inputFormat, map: try csvMap(), parser: EventParser(eventBytesMax: eventBytesMax),
            rejects: rejects)
    }
}

/// The files a verb reads, `-` or none for standard input.
func inputPaths(_ given: [String]) -> [String] { given.isEmpty ? ["-"] : given }

/// Refuses to write over a file that is read, by whatever name it goes.
func refuseOverwriting(_ inputs: [String], with output: String) throws {
    func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
    guard let wanted = identity(output) else { return }
    for input in inputs where input != "-" && identity(input) == wanted {
        throw ValidationError("\(output) is read: it cannot be written too")
    }
}
