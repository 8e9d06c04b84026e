import Foundation
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@Suite("Reading CSV")
struct CSVReaderTests {
    struct Good: CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let rows: [[String]]

        init(_ sentence: String, _ text: String, _ rows: [[String]]) {
            testDescription = sentence
            self.text = text
            self.rows = rows
        }
    }

    static let good = [
        Good("commas part fields and line feeds end records", "a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
        Good("a carriage return and a line feed do too", "a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
        Good("the two line ends mix", "a,b\r\n1,2\n3,4\r\n", [["1", "2"], ["3", "4"]]),
        Good("the last record needs no line end", "a,b\n1,2", [["1", "2"]]),
        Good("the last line end may be cut in half", "a,b\n1,2\r", [["1", "2"]]),
        Good("a header alone has no records", "a,b\n", []),
        Good("fields may be empty", "a,b,c\n,,\n,x,\n", [["", "", ""], ["", "x", ""]]),
        Good("the last field may be empty at the end of the file", "a,b\n1,", [["1", ""]]),
        Good("quotes are no part of the field", "a,b\n\"1\",\"2\"\n", [["1", "2"]]),
        Good("a field in quotes may be empty", "a,b\n\"\",\"\"\n", [["", ""]]),
        Good("a field in quotes may be empty at the end of the file", "a\n\"\"", [[""]]),
        Good("a field in quotes holds commas", "a,b\n\"1,5\",2\n", [["1,5", "2"]]),
        Good("a field in quotes holds line ends as they are", "a,b\n\"1\r\n5\n\",2\n", [["1\r\n5\n", "2"]]),
        Good("two quotes in quotes are one", "a,b\n\"5\"\" screen\",2\n", [["5\" screen", "2"]]),
        Good("doubled quotes may be all there is", "a,b\n\"\"\"\"\"\",\"\"\"\"\n", [["\"\"", "\""]]),
        Good("blanks belong to the field", "a,b\n 1 , 2\t\n", [[" 1 ", " 2\t"]]),
        Good(
            "lines with nothing on them are skipped",
            "\n\r\na,b\n\n1,2\r\n\r\n\n3,4\n\n", [["1", "2"], ["3", "4"]]),
        Good("a byte order mark at the start is skipped", "\u{FEFF}a,b\n1,2\n", [["1", "2"]]),
        Good("a byte order mark may stand before a quote", "\u{FEFF}\"a\",b\n1,2\n", [["1", "2"]]),
        Good("a byte order mark further on is text", "a,b\n\u{FEFF}1,2\n", [["\u{FEFF}1", "2"]]),
        Good("text may be in any script", "a,b\nžluť,🏠家\n", [["žluť", "🏠家"]]),
        Good("the header may be quoted, on two lines even", "\"a\n\"\"1\"\"\",b\n1,2\n", [["1", "2"]]),
        Good(
            "a record may be just as long as the limit", "a,b\r\n123456,8901234567\r\n1,2",
            [["123456", "8901234567"], ["1", "2"]]),
    ]

    @Test("reads it, whichever way the bytes arrive", arguments: good)
    func reads(example: Good) throws {
        for chunk in [1, 2, 3, 5, 1_000] {
            let table = try CSVTable(Array(example.text.utf8), recordBytesMax: 17, chunks: [chunk])
            #expect(table.rows.map(\.fields) == example.rows, "in chunks of \(chunk)")
            #expect(table.refusals.isEmpty, "in chunks of \(chunk)")
            #expect(table.header.first?.utf8.first == UInt8(ascii: "a"), "in chunks of \(chunk)")
        }
    }

    struct Bad: CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let refusals: [CSVTable.Refusal]
        let rows: [[String]]

        init(
            _ sentence: String, _ text: String, _ fault: CSVError.Fault, line: Int, column: Int?, raw: String,
            then more: [CSVTable.Refusal] = [], rows: [[String]]
        ) {
            testDescription = sentence
            self.text = text
            refusals = [CSVTable.Refusal(CSVError(fault, line: line, column: column), raw)] + more
            self.rows = rows
        }
    }

    static let bad = [
        Bad(
            "a record with too few fields says how many", "a,b\n1\n3,4\n",
            .tooFewFields(1, columns: 2), line: 2, column: nil, raw: "1", rows: [["3", "4"]]),
        Bad(
            "a record with too many fields says where the first of them starts", "a,b\n1,2,3,4\r\n3,4\n",
            .tooManyFields(4, columns: 2), line: 2, column: 5, raw: "1,2,3,4", rows: [["3", "4"]]),
        Bad(
            "one comma too many at the end of the file is one field too many", "a,b\n3,4\n1,2,",
            .tooManyFields(3, columns: 2), line: 3, column: 5, raw: "1,2,", rows: [["3", "4"]]),
        Bad(
            "a record of many lines with the wrong number of fields is refused as a whole",
            "a,b\n\"1\n2\",3,\"4\n\"\n3,4\n",
            .tooManyFields(3, columns: 2), line: 3, column: 6, raw: "\"1\n2\",3,\"4\n\"", rows: [["3", "4"]]),
        Bad(
            "a quote inside an unquoted field is refused", "a,b\n1,5\" screen\n3,4\n",
            .quoteInsideUnquotedField, line: 2, column: 4, raw: "1,5\" screen", rows: [["3", "4"]]),
        Bad(
            "a blank before the quote makes the field an unquoted one", "a,b\n1, \"2\"\r\n3,4\n",
            .quoteInsideUnquotedField, line: 2, column: 4, raw: "1, \"2\"", rows: [["3", "4"]]),
        Bad(
            "text after a closing quote is refused", "a,b\n\"1\"x,2\n3,4\n",
            .textAfterClosingQuote, line: 2, column: 4, raw: "\"1\"x,2", rows: [["3", "4"]]),
        Bad(
            "a quote never closed takes its line and no other", "a,b\n1,\"2\n3,4\n5,6\n",
            .unclosedQuote, line: 2, column: 3, raw: "1,\"2", rows: [["3", "4"], ["5", "6"]]),
        Bad(
            "a quote never closed on the last line is refused", "a,b\n3,4\n1,\"2",
            .unclosedQuote, line: 3, column: 3, raw: "1,\"2", rows: [["3", "4"]]),
        Bad(
            "a quote left open does not take the records up to the next quote", "a,b\n1,\"2\n3,4\n5,\"6\"\n",
            .textAfterClosingQuote, line: 4, column: 4, raw: "1,\"2", rows: [["3", "4"], ["5", "6"]]),
        Bad(
            "the later lines of a broken text are read for themselves", "a,b\n1,\"2\n3\" 4\n5,6\n",
            .textAfterClosingQuote, line: 3, column: 3, raw: "1,\"2",
            then: [.init(CSVError(.quoteInsideUnquotedField, line: 3, column: 2), "3\" 4")], rows: [["5", "6"]]),
        Bad(
            "a quote that is not closed within the limit takes its line and no other",
            "a,b\n1,\"2\n3,4\n5,6\n7,8\n9,10\n",
            .quoteTooLong(bytesMax: 17), line: 2, column: 3, raw: "1,\"2",
            rows: [["3", "4"], ["5", "6"], ["7", "8"], ["9", "10"]]),
        Bad(
            "a record one byte longer than the limit is refused", "a,b\n123456,89012345678\r\n3,4\n",
            .recordTooLong(bytesMax: 17), line: 2, column: nil, raw: "123456,89012345678", rows: [["3", "4"]]),
        Bad(
            "a record longer than the limit may be the last", "a,b\n3,4\n123456,89012345678",
            .recordTooLong(bytesMax: 17), line: 3, column: nil, raw: "123456,89012345678", rows: [["3", "4"]]),
        Bad(
            "a carriage return alone ends nothing", "a,b\n1,2\r3,4\n5,6\n",
            .loneCarriageReturn, line: 2, column: 4, raw: "1,2\r3,4", rows: [["5", "6"]]),
        Bad(
            "a carriage return alone after a quote ends nothing", "a,b\n1,\"2\"\r\r\n5,6\n",
            .loneCarriageReturn, line: 2, column: 6, raw: "1,\"2\"\r", rows: [["5", "6"]]),
        Bad(
            "lines inside quotes count", "a,b\n\"1\n1\n\",2\n\n3\n",
            .tooFewFields(1, columns: 2), line: 6, column: nil, raw: "3", rows: [["1\n1\n", "2"]]),
        Bad(
            "a line of blanks is not a line with nothing on it", "a,b\n  \n1,2\n",
            .tooFewFields(1, columns: 2), line: 2, column: nil, raw: "  ", rows: [["1", "2"]]),
        Bad(
            "each of two bad records is refused for its own reason", "a,b\n1\n\"2\"2\n3,4\n",
            .tooFewFields(1, columns: 2), line: 2, column: nil, raw: "1",
            then: [.init(CSVError(.textAfterClosingQuote, line: 3, column: 4), "\"2\"2")], rows: [["3", "4"]]),
    ]

    @Test("refuses it, says where and why, and reads on", arguments: bad)
    func refuses(example: Bad) throws {
        for chunk in [1, 2, 3, 5, 1_000] {
            let table = try CSVTable(Array(example.text.utf8), recordBytesMax: 17, chunks: [chunk])
            #expect(table.refusals == example.refusals, "in chunks of \(chunk)")
            #expect(table.rows.map(\.fields) == example.rows, "in chunks of \(chunk)")
        }
    }

    @Test(
        "refuses bytes that are not UTF-8 and says where they are",
        arguments: [
            ([0x31, 0x2C, 0xFF], 2, 3), ([0x22, 0x31, 0x0A, 0x32, 0xC3, 0x22, 0x2C, 0x33], 3, 2),
            ([0x31, 0x2C, 0xED, 0xA0, 0x80], 2, 3), ([0x31, 0x2C, 0xC0, 0x80], 2, 3),
        ] as [([UInt8], Int, Int)])
    func refusesOtherEncodings(record: [UInt8], line: Int, column: Int) throws {
        let bytes = Array("a,b\n".utf8) + record + Array("\n3,4\n".utf8)
        let table = try CSVTable(bytes, recordBytesMax: 17, chunks: [4])
        #expect(table.refusals.map(\.error) == [CSVError(.invalidUTF8, line: line, column: column)])
        #expect(table.refusals.map(\.raw) == [record])
        #expect(table.rows.map(\.fields) == [["3", "4"]])
    }

    @Test("hands on a very long line in parts and never holds it whole")
    func refusesInParts() throws {
        let long = String(repeating: "0123456\r", count: 100_000)
        let table = try CSVTable(Array("a,b\n\(long)\r\n3,4\n".utf8), recordBytesMax: 64, chunks: [70_001])
        let refusal = try #require(table.refusals.first)
        #expect(table.refusals.count == 1)
        #expect(refusal.raw == Array(long.dropLast().utf8) + [13])
        #expect(refusal.parts > 2)
        #expect(refusal.error.line == 2)
        #expect(table.rows == [CSVTable.Row(fields: ["3", "4"], line: 3)])
    }

    @Test(
        "does not start without a header that can be used",
        arguments: [
            ("", "orders.csv: is empty; a CSV file starts with a row of column names"),
            ("\n\r\n\n", "orders.csv: is empty; a CSV file starts with a row of column names"),
            (
                "a,\"b\"c\n1,2\n",
                "orders.csv: has no usable row of column names: line 1, column 6: text after a closing quote; a quote "
                    + "inside quotes is written twice"
            ),
            (
                "a,\"b\n1,2\n",
                "orders.csv: has no usable row of column names: line 1, column 3: a quote that is never closed"
            ),
        ])
    func refusesHeader(text: String, message: String) {
        let error = #expect(throws: FileError.self) { try CSVTable(Array(text.utf8), chunks: [10_000]) }
        #expect(error?.description == message)
    }

    @Test("takes as many columns as a file may have")
    func takesManyColumns() throws {
        let row = (0..<CSVReader.columnsMax).map(String.init)
        let line = row.joined(separator: ",")
        let table = try CSVTable(Array("\(line)\n\(line)\n\(line),1\n".utf8), chunks: [777])
        #expect(table.header == row)
        #expect(table.rows.map(\.fields) == [row])
        #expect(table.refusals.map(\.error.fault) == [.tooManyFields(1_025, columns: 1_024)])

        let error = #expect(throws: FileError.self) { try CSVTable(Array("\(line),1\n".utf8), chunks: [777]) }
        let message = "has no usable row of column names: line 1, column 4011: 1025 columns; the limit is 1024"
        #expect(error?.message == message)
    }

    @Test("reads a file from the disk")
    func readsFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("id,text\n1,\"one\ntwo\"\n".utf8).write(to: URL(filePath: path))
        let reader = try CSVReader(source: ByteSource(path: path))
        let table = try CSVTable(reader)
        #expect(table.header == ["id", "text"])
        #expect(table.rows == [CSVTable.Row(fields: ["1", "one\ntwo"], line: 2)])
    }

    @Test("passes on the failure of the disk")
    func passesOnFailure() throws {
        var chunks = [Array("a,b\n1,".utf8)]
        let reader = try CSVReader(path: "orders.csv") { (target, _) throws(FileError) in
            guard let chunk = chunks.popLast() else { throw FileError("orders.csv", "is on fire") }
            for (index, byte) in chunk.enumerated() { target[index] = byte }
            return chunk.count
        }
        #expect(throws: FileError.self) { try reader.next() }
    }

    @Test("reads back what another writer wrote", arguments: 1...40)
    func readsBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rows = RandomTable.rows(from: &random)
        let bytes = RandomTable.write(rows, from: &random)
        let table = try CSVTable(bytes, chunks: RandomTable.chunks(from: &random))
        #expect(table.header == rows[0], "seed \(seed)")
        #expect(table.rows.map(\.fields) == Array(rows.dropFirst()), "seed \(seed)")
        #expect(table.refusals.isEmpty, "seed \(seed)")
    }

    @Test("makes of any bytes the same records and refusals, however they arrive", arguments: 1...60)
    func doesNotDependOnChunks(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let letters: [UInt8] = Array("\"\"\",,\n\n\r ab".utf8) + [0xC3, 0xA9, 0xFF]
        let noise = (0..<400).map { _ in letters[random.below(letters.count)] }
        let bytes = Array("x,y\n".utf8) + noise
        let whole = try CSVTable(bytes, recordBytesMax: 24, chunks: [bytes.count])
        let pieces = try CSVTable(bytes, recordBytesMax: 24, chunks: RandomTable.chunks(from: &random))
        #expect(whole == pieces, "seed \(seed)")
        // Nothing is lost: without quotes, every line with something on it is either a record or a refusal.
        let plain = bytes.filter { $0 != UInt8(ascii: "\"") && $0 != 13 }
        let table = try CSVTable(plain, recordBytesMax: 24, chunks: [7])
        let lines = plain.split(separator: 10).count
        #expect(1 + table.rows.count + table.refusals.count == lines, "seed \(seed)")
    }
}

