/// A small table of numbers by hash, for one person at a time: open addressing in flat arrays that are kept.
struct KeyTable: Sendable {
    private static let capacityKept = 1_024

    /// 0 marks a free place.
    private var keys: [UInt64] = []
    private var values: [UInt64] = []
    private var count = 0

    /// Forgets every key; keeps the room unless it has grown beyond what is quickly cleared.
    mutating func removeAll() {
        guard keys.count <= KeyTable.capacityKept else {
            self = KeyTable()
            return
        }
        guard count > 0 else { return }
        for place in keys.indices { keys[place] = 0 }
        count = 0
    }

    /// The number of a key; 0 where it has none.
    subscript(key: UInt64) -> UInt64 {
        guard !keys.isEmpty else { return 0 }
        let key = key | 1
        let place = place(of: key)
        return keys[place] == key ? values[place] : 0
    }

    mutating func set(_ key: UInt64, to value: UInt64) { values[made(key)] = value }

    /// Sets bits.
    mutating func add(_ bits: UInt64, to key: UInt64) { values[made(key)] |= bits }

    private mutating func made(_ key: UInt64) -> Int {
        if keys.isEmpty { resize(to: 64) }
        let key = key | 1
        var place = place(of: key)
        if keys[place] == key { return place }
        if count * 4 >= keys.count * 3 {
            resize(to: keys.count * 2)
            place = self.place(of: key)
        }
        keys[place] = key
        values[place] = 0
        count += 1
        return place
    }

    private func place(of key: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: key >> 1) & (keys.count - 1)
        while keys[place] != 0, keys[place] != key { place = (place + 1) & (keys.count - 1) }
        return place
    }

    private mutating func resize(to capacity: Int) {
        let old = self
        keys = [UInt64](repeating: 0, count: capacity)
        values = [UInt64](repeating: 0, count: capacity)
        for index in old.keys.indices where old.keys[index] != 0 {
            let place = place(of: old.keys[index])
            keys[place] = old.keys[index]
            values[place] = old.values[index]
        }
    }
}
