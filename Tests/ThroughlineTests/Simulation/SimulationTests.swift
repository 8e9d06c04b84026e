import Foundation
import Testing
import ThroughlineSimulation

@Suite("The simulated world")
struct SimulationTests {
    private static let people = 400
    private static let month = SimulatedWorld(Simulation(people: people, days: 30, seed: 7))
    private static let quarter = SimulatedWorld(Simulation(people: people, days: 90, seed: 7))

    @Test("gives the same bytes for the same seed")
    func repeats() {
        let again = SimulatedWorld(Simulation(people: Self.people, days: 30, seed: 7))
        #expect(again.hash == Self.month.hash)
    }

    @Test(
        "gives other bytes for another world",
        arguments: [
            Simulation(people: people, days: 30, seed: 8),
            Simulation(people: people, days: 31, seed: 7),
            Simulation(people: people, days: 30, seed: 7, start: Simulation.defaultStart + 86_400_000),
        ])
    func differs(simulation: Simulation) {
        #expect(SimulatedWorld(simulation).hash != Self.month.hash)
    }

    /// Guards against a dependence on the machine, such as hashing or floating point. When the vocabulary changes, so
    /// does this number; set it anew then, and only then.
    @Test("gives the bytes that every other machine gives")
    func isTheSameEverywhere() {
        #expect(Self.month.hash == 15_533_583_363_748_545_685)
    }

    @Test("tells events in time order, within the period", arguments: [month, quarter])
    func keepsTimeOrder(world: SimulatedWorld) throws {
        // RFC 3339 in UTC with milliseconds sorts as text.
        let instants = try world.events.map { try #require($0["timestamp"] as? String) }
        #expect(instants == instants.sorted())
        #expect(try #require(instants.first) >= "2026-01-01T00:00:00.000Z")
        #expect(try #require(instants.last) < (world.days == 30 ? "2026-01-31" : "2026-04-01"))
        #expect(instants.allSatisfy { $0.utf8.count == 24 && $0.hasSuffix("Z") })
    }

    @Test("writes events by the Segment specification", arguments: [month, quarter])
    func followsTheSpecification(world: SimulatedWorld) {
        for event in world.events {
            #expect(event["userId"] is String || event["anonymousId"] is String)
            #expect(event["context"] is [String: Any])
            switch event["type"] as? String {
            case "track": #expect(event["event"] is String && event["properties"] is [String: Any])
            case "page", "screen": #expect(event["name"] is String && event["properties"] is [String: Any])
            case "identify": #expect(event["userId"] is String && event["traits"] is [String: Any])
            default: Issue.record("an event has no type: \(event)")
            }
        }
    }

    @Test("writes about 600 bytes an event", arguments: [month, quarter])
    func keepsToTheSize(world: SimulatedWorld) {
        let bytes = world.lines.reduce(0) { $0 + $1.utf8.count }
        #expect(560...640 ~= bytes / world.lines.count)
    }

    @Test("gives everybody at least five events in thirty days, and eight to fifteen on average")
    func keepsPeopleBusy() {
        let counts = Dictionary(grouping: Self.month.labels, by: \.userId).mapValues(\.count)
        #expect(counts.count == Self.people)
        #expect(counts.values.allSatisfy { $0 >= 5 })
        #expect(8...15 ~= Self.month.lines.count / Self.people)
    }

    @Test("gives everybody one to six purposes", arguments: [month, quarter])
    func givesPurposes(world: SimulatedWorld) {
        let purposeful = world.labels.filter { $0.stage != "none" }
        let purposes = Dictionary(grouping: purposeful, by: \.userId).mapValues { Set($0.map(\.purpose)).count }
        #expect(purposes.count == Self.people)
        #expect(purposes.values.allSatisfy { 1...6 ~= $0 })
        #expect(purposes.values.contains { $0 >= 3 })
    }

    @Test("weaves the purposes of a person into each other")
    func interleaves() {
        let woven = Dictionary(grouping: Self.quarter.labels.filter { $0.stage != "none" }, by: \.userId).values.filter
        {
            var stretches: [String] = []
            for label in $0 where stretches.last != label.purpose { stretches.append(label.purpose) }
            return stretches.count > Set(stretches).count
        }
        #expect(woven.count > Self.people / 4)
    }

    @Test("labels each event once, under identifiers that never repeat", arguments: [month, quarter])
    func labelsEvents(world: SimulatedWorld) {
        #expect(
            Simulation.labelsHeader.split(separator: "\t") == ["messageId", "userId", "purpose", "stage", "outcome"])
        #expect(world.labels.map(\.messageId) == world.events.map { $0["messageId"] as? String })
        #expect(Set(world.labels.map(\.messageId)).count == world.labels.count)
        for (event, label) in zip(world.events, world.labels) {
            #expect(event["userId"] == nil || event["userId"] as? String == label.userId)
            #expect(label.purpose.hasPrefix(label.userId + "/p"))
        }
    }

