import Foundation
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every implementation of ``Tallies`` keeps.
@Suite("stores of what is counted")
struct TalliesConformanceTests {
    private func withStores(_ body: (any Profiles) throws -> Void) throws {
        try body(MemoryProfiles())
        let folder = FileManager.default.temporaryDirectory.appending(path: "tallies-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(try SQLiteProfiles(path: folder.appending(path: "state.sqlite").path))
    }

    private static func put(_ counts: [CountKey: Int64], into store: any Profiles, at end: UInt64) throws {
        var added = Counts()
        for (key, count) in counts { added.add(Tally(count: count, total: 2 * count), to: key) }
        var changes = FoldChanges(end: LogPosition(end))
        changes.counts.counts = [(1, added)]
        try store.commit(changes)
    }

    private static let far = UInt64.max
    private static let keys = [
        CountKey(.node, type: 1, 7, 1), CountKey(.node, type: 1, 7, 2), CountKey(.node, type: 1, far, 1),
        CountKey(.node, type: 2, 7, 1), CountKey(.node, type: CountKey.anyType, 7, 1), CountKey(.variant, type: 1, 7),
        CountKey(.interactions, 24_312, 0),
    ]

    @Test("keep numbers by kind, type and what else a key says; what comes to nothing is not there")
    func keep() throws {
        try withStores { store in
            try Self.put(Dictionary(uniqueKeysWithValues: Self.keys.map { ($0, 3) }), into: store, at: 1)
            try Self.put([Self.keys[0]: 2, Self.keys[1]: -3], into: store, at: 2)
            func found(_ kind: CountKind, _ types: [UInt32], a: [UInt64]? = nil) throws -> [CountKey: Tally] {
                let found =
                    try a.map { try store.tallies(of: 1, kind, types: types, a: $0) }
                    ?? store.tallies(of: 1, kind, types: types)
                return Dictionary(uniqueKeysWithValues: found.map { ($0.key, $0.tally) })
            }
            let (three, five) = (Tally(count: 3, total: 6), Tally(count: 5, total: 10))
            #expect(try found(.node, [1]) == [Self.keys[0]: five, Self.keys[2]: three])
            #expect(try found(.node, [2, 1]).count == 3)
            #expect(try found(.node, [CountKey.anyType]) == [Self.keys[4]: three])
            #expect(try found(.interactions, [0]) == [Self.keys[6]: three])
            #expect(try found(.node, [1], a: [7, 8]) == [Self.keys[0]: five])
            #expect(try found(.node, [1, 2], a: [Self.far, 7]).count == 3)
            #expect(try found(.node, [], a: [7]).isEmpty && found(.node, [1], a: []).isEmpty)
            #expect(try store.tallies(of: 1, [Self.keys[3], Self.keys[1]]) == [three, .zero])
        }
    }

    @Test("know how many different sequences there are, whatever comes and goes")
    func sequences() throws {
        try withStores { store in
            var state: UInt64 = 3
            var counts: [CountKey: Int64] = [:]
            for turn in 1...40 {
                var added: [CountKey: Int64] = [:]
                for _ in 0..<20 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let key = CountKey(.variant, type: UInt32(state >> 62), (state >> 33) % 30, state >> 32 & 1)
                    // Takes back what is there as often as it adds.
                    let more = state >> 40 & 1 == 0 ? 1 : -(counts[key] ?? 0)
                    added[key, default: 0] += more
                    counts[key, default: 0] += more
                }
                try Self.put(added, into: store, at: UInt64(turn))
                for type in 0...4 as ClosedRange<UInt32> {
                    let expected = counts.count { $0.key.type == type && $0.value != 0 }
                    #expect(try store.sequenceCount(of: 1, type: type) == expected, "turn \(turn)")
                }
                #expect(try store.sequenceCount(of: 2, type: 0) == 0)
            }
        }
    }

    @Test("the sequences of most purposes are those of a plain list, for a type, types that count as one, and all")
    func variants() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            try withStores { store in try Self.checkVariants(seed, store) }
        }
    }

    private struct Taken: Hashable {
        var type: UInt32
        var steps: [UInt64]
    }

    /// Histories of few names in three types, of which the second counts as the first.
    private static func checkVariants(_ seed: UInt64, _ store: any Profiles) throws {
        var state = seed
        func random(_ below: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % below
        }
        var counts = Counts()
        var taken: [Taken: Int] = [:]
        for person in 0..<1_500 {
            let type = UInt32(1 + random(3))
            var tally = PersonTally()
            // Some go on for longer than a sequence is told.
            let length = random(100) == 0 ? 34 : 1 + random(6)
            var steps: [UInt64] = []
            for place in 0..<length {
                // Mostly the next, so that some sequences are of many.
                steps.append(length > 6 ? 1 : random(4) > 0 ? place : random(4))
                let step = CountedStep(
                    purpose: PurposeID(opening: "\(person)"), type: type, name: steps.last!, channel: 0,
                    milliseconds: Int64(place), order: place)
                #expect(tally.add(step, into: &counts))
            }
            taken[Taken(type: type, steps: steps), default: 0] += 1
        }
        counts.addSums()
        var changes = FoldChanges(end: LogPosition(1))
        changes.counts.counts = [(1, counts)]
        changes.counts.names = (0..<7).map { (1, StepName(hash: $0, text: "\($0)")) }
        try store.commit(changes)
        let reader = InsightReader(profiles: store, organization: 1)
        let book = try book()
        for (type, types) in [(nil, [1, 2, 3]), (1, [1, 2]), (3, [3])] as [(UInt16?, [UInt32])] {
            var plain: [[UInt64]: Int] = [:]
            for (sequence, count) in taken where types.contains(sequence.type) {
                plain[sequence.steps, default: 0] += count
            }
            for limit in [1, 20, 200] {
                let (found, count) = try reader.variants(of: type, in: book, limit: limit)
                #expect(count == plain.count, "\(types), seed \(seed)")
                #expect(found.map(\.purposes) == Array(plain.values.sorted(by: >).prefix(limit)), "seed \(seed)")
                #expect(Set(found.map(\.steps)).count == found.count)
                for variant in found {
                    let steps = variant.steps.map { UInt64($0)! } + (variant.isCut ? [1, 1] : [])
                    #expect(plain[steps] == variant.purposes, "\(steps), seed \(seed)")
                }
            }
        }
    }

    private static func book() throws -> TypeBook {
        var book = TypeBook()
        let centre = try #require(PackedVector(bytes: [UInt8](repeating: 0, count: 132)))
        let made = (1...3).map { type in
            TypeMaking.Made(
                id: 0,
                type: PurposeType(
                    name: "\(type)", terms: [], purposeCount: 1, outcomes: [:], milestones: [], centre: centre),
                isDivided: false, share: 0, drift: nil)
        }
        book.adopt(TypeMaking(madeAt: Instant(millisecondsSince1970: 0), eventCount: 0, types: made, retired: []))
        book.apply(.merge(2, into: 1))
        return book
    }
}
