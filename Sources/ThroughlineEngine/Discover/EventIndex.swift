import Throughline

/// Which events there are, whose they are and when they were, in 32 bytes each: enough to read every person's events in
/// time order without holding one of them.
public final class EventIndex {
    /// Events of one index; far beyond what memory holds.
    public static let eventsMax = Int(UInt32.max) - 1

    private struct Entry {
        var instant: Int64
        var place: LineStore.Place
        var person: UInt32
    }

    private var entries: [Entry] = []
    private var keys = KeyInterner()
    private var stitcher = Stitcher()
    private var messages = MessageSet()

    public private(set) var duplicateCount = 0
    public private(set) var latest = Instant(millisecondsSince1970: .min)
    public private(set) var earliest = Instant(millisecondsSince1970: .max)
    let store = LineStore()

    public init() {}

    public var eventCount: Int { entries.count }

    /// Reads one input to its end.
    ///
    /// Where the input ends with an error, what came before it counts.
    public func read(_ input: EventInput, progress: (Int64) -> Void) throws(FileError) {
        do throws(FileError) { try readLines(input, progress: progress) } catch {
            try store.flush()
            throw error
        }
        try store.flush()
    }

    private func readLines(_ input: EventInput, progress: (Int64) -> Void) throws(FileError) {
        let file = input.isRereadable ? try store.open(input.path) : nil
        var event = Event()
        var countdown = 4_096
        while let line = try input.next(into: &event, part: .envelope) {
            countdown -= 1
            if countdown == 0 {
                progress(input.bytesRead)
                countdown = 4_096
            }
            guard messages.insert(event.bytes[event.messageId]) else {
                duplicateCount += 1
                continue
            }
            precondition(entries.count < EventIndex.eventsMax, "more events than an index holds")
            let place: LineStore.Place
            if let file, let offset = line.offset {
                place = LineStore.Place(offset: UInt64(offset), length: UInt32(line.json.count), file: file)
            } else {
                place = try store.append(line.json)
            }
            latest = max(latest, event.timestamp)
            earliest = min(earliest, event.timestamp)
            entries.append(
                Entry(instant: event.timestamp.millisecondsSince1970, place: place, person: number(of: event)))
        }
        progress(input.bytesRead)
    }

    /// The number of an event's person before stitching; links are noted on the way.
    private func number(of event: Event) -> UInt32 {
        let user = event.userId.isEmpty ? nil : number(of: event.userId, in: event, mark: UInt8(ascii: "u"))
        guard !event.anonymousId.isEmpty else { return user! }
        let anonymous = number(of: event.anonymousId, in: event, mark: UInt8(ascii: "a"))
        guard let user else { return anonymous }
        stitcher.link(anonymous: anonymous, user: user)
        return user
    }

    private var keyBuffer: [UInt8] = []

    private func number(of field: Event.Field, in event: Event, mark: UInt8) -> UInt32 {
        keyBuffer.removeAll(keepingCapacity: true)
        keyBuffer.append(mark)
        keyBuffer.append(contentsOf: event.bytes[field])
        return keyBuffer.withUnsafeBufferPointer { keys.number(of: $0) }
    }

    /// Reads the events of one person in time order; false where nobody is called so.
    public func forEachEvent(of person: String, eventBytesMax: Int, _ body: (Event) -> Void) throws(FileError) -> Bool {
        let people = people()
        guard let number = people.keys.firstIndex(of: person) else { return false }
        let parser = EventParser(eventBytesMax: eventBytesMax)
        let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: eventBytesMax + JSONParser.padding)
        buffer.initialize(repeating: 0, count: eventBytesMax + JSONParser.padding)
        defer { buffer.deallocate() }
        var event = Event()
        for place in people.places[people.starts[number]..<people.starts[number + 1]] {
            try store.read(place, into: buffer)
            do throws(EventError) {
                try parser.parse(UnsafeBufferPointer(start: buffer, count: Int(place.length)), into: &event)
            } catch { throw FileError("the input", "changed while it was being read: \(error)") }
            body(event)
        }
        return true
    }

    /// The people, in order of first appearance, each with the places of her events in time order; equal times keep
    /// the order of reading. Takes the index apart.
    ///
    /// - Complexity: O(events) where people's events come in order, else O(events · log(events of a person)).
    func people() -> PeopleInOrder {
        var numbers = [UInt32](repeating: .max, count: keys.count)
        var people: [UInt32] = []
        for index in entries.indices {
            let key = stitcher.user(of: entries[index].person) ?? entries[index].person
            if numbers[Int(key)] == .max {
                numbers[Int(key)] = UInt32(people.count)
                people.append(key)
            }
            entries[index].person = numbers[Int(key)]
        }
        var starts = [Int](repeating: 0, count: people.count + 1)
        for entry in entries { starts[Int(entry.person) + 1] += 1 }
        for person in people.indices { starts[person + 1] += starts[person] }
        var next = starts
        var order = [UInt32](repeating: 0, count: entries.count)
        for (index, entry) in entries.enumerated() {
            order[next[Int(entry.person)]] = UInt32(index)
            next[Int(entry.person)] += 1
        }
        for person in people.indices {
            let range = starts[person]..<starts[person + 1]
            let isInOrder = zip(range, range.dropFirst()).allSatisfy {
                entries[Int(order[$0])].instant <= entries[Int(order[$1])].instant
            }
            guard !isInOrder else { continue }
            order[range].sort { (entries[Int($0)].instant, $0) < (entries[Int($1)].instant, $1) }
        }
        let places = order.map { entries[Int($0)].place }
        entries = []
        return PeopleInOrder(
            keys: people.map { String(keys.text($0).dropFirst()) }, starts: starts, places: places)
    }
}

/// People with the places of their events.
struct PeopleInOrder: Sendable {
    let keys: [String]
    /// `starts[person]..<starts[person + 1]` are her events in ``places``.
    let starts: [Int]
    let places: [LineStore.Place]

    var count: Int { keys.count }
}

/// Message ids met so far, as 64 bits of a seeded hash each: one wrong refusal is to be expected among some four
/// billion ids.
struct MessageSet {
    private var slots = [UInt64](repeating: 0, count: 1 << 12)
    private var count = 0

    /// Whether the id is new.
    mutating func insert(_ id: ArraySlice<UInt8>) -> Bool {
        if count * 2 >= slots.count { grow() }
        var hasher = Hasher()
        id.withUnsafeBytes { hasher.combine(bytes: $0) }
        let hash = UInt64(bitPattern: Int64(hasher.finalize())) | 1
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
