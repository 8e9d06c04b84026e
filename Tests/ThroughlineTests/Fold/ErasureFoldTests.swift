import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("erasing somebody in the fold")
struct ErasureFoldTests {
    typealias Said = IdentityFoldTests.Said
    typealias Found = IdentityFoldTests.Found

    private static let a = Identifier(organization: 1, kind: .user, value: "a")

    /// A log in which somebody asks to be erased behind some event.
    private static func log(_ said: [Said], erasing identifier: Identifier, behind place: Int) throws -> LogRecords {
        let before = try Folding(IdentityFoldTests.log(Array(said[...place]), saying: [])).folded()
        let row = try #require(before.identities(of: [identifier])[0])
        return try IdentityFoldTests.log(said, saying: [(place, .erase(row.number))])
    }

    @Test("she is gone from every table, others are who they were, and what the log has of her waits")
    func erases() throws {
        let said = [
            Said(user: "a", visitor: "v", email: "a@x.example", minute: 0), Said(visitor: "v", minute: 5),
            Said(user: "b", visitor: "w", minute: 6), Said(user: "a", minute: 7),
        ]
        let store = try Folding(Self.log(said, erasing: Self.a, behind: 3), discovering: .init()).folded()
        for name in ["a", "v", "a@x.example"] {
            #expect(store.identity(named: name, organization: 1) == nil, "\(name)")
        }
        #expect(store.waiting(limit: 9).map(\.rawValue) == [0, 1, 3])
        #expect(store.isWaiting(for: LogPosition(4)) && !store.isWaiting(for: LogPosition(3)))
        #expect(store.counts().profiles == 1 && store.counts().events == 1)
        #expect(try store.timeline(of: "b", organization: 1, after: nil, limit: 9, withChanges: true)?.items.count == 2)
        store.settle([LogPosition(0), LogPosition(1), LogPosition(3)])
        #expect(store.waiting(limit: 9).isEmpty && !store.isWaiting(for: LogPosition(4)))
    }

    @Test("of her purposes that were silent for long by then nothing is told any more")
    func silence() throws {
        var log = LogRecords()
        let event = Said(user: "a", minute: 0).record(0)
        log.append { event.append(to: &$0) }
        var bytes: [UInt8] = []
        try CommandRecord(
            organization: 1, receivedAt: event.receivedAt.advanced(byMilliseconds: 61 * 86_400_000), actor: "k",
            command: .erase(IdentifierNumber(record: 0, ordinal: 0, kind: .user))
        ).append(to: &bytes)
        log.append { $0.append(contentsOf: bytes) }
        let store = try Folding(log, discovering: .init()).folded()
        #expect(store.waiting(limit: 9) == [LogPosition(0)])
        #expect(store.allPurposeChanges.isEmpty && store.nextDue() == nil)
        #expect(store.people([ProfileNumber(IdentifierNumber(record: 0, ordinal: 0, kind: .user))]) == [nil])
    }

