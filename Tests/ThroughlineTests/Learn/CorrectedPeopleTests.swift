import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("learning from corrections")
struct CorrectedPeopleTests {
    private static func event(
        _ message: String, user: String = #""userId":"u1""#, second: Int, name: String = "Products Searched",
        query: String = "home loan"
    ) -> String {
        let time = Date(timeIntervalSince1970: 1_767_225_600 + Double(second)).ISO8601Format()
        return #"{"type":"track","event":"\#(name)",\#(user),"messageId":"\#(message)","timestamp":"\#(time)","#
            + #""properties":{"query":"\#(query)"}}"#
    }

    /// Adds the people of these events who made these corrections; says how many have labels.
    private func add(
        _ rows: [String], of lines: [String], labels: [String] = [], base: DiscoveryModel = DiscoveryModel(),
        to people: inout LabelledPeople
    ) throws -> Int {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ lines: [String]) throws -> String {
            let file = folder.appendingPathComponent(name)
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
            return file.path
        }
        var corrections = Corrections()
        try corrections.add(path: file("c.tsv", [Corrections.columns.joined(separator: "\t")] + rows))
        var known = PurposeLabels()
        try known.add(path: file("l.tsv", [Simulation.labelsHeader] + labels))
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        let index = EventIndex(workers: 1)
        try index.read(
            EventInput(
                path: file("e.ndjson", lines), format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
        ) { _ in }
        let reader = EncounterReader(table: Given.table, order: OrderTables())
        return try people.add(
            corrections, of: index, labels: known, base: base, table: Given.table, reader: reader)
    }

    /// A model without trees puts every event into a purpose of its own.
    private static let three = [
        event("m1", second: 1), event("m2", second: 2), event("m3", second: 3),
    ]

    @Test("a person who corrected is learned from, in time order and with what she did before she was known")
    func takesPerson() throws {
        let visitor = Self.event("m0", user: #""anonymousId":"v""#, second: 0)
        let login = Self.event("m4", user: #""userId":"u1","anonymousId":"v""#, second: 4)
        let other = Self.event("m9", user: #""userId":"u2""#, second: 2)
        var people = LabelledPeople()
        let labelled = try add(
            ["m3\tu1\tbelongs to\tm0"], of: [login, other] + Self.three.reversed() + [visitor], to: &people)
        #expect(labelled == 0)
        #expect(people.sets == ["corrections"])
        let person = try #require(people.people.first)
        #expect(people.people.count == 1)
        #expect(person.truth == [0, 1, 2, 0, 3])
        let guess = CorrectedPurposes.guessWeight
        #expect(person.weights == [guess, guess, guess, 1, guess])
        #expect(!person.isMadeUp)
    }

    @Test("labels say already what is true; of whom nothing is left there is nothing to learn")
    func leavesOut() throws {
        var people = LabelledPeople()
        #expect(try add(["m3\tu1\tdone\t"], of: Self.three, labels: ["m1\tu1\tp\t\t"], to: &people) == 1)
        #expect(people.people.isEmpty)
        #expect(try add(["m1\tu1\tnot mine\t"], of: [Self.three[0]], to: &people) == 0)
        #expect(people.people.isEmpty)
    }

    @Test(
        "what is not in the input is refused by file and line",
        arguments: [
            ("m9\tu1\tdone\t", "this userId has no event with this messageId"),
            ("m1\tu1\tbelongs to\tm9", "this userId has no event with the other messageId"),
            ("m1\tu2\tdone\t", "nobody in this input has this userId"),
        ])
    func refuses(row: String, message: String) throws {
        var people = LabelledPeople()
        let error = #expect(throws: FileError.self) {
            try add(["m1\tu1\tdone\t", row], of: Self.three, to: &people)
        }
        #expect(error?.description.hasSuffix("c.tsv: line 3: \(message)") == true)
    }

    // MARK: A change of mind

    /// Somebody looks for a loan, signs it, and a week later looks for one again.
    private static func borrower(_ number: Int) -> [String] {
        let queries = ["home loan rates", "home loan calculator", "first home mortgage", "house loan offer"]
        let user = #""userId":"b\#(number)""#
        func search(_ name: String, _ second: Int) -> String {
            event(
                "\(name)\(number)", user: user, second: second + number % 7,
                query: queries[(second + 3 * number) % queries.count])
        }
        return [
            search("first", 0), search("second", 241),
            event("signed\(number)", user: user, second: 540, name: "Contract Signed"),
            search("third", 700_003), search("fourth", 700_202),
        ]
    }

    /// Of some people who corrected nothing: how many go on with the old loan, and how many have one new purpose.
    private func secondLoans(_ model: DiscoveryModel) throws -> (old: Int, new: Int) {
        var counts = (old: 0, new: 0)
        for number in 1_000..<1_020 {
            let purposes = try Given.discover(Self.borrower(number), model: model).events.map(\.purpose)
            if purposes[0] == purposes[3] { counts.old += 1 }
            if purposes[0] != purposes[3], purposes[3] == purposes[4] { counts.new += 1 }
        }
        return counts
    }

    @Test("many corrections change a model's mind, and the same ones give the same bytes")
    func changesMind() throws {
        let learner = LearnerTests.learner
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var people = try LearnerTests.people(60, in: folder)
        let before = learner.fit(people)
        #expect(try secondLoans(before).old >= 18)
        let lines = (0..<60).flatMap(Self.borrower)
        let rows = (0..<60).map { "signed\($0)\tb\($0)\tdone\t" }
        #expect(try add(rows, of: lines, base: before, to: &people) == 0)
        let after = learner.fit(people)
        #expect(try secondLoans(after).new >= 18)
        #expect(learner.fit(people).encoded() == after.encoded())
    }
}
