import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

/// The streams of some simulated people, by person.
private func simulated(people: Int, days: Int = 60, seed: UInt64) -> [[String]] {
    (0..<people).map { person in
        var lines: [String] = []
        Simulation(people: people, days: days, seed: seed).run(person: person) { line, _ in
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return lines
    }
}

@Suite("discovery of one person")
struct PersonDiscoveryTests {
    @Test(
        "placing reads nothing that comes later: cutting the stream changes no placing before the cut",
        arguments: [7, 8])
    func causal(seed: UInt64) throws {
        for lines in simulated(people: 6, seed: seed) {
            let whole = try Given.discover(lines, repairs: false)
            for cut in [1, lines.count / 3, lines.count / 2, lines.count - 1] where cut > 0 {
                let part = try Given.discover(Array(lines.prefix(cut)), repairs: false)
                for (a, b) in zip(part.events, whole.events) {
                    #expect(part.purposes[a.purpose].id == whole.purposes[b.purpose].id, "seed \(seed), cut \(cut)")
                    #expect(a.confidence == b.confidence, "seed \(seed), cut \(cut)")
                }
            }
        }
    }

    @Test("every event has one purpose, ids are unique, counts agree", arguments: [true, false])
    func whole(repairs: Bool) throws {
        for lines in simulated(people: 12, seed: 21) {
            let person = try Given.discover(lines, repairs: repairs)
            #expect(person.events.count == lines.count)
            #expect(Set(person.purposes.map(\.id)).count == person.purposes.count)
            for (place, purpose) in person.purposes.enumerated() {
                let own = person.events.filter { $0.purpose == place }
                #expect(own.count == purpose.eventCount)
                #expect(purpose.eventCount > 0)
                #expect(own.map(\.timestamp).min() == purpose.first)
                #expect(own.map(\.timestamp).max() == purpose.last)
                #expect((0...1).contains(purpose.confidence))
                #expect((purpose.state == .closed) == (purpose.outcome != nil) || purpose.isRoutine)
            }
        }
    }

    private static let chatRooms = Given.sharedFile("data/discovery/train/irc_train.events.ndjson.gz")

    @Test(
        "an event that repair lets open a purpose in two windows opens two",
        .enabled(if: chatRooms != nil, "no labelled data beside the project"))
    func turns() throws {
        let index = EventIndex(workers: 2)
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        let path = try #require(Self.chatRooms)
        try index.read(
            EventInput(path: path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
        ) { _ in }
        let discovery = PersonDiscovery(model: Given.model, table: Given.table, repairs: true, describes: false)
        let limit = EventParser.eventBytesMax
        let isKnown = try index.forEachEvent(of: "irc_train-u69", eventBytesMax: limit) { discovery.add($0) }
        let room = discovery.finish(person: "room", now: index.latest)
        #expect(isKnown)
        #expect(Set(room.purposes.map(\.id)).count == room.purposes.count)
    }

    @Test("the same stream gives the same purposes, whoever was discovered before on the same worker")
    func independent() throws {
        let streams = simulated(people: 5, seed: 3)
        let shared = PersonDiscovery(model: Given.model, table: Given.table, repairs: true, describes: true)
        for lines in streams + streams.reversed() {
            let events = try Given.events(lines)
            for event in events { shared.add(event) }
            let found = shared.finish(person: "u", now: events.last!.timestamp)
            let alone = try Given.discover(lines)
            #expect(found.purposes == alone.purposes)
            #expect(found.events.map(\.purpose) == alone.events.map(\.purpose))
            #expect(found.events.map(\.confidence) == alone.events.map(\.confidence))
        }
    }

    @Test("a history longer than the repair window and more purposes than can be open")
    func long() throws {
        var random = TestRandom(seed: 11)
        let topics = (0..<90).map { "topic\($0) word\($0 * 7) thing\($0 * 13)" }
        let lines = (0..<600).map { number in
            let topic = topics.randomElement(using: &random)!
            let day = 1 + number / 24
            let hour = number % 24
            return
                #"{"type":"track","event":"Products Searched","userId":"u","messageId":"m\#(number)","timestamp":"2026-0\#(1 + day / 28)-\#(day % 28 + 1 < 10 ? "0" : "")\#(day % 28 + 1)T\#(hour < 10 ? "0" : "")\#(hour):00:00Z","properties":{"query":"\#(topic)"}}"#
        }
        let person = try Given.discover(lines)
        #expect(person.events.map(person.messageId(of:)) == (0..<600).map { "m\($0)" })
        #expect(person.purposes.reduce(0) { $0 + $1.eventCount } == 600)
    }

    @Test("an order number draws an after-care event to its purpose, and routine with it too")
    func entity() throws {
        let person = try Given.discover([
            #"{"type":"track","event":"Products Searched","userId":"u","messageId":"1","timestamp":"2026-03-02T10:00:00Z","properties":{"query":"garden table oak"}}"#,
            #"{"type":"track","event":"Order Completed","userId":"u","messageId":"2","timestamp":"2026-03-02T10:09:00Z","properties":{"order_id":"ORD-77120","text":"garden table oak"}}"#,
            #"{"type":"track","event":"Products Searched","userId":"u","messageId":"3","timestamp":"2026-03-09T10:00:00Z","properties":{"query":"running shoes size 41"}}"#,
            #"{"type":"track","event":"Push Received","userId":"u","messageId":"4","timestamp":"2026-03-09T11:00:00Z","properties":{"order_id":"ORD-77120","text":"Your parcel is on its way"}}"#,
        ])
        #expect(person.events[3].purpose == person.events[1].purpose)
        #expect(person.purposes[person.events[1].purpose].outcome == .fulfilled)
    }
}
