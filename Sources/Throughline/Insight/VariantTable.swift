/// Distinct sequences of steps, in one flat buffer.
struct VariantTable: Sendable {
    private struct Entry {
        var hash: UInt64
        var start: Int
        var count: Int
        var cases: Int
        var range: Range<Int> { start..<start + count }
    }

    private var entries: [Entry] = []
    private var sequences: [Int32] = []
    /// Places of entries + 1 by hash, or 0 where free (Knuth's linear probing).
    private var slots = [UInt32](repeating: 0, count: 64)

    mutating func add(_ steps: UnsafeBufferPointer<PathCounts.Step>, times sign: Int) {
        var hash = UInt64(steps.count)
        for step in steps { hash = (hash ^ UInt64(UInt32(bitPattern: step.activity))) &* 0x9e37_79b9_7f4a_7c15 }
        add(count: steps.count, hash: StableHash.mixed(hash), times: sign) { steps[$0].activity }
    }

    /// Adds all of another one.
    mutating func add(_ other: VariantTable) {
        other.sequences.withUnsafeBufferPointer { sequences in
            for entry in other.entries {
                add(count: entry.count, hash: entry.hash, times: entry.cases) { sequences[entry.start + $0] }
            }
        }
    }

    @inline(__always)
    private mutating func add(count: Int, hash: UInt64, times: Int, _ activity: (Int) -> Int32) {
        if entries.count * 2 >= slots.count { grow() }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].hash == hash, isSame(entries[place], count, activity) {
                entries[place].cases += times
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(entries.count + 1)
        entries.append(Entry(hash: hash, start: sequences.count, count: count, cases: times))
        for step in 0..<count { sequences.append(activity(step)) }
    }

    @inline(__always)
    private func isSame(_ entry: Entry, _ count: Int, _ activity: (Int) -> Int32) -> Bool {
        guard entry.count == count else { return false }
        for step in 0..<count where sequences[entry.start + step] != activity(step) { return false }
        return true
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 4)
        for (place, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(place + 1)
        }
    }

    /// Those of most cases first; of as many, in the order of their activities.
    func ordered() -> [(activities: ArraySlice<Int32>, cases: Int)] {
        sequences.withUnsafeBufferPointer { sequences in
            // Most are told apart by how they begin.
            var keyed: [(cases: Int, beginning: UInt64, place: UInt32)] = []
            for (place, entry) in entries.enumerated() where entry.cases > 0 {
                var beginning: UInt64 = 0
                for step in 0..<4 {
                    let activity = step < entry.count ? UInt64(sequences[entry.start + step] + 1) : 0
                    beginning = beginning << 16 | activity
                }
                keyed.append((entry.cases, beginning, UInt32(place)))
            }
            keyed.sort { one, other in
                if one.cases != other.cases { return one.cases > other.cases }
                if one.beginning != other.beginning { return one.beginning < other.beginning }
                return sequences[entries[Int(one.place)].range]
                    .lexicographicallyPrecedes(sequences[entries[Int(other.place)].range])
            }
            return keyed.map { (self.sequences[entries[Int($0.place)].range], $0.cases) }
        }
    }
}