    @Test("states the outcome of each purpose once, at its end", arguments: [month, quarter])
    func statesOutcomes(world: SimulatedWorld) {
        let outcomes: Set = ["fulfilled", "declined", "cancelled", "lapsed", "open"]
        for events in Dictionary(grouping: world.labels, by: \.purpose).values {
            #expect(events.dropLast().allSatisfy { $0.outcome.isEmpty })
            guard events[0].stage != "none" else {
                #expect(events.count == 1 && events[0].outcome.isEmpty, "a routine event is a purpose of its own")
                continue
            }
            let last = events[events.count - 1]
            #expect(outcomes.contains(last.outcome))
            if ["fulfilled", "declined", "cancelled"].contains(last.stage) { #expect(last.outcome == last.stage) }
        }
    }

    @Test("speaks of anonymous visitors by name from the moment they give it")
    func introducesVisitors() {
        var known: Set<String> = []
        var identified: Set<String> = []
        for (event, label) in zip(Self.month.events, Self.month.labels) {
            if event["type"] as? String == "identify" {
                identified.insert(label.userId)
                known.insert(label.userId)
            }
            if event["userId"] == nil { #expect(!known.contains(label.userId)) }
        }
        #expect(25...42 ~= identified.count * 100 / Self.people)
        #expect(Self.month.events.contains { $0["userId"] == nil })
    }

    @Test("leaves the first people as they are when more join")
    func leavesPeopleAlone() {
        let smaller = SimulatedWorld(Simulation(people: 50, days: 30, seed: 7))
        let firstPeople = Set(smaller.labels.map(\.userId))
        let same = zip(Self.month.lines, Self.month.labels).filter { firstPeople.contains($0.1.userId) }.map(\.0)
        #expect(same == smaller.lines)
    }

    @Test("makes one person again with the same bytes")
    func repeatsOnePerson() {
        let simulation = Simulation(people: Self.people, days: 30, seed: 7)
        var lines: [String] = []
        simulation.run(person: 17) { line, _ in lines.append(String(decoding: line, as: UTF8.self)) }
        let among = zip(Self.month.lines, Self.month.labels).filter { $0.1.userId.hasSuffix("-000017") }.map(\.0)
        #expect(lines == among)
    }

    @Test("copes with the smallest worlds", arguments: [(0, 1), (1, 1), (3, 2), (2, 400)])
    func copesWithEdges(people: Int, days: Int) {
        let world = SimulatedWorld(Simulation(people: people, days: days, seed: 1))
        #expect(Set(world.labels.map(\.userId)).count == people)
    }

    @Test("stops when the receiver throws")
    func stopsOnErrors() {
        struct Full: Error {}
        var received = 0
        #expect(throws: Full.self) {
            try Simulation(people: 10, days: 30, seed: 7).run { _, _ in
                received += 1
                if received == 3 { throw Full() }
            }
        }
        #expect(received == 3)
    }
}

/// What one run of a simulation gave, read back.
struct SimulatedWorld: @unchecked Sendable, CustomTestStringConvertible {
    struct Label {
        let messageId: String
        let userId: String
        let purpose: String
        let stage: String
        let outcome: String
    }

    let days: Int
    private(set) var lines: [String] = []
    private(set) var events: [[String: Any]] = []
    private(set) var labels: [Label] = []
    /// All bytes in order, by the 64-bit FNV-1a function.
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    var testDescription: String { "\(days) days" }

    init(_ simulation: Simulation) {
        days = simulation.days
        simulation.run { line, label in
            for byte in line + label { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            lines.append(String(decoding: line, as: UTF8.self))
            let event = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            events.append(event ?? [:])
            let fields = String(decoding: label, as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            precondition(fields.count == 5, "a label has the five columns of its header")
            labels.append(
                Label(
                    messageId: fields[0], userId: fields[1], purpose: fields[2], stage: fields[3], outcome: fields[4]))
        }
    }
}
