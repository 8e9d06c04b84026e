extension OpenPurposes {
    /// Takes in the open purposes of somebody who turned out to be the same person.
    ///
    /// Every purpose stays what it is; none is merged with another by this. Where together they are more than ``openMax``,
    /// those that were silent longest are closed. How many events lie behind a purpose's last one is what it was in its own
    /// stream.
    ///
    /// - Complexity: O(open purposes + tokens).
    public mutating func absorb(_ other: OpenPurposes) {
        guard other.eventCount > 0 else { return }
        guard eventCount > 0 else {
            self = other
            return
        }
        let halves = [self, other]
        self = OpenPurposes.joined(halves, keeping: OpenPurposes.latest(of: halves))
    }

    /// Closes a purpose: no event finds it any more.
    ///
    /// - Complexity: O(open purposes + tokens).
    public mutating func close(_ id: PurposeID) {
        guard let slot = slot(of: id) else { return }
        let halves = [self, OpenPurposes()]
        let kept = slots.indices.filter { $0 != slot }.map { Seat(half: 0, slot: $0) }
        self = OpenPurposes.joined(halves, keeping: kept)
    }

    /// Two people's purposes side by side, or one's and nobody's.
    ///
    /// - Parameter kept: the purposes that stay open, in the order they lie in.
    private static func joined(_ halves: [OpenPurposes], keeping kept: [Seat]) -> OpenPurposes {
        let (one, other) = (halves[0], halves[1])
        let later = other.eventCount > 0 && other.lastSecond > one.lastSecond ? 1 : 0
        let apart = other.eventCount > 0 && abs(other.lastSecond - one.lastSecond) > OpenPurposes.visitGapSeconds
        var joined = OpenPurposes()
        joined.eventCount = one.eventCount + other.eventCount
        joined.visit = one.visit + other.visit
        joined.purposeCount = one.purposeCount + other.purposeCount
        joined.singleEventPurposes = one.singleEventPurposes + other.singleEventPurposes
        joined.cosineCount = one.cosineCount + other.cosineCount
        joined.cosineSum = one.cosineSum + other.cosineSum
        joined.cosineSquares = one.cosineSquares + other.cosineSquares
        joined.lastSecond = halves[later].lastSecond
        joined.eventsOfVisit = halves[later].eventsOfVisit
        joined.run = halves[later].run
        joined.vectors.copy(OpenPurposes.contextRow, from: halves[later].vectors, OpenPurposes.contextRow)

        joined.slots.reserveCapacity(kept.count)
        joined.vectors.append(rows: kept.count * PurposeSummary.Row.perPurpose)
        for (place, seat) in kept.enumerated() {
            let (half, twin) = (halves[seat.half], halves[1 - seat.half])
            var purpose = half.slots[seat.slot]
            purpose.lastEvent += twin.eventCount
            purpose.lastVisit += twin.visit - (apart && seat.half != later ? 1 : 0)
            if seat.half == 1 { purpose.ordinal += one.purposeCount }
            joined.slots.append(purpose)
            for row in 0..<PurposeSummary.Row.perPurpose {
                let (from, to) = (PurposeSummary.Row.sum.of(seat.slot), PurposeSummary.Row.sum.of(place))
                joined.vectors.copy(to + row, from: half.vectors, from + row)
            }
            if seat.half == later, half.lastSlot == seat.slot { joined.lastSlot = Int32(place) }
        }
        for (number, half) in halves.enumerated() {
            var places: [(bit: UInt64, mask: UInt64)] = []
            for (place, seat) in kept.enumerated() where seat.half == number {
                places.append((1 << UInt64(seat.slot), 1 << UInt64(place)))
            }
            joined.tokens.take(half.tokens) { mask in
                places.reduce(0) { $0 | (mask & $1.bit != 0 ? $1.mask : 0) }
            }
        }
        return joined
    }

    /// A purpose of one of two people.
    private struct Seat {
        var half: Int
        var slot: Int
    }

    /// The purposes that stay open, in the order they lie in.
    private static func latest(of halves: [OpenPurposes]) -> [Seat] {
        let all = halves.indices.flatMap { half in halves[half].slots.indices.map { Seat(half: half, slot: $0) } }
        guard all.count > openMax else { return all }
        func silence(_ seat: Seat) -> (Int64, Int, Int) {
            (-halves[seat.half].slots[seat.slot].lastSecond, seat.half, seat.slot)
        }
        return all.sorted { silence($0) < silence($1) }.prefix(openMax).sorted {
            ($0.half, $0.slot) < ($1.half, $1.slot)
        }
    }
}

extension VectorRows {
    /// Makes a row what one of other vectors is.
    fileprivate mutating func copy(_ row: Int, from other: VectorRows, _ otherRow: Int) {
        other.withBytes(of: otherRow) { set(row, bytes: $0, scale: other.scales[otherRow]) }
    }
}

extension TokenTable {
    /// Takes in the tokens of another table.
    ///
    /// - Parameter moved: which purposes hold here what those of a mask held there.
    fileprivate mutating func take(_ other: TokenTable, moved: (UInt64) -> UInt64) {
        for (place, entry) in other.entries.enumerated() where entry.key != 0 {
            insert(entry.key, mask: moved(other.mask(at: place)), events: entry.events)
        }
    }
}