    @Test("of a tablet that she shares nothing is left that may be hers; who else signed in there keeps hers")
    func shared() throws {
        let said = [
            Said(visitor: "v", minute: 0), Said(user: "a", visitor: "v", minute: 100),
            Said(user: "b", visitor: "v", minute: 300), Said(visitor: "v", minute: 500),
        ]
        let store = try Folding(Self.log(said, erasing: Self.a, behind: 3), discovering: .init()).folded()
        #expect(store.waiting(limit: 9).map(\.rawValue) == [0, 1, 3])
        let visitor = try #require(store.identity(named: "v", organization: 1))
        let b = try #require(store.identity(named: "b", organization: 1))
        #expect(visitor.standing.person == b.number && !visitor.hasEvents)
        #expect(
            try store.timeline(of: "v", organization: 1, after: nil, limit: 9, withChanges: true)?.events.map(
                \.key.position.rawValue)
                == [2])
    }

    @Test(
        "what names her and is on no timeline of hers waits too: messages that came again, commands, a name taken over")
    func mentions() throws {
        var log = try IdentityFoldTests.log([Said(user: "a", minute: 0)], saying: [])
        let again = Said(user: "a", minute: 0).record(0)
        log.append { again.append(to: &$0) }
        let consent = ConsentStatement(
            use: .marketing, channel: nil, decision: .granted, at: Instant(millisecondsSince1970: 5), manner: .stated,
            place: "", notice: nil)
        let b = Identifier(organization: 1, kind: .user, value: "b")
        let number = try #require(try Folding(log).folded().identities(of: [Self.a])[0]?.number)
        let alias = Said(user: "b", previous: "a", isBrowser: true, minute: 1).record(9)
        log.append { alias.append(to: &$0) }
        for command in [
            CommandRecord.Command.consent(Self.a, consent), .merge(Self.a, b), .separate([b]), .erase(number),
        ] {
            var bytes: [UInt8] = []
            try CommandRecord(
                organization: 1, receivedAt: Instant(millisecondsSince1970: 0), actor: "k", command: command
            ).append(to: &bytes)
            log.append { $0.append(contentsOf: bytes) }
        }
        for ends in [Set<Int>(), Set(0..<log.count)] {
            let store = try Folding(log).folded(endingAt: ends)
            #expect(store.identities(of: [Self.a]) == [nil])
            #expect(store.identities(of: [b])[0] != nil)
            #expect(store.waiting(limit: 9).map(\.rawValue).filter { $0 != 2 } == [0, 1, 3, 4])
        }
    }

    @Test("somebody whose timeline names the erased is made again though the log has that event no more")
    func remaking() throws {
        let said = [
            Said(user: "a", minute: 0), Said(user: "b", minute: 1),
            Said(user: "b", previous: "a", isBrowser: true, minute: 2), Said(user: "b", minute: 3),
        ]
        let before = try Self.log(said, erasing: Self.a, behind: 3)
        let store = try Folding(before, discovering: .init()).folded()
        #expect(store.waiting(limit: 9).map(\.rawValue) == [0, 2])
        var log = before.erasing([0, 2])
        let b = Identifier(organization: 1, kind: .user, value: "b")
        let correction = PurposeCorrection(.done, of: .event(LogPosition(3)))
        var bytes: [UInt8] = []
        try CommandRecord(
            organization: 1, receivedAt: said[3].record(3).receivedAt, actor: "k", command: .correct(b, correction)
        ).append(to: &bytes)
        log.append { $0.append(contentsOf: bytes) }
        let fold = EventFold(discovery: LiveDiscovery(model: Given.model, table: Given.table)) { [log] position in
            var part = LogRecords()
            part.append(Int(position.rawValue)..<Int(position.rawValue) + 1, of: log)
            return part
        }
        var said5 = LogRecords()
        said5.append(5..<6, of: log)
        let changes = try fold.changes(of: said5, at: LogPosition(5), over: store, source: Folding.source)
        store.commit(changes)
        let entries = store.entries(of: store.members(of: try #require(store.identities(of: [b])[0]).number))
        #expect(entries.map(\.key.position.rawValue) == [1, 2, 3])
        #expect(entries[1].placed == nil && entries[2].placed?.given == .end)
    }

    @Test("the state behind an erasure is that of the log without the records that wait, and she may come back")
    func rebuilding() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let isLong = ProcessInfo.processInfo.environment["THROUGHLINE_LONG"] != nil
        var backCount = 0
        for round in 0..<(isLong ? 20_000 : 80) {
            var said = IdentityFoldTests.history(&random)
            // By an alias another takes a name over: that is told apart above. What ties an address may be forgotten, where it was
            // said in her session first and in another's later: then the log says it again.
            let hasAddresses = round % 2 == 1
            for index in said.indices {
                said[index].previous = nil
                if !hasAddresses { said[index].email = nil }
            }
            let place = Int.random(in: 6..<said.count, using: &random)
            // Nobody's session goes on over the erasure.
            for index in said.indices where index > place { said[index].minute += 200 }
            let log = try Self.log(said, erasing: Self.a, behind: place)
            let ends = Set((0..<4).map { _ in Int.random(in: 0..<log.count, using: &random) })
            let store = try Folding(log, discovering: .init()).folded(
                endingAt: ends, failingAt: ends.filter { _ in Bool.random(using: &random) })
            let waiting = store.waiting(limit: .max)
            let left = log.erasing(waiting.map { Int($0.rawValue) })
            let again = try Folding(left, discovering: .init()).folded()
            let (live, rebuilt) = (try Found(store) { "\($0)" }, try Found(again) { "\($0)" })
            if hasAddresses {
                #expect(live.addresses.isSubset(of: rebuilt.addresses), "seed \(seed)")
            } else {
                #expect(live == rebuilt, "seed \(seed)")
                #expect(store.counts().profiles == again.counts().profiles, "seed \(seed)")
            }
            #expect(store.counts().events == again.counts().events, "seed \(seed)")
            #expect(again.waiting(limit: 9).isEmpty, "seed \(seed)")
            if store.identities(of: [Self.a])[0] != nil { backCount += 1 }
            // Nothing of hers from before is left.
            for record in 0...place {
                let names = left.withRecord(record) { String(decoding: $0, as: UTF8.self).contains(#""userId":"a""#) }
                #expect(!names, "seed \(seed)")
            }
        }
        #expect(backCount > 0, "seed \(seed)")
    }
}

extension ErasureFoldTests.Found {
    fileprivate var addresses: Set<String> { Set(people.keys.joined().filter { $0.hasPrefix("email") }) }
}
