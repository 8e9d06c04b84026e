import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("the fold")
struct EventFoldTests {
    private static let dayMilliseconds: Int64 = 86_400_000

    private static func record(_ message: String, user: String?, visitor: String?, day: Int64) -> EventRecord {
        let ids = [user.map { #""userId":"\#($0)""# }, visitor.map { #""anonymousId":"\#($0)""# }].compactMap { $0 }
        let at = Instant(millisecondsSince1970: day * dayMilliseconds)
        return EventRecord(
            source: 1, receivedAt: at, timestamp: at, isTimeSuspect: false, eventKind: .track,
            messageId: Array(message.utf8), json: Array(#"{"event":"E",\#(ids.joined(separator: ","))}"#.utf8))
    }

    /// The state after folding records, in groups that end at some of them.
    private func folded(_ records: [EventRecord], endingAt ends: Set<Int>) throws -> MemoryProfiles {
        let store = MemoryProfiles()
        let fold = EventFold()
        var group = LogRecords()
        var start = 0
        for (index, record) in records.enumerated() {
            group.append { record.append(to: &$0) }
            guard ends.contains(index) || index == records.count - 1 else { continue }
            let changes = try fold.changes(of: group, at: LogPosition(UInt64(start)), over: store) { $0 == 1 ? 1 : nil }
            #expect(changes.end == LogPosition(UInt64(index + 1)))
            store.commit(changes)
            start = index + 1
            group.removeAll()
        }
        return store
    }

    private func ids(_ store: MemoryProfiles, _ id: String) -> [UInt64]? {
        try? store.timeline(of: id, organization: 1, after: nil, limit: 10_000)?.entries.map(\.key.position.rawValue)
    }

    @Test(
        "a message counts once in 30 days, and again after them, in one group and in two",
        arguments: [[], [0], [0, 1]])
    func duplicates(ends: [Int]) throws {
        let records = [0, 30, 31].map { Self.record("m", user: "u", visitor: nil, day: $0) }
        let store = try folded(records, endingAt: Set(ends))
        #expect(ids(store, "u") == [2, 0])
        #expect(store.counts().duplicates == 1)
    }

    @Test("a visitor who was nobody yet is the user that is named beside her")
    func visitors() throws {
        let records = [
            Self.record("1", user: nil, visitor: "v", day: 1), Self.record("2", user: "u", visitor: "v", day: 2),
            Self.record("3", user: "u", visitor: "w", day: 3), Self.record("4", user: nil, visitor: "w", day: 4),
        ]
        for ends in [[], [0, 1, 2]] {
            let store = try folded(records, endingAt: Set(ends))
            for id in ["u", "v", "w"] { #expect(ids(store, id) == [3, 2, 1, 0]) }
            #expect(store.counts().profiles == 1)
        }
    }

    @Test("records of sources that are not there, and broken ones, are left out and counted")
    func unreadable() throws {
        var stranger = Self.record("1", user: "u", visitor: nil, day: 1)
        stranger.source = 9
        var broken = Self.record("2", user: "u", visitor: nil, day: 1)
        broken.json = Array("{".utf8)
        let store = try folded([stranger, broken, Self.record("3", user: "u", visitor: nil, day: 1)], endingAt: [])
        #expect(store.counts().unreadable == 2)
        #expect(ids(store, "u") == [2])
    }

    @Test("the same log gives the same profiles, however it is cut into groups")
    func groups() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        var day: Int64 = 20_000
        let records = (0..<400).map { _ in
            day += Int.random(in: 0..<8, using: &random) == 0 ? Int64.random(in: 1...40, using: &random) : 0
            let user = Bool.random(using: &random) ? "u\(Int.random(in: 0..<9, using: &random))" : nil
            let visitor =
                user == nil || Bool.random(using: &random) ? "v\(Int.random(in: 0..<20, using: &random))" : nil
            return Self.record("m\(Int.random(in: 0..<150, using: &random))", user: user, visitor: visitor, day: day)
        }
        let whole = try folded(records, endingAt: [])
        #expect(whole.counts().duplicates > 0, "seed \(seed)")
        for _ in 0..<20 {
            let ends = Set(
                (0..<Int.random(in: 0..<400, using: &random)).map { _ in Int.random(in: 0..<400, using: &random) })
            let cut = try folded(records, endingAt: ends)
            #expect(cut.counts() == whole.counts(), "seed \(seed)")
            for id in (0..<9).map({ "u\($0)" }) + (0..<20).map({ "v\($0)" }) {
                #expect(ids(cut, id) == ids(whole, id), "seed \(seed), \(id)")
            }
        }
    }
}
