import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("what is waited for of a person")
struct WatchTests {
    private static func entry(_ number: Int, _ purpose: String, _ stage: Stage? = nil) -> TimelineEntry {
        TimelineEntry(
            organization: 1, strand: IdentifierNumber(record: UInt64(number % 3), ordinal: 0, kind: .user),
            key: TimelineEntry.Key(
                timestamp: Instant(millisecondsSince1970: Int64(number) * 1_000), position: LogPosition(UInt64(number))),
            placed: PlacedEvent(purpose: PurposeID(opening: purpose), isRoutine: false, confidence: 700, stage: stage))
    }

    private static func watch(_ purposes: [String], into changes: inout [PurposeChange]) -> Watch {
        var watch = Watch()
        for (number, purpose) in purposes.enumerated() {
            let entry = entry(number, purpose, number % 7 == 6 ? .declined : nil)
            watch.note(
                entry, entry.placed!, arrival: entry.key.timestamp, isOpening: true, into: &changes)
        }
        return watch
    }

    @Test("follows as many purposes as may be, those that were silent longest are let go")
    func threads() {
        var changes: [PurposeChange] = []
        let watch = Self.watch((0..<Watch.threadsMax + 6).map { "\($0)" }, into: &changes)
        #expect(watch.threads.count == Watch.threadsMax)
        #expect(watch.threads.map(\.position.rawValue).min() == 6)
        var both = watch
        both.absorb(Self.watch((100..<110).map { "\($0)" }, into: &changes))
        #expect(both.threads.count == Watch.threadsMax)
    }

    @Test("is the same when it is read again; bytes that are cut or altered are refused, and none crashes")
    func bytes() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        var changes: [PurposeChange] = []
        var person = LivePerson()
        person.watch = Self.watch((0..<20).map { "\($0 % 6)" }, into: &changes)
        let bytes = person.encoded()
        var again = LivePerson()
        try bytes.withUnsafeBytes { try again.decode($0) }
        #expect(again.watch == person.watch && again.encoded() == bytes)
        for _ in 0..<2_000 {
            var altered = bytes
            if Bool.random(using: &random) {
                altered.removeLast(Int.random(in: 1...bytes.count, using: &random))
            } else {
                altered[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            #expect(throws: StateError.self, "seed \(seed)") { try altered.withUnsafeBytes { try again.decode($0) } }
        }
    }

    @Test("all that repair moved away is told where it went, and the outcome goes with its event")
    func moves() {
        var changes: [PurposeChange] = []
        var watch = Self.watch(["a", "a", "b", "b", "b", "b", "b"], into: &changes)
        #expect(changes.map(\.kind).filter { $0 == .closed(.declined) }.count == 1)
        changes = []
        for number in [0, 6, 1] {
            let from = number == 6 ? "b" : "a"
            watch.move(
                Self.entry(number, from == "a" ? "b" : "c", number == 6 ? .declined : nil),
                from: PurposeID(opening: from), isOpening: number == 6,
                at: Instant(millisecondsSince1970: 9_000),
                into: &changes)
        }
        let (a, b) = (PurposeID(opening: "a"), PurposeID(opening: "b"))
        #expect(
            changes.map(\.kind) == [
                .moved(from: a), .opened, .moved(from: b), .closed(.declined), .moved(from: a), .merged(into: b),
            ])
        #expect(watch.threads.map(\.eventCount) == [6, 1])
        #expect(watch.threads.map(\.outcome) == [nil, .declined])
    }
}
