import Foundation
import Testing

@Suite("Journey maps on the command line")
struct MapTests {
    // MARK: Answers

    static let map = """
        map: m
        objectives:
          - name: o
            purposes:
              - name: Home loan
                serves: signed loans
                milestones:
                  - {name: Looked, stage: explore, on: Loan Viewed, channels: [web]}
                  - {name: Sent, stage: commit, on: Application Submitted}
        """

    static let runs = [
        CommandLineTests.Run(
            "a map alone is checked for what it leaves open", ["map", "check", "m.yaml"], files: ["m.yaml": map],
            output: [
                "map m: 1 objectives, 1 purposes, 2 milestones", "Home loan", "serves signed loans",
                "no milestone is at the stage compare", "no milestone is at the stage choose",
                "Sent has neither a touchpoint nor a channel",
            ], error: ["3 findings"]),
        CommandLineTests.Run(
            "with --strict findings fail", ["map", "check", "--strict", "m.yaml"], files: ["m.yaml": map], status: 1),
        CommandLineTests.Run(
            "a map comes by standard input too", ["map", "check", "-"], standardInput: map, error: ["3 findings"]),
        CommandLineTests.Run(
            "a wrong map fails, and all that is wrong is said with its place", ["map", "check", "m.yaml"],
            files: ["m.yaml": "map: m\nobjectives:\n  - nam: o\n  - name: 7\n"], status: 1,
            error: [
                "throughline: m.yaml:3:5: an objective has no key \"nam\"; did you mean name?",
                "m.yaml:4:11: name is a text",
            ]),
        CommandLineTests.Run(
            "a map that is not there fails", ["map", "check", "no.yaml"], status: 1, error: ["no.yaml: cannot open"]),
        CommandLineTests.Run("a map is asked for", ["map", "check"], status: 64, error: ["map.yaml"]),
        CommandLineTests.Run(
            "a check is no CSV", ["map", "check", "--format", "csv", "m.yaml"], status: 64, error: ["table or ndjson"]),
        CommandLineTests.Run(
            "standard input is one thing", ["map", "check", "-", "-"], status: 64,
            error: ["standard input is read once"]),
        CommandLineTests.Run(
            "what is given needs events", ["map", "check", "--given", "g.tsv", "m.yaml"], status: 64,
            error: ["--given"]),
        CommandLineTests.Run(
            "the map is not written over", ["map", "check", "m.yaml", "e.ndjson", "--rejects", "m.yaml"],
            files: ["m.yaml": map, "e.ndjson": CommandLineTests.good], status: 64, error: ["m.yaml is read"]),
        CommandLineTests.Run(
            "a type that nobody has is said, with those that there are", ["map", "check", "m.yaml", "e.ndjson"],
            files: ["m.yaml": map, "e.ndjson": Sample.event(message: "m1", properties: #"{"title":"garden chairs"}"#)],
            output: ["no purpose is of a type called Home loan; there are garden"], error: ["1 events"]),
        CommandLineTests.Run(
            "events that are not there fail, the others are read", ["map", "check", "m.yaml", "no", "e.ndjson"],
            files: ["m.yaml": map, "e.ndjson": CommandLineTests.good], status: 1,
            error: ["no: cannot open", "1 events"]),
        CommandLineTests.Run(
            "too few purposes are no draft", ["map", "draft", "e.ndjson"], files: ["e.ndjson": CommandLineTests.good],
            status: 1, error: ["no type here has 20 purposes", "--type"]),
        CommandLineTests.Run(
            "nor is a type that nobody has", ["map", "draft", "--type", "x", "e.ndjson"],
            files: ["e.ndjson": CommandLineTests.good], status: 1,
            error: ["no purpose here is of a type called x; there are"]),
        CommandLineTests.Run(
            "a draft is not written over what is read", ["map", "draft", "--output", "e.ndjson", "e.ndjson"],
            files: ["e.ndjson": CommandLineTests.good], status: 64, error: ["e.ndjson is read"]),
        CommandLineTests.Run("a map has verbs of its own", ["map", "paint"], status: 64, error: ["Usage:"]),
    ]

    @Test("answers", arguments: runs)
    func answers(example: CommandLineTests.Run) throws {
        let folder = try TemporaryFolder(example.files)
        let outcome = try Program.run(example.arguments, standardInput: Array(example.standardInput.utf8), in: folder)
        #expect(outcome.status == example.status)
        for text in example.output { #expect(outcome.text.contains(text), "\(outcome.text)") }
        for text in example.error { #expect(outcome.error.contains(text), "\(outcome.error)") }
    }

    // MARK: Beside events

    /// Twelve people who come for a home loan: they look on the web, calculate, apply, and get it; every third applies twice, and
    /// every fourth applies at a branch.
    static var loans: (events: String, given: String) {
        var events: [String] = []
        var given: [String] = []
        for person in 0..<12 {
            var steps = [
                ("Loan Viewed", "web", "{}"), ("Loan Calculated", "app", "{}"), ("Logged In", "app", "{}"),
                ("Application Submitted", person % 4 == 0 ? "branch" : "web", #"{"touchpoint":"desk"}"#),
            ]
            if person % 3 == 0 { steps.append(("Application Submitted", "web", "{}")) }
            steps.append(
                ("Loan Paid Out", "email", #"{"csat":\#(person % 2 == 0 ? 5 : 2),"amount":\#(person * 1_000)}"#))
            for (step, (name, channel, properties)) in steps.enumerated() {
                let id = "m\(person)-\(step)"
                let title = properties == "{}" ? #"{"title":"home loan"}"# : properties
                events.append(
                    #"{"type":"track","event":"\#(name)","userId":"u\#(person)","messageId":"\#(id)","#
                        + #""timestamp":"2026-03-0\#(step + 1)T09:00:00Z","context":{"channel":"\#(channel)"},"#
                        + #""properties":\#(title)}"#)
                given.append("\(id)\tp\(person)")
            }
        }
        return (events.joined(separator: "\n"), given.joined(separator: "\n"))
    }

    static var files: [String: String] {
        ["e.ndjson": loans.events, "g.tsv": loans.given, "c": "home loan\n"]
    }

    private struct Line: Decodable {
        var purpose: String?
        var purposes: Int?
        var milestones: [Milestone]
        var findings: [Finding]

        struct Milestone: Decodable {
            var name: String
            var reached: Int?
            var share: Double?
            var medianSeconds: Int?
            var repeated: Int?
            var meanTimes: Double?
            var channels: [String: Int]?
            var surveys: [Survey]?
        }

        struct Survey: Decodable, Equatable {
            var key: String
            var count: Int
            var mean: Double
        }

        struct Finding: Decodable {
            var kind: String
            var milestone: String?
            var finding: String
        }
    }

    private static let events = ["--given", "g.tsv", "--catalogue", "c", "e.ndjson"]

    private static func check(_ map: String, _ options: [String] = []) throws -> (Line, Outcome) {
        var files = files
        files["m.yaml"] = map
        let folder = try TemporaryFolder(files)
        let outcome = try Program.run(
            ["map", "check", "--format", "ndjson"] + options + ["m.yaml"] + events, in: folder)
        let lines = outcome.text.split(separator: "\n")
        let line = try #require(lines.last)
        return (try JSONDecoder().decode(Line.self, from: Data(line.utf8)), outcome)
    }

    @Test("a map is told beside what people do")
    func besideEvents() throws {
        let map = """
            map: m
            objectives:
              - name: o
                purposes:
                  - name: HOME LOAN
                    milestones:
                      - {name: Paid, stage: fulfilled, on: Loan Paid Out, channels: [email], feeling: relieved}
                      - {name: Looked, stage: explore, on: [loan viewed], channels: [Web, call]}
                      - {name: At the desk, stage: choose, when: channel == "branch", touchpoints: [desk]}
                      - {name: Sent, stage: commit, on: Application Submitted, touchpoints: [form]}
                      - {name: Large, stage: compare, when: properties.amount > 1000000.0}
            """
        let (line, outcome) = try Self.check(map)
        #expect(outcome.status == 0)
        #expect(line.purposes == 12)
        #expect(line.milestones.map(\.reached) == [12, 12, 3, 10, 0])
        #expect(line.milestones.map(\.share) == [1, 1, 0.25, 0.833, 0])
        #expect(line.milestones.map(\.medianSeconds) == [nil, nil, 259_200, 86_400, nil])
        #expect(line.milestones[3].repeated == 3)
        #expect(line.milestones[3].meanTimes == 2)
        #expect(line.milestones[0].surveys == [.init(key: "csat", count: 12, mean: 3.5)])
        #expect(line.milestones[2].channels == ["branch": 3])
        let findings = line.findings.map { "\($0.kind) \($0.milestone ?? "-")" }
        for expected in [
            "neverReached Large", "unusedChannel Looked", "repeated Sent", "undrawnTouchpoint Sent",
            "unusedTouchpoint Sent", "reversed Looked", "reversed Sent", "undrawnStep -", "nowhere Large", "noAnswer -",
        ] { #expect(findings.contains(expected), "\(expected) is not among \(findings)") }
        let steps = line.findings.filter { $0.kind == "undrawnStep" }.map(\.finding)
        #expect(steps == ["no milestone matches Loan Calculated: 12 times in 12 purposes (100 %)"])
    }

    @Test("a draft has no faults, and on the same events all its milestones are reached")
    func drafts() throws {
        let folder = try TemporaryFolder(Self.files)
        let draft = try Program.run(["map", "draft", "--type", "Home Loan"] + Self.events, in: folder)
        #expect(draft.status == 0, "\(draft.error)")
        #expect(draft.error.contains("1 purposes with"))
        #expect(draft.text.contains("# 12 purposes in these files"))
        #expect(draft.text.contains("touchpoints: [desk]"))
        #expect(draft.text.contains("channels: [web, branch]"))
        let (line, outcome) = try Self.check(draft.text)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(line.purpose == "home loan")
        #expect(line.purposes == 12)
        #expect(line.milestones.contains { $0.name == "Loan Paid Out" })
        #expect(line.milestones.allSatisfy { ($0.reached ?? 0) > 0 })
        let kinds = Set(line.findings.map(\.kind))
        #expect(
            kinds.isDisjoint(with: [
                "neverReached", "nowhere", "unknownType", "reversed", "undrawnChannel", "unusedChannel",
            ]))
    }

    @Test("the same map and events give the same bytes, whatever the number of workers")
    func sameBytes() throws {
        let one = try Self.check(Self.map, ["--workers", "1"]).1.text
        #expect(try Self.check(Self.map, ["--workers", "5"]).1.text == one)
    }

    @Test("a draft goes to a file where one is named")
    func writesFile() throws {
        let folder = try TemporaryFolder(Self.files)
        let outcome = try Program.run(
            ["map", "draft", "--type", "home loan", "--output", "m.yaml"] + Self.events, in: folder)
        #expect(outcome.text.isEmpty)
        #expect(String(decoding: try folder.read("m.yaml"), as: UTF8.self).hasPrefix("map: draft\n"))
    }
}
