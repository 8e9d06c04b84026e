import Foundation
import Testing
import ThroughlineSimulation

@testable import Throughline
@testable import ThroughlineEngine

@Suite("types of purpose")
struct PurposeTypeTests {
    private static func meaning(_ text: String) -> PackedVector {
        text.isEmpty ? PackedVector() : TextEncoder(table: Given.table).features(of: text).vector
    }

    private static func journey(_ text: String, _ name: String, _ steps: [String] = [], _ outcome: Outcome? = nil)
        -> Journey
    {
        Journey(
            meaning: meaning(text),
            steps: steps.map { Journey.Step(name: StableHash.of($0), stage: nil) }, outcome: outcome, name: name,
            terms: [])
    }

    private static let topics = [
        (
            "home loan",
            ["home loan rates", "mortgage for a house", "how much can I borrow for a home", "home loan offer"]
        ),
        (
            "credit card",
            ["best credit card", "a credit card without a fee", "apply for a credit card", "credit card limit"]
        ),
        ("winter coat", ["warm winter coat", "red coat for winter", "coat in size 40", "return my winter coat"]),
        (
            "new number",
            ["keep my phone number", "transfer my number to you", "phone number transfer", "move my old number"]
        ),
    ]

    private static func maker(_ count: Int, catalogue: [String] = []) -> TypeMaker {
        var maker = TypeMaker(catalogue: try! Catalogue(words: catalogue), table: Given.table)
        for number in 0..<count {
            let (name, texts) = topics[number % topics.count]
            maker.add(journey(texts[number / topics.count % texts.count], name))
        }
        return maker
    }

    @Test("like purposes are of one type, which has the name that most of them have")
    func grouped() {
        let types = Self.maker(160).types()
        #expect(types.types.prefix(4).map(\.purposeCount).reduce(0, +) >= 60)
        for (name, texts) in Self.topics {
            let of = texts.map { types.type(of: Self.meaning($0)) }
            #expect(of.allSatisfy { $0 != nil && types.types[$0!].name.hasPrefix(name) }, "\(name): \(of)")
        }
        #expect(
            types.type(of: Self.meaning("zebra quantum opera")).map { types.types[$0].name }
                == nil)
        #expect(Set(types.types.map(\.name)).count == types.types.count)
    }

    @Test("a word of the catalogue names the types that it is like, and no two have the same name")
    func catalogue() {
        let types = Self.maker(160, catalogue: ["Mortgage", "Kreditkarte", "Credit card"]).types()
        #expect(types.types.contains { $0.name == "Credit card" })
        #expect(Set(types.types.map(\.name)).count == types.types.count)
    }

    @Test("the same journeys in the same order give the same types; those beyond the limit are left out")
    func reproducible() {
        func text(_ types: PurposeTypes) -> [String] { types.types.map { "\($0.name) \($0.purposeCount)" } }
        #expect(text(Self.maker(160).types()) == text(Self.maker(160).types()))
        var maker = Self.maker(8)
        while maker.room > 0 { maker.add(Self.journey("", "x")) }
        maker.add(Self.journey("late", "late"))
        #expect(maker.types().types.map(\.purposeCount).reduce(0, +) == TypeMaker.journeysMax)
    }

    @Test("nobody's purposes have no type, and what says nothing is of the type of what says nothing")
    func empty() {
        #expect(TypeMaker(table: Given.table).types().types.isEmpty)
        var maker = Self.maker(40)
        for _ in 0..<3 { maker.add(Self.journey("", "application")) }
        let types = maker.types()
        #expect(types.type(of: PackedVector()).map { types.types[$0].name } == "application")
        #expect(Self.maker(40).types().type(of: PackedVector()) == nil)
    }

    @Test("types are made of so many events and no more, and of the first of a person who has more than that alone")
    func events() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (events, placed) = (folder.appendingPathComponent("e.csv"), folder.appendingPathComponent("p.tsv"))
        let rows = (0..<300).map { "\($0 < 20 ? "a" : "b"),Message Sent,2026-01-01T00:00:00Z,m\($0),home loan" }
        try Data(("userId,event,timestamp,messageId,text\n" + rows.joined(separator: "\n")).utf8).write(to: events)
        try Data((0..<300).map { "m\($0)\tp\($0)\n" }.joined().utf8).write(to: placed)
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        for (limit, purposes) in [(100, 100), (10, 10), (1_000, 300)] {
            let index = EventIndex(workers: 2)
            try index.read(
                EventInput(path: events.path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
            ) { _ in }
            var run = FileDiscovery(
                model: Given.model, table: Given.table, repairs: true, describes: false,
                eventBytesMax: EventParser.eventBytesMax, workers: 2)
            run.given = try GivenPurposes.read(placed.path)
            run.typedEventsMax = limit
            #expect(try run.types(of: index).types.map(\.purposeCount).reduce(0, +) == purposes)
        }
    }
}

