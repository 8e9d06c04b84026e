import Foundation
import Testing

/// Input that nobody would send on purpose, or only somebody with a bad one. Whatever comes in, the program says
/// clearly what it made of it and ends by itself.
@Suite("Hostile input")
struct HostileInputTests {
    // MARK: Lines

    /// One input and what is told of it.
    struct Input: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let events: Int
        let refused: Int
        /// Texts that standard error must hold.
        let error: [String]

        init(_ sentence: String, _ bytes: [UInt8], events: Int = 0, refused: Int = 0, error: [String] = []) {
            testDescription = sentence
            self.bytes = bytes
            self.events = events
            self.refused = refused
            self.error = error
        }

        init(_ sentence: String, _ text: String, events: Int = 0, refused: Int = 0, error: [String] = []) {
            self.init(sentence, Array(text.utf8), events: events, refused: refused, error: error)
        }

        static func time(_ sentence: String, _ time: String, refusedFor fault: String? = nil) -> Input {
            Input(
                sentence, Sample.event(message: "m", time: time), events: fault == nil ? 1 : 0,
                refused: fault == nil ? 0 : 1, error: fault.map { ["input:1: \"timestamp\" \($0)"] } ?? [])
        }

        /// An event with further members, or other ones, behind its own.
        static func members(_ sentence: String, _ members: String, events: Int = 1, error: [String] = []) -> Input {
            let event = Sample.event(message: "m").dropLast() + ",\(members)}"
            return Input(sentence, String(event), events: events, refused: 1 - events, error: error)
        }

