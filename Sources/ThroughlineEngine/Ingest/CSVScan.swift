/// Finds the end and the fields of one record. It can stop at any byte and go on when more bytes are there, so that each
/// byte is looked at once however the source cuts them.
struct CSVScan {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")

    enum Outcome {
        case unfinished
        /// There are no bytes and there will be none.
        case nothing
        /// The record has so many bytes, and with its line end so many are consumed.
        case record(bytes: Int, consumed: Int)
        case fault(CSVError)
    }

    struct Place {
        var line: Int
        var column: Int
    }

    /// Where a field lies in its record, without its quotes.
    struct FieldPlace {
        var range: Range<Int>
        var hasDoubledQuotes: Bool

        /// The field's text; doubled quotes are made single where they lie.
        func text(in record: UnsafeMutableBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
            let raw = UnsafeMutableBufferPointer(rebasing: record[range])
            guard hasDoubledQuotes else { return UnsafeBufferPointer(raw) }
            var count = 0
            var index = 0
            while index < raw.count {
                raw[count] = raw[index]
                count += 1
                // Inside quotes each quote is the first of two.
                index += raw[index] == CSVScan.quote ? 2 : 1
            }
            return UnsafeBufferPointer(rebasing: raw[..<count])
        }
    }

    private enum State {
        case atFieldStart, unquoted, quoted
        /// After a quote inside quotes: the first of two, or the closing one.
        case afterQuote
        case afterCarriageReturn
    }

    let bytesMax: Int
    /// Fields beyond so many are counted but not kept.
    var columns: Int

    /// The line of the file that the record starts on, from 1.
    private(set) var line = 1
    /// Line ends inside the record.
    private(set) var lineFeeds = 0
    private(set) var fields: [FieldPlace] = []
    private(set) var fieldCount = 0
    /// The start of the first field beyond the columns.
    private(set) var excess: Place?

    /// Bytes of the record seen so far.
    private var position = 0
    private var state = State.atFieldStart
    private var fieldStart = 0
    private var hasDoubledQuotes = false
    private var lineStart = 0
    private var openingQuote = Place(line: 0, column: 0)

    init(bytesMax: Int, columns: Int) {
        self.bytesMax = bytesMax
        self.columns = columns
        fields.reserveCapacity(columns)
    }

    /// Forgets the last record.
    mutating func begin(line: Int) {
        self.line = line
        lineFeeds = 0
        fields.removeAll(keepingCapacity: true)
        fieldCount = 0
        excess = nil
        position = 0
        state = .atFieldStart
        fieldStart = 0
        hasDoubledQuotes = false
        lineStart = 0
    }

    /// Goes on to the end of the record or of the bytes.
    ///
    /// - Parameters:
    ///   - bytes: what follows the last record; those seen before must be the same.
    ///   - isComplete: whether nothing will follow them.
    mutating func resume(over bytes: UnsafeBufferPointer<UInt8>, isComplete: Bool) -> Outcome {
        // CR LF may follow a record as long as a record may be.
        let windowMax = bytesMax + 2
        let window = min(bytes.count, windowMax)
        while position < window {
            let byte = bytes[position]
            switch state {
            case .atFieldStart:
                guard byte == CSVScan.quote else {
                    state = .unquoted
                    continue
                }
                openingQuote = place(of: position)
                state = .quoted
            case .unquoted:
                guard byte != CSVScan.quote else { return fault(.quoteInsideUnquotedField, at: position) }
                if end(field: fieldStart..<position, before: byte) { return end(at: position, consumed: position + 1) }
            case .quoted:
                if byte == CSVScan.quote {
                    state = .afterQuote
                } else if byte == CSVScan.lineFeed {
                    lineFeeds += 1
                    lineStart = position + 1
                }
            case .afterQuote:
                if byte == CSVScan.quote {
                    hasDoubledQuotes = true
                    state = .quoted
                } else if end(field: fieldStart + 1..<position - 1, before: byte) {
                    return end(at: position, consumed: position + 1)
                } else if state == .afterQuote {
                    return fault(.textAfterClosingQuote, at: position)
                }
            case .afterCarriageReturn:
                guard byte == CSVScan.lineFeed else { return fault(.loneCarriageReturn, at: position - 1) }
                return end(at: position - 1, consumed: position + 1)
            }
            position += 1
        }
        if window == windowMax { return tooLong }
        return isComplete ? endOfFile() : .unfinished
    }

    /// Ends the field when the byte after it is one that ends fields; true when that byte ends the record too.
    private mutating func end(field: Range<Int>, before byte: UInt8) -> Bool {
        // Nearly all text is above the comma, so one comparison passes nearly all of it.
        guard byte <= CSVScan.comma else { return false }
        switch byte {
        case CSVScan.comma:
            keep(field)
            state = .atFieldStart
            fieldStart = position + 1
            hasDoubledQuotes = false
            if fieldCount == columns { excess = place(of: fieldStart) }
            return false
        case CSVScan.carriageReturn:
            keep(field)
            state = .afterCarriageReturn
            return false
        case CSVScan.lineFeed:
            keep(field)
            return true
        default: return false
        }
    }

    private mutating func keep(_ field: Range<Int>) {
        fieldCount += 1
        if fields.count < columns { fields.append(FieldPlace(range: field, hasDoubledQuotes: hasDoubledQuotes)) }
    }

    private mutating func endOfFile() -> Outcome {
        switch state {
        case .atFieldStart where position == 0: return .nothing
        case .atFieldStart, .unquoted: keep(fieldStart..<position)
        case .quoted: return .fault(CSVError(.unclosedQuote, line: openingQuote.line, column: openingQuote.column))
        case .afterQuote: keep(fieldStart + 1..<position - 1)
        case .afterCarriageReturn: return end(at: position - 1, consumed: position)
        }
        return end(at: position, consumed: position)
    }

    private func end(at length: Int, consumed: Int) -> Outcome {
        length > bytesMax ? tooLong : .record(bytes: length, consumed: consumed)
    }

    private var tooLong: Outcome {
        guard state == .quoted else {
            return .fault(CSVError(.recordTooLong(bytesMax: bytesMax), line: line, column: nil))
        }
        return .fault(
            CSVError(.quoteTooLong(bytesMax: bytesMax), line: openingQuote.line, column: openingQuote.column))
    }

    private func fault(_ fault: CSVError.Fault, at position: Int) -> Outcome {
        let place = place(of: position)
        return .fault(CSVError(fault, line: place.line, column: place.column))
    }

    /// A place in the line that is being read.
    private func place(of position: Int) -> Place {
        Place(line: line + lineFeeds, column: position - lineStart + 1)
    }
}
