/// Tallies by key, in one flat buffer in the order in which the keys came, and a table of their places.
///
/// A step moves a few numbers from one key to another and back again by the next, so what comes to nothing stays where it is
/// until there must be more room.
struct CountTable: Sendable {
    private struct Entry: Sendable {
        let key: CountKey
        var tally: Tally
    }

    private var entries: [Entry] = []
    /// Half of the hash of a key and one more than its place, or 0 where there is none. A power of two of them, or none.
    private var slots: [UInt64] = []
    /// Entries that have not come to nothing.
    private(set) var count = 0
    private let salt = CountTable.salt

    /// Another in each process, since strangers choose names: nobody can choose such that fall on one another. Nothing that is told
    /// depends on it.
    private static let salt: UInt64 = {
        var hasher = Hasher()
        hasher.combine(0)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }()

    subscript(key: CountKey) -> Tally { place(of: key).map { entries[$0].tally } ?? .zero }

    mutating func reserve(_ count: Int) {
        entries.reserveCapacity(count)
        if count * 2 >= slots.count { makeRoom(for: count) }
    }

    mutating func removeAll() {
        guard !entries.isEmpty else { return }
        entries.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = 0 }
        count = 0
    }

    mutating func add(_ tally: Tally, to key: CountKey) {
        if entries.count * 2 >= slots.count {
            guard tally != .zero else { return }
            entries.removeAll { $0.tally == .zero }
            makeRoom(for: entries.count * 2)
        }
        let hash = hash(of: key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            if let place = place(in: slots[slot], of: key, hash) {
                let sum = entries[place].tally + tally
                count += (sum == .zero ? 0 : 1) - (entries[place].tally == .zero ? 0 : 1)
                entries[place].tally = sum
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard tally != .zero else { return }
        entries.append(Entry(key: key, tally: tally))
        slots[slot] = hash & ~0xFFFF_FFFF | UInt64(entries.count)
        count += 1
    }

    /// The next that has not come to nothing from a place on, which moves behind it.
    func next(from place: inout Int) -> (key: CountKey, tally: Tally)? {
        while place < entries.count {
            let entry = entries[place]
            place += 1
            if entry.tally != .zero { return (entry.key, entry.tally) }
        }
        return nil
    }

    // MARK: Places

    private func place(of key: CountKey) -> Int? {
        guard !slots.isEmpty else { return nil }
        let hash = hash(of: key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            if let place = place(in: slots[slot], of: key, hash) { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    @inline(__always)
    private func place(in slot: UInt64, of key: CountKey, _ hash: UInt64) -> Int? {
        guard slot >> 32 == hash >> 32 else { return nil }
        let place = Int(slot & 0xFFFF_FFFF) - 1
        return entries[place].key == key ? place : nil
    }

    /// Lets there be slots for twice as many entries as there are to be.
    private mutating func makeRoom(for count: Int) {
        precondition(count < 1 << 31, "keys that half a slot can name")
        var slotCount = max(64, slots.count)
        while slotCount <= count * 2 { slotCount *= 2 }
        slots = [UInt64](repeating: 0, count: slotCount)
        for place in entries.indices {
            let hash = hash(of: entries[place].key)
            var slot = Int(truncatingIfNeeded: hash) & (slotCount - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
            slots[slot] = hash & ~0xFFFF_FFFF | UInt64(place + 1)
        }
    }

    @inline(__always)
    private func hash(of key: CountKey) -> UInt64 {
        let one = CountTable.folded(key.a ^ salt, key.b ^ key.head ^ 0x9e37_79b9_7f4a_7c15)
        return CountTable.folded(key.c ^ one, salt ^ 0xbf58_476d_1ce4_e5b9)
    }

    /// All bits of the product of two numbers, in one.
    @inline(__always)
    private static func folded(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
