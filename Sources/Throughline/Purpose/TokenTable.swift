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

    /// 0 marks a free place. 32 bits: among the tokens of one person hardly two share them.
    private var keys: [UInt32] = []
    /// The low 16 bits of each mask.
    private var masks: [UInt16] = []
    /// The other 48 bits, `[3 * place...]`; empty for a person who never had more than 16 purposes open.
    private var highMasks: [UInt16] = []
    private var events: [UInt16] = []
    private var count = 0

    /// Forgets every token; keeps the room unless it has grown beyond what is quickly cleared.
    mutating func removeAll() {
        guard keys.count <= TokenTable.capacityKept, highMasks.isEmpty else {
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

    static func key(_ kind: Kind, _ value: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.mixed(value &+ kind.rawValue &* 0x9e37_79b9_7f4a_7c15) >> 32) | 1
    }

    /// The purposes that hold a token and the number of the person's events that had it.
    func find(_ key: UInt32) -> (mask: UInt64, events: UInt32) {
        guard !keys.isEmpty else { return (0, 0) }
        let place = place(of: key)
        return keys[place] == key ? (mask(at: place), UInt32(events[place])) : (0, 0)
    }

    mutating func insert(_ key: UInt32, mask: UInt64) {
        if keys.isEmpty { resize(to: 32) }
        var place = place(of: key)
        if keys[place] != key {
            if count * 4 >= keys.count * 3 {
                guard grow() else { return }
                place = self.place(of: key)
            }
            keys[place] = key
            count += 1
        }
        add(mask, at: place)
        if events[place] < .max { events[place] += 1 }
    }

    /// Takes a purpose's bit from every token. O(tokens).
    mutating func clear(_ mask: UInt64) {
        for place in masks.indices { masks[place] &= ~UInt16(truncatingIfNeeded: mask) }
        for index in highMasks.indices {
            highMasks[index] &= ~UInt16(truncatingIfNeeded: mask >> (16 + 16 * (index % 3)))
        }
    }

    private func mask(at place: Int) -> UInt64 {
        var mask = UInt64(masks[place])
        guard !highMasks.isEmpty else { return mask }
        for part in 0..<3 { mask |= UInt64(highMasks[3 * place + part]) << UInt64(16 + 16 * part) }
        return mask
    }

    private mutating func add(_ mask: UInt64, at place: Int) {
        masks[place] |= UInt16(truncatingIfNeeded: mask)
        guard mask >> 16 != 0 || !highMasks.isEmpty else { return }
        if highMasks.isEmpty { highMasks = [UInt16](repeating: 0, count: 3 * keys.count) }
        for part in 0..<3 { highMasks[3 * place + part] |= UInt16(truncatingIfNeeded: mask >> (16 + 16 * part)) }
    }

    private func place(of key: UInt32) -> Int {
        var place = Int(key >> 1) & (keys.count - 1)
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
        let old = self
        keys = [UInt32](repeating: 0, count: capacity)
        masks = [UInt16](repeating: 0, count: capacity)
        events = [UInt16](repeating: 0, count: capacity)
        highMasks = old.highMasks.isEmpty ? [] : [UInt16](repeating: 0, count: 3 * capacity)
        count = 0
        for index in old.keys.indices where old.keys[index] != 0 && (keepingUnheld || old.mask(at: index) != 0) {
            let place = place(of: old.keys[index])
            keys[place] = old.keys[index]
            add(old.mask(at: index), at: place)
            events[place] = old.events[index]
            count += 1
        }
    }
}
