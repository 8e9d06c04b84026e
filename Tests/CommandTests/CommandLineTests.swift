import CZlib
import Foundation
import Synchronization
import Testing

@Suite("The command line")
struct CommandLineTests {
    // MARK: What a run answers

    /// A run of the program in a folder with some files, and what must be true of its answer.
    struct Run: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let arguments: [String]
        let files: [String: String]
        let standardInput: String
        let status: Int32
        let output: [String]
        let error: [String]

        init(
            _ sentence: String, _ arguments: [String], files: [String: String] = [:], standardInput: String = "",
            status: Int32 = 0, output: [String] = [], error: [String] = []
        ) {
            testDescription = sentence
            self.arguments = arguments
            self.files = files
            self.standardInput = standardInput
            self.status = status
            self.output = output
            self.error = error
        }
    }

    static let good = Sample.event(message: "m1")
    static let broken = #"{"type":"track""#
    static let both = ["e.ndjson": good + "\n" + broken + "\n"]

    static let runs = [
        Run("nothing to read is no fault", ["discover"], error: ["0 events of 0 people", "0 lines refused"]),
        Run("an event is read", ["discover", "e.ndjson"], files: ["e.ndjson": good], error: ["1 events of 1 people"]),
        Run(
            "a refused line does not fail the run", ["discover", "e.ndjson"], files: both,
            error: ["1 events of 1 people", "1 lines refused"]),
        Run("with --strict it does", ["discover", "--strict", "e.ndjson"], files: both, status: 1),
        Run(
            "--strict without a refused line is content", ["discover", "--strict", "e.ndjson"],
            files: ["e.ndjson": good]),
        Run(
            "explain knows --strict too", ["explain", "--user", "u1", "--strict", "e.ndjson"], files: both, status: 1,
            output: ["Loan Viewed"]),
        Run("an unknown option is wrong usage", ["discover", "--evnts"], status: 64, error: ["--evnts", "Usage:"]),
        Run("an unknown verb is wrong usage", ["find"], status: 64, error: ["Usage:"]),
        Run(
            "one table is asked for, not two", ["discover", "--events", "--purposes"], status: 64,
            error: ["--events", "--purposes"]),
        Run("--at-arrival tells events", ["discover", "--at-arrival"], status: 64, error: ["--events"]),
        Run(
            "--at-arrival has no repaired page to show",
            ["discover", "--at-arrival", "--events", "--report", "r.html"], status: 64, error: ["--report"]),
        Run(
            "--at-arrival finds purposes itself", ["discover", "--at-arrival", "--events", "--given", "g.tsv"],
            status: 64,
            error: ["--given"]),
        Run(
            "--catalogue names types", ["discover", "--at-arrival", "--events", "--catalogue", "c"], status: 64,
            error: ["--catalogue"]),
        Run(
            "given purposes are read whole or not at all", ["discover", "--given", "g.tsv", "e.ndjson"],
            files: ["e.ndjson": good, "g.tsv": "m1\n"], status: 1, error: ["g.tsv: line 1: fewer than 2 columns"]),
        Run(
            "events without a given purpose are counted", ["discover", "--given", "g.tsv", "e.ndjson"],
            files: ["e.ndjson": good, "g.tsv": "m9\ta\n"], error: ["g.tsv: 1 events without a purpose are left out"]),
        Run(
            "a catalogue has short lines", ["types", "--catalogue", "c", "e.ndjson"],
            files: ["e.ndjson": good, "c": String(repeating: "x", count: 300)], status: 1,
            error: ["c: line 1: longer than 256 bytes"]),
        Run("paths are told", ["paths", "e.ndjson"], files: ["e.ndjson": good], error: ["1 events of 1 people"]),
        Run(
            "a catalogue without a type names nothing", ["paths", "--purposes", "--catalogue", "c"], status: 64,
            error: ["--type"]),
        Run("a model without purposes finds nothing", ["paths", "--model", "m"], status: 64, error: ["--purposes"]),
        Run("paths are no CSV", ["paths", "--format", "csv"], status: 64, error: ["table or ndjson"]),
        Run(
            "of purposes too", ["paths", "--given", "g.tsv", "e.ndjson"],
            files: ["e.ndjson": good, "g.tsv": "m1\ta\n"], error: ["1 events of 1 purposes"]),
        Run(
            "a type that nobody has is said", ["paths", "--type", "x", "e.ndjson"], files: ["e.ndjson": good],
            status: 1,
            error: ["no purpose here is of a type called x"]),
        Run(
            "more kinds of events than fit end in a sentence", ["paths", "many.csv"],
            files: [
                "many.csv": "userId,event,timestamp\n"
                    + (0...2_048).map { "u,E\($0),2026-01-01T00:00:00Z" }.joined(separator: "\n")
            ],
            status: 1, error: ["more than 2048 different events"]),
        Run(
            "what is given is not written over", ["types", "--given", "g.tsv", "--rejects", "g.tsv", "e.ndjson"],
            files: ["e.ndjson": good, "g.tsv": "m1\ta\n"], status: 64, error: ["g.tsv"]),
        Run("types are told", ["types", "e.ndjson"], files: ["e.ndjson": good], error: ["types of", "1 events"]),
        Run("types are no CSV", ["types", "--format", "csv"], status: 64, error: ["table or ndjson"]),
        Run("--routine is for purposes", ["discover", "--routine"], status: 64, error: ["--routine"]),
        Run("a format is one of three", ["discover", "--format", "xml"], status: 64, error: ["ndjson"]),
        Run("workers have a range", ["discover", "--workers", "257"], status: 64, error: ["256"]),
        Run("so has the size of an event", ["discover", "--event-bytes-max", "255"], status: 64, error: ["256"]),
        Run("a limit is no less than nothing", ["model", "show", "--limit", "-1"], status: 64, error: ["--limit"]),
        Run("explain needs a person", ["explain", "e.ndjson"], status: 64, error: ["--user"]),
        Run(
            "explain has no CSV", ["explain", "--user", "u1", "--format", "csv"], status: 64, error: ["table or ndjson"]
        ),
        Run("people are counted from one", ["simulate", "--people", "0"], status: 64, error: ["--people"]),
        Run("a seed is a number", ["simulate", "--seed", "spring"], status: 64, error: ["--seed"]),
        Run(
            "what is read is not written over", ["discover", "e.ndjson", "--rejects", "e.ndjson"],
            files: ["e.ndjson": good], status: 64, error: ["e.ndjson is read"]),
        Run(
            "nor by the report", ["discover", "e.ndjson", "--report", "e.ndjson"], files: ["e.ndjson": good],
            status: 64,
            error: ["e.ndjson is read"]),
        Run("learn needs labels", ["learn", "--out", "m", "e.ndjson"], status: 64, error: ["--labels"]),
        Run(
            "labels that are not there fail", ["learn", "--labels", "l.tsv", "--out", "m", "e.ndjson"],
            files: ["e.ndjson": good], status: 1, error: ["l.tsv", "No such file"]),
        Run(
            "a label needs three columns", ["learn", "--labels", "l.tsv", "--out", "m", "e.ndjson"],
            files: ["e.ndjson": good, "l.tsv": "messageId\tuserId\tpurpose\nm1\tu1\n"], status: 1,
            error: ["l.tsv", "line 2", "fewer than three columns"]),
        Run(
            "learn takes corrections in place of labels",
            ["learn", "--corrections", "c.tsv", "--out", "m", "e.ndjson"],
            files: ["e.ndjson": good, "c.tsv": "messageId\tuserId\tcorrection\tother\nm1\tu1\twrong\t\n"], status: 1,
            error: ["c.tsv", "line 2", "\"not mine\""]),
        Run(
            "a correction is of an event that is there", ["learn", "--corrections", "c.tsv", "--out", "m", "e.ndjson"],
            files: ["e.ndjson": good, "c.tsv": "messageId\tuserId\tcorrection\tother\nm9\tu1\tdone\t\n"], status: 1,
            error: ["c.tsv", "line 2", "no event with this messageId"]),
        Run(
            "one event is too little to learn from", ["learn", "--corrections", "c.tsv", "--out", "m", "e.ndjson"],
            files: ["e.ndjson": good, "c.tsv": "messageId\tuserId\tcorrection\tother\nm1\tu1\tdone\t\n"], status: 1,
            error: ["too few people"]),
        Run(
            "a model to learn from was corrected",
            ["learn", "--labels", "l", "--model", "n", "--out", "m", "e.ndjson"],
            status: 64, error: ["--corrections"]),
        Run(
            "made-up people need labels", ["learn", "--corrections", "c", "--made-up", "m", "--out", "m", "e.ndjson"],
            status: 64, error: ["--labels"]),
        Run(
            "standard input is read once",
            ["learn", "--labels", "l", "--corrections", "c", "--out", "m", "-"], status: 64,
            error: ["standard input"]),
        Run("a file that is not there fails", ["discover", "no"], status: 1, error: ["no: cannot open: No such file"]),
        Run(
            "the other files are read all the same", ["discover", "no", "e.ndjson"], files: ["e.ndjson": good],
            status: 1, error: ["no: cannot open", "1 events of 1 people"]),
        Run(
            "a model that is none fails", ["discover", "--model", "e.ndjson", "e.ndjson"], files: ["e.ndjson": good],
            status: 1, error: ["no discovery model"]),
        Run(
            "rejects need a place that can be written", ["discover", "--rejects", "no/where", "e.ndjson"],
            files: ["e.ndjson": good], status: 1, error: ["no/where: cannot write"]),
        Run(
            "a map is checked before anything is read", ["discover", "--map", "person=x"], status: 64,
            error: ["--map", "person", "userId"]),
        Run(
            "a map names columns that are there", ["discover", "--map", "userId=who", "e.csv"],
            files: ["e.csv": "event,when\nLoan,2026\n"], status: 1, error: ["e.csv", "no column \"who\""]),
        Run(
            "an empty CSV file has no header", ["discover", "e.csv"], files: ["e.csv": ""], status: 1,
            error: ["e.csv", "empty"]),
        Run(
            "explain says who is unknown", ["explain", "--user", "nobody", "e.ndjson"], files: ["e.ndjson": good],
            status: 1, error: ["nobody in this input is called \"nobody\""]),
        Run(
            "explain says which event is unknown", ["explain", "--user", "u1", "--message", "m9", "e.ndjson"],
            files: ["e.ndjson": good], status: 1, error: ["u1 has no event", "m9"]),
        Run("the version is told", ["--version"], output: ["."]),
    ]

    @Test("answers", arguments: runs)
    func answers(example: Run) throws {
        let folder = try TemporaryFolder(example.files)
        let outcome = try Program.run(example.arguments, standardInput: Array(example.standardInput.utf8), in: folder)
        #expect(outcome.status == example.status)
        for text in example.output { #expect(outcome.text.contains(text)) }
        for text in example.error { #expect(outcome.error.contains(text)) }
    }

    @Test("a model that cannot be learned is not written, and the one that was there stays")
    func keepsModel() throws {
        let corrections = "messageId\tuserId\tcorrection\tother\nm9\tu1\tdone\t\n"
        let folder = try TemporaryFolder(["e.ndjson": Self.good, "c.tsv": corrections, "m": "as it was"])
        let outcome = try Program.run(["learn", "--corrections", "c.tsv", "--out", "m", "e.ndjson"], in: folder)
        #expect(outcome.status == 1)
        #expect(try folder.read("m") == Array("as it was".utf8))
    }

    @Test("nor is it under another name", arguments: ["--report", "--rejects"])
    func keepsLinkedInput(option: String) throws {
        let folder = try TemporaryFolder(["e.ndjson": Self.good])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: folder.path("e.ndjson"))
        let outcome = try Program.run(["discover", "e.ndjson", option, "link"], in: folder)
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("link is read: it cannot be written too"))
        #expect(try folder.read("e.ndjson") == Array(Self.good.utf8))
    }

    @Test("the summary is the last line on standard error and tells every count")
    func summary() throws {
        let second = Sample.event(message: "m2", user: "u2")
        let lines = [Self.good, second, Self.good, Self.broken]
        let folder = try TemporaryFolder(["e.ndjson": lines.joined(separator: "\n")])
        let outcome = try Program.run(["discover", "--format", "ndjson", "e.ndjson"], in: folder)
        let line = try #require(outcome.error.split(separator: "\n").last)
        #expect(
            line.hasPrefix(
                "2 events of 2 people; 2 purposes, 0 routine events; 1 lines refused, 1 duplicates dropped; "))
        #expect(!outcome.text.contains("duplicates"))
    }

    // MARK: Refusals

    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let file: String
        let text: String
        /// What stands before the sentence: `file:line:column`.
        let place: String

        init(_ sentence: String, _ text: String, in file: String = "e.ndjson", at place: String) {
            testDescription = sentence
            self.text = text
            self.file = file
            self.place = place
        }
    }

    static let refusals = [
        Refusal("JSON that breaks off is told by its column", good + "\n" + broken, at: "e.ndjson:2:16: "),
        Refusal("lines are counted with empty ones", "\n\n" + broken + "\n" + good, at: "e.ndjson:3:16: "),
        Refusal("an event at fault as a whole has no column", "{}\n" + good, at: "e.ndjson:1: "),
        Refusal(
            "a CSV record of too many fields is told by the field",
            "event,userId,timestamp\nLoan Viewed,u1,2026-03-01T09:30:00Z\na,b,c,d\n", in: "e.csv",
            at: "e.csv:3:7: "),
        Refusal(
            "a quote that is never closed is told where it opens",
            "event,userId,timestamp\nLoan Viewed,\"u1,2026-03-01T09:30:00Z\n", in: "e.csv", at: "e.csv:2:13: "),
        Refusal(
            "a CSV record that is no event is told by its line",
            "event,userId,timestamp\nLoan Viewed,u1,yesterday\n", in: "e.csv", at: "e.csv:2: "),
    ]

    @Test("a refusal names the file, the line and the column", arguments: refusals)
    func refusal(example: Refusal) throws {
        let folder = try TemporaryFolder([example.file: example.text])
        let outcome = try Program.run(["discover", example.file], in: folder)
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("throughline: " + example.place))
        #expect(outcome.error.contains("1 lines refused"))
    }

    @Test("refused lines are kept whole and in order")
    func keepsRefused() throws {
        let long = "{" + String(repeating: "x", count: 100_000)
        let lines = [Self.broken, Self.good, "  not JSON\t", long, "[1]", "\u{1}\u{2}"]
        let folder = try TemporaryFolder(["e.ndjson": lines.joined(separator: "\n")])
        let outcome = try Program.run(["discover", "--rejects", "kept", "e.ndjson"], in: folder)
        #expect(outcome.error.contains("5 lines refused"))
        let kept = try folder.read("kept")
        #expect(kept == Array((lines.filter { $0 != Self.good }.joined(separator: "\n") + "\n").utf8))
    }

    @Test("a refused CSV record is kept as it stands")
    func keepsRefusedRecord() throws {
        let folder = try TemporaryFolder([
            "e.csv": "event,userId,timestamp\n\"Loan, \"\"the\"\" one\",u1\nLoan Viewed,u1,2026-03-01T09:30:00Z\n"
        ])
        let outcome = try Program.run(["discover", "--rejects", "kept", "e.csv"], in: folder)
        #expect(outcome.error.contains("1 events of 1 people"))
        #expect(try folder.read("kept") == Array("\"Loan, \"\"the\"\" one\",u1\n".utf8))
    }

    @Test("refusals beyond twenty are counted and kept, not told")
    func manyRefusals() throws {
        let text = String(repeating: "x\n", count: 50)
        let folder = try TemporaryFolder(["e.ndjson": text])
        let outcome = try Program.run(["discover", "--rejects", "kept", "e.ndjson"], in: folder)
        #expect(outcome.error.contains("50 lines refused"))
        #expect(outcome.error.split(separator: "\n").count { $0.hasPrefix("throughline: e.ndjson:") } == 20)
        #expect(try folder.read("kept") == Array(text.utf8))
    }

    // MARK: Outputs

    @Test("events as NDJSON")
    func eventsAsObjects() throws {
        let outcome = try Program.run(["discover", "--events", "--format", "ndjson"], standardInput: Self.good)
        let placed = try outcome.objects(PlacedEvent.self)
        #expect(placed.map(\.messageId) == ["m1"])
        #expect(placed.map(\.userId) == ["u1"])
        #expect(placed.allSatisfy { $0.purpose?.hasPrefix("p-") == true && (0...1).contains($0.confidence) })
    }

    @Test("events as CSV, with the fields in quotes that need them")
    func eventsAsRecords() throws {
        let input = Sample.event(message: #"m\",1"#)
        let outcome = try Program.run(["discover", "--events", "--format", "csv"], standardInput: input)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.first == "messageId,userId,purpose,routine,confidence,tentative,stage,milestone,outcome,type")
        #expect(lines.count == 2)
        #expect(lines.last?.hasPrefix("\"m\"\",1\",u1,p-") == true)
    }

    @Test("events as a table")
    func eventsAsTable() throws {
        let outcome = try Program.run(["discover", "--events"], standardInput: Self.good)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.split(separator: " ") == ["message", "person", "purpose", "sure", "stage", "remark"])
        #expect(lines.last?.hasPrefix("m1 ") == true)
    }

    @Test("purposes as NDJSON")
    func purposesAsObjects() throws {
        let outcome = try Program.run(["discover", "--format", "ndjson"], standardInput: Self.good)
        let purposes = try outcome.objects(PurposeLine.self)
        #expect(purposes.map(\.events) == [1])
        #expect(purposes.map(\.first) == ["2026-03-01T09:30:00.000Z"])
        #expect(purposes.map(\.last) == ["2026-03-01T09:30:00.000Z"])
        #expect(purposes.map(\.userId) == ["u1"])
    }

    @Test("purposes as CSV and as a table", arguments: ["csv", "table"])
    func purposesInRows(format: String) throws {
        let outcome = try Program.run(["discover", "--purposes", "--format", format], standardInput: Self.good)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains("state") == true)
        #expect(lines.last?.hasPrefix("u1") == true)
        #expect(lines.last?.contains("2026-03-01") == true)
    }

    @Test("every event of the input has exactly one line, with a purpose", arguments: [[], ["--at-arrival"]])
    func everyEventOnce(options: [String]) throws {
        let events = try Program.run(["simulate", "--people", "12", "--days", "20", "--seed", "7"]).output
        let told = try Program.run(["discover", "--events", "--format", "ndjson"] + options, standardInput: events)
        let given = try Outcome(status: 0, output: events, error: "").objects(GivenEvent.self).map(\.messageId)
        let placed = try told.objects(PlacedEvent.self)
        #expect(given.count > 50)
        #expect(placed.map(\.messageId).sorted() == given.sorted())
        #expect(placed.allSatisfy { $0.purpose?.isEmpty == false })
    }

    @Test("the number of workers changes nothing")
    func workers() throws {
        let events = try Program.run(["simulate", "--people", "12", "--days", "20"]).output
        let outputs = try ["1", "2", "5"].map {
            try Program.run(["discover", "--format", "ndjson", "--workers", $0], standardInput: events).output
        }
        #expect(!outputs[0].isEmpty)
        #expect(outputs.allSatisfy { $0 == outputs[0] })
    }

    // MARK: Inputs

    static let early = Sample.event(message: "early", time: "2026-03-01T09:00:00Z")
    static let middle = Sample.event(message: "middle", time: "2026-03-01T10:30:00+01:00")
    static let late = Sample.event(message: "late", time: "2026-03-01T10:00:00Z")

    /// The message ids that a run tells, in its order.
    private func told(
        _ arguments: [String], standardInput: String = "", in folder: TemporaryFolder? = nil
    ) throws -> [String] {
        let outcome = try Program.run(
            ["discover", "--events", "--format", "ndjson"] + arguments, standardInput: Array(standardInput.utf8),
            in: folder)
        #expect(outcome.status == 0)
        return try outcome.objects(PlacedEvent.self).map(\.messageId)
    }

    @Test("events are put in the order of time, not of lines")
    func ordersEvents() throws {
        let input = [Self.late, Self.middle, Self.early].joined(separator: "\n")
        #expect(try told([], standardInput: input) == ["early", "middle", "late"])
    }

    @Test("several files make one time line")
    func joinsFiles() throws {
        let folder = try TemporaryFolder(["a": Self.late + "\n" + Self.early, "b": Self.middle])
        #expect(try told(["a", "b"], in: folder) == ["early", "middle", "late"])
        #expect(try told(["b", "a"], in: folder) == ["early", "middle", "late"])
    }

    @Test("standard input is read where no file is named, and by its name -")
    func readsStandardInput() throws {
        let folder = try TemporaryFolder(["b": Self.middle])
        #expect(try told([], standardInput: Self.early) == ["early"])
        #expect(try told(["-"], standardInput: Self.early) == ["early"])
        #expect(try told(["b", "-"], standardInput: Self.early, in: folder) == ["early", "middle"])
    }

    @Test("gzip is unpacked, members one after the other and zeros behind them included")
    func readsGzip() throws {
        let folder = try TemporaryFolder()
        let first = gzip(Array((Self.late + "\n").utf8))
        let second = gzip(Array((Self.early + "\n").utf8))
        try folder.write(first, to: "one.gz")
        try folder.write(first + second, to: "two")
        #expect(try told(["one.gz"], in: folder) == ["late"])
        #expect(try told(["two"], in: folder) == ["early", "late"])
        let outcome = try Program.run(["discover", "--events", "--format", "ndjson"], standardInput: first)
        #expect(try outcome.objects(PlacedEvent.self).map(\.messageId) == ["late"])
    }

    @Test("zeros behind the last member of a gzip file are padding")
    func readsPaddedGzip() throws {
        let folder = try TemporaryFolder()
        try folder.write(gzip(Array(Self.early.utf8)) + [UInt8](repeating: 0, count: 512), to: "padded.gz")
        #expect(try told(["padded.gz"], in: folder) == ["early"])
    }

    @Test("a message id that was there before is dropped and counted")
    func dropsDuplicates() throws {
        let folder = try TemporaryFolder(["a": Self.early + "\n" + Self.late, "b": Self.late + "\n" + Self.middle])
        let outcome = try Program.run(["discover", "--events", "--format", "ndjson", "a", "b"], in: folder)
        #expect(try outcome.objects(PlacedEvent.self).map(\.messageId) == ["early", "middle", "late"])
        #expect(outcome.error.contains("3 events of 1 people"))
        #expect(outcome.error.contains("1 duplicates dropped"))
    }

    @Test("a line without a message id counts once, however often it is there")
    func derivesMessageIds() throws {
        let line = Sample.event(message: nil)
        let other = Sample.event(message: nil, user: "u2")
        let outcome = try Program.run(
            ["discover", "--events", "--format", "ndjson"], standardInput: [line, other, line].joined(separator: "\n"))
        let ids = try outcome.objects(PlacedEvent.self).map(\.messageId)
        #expect(Set(ids).count == 2)
        #expect(ids.allSatisfy { $0.hasPrefix("content-") })
        #expect(outcome.error.contains("1 duplicates dropped"))
    }

    struct Times: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let members: String
        /// The time the event is told to have; nil where it is refused.
        let time: String?

        init(_ sentence: String, _ members: String, _ time: String?) {
            testDescription = sentence
            self.members = members
            self.time = time
        }
    }

    static let times = [
        Times(
            "timestamp wins",
            #""sentAt":"2026-03-03T00:00:00Z","receivedAt":"2026-03-02T00:00:00Z","timestamp":"2026-03-01T00:00:00Z""#,
            "2026-03-01T00:00:00.000Z"),
        Times(
            "then comes receivedAt", #""sentAt":"2026-03-03T00:00:00Z","receivedAt":"2026-03-02T00:00:00Z""#,
            "2026-03-02T00:00:00.000Z"),
        Times("then sentAt", #""sentAt":"2026-03-03T00:00:00Z""#, "2026-03-03T00:00:00.000Z"),
        Times(
            "null is as good as absent", #""timestamp":null,"receivedAt":"2026-03-02T00:00:00Z""#,
            "2026-03-02T00:00:00.000Z"),
        Times("an event without any is refused", #""loggedAt":"2026-03-01T00:00:00Z""#, nil),
        Times(
            "a wrong one is not covered up by another",
            #""timestamp":"soon","receivedAt":"2026-03-02T00:00:00Z""#, nil),
        Times("a number is no time", #""timestamp":1772323200"#, nil),
        Times("a time needs a zone", #""timestamp":"2026-03-01T00:00:00""#, nil),
    ]

    @Test("the time of an event", arguments: times)
    func time(example: Times) throws {
        let input = #"{"type":"track","event":"Loan Viewed","userId":"u1",\#(example.members)}"#
        let outcome = try Program.run(["discover", "--format", "ndjson"], standardInput: input)
        #expect(outcome.status == 0)
        #expect(try outcome.objects(PurposeLine.self).map(\.first) == (example.time.map { [$0] } ?? []))
        #expect(outcome.error.contains(example.time == nil ? "1 lines refused" : "0 lines refused"))
    }

    @Test("a map says which columns of a CSV file are what")
    func mapsColumns() throws {
        let text = "when,customer,action,topic\n2026-03-01T09:00:00Z,u1,Loan Viewed,home loan\n"
        let folder = try TemporaryFolder(["e.csv": text])
        let arguments = ["--format", "ndjson", "--map", "timestamp=when,userId=customer,event=action"]
        let fromFile = try Program.run(["discover"] + arguments + ["e.csv"], in: folder)
        let purposes = try fromFile.objects(PurposeLine.self)
        #expect(purposes.map(\.userId) == ["u1"])
        #expect(purposes.map(\.name) == ["home loan"])
        let piped = try Program.run(["discover", "--input-format", "csv"] + arguments, standardInput: text)
        #expect(piped.output == fromFile.output)
    }

    // MARK: Help

    static let options = [
        "discover": [
            "--events", "--purposes", "--at-arrival", "--format", "--routine", "--report", "--model", "--workers",
            "--map",
            "--input-format", "--rejects", "--event-bytes-max", "--strict",
        ],
        "explain": [
            "--user", "--message", "--format", "--model", "--map", "--input-format", "--rejects", "--event-bytes-max",
            "--strict",
        ],
        "simulate": ["--people", "--days", "--seed", "--labels"],
        "learn": ["--labels", "--corrections", "--model", "--made-up", "--out", "--seed"],
    ]

    @Test("a model is shown in words: what decides, how sure it is, what follows what")
    func modelInWords() throws {
        let outcome = try Program.run(["model", "show", "--limit", "3"])
        #expect(outcome.status == 0)
        for part in ["trees", "same topic", "at arrival:", "follows inside one purpose", " > "] {
            #expect(outcome.text.contains(part), "\(part)")
        }
        let whole = try Program.run(["model", "show", "--limit", "0"])
        #expect(whole.text.split(separator: "\n").count > 2 * outcome.text.split(separator: "\n").count)
    }

    @Test("help tells every option", arguments: ["discover", "explain", "simulate", "learn"])
    func help(verb: String) throws {
        let outcome = try Program.run([verb, "--help"])
        #expect(outcome.status == 0)
        #expect(outcome.error.isEmpty)
        let lines = outcome.text.split(separator: "\n").map { $0.drop { $0 == " " } }
        for option in Self.options[verb] ?? [] {
            #expect(lines.contains { $0.hasPrefix(option + " ") }, "\(option) has no line")
        }
        #expect(try Program.run(["--help"]).text.contains(verb))
    }

    // MARK: Pipes

    static let talkers = [
        ["simulate", "--people", "2000"], ["discover", "--events", "--format", "ndjson", "e.ndjson"],
    ]

    @Test("a reader that has seen enough ends the program quietly", arguments: talkers)
    func closedPipe(arguments: [String]) throws {
        let events = (0..<4_000).map { Sample.event(message: "m\($0)", user: "u\($0)") }
        let folder = try TemporaryFolder(["e.ndjson": events.joined(separator: "\n")])
        let program = try Program(arguments, in: folder)
        _ = try program.line()
        program.closeOutput()
        let outcome = try program.finish()
        #expect(outcome.status == 0)
        #expect(outcome.error.isEmpty)
    }

    @Test("output that cannot be written fails", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullDisk() throws {
        let outcome = try Program.run(
            ["-c", "exec \"$0\" simulate --people 5 > /dev/full", Program.path], executable: "/bin/sh")
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("standard output"))
    }

    static let followers = [
        "", "\n", "\r\n \n", "not an event\n", Sample.event(message: "m1") + "\n",
        String(repeating: "x", count: 40_000),
        "{\"type\":",
    ]

    @Test("at arrival, an event is answered before the next is there, whatever follows it", arguments: followers)
    func answersAtArrival(follower: String) throws {
        let program = try Program(["discover", "--events", "--at-arrival", "--format", "ndjson"], secondsMax: 20)
        try program.send(Self.good + "\n" + follower)
        #expect(try program.line()?.contains("\"messageId\":\"m1\"") == true)
        try program.send("\n" + Sample.event(message: "m2") + "\n")
        #expect(try program.line()?.contains("\"messageId\":\"m2\"") == true)
        let outcome = try program.finish()
        #expect(outcome.status == 0)
        #expect(outcome.error.contains("2 events of 1 people"))
    }

    @Test("at arrival, a record of CSV is answered before the next is there")
    func answersRecordsAtArrival() throws {
        let program = try Program(
            ["discover", "--events", "--at-arrival", "--format", "csv", "--input-format", "csv"], secondsMax: 20)
        try program.send("messageId,event,userId,timestamp\nm1,Loan Viewed,u1,2026-03-01T09:30:00Z\n")
        _ = try program.line()
        #expect(try program.line()?.hasPrefix("m1,") == true)
        try program.send("m2,Loan Viewed,u1,2026-03-01T09:31:00Z\n")
        #expect(try program.line()?.hasPrefix("m2,") == true)
        #expect(try program.finish().status == 0)
    }

    // MARK: Explain and simulate

    @Test("the contributions of an explanation add up to the score")
    func explanationAddsUp() throws {
        let events = try Program.run(["simulate", "--people", "8", "--days", "30", "--seed", "3"]).output
        let placed = try Program.run(["discover", "--events", "--format", "ndjson"], standardInput: events)
        let counts = try placed.objects(PlacedEvent.self).reduce(into: [:]) { $0[$1.userId, default: 0] += 1 }
        let busiest = try #require(counts.max { ($0.value, $0.key) < ($1.value, $1.key) })
        let outcome = try Program.run(["explain", "--user", busiest.key, "--format", "ndjson"], standardInput: events)
        let explained = try outcome.objects(ExplainedEvent.self)
        #expect(outcome.status == 0)
        #expect(explained.count == busiest.value)
        let repaired = explained.compactMap(\.repair)
        let choices = explained.map(\.choice) + repaired
        let places = choices.flatMap { [$0.chosen, $0.runnerUp] }.compactMap(\.self)
        #expect(places.count > 10 && repaired.count > 10)
        // A dozen numbers, each rounded to hundredths.
        for place in places { #expect(abs(place.mean + place.because.values.reduce(0, +) - place.score) < 0.065) }
        for choice in choices {
            guard let chosen = choice.chosen, let runnerUp = choice.runnerUp else { continue }
            #expect(chosen.score >= runnerUp.score || choice.leadAsked != nil)
        }
        // Without what it turned on, an event goes somewhere else.
        let turns = choices.flatMap { choice in choice.turnedOn.map { (choice, $0) } }
        #expect(!turns.isEmpty)
        for (choice, turn) in turns { #expect(turn.purpose != choice.chosen?.purpose) }
    }

    @Test("after repair an explanation tells the place and the confidence that discover tells, or why there is none")
    func explainsRepair() throws {
        let events = try Program.run(["simulate", "--people", "8", "--days", "30", "--seed", "3"]).output
        let placed = try Program.run(["discover", "--events", "--format", "ndjson"], standardInput: events)
            .objects(PlacedEvent.self)
        for user in Set(placed.map(\.userId)).sorted().prefix(3) {
            let explained = try Program.run(["explain", "--user", user, "--format", "ndjson"], standardInput: events)
                .objects(ExplainedEvent.self)
            let own = placed.filter { $0.userId == user }
            #expect(explained.map(\.messageId).sorted() == own.map(\.messageId).sorted())
            for event in explained {
                let final = try #require(own.first { $0.messageId == event.messageId })
                #expect(event.afterRepair == final.purpose)
                #expect((event.repair == nil) == (event.leftBecause != nil))
                guard let repair = event.repair else { continue }
                #expect(repair.chosen?.purpose == final.purpose)
                #expect(repair.confidence == final.confidence)
            }
        }
    }

    @Test("in words, too, what is shown adds up to the score to the hundredth, at arrival and after repair")
    func wordsAddUp() throws {
        let events = try Program.run(["simulate", "--people", "8", "--days", "30", "--seed", "3"]).output
        let placed = try Program.run(["discover", "--events", "--format", "ndjson"], standardInput: events)
        let purposes = Dictionary(grouping: try placed.objects(PlacedEvent.self), by: \.userId)
        var repaired = 0
        for (user, own) in purposes.sorted(by: { $0.key < $1.key }).prefix(3) {
            let text = try Program.run(["explain", "--user", user], standardInput: events).text
            repaired += text.components(separatedBy: "    after repair: ").count - 1
            // Purposes that are still there have names; of the others it is said that they are gone.
            for named in text.matches(of: /(" |repaired away )\((p-[0-9a-f]{20})\)/) {
                let isThere = own.contains { $0.purpose == String(named.2) }
                #expect(isThere == (named.1 == "\" "), "\(named.0)")
            }
            for line in text.split(separator: "\n") where line.hasPrefix("        score ") {
                let amounts = line.matches(of: /[+-][0-9]+\.[0-9][0-9]/).map { Double($0.output)! }
                let sum = amounts.dropFirst().reduce(0, +)
                #expect(abs(sum - amounts[0]) < 1e-6, "\(line)")
            }
        }
        #expect(repaired > 10)
    }

    @Test("why repair left an event where it was is told in words")
    func explainsWhatRepairLeft() throws {
        let signIn = Sample.event(
            message: "routine", name: "Signed In", time: "2026-03-01T09:00:00Z", properties: "{}")
        let alone = try Program.run(["explain", "--user", "u1"], standardInput: signIn + "\n" + Self.early).text
        #expect(alone.contains("    at arrival: routine; "))
        #expect(alone.contains("    after repair: left where it was; no other event around it serves a purpose\n"))
        let same = (1...3).map {
            Sample.event(
                message: "m\($0)", time: "2026-03-01T09:0\($0):00Z",
                properties: #"{"title":"Home loans: home loan rates and offers"}"#)
        }
        let sure = try Program.run(["explain", "--user", "u1"], standardInput: same.joined(separator: "\n")).text
        #expect(
            sure.components(separatedBy: "left where it was; every event around it was placed surely, too\n").count
                == 4)
    }

    @Test("one event can be explained alone, in words")
    func explainsOne() throws {
        let input = Self.early + "\n" + Self.late
        let all = try Program.run(["explain", "--user", "u1"], standardInput: input)
        let one = try Program.run(["explain", "--user", "u1", "--message", "late"], standardInput: input)
        #expect(all.text.contains("[early]"))
        #expect(all.text.hasSuffix(one.text))
        #expect(one.text.hasPrefix("2026-03-01T10:00:00.000Z  Loan Viewed"))
        #expect(one.text.contains("score ") && one.text.contains(" average place"))
    }

    @Test("one seed gives one text, byte for byte, and one truth")
    func simulatesAgain() throws {
        let folder = try TemporaryFolder()
        func run(_ seed: String, _ labels: String) throws -> [UInt8] {
            let outcome = try Program.run(
                ["simulate", "--people", "30", "--days", "40", "--seed", seed, "--labels", labels], in: folder)
            #expect(outcome.status == 0)
            return outcome.output
        }
        let first = try run("5", "a.tsv")
        #expect(try run("5", "b.tsv") == first)
        #expect(try run("6", "c.tsv") != first)
        #expect(try folder.read("a.tsv") == folder.read("b.tsv"))
        #expect(try folder.read("a.tsv") != folder.read("c.tsv"))
        #expect(try folder.read("a.tsv").count { $0 == 10 } == first.count { $0 == 10 } + 1)
    }
}

// MARK: - What the program writes

/// A line of events as they were placed.
struct PlacedEvent: Decodable {
    let messageId: String
    let userId: String
    let purpose: String?
    let routine: Bool
    let confidence: Double
}

/// A line of purposes.
struct PurposeLine: Decodable {
    let userId: String
    let id: String
    let name: String
    let events: Int
    let first: String
    let last: String
}

/// A line of the input.
private struct GivenEvent: Decodable {
    let messageId: String
}

private struct ExplainedEvent: Decodable {
    struct Place: Decodable {
        let score: Double
        let mean: Double
        let because: [String: Double]
        let purpose: String?
    }

    struct Turn: Decodable {
        let without: String
        let purpose: String?
    }

    struct Choice: Decodable {
        let chosen: Place?
        let runnerUp: Place?
        let leadAsked: Double?
        let turnedOn: [Turn]
        let confidence: Double
    }

    let messageId: String
    let afterRepair: String
    let repair: Choice?
    let leftBecause: String?
    /// At arrival.
    let choice: Choice

    private enum Key: String, CodingKey { case messageId, afterRepair, repair, leftBecause }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        messageId = try members.decode(String.self, forKey: .messageId)
        afterRepair = try members.decode(String.self, forKey: .afterRepair)
        repair = try members.decode(Choice?.self, forKey: .repair)
        leftBecause = try members.decode(String?.self, forKey: .leftBecause)
        choice = try Choice(from: decoder)
    }
}

// MARK: - What it is given

/// Small events to feed the program.
enum Sample {
    /// An event as a line of NDJSON, without its end; texts go in as they stand, escapes included.
    static func event(
        message: String?, user: String = "u1", name: String = "Loan Viewed", time: String = "2026-03-01T09:30:00Z",
        properties: String = #"{"title":"home loan"}"#
    ) -> String {
        let id = message.map { #""messageId":"\#($0)","# } ?? ""
        return #"{"type":"track","event":"\#(name)","userId":"\#(user)",\#(id)"timestamp":"\#(time)","#
            + #""properties":\#(properties)}"#
    }
}

/// A gzip member with these bytes in it.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    // 16 asks zlib for gzip framing.
    let code = deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "zlib refused to start")
    defer { deflateEnd(&stream) }
    var input = bytes
    var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
    let count = input.withUnsafeMutableBufferPointer { input in
        packed.withUnsafeMutableBufferPointer { packed in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = packed.baseAddress
            stream.avail_out = UInt32(packed.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib asked for more room than it said")
            return packed.count - Int(stream.avail_out)
        }
    }
    return Array(packed[..<count])
}

/// A folder that goes when the test ends.
final class TemporaryFolder {
    let url: URL

    init(_ files: [String: String] = [:]) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "throughline-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try write(Array(text.utf8), to: name) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
    func write(_ bytes: [UInt8], to name: String) throws { try Data(bytes).write(to: url.appending(path: name)) }
    func read(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: url.appending(path: name))) }
}

// MARK: - Running it

/// How a run ended and what it said.
struct Outcome {
    /// The exit status; 128 and the signal's number where a signal ended it.
    let status: Int32
    let output: [UInt8]
    let error: String

    var text: String { String(decoding: output, as: UTF8.self) }

    /// The lines of the output, each a JSON object.
    func objects<Object: Decodable>(_ type: Object.Type) throws -> [Object] {
        try output.split(separator: 10).map { try JSONDecoder().decode(type, from: Data($0)) }
    }
}

/// The built program as a running process.
///
/// One loop over `poll(2)` moves bytes both ways, so that no full pipe can block either side, and a deadline ends a
/// process that hangs.
final class Program {
    /// Why there is no outcome.
    struct Unfit: Error, CustomStringConvertible {
        let description: String
    }

    /// `THROUGHLINE_PROGRAM` where that is set, else the program beside the tests.
    static let path =
        ProcessInfo.processInfo.environment["THROUGHLINE_PROGRAM"]
        ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "throughline")
        .path

    private static let starting = Mutex(())

    private var process: pid_t = 0
    private var isReaped = false
    private var input: Int32
    private var output: Int32
    private var error: Int32
    /// Read end of a pipe that nobody writes to; the process holds the other end for as long as it lives.
    private var life: Int32
    private var unsent: ArraySlice<UInt8> = []
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private var linesEnd = 0
    private let arguments: [String]
    private let deadline: ContinuousClock.Instant

    /// Starts the program.
    init(
        _ arguments: [String], in folder: TemporaryFolder? = nil, executable: String = Program.path,
        secondsMax: Int = 60
    ) throws {
        self.arguments = arguments
        deadline = ContinuousClock.now + .seconds(secondsMax)
        // A process that ends early must be an error of writing, not a signal that ends the tests.
        signal(SIGPIPE, SIG_IGN)
        // The shell changes the folder and gives its place to the program.
        let words = folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0.url.path] } ?? []
        // One at a time: a program started between the making of a pipe and its marking would hold it open.
        let (started, pipes) = Program.starting.withLock { _ in
            let pipes = (0..<4).map { _ in Program.pipe() }
            let theirs = [pipes[0].read, pipes[1].write, pipes[2].write, pipes[3].write]
            let started = Program.spawn(words + [executable] + arguments, descriptors: theirs)
            for descriptor in theirs { close(descriptor) }
            return (started, pipes)
        }
        (input, output, error, life) = (pipes[0].write, pipes[1].read, pipes[2].read, pipes[3].read)
        for descriptor in [input, output, error] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        guard let started else {
            isReaped = true
            throw Unfit(description: "cannot start \(executable)")
        }
        process = started
    }

    deinit {
        if !isReaped {
            kill(process, SIGKILL)
            var status: Int32 = 0
            waitpid(process, &status, 0)
        }
        for descriptor in [input, output, error, life] where descriptor >= 0 { close(descriptor) }
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], standardInput: [UInt8] = [], in folder: TemporaryFolder? = nil,
        executable: String = Program.path, secondsMax: Int = 60
    ) throws -> Outcome {
        let program = try Program(arguments, in: folder, executable: executable, secondsMax: secondsMax)
        program.unsent = standardInput[...]
        return try program.finish()
    }

    static func run(
        _ arguments: [String], standardInput: String, in folder: TemporaryFolder? = nil
    ) throws -> Outcome {
        try run(arguments, standardInput: Array(standardInput.utf8), in: folder)
    }

    /// Puts bytes into the program's standard input and returns when it, or its pipe, has taken them.
    func send(_ bytes: [UInt8]) throws {
        unsent = bytes[...]
        try pump { unsent.isEmpty }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// The next line that the program writes, without its end; nil when it writes no more.
    func line() throws -> String? {
        try pump { outputBytes[linesEnd...].contains(10) || output < 0 }
        guard let end = outputBytes[linesEnd...].firstIndex(of: 10) else { return nil }
        defer { linesEnd = end + 1 }
        return String(decoding: outputBytes[linesEnd..<end], as: UTF8.self)
    }

    func closeOutput() { Program.shut(&output) }

    /// The most memory in bytes that the running process has held so far. (What `wait4` tells of a process in the end
    /// is not less than what the tests themselves held when they started it.)
    func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) * 1024
    }

    /// Ends the input and waits for the end.
    func finish() throws -> Outcome {
        try pump { unsent.isEmpty }
        Program.shut(&input)
        try pump { output < 0 && error < 0 && life < 0 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        isReaped = true
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: outputBytes,
            error: String(decoding: errorBytes, as: UTF8.self))
    }

    /// Moves bytes until something is so.
    private func pump(until isDone: () -> Bool) throws {
        while !isDone() {
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else {
                kill(process, SIGKILL)
                let said = String(decoding: errorBytes.suffix(2_000), as: UTF8.self)
                throw Unfit(description: "\(arguments) was not done in time; it said: \(said)")
            }
            var polled = [
                pollfd(fd: unsent.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: error, events: Int16(POLLIN), revents: 0),
                pollfd(fd: life, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 4, Int32(left.rounded(.up))) > 0 else { continue }
            if polled[0].revents != 0 { write() }
            if polled[1].revents != 0 { Program.read(&output, into: &outputBytes) }
            if polled[2].revents != 0 { Program.read(&error, into: &errorBytes) }
            if polled[3].revents != 0 { Program.shut(&life) }
        }
    }

    private func write() {
        let count = unsent.withUnsafeBytes { Foundation.write(input, $0.baseAddress!, $0.count) }
        if count >= 0 {
            unsent = unsent.dropFirst(count)
        } else if errno != EAGAIN, errno != EINTR {
            // It reads no more.
            unsent = []
        }
    }

    private static func read(_ descriptor: inout Int32, into bytes: inout [UInt8]) {
        var room = [UInt8](repeating: 0, count: 1 << 16)
        let count = Foundation.read(descriptor, &room, room.count)
        if count > 0 {
            bytes += room[..<count]
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            shut(&descriptor)
        }
    }

    private static func shut(_ descriptor: inout Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private static func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        precondition(Foundation.pipe(&ends) == 0, "no descriptors are left for a pipe")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Starts a process whose descriptors from 0 on are these.
    private static func spawn(_ words: [String], descriptors: [Int32]) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // First out of the way of the numbers they are to get, to numbers that nobody else has: the tests hold hundreds.
        let clear = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, Int32(descriptors.count)) }
        defer { for descriptor in clear { close(descriptor) } }
        for (place, descriptor) in clear.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The tests ignore this signal; the program starts as from a shell.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var texts: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        defer { for text in texts { free(text) } }
        texts.append(nil)
        var process: pid_t = 0
        return posix_spawn(&process, words[0], &actions, &attributes, texts, environ) == 0 ? process : nil
    }
}
