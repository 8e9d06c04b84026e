import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("repair in the fold")
struct LiveRepairTests {
    /// The events of a simulated person who is known by one name all along; at most as many as repair waits for.
    private static func visit(_ person: Int, seed: UInt64) throws -> [String] {
        var lines: [String] = []
        Simulation(people: 60, days: 60, seed: seed).run(person: person) { line, _ in
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return try lines.prefix(Int(Watch.waitingMax)).map { line in
            var event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            event["anonymousId"] = nil
            event["previousId"] = nil
            event["userId"] = "u"
            return String(
                decoding: try JSONSerialization.data(withJSONObject: event, options: .sortedKeys), as: UTF8.self)
        }
    }

    private static func time(_ number: Int) -> Instant {
        Instant(millisecondsSince1970: 1_700_000_000_000 + Int64(number) * 60_000)
    }

    @Test("at the end of a visit events lie where a run over a file puts them, as sure as there")
    func visits() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var movedCount = 0
        for person in 0..<60 {
            let lines = try Self.visit(person, seed: seed)
            guard lines.count > 1 else { continue }
            let discovery = PersonDiscovery(
                model: Given.model, table: Given.table, repairs: true, describes: false)
            for (number, line) in lines.enumerated() {
                var event = try Given.event(line)
                event.timestamp = Self.time(number)
                discovery.add(event)
            }
            let whole = discovery.finish(person: "u", now: Self.time(lines.count))
            let live = try Given.live(
                try lines.enumerated().map { try Given.record($1, at: Self.time($0)) })
            for (event, placed) in zip(whole.events, live.repaired) {
                #expect(whole.purposes[event.purpose].id == placed.purpose, "seed \(seed), person \(person)")
                #expect(
                    PlacedEvent.thousandths(event.confidence) == placed.confidence, "seed \(seed), person \(person)")
            }
            movedCount += live.2.count { if case .moved = $0.kind { true } else { false } }
        }
        #expect(movedCount > 0, "seed \(seed): repair changed nothing")
    }

    @Test("what becomes of purposes is told in order, and adds up to where the events lie")
    func changes() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        for person in 0..<30 {
            var lines: [String] = []
            Simulation(people: 30, days: 60, seed: seed).run(person: person) { line, _ in
                lines.append(String(decoding: line, as: UTF8.self))
            }
            guard !lines.isEmpty else { continue }
            let live = try Given.live(try lines.map { try Given.record($0) })
            var open: Set<PurposeID> = []
            var merged: Set<PurposeID> = []
            for change in live.2 {
                switch change.kind {
                case .opened: open.insert(change.purpose)
                case .moved(let from): #expect(from != change.purpose, "seed \(seed)")
                case .merged(let into):
                    merged.insert(change.purpose)
                    #expect(into != change.purpose && open.contains(into), "seed \(seed)")
                case .closed, .stalled, .dormant: #expect(open.contains(change.purpose), "seed \(seed)")
                }
            }
            #expect(Set(live.2.map(\.key)).count == live.2.count, "seed \(seed)")
            let placed = Set(live.repaired.filter { !$0.isRoutine }.map(\.purpose))
            #expect(placed == open.subtracting(merged.subtracting(placed)), "seed \(seed), person \(person)")
            // Two months later nothing is open.
            let closed = Set(live.2.compactMap { if case .closed = $0.kind { $0.purpose } else { nil } })
            #expect(placed.isSubset(of: closed), "seed \(seed), person \(person)")
        }
    }

    @Test("silence is told with the moment at which it was long enough, whenever that is looked at")
    func silence() throws {
        let start = Instant(millisecondsSince1970: 1_700_000_000_000)
        let line =
            #"{"type":"track","timestamp":"2023-11-14T22:13:20Z","event":"Search","userId":"u","messageId":"m","properties":{"query":"home loan"}}"#
        let lapsed = start.advanced(byMilliseconds: 60 * 86_400_000)
        func changes(_ tick: Instant) throws -> [PurposeChange] {
            try Folding([try Given.record(line, at: start)], tick: tick, discovering: .init()).folded().changes(of: "u")
        }
        let dormant = start.advanced(byMilliseconds: 14 * 86_400_000)
        #expect(try changes(dormant.advanced(byMilliseconds: -1)).map(\.kind) == [.opened])
        #expect(try changes(lapsed.advanced(byMilliseconds: -1)).map(\.kind.name) == ["dormant", "opened"])
        for late in [0, 1, 1_000_000_000_000] as [Int64] {
            let told = try changes(lapsed.advanced(byMilliseconds: late))
            #expect(told.map(\.kind.name) == ["closed", "dormant", "opened"])
            #expect(told.prefix(2).map(\.key.timestamp) == [lapsed, dormant])
            #expect(told[1].kind.silence?.seconds == 14 * 86_400 && told[1].kind.silence?.missing == 0)
        }
    }

    @Test("a purpose that was closed by silence is opened again by an event of its own")
    func reopening() throws {
        let lines = (0..<2).map { number in
            #"{"type":"track","timestamp":"2023-11-14T22:13:20Z","event":"Order Shipped","userId":"u","messageId":"m\#(number)","properties":{"order_id":"A-7731","query":"garden furniture"}}"#
        }
        let start = Instant(millisecondsSince1970: 1_700_000_000_000)
        let records = try lines.enumerated().map { number, line in
            try Given.record(line, at: start.advanced(byMilliseconds: Int64(number) * 70 * 86_400_000))
        }
        let store = try Folding(records, discovering: .init()).folded()
        let purposes = Set(store.entries(of: store.allStrands).map { $0.placed!.purpose })
        #expect(purposes.count == 1)
        #expect(try store.changes(of: "u").map(\.kind.name) == ["opened", "closed", "dormant", "opened"])
    }

    @Test("people are looked at some at a time, and all in the end")
    func many() throws {
        var limits = LiveDiscovery.Limits()
        limits.lookedAtMax = 3
        let start = Instant(millisecondsSince1970: 1_700_000_000_000)
        let records = try (0..<20).map { number in
            try Given.record(
                #"{"type":"track","timestamp":"2023-11-14T22:13:20Z","event":"Search","userId":"u\#(number)","messageId":"m\#(number)","properties":{"query":"home loan"}}"#,
                at: start)
        }
        for kept in [0, 5, 100] {
            limits.keptMax = kept
            let store = try Folding(
                records, tick: start.advanced(byMilliseconds: 100 * 86_400_000), discovering: limits
            ).folded(endingAt: [4, 9])
            for number in 0..<20 {
                #expect(try store.changes(of: "u\(number)").map(\.kind.name) == ["closed", "dormant", "opened"])
            }
            #expect(store.nextDue() == nil)
        }
    }
}
