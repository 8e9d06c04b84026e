import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("Journey maps in the fold")
struct MapFoldTests {
    private static func log(_ random: inout TestRandom) throws -> LogRecords {
        let names = try ["home", "cards"].map { try #require(MapName($0)) }
        var log = LogRecords()
        for number in 0..<60 {
            let at = Instant(millisecondsSince1970: 1_700_000_000_000 + Int64(number) * 60_000)
            guard number % 3 > 0 else {
                let record = try Given.record(
                    #"{"type":"track","event":"Viewed","userId":"u\#(number % 5)","messageId":"\#(number)","timestamp":"2023-11-14T22:13:20Z"}"#,
                    at: at)
                log.append { record.append(to: &$0) }
                continue
            }
            let name = names[Int.random(in: 0...1, using: &random)]
            let (one, other) = (Int.random(in: 1...4, using: &random), Int.random(in: 1...4, using: &random))
            let edits: [MapEdit] = [
                .publish(name, text: "\(number)", isProposal: false),
                .publish(name, text: "\(number)", isProposal: true), .approve(name, version: one),
                .reject(name, version: one), .migrate(name, from: one, to: other), .retire(name),
            ]
            let command = CommandRecord(
                organization: UInt32.random(in: 1...2, using: &random), receivedAt: at,
                actor: Bool.random(using: &random) ? "a" : "b",
                command: .map(edits[Int.random(in: 0..<edits.count, using: &random)]))
            var bytes: [UInt8] = []
            try command.append(to: &bytes)
            log.append { $0.append(contentsOf: bytes) }
        }
        return log
    }

    @Test("are the same however records are cut into groups, and where commits fail; a rebuild has the same")
    func groups() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        for discovers in [true, false] {
            let records = try Self.log(&random)
            func folding() -> Folding { Folding(records, discovering: discovers ? .init() : nil) }
            let whole = try folding().folded()
            #expect(!whole.mapShelf(of: 1).maps.isEmpty, "seed \(seed)")
            #expect(whole.counts().unreadable == 0)
            for _ in 0..<10 {
                let ends = Set((0..<12).map { _ in Int.random(in: 0..<records.count, using: &random) })
                let failing = ends.filter { _ in Bool.random(using: &random) }
                let store = try folding().folded(endingAt: ends, failingAt: failing)
                for organization: UInt32 in 1...3 {
                    #expect(
                        store.mapShelf(of: organization) == whole.mapShelf(of: organization), "seed \(seed)")
                }
                #expect(store.entries(of: store.allStrands) == whole.entries(of: whole.allStrands), "seed \(seed)")
            }
            #expect(whole.mapShelf(of: 3) == MapShelf())
        }
    }

    @Test("say who said what, when, and where in the log it stands")
    func said() throws {
        let name = try #require(MapName("home"))
        var log = LogRecords()
        let record = try Given.record(
            #"{"type":"track","event":"Viewed","userId":"u","messageId":"1","timestamp":"2023-11-14T22:13:20Z"}"#)
        log.append { record.append(to: &$0) }
        for (number, (key, edit)) in [
            ("a", MapEdit.publish(name, text: "x", isProposal: true)), ("b", .approve(name, version: 1)),
        ].enumerated() {
            var bytes: [UInt8] = []
            try CommandRecord(
                organization: 1, receivedAt: Instant(millisecondsSince1970: Int64(number)), actor: key,
                command: .map(edit)
            ).append(to: &bytes)
            log.append { $0.append(contentsOf: bytes) }
        }
        log.append { TickRecord(receivedAt: Instant(millisecondsSince1970: 1)).append(to: &$0) }
        let store = try Folding(log).folded()
        // What is no event is none that came twice.
        #expect(store.counts().events == 1 && store.counts().duplicates == 0)
        let version = try #require(store.mapShelf(of: 1)[name]?.current)
        let approved = MapSaying(by: "b", at: Instant(millisecondsSince1970: 1), position: 2)
        #expect(version.published == MapSaying(by: "a", at: Instant(millisecondsSince1970: 0), position: 1))
        #expect(version.standing == .holds(approved: approved) && version.since == 2 && version.text == "x")
    }
}
