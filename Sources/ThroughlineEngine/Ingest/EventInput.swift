import Throughline

/// The events of several files, one after the other: NDJSON or CSV, plain or gzip, or standard input (`-`).
///
/// What is no event goes to the ``RejectLog``, and the reading goes on.
public final class EventInput {
    public enum Format: String, Sendable, CaseIterable {
        case ndjson, csv
    }

    public let path: String
    public let rejects: RejectLog
    private let source: ByteSource
    private let parser: EventParser
    private let map: CSVMap
    private let reader: Reader

    private enum Reader {
        case lines(LineReader)
        case rows(CSVReader, CSVEventWriter)
    }

    /// Whether the last piece was refused and goes on.
    private var isInsideRefused = false
    private var converted: [UInt8] = []
    private var row = UnsafeMutablePointer<UInt8>.allocate(capacity: 1024)
    private var rowCapacity = 1024

    deinit { row.deallocate() }

    /// Bytes taken from the source so far, for whoever shows progress.
    public var bytesRead: Int64 { source.bytesRead }
    public var size: Int64? { source.size }
    var eventBytesMax: Int { parser.eventBytesMax }

    /// - Parameters:
    ///   - format: nil to tell by the file's name.
    ///   - map: which columns of a CSV file are members of an event.
    public init(
        path: String, format: Format?, map: CSVMap, parser: EventParser, rejects: RejectLog
    ) throws(FileError) {
        self.path = path
        self.rejects = rejects
        self.parser = parser
        self.map = map
        source = try ByteSource(path: path)
        let told: Format = path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") ? .csv : .ndjson
        switch format ?? told {
        case .ndjson: reader = .lines(LineReader(source: source, lineBytesMax: parser.eventBytesMax))
        case .csv:
            let rows = try CSVReader(source: source, recordBytesMax: parser.eventBytesMax)
            do throws(CSVMapError) { reader = .rows(rows, try map.eventWriter(for: rows.header)) } catch {
                throw FileError(source.path, error.description)
            }
        }
    }

    /// Whether lines can be read again from the file itself.
    public var isRereadable: Bool {
        guard case .lines = reader else { return false }
        return !source.isStandardInput && !source.isCompressed && source.size != nil
    }

    /// The whole file as rows without a quote, where it is a CSV file as plain as that.
    ///
    /// - Parameter pieceBytes: how much one thread reads at a time.
    func plainRows(pieceBytes: Int) -> PlainRows? {
        guard case .rows = reader, !source.isStandardInput, !source.isCompressed, let size = source.size else {
            return nil
        }
        return PlainRows(path: path, map: map, size: size, eventBytesMax: parser.eventBytesMax, pieceBytes: pieceBytes)
    }

    /// Whether the next piece is waited for where it is not there yet; if not, a pause is thrown.
    var waits: Bool {
        get { source.waits }
        set { source.waits = newValue }
    }

    /// Runs before the input waits for more bytes: the moment to tell what is known so far.
    public func onWait(_ body: @escaping () -> Void) { source.willRead = body }

    /// Fills the next event; false at the end.
    public func next(into event: inout Event) throws(FileError) -> Bool {
        while let piece = try nextPiece() {
            switch piece {
            case .line(let line):
                do throws(EventError) {
                    try parser.parse(line.json, into: &event)
                    return true
                } catch { try refuse(line.refusal(error), raw: line.raw, endsLine: true) }
            case .refused(let refusal, let raw, let endsLine):
                try refuse(refusal, raw: raw, endsLine: endsLine)
            }
        }
        return false
    }

    /// The next line or record, valid until the next call; nil at the end. Lines with nothing on them are left out.
    func nextPiece() throws(FileError) -> InputPiece? {
        switch reader {
        case .lines(let lines): try nextPiece(of: lines)
        case .rows(let rows, let writer): try nextPiece(of: rows, writer: writer)
        }
    }

    /// Notes what is no event.
    func refuse(_ refusal: Refusal?, raw: UnsafeBufferPointer<UInt8>, endsLine: Bool) throws(FileError) {
        if let refusal { rejects.refuse(refusal, in: source.path) }
        try rejects.keep(raw, endsLine: endsLine)
    }

    private func nextPiece(of lines: LineReader) throws(FileError) -> InputPiece? {
        while let next = try lines.next() {
            switch next {
            case .part(let bytes, let isLast):
                let refusal = Refusal(
                    line: lines.lineNumber, column: nil,
                    message: "longer than the limit of \(parser.eventBytesMax) bytes an event")
                return refused(refusal, raw: bytes, isLast: isLast)
            case .line(let bytes, let offset):
                let text = lines.lineNumber == 1 ? EventInput.withoutByteOrderMark(bytes) : bytes
                guard text.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
                return .line(
                    InputLine(
                        raw: bytes, json: text, number: lines.lineNumber,
                        offset: offset + Int64(bytes.count - text.count)))
            }
        }
        return nil
    }

    private func nextPiece(of rows: CSVReader, writer: CSVEventWriter) throws(FileError) -> InputPiece? {
        switch try rows.next() {
        case nil: return nil
        case .refused(let error, let raw, let isLast):
            let refusal = Refusal(line: error.line, column: error.column, message: error.message)
            return refused(refusal, raw: raw, isLast: isLast)
        case .fields(let fields, let line):
            converted.removeAll(keepingCapacity: true)
            writer.appendJSON(of: fields, to: &converted)
            let length = converted.count
            converted.append(contentsOf: repeatElement(0, count: JSONParser.padding))
            let json = UnsafeBufferPointer(start: kept(converted), count: length)
            return .line(InputLine(raw: rows.lastRecord, json: json, number: line, offset: nil))
        }
    }

    /// A part of what is refused unparsed; only the first says why.
    private func refused(_ refusal: Refusal, raw: UnsafeBufferPointer<UInt8>, isLast: Bool) -> InputPiece {
        defer { isInsideRefused = !isLast }
        return .refused(isInsideRefused ? nil : refusal, raw: raw, endsLine: isLast)
    }

    /// Copies a converted row to where it stays until the next one.
    private func kept(_ bytes: [UInt8]) -> UnsafePointer<UInt8> {
        if bytes.count > rowCapacity {
            row.deallocate()
            rowCapacity = 2 * bytes.count
            row = .allocate(capacity: rowCapacity)
        }
        bytes.withUnsafeBufferPointer { row.initialize(from: $0.baseAddress!, count: $0.count) }
        return UnsafePointer(row)
    }

    private static func withoutByteOrderMark(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeBufferPointer(rebasing: bytes.dropFirst(3)) : bytes
    }
}
