extension OpenPurposes {
    /// What the bytes begin with; another number is another form.
    package static let form: UInt8 = 4

    /// The state as bytes. The same events give the same bytes, and what is read from them places every further event as
    /// the state itself would, whoever was read and written in between.
    ///
    /// Places of names are those of the tables that the state was last given.
    ///
    /// - Complexity: O(open purposes + tokens).
    public func encoded() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: encodedBytesMax) { room, count in
            var writer = StateWriter(UnsafeMutableRawBufferPointer(room))
            encode(to: &writer)
            writer.write(StableHash.ofMany(writer.bytes))
            count = writer.count
        }
    }

    /// Reads what ``encoded()`` made; the hash at its end finds what was altered.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(StateError) {
        self.init()
        try decode(bytes)
    }

    /// Becomes what ``encoded()`` was made of, in the room that there is.
    ///
    /// Where it throws, it is nobody's state any more.
    package mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        guard bytes.count > 8 else { throw StateError() }
        let content = UnsafeRawBufferPointer(rebasing: bytes.dropLast(8))
        let hash = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: content.count, as: UInt64.self))
        guard StableHash.ofMany(content) == hash else { throw StateError() }
        var reader = StateReader(content)
        try decode(from: &reader)
        guard reader.isAtEnd else { throw StateError() }
    }

    /// Bytes of the longest encoding of as many purposes and tokens.
    private var encodedBytesMax: Int {
        128 + slots.count * PurposeSummary.encodedBytesMax + vectors.count * (VectorRows.blockBytesPerRow + 5)
            + tokens.count * 16 + tokens.capacity / 8
    }

    private func encode(to writer: inout StateWriter) {
        writer.write(OpenPurposes.form)
        writer.write(eventCount)
        writer.write(visit)
        writer.write(lastSecond)
        writer.write(eventsOfVisit)
        writer.write(lastSlot)
        writer.write(run)
        writer.write(singleEventPurposes)
        writer.write(purposeCount)
        writer.write(cosineCount)
        writer.write(cosineSum)
        writer.write(cosineSquares)
        writer.write(UInt32(slots.count))
        for slot in slots.indices { slots[slot].encode(to: &writer) }
        vectors.encode(to: &writer)
        tokens.encode(to: &writer)
    }

    private mutating func decode(from reader: inout StateReader) throws(StateError) {
        guard try reader.number(UInt8.self) == OpenPurposes.form else { throw StateError() }
        eventCount = try reader.number()
        visit = try reader.number()
        lastSecond = try reader.number()
        eventsOfVisit = try reader.number()
        lastSlot = try reader.number()
        run = try reader.number()
        singleEventPurposes = try reader.number()
        purposeCount = try reader.number()
        cosineCount = try reader.float()
        cosineSum = try reader.float()
        cosineSquares = try reader.float()
        let count = try reader.count(atMost: OpenPurposes.openMax)
        guard (-1..<count).contains(Int(lastSlot)) else { throw StateError() }
        slots.removeAll(keepingCapacity: true)
        slots.reserveCapacity(count)
        for _ in 0..<count { slots.append(try PurposeSummary(from: &reader)) }
        try vectors.decode(rows: PurposeSummary.Row.sum.of(count), from: &reader)
        try tokens.decode(from: &reader)
    }
}

extension PurposeSummary {
    /// Without its vectors.
    fileprivate static let encodedBytesMax = 512

    fileprivate func encode(to writer: inout StateWriter) {
        writer.write(ordinal)
        writer.write(size)
        writer.write(recentCount)
        writer.write(lastContentCount)
        writer.write(eventsInLastVisit)
        writer.write(lastName)
        writer.write(nameBefore)
        writer.write(resourceCount)
        writer.write(authorCount)
        writer.write(firstSecond)
        writer.write(lastSecond)
        writer.write(lastEvent)
        writer.write(lastVisit)
        writer.write(sumLength)
        writer.write(centreLength)
        writer.write(contextLength)
        writer.write(gapCount)
        writer.write(gapSum)
        writer.write(gapSquares)
        writer.write(lastGap)
        writer.write(hasContext)
        writer.write(isFulfilled)
        writer.write(id != nil)
        id?.encode(to: &writer)
        trail.encode(to: &writer)
        withUnsafeBytes(of: earlierTrigrams) { writer.write(raw: $0) }
        withUnsafeBytes(of: runningTrigrams) { writer.write(raw: $0) }
        writer.write(lastNameHash)
        writer.write(heldNames)
        writer.write(lastChannel)
        writer.write(lastResource)
        writer.write(lastAuthor)
        for index in 0..<64 where heldNames & (1 << UInt64(index)) != 0 { writer.write(nameCounts[index]) }
        for index in 0..<min(4, Int(resourceCount)) { writer.write(recentResources[index]) }
        for index in 0..<min(4, Int(authorCount)) { writer.write(recentAuthors[index]) }
    }

