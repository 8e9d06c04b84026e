/// Which columns of a CSV file become which parts of an event.
///
/// ```swift
/// let map = try CSVMap("userId=customer_id,timestamp=when,event=action")
/// let writer = try map.eventWriter(for: reader.header)
/// writer.appendJSON(of: fields, to: &line)
/// ```
///
/// A column with a target's own name goes there unless the map says otherwise, either of the column or of the target.
/// Every other column becomes a property under its own name. A column without a name, as tables with row numbers have
/// it, is left out.
public struct CSVMap: Hashable, Sendable {
    /// A part of an event that a column can fill; ``channel`` becomes `context.channel`.
    public enum Target: String, Hashable, Sendable, CaseIterable {
        case type, event, name, userId, anonymousId, previousId, messageId, timestamp, receivedAt, sentAt, channel
    }

    /// The columns that were named, by target.
    public let columns: [Target: String]

    /// Reads pairs of target and column: `userId=customer_id,timestamp=when`. Blanks around a target do not count; a
    /// column's name is taken as it stands and cannot hold a comma. An empty text is an empty map.
    public init(_ text: String = "") throws(CSVMapError) {
        var columns: [Target: String] = [:]
        let pairs = text.allSatisfy { $0 == " " } ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
        for pair in pairs {
            guard let sign = pair.firstIndex(of: "=") else { throw .notAPair(String(pair)) }
            let name = pair[..<sign].split(separator: " ").joined(separator: " ")
            let column = String(pair[pair.index(after: sign)...])
            guard let target = Target(rawValue: name) else { throw .unknownTarget(name) }
            guard !column.isEmpty else { throw .columnUnnamed(target) }
            guard columns.updateValue(column, forKey: target) == nil else { throw .targetTwice(target) }
        }
        self.columns = columns
    }

    /// What writes the records of a file with this header.
    public func eventWriter(for header: [String]) throws(CSVMapError) -> CSVEventWriter {
        CSVEventWriter(header: header, places: try places(in: header))
    }

    /// Which column of a file with this header fills which target.
    func places(in header: [String]) throws(CSVMapError) -> [Target: Int] {
        var indices: [String: Int] = [:]
        for (index, column) in header.enumerated() where !column.isEmpty {
            if let first = indices.updateValue(index, forKey: column) {
                throw .columnTwice(column, first: first + 1, second: index + 1)
            }
        }
        let mapped = Set(columns.values)
        var places: [Target: Int] = [:]
        for target in Target.allCases {
            if let column = columns[target] {
                guard let index = indices[column] else { throw .columnMissing(column, target, header: header) }
                places[target] = index
            } else if !mapped.contains(target.rawValue) {
                places[target] = indices[target.rawValue]
            }
        }
        return places
    }
}

/// Why a map of columns cannot be used.
public enum CSVMapError: Error, Hashable, Sendable, CustomStringConvertible {
    case notAPair(String)
    case unknownTarget(String)
    case columnUnnamed(CSVMap.Target)
    case targetTwice(CSVMap.Target)
    case columnMissing(String, CSVMap.Target, header: [String])
    /// Two columns have one name; they are counted from 1.
    case columnTwice(String, first: Int, second: Int)

    public var description: String {
        switch self {
        case .notAPair(let text): "\"\(text)\" is not target=column, as userId=customer_id is"
        case .unknownTarget(let name):
            "\"\(name)\" is no part of an event; there are "
                + CSVMap.Target.allCases.map(\.rawValue).joined(separator: ", ")
        case .columnUnnamed(let target): "\(target)= names no column"
        case .targetTwice(let target): "\(target) is given two columns; it takes one"
        case .columnMissing(let column, let target, let header):
            "no column \"\(column)\" for \(target); there are " + CSVMapError.list(header)
        case .columnTwice(let name, let first, let second):
            "columns \(first) and \(second) are both named \"\(name)\"; rename one"
        }
    }

    /// The names of the columns, not all of them when they are very many.
    private static func list(_ header: [String]) -> String {
        let namesMax = 20
        let names = header.prefix(namesMax).map { "\"\($0)\"" }.joined(separator: ", ")
        return header.count > namesMax ? "\(names) and \(header.count - namesMax) more" : names
    }
}

