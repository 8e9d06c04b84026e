/// The records of a CSV file (RFC 4180) below its header row, in bounded memory.
///
/// ```swift
/// let reader = try CSVReader(source: ByteSource(path: "orders.csv"))
/// while let record = try reader.next() {
///     switch record {
///     case .fields(let fields, let line): ...
///     case .refused(let error, let raw, let isLast): ...
///     }
/// }
/// ```
///
/// Commas part fields; LF or CR LF ends a record; a field in quotes may hold commas, doubled quotes and line ends. A
/// byte order mark at the start and lines with nothing on them are skipped. Blanks belong to the field.
///
/// A bad record never stops the run. When its quoting is at fault, only its **first line** is refused, and reading
/// resumes at the next line, even if the record had seemed to go on: where a quote is wrong nobody knows where it was
/// meant to end, and a quote that was left open by mistake must not take good records with it, be they the rest of the
/// file or those up to the next quote. The price is that the later lines of a broken many-line text are read as records
/// of their own; as they seldom have as many fields as the header, they are seldom taken for good. When the quoting is
/// right and something else is wrong, the whole record is refused.
///
/// Not shared between threads.
public final class CSVReader {
    /// The bytes of one field, unquoted, in UTF-8.
    public typealias Field = UnsafeBufferPointer<UInt8>
    /// As many fields as the header has, in its order.
    public typealias Fields = UnsafeBufferPointer<Field>

    /// What is handed out is valid until the next call.
    public enum Record {
        /// A good record and the line it starts on, from 1.
        case fields(Fields, line: Int)
        /// What was refused, as it stands in the file but without its line end. When that is longer than a record may
        /// be it comes in parts and is never held whole; each part carries the same error.
        case refused(CSVError, raw: UnsafeBufferPointer<UInt8>, isLast: Bool)
    }

    /// The longest record unless one asks for another, in bytes.
    public static let recordBytesMax = 32 * 1024
    /// The most columns a file may have.
    public static let columnsMax = 1_024

    /// The names of the columns.
    public private(set) var header: [String] = []
    public let recordBytesMax: Int
    /// The record handed out last as it stands in the file, unless a field of it had doubled quotes: those are undone.
    /// Valid until the next call.
    public private(set) var lastRecord = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    private let read: (UnsafeMutablePointer<UInt8>, Int) throws(FileError) -> Int
    private let buffer: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var scan: CSVScan
    /// Why the line at ``start`` is being refused.
    private var refusal: CSVError?
    private let fields: UnsafeMutablePointer<Field>

    /// Reads the header row and stops before the first record.
    ///
    /// Throws when the file has no header, or one that is not well formed: without it no record can be understood.
    public convenience init(
        source: ByteSource, recordBytesMax: Int = CSVReader.recordBytesMax
    ) throws(FileError) {
        try self.init(path: source.path, recordBytesMax: recordBytesMax) { (target, room) throws(FileError) in
            try source.read(into: target, capacity: room)
        }
    }

    /// Reads from anything that fills a buffer with up to so many bytes, 0 of them at the end.
    package init(
        path: String, recordBytesMax: Int = CSVReader.recordBytesMax,
        read: @escaping (UnsafeMutablePointer<UInt8>, Int) throws(FileError) -> Int
    ) throws(FileError) {
        precondition(recordBytesMax > 0, "a record has at least one byte")
        self.read = read
        self.recordBytesMax = recordBytesMax
        capacity = max(2 * recordBytesMax, ByteSource.chunkBytes)
        buffer = .allocate(capacity: capacity)
        buffer.initialize(repeating: 0, count: capacity)
        fields = .allocate(capacity: CSVReader.columnsMax)
        fields.initialize(repeating: Field(start: nil, count: 0), count: CSVReader.columnsMax)
        scan = CSVScan(bytesMax: recordBytesMax, columns: CSVReader.columnsMax)
        try readHeader(of: path)
    }

    deinit {
        buffer.deallocate()
        fields.deallocate()
    }

    /// The next record, or nil at the end.
    ///
    /// - Complexity: O(*n*) in the bytes of the record; no allocation.
    public func next() throws(FileError) -> Record? {
        while true {
            if let refusal {
                if let part = takePart(refusedFor: refusal) { return part }
            } else {
                let bytes = UnsafeBufferPointer(start: buffer + start, count: end - start)
                switch scan.resume(over: bytes, isComplete: isAtEnd) {
                case .unfinished: break
                case .nothing: return nil
                case .record(let bytes, let consumed):
                    if let record = takeRecord(bytes: bytes, consumed: consumed) { return record }
                    continue
                case .fault(let error):
                    refusal = error
                    continue
                }
            }
            try fill()
        }
    }

