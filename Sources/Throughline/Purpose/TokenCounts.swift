/// Which words and things an event shares with each open purpose, for all of them at once.
struct TokenCounts: Sendable {
    /// `[slot]`, as weights of pieces.
    private var cover = [Float](repeating: 0, count: OpenPurposes.openMax)
    private var exclusive = [Float](repeating: 0, count: OpenPurposes.openMax)
    private var rarest = [Float](repeating: 0, count: OpenPurposes.openMax)
    /// `[slot]`, as numbers of things.
    private var shared = [Float](repeating: 0, count: OpenPurposes.openMax)
    private(set) var sharedAlone = [Float](repeating: 0, count: OpenPurposes.openMax)
    /// Weight of the pieces that no open purpose holds.
    private(set) var unseen: Float = 0
    /// Purposes whose speakers the event names, and purposes that named its author.
    private var addressed: UInt64 = 0
    private var authorAddressed: UInt64 = 0

    /// Counts anew.
    ///
    /// - Parameters:
    ///   - open: how many purposes are open.
    ///   - events: the person's events so far.
    mutating func count(_ event: Encounter, in table: TokenTable, open: Int, events: Int64) {
        for slot in 0..<open {
            cover[slot] = 0
            exclusive[slot] = 0
            rarest[slot] = 0
            shared[slot] = 0
            sharedAlone[slot] = 0
        }
        unseen = 0
        addressed = 0
        authorAddressed = 0
        let text = event.text
        for index in 0..<text.pieceCount {
            let found = table.find(TokenTable.key(.piece, UInt64(text.piece(index))))
            add(piece: text.weight(index), found, events: events)
        }
        for index in 0..<event.things.count {
            add(thing: table.find(TokenTable.key(.entity, event.things[index])).mask)
        }
        guard event.author != 0 else { return }
        authorAddressed = table.find(TokenTable.key(.word, event.author)).mask
        for index in 0..<text.wordCount {
            addressed |= table.find(TokenTable.key(.author, text.word(index))).mask
        }
    }

    private mutating func add(piece weight: Float, _ found: (mask: UInt64, events: UInt32), events: Int64) {
        guard found.mask != 0 else {
            unseen += weight
            return
        }
        let isExclusive = found.mask & (found.mask - 1) == 0
        let rare = weight * naturalLog((Float(events) + 2) / (Float(found.events) + 1))
        var rest = found.mask
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            cover[slot] += weight
            if isExclusive { exclusive[slot] += weight }
            rarest[slot] = max(rarest[slot], rare)
            rest &= rest - 1
        }
    }

    private mutating func add(thing mask: UInt64) {
        let isExclusive = mask & (mask &- 1) == 0
        var rest = mask
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            shared[slot] += 1
            if isExclusive { sharedAlone[slot] += 1 }
            rest &= rest - 1
        }
    }

    /// Writes the signals of one candidate.
    func write(_ event: Encounter, slot: Int, trigrams: SIMD8<UInt64>, _ lane: SignalRows<Signal>.Lane) {
        let weight = event.text.weightSum
        lane[.tokenCover] = weight > 0 ? cover[slot] / weight : .nan
        lane[.exclusiveCover] = weight > 0 ? exclusive[slot] / weight : .nan
        lane[.rarestSharedToken] = weight > 0 ? rarest[slot] : .nan
        lane[.trigramCover] = event.text.hasTrigrams ? event.text.trigramCover(by: trigrams) : .nan
        lane[.sharedEntities] = event.things.count > 0 ? min(3, shared[slot]) : .nan
        lane[.exclusiveEntities] = event.things.count > 0 ? min(3, sharedAlone[slot]) : .nan
        let bit: UInt64 = 1 << UInt64(slot)
        lane[.addressesAuthor] = event.author != 0 ? (addressed & bit != 0 ? 1 : 0) : .nan
        lane[.authorAddressed] = event.author != 0 ? (authorAddressed & bit != 0 ? 1 : 0) : .nan
    }
}
