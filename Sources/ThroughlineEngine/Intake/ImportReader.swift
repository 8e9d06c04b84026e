import Crypto
import Throughline

/// Reads history from a file as batches that the intake takes, each event with a message id.
///
/// An event that has none is given one made of its line and where that stands: importing the same file again stores nothing
/// twice.
public final class ImportReader {
    private let input: EventInput
    private let eventsPerBatch: Int
    private let json: JSONParser
    private var end = ImportPosition()

    /// - Parameter eventsPerBatch: the most events of a batch, at most ``Intake/eventsMax``.
    public init(_ input: EventInput, eventsPerBatch: Int) {
        precondition((1...Intake.eventsMax).contains(eventsPerBatch), "a batch is one that the intake takes")
        self.input = input
        self.eventsPerBatch = eventsPerBatch
        json = JSONParser(bytesMax: input.eventBytesMax)
    }

    /// Passes over what was imported before.
    ///
    /// - Returns: false where the file is another one now; then it has to be opened again.
    public func skip(to position: ImportPosition) throws(FileError) -> Bool {
        guard position.line > 0 else { return true }
        while let piece = try input.nextPiece() {
            guard case .line(let line) = piece, line.number >= position.line else { continue }
            end = position
            return line.number == position.line && ImportReader.hex(ImportReader.digest(of: line)) == position.hash
        }
        return false
    }

    /// The next batch; nil at the end of the file. What is no JSON object goes to the rejects of the input.
    public func next() throws(FileError) -> ImportBatch? {
        var batch = ImportBatch(end: end)
        var last: (number: Int, digest: SHA256Digest)?
        while batch.events.count < eventsPerBatch, batch.hasRoom(for: input.eventBytesMax),
            let piece = try input.nextPiece()
        {
            switch piece {
            case .refused(let refusal, let raw, let endsLine): try input.refuse(refusal, raw: raw, endsLine: endsLine)
            case .line(let line):
                do throws(JSONError) { try append(line, to: &batch) } catch {
                    let refusal = line.refusal(EventError(error.message, offset: error.offset))
                    try input.refuse(refusal, raw: line.raw, endsLine: true)
                }
                last = (line.number, ImportReader.digest(of: line))
            }
        }
        guard let last else { return nil }
        end = ImportPosition(line: last.number, hash: ImportReader.hex(last.digest))
        batch.end = end
        batch.close()
        return batch
    }

    /// Notes that the intake refused an event of a batch.
    public func refuse(_ index: Int, of batch: ImportBatch, message: String) throws(FileError) {
        let event = batch.events[index]
        let refusal = Refusal(line: event.line, column: nil, message: message)
        try batch.body.withUnsafeBufferPointer { body throws(FileError) in
            try input.refuse(refusal, raw: UnsafeBufferPointer(rebasing: body[event.range]), endsLine: true)
        }
    }

    private func append(_ line: InputLine, to batch: inout ImportBatch) throws(JSONError) {
        let nodes = try json.nodes(of: line.json, to: 1)
        guard nodes[0].isObject else { throw JSONError(fault: .syntax, message: "not a JSON object", offset: nil) }
        let text = UnsafeBufferPointer(rebasing: line.json[BodyScan.trimmed(line.json)])
        guard EventRules(nodes).lacksMessageId else {
            return batch.append(line.number) { $0.append(contentsOf: line.json) }
        }
        // Of members with one name the last counts: behind an empty one, too.
        let inside = text.dropFirst().dropLast()
        let comma = inside.allSatisfy(BodyScan.isBlank) ? "" : ","
        batch.append(line.number) { body in
            body.append(contentsOf: text.dropLast())
            body.append(contentsOf: "\(comma)\"messageId\":\"line-\(ImportReader.id(line))\"}".utf8)
        }
    }

    private static func digest(of line: InputLine) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(line.raw))
        return hash.finalize()
    }

    private static func id(_ line: InputLine) -> String {
        var hash = SHA256()
        hash.update(data: Array("\(line.number)\n".utf8))
        hash.update(bufferPointer: UnsafeRawBufferPointer(line.raw))
        return String(hex(hash.finalize()).prefix(32))
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

/// How far an import has come in a file: the number of the last line, and its SHA-256.
public struct ImportPosition: Codable, Sendable, Equatable {
    public var line = 0
    public var hash = ""

    public init() {}

    init(line: Int, hash: String) {
        self.line = line
        self.hash = hash
    }
}

/// Some events as one body for the intake.
public struct ImportBatch: Sendable {
    /// `{"batch": [...]}`
    public private(set) var body = Array(#"{"batch":["#.utf8)
    /// Where each event stands in the file, and in the body.
    public private(set) var events: [(line: Int, range: Range<Int>)] = []
    /// Where the import has come when the batch is taken.
    public internal(set) var end: ImportPosition

    init(end: ImportPosition) { self.end = end }

    /// Whether an event of so many bytes, with an id and the end of the body, still makes no body too large.
    func hasRoom(for bytes: Int) -> Bool { events.isEmpty || body.count + bytes + 100 <= Intake.bodyBytesMax }

    mutating func append(_ line: Int, _ write: (inout [UInt8]) -> Void) {
        if !events.isEmpty { body.append(UInt8(ascii: ",")) }
        let start = body.count
        write(&body)
        events.append((line, start..<body.count))
    }

    mutating func close() { body.append(contentsOf: "]}".utf8) }
}
