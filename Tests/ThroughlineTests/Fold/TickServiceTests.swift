import Logging
import Synchronization
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("time that goes on in the log")
struct TickServiceTests {
    /// Searches of one person; where the last one belongs is in doubt.
    private static let lines = ["home loan rates", "home loan calculator", "credit card without fee"].enumerated().map {
        #"{"type":"track","timestamp":"2023-11-14T22:13:20Z","event":"Search","userId":"u","messageId":"m\#($0)","properties":{"query":"\#($1)"}}"#
    }
    private static let start = Instant(millisecondsSince1970: 1_700_000_000_000)
    private static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    /// A log, what folds it, and what ticks by a clock that the test sets.
    private struct World {
        let log = MemoryLog()
        let store = MemoryProfiles()
        let fold: FoldService<MemoryProfiles>

        init() throws {
            let access = MemoryAccess()
            access.found(
                "tests", source: Source.Draft(name: "tests", kind: .server), keys: [],
                at: Instant(millisecondsSince1970: 0))
            fold = try FoldService(
                log: log, profiles: store, access: access,
                discovery: LiveDiscovery(model: Given.model, table: Given.table), logger: TickServiceTests.quiet)
        }
    }

    @Test("a tick comes when somebody must be looked at and nothing else says the time, and then no more")
    func ticks() async throws {
        let world = try World()
        let now = Now(Self.start)
        let ticking = TickService(log: world.log, profiles: world.store, now: { now.value }, logger: Self.quiet)
        #expect(try await !ticking.tickIfDue(), "nobody is there")
        var records = LogRecords()
        for (number, line) in Self.lines.enumerated() {
            let daysBefore = Int64(Self.lines.count - 1 - number) * 2
            let record = try Given.record(line, at: Self.start.advanced(byMilliseconds: -daysBefore * 86_400_000))
            records.append { record.append(to: &$0) }
        }
        _ = try await world.log.append(records)
        now.value = Self.start.advanced(byMilliseconds: 61 * 86_400_000)
        #expect(try await !ticking.tickIfDue(), "what waits to be folded says the time")
        now.value = Self.start
        try world.fold.foldAll { _ in }
        #expect(try await !ticking.tickIfDue(), "it is not time yet")
        // Her visit ends.
        now.value = Self.start.advanced(byMilliseconds: Watch.visitGapMilliseconds)
        #expect(try await ticking.tickIfDue())
        #expect(try await !ticking.tickIfDue(), "the tick is not folded yet")
        try world.fold.foldAll { _ in }
        #expect(try await !ticking.tickIfDue(), "nobody waits by now")
        let found = try world.store.changes(of: "u").map(\.kind)
        #expect(found.contains { if case .moved = $0 { true } else { false } }, "repair came")
        // Her purpose was silent for too long.
        now.value = Self.start.advanced(byMilliseconds: 60 * 86_400_000)
        #expect(try await ticking.tickIfDue())
        try world.fold.foldAll { _ in }
        let later = try world.store.changes(of: "u").map(\.kind)
        #expect(later.count == found.count + 2 && later.first == .closed(.lapsed))
        now.value = Self.start.advanced(byMilliseconds: 1_000 * 86_400_000)
        #expect(try await !ticking.tickIfDue())
        #expect(world.log.end == LogPosition(5))
        #expect(world.store.counts().unreadable == 0)
    }

    @Test("that no tick can be written is said once, however long it lasts")
    func failing() async throws {
        let world = try World()
        var records = LogRecords()
        for line in Self.lines {
            let record = try Given.record(line, at: Self.start)
            records.append { record.append(to: &$0) }
        }
        _ = try await world.log.append(records)
        try world.fold.foldAll { _ in }
        await world.log.close()
        let told = Told()
        let naps = Mutex(0)
        let service = TickService(
            log: world.log, profiles: world.store, now: { Self.start.advanced(byMilliseconds: 1 << 33) },
            logger: Logger(label: "tests") { _ in told },
            sleep: { _ in
                let count = naps.withLock { count in
                    count += 1
                    return count
                }
                if count == 3 { throw CancellationError() }
            })
        try await service.run()
        #expect(told.messages == ["silences wait"])
    }

    /// Keeps what is said.
    private final class Told: LogHandler {
        private let said = Mutex<[String]>([])
        var messages: [String] { said.withLock { $0 } }
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .info }
            set {}
        }
        subscript(metadataKey _: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        func log(event: LogEvent) { said.withLock { $0.append("\(event.message)") } }
    }
}
