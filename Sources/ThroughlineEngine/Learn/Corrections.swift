/// The corrections of TSV files: a header line, then `messageId`, `userId`, `correction`, `other` and whatever follows.
///
/// The person is named as `throughline discover` names her. Corrections hold in the order of the files and their lines.
public struct Corrections: Sendable {
    /// Corrections of all files; more are refused, as they are held in memory.
    public static let countMax = 1_000_000
    static let columns = ["messageId", "userId", "correction", "other"]

    private let limit: Int
    public private(set) var count = 0
    private(set) var ofPerson: [String: [Correction]] = [:]
    private var ofEvent: [String: Set<Correction.Kind>] = [:]

    public init() { self.init(limit: Corrections.countMax) }

    init(limit: Int) { self.limit = limit }

    /// Adds those of a file, plain or gzip.
    public mutating func add(path: String) throws(FileError) {
        let reader = LineReader(source: try ByteSource(path: path), lineBytesMax: EventParser.eventBytesMax)
        while let next = try reader.next() {
            guard case .line(let line, _) = next else { throw FileError(path, "line \(reader.lineNumber): too long") }
            guard !line.isEmpty else { continue }
            let columns = String(decoding: line, as: UTF8.self).split(
                separator: "\t", omittingEmptySubsequences: false)
            if reader.lineNumber == 1 {
                try Corrections.checkHeader(columns, path: path)
            } else {
                try add(columns, path: path, line: reader.lineNumber)
            }
        }
    }

    /// A file without its header would lose its first correction unseen.
    private static func checkHeader(_ header: [Substring], path: String) throws(FileError) {
        guard header.prefix(columns.count).elementsEqual(columns, by: ==) else {
            throw FileError(path, "line 1: the header is \(columns.joined(separator: ", "))")
        }
    }

    private mutating func add(_ columns: [Substring], path: String, line: Int) throws(FileError) {
        func fail(_ message: String) -> FileError { FileError(path, "line \(line): \(message)") }
        // Who writes such a file by hand may leave out the last tab where there is no other event.
        guard columns.count >= 3 else { throw fail("fewer than three columns") }
        guard !columns[0].isEmpty, !columns[1].isEmpty else { throw fail("messageId or userId is empty") }
        let kind: Correction.Kind
        do throws(CorrectionError) {
            kind = try Correction.Kind(columns[2], other: columns.count > 3 ? columns[3] : "")
        } catch { throw fail(error.description) }
        try add(
            Correction(messageId: String(columns[0]), kind: kind, path: path, line: line), of: String(columns[1]))
    }

    private mutating func add(_ correction: Correction, of person: String) throws(FileError) {
        guard correction.kind != .belongsTo(correction.messageId) else {
            throw correction.error("an event cannot belong to itself")
        }
        let known = ofEvent[correction.messageId, default: []]
        guard !known.contains(where: { $0.contradicts(correction.kind) }) else {
            throw correction.error("another correction says otherwise of this messageId")
        }
        guard count < limit else { throw correction.error("more than \(limit) corrections") }
        ofEvent[correction.messageId] = known.union([correction.kind])
        ofPerson[person, default: []].append(correction)
        count += 1
    }
}
