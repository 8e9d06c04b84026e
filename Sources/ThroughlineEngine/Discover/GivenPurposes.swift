import Throughline

/// Which purpose each event serves, as a file says: `messageId`, then `purpose`, with tabs between. A first line of column names
/// may say where the purpose stands.
public struct GivenPurposes: Sendable {
    /// Events of one file; more are refused, as they are held in memory.
    public static let eventsMax = 50_000_000
    /// The longest name of a purpose, in bytes.
    public static let nameBytesMax = 256

    /// The names of the purposes, as the file has them.
    public private(set) var names: [String] = []
    private var numbers: [String: Int32] = [:]
    /// By message id.
    private var purposes: [String: Int32] = [:]
    private let limit: Int

    public var count: Int { purposes.count }

    public init() { self.init(limit: GivenPurposes.eventsMax) }

    init(limit: Int) { self.limit = limit }

    /// Those of a file, plain or gzip.
    public static func read(_ path: String) throws(FileError) -> GivenPurposes {
        var given = GivenPurposes()
        try given.add(path: path)
        return given
    }

    /// Adds those of a file, plain or gzip.
    public mutating func add(path: String) throws(FileError) {
        let reader = LineReader(source: try ByteSource(path: path), lineBytesMax: EventParser.eventBytesMax)
        var column = 1
        while let next = try reader.next() {
            guard case .line(let line, _) = next else { throw FileError(path, "line \(reader.lineNumber): too long") }
            guard !line.isEmpty else { continue }
            let columns = String(decoding: line, as: UTF8.self).split(
                separator: "\t", omittingEmptySubsequences: false)
            if reader.lineNumber == 1, columns[0] == "messageId" {
                guard let place = columns.firstIndex(of: "purpose"), place > 0 else {
                    throw FileError(path, "line 1: no column is named purpose")
                }
                column = place
                continue
            }
            try add(columns, column: column) { FileError(path, "line \(reader.lineNumber): \($0)") }
        }
    }

    private mutating func add(
        _ columns: [Substring], column: Int, _ fail: (String) -> FileError
    ) throws(FileError) {
        guard columns.count > column else { throw fail("fewer than \(column + 1) columns, with tabs between") }
        let name = String(columns[column])
        guard !columns[0].isEmpty, !name.isEmpty else { throw fail("messageId or purpose is empty") }
        guard name.utf8.count <= GivenPurposes.nameBytesMax else {
            throw fail("the purpose is longer than \(GivenPurposes.nameBytesMax) bytes")
        }
        guard purposes.count < limit else { throw fail("more than \(limit) events") }
        let number = numbers[name] ?? Int32(names.count)
        guard purposes.updateValue(number, forKey: String(columns[0])) == nil else {
            throw fail("this messageId has a purpose already")
        }
        guard number == names.count else { return }
        numbers[name] = number
        names.append(name)
    }

    /// The number of an event's purpose in ``names``; nil where the file does not name it.
    func purpose(of event: Event) -> Int32? { purposes[event.string(event.messageId)] }
}
