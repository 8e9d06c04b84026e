import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

/// Every limit is reached without a fault, and passed with one.
@Suite("Limits of a journey map")
struct MapLimitTests {
    struct Limit: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// A map with so many of what has the limit.
        let text: @Sendable (Int) -> String
        let limit: Int
        let fault: String

        init(_ sentence: String, _ limit: Int, _ fault: String, _ text: @escaping @Sendable (Int) -> String) {
            testDescription = sentence
            self.text = text
            self.limit = limit
            self.fault = fault
        }
    }

    static func purpose(_ members: String) -> String {
        "map: m\nobjectives:\n  - name: o\n    purposes:\n      - {name: p, \(members)}\n"
    }

    static func milestone(_ members: String) -> String {
        purpose("milestones: [{name: m, stage: commit, \(members)}]")
    }

    static func repeated(_ count: Int, _ text: (Int) -> String) -> String {
        (0..<count).map(text).joined(separator: ", ")
    }

    static func nested(_ depth: Int) -> String {
        depth == 0 ? "" : ", objectives: [{name: o\(nested(depth - 1))}]"
    }

    static let limits = [
        Limit("bytes of the file", JourneyMap.bytesMax, "the file is longer than 262144 bytes") { count in
            let text = purpose("type: t")
            return text + "#" + String(repeating: "x", count: count - text.utf8.count - 1)
        },
        Limit("depth of objectives", JourneyMap.depthMax, "objectives lie no deeper than 8") {
            "map: m\nobjectives: [{name: o\(nested($0 - 1))}]"
        },
        Limit("objectives", JourneyMap.objectivesMax, "at most 256 objectives in a map") { count in
            "map: m\nobjectives: [\(repeated(count) { "{name: o\($0)}" })]"
        },
        Limit("purposes", JourneyMap.purposesMax, "at most 256 purposes in a map") { count in
            "map: m\nobjectives: [{name: o, purposes: [\(repeated(count) { "{name: p\($0)}" })]}]"
        },
        Limit("milestones of a purpose", JourneyMap.milestonesMax, "at most 64 milestones in a purpose") { count in
            purpose("milestones: [\(repeated(count) { "{name: m\($0), stage: commit, on: e\($0)}" })]")
        },
        Limit("names of events", JourneyMap.eventNamesMax, "on has at most 64 names") { count in
            milestone("on: [\(repeated(count) { "e\($0)" })]")
        },
        Limit("channels", JourneyMap.placesMax, "channels has at most 32 names") { count in
            milestone("on: e, channels: [\(repeated(count) { "c\($0)" })]")
        },
        Limit("touchpoints", JourneyMap.placesMax, "touchpoints has at most 32 names") { count in
            milestone("on: e, touchpoints: [\(repeated(count) { "t\($0)" })]")
        },
        Limit("bytes of a name", JourneyMap.nameBytesMax, "on has 257 bytes; the limit is 256") {
            milestone("on: \(String(repeating: "e", count: $0))")
        },
        Limit("bytes of a text", JourneyMap.textBytesMax, "need has 1025 bytes; the limit is 1024") {
            milestone("on: e, need: \(String(repeating: "n", count: $0))")
        },
        Limit("bytes of a condition", MapCondition.bytesMax, "when: ") {
            milestone("when: 'event == \"\(String(repeating: "e", count: $0 - 11))\"'")
        },
    ]

    @Test("hold", arguments: limits)
    func holds(limit: Limit) throws {
        #expect(throws: Never.self) { _ = try MapReader.read(Array(limit.text(limit.limit).utf8)) }
        let error = #expect(throws: MapError.self) { _ = try MapReader.read(Array(limit.text(limit.limit + 1).utf8)) }
        let faults = try #require(error).faults
        #expect(faults.count == 1)
        #expect(faults.first?.reason.contains(limit.fault) == true, "\(faults)")
    }

    @Test(
        "a file made to be slow or deep ends with a fault",
        arguments: ["[", "{", "- ", "? ", "{a: ", "\"", "&a ", "!a ", "'", "|\n", "a: "])
    func endsSoon(piece: String) {
        let text = String(repeating: piece, count: JourneyMap.bytesMax / piece.utf8.count)
        #expect(throws: MapError.self) { _ = try MapReader.read(Array(text.utf8)) }
    }

    @Test("a condition takes no more steps than a map allows")
    func boundsSteps() throws {
        let condition = try MapCondition(
            "properties.l.all(x, properties.l.all(y, properties.l.all(z, x + y + z < 1000000.0)))", of: .event)
        var event = MapEvent(name: "e")
        let list = ConditionValue.list((0..<100).map { .double(Double($0)) })
        event.properties = try ConditionMap(["l": list])
        #expect(throws: ConditionFault.tooManySteps(most: MapCondition.stepsMax)) { try condition.holds(event) }
    }
}
