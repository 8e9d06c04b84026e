extension OpenPurposes {
    /// What the bytes begin with; another number is another form.
    package static let form: UInt8 = 1

    /// The state as bytes. Equal states give equal bytes, and what is read from them places every further event as the
    /// state itself would.
    ///
    /// Places of names are those of the tables that the state was last given.
    ///
    /// - Complexity: O(open purposes + tokens · log tokens).
    public func encoded() -> [UInt8] {
        var writer = StateWriter()
        writer.reserveCapacity(
            256 + slots.count * 512 + vectors.count * VectorRows.blockBytesPerRow + tokens.entryBytes)
        writer.write(OpenPurposes.form)
        for number in [eventCount, visit, lastSecond] { writer.write(number) }
        for number in [eventsOfVisit, lastSlot, run, singleEventPurposes, purposeCount] { writer.write(number) }
        for number in [cosineCount, cosineSum, cosineSquares] { writer.write(number) }
        writer.write(UInt32(slots.count))
        for slot in slots { slot.encode(to: &writer) }
        vectors.encode(to: &writer)
        tokens.encode(to: &writer)
        writer.write(writer.bytes.withUnsafeBufferPointer(StableHash.of))
        return writer.bytes
    }

    /// Reads what ``encoded()`` made; the hash at its end finds what was altered.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(StateError) {
        guard bytes.count > 8 else { throw StateError() }
        let content = UnsafeRawBufferPointer(rebasing: bytes.dropLast(8))
        let hash = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: content.count, as: UInt64.self))
        guard StableHash.of(content.assumingMemoryBound(to: UInt8.self)) == hash else { throw StateError() }
        var reader = StateReader(content)
        self.init()
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
        slots.reserveCapacity(count)
        for _ in 0..<count { slots.append(try PurposeSummary(from: &reader)) }
        vectors = try VectorRows(rows: PurposeSummary.Row.sum.of(count), from: &reader)
        tokens = try TokenTable(from: &reader)
        guard reader.isAtEnd else { throw StateError() }
    }
}

extension PurposeSummary {
    fileprivate func encode(to writer: inout StateWriter) {
        for number in [ordinal, size, recentCount, lastContentCount, eventsInLastVisit] { writer.write(number) }
        for number in [lastName, nameBefore, resourceCount, authorCount] { writer.write(number) }
        for number in [firstSecond, lastSecond, lastEvent, lastVisit] { writer.write(number) }
        for number in [sumLength, centreLength, contextLength, gapCount, gapSum, gapSquares, lastGap] {
            writer.write(number)
        }
        writer.write(hasContext)
        writer.write(id != nil)
        id?.encode(to: &writer)
        for trigrams in [earlierTrigrams, runningTrigrams] {
            withUnsafeBytes(of: trigrams) { writer.write(raw: $0) }
        }
        for number in [lastNameHash, heldNames, lastChannel, lastResource, lastAuthor] { writer.write(number) }
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
        if try reader.flag() { id = try PurposeID(from: &reader) }
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
    /// Rows of zeros are left out.
    fileprivate func encode(to writer: inout StateWriter) {
        blocks.withUnsafeBytes { blocks in
            for row in 0..<count {
                writer.write(scales[row])
                guard scales[row] != 0 else { continue }
                let start = row * VectorRows.blockBytesPerRow
                writer.write(raw: UnsafeRawBufferPointer(rebasing: blocks[start..<start + VectorRows.blockBytesPerRow]))
            }
        }
    }

    fileprivate init(rows: Int, from reader: inout StateReader) throws(StateError) {
        self.init()
        append(rows: rows)
        for row in 0..<rows {
            let scale = try reader.float()
            guard scale != 0 else { continue }
            let bytes = try reader.raw(VectorRows.blockBytesPerRow)
            var vector = PackedVector()
            vector.scale = scale
            for index in 0..<PackedBlock.perVector {
                vector.blocks[index] = bytes.loadUnaligned(fromByteOffset: index * 16, as: PackedBlock.self)
            }
            set(row, to: vector)
        }
    }
}

extension TokenTable {
    fileprivate func encode(to writer: inout StateWriter) {
        writer.write(UInt32(capacity))
        writer.write(UInt32(count))
        // In the order of the keys, however they came into the table.
        let places = entries.indices.filter { entries[$0].key != 0 }.map { UInt64(entries[$0].key) << 32 | UInt64($0) }
        let isWide = entries.indices.contains { mask(at: $0) >> 16 != 0 }
        writer.write(isWide)
        for packed in places.sorted() {
            let place = Int(packed & 0xFFFF_FFFF)
            writer.write(entries[place].key)
            writer.write(entries[place].mask)
            writer.write(entries[place].events)
            if isWide { writer.write(mask(at: place)) }
        }
    }

    fileprivate init(from reader: inout StateReader) throws(StateError) {
        let capacity = try reader.count(atMost: 4 * TokenTable.tokensMax)
        let count = try reader.count(atMost: capacity)
        guard capacity == 0 || (capacity >= 32 && capacity & (capacity - 1) == 0), count * 4 <= capacity * 3 else {
            throw StateError()
        }
        self.init(capacity: capacity)
        let isWide = try reader.flag()
        var last: UInt32 = 0
        for _ in 0..<count {
            let key = try reader.number(UInt32.self)
            guard key > last else { throw StateError() }
            last = key
            let low = UInt64(try reader.number(UInt16.self))
            let events = try reader.number(UInt16.self)
            restore(key, mask: isWide ? try reader.number() : low, events: events)
        }
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