    fileprivate init(from reader: inout StateReader) throws(StateError) {
        self.init()
        ordinal = try reader.number()
        size = try reader.number()
        recentCount = try reader.number()
        lastContentCount = try reader.number()
        eventsInLastVisit = try reader.number()
        lastName = try reader.number()
        nameBefore = try reader.number()
        resourceCount = try reader.number()
        authorCount = try reader.number()
        firstSecond = try reader.number()
        lastSecond = try reader.number()
        lastEvent = try reader.number()
        lastVisit = try reader.number()
        sumLength = try reader.float()
        centreLength = try reader.float()
        contextLength = try reader.float()
        gapCount = try reader.float()
        gapSum = try reader.float()
        gapSquares = try reader.float()
        lastGap = try reader.float()
        hasContext = try reader.flag()
        isFulfilled = try reader.flag()
        if try reader.flag() { id = try PurposeID(from: &reader) }
        trail = try StageTrail(from: &reader)
        earlierTrigrams = try reader.raw(64).loadUnaligned(as: SIMD8<UInt64>.self)
        runningTrigrams = try reader.raw(64).loadUnaligned(as: SIMD8<UInt64>.self)
        lastNameHash = try reader.number()
        heldNames = try reader.number()
        lastChannel = try reader.number()
        lastResource = try reader.number()
        lastAuthor = try reader.number()
        let names = -1..<Int32(nameCounts.count)
        guard names.contains(lastName), names.contains(nameBefore), recentCount >= 0, resourceCount >= 0,
            authorCount >= 0
        else { throw StateError() }
        for index in 0..<64 where heldNames & (1 << UInt64(index)) != 0 { nameCounts[index] = try reader.number() }
        for index in 0..<min(4, Int(resourceCount)) { recentResources[index] = try reader.number() }
        for index in 0..<min(4, Int(authorCount)) { recentAuthors[index] = try reader.number() }
    }
}

extension VectorRows {
    /// A row that is like one of so many before it is written as how far before; of an event that opened a purpose all are
    /// alike, and its context is that of the visit, the first row.
    private static let likeMax = 8
    private static let likeFirst: UInt8 = 255

    /// Of rows of zeros only that they are.
    fileprivate func encode(to writer: inout StateWriter) {
        for row in 0..<count {
            writer.write(scales[row])
            guard scales[row] != 0 else { continue }
            let like = likeness(of: row)
            writer.write(like)
            if like == 0 { withBytes(of: row) { writer.write(raw: $0) } }
        }
    }

    /// How far before a row one that is like it lies, ``likeFirst`` for the first one; 0 where none is like it.
    private func likeness(of row: Int) -> UInt8 {
        for distance in 1..<max(1, min(VectorRows.likeMax, row) + 1)
        where scales[row - distance] != 0 && isSame(row, row - distance) {
            return UInt8(distance)
        }
        return row > 0 && scales[0] != 0 && isSame(row, 0) ? VectorRows.likeFirst : 0
    }

    fileprivate mutating func decode(rows: Int, from reader: inout StateReader) throws(StateError) {
        reset(rows: rows)
        for row in 0..<rows {
            let scale = try reader.float()
            guard scale != 0 else { continue }
            switch try reader.number(UInt8.self) {
            case 0: set(row, bytes: try reader.raw(VectorRows.blockBytesPerRow), scale: scale)
            case VectorRows.likeFirst: set(row, like: 0, scale: scale)
            case let distance:
                guard distance <= row else { throw StateError() }
                set(row, like: row - Int(distance), scale: scale)
            }
        }
    }
}

extension TokenTable {
    /// The tokens where they lie: which places of the next 32 are taken, then what lies there.
    fileprivate func encode(to writer: inout StateWriter) {
        writer.write(UInt32(capacity))
        writer.write(isWide)
        for start in stride(from: 0, to: capacity, by: 32) {
            var taken: UInt32 = 0
            for place in 0..<32 where entries[start + place].key != 0 { taken |= 1 << UInt32(place) }
            writer.write(taken)
            while taken != 0 {
                let place = start + taken.trailingZeroBitCount
                writer.write(entries[place].key)
                writer.write(entries[place].mask)
                writer.write(entries[place].events)
                if isWide { writer.write(mask(at: place)) }
                taken &= taken - 1
            }
        }
    }

    fileprivate mutating func decode(from reader: inout StateReader) throws(StateError) {
        let capacity = try reader.count(atMost: 4 * TokenTable.tokensMax)
        guard capacity == 0 || (capacity >= 32 && capacity & (capacity - 1) == 0) else { throw StateError() }
        let isWide = try reader.flag()
        reset(capacity: capacity, isWide: isWide)
        for start in stride(from: 0, to: capacity, by: 32) {
            var taken = try reader.number(UInt32.self)
            while taken != 0 {
                let entry = Entry(
                    key: try reader.number(), mask: try reader.number(), events: try reader.number())
                guard entry.key != 0 else { throw StateError() }
                let mask = isWide ? try reader.number() : UInt64(entry.mask)
                restore(entry, mask: mask, at: start + taken.trailingZeroBitCount)
                taken &= taken - 1
            }
        }
        guard count * 4 <= capacity * 3 else { throw StateError() }
    }
}

extension PurposeID {
    fileprivate func encode(to writer: inout StateWriter) {
        writer.write(high)
        writer.write(low)
    }

    fileprivate init(from reader: inout StateReader) throws(StateError) {
        self.init(high: try reader.number(), low: try reader.number())
    }
}
