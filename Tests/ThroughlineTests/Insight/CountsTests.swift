import Testing
import Throughline

@Suite("counts")
struct CountsTests {
    @Test("numbers are those of a plain table, whatever is added, taken back and forgotten")
    func equalsDictionary() {
        var random = Chance(seed: 21)
        var counts = Counts()
        var plain: [CountKey: Tally] = [:]
        for turn in 0..<40_000 {
            let key = CountKey(
                random.pick(CountKind.allCases), type: UInt32(random.below(2)), UInt64(random.below(3)),
                UInt64(random.below(turn < 20_000 ? 3 : 300)), random.next() & 1 << 63)
            // What was added last is taken back as often as not.
            let tally = random.chance(50) ? Tally(count: 1, total: 3) : .zero - (plain[key] ?? .zero)
            counts.add(tally, to: key)
            plain[key, default: .zero] += tally
            if plain[key] == .zero { plain[key] = nil }
            #expect(counts[key] == plain[key] ?? .zero)
            if turn % 1_000 == 0 { #expect(counts.plain == plain && counts.count == plain.count) }
            guard random.below(9_000) == 0 else { continue }
            counts.removeAll()
            plain = [:]
            #expect(counts.isEmpty && counts[key] == .zero)
        }
        #expect(counts.plain == plain && counts.count > 1_000)
    }

    @Test("the same numbers are the same counts, in whatever order they came")
    func equality() {
        let keys = (0..<500).map { CountKey(.step, type: 1, StableHash.mixed($0)) }
        var (one, other) = (Counts(), Counts(minimumCapacity: 3_000))
        for key in keys { one.add(Tally(count: 2), to: key) }
        for key in keys.reversed() {
            other.add(Tally(count: 7), to: key)
            other.add(Tally(count: -5), to: key)
        }
        #expect(one == other)
        #expect(one.map(\.key) == keys, "as they came")
        other.add(Tally(total: 1), to: keys[3])
        #expect(one != other)
    }

    @Test("counts add up and are taken back in any order, and what comes to nothing is not there")
    func addsUp() {
        let key = CountKey(.outcome, type: 1, 2)
        var counts = Counts()
        counts.add(Tally(count: 1, total: .max), to: key)
        counts.add(Tally(count: 1, total: 5), to: key)
        let twice = counts + counts
        #expect(twice[key] == Tally(count: 4, total: 8))
        #expect(twice - counts == counts)
        #expect((counts - counts).isEmpty)
        #expect(Counts.zero - twice + twice == .zero)
        counts.add(Tally(count: -2), to: key)
        #expect(counts.count == 1, "a sum is left")
        counts.add(.zero, to: CountKey(.purposes))
        #expect(counts.count == 1)
    }

    @Test("what is counted of purposes is summed over their types, and nothing else is")
    func sums() {
        var counts = Counts()
        var plain: [CountKey: Tally] = [:]
        for kind in CountKind.allCases {
            for type in [0, 1, 7] as [UInt32] {
                counts.add(Tally(count: 1 + Int64(type), total: 2), to: CountKey(kind, type: type, 1, 2, 3))
            }
            plain[CountKey(kind, type: CountKey.anyType, 1, 2, 3)] = Tally(count: 11, total: 6)
        }
        // Moved from one type to another: for all types it comes to nothing.
        counts.add(Tally(count: 1), to: CountKey(.step, type: 1, 9))
        counts.add(Tally(count: -1), to: CountKey(.step, type: 2, 9))
        for kind in [.between, .interactions, .customers, .retention, .overlap, .parallel] as [CountKind] {
            plain[CountKey(kind, type: CountKey.anyType, 1, 2, 3)] = nil
        }
        let before = counts
        counts.addSums()
        #expect((counts - before).plain == plain)
    }

    @Test("keys are in order by kind, type and then the rest")
    func ordersKeys() {
        let keys = [
            CountKey(.step, type: 2), CountKey(.step, type: 3, 0, 9), CountKey(.step, type: 3, 1),
            CountKey(.follows, type: 1, 0, 1), CountKey(.follows, type: 1, 0, 1, 1), CountKey(.parallel),
        ]
        #expect(Array(keys.reversed()).sorted() == keys)
        #expect(MemoryLayout<CountKey>.size == 32)
    }
}