@Suite(
    "types and milestones of labelled data", .enabled(if: Given.shared != nil, "no labelled data beside the project"))
struct TypesOnDataTests {
    @Test("the milestones of loan applications are found without labels, all of them and in their order")
    func loans() throws {
        let labels = try #require(Given.sharedFile("data/discovery/bpic12_dev.labels.tsv"))
        let events = try #require(Given.sharedFile("data/discovery/bpic12_dev.events.ndjson"))
        let index = EventIndex(workers: 2)
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        try index.read(
            try EventInput(path: events, format: nil, map: try CSVMap(), parser: EventParser(), rejects: rejects)
        ) { _ in }
        var run = FileDiscovery(
            model: Given.model, table: Given.table, repairs: true, describes: false,
            eventBytesMax: EventParser.eventBytesMax, workers: 2)
        run.given = try GivenPurposes.read(labels)
        let types = try run.types(of: index).types
        #expect(types.map(\.name) == ["application"])
        let names = types.first?.milestones.map(\.name) ?? []
        let expected = [
            "A_SUBMITTED", "A_PARTLYSUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "O_CREATED", "O_SENT", "O_SENT_BACK",
            "O_ACCEPTED", "A_ACTIVATED",
        ]
        #expect(names.filter(expected.contains) == expected)
        #expect(Set(names).isSuperset(of: ["A_APPROVED", "A_REGISTERED", "A_FINALIZED", "A_DECLINED", "A_CANCELLED"]))
        #expect(!names.contains { $0.hasPrefix("W_") })
    }

    @Test(
        "types of single messages agree with what people say they are about",
        arguments: [
            ("clinc150_val.tsv", 0.84), ("banking77_train.tsv", 0.74),
        ])
    func messages(file: String, least: Double) throws {
        let path = try #require(Given.sharedFile("data/intents/\(file)"))
        var kept: [String: Int] = [:]
        var rows: [(text: String, intent: String)] = []
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst() {
            let columns = line.split(separator: "\t")
            kept[String(columns[1]), default: 0] += 1
            if kept[String(columns[1])]! <= 6 { rows.append((String(columns[0]), String(columns[1]))) }
        }
        var maker = TypeMaker(table: Given.table)
        let encoder = TextEncoder(table: Given.table)
        let meanings = rows.map { encoder.features(of: $0.text).vector }
        for meaning in meanings { maker.add(Journey(meaning: meaning, steps: [], outcome: nil, name: "", terms: [])) }
        let types = maker.types()
        let found = meanings.enumerated().map { types.type(of: $1) ?? -1 - $0 }
        let score = vMeasure(truth: rows.map(\.intent), found: found)
        #expect(score >= least, "\(file): \(score) with \(types.types.count) types")
    }
}

/// The harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg 2007).
func vMeasure(truth: [String], found: [Int]) -> Double {
    func entropy(_ values: [String]) -> Double {
        var counts: [String: Double] = [:]
        for value in values { counts[value, default: 0] += 1 }
        let all = Double(values.count)
        return counts.values.reduce(0) { $0 - $1 / all * log($1 / all) }
    }
    let (truths, founds) = (entropy(truth), entropy(found.map { "\($0)" }))
    let shared = truths + founds - entropy(zip(truth, found).map { "\($1)|\($0)" })
    let (homogeneity, completeness) = (shared / truths, shared / founds)
    return 2 * homogeneity * completeness / (homogeneity + completeness)
}
