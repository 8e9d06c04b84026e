import Foundation
import Testing
import Throughline
import ThroughlineEngine

@testable import ThroughlineEmbedded

/// How long it takes to ask what very many steps come to. A figure, no test: it runs where `THROUGHLINE_FIGURES` is set.
@Suite("figures of insights", .enabled(if: ProcessInfo.processInfo.environment["THROUGHLINE_FIGURES"] != nil))
struct TallyFigures {
    private static let people = 900_000
    private static let types: UInt32 = 40
    private static let names: UInt64 = 400

    @Test("funnel, paths and variants over ten million steps")
    func tenMillion() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "figures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteProfiles(path: folder.appending(path: "state.sqlite").path)
        var state: UInt64 = 7
        func random(_ below: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % below
        }
        func name(_ type: UInt32, _ step: UInt64) -> UInt64 { StableHash.mixed(UInt64(type) << 32 | step % 10) }
        var (steps, changes, clock) = (0, FoldChanges(end: .start), ContinuousClock.now)
        var counts = Counts()
        var order: UInt64 = 0
        func flush() throws {
            changes = FoldChanges(end: LogPosition(order))
            counts.addSums()
            changes.counts.counts = [(1, counts)]
            try store.commit(changes)
            counts.removeAll()
        }
        for person in 0..<Self.people {
            var tally = PersonTally()
            var time: Int64 = 1_700_000_000_000 + Int64(random(20_000_000_000))
            for purpose in 0..<(1 + random(4)) {
                let type = 1 + UInt32(random(UInt64(Self.types)))
                let id = PurposeID(opening: "\(person)-\(purpose)")
                var at: UInt64 = 0
                for _ in 0..<(2 + random(6)) {
                    // Mostly the next step of the way, sometimes one again, sometimes another.
                    at = random(10) < 7 ? at + 1 : random(10)
                    time += Int64(random(90_000_000))
                    order += 1
                    let step = CountedStep(
                        purpose: id, type: type, name: name(type, at), channel: UInt16(1 + random(9)),
                        milliseconds: time,
                        order: order, outcome: at == 9 ? .fulfilled : nil)
                    #expect(tally.add(step, into: &counts))
                    steps += 1
                }
            }
            if counts.count > 200_000 { try flush() }
        }
        try flush()
        print("\(steps) steps of \(Self.people) people counted and stored in \(ContinuousClock.now - clock)")
        let rows = try store.sequenceCount(of: 1, type: CountKey.anyType)
        let size = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "state.sqlite").path)[.size]
        print("\(rows) sequences; \(size ?? 0) bytes without what is yet in the database's log")
        var book = TypeBook()
        let made = (1...Self.types).map { type in
            let milestones = (1...UInt64(9)).map {
                Milestone(
                    name: "step \($0)", nameHash: name(type, $0), ending: nil, share: 1, lift: 1, precedence: nil)
            }
            return TypeMaking.Made(
                id: 0,
                type: PurposeType(
                    name: "\(type)", terms: [], purposeCount: 1, outcomes: [:], milestones: milestones,
                    centre: try! #require(PackedVector(bytes: [UInt8](repeating: 0, count: 132)))), isDivided: false,
                share: 0, drift: nil)
        }
        book.adopt(
            TypeMaking(madeAt: Instant(millisecondsSince1970: 0), eventCount: 0, types: made, retired: []))
        let reader = InsightReader(profiles: store, organization: 1)
        func time(_ what: String, _ body: () throws -> Void) throws {
            var times: [Duration] = []
            for _ in 0..<9 {
                clock = .now
                try body()
                times.append(.now - clock)
            }
            print("\(what): median \(times.sorted()[4]), most \(times.max()!)")
        }
        try time("funnel of a type") { _ = try reader.funnel(of: 7, in: book) }
        try time("paths of a type") { _ = try reader.paths(of: 7, in: book) }
        try time("paths of all") { _ = try reader.paths(of: nil, in: book) }
        try time("variants of a type") { _ = try reader.variants(of: 7, in: book, limit: 20) }
        try time("variants of all") { _ = try reader.variants(of: nil, in: book, limit: 200) }
        try time("contacts") { _ = try reader.contacts() }
        try time("hand-overs of all") { _ = try reader.handovers(of: nil, in: book) }
        try time("cohorts of all") { _ = try reader.cohorts(of: nil, in: book) }
    }
}
