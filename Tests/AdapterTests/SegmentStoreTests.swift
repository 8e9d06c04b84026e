import Foundation
import Logging
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// The service of segments over each store, by the same log.
@Suite("segments in every store")
struct SegmentStoreTests {
    private static let conditions = [
        "identified", #""plan" in traits && traits.plan == "gold""#, "claimed.size() > 0", "silentDays > 2",
        "channels30.size() == 0", "!holdout", "purposes.size() == 0 && silentDays < 9", "true",
    ]
    private static let start: Int64 = 1_700_000_000_000

    private final class Clock: @unchecked Sendable {  // Unchecked: one thread moves it, and waits for the others.
        var now = Instant(millisecondsSince1970: SegmentStoreTests.start)
    }

    private static func record(
        _ random: inout some RandomNumberGenerator, _ number: Int, at time: Instant
    ) -> (bytes: [UInt8], isErasure: Bool) {
        let user = "u\(Int.random(in: 0..<30, using: &random))"
        var bytes: [UInt8] = []
        func command(_ command: CommandRecord.Command) -> [UInt8] {
            var bytes: [UInt8] = []
            try? CommandRecord(organization: 1, receivedAt: time, actor: "k", command: command).append(to: &bytes)
            return bytes
        }
        func identifier(_ value: String) -> Identifier { Identifier(organization: 1, kind: .user, value: value) }
        let other = identifier("u\(Int.random(in: 0..<30, using: &random))")
        switch Int.random(in: 0..<14, using: &random) {
        case 0: return (command(.merge(identifier(user), other)), false)
        case 1: return (command(.separate([identifier(user)])), false)
        case 2: return (command(.segment(.list(other, on: "list"))), false)
        case 3: return (command(.segment(.unlist(other, from: "list"))), false)
        case 4:
            let rule = SegmentDefinition.Rule.condition(conditions.randomElement(using: &random)!)
            let name = "s\(Int.random(in: 0..<4, using: &random))"
            return (command(.segment(.define(SegmentDefinition(name: name, title: name, rule: rule)))), false)
        case 5: return ([], true)
        default:
            let plan = Bool.random(using: &random) ? "gold" : "silver"
            let time = time.rfc3339
            let json =
                #"{"type":"identify","userId":"\#(user)","messageId":"m\#(number)","timestamp":"\#(time)","#
                + #""traits":{"plan":"\#(plan)","email":"\#(user)@example.com"}}"#
            let source: UInt32 = Int.random(in: 0..<3, using: &random) == 0 ? 2 : 1
            let at = (try? Instant(rfc3339: time)) ?? Instant(millisecondsSince1970: start)
            EventRecord(
                source: source, receivedAt: at, timestamp: at, isTimeSuspect: false, eventKind: .identify,
                messageId: Array("m\(number)".utf8), json: Array(json.utf8)
            ).append(to: &bytes)
            return (bytes, false)
        }
    }

    /// By segment, the numbers of who is in, as a store tells them.
    private static func told(_ store: some Profiles) throws -> [String: [UInt64]] {
        var told: [String: [UInt64]] = [:]
        for standing in try store.segmentStandings(of: 1) {
            #expect(standing.isComplete)
            let members = try standing.shown.map { try store.segmentMembers(of: $0.number, after: nil, limit: .max) }
            told[standing.definition.name] = members?.map(\.person.rawValue) ?? []
            #expect(standing.shown?.memberCount == members?.count)
        }
        return told
    }

    @Test("are the same, with merges, erasures, time, and definitions that change")
    func same() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let folder = FileManager.default.temporaryDirectory.appending(path: "segments-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (log, memory, access) = (MemoryLog(), MemoryProfiles(), MemoryAccess())
        let sqlite = try SQLiteProfiles(path: folder.appending(path: "state.sqlite").path)
        access.found(
            "tests", source: Source.Draft(name: "server", kind: .server), keys: [],
            at: Instant(millisecondsSince1970: 0))
        _ = try access.add(Source.Draft(name: "browser", kind: .browser), organization: 1)
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let clock = Clock()
        let holdout = HoldoutGroup(percent: 40)
        let folds = (
            try FoldService(log: log, profiles: memory, access: access, logger: logger),
            try FoldService(log: log, profiles: sqlite, access: access, logger: logger)
        )
        let services = (
            SegmentService(profiles: memory, holdout: holdout, now: { clock.now }, logger: logger),
            SegmentService(profiles: sqlite, holdout: holdout, now: { clock.now }, logger: logger)
        )
        func settle() throws {
            try folds.0.foldAll { _ in }
            try folds.1.foldAll { _ in }
            while try services.0.step() {}
            while try services.1.step() {}
        }
        func append(_ bytes: [UInt8]) async throws {
            var records = LogRecords()
            records.append { $0.append(contentsOf: bytes) }
            _ = try await log.append(records)
        }
        var bytes: [UInt8] = []
        try CommandRecord(
            organization: 1, receivedAt: clock.now, actor: "k",
            command: .segment(.define(SegmentDefinition(name: "list", title: "", rule: .list)))
        ).append(to: &bytes)
        try await append(bytes)
        for number in 0..<400 {
            let hours = Int64.random(in: 0..<12, using: &random)
            clock.now = Instant(millisecondsSince1970: clock.now.millisecondsSince1970 + hours * 3_600_000)
            var (bytes, isErasure) = Self.record(&random, number, at: clock.now)
            if isErasure {
                try settle()
                let user = "u\(Int.random(in: 0..<30, using: &random))"
                guard let row = memory.identity(named: user, organization: 1) else { continue }
                try CommandRecord(
                    organization: 1, receivedAt: clock.now, actor: "k", command: .erase(row.standing.person)
                ).append(to: &bytes)
            }
            try await append(bytes)
            guard number % 20 == 19 else { continue }
            try settle()
            let (one, other) = (try Self.told(memory), try Self.told(sqlite))
            #expect(one == other, "seed \(seed), step \(number)")
            #expect(
                try memory.segmentSets().map(\.memberCount) == sqlite.segmentSets().map(\.memberCount), "seed \(seed)")
        }
    }
}