@Suite("Mapping CSV to events")
struct CSVMapTests {
    @Test("reads pairs of target and column")
    func readsPairs() throws {
        let map = try CSVMap("userId=customer_id, timestamp=when,event=the action=1")
        #expect(map.columns == [.userId: "customer_id", .timestamp: "when", .event: "the action=1"])
        #expect(try CSVMap("").columns.isEmpty)
    }

    @Test(
        "says what is wrong with a map",
        arguments: [
            ("userId", "\"userId\" is not target=column, as userId=customer_id is"),
            ("userId=a,", "\"\" is not target=column, as userId=customer_id is"),
            (
                "userID=a",
                "\"userID\" is no part of an event; there are type, event, name, userId, anonymousId, previousId, "
                    + "messageId, timestamp, receivedAt, sentAt, channel"
            ),
            ("userId=", "userId= names no column"),
            ("userId=a,event=b,userId=c", "userId is given two columns; it takes one"),
            ("userId=who", "no column \"who\" for userId; there are \"id\", \"when\""),
        ])
    func refusesMap(text: String, message: String) {
        let error = #expect(throws: CSVMapError.self) { try CSVMap(text).eventWriter(for: ["id", "when"]) }
        #expect(error?.description == message)
    }

    @Test("does not take two columns of one name, but any number without one")
    func refusesTwins() throws {
        #expect(throws: CSVMapError.columnTwice("a", first: 1, second: 3)) {
            try CSVMap().eventWriter(for: ["a", "b", "a"])
        }
        #expect(throws: Never.self) { try CSVMap().eventWriter(for: ["", "b", ""]) }
    }

    @Test("names no more columns than one can read")
    func shortensList() {
        let error = CSVMapError.columnMissing("x", .event, header: (1...30).map(String.init))
        #expect(error.description.hasSuffix("\"20\" and 10 more"))
    }

    struct Example: CustomTestStringConvertible {
        let testDescription: String
        let map: String
        let csv: String
        let json: String

        init(_ sentence: String, map: String = "", csv: String, json: String) {
            testDescription = sentence
            self.map = map
            self.csv = csv
            self.json = json
        }
    }

    static let examples = [
        Example(
            "columns named like a part of an event become it",
            csv: "userId,event,timestamp,channel\n7,Order Placed,2026-03-01T09:30:00Z,web\n",
            json: #"{"type":"track","event":"Order Placed","userId":"7","timestamp":"2026-03-01T09:30:00Z","#
                + #""context":{"channel":"web"}}"#),
        Example(
            "all parts of an event can be given",
            csv: "channel,sentAt,receivedAt,timestamp,messageId,previousId,anonymousId,userId,name,event,type\n"
                + "c,s,r,t,m,p,a,u,n,e,alias\n",
            json: #"{"type":"alias","event":"e","name":"n","userId":"u","anonymousId":"a","previousId":"p","#
                + #""messageId":"m","timestamp":"t","receivedAt":"r","sentAt":"s","context":{"channel":"c"}}"#),
        Example(
            "mapped columns become what the map says", map: "userId=customer,event=action,channel=place",
            csv: "customer,action,place\n7,Call,shop\n",
            json: #"{"type":"track","event":"Call","userId":"7","context":{"channel":"shop"}}"#),
        Example(
            "other columns become properties in the order of the header", csv: "b,event,a\n1,Call,2\n",
            json: #"{"type":"track","event":"Call","properties":{"b":"1","a":"2"}}"#),
        Example(
            "the map wins over the name of a target, whose column is then a property", map: "userId=customer",
            csv: "userId,customer\n1,2\n", json: #"{"type":"page","userId":"2","properties":{"userId":"1"}}"#),
        Example(
            "the map wins over the name of a column", map: "name=event", csv: "event\nHome\n",
            json: #"{"type":"page","name":"Home"}"#),
        Example(
            "two columns can change places", map: "userId=anonymousId,anonymousId=userId",
            csv: "userId,anonymousId\n1,2\n", json: #"{"type":"page","userId":"2","anonymousId":"1"}"#),
        Example(
            "one column can fill two parts", map: "event=action,name=action", csv: "action\nCall\n",
            json: #"{"type":"track","event":"Call","name":"Call"}"#),
        Example(
            "empty fields and columns without a name are left out", csv: ",event,userId,channel,a\n0,Call,,,\n",
            json: #"{"type":"track","event":"Call"}"#),
        Example(
            "without a column for the event it is a page", csv: "userId\n7\n", json: #"{"type":"page","userId":"7"}"#),
        Example(
            "a column can give the type, and an empty field leaves it as usual", csv: "type,event\nscreen,\n,Call\n",
            json: #"{"type":"screen"}"# + "\n" + #"{"type":"track","event":"Call"}"#),
        Example(
            "what JSON cannot hold is escaped, in names as in values",
            csv: "event,\"a\"\"b\\\"\n\"\"\"\\/\n\r\t\u{1}\u{1F}\u{7F}é🏠\",1\n",
            json: #"{"type":"track","event":"\"\\/\n\r\t\u0001\u001f"# + "\u{7F}é🏠"
                + #"","properties":{"a\"b\\":"1"}}"#),
    ]

    @Test("writes one line of JSON to a record", arguments: examples)
    func writes(example: Example) throws {
        #expect(try CSVMapTests.lines(of: example.csv, map: example.map).joined(separator: "\n") == example.json)
    }

    @Test("writes what the parser of events reads")
    func isParsed() throws {
        let csv = """
            customer,action,when,where,title
            7,Product Viewed,2026-03-01T09:30:00Z,branch,"Home ""loan"", žluťoučký"
            """
        let lines = try CSVMapTests.lines(of: csv, map: "userId=customer,event=action,timestamp=when,channel=where")
        var event = Event()
        var bytes = Array(try #require(lines.first).utf8)
        let count = bytes.count
        bytes += [UInt8](repeating: 0, count: JSONParser.padding)
        try bytes.withUnsafeBufferPointer {
            try EventParser().parse(UnsafeBufferPointer(rebasing: $0[..<count]), into: &event)
        }
        #expect(event.kind == .track)
        #expect(event.string(event.userId) == "7")
        #expect(event.string(event.name) == "Product Viewed")
        #expect(event.string(event.channel) == "branch")
        #expect(event.string(event.text) == "Home \"loan\", žluťoučký")
        #expect(event.timestamp == (try Instant(rfc3339: "2026-03-01T09:30:00Z")))
    }

    @Test("writes JSON from which any reader gets the fields back", arguments: 1...40)
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var rows = RandomTable.rows(from: &random)
        // Foundation's reader of JSON drops byte order marks inside texts, so that it cannot be asked about them.
        rows = rows.map { row in row.map { $0.replacingOccurrences(of: "\u{FEFF}", with: "") } }
        // Names that are all different, strange to JSON, and none of a target.
        rows[0] = rows[0].enumerated().map { "\($0.offset)\($0.element)" }
        let csv = String(decoding: RandomTable.write(rows, from: &random), as: UTF8.self)
        let lines = try CSVMapTests.lines(of: csv, map: "")
        #expect(lines.count == rows.count - 1, "seed \(seed)")
        for (line, row) in zip(lines, rows.dropFirst()) {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let properties = object?["properties"] as? [String: String] ?? [:]
            let expected = zip(rows[0], row).filter { !$0.1.isEmpty }
            #expect(properties == Dictionary(uniqueKeysWithValues: expected), "seed \(seed)")
        }
    }

    private static func lines(of csv: String, map: String) throws -> [String] {
        let reader = try CSVReader(path: "orders.csv", read: ChunkedBytes(Array(csv.utf8), chunks: [1_000]).read)
        let writer = try CSVMap(map).eventWriter(for: reader.header)
        var lines: [String] = []
        var line: [UInt8] = []
        while let record = try reader.next() {
            guard case .fields(let fields, _) = record else { continue }
            line.removeAll(keepingCapacity: true)
            writer.appendJSON(of: fields, to: &line)
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return lines
    }
}

/// All that a reader said of a file.
struct CSVTable: Equatable {
    struct Row: Equatable {
        let fields: [String]
        let line: Int
    }

    struct Refusal: Equatable, CustomTestStringConvertible {
        let error: CSVError
        var raw: [UInt8]
        /// How often the reader had to hand over; what the bytes are does not depend on it.
        var parts = 1

        init(_ error: CSVError, _ raw: String) {
            self.error = error
            self.raw = Array(raw.utf8)
        }

        init(_ error: CSVError, _ raw: UnsafeBufferPointer<UInt8>) {
            self.error = error
            self.raw = Array(raw)
        }

        static func == (one: Refusal, other: Refusal) -> Bool { one.error == other.error && one.raw == other.raw }

        var testDescription: String { "\(error): \(String(decoding: raw, as: UTF8.self))" }
    }

    let header: [String]
    private(set) var rows: [Row] = []
    private(set) var refusals: [Refusal] = []

    init(_ bytes: [UInt8], recordBytesMax: Int = CSVReader.recordBytesMax, chunks: [Int]) throws {
        let source = ChunkedBytes(bytes, chunks: chunks)
        try self.init(CSVReader(path: "orders.csv", recordBytesMax: recordBytesMax, read: source.read))
    }

    init(_ reader: CSVReader) throws {
        header = reader.header
        var isInsideRefusal = false
        while let record = try reader.next() {
            switch record {
            case .fields(let fields, let line):
                #expect(!isInsideRefusal, "a record came before the end of a refused one")
                rows.append(Row(fields: fields.map { String(decoding: $0, as: UTF8.self) }, line: line))
            case .refused(let error, let raw, let isLast):
                if isInsideRefusal {
                    refusals[refusals.count - 1].raw += raw
                    refusals[refusals.count - 1].parts += 1
                } else {
                    refusals.append(Refusal(error, raw))
                }
                isInsideRefusal = !isLast
            }
        }
        #expect(!isInsideRefusal, "a refused record has no end")
    }
}

/// Bytes that arrive in chunks of given sizes, over and over.
private final class ChunkedBytes {
    private let bytes: [UInt8]
    private let chunks: [Int]
    private var position = 0
    private var turn = 0

    init(_ bytes: [UInt8], chunks: [Int]) {
        self.bytes = bytes
        self.chunks = chunks
    }

    func read(into target: UnsafeMutablePointer<UInt8>, room: Int) throws(FileError) -> Int {
        let count = min(room, chunks[turn % chunks.count], bytes.count - position)
        for index in 0..<count { target[index] = bytes[position + index] }
        position += count
        turn += 1
        return count
    }
}

/// Tables of chance, and a writer of CSV that shares nothing with the reader.
private enum RandomTable {
    private static let pieces = [
        "a", "loan", " ", ",", "\"", "\n", "\r\n", "\r", "é", "🏠", "\t", "\\", "\u{0}", "\u{FEFF}", ";", "12",
    ]

    static func rows(from random: inout SplitMix64) -> [[String]] {
        let columns = 2 + random.below(6)
        return (0..<1 + random.below(30)).map { _ in
            (0..<columns).map { _ in
                (0..<random.below(6)).map { _ in pieces[random.below(pieces.count)] }.joined()
            }
        }
    }

    static func write(_ rows: [[String]], from random: inout SplitMix64) -> [UInt8] {
        var text = ""
        for row in rows {
            text += row.map { field in
                let needsQuotes = field.utf8.contains { [10, 13, 34, 44].contains($0) }
                // A mark at the very start of the file would be taken for the file's own.
                guard needsQuotes || field.hasPrefix("\u{FEFF}") || random.chance(30) else { return field }
                return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
            }.joined(separator: ",")
            text += random.chance(50) ? "\n" : "\r\n"
        }
        return Array(text.utf8)
    }

    static func chunks(from random: inout SplitMix64) -> [Int] {
        (0..<1 + random.below(8)).map { _ in 1 + random.below(random.chance(50) ? 4 : 60) }
    }
}
