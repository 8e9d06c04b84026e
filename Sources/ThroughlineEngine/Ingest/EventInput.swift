import Throughline

/// The events of several files, one after the other: NDJSON or CSV, plain or gzip, or standard input (`-`).
///
/// What is no event goes to the ``RejectLog``, and the reading goes on.
public final class EventInput {
    public enum Format: String, Sendable, CaseIterable {
        case ndjson, csv
    }

    /// A line that holds an event.
    public struct Line {
        /// The object, followed by readable padding; valid until the next one.
        public let json: UnsafeBufferPointer<UInt8>
        /// Its place in the file, where the file can be read again there.
        let offset: Int64?
    }

    public let path: String
    public let rejects: RejectLog
    private let source: ByteSource
    private let parser: EventParser
    private let reader: Reader

    private enum Reader {
        case lines(LineReader)
        case rows(CSVReader, CSVEventWriter)
    }

    private var converted: [UInt8] = []
    private var row = UnsafeMutablePointer<UInt8>.allocate(capacity: 1024)
    private var rowCapacity = 1024

    deinit { row.deallocate() }

    /// Bytes taken from the source so far, for whoever shows progress.
    public var bytesRead: Int64 { source.bytesRead }
    public var size: Int64? { source.size }

    /// - Parameters:
    ///   - format: nil to tell by the file's name.
    ///   - map: which columns of a CSV file are members of an event.
    public init(
        path: String, format: Format?, map: CSVMap, parser: EventParser, rejects: RejectLog
    ) throws(FileError) {
        self.path = path
        self.rejects = rejects
        self.parser = parser
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

    /// Runs before the input waits for more bytes: the moment to tell what is known so far.
    public func onWait(_ body: @escaping () -> Void) { source.willRead = body }

    /// Fills the next event; nil at the end.
    public func next(into event: inout Event, part: EventParser.Part = .whole) throws(FileError) -> Line? {
        switch reader {
        case .lines(let lines): try nextLine(of: lines, into: &event, part: part)
        case .rows(let rows, let writer): try nextRow(of: rows, writer: writer, into: &event, part: part)
        }
    }

    private func nextLine(
        of lines: LineReader, into event: inout Event, part: EventParser.Part
    ) throws(FileError) -> Line? {
        var isInsideLongLine = false
        while let next = try lines.next() {
            switch next {
            case .part(let bytes, let isLast):
                if !isInsideLongLine {
                    rejects.refuse(
                        source: source.path, line: lines.lineNumber, column: nil,
                        "longer than the limit of \(parser.eventBytesMax) bytes an event")
                }
                try rejects.keep(bytes, endsLine: isLast)
                isInsideLongLine = !isLast
            case .line(let bytes, let offset):
                let text = lines.lineNumber == 1 ? EventInput.withoutByteOrderMark(bytes) : bytes
                guard text.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
                do throws(EventError) {
                    try parser.parse(text, into: &event, part: part)
                    return Line(json: text, offset: offset + Int64(bytes.count - text.count))
                } catch {
                    rejects.refuse(
                        source: source.path, line: lines.lineNumber,
                        column: error.offset.map { $0 + 1 + bytes.count - text.count },
                        error.message)
                    try rejects.keep(bytes, endsLine: true)
                }
            }
        }
        return nil
    }

    private func nextRow(
        of rows: CSVReader, writer: CSVEventWriter, into event: inout Event, part: EventParser.Part
    ) throws(FileError) -> Line? {
        var isInsideLongRow = false
        while let next = try rows.next() {
            switch next {
            case .refused(let error, let raw, let isLast):
                if !isInsideLongRow {
                    rejects.refuse(source: source.path, line: error.line, column: error.column, error.message)
                }
                try rejects.keep(raw, endsLine: isLast)
                isInsideLongRow = !isLast
            case .fields(let fields, let line):
                converted.removeAll(keepingCapacity: true)
                writer.appendJSON(of: fields, to: &converted)
                let length = converted.count
                converted.append(contentsOf: repeatElement(0, count: JSONParser.padding))
                let json = UnsafeBufferPointer(start: kept(converted), count: length)
                do throws(EventError) {
                    try parser.parse(json, into: &event, part: part)
                    return Line(json: json, offset: nil)
                } catch {
                    rejects.refuse(source: source.path, line: line, column: nil, error.message)
                    try rejects.keep(rows.lastRecord, endsLine: true)
                }
            }
        }
        return nil
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
