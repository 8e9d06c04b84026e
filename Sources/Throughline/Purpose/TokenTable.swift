/// Which open purposes hold which tokens of one person: pieces, names of things, words, speakers.
///
/// One look-up answers for all purposes at once, by a bit for each slot. Open addressing in flat arrays; at most
/// ``tokensMax`` tokens, then those that no open purpose holds are forgotten, and if that is not enough new ones are
/// not kept.
struct TokenTable: Sendable {
    static let tokensMax = 16_384
    private static let capacityKept = 1_024

    /// What a token is; the same bytes may be a word and the name of a thing.
    enum Kind: UInt64 {
        case piece = 1
        case entity, word, author
    }

    private var keys: [UInt64] = []
    private var masks: [UInt64] = []
    private var events: [UInt32] = []
    private var count = 0

    /// Forgets every token; keeps the room unless it has grown beyond what is quickly cleared.
    mutating func removeAll() {
        guard keys.count <= TokenTable.capacityKept else {
            self = TokenTable()
            return
        }
        for place in keys.indices where keys[place] != 0 {
            keys[place] = 0
            masks[place] = 0
            events[place] = 0
        }
        count = 0
    }

    static func key(_ kind: Kind, _ value: UInt64) -> UInt64 {
        // 0 marks a free place.
        StableHash.mixed(value &+ kind.rawValue &* 0x9e37_79b9_7f4a_7c15) | 1
    }

    /// The purposes that hold a token and the number of the person's events that had it.
    func find(_ key: UInt64) -> (mask: UInt64, events: UInt32) {
        guard !keys.isEmpty else { return (0, 0) }
        let place = place(of: key)
        return keys[place] == key ? (masks[place], events[place]) : (0, 0)
    }

    mutating func insert(_ key: UInt64, mask: UInt64) {
        if keys.isEmpty { resize(to: 64) }
        var place = place(of: key)
        if keys[place] != key {
            if count * 2 >= keys.count {
                guard grow() else { return }
                place = self.place(of: key)
            }
            keys[place] = key
            count += 1
        }
        masks[place] |= mask
        events[place] &+= 1
    }

    /// Takes a purpose's bit from every token. O(tokens).
    mutating func clear(_ mask: UInt64) {
        for place in masks.indices { masks[place] &= ~mask }
    }

    private func place(of key: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: key >> 8) & (keys.count - 1)
        while keys[place] != 0, keys[place] != key { place = (place + 1) & (keys.count - 1) }
        return place
    }

    /// Makes room; false when the table is full of tokens in use.
    private mutating func grow() -> Bool {
        guard count >= TokenTable.tokensMax else {
            resize(to: keys.count * 2)
            return true
        }
        resize(to: keys.count, keepingUnheld: false)
        return count < TokenTable.tokensMax
    }

    private mutating func resize(to capacity: Int, keepingUnheld: Bool = true) {
        let old = (keys, masks, events)
        keys = [UInt64](repeating: 0, count: capacity)
        masks = [UInt64](repeating: 0, count: capacity)
        events = [UInt32](repeating: 0, count: capacity)
        count = 0
        for index in old.0.indices where old.0[index] != 0 && (keepingUnheld || old.1[index] != 0) {
            let place = place(of: old.0[index])
            keys[place] = old.0[index]
            masks[place] = old.1[index]
            events[place] = old.2[index]
            count += 1
        }
    }
}
