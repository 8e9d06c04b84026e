import Testing
import ThroughlineSimulation

@testable import Throughline
@testable import ThroughlineEngine

@Suite("segments beside the fold")
struct SegmentServiceTests {
    private static let hour = 3_600_000.0

    @Test("an event that makes a condition true brings her in, one that makes it false takes her out")
    func events() async throws {
        let world = try SegmentWorld()
        try await world.define("gold", #"traits.plan == "gold""#)
        try await world.define("viewers", #""Rates Viewed" in last7 && last7["Rates Viewed"] >= 2"#)
        try await world.track("anna", "Rates Viewed")
        try world.settle()
        #expect(try world.names(of: "gold").isEmpty && world.names(of: "viewers").isEmpty)
        try await world.event(#""type":"identify","userId":"anna","traits":{"plan":"gold"}"#)
        try await world.track("anna", "Rates Viewed")
        try world.settle()
        #expect(try world.names(of: "gold") == ["anna"] && world.names(of: "viewers") == ["anna"])
        try await world.event(#""type":"identify","userId":"anna","traits":{"plan":"gold"}"#, source: Folding.browser)
        try await world.event(#""type":"identify","userId":"anna","traits":{"plan":null}"#)
        try world.settle()
        #expect(try world.names(of: "gold").isEmpty)
    }

    @Test("time alone brings in and takes out, at the moment itself and at no other")
    func time() async throws {
        let world = try SegmentWorld()
        try await world.define("quiet", "silentDays >= 2 && silentDays < 4")
        try await world.define("lately", #""Rates Viewed" in last7"#)
        try await world.define("waiting", #"purposes.exists(p, p.silentDays > 6)"#)
        try await world.track("anna", "Rates Viewed")
        try world.settle()
        let came = world.now.value.millisecondsSince1970
        func now(_ days: Double, _ milliseconds: Int64 = 0) throws -> [Bool] {
            world.now.value = Instant(
                millisecondsSince1970: came + Int64(days * Double(SegmentWorld.day)) + milliseconds)
            try world.settle()
            return try ["quiet", "lately", "waiting"].map { try world.names(of: $0) == ["anna"] }
        }
        #expect(try now(0) == [false, true, false])
        #expect(try now(2, -1) == [false, true, false])
        #expect(try now(2) == [true, true, false])
        #expect(try now(4, -1) == [true, true, false])
        #expect(try now(4) == [false, true, false])
        #expect(try now(7, -1) == [false, true, false])
        #expect(try now(7) == [false, false, true])
        #expect(try now(90) == [false, false, true], "days that nobody looked are caught up with at once")
        #expect(try world.service.step() == false)
    }

    @Test("a definition that changes keeps its members until everybody was looked at; it goes on where it was stopped")
    func building() async throws {
        let world = try SegmentWorld()
        for person in 0..<10 { try await world.track("u\(person)", "Rates Viewed") }
        try await world.define("all", "true")
        try world.settle()
        #expect(try world.names(of: "all").count == 10)
        let since = world.memory.segmentMemberships(of: try #require(world.number("u1")))[0].since
        world.advance(days: 1)
        try await world.define("all", #"silentDays >= 1"#)
        try world.fold.foldAll { _ in }
        _ = try world.service.step()
        func standing() throws -> SegmentStanding { try #require(try world.memory.segmentStandings(of: 1).first) }
        #expect(try !standing().isComplete)
        #expect(try standing().done == 3 && standing().total == 10)
        #expect(try world.names(of: "all").count == 10)
        try await world.track("u9", "Rates Viewed")
        try await world.track("new", "Rates Viewed")
        try world.restart()
        try world.fold.foldAll { _ in }
        _ = try world.service.step()
        #expect(try standing().done == 6, "it did not begin again")
        #expect(try world.names(of: "all").contains("new"), "what was defined before still holds")
        try world.settle()
        #expect(try standing().isComplete)
        #expect(try world.names(of: "all").count == 9)
        #expect(world.memory.segmentMemberships(of: try #require(world.number("u1"))).map(\.since) == [since])
        try world.expectPlain("in the end")
    }

    @Test("what is defined as before while another definition is looked at takes no new look")
    func backAgain() async throws {
        let world = try SegmentWorld()
        for person in 0..<7 { try await world.track("u\(person)", "Rates Viewed") }
        try await world.define("all", "true")
        try world.settle()
        let number = world.memory.segmentSets()[0].number
        try await world.define("all", "false")
        try world.fold.foldAll { _ in }
        _ = try world.service.step()
        #expect(world.memory.segmentSets().count == 2)
        try await world.define("all", "true")
        try world.settle()
        #expect(world.memory.segmentSets().map(\.number) == [number])
        #expect(try world.names(of: "all").count == 7)
    }

    @Test("whoever makes a condition end with a fault, or take too long, is not in, and keeps nobody else out")
    func faults() async throws {
        let world = try SegmentWorld()
        // Each element of each list looks at each element of the others.
        let slow = "[1,2,3,4,5,6,7,8,9,10]"
        let nested =
            "\(slow).all(a, \(slow).all(b, \(slow).all(c, \(slow).all(d, \(slow).all(e, a + b + c + d + e > 0)))))"
        try await world.define("fault", #"traits.plan == "gold""#)
        try await world.define("slow", nested)
        try await world.define("unread", "nonsense(")
        try await world.define("fine", "identified")
        try await world.track("anna", "Rates Viewed")
        try await world.event(#""type":"identify","userId":"otto","traits":{"plan":"gold"}"#)
        try world.settle()
        #expect(try world.names(of: "fault") == ["otto"] && world.names(of: "slow").isEmpty)
        #expect(try world.names(of: "unread").isEmpty)
        #expect(try world.names(of: "fine") == ["anna", "otto"])
    }

    @Test("a list follows merges and their ends; who is erased is on none, and takes nobody else off it in a rebuild")
    func lists() async throws {
        let world = try SegmentWorld()
        for person in ["anna", "otto", "eve"] { try await world.track(person, "Rates Viewed") }
        try await world.define("vip", nil)
        for person in ["anna", "otto", "nobody"] { try await world.say(.segment(.list(world.user(person), on: "vip"))) }
        try await world.say(.segment(.list(world.user("eve"), on: "unknown")))
        try world.settle()
        #expect(try world.names(of: "vip") == ["anna", "otto"])
        try await world.say(.merge(world.user("otto"), world.user("eve")))
        try world.settle()
        let one = try #require(world.number("eve"))
        #expect(try world.members(of: "vip") == [one, try #require(world.number("anna"))])
        try await world.say(.separate([world.user("eve")]))
        try world.settle()
        #expect(try world.names(of: "vip") == ["anna", "otto"])
        try await world.say(.erase(try #require(world.number("anna"))))
        try world.settle()
        #expect(try world.names(of: "vip") == ["otto"])
        let waiting = world.memory.waiting(limit: 99)
        #expect(waiting.count == 2, "her event, and that she was put on the list")
        try await world.log.erase(waiting)
        let again = try SegmentWorld()
        _ = try await again.log.append(try world.log.records(from: .start, bytesMax: 1 << 20))
        again.now.value = world.now.value
        try again.settle()
        #expect(try again.names(of: "vip") == ["otto"])
        try await world.say(.segment(.delete(name: "vip")))
        try await world.define("vip", nil)
        try world.settle()
        #expect(try world.names(of: "vip").isEmpty, "another list of the same name")
    }

    @Test("a type that is called otherwise has everybody looked at again, and so has another size of the holdout")
    func basis() async throws {
        let world = try SegmentWorld()
        for person in 0..<12 {
            for step in ["Rates Viewed", "Calculator Used", "Loan Approved"] {
                try await world.track("u\(person)", step)
            }
        }
        try await world.define("home", #"purposes.exists(p, p.type == "Our own home")"#)
        try await world.define("held", "holdout")
        try world.settle()
        var gathering = JourneyGathering(model: Given.model, table: Given.table)
        for person in world.memory.people(of: 1, after: nil, limit: .max) {
            let entries = world.memory.entries(of: world.memory.members(of: person).filter(\.kind.hasStrand))
            try gathering.add(entries.sorted { $0.key < $1.key }, of: person, now: world.now.value)
        }
        var bytes: [UInt8] = []
        let making = gathering.maker.making(of: TypeBook(), at: world.now.value, eventCount: 36)
        try TypesRecord(organization: 1, receivedAt: world.now.value, making: making).append(to: &bytes)
        var records = LogRecords()
        records.append { $0.append(contentsOf: bytes) }
        _ = try await world.log.append(records)
        for person in 20..<24 { try await world.track("u\(person)", "Rates Viewed") }
        try world.settle()
        #expect(try world.names(of: "home").isEmpty)
        try await world.say(.type(.rename(1, "Our own home")))
        try world.settle()
        #expect(try world.names(of: "home") == ["u20", "u21", "u22", "u23"])
        try world.expectPlain("renamed")
        world.holdout = HoldoutGroup(percent: 50)
        try world.restart()
        try world.settle()
        try world.expectPlain("more are held out")
        #expect(try !world.names(of: "held").isEmpty)
    }

    @Test("of other organizations nothing is in, and nothing is looked at where there are no segments")
    func organizations() async throws {
        let world = try SegmentWorld()
        try await world.track("anna", "Rates Viewed")
        try world.settle()
        #expect(world.memory.segmentsWaiting(after: nil, limit: 1).isEmpty && world.memory.segmentSets().isEmpty)
        try await world.say(
            .segment(.define(SegmentDefinition(name: "all", title: "", rule: .condition("true")))), organization: 2)
        try await world.track("anna", "Rates Viewed")
        try world.settle()
        #expect(world.memory.segmentsWaiting(after: nil, limit: 1).isEmpty)
        let standing = try #require(try world.memory.segmentStandings(of: 2).first)
        #expect(standing.isComplete && standing.shown?.memberCount == 0)
        #expect(try world.memory.segmentStandings(of: 1).isEmpty)
    }

    @Test("traits that are too many to be read are left out behind those that are not")
    func traitBytes() async throws {
        let world = try SegmentWorld(discovers: false)
        let maker = SegmentFactMaker(holdout: HoldoutGroup(percent: 0))
        let long = String(repeating: "x", count: EventTrait.valueBytesMax - 2)
        let count = SegmentFactMaker.traitsBytesMax / EventTrait.valueBytesMax + 10
        var subject = SegmentSubject(organization: 1, naming: world.user("anna"), members: [])
        subject.traits = (0..<count).map { place in
            let strand = IdentifierNumber(record: UInt64(place / TraitRow.perStrandMax), ordinal: 0, kind: .user)
            return TraitRow(
                TraitRow.Key(strand: strand, subject: .person, name: "t\(1_000 + place)", isTrusted: true),
                organization: 1, value: "\"\(long)\"",
                said: .init(timestamp: world.now.value, position: LogPosition(UInt64(place))), words: [])
        }
        let facts = try maker.facts(of: subject, [.traits], types: TypeBook(), now: world.now.value)
        #expect(facts.traits.count > 400 && facts.traits.count < count)
        #expect(facts.traits.value(for: .string("t1000")) != nil)
        #expect(facts.traits.value(for: .string("t\(1_000 + count - 1)")) == nil)
        #expect(facts.claimed.count == 0)
    }
}
