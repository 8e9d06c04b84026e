import Logging
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
        try Folding(records).folded(endingAt: ends)
    }

    private func ids(_ store: MemoryProfiles, _ id: String) -> [UInt64]? {
        try? store.timeline(of: id, organization: 1, after: nil, limit: 10_000, withChanges: true)?.events.map(
            \.key.position.rawValue)
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

    /// Searches of twelve people for four things.
    private func searches(_ count: Int, _ random: inout TestRandom) -> [EventRecord] {
        let topics = ["home loan", "credit card", "travel insurance", "phone plan"]
        return (0..<count).map { number in
            let (user, topic) = (Int.random(in: 0..<12, using: &random), topics.randomElement(using: &random)!)
            // Now and then a message comes again.
            let message = Int.random(in: 0..<20, using: &random) == 0 ? number / 2 : number
            let at = Instant(millisecondsSince1970: Int64(20_000_000 + number * 700) * 1_000)
            return EventRecord(
                source: 1, receivedAt: at, timestamp: at, isTimeSuspect: false, eventKind: .track,
                messageId: Array("m\(message)".utf8),
                json: Array(#"{"event":"Search","userId":"u\#(user)","properties":{"query":"\#(topic)"}}"#.utf8))
        }
    }

    /// Where each event of everybody is placed.
    private func placed(_ store: MemoryProfiles) throws -> [String: [TimelineEntry]] {
        var placed: [String: [TimelineEntry]] = [:]
        for user in (0..<12).map({ "u\($0)" }) {
            placed[user] = try store.timeline(of: user, organization: 1, after: nil, limit: 9_999, withChanges: true)?
                .events
        }
        return placed
    }

    /// The store after folding records in groups that end at some of them; at some of these the commit fails first.
    private func discovered(
        _ records: [EventRecord], limits: LiveDiscovery.Limits = LiveDiscovery.Limits(), endingAt ends: Set<Int> = [],
        failingAt failing: Set<Int> = []
    ) throws -> MemoryProfiles {
        try Folding(records, discovering: limits).folded(endingAt: ends, failingAt: failing)
    }

    @Test("events are placed the same however the log is cut, and whoever is kept in memory")
    func placings() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let records = searches(300, &random)
        let store = try discovered(records)
        let whole = try placed(store)
        #expect(whole.values.joined().count == store.counts().events)
        #expect(store.counts().duplicates > 0, "seed \(seed)")
        #expect(!whole.values.joined().contains { $0.placed == nil })
        #expect(whole.values.contains { Set($0.map { $0.placed!.purpose }).count > 1 })
        for _ in 0..<6 {
            let ends = Set((0..<30).map { _ in Int.random(in: 0..<300, using: &random) })
            let failing = ends.filter { _ in Bool.random(using: &random) }
            var limits = LiveDiscovery.Limits()
            limits.keptMax = Int.random(in: 0..<12, using: &random)
            limits.keptBytesMax = Int.random(in: 0..<20_000, using: &random)
            limits.readAtOnce = Int.random(in: 1..<20, using: &random)
            let cut = try discovered(records, limits: limits, endingAt: ends, failingAt: failing)
            #expect(try placed(cut) == whole, "seed \(seed)")
            #expect(cut.counts() == store.counts(), "seed \(seed)")
        }
    }

    @Test("a group that would bring too much into memory ends earlier, and loses nothing")
    func bringing() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let records = searches(300, &random)
        let whole = try discovered(records, endingAt: [99, 199])
        var limits = LiveDiscovery.Limits()
        (limits.keptMax, limits.broughtBytesMax, limits.readAtOnce) = (0, 1, 1)
        let folding = Folding(records, discovering: limits)
        let store = try folding.folded(endingAt: Set(stride(from: 11, to: 300, by: 12)))
        #expect(folding.groups > records.count / 12)
        #expect(try placed(store) == placed(whole), "seed \(seed)")
        #expect(store.counts() == whole.counts(), "seed \(seed)")
    }

    @Test("a group is worked out while the one before it is committed, and a commit that fails loses nothing")
    func pipeline() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let records = searches(600, &random)
        let whole = try discovered(records)
        for _ in 0..<4 {
            let log = MemoryLog()
            var all = LogRecords()
            for record in records { all.append { record.append(to: &$0) } }
            _ = try await log.append(all)
            let access = MemoryAccess()
            access.found(
                "tests", source: Source.Draft(name: "tests", kind: .server), keys: [],
                at: Instant(millisecondsSince1970: 0))
            var limits = FoldLimits()
            (limits.groupBytesMax, limits.hasteRecordsMin) = (Int.random(in: 500...9_000, using: &random), 1)
            let store = MemoryProfiles()
            let failing = FailingProfiles(
                store, failingAt: Set((0..<9).map { _ in Int.random(in: 0..<40, using: &random) }))
            let fold = try FoldService(
                log: log, profiles: failing, access: access,
                discovery: LiveDiscovery(model: Given.model, table: Given.table), limits: limits,
                logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
            var steps: [LogPosition] = []
            while fold.status.position < log.end {
                do { try fold.foldAll { steps.append($0) } } catch { #expect("\(error)" == "the disk is full") }
            }
            #expect(steps.count > 3 && steps == steps.sorted() && steps.last == log.end, "seed \(seed)")
            #expect(try placed(store) == placed(whole), "seed \(seed)")
            #expect(store.counts() == whole.counts(), "seed \(seed)")
            store.expectCounted()
        }
    }
}