    private func readHeader(of path: String) throws(FileError) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        while end < byteOrderMark.count, !isAtEnd { try fill() }
        if UnsafeBufferPointer(start: buffer, count: end).starts(with: byteOrderMark) { start = byteOrderMark.count }
        switch try next() {
        case nil: throw FileError(path, "is empty; a CSV file starts with a row of column names")
        case .refused(let error, _, _): throw FileError(path, "has no usable row of column names: \(error)")
        case .fields(let names, _):
            header = names.map { String(decoding: $0, as: UTF8.self) }
            scan.columns = header.count
        }
    }

    /// Takes a record whose quoting is right; nil when it is a line with nothing on it.
    private func takeRecord(bytes count: Int, consumed: Int) -> Record? {
        let line = scan.line
        let text = UnsafeMutableBufferPointer(start: buffer + start, count: count)
        let error = count == 0 ? nil : fault(of: UnsafeBufferPointer(text))
        start += consumed
        lastRecord = UnsafeBufferPointer(text)
        defer { scan.begin(line: line + scan.lineFeeds + 1) }
        if count == 0 { return nil }
        if let error { return .refused(error, raw: UnsafeBufferPointer(text), isLast: true) }
        for (index, place) in scan.fields.enumerated() {
            fields[index] = place.text(in: text)
        }
        return .fields(Fields(start: fields, count: scan.fields.count), line: line)
    }

    /// What is wrong with a record whose quoting is right.
    private func fault(of record: UnsafeBufferPointer<UInt8>) -> CSVError? {
        do { _ = try UTF8Span(validating: record.span) } catch {
            let before = record[..<error.byteOffsets.lowerBound]
            let lineStart = before.lastIndex(of: CSVScan.lineFeed).map { $0 + 1 } ?? 0
            let lineFeeds = before.count { $0 == CSVScan.lineFeed }
            return CSVError(.invalidUTF8, line: scan.line + lineFeeds, column: before.count - lineStart + 1)
        }
        if let excess = scan.excess {
            let fault: CSVError.Fault =
                header.isEmpty
                ? .tooManyColumns(scan.fieldCount) : .tooManyFields(scan.fieldCount, columns: header.count)
            return CSVError(fault, line: excess.line, column: excess.column)
        }
        guard scan.fieldCount >= header.count else {
            return CSVError(.tooFewFields(scan.fieldCount, columns: header.count), line: scan.line, column: nil)
        }
        return nil
    }

    /// Takes a line that is refused or, of one too long to be held, the part at hand; nil when more must be read.
    private func takePart(refusedFor error: CSVError) -> Record? {
        let bytes = UnsafeBufferPointer(start: buffer + start, count: end - start)
        let lineFeed = bytes.firstIndex(of: CSVScan.lineFeed)
        let isLast = lineFeed != nil || isAtEnd
        guard isLast || bytes.count > recordBytesMax else { return nil }
        var count = lineFeed ?? bytes.count
        // A carriage return may belong to the line end, so that it never ends a part: it begins the next or is dropped.
        if count > 0, bytes[count - 1] == CSVScan.carriageReturn { count -= 1 }
        if isLast {
            start += lineFeed.map { $0 + 1 } ?? bytes.count
            scan.begin(line: scan.line + 1)
            refusal = nil
        } else {
            start += count
        }
        return .refused(error, raw: UnsafeBufferPointer(rebasing: bytes[..<count]), isLast: isLast)
    }

    private func fill() throws(FileError) {
        if start > 0 {
            buffer.update(from: buffer + start, count: end - start)
            end -= start
            start = 0
        }
        let count = try read(buffer + end, capacity - end)
        if count == 0 { isAtEnd = true }
        end += count
    }
}

/// Why a record of a CSV file was refused, and where.
public struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Fault: Hashable, Sendable {
        /// The file ends inside the quotes that were opened here.
        case unclosedQuote
        case textAfterClosingQuote
        case quoteInsideUnquotedField
        /// Half a line end, outside quotes.
        case loneCarriageReturn
        case tooManyFields(Int, columns: Int)
        case tooFewFields(Int, columns: Int)
        /// The header has more columns than a file may have.
        case tooManyColumns(Int)
        case invalidUTF8
        case recordTooLong(bytesMax: Int)
        /// The record grows beyond the limit inside the quotes that were opened here.
        case quoteTooLong(bytesMax: Int)
    }

    public let fault: Fault
    /// The line of the file, from 1, that has the fault.
    public let line: Int
    /// The byte of that line, from 1, that has the fault; nil when the record as a whole has it.
    public let column: Int?

    public init(_ fault: Fault, line: Int, column: Int?) {
        self.fault = fault
        self.line = line
        self.column = column
    }

    /// What is wrong, without the place.
    public var message: String {
        switch fault {
        case .unclosedQuote: "a quote that is never closed"
        case .textAfterClosingQuote: "text after a closing quote; a quote inside quotes is written twice"
        case .quoteInsideUnquotedField: "a quote inside a field that does not start with one"
        case .loneCarriageReturn: "a carriage return that no line feed follows"
        case .tooManyFields(let count, let columns): "\(count) fields; the header has \(columns)"
        case .tooFewFields(let count, let columns): "only \(count) of the header's \(columns) fields"
        case .tooManyColumns(let count): "\(count) columns; the limit is \(CSVReader.columnsMax)"
        case .invalidUTF8: "text that is not UTF-8"
        case .recordTooLong(let bytesMax): "a record of more than \(bytesMax) bytes"
        case .quoteTooLong(let bytesMax): "a quote that is not closed within a record's limit of \(bytesMax) bytes"
        }
    }

    public var description: String {
        let place = column.map { "line \(line), column \($0)" } ?? "line \(line)"
        return "\(place): \(message)"
    }
}
