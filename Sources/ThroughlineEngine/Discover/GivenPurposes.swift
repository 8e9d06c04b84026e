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
    private var numbers = KeyInterner()
    private var messages = KeyInterner()
    /// By the number of the message id.
    private var purposes: [Int32] = []
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
            // A byte order mark is no part of the first name.
            let hasMark = reader.lineNumber == 1 && line.starts(with: [0xEF, 0xBB, 0xBF])
            let text = UnsafeBufferPointer(rebasing: line.dropFirst(hasMark ? 3 : 0))
            guard !text.isEmpty else { continue }
            let columns = text.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            if reader.lineNumber == 1, columns[0].elementsEqual("messageId".utf8) {
                guard let place = columns.firstIndex(where: { $0.elementsEqual("purpose".utf8) }), place > 0 else {
                    throw FileError(path, "line 1: no column is named purpose")
                }
                column = place
                continue
            }
            try add(columns, column: column) { FileError(path, "line \(reader.lineNumber): \($0)") }
        }
    }

    private mutating func add(
        _ columns: [Slice<UnsafeBufferPointer<UInt8>>], column: Int, _ fail: (String) -> FileError
    ) throws(FileError) {
        guard columns.count > column else { throw fail("fewer than \(column + 1) columns, with tabs between") }
        let (message, name) = (
            UnsafeBufferPointer(rebasing: columns[0]), UnsafeBufferPointer(rebasing: columns[column])
        )
        guard !message.isEmpty, !name.isEmpty else { throw fail("messageId or purpose is empty") }
        guard name.count <= GivenPurposes.nameBytesMax else {
            throw fail("the purpose is longer than \(GivenPurposes.nameBytesMax) bytes")
        }
        guard let text = String(validating: name, as: UTF8.self) else { throw fail("the purpose is no UTF-8") }
        guard purposes.count < limit else { throw fail("more than \(limit) events") }
        guard messages.number(of: message) == purposes.count else { throw fail("this messageId has a purpose already") }
        let number = numbers.number(of: name)
        if number == names.count { names.append(text) }
        purposes.append(Int32(number))
    }

    /// The number of an event's purpose in ``names``; nil where the file does not name it.
    func purpose(of event: Event) -> Int32? {
        event.withBytes(of: event.messageId) { messages.known($0) }.map { purposes[Int($0)] }
    }
}
