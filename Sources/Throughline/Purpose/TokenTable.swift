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

    /// A token where it lies.
    struct Entry {
        /// 0 marks a free place. 32 bits: among the tokens of one person hardly two share them.
        var key: UInt32 = 0
        /// The low 16 bits of the mask.
        var mask: UInt16 = 0
        var events: UInt16 = 0
    }

    private(set) var entries: [Entry] = []
    /// The other 48 bits of each mask, `[part * capacity + place]`, side by side so that a purpose is quickly cleared;
    /// empty for a person who never had more than 16 purposes open.
    private var highMasks: [UInt16] = []
    private(set) var count = 0

    init() {}

    var capacity: Int { entries.count }
    var isWide: Bool { !highMasks.isEmpty }

    /// Makes it a table of so many free places: 0, or a power of two. In the room that there is, where it fits.
    mutating func reset(capacity: Int, isWide: Bool) {
        if entries.count == capacity {
            for place in entries.indices { entries[place] = Entry() }
        } else {
            entries = [Entry](repeating: Entry(), count: capacity)
        }
        highMasks = isWide ? [UInt16](repeating: 0, count: 3 * capacity) : []
        count = 0
    }

    /// Puts a token back to where it was.
    mutating func restore(_ entry: Entry, mask: UInt64, at place: Int) {
        entries[place] = entry
        add(mask, at: place)
        count += 1
    }

    /// Bytes of what is looked up first.
    var entryBytes: Int { entries.count * MemoryLayout<Entry>.stride }

    /// Forgets every token; keeps the room unless it has grown beyond what is quickly cleared.
    mutating func removeAll() {
        guard entries.count <= TokenTable.capacityKept, highMasks.isEmpty else {
            self = TokenTable()
            return
        }
        for place in entries.indices { entries[place] = Entry() }
        count = 0
    }

    static func key(_ kind: Kind, _ value: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: StableHash.mixed(value &+ kind.rawValue &* 0x9e37_79b9_7f4a_7c15) >> 32) | 1
    }

    /// The purposes that hold a token and the number of the person's events that had it.
    func find(_ key: UInt32) -> (mask: UInt64, events: UInt32) {
        guard !entries.isEmpty else { return (0, 0) }
        let place = place(of: key)
        return entries[place].key == key ? (mask(at: place), UInt32(entries[place].events)) : (0, 0)
    }

    /// - Parameter events: how many of the person's events had it.
    mutating func insert(_ key: UInt32, mask: UInt64, events: UInt16 = 1) {
        if entries.isEmpty { resize(to: 32) }
        var place = place(of: key)
        if entries[place].key != key {
            if count * 4 >= entries.count * 3 {
                guard grow() else { return }
                place = self.place(of: key)
            }
            entries[place].key = key
            count += 1
        }
        add(mask, at: place)
        let sum = entries[place].events.addingReportingOverflow(events)
        entries[place].events = sum.overflow ? .max : sum.partialValue
    }

    /// Takes a purpose's bit from every token. O(tokens).
    mutating func clear(slot: Int) {
        let kept = ~(UInt16(1) << UInt16(slot & 15))
        let capacity = entries.count
        if slot < 16 {
            entries.withUnsafeMutableBufferPointer { entries in
                for place in entries.indices { entries[place].mask &= kept }
            }
        } else if !highMasks.isEmpty {
            highMasks.withUnsafeMutableBufferPointer { masks in
                let start = (slot / 16 - 1) * capacity
                for place in start..<start + capacity { masks[place] &= kept }
            }
        }
    }

    func mask(at place: Int) -> UInt64 {
        var mask = UInt64(entries[place].mask)
        guard !highMasks.isEmpty else { return mask }
        for part in 0..<3 { mask |= UInt64(highMasks[part * entries.count + place]) << UInt64(16 + 16 * part) }
        return mask
    }

    private mutating func add(_ mask: UInt64, at place: Int) {
        entries[place].mask |= UInt16(truncatingIfNeeded: mask)
        guard mask >> 16 != 0 || !highMasks.isEmpty else { return }
        if highMasks.isEmpty { highMasks = [UInt16](repeating: 0, count: 3 * entries.count) }
        for part in 0..<3 {
            highMasks[part * entries.count + place] |= UInt16(truncatingIfNeeded: mask >> (16 + 16 * part))
        }
    }

    private func place(of key: UInt32) -> Int {
        var place = Int(key >> 1) & (entries.count - 1)
        while entries[place].key != 0, entries[place].key != key { place = (place + 1) & (entries.count - 1) }
        return place
    }

    /// Makes room; false when the table is full of tokens in use.
    private mutating func grow() -> Bool {
        guard count >= TokenTable.tokensMax else {
            resize(to: entries.count * 2)
            return true
        }
        resize(to: entries.count, keepingUnheld: false)
        return count < TokenTable.tokensMax
    }

    private mutating func resize(to capacity: Int, keepingUnheld: Bool = true) {
        let old = self
        entries = [Entry](repeating: Entry(), count: capacity)
        highMasks = old.highMasks.isEmpty ? [] : [UInt16](repeating: 0, count: 3 * capacity)
        count = 0
        for (index, entry) in old.entries.enumerated()
        where entry.key != 0 && (keepingUnheld || old.mask(at: index) != 0) {
            let place = place(of: entry.key)
            entries[place].key = entry.key
            add(old.mask(at: index), at: place)
            entries[place].events = entry.events
            count += 1
        }
    }
}