/// Writes the records of one CSV file as events in JSON, so that all later steps see what they see of NDJSON.
public struct CSVEventWriter: Sendable {
    /// A member of the object and the column with its value.
    private struct Member {
        /// The key in quotes, escaped, with its colon.
        let key: [UInt8]
        let column: Int

        init(key text: String, column: Int) {
            var key: [UInt8] = []
            var text = text
            text.withUTF8 { CSVEventWriter.append(string: $0, to: &key) }
            key.append(UInt8(ascii: ":"))
            self.key = key
            self.column = column
        }
    }

    private let columnCount: Int
    private let typeColumn: Int?
    private let usualType: StaticString
    private let members: [Member]
    private let channelColumn: Int?
    private let properties: [Member]

    fileprivate init(header: [String], places: [CSVMap.Target: Int]) {
        columnCount = header.count
        typeColumn = places[.type]
        // A track must name its event, a page need not.
        usualType = places[.event] == nil ? "page" : "track"
        // In the order of the cases, so that one record always gives one text.
        members = CSVMap.Target.allCases.filter { $0 != .type && $0 != .channel }.compactMap { target in
            places[target].map { Member(key: target.rawValue, column: $0) }
        }
        channelColumn = places[.channel]
        let taken = Set(places.values)
        properties = header.enumerated().filter { !taken.contains($0.offset) && !$0.element.isEmpty }.map {
            Member(key: $0.element, column: $0.offset)
        }
    }

    /// Adds the record as one JSON object on one line, without a line end. Empty fields are left out. Where no column
    /// gives a `type`, or its field is empty, it is `track` in a file with a column for `event` and `page` in others.
    ///
    /// Values are passed on as they stand: whether the time is one, and whether anybody is named, the parser of events
    /// says.
    ///
    /// - Complexity: O(*n*) in the bytes of the record; no allocation once the line has grown.
    public func appendJSON(of fields: CSVReader.Fields, to line: inout [UInt8]) {
        precondition(fields.count == columnCount, "a record has as many fields as the header")
        CSVEventWriter.append("{\"type\":", to: &line)
        if let typeColumn, !fields[typeColumn].isEmpty {
            CSVEventWriter.append(string: fields[typeColumn], to: &line)
        } else {
            CSVEventWriter.append("\"", to: &line)
            CSVEventWriter.append(usualType, to: &line)
            CSVEventWriter.append("\"", to: &line)
        }
        for member in members where !fields[member.column].isEmpty {
            CSVEventWriter.append(",", to: &line)
            CSVEventWriter.append(member, of: fields, to: &line)
        }
        if let channelColumn, !fields[channelColumn].isEmpty {
            CSVEventWriter.append(",\"context\":{\"channel\":", to: &line)
            CSVEventWriter.append(string: fields[channelColumn], to: &line)
            CSVEventWriter.append("}", to: &line)
        }
        var isFirst = true
        for member in properties where !fields[member.column].isEmpty {
            CSVEventWriter.append(isFirst ? ",\"properties\":{" : ",", to: &line)
            CSVEventWriter.append(member, of: fields, to: &line)
            isFirst = false
        }
        CSVEventWriter.append(isFirst ? "}" : "}}", to: &line)
    }

    private static func append(_ member: Member, of fields: CSVReader.Fields, to line: inout [UInt8]) {
        line.append(contentsOf: member.key)
        append(string: fields[member.column], to: &line)
    }

    private static func append(_ text: StaticString, to line: inout [UInt8]) {
        line.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds a text in quotes, escaped as RFC 8259 asks and no further.
    private static func append(string text: UnsafeBufferPointer<UInt8>, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        var runStart = 0
        for (index, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            line.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<index]))
            append(escapeOf: byte, to: &line)
            runStart = index + 1
        }
        line.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart...]))
        line.append(UInt8(ascii: "\""))
    }

    private static func append(escapeOf byte: UInt8, to line: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"", to: &line)
        case UInt8(ascii: "\\"): append("\\\\", to: &line)
        case UInt8(ascii: "\n"): append("\\n", to: &line)
        case UInt8(ascii: "\r"): append("\\r", to: &line)
        case UInt8(ascii: "\t"): append("\\t", to: &line)
        default:
            append("\\u00", to: &line)
            for digit in [byte >> 4, byte & 15] {
                line.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
