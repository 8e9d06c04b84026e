/// Message ids met so far, as 64 bits of a seeded hash each: one wrong refusal is to be expected among some four
/// billion ids.
struct MessageSet {
    private var slots = [UInt64](repeating: 0, count: 1 << 12)
    private var count = 0

    /// The hash of an id, the same on every thread of this process; never 0.
    static func hash(of id: ArraySlice<UInt8>) -> UInt64 {
        var hasher = Hasher()
        id.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize())) | 1
    }

    /// Whether the id is new.
    mutating func insert(_ id: ArraySlice<UInt8>) -> Bool { insert(hash: MessageSet.hash(of: id)) }

    /// Whether the id with this ``hash(of:)`` is new.
    mutating func insert(hash: UInt64) -> Bool {
        if count * 2 >= slots.count { grow() }
        var slot = Int(truncatingIfNeeded: hash >> 1) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] == hash { return false }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = hash
        count += 1
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for hash in old where hash != 0 {
            var slot = Int(truncatingIfNeeded: hash >> 1) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = hash
        }
    }
}
