import Foundation
import Testing
import Throughline
import ThroughlineEngine

/// The story the project is built around, told as events of one week.
@Suite("a bank's customer, one week")
struct AcceptanceStoryTests {
    /// `docs/story.ndjson`, which the demo tells too.
    private func lines() throws -> [String] {
        let text = try String(contentsOf: Given.root.appendingPathComponent("docs/story.ndjson"), encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    @Test("exactly two purposes, home loan and credit card; the rest is routine", arguments: [true, false])
    func twoPurposes(repairs: Bool) throws {
        let person = try Given.discover(try lines(), repairs: repairs)
        let purposes = person.purposes.filter { !$0.isRoutine }
        try #require(purposes.count == 2, "found \(purposes.map(\.name))")
        func members(_ purpose: Purpose) -> [String] {
            person.events.filter { person.purposes[$0.purpose].id == purpose.id }.map(person.messageId(of:))
        }
        #expect(members(purposes[0]) == ["m1", "m2", "m3", "m8"])
        #expect(members(purposes[1]) == ["m4"])
        #expect(purposes[0].name.contains("home loan"))
        #expect(purposes[1].name.contains("credit card") || purposes[1].terms.contains { $0.contains("credit card") })
        let routine = person.events.filter { person.purposes[$0.purpose].isRoutine }.map(person.messageId(of:))
        #expect(routine == ["m5", "m6", "m7"])
    }
}