        static func properties(_ sentence: String, _ properties: String) -> Input {
            Input(sentence, Sample.event(message: "m", properties: properties), events: 1)
        }
    }

    static let good = Sample.event(message: "good")
    static let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)

    static let inputs = [
        Input("nothing", ""),
        Input("line ends alone", "\n\r\n\n \t\n"),
        Input("a byte order mark alone", "\u{FEFF}"),
        Input("a byte order mark before an event", "\u{FEFF}" + good, events: 1),
        Input("one byte", "{", refused: 1, error: ["input:1"]),
        Input("the first byte of gzip alone", [0x1F], refused: 1),
        Input("a zero byte", [0], refused: 1),
        Input("zero bytes around an event", [0] + Array(good.utf8) + [0], refused: 1),
        Input("JSON that is no object", "[]\n\"text\"\n1\nnull\ntrue\n{}\n", refused: 6, error: ["not a JSON object"]),
        Input("two events on one line", good + " " + good, refused: 1, error: ["input:1"]),
        Input("an event over two lines", good.replacing(",", with: ",\n", maxReplacements: 1), refused: 2),
        Input("an event behind carriage returns", good + "\r\r\n" + good + "\r\n", events: 1, refused: 0),
        Input(
            "bytes that are no UTF-8, told by their column",
            Array("{\"type\":\"track\",\"event\":\"A".utf8) + [0xFF] + Array("\"}\n".utf8) + Array(good.utf8),
            events: 1,
            refused: 1, error: ["input:1:27: text that is not UTF-8"]),
        Input(
            "a character cut in half", Array("{\"event\":\"".utf8) + [0xE2, 0x82] + Array("\"}".utf8), refused: 1,
            error: ["input:1:11: text that is not UTF-8"]),
        Input(
            "a surrogate written as a byte sequence",
            Array("{\"event\":\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8), refused: 1,
            error: ["input:1:11: text that is not UTF-8"]),
        Input("half a surrogate pair", Sample.event(message: "m", name: #"A\ud800"#), refused: 1, error: ["input:1"]),
        Input(
            "ten thousand levels", Sample.event(message: "m", properties: "{\"a\":\(deep)}"), refused: 1,
            error: ["input:1", "nested deeper than 64"]),
        Input(
            "ten thousand levels that are never closed", String(repeating: "{\"a\":", count: 5_000) + "\n" + good,
            events: 1, refused: 1),
        Input(
            "an event of 33 KB", Sample.event(message: "m", name: String(repeating: "a", count: 33_000)) + "\n" + good,
            events: 1, refused: 1, error: ["input:1: longer than the limit of 32768 bytes"]),
        Input(
            "a person's id of 2 KB", Sample.event(message: "m", user: String(repeating: "u", count: 2_048)), refused: 1,
            error: ["\"userId\" has 2048 bytes; the limit is 1024"]),
        .time("the year 0", "0000-01-01T00:00:00Z", refusedFor: "has a year that does not exist"),
        .time("the year 1", "0001-01-01T00:00:00Z"),
        .time("the end of the year 9999", "9999-12-31T23:59:59.999Z"),
        .time("the year 10000", "10000-01-01T00:00:00Z", refusedFor: "is not a date and time"),
        .time("a year before the common era", "-0044-03-15T12:00:00Z", refusedFor: "is not a date and time"),
        .time("February 30th", "2026-02-30T00:00:00Z", refusedFor: "has a day that does not exist"),
        .time("February 29th of a common year", "2100-02-29T00:00:00Z", refusedFor: "has a day that does not exist"),
        .time("February 29th of a leap year", "2000-02-29T00:00:00Z"),
        .time("second 60", "2016-12-31T23:59:60Z"),
        .time("second 61", "2016-12-31T23:59:61Z", refusedFor: "has a second that does not exist"),
        .time("hour 24", "2016-12-31T24:00:00Z", refusedFor: "has a hour that does not exist"),
        .time("a fraction of a thousand digits", "2026-03-01T00:00:00." + String(repeating: "9", count: 1_000) + "Z"),
        .time("a date alone", "2026-03-01", refusedFor: "is not a date and time"),
        .members("the greatest number of 64 bits as a person", #""userId":9223372036854775807"#),
        .members("the least one", #""userId":-9223372036854775808"#),
        .members("the greatest number of 64 bits without a sign", #""userId":18446744073709551615"#),
        .members(
            "a person beyond 64 bits", #""userId":18446744073709551616"#, events: 0,
            error: ["neither a text nor a whole number of 64 bits"]),
        .members("a person far beyond 64 bits", #""userId":123456789012345678901234567890"#, events: 0),
        .members("a fraction as a person", #""userId":1.5"#, events: 0, error: ["neither a text nor a whole number"]),
        .members("an object as a person", #""userId":{"id":1}"#, events: 0, error: ["\"userId\""]),
        .members("a person who is null", #""userId":null"#, events: 0, error: ["nobody did this"]),
        .members("a person without a name", #""userId":"","anonymousId":"""#, events: 0, error: ["nobody did this"]),
        .members("a person known by a cookie alone", #""userId":null,"anonymousId":"a1""#),
        .members("a message id that is null", #""messageId":null"#),
        .members("a message id that is empty", #""messageId":"""#),
        .members("a message id that is a list", #""messageId":[]"#, events: 0, error: ["\"messageId\""]),
        .members("keys that come twice", #""event":"B","event":"C","timestamp":"2026-03-01T00:00:00Z""#),
        .members("a kind that does not exist", #""type":"teleport""#, events: 0, error: ["none of track, page"]),
        .members("a context that is a number", #""context":5"#),
        .members("a page that is a list", #""type":"page","context":{"page":[],"channel":{}}"#),
        .properties("properties that are null", "null"),
        .properties("properties that are a list", #"[1,"two",null]"#),
        .properties("properties that are a text", #""all""#),
        .properties("properties without any", "{}"),
        .properties(
            "properties of every kind",
            #"{"title":null,"query":true,"text":1,"name":-0.0,"product":[],"order_id":{},"products":[{"name":[[]]}],"#
                + #""price":1e308,"orderId":18446744073709551615,"":"","agent":[1],"employee":9223372036854775807}"#),
        .properties("a number that no machine holds", #"{"amount":123456789012345678901234567890}"#),
        .properties("a thousand properties", "{" + (0..<1_000).map { "\"p\($0)\":\($0)" }.joined(separator: ",") + "}"),
        .properties("a text of emoji and joiners", #"{"title":"👩‍👩‍👧‍👦\u200d\u200d\ufe0f é̀́̂ 家"}"#),
        .properties("a text that is one word of 30 KB", #"{"title":"\#(String(repeating: "w", count: 30_000))"}"#),
    ]

    @Test("is answered clearly", arguments: inputs)
    func input(example: Input) throws {
        let outcome = try Program.run(["discover", "--events", "--format", "ndjson"], standardInput: example.bytes)
        #expect(outcome.status == 0)
        #expect(try outcome.objects(PlacedEvent.self).count == example.events)
        #expect(
            outcome.error.contains("\n\(example.events) events of ")
                || outcome.error.hasPrefix("\(example.events) events of "))
        #expect(outcome.error.contains("; \(example.refused) lines refused"))
        for text in example.error { #expect(outcome.error.contains(text)) }
        let inWords = try Program.run(["discover", "--at-arrival", "--events"], standardInput: example.bytes)
        #expect(inWords.status == 0)
    }

    @Test("of two members with one key the last counts")
    func duplicateKeys() throws {
        let event = String(Sample.event(message: "m").dropLast() + #","userId":"last"}"#)
        let outcome = try Program.run(["discover", "--events", "--format", "ndjson"], standardInput: event)
        #expect(try outcome.objects(PlacedEvent.self).map(\.userId) == ["last"])
    }

    @Test(
        "times at the edges are told as RFC 3339 has them",
        arguments: [
            "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
        ])
    func toldTimes(time: String) throws {
        let outcome = try Program.run(
            ["discover", "--format", "ndjson"], standardInput: Sample.event(message: "m", time: time))
        #expect(outcome.status == 0)
        for purpose in try outcome.objects(PurposeLine.self) {
            #expect(purpose.first.utf8.count == 24, "\(purpose.first)")
            #expect(!purpose.first.hasPrefix("0000"), "\(purpose.first)")
        }
    }

    @Test("people from the first and the last year share a time line")
    func farApart() throws {
        let times = [
            "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "1969-12-31T23:59:59.999Z",
        ]
        let input = times.enumerated().map { Sample.event(message: "m\($0.offset)", time: $0.element) }
        let outcome = try Program.run(
            ["discover", "--events", "--format", "ndjson"], standardInput: input.joined(separator: "\n"))
        #expect(outcome.status == 0)
        #expect(try outcome.objects(PlacedEvent.self).map(\.messageId) == ["m1", "m3", "m2", "m0"])
    }

    @Test("noise is refused line by line", arguments: [1, 2, 3, UInt64.random(in: .min ... .max)])
    func noise(seed: UInt64) throws {
        print("noise from seed \(seed)")
        let folder = try TemporaryFolder()
        let bytes = Noise(seed: seed).bytes(count: 300_000)
        for name in ["noise", "noise.csv", "noise.gz"] { try folder.write(bytes, to: name) }
        for arguments in [["noise"], ["noise.csv"], ["noise.gz"], ["--input-format", "csv", "noise"]] {
            let outcome = try Program.run(["discover", "--rejects", "kept"] + arguments, in: folder)
            #expect(outcome.isAnswer, "seed \(seed), \(arguments)")
            #expect(!outcome.error.contains("\u{1B}"), "seed \(seed), \(arguments)")
        }
        for verb in [["explain", "--user", "u1", "noise"], ["discover", "--model", "noise"]] {
            #expect(try Program.run(verb, in: folder).isAnswer, "seed \(seed), \(verb)")
        }
        #expect(try Program.run(["learn", "--labels", "noise", "--out", "m", "noise"], in: folder).status == 1)
    }

    // MARK: Terminals

    /// Clears the screen, sets the title, turns the writing round, makes a link, beeps.
    static let escapes = [
        #"\u001b[2J"#, #"\u001b]0;owned\u0007"#, #"\u009b2J"#, #"\u202e"#, #"\u2066"#,
        #"\u001b]8;;http://example.com\u001b\\"#,
        #"\r\n"#, #"\u0000"#, #"\u0085"#, #"\u2028"#, #"\u200b"#,
    ]

    @Test("nothing in names or ids reaches a terminal as a command", arguments: escapes)
    func terminalEscapes(escape: String) throws {
        let event = Sample.event(
            message: "m\(escape)", user: "u\(escape)", name: "N\(escape)",
            properties: #"{"title":"home \#(escape) loan","query":"\#(escape)"}"#)
        let named = String(event.dropLast() + #","context":{"channel":"web\#(escape)"}}"#)
        let user = try #require(
            try Program.run(["discover", "--format", "ndjson"], standardInput: named).objects(PurposeLine.self).first?
                .userId)
        let runs = [["discover"], ["discover", "--events"], ["discover", "--events", "--at-arrival"]]
        let arguments = user.utf8.contains(0) ? runs : runs + [["explain", "--user", user]]
        for arguments in arguments {
            let outcome = try Program.run(arguments, standardInput: named)
            #expect(outcome.status == 0, "\(arguments)")
            #expect(outcome.hidden.isEmpty, "\(arguments)")
        }
    }

    @Test("nor do they from what is refused", arguments: escapes)
    func terminalEscapesInRefusals(escape: String) throws {
        let plain = try JSONDecoder().decode(String.self, from: Data("\"\(escape)\"".utf8))
        let events = [
            Sample.event(message: "m", time: escape), "{\"type\":\"\(escape)\"}", plain + "{", "{\"\(plain)",
            Sample.event(message: "m").replacing("track", with: escape),
        ]
        let outcome = try Program.run(["discover"], standardInput: events.joined(separator: "\n"))
        #expect(outcome.status == 0)
        #expect(outcome.hidden.isEmpty)
        let header = try Program.run(
            ["discover", "--input-format", "csv", "--map", "userId=who"], standardInput: "a\(plain),b\n1,2\n")
        #expect(header.status == 1)
        #expect(header.hidden.isEmpty)
    }

    // MARK: Files

    @Test("a cut gzip file fails, and what came before the cut is told")
    func truncatedGzip() throws {
        let (folder, ids) = try Self.packed { packed in packed.removeLast(packed.count / 2) }
        for options in [[], ["--at-arrival"]] {
            let outcome = try Program.run(
                ["discover", "--events", "--format", "ndjson"] + options + ["e.gz"], in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("e.gz: ends in the middle of its gzip stream"))
            let told = try outcome.objects(PlacedEvent.self).map(\.messageId)
            #expect(told.count > 100)
            #expect(told == Array(ids.prefix(told.count)))
        }
    }

    @Test("a damaged gzip file fails, and what came before the damage is told", arguments: [0.3, 0.6, 0.999])
    func damagedGzip(place: Double) throws {
        let (folder, _) = try Self.packed { packed in packed[Int(Double(packed.count) * place)] ^= 0x55 }
        for options in [[], ["--at-arrival"]] {
            let outcome = try Program.run(
                ["discover", "--events", "--format", "ndjson"] + options + ["e.gz"], in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.error.contains("e.gz: "))
            #expect(outcome.error.contains("gzip"))
            #expect(try outcome.objects(PlacedEvent.self).count > 100)
        }
    }

    @Test("every cut of a small gzip file is answered")
    func everyCut() throws {
        let folder = try TemporaryFolder()
        let packed = gzip(Array((Self.good + "\n").utf8))
        for count in stride(from: 0, to: packed.count, by: 7) {
            try folder.write(Array(packed.prefix(count)), to: "cut")
            let outcome = try Program.run(["discover", "cut"], in: folder)
            #expect(outcome.isAnswer, "cut after \(count) bytes")
            #expect(count < 2 || outcome.status == 1, "cut after \(count) bytes")
        }
    }

    @Test("a folder is no file", arguments: [["discover"], ["explain", "--user", "u1"]])
    func folder(verb: [String]) throws {
        let folder = try TemporaryFolder()
        let outcome = try Program.run(verb + [folder.url.path], in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("is a folder"))
    }

    /// Root may read everything.
    @Test("a file that may not be read fails", .enabled(if: geteuid() != 0))
    func unreadable() throws {
        let folder = try TemporaryFolder(["e.ndjson": Self.good])
        chmod(folder.path("e.ndjson"), 0)
        let outcome = try Program.run(["discover", "e.ndjson"], in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("e.ndjson: cannot open: Permission denied"))
    }

    /// Reading what a process keeps in memory at address 0 fails for root too.
    @Test(
        "a file whose bytes cannot be had fails", .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem"))
    )
    func unreadableBytes() throws {
        let outcome = try Program.run(["discover", "--events", "/proc/self/mem"])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("/proc/self/mem: cannot read: "))
    }

    @Test("a named pipe is read like a file", arguments: [false, true])
    func namedPipe(isPacked: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        // Open both ways, this end waits for nobody. The text fits the pipe.
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        let text = Array((Self.good + "\n" + Sample.event(message: "other") + "\n").utf8)
        let bytes = isPacked ? gzip(text) : text
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        let program = try Program(["discover", "--events", "--at-arrival", "--format", "ndjson", "pipe"], in: folder)
        #expect(try program.line()?.contains("\"good\"") == true)
        #expect(try program.line()?.contains("\"other\"") == true)
        close(descriptor)
        #expect(try program.finish().status == 0)
    }

    @Test("a named pipe is put on the time line too")
    func namedPipeInOrder() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let program = try Program(["discover", "--events", "--format", "ndjson", "pipe"], in: folder)
        // Returns when the program has opened its end.
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        let text = Array((Self.good + "\n" + Sample.event(message: "m0", time: "2026-01-01T00:00:00Z")).utf8)
        #expect(write(descriptor, text, text.count) == text.count)
        close(descriptor)
        let outcome = try program.finish()
        #expect(try outcome.objects(PlacedEvent.self).map(\.messageId) == ["m0", "good"])
    }

    // MARK: Much of it

    static let memoryMax = 400 << 20

    static let longLines = [
        (options: ["--input-format", "ndjson"], start: "{\"messageId\":\"", end: "\"}\n" + good + "\n"),
        (options: ["--at-arrival"], start: "{\"messageId\":\"", end: "\"}\n" + good + "\n"),
        (
            options: ["--input-format", "csv"], start: "messageId,event,userId,timestamp\n\"",
            end: "\"\ngood,Loan Viewed,u1,2026-03-01T09:30:00Z\n"
        ),
    ]

    @Test("a line of 100 MB is refused in little memory", arguments: longLines)
    func longLine(options: [String], start: String, end: String) throws {
        let program = try Program(["discover", "--events", "--format", "ndjson", "--rejects", "/dev/null"] + options)
        try program.send(start)
        let megabyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<100 { try program.send(megabyte) }
        try program.send(end)
        #expect(try program.peakMemory() < Self.memoryMax)
        let outcome = try program.finish()
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("1 lines refused"))
        #expect(try outcome.objects(PlacedEvent.self).map(\.messageId) == ["good"])
    }

    @Test("a gzip file that unpacks to a line of 100 MB is refused in little memory")
    func gzipBomb() throws {
        let packed = gzip([UInt8](repeating: UInt8(ascii: "x"), count: 100 << 20) + Array(("\n" + Self.good).utf8))
        #expect(packed.count < 200_000)
        let program = try Program(["discover", "--events", "--at-arrival", "--format", "ndjson"])
        try program.send(packed + gzip(Array("\n".utf8)))
        #expect(try program.line()?.contains("\"good\"") == true)
        #expect(try program.peakMemory() < Self.memoryMax)
        #expect(try program.finish().status == 0)
    }

    /// Without optimization so many take minutes; `scripts/soak` has a million.
    #if DEBUG
        static let eventsOfOne = 500
    #else
        static let eventsOfOne = 20_000
    #endif

    @Test("one person may have very many events")
    func onePerson() throws {
        let topics = ["home loan", "credit card", "travel insurance", "phone plan"]
        let events = (0..<Self.eventsOfOne).map { number in
            let day = number / 800 + 1
            let time = "2026-03-\(day < 10 ? "0" : "")\(day)T\(10 + number % 10):\(10 + number / 10 % 50):00Z"
            let properties = "{\"title\":\"\(topics[number / 40 % topics.count])\"}"
            return Sample.event(message: "m\(number)", time: time, properties: properties)
        }
        let outcome = try Program.run(
            ["discover", "--format", "ndjson", "--routine"], standardInput: events.joined(separator: "\n"))
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("\(Self.eventsOfOne) events of 1 people"))
        #expect(try outcome.objects(PurposeLine.self).reduce(0) { $0 + $1.events } == Self.eventsOfOne)
    }

    @Test("20,000 people may have one event each")
    func manyPeople() throws {
        let events = (0..<20_000).map { Sample.event(message: "m\($0)", user: "u\($0)") }
        let outcome = try Program.run(
            ["discover", "--events", "--format", "ndjson"], standardInput: events.joined(separator: "\n"))
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("20000 events of 20000 people"))
        let placed = try outcome.objects(PlacedEvent.self)
        #expect(Set(placed.map(\.userId)).count == 20_000)
        #expect(Set(placed.compactMap(\.purpose)).count == 20_000)
    }

    // MARK: Helpers

    /// A packed file of many events, spoilt, and the ids that were in it.
    private static func packed(spoil: (inout [UInt8]) -> Void) throws -> (folder: TemporaryFolder, ids: [String]) {
        var noise = Noise(seed: 11)
        let ids = (0..<2_000).map { "m\($0)-\(noise.next())" }
        let lines = ids.enumerated().map { number, id in
            Sample.event(message: id, user: "u\(number / 10)", time: "2026-03-01T09:\(10 + number % 10):00Z")
        }
        let folder = try TemporaryFolder()
        var packed = gzip(Array(lines.joined(separator: "\n").utf8))
        spoil(&packed)
        try folder.write(packed, to: "e.gz")
        return (folder, ids)
    }
}

extension Outcome {
    /// Whether the program ended by itself and said so.
    fileprivate var isAnswer: Bool { [0, 1, 64].contains(status) && !error.isEmpty }

    /// What of its words could move a cursor or hide.
    fileprivate var hidden: [Unicode.Scalar] {
        (text + error).unicodeScalars.filter { scalar in
            guard scalar != "\n" else { return false }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: return true
            default: return false
            }
        }
    }
}

/// Numbers and bytes from a seed (SplitMix64).
private struct Noise: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    func bytes(count: Int) -> [UInt8] {
        var generator = self
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}
