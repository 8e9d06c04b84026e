import Foundation
import GRDB
import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

@Suite("known messages")
struct KnownMessagesTests {
    private static func small(youngMax: Int = 40) -> KnownMessages.Limits {
        var limits = KnownMessages.Limits()
        limits.youngMax = youngMax
        limits.runsPerLevel = 3
        limits.levelMax = 2
        return limits
    }

    private static func database() throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try StateSchema.migrator.migrate(queue)
        return queue
    }

    @Test(
        "are those of the last 30 days, whatever was merged, forgotten and opened again", arguments: [1 << 26, 300, 0])
    func reference(filterBytes: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        var limits = Self.small()
        limits.filterBytesMax = filterBytes
        let queue = try Self.database()
        var known = try queue.read { try KnownMessages($0, limits: limits) }
        var expected: [UInt64: Int32] = [:]
        var today: Int32 = 20_000
        var runsSeen = 0
        for step in 0..<600 {
            if Int.random(in: 0..<6, using: &random) == 0 { today += Int32.random(in: 0...9, using: &random) }
            if Int.random(in: 0..<25, using: &random) == 0 {
                known = try queue.read { try KnownMessages($0, limits: limits) }
            }
            let asked = (0..<20).map { _ in
                MessageKey(hash: UInt64.random(in: 0..<900, using: &random) &* 0x9E37_79B9_7F4A_7C15, day: today)
            }
            let answers = try queue.read { db in try asked.map { try known.contains($0, in: db) } }
            for (key, answer) in zip(asked, answers) {
                let isKnown = expected[key.hash].map { key.day - $0 <= MessageKey.daysMax } ?? false
                #expect(answer == isKnown, "seed \(seed), step \(step)")
            }
            let fresh = Set(zip(asked, answers).filter { !$0.1 }.map(\.0))
            let change = try queue.write { try known.adding(Array(fresh), today: today, in: $0) }
            known.adopt(change)
            for key in fresh { expected[key.hash] = key.day }
            runsSeen = max(runsSeen, known.runs.count)
        }
        #expect(runsSeen > 2, "seed \(seed)")
        #expect(
            known.runs.allSatisfy { StoredMessage.isRecent($0.newestDay, at: today) || $0.level > 0 }, "seed \(seed)")
        let pages = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message_page")! }
        #expect(pages == known.runs.reduce(0) { $0 + $1.firsts.count }, "no page is left behind, seed \(seed)")
    }

    @Test("that were written in a transaction that failed are not known")
    func failedTransaction() throws {
        struct Stop: Error {}
        let queue = try Self.database()
        for youngMax in [40, 1] {
            var known = try queue.read { try KnownMessages($0, limits: Self.small(youngMax: youngMax)) }
            let key = MessageKey(hash: 7, day: 20_000)
            #expect(throws: Stop.self) {
                try queue.write { db in
                    _ = try known.adding([key], today: 20_000, in: db)
                    throw Stop()
                }
            }
            let isKnown = try queue.read { try known.contains(key, in: $0) }
            #expect(!isKnown)
            known = try queue.read { try KnownMessages($0) }
            let isKnownAgain = try queue.read { try known.contains(key, in: $0) }
            #expect(!isKnownAgain)
        }
    }

    @Test("fill pages of the database and no more")
    func pages() throws {
        let queue = try Self.database()
        let known = try queue.read { try KnownMessages($0, limits: Self.small(youngMax: 1)) }
        let keys = (0..<1_000).map { MessageKey(hash: UInt64($0) << 40, day: 20_000) }
        let change = try queue.write { try known.adding(keys, today: 20_000, in: $0) }
        var after = known
        after.adopt(change)
        #expect(after.runs.map(\.firsts.count) == [3])
        #expect(MessagePage.bytes(of: keys.prefix(MessagePage.messagesMax).map(StoredMessage.init)).count <= 4_040)
    }

    @Test("a filter holds what was put in, and little else")
    func filter() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let keys = (0..<20_000).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
        var filter = BloomFilter(keys: keys.count)
        for key in keys { filter.insert(key) }
        #expect(keys.allSatisfy(filter.contains))
        let wrong = (0..<20_000).count { _ in filter.contains(UInt64.random(in: 0...UInt64.max, using: &random)) }
        #expect(wrong < 200, "one in a hundred at most, seed \(seed)")
        #expect(BloomFilter(words: filter.words) == filter)
        #expect(BloomFilter(words: []) == nil)
        #expect(BloomFilter(words: [1, 2]) == nil)
    }
}
