import Throughline

/// What the fold keeps of one person: what the next event is placed by, what is waited for, and what is counted of her.
struct LivePerson: Sendable {
    var purposes = OpenPurposes()
    var watch = Watch()
    var tally = PersonTally()

    /// Whether nothing of hers was placed.
    var isEmpty: Bool { purposes.eventCount == 0 }

    /// Forgets the person, and keeps the room for the next one.
    mutating func removeAll() {
        purposes.removeAll()
        watch = Watch()
        tally.removeAll()
    }

    mutating func absorb(_ other: LivePerson) {
        purposes.absorb(other.purposes)
        watch.absorb(other.watch)
    }

    /// As bytes: how many of these are the watch, the watch, its hash; how many are the tally, the tally; and the open purposes.
    ///
    /// The same events give the same bytes.
    func encoded() -> [UInt8] {
        var bytes = [UInt8](unsafeUninitializedCapacity: 4 + watch.encodedBytes + 8) { room, count in
            var writer = StateWriter(UnsafeMutableRawBufferPointer(room))
            writer.write(UInt32(watch.encodedBytes))
            watch.encode(to: &writer)
            writer.write(StableHash.ofMany(writer.bytes))
            count = writer.count
        }
        let counted = tally.encoded()
        bytes.append(littleEndian: UInt32(counted.count))
        bytes += counted
        bytes += purposes.encoded()
        return bytes
    }

    /// Becomes what ``encoded()`` was made of, in the room that there is.
    ///
    /// Where it throws, it is nobody's state any more.
    mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        var reader = StateReader(bytes)
        let count = Int(try reader.number(UInt32.self))
        guard bytes.count >= count + 12 else { throw StateError() }
        let head = UnsafeRawBufferPointer(rebasing: bytes[..<(4 + count)])
        let hash = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 + count, as: UInt64.self))
        guard StableHash.ofMany(head) == hash else { throw StateError() }
        reader = StateReader(UnsafeRawBufferPointer(rebasing: head[4...]))
        watch = try Watch(from: &reader)
        guard reader.isAtEnd else { throw StateError() }
        reader = StateReader(UnsafeRawBufferPointer(rebasing: bytes[(12 + count)...]))
        let counted = Int(try reader.number(UInt32.self))
        guard bytes.count >= 16 + count + counted else { throw StateError() }
        try tally.decode(UnsafeRawBufferPointer(rebasing: bytes[(16 + count)..<(16 + count + counted)]))
        try purposes.decode(UnsafeRawBufferPointer(rebasing: bytes[(16 + count + counted)...]))
    }
}

extension StoredPerson {
    /// The first of the bytes that are kept of a person: what is waited for, without what is placed by.
    package static func watchBytes(of state: UnsafeRawBufferPointer) -> [UInt8] {
        guard state.count >= 4 else { return [] }
        let count = Int(UInt32(littleEndian: state.loadUnaligned(as: UInt32.self)))
        return Array(state.prefix(12 + count))
    }
}

extension Watch {
    /// Reads what ``StoredPerson/watchBytes(of:)`` gave.
    init(stored bytes: [UInt8]) throws(StateError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(StateError) -> Watch in
            let bytes = UnsafeRawBufferPointer(buffer)
            var reader = StateReader(bytes)
            let count = Int(try reader.number(UInt32.self))
            guard bytes.count == count + 12 else { throw StateError() }
            let hash = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 + count, as: UInt64.self))
            guard StableHash.ofMany(UnsafeRawBufferPointer(rebasing: bytes[..<(4 + count)])) == hash else {
                throw StateError()
            }
            reader = StateReader(UnsafeRawBufferPointer(rebasing: bytes[4..<(4 + count)]))
            return try Watch(from: &reader)
        }
    }
}

/// What came of following people.
struct LiveChanges {
    /// Events that are placed otherwise from now on.
    var replaced: [TimelineEntry] = []
    /// How many of these are in another purpose.
    var movedCount = 0
    var purposes: [PurposeChange] = []
}

/// The latest events of a person, as many as repair looks at, in the order of their times.
struct LatestEvents: Sendable {
    static let max = RepairWindow.eventsMax

    private(set) var entries: [TimelineEntry] = []

    /// - Parameter entries: the latest first, as a store gives them.
    init(_ entries: [TimelineEntry] = []) { for entry in entries.reversed() { put(entry) } }

    /// Takes one more, or one that is placed otherwise; lets go of the first where there are too many.
    mutating func put(_ entry: TimelineEntry) {
        // Nearly all come last.
        var place = entries.count
        while place > 0, entry.key < entries[place - 1].key { place -= 1 }
        if place > 0, entries[place - 1].key == entry.key {
            entries[place - 1] = entry
        } else if entries.count < LatestEvents.max {
            entries.insert(entry, at: place)
        } else if place > 0 {
            entries.insert(entry, at: place)
            entries.removeFirst()
        }
    }

    mutating func absorb(_ other: LatestEvents) { for entry in other.entries { put(entry) } }
}
