import Throughline

/// Notes of events, in the order they are read: whose each is, when it was, and what whoever notes keeps of it.
struct IndexNotes<Kept: Sendable> {
    struct Entry {
        var instant: Int64
        var kept: Kept
        var person: UInt32
    }

    private(set) var entries: [Entry] = []
    private(set) var duplicateCount = 0
    private(set) var latest = Instant(millisecondsSince1970: .min)
    private(set) var earliest = Instant(millisecondsSince1970: .max)
    private var keys = KeyInterner()
    private var stitcher = Stitcher()
    private var messages = MessageSet()

    /// Whether the event's message id was not there before; if it was, the event is counted as a duplicate.
    mutating func isNew(_ envelope: Envelope) -> Bool {
        let isNew = messages.insert(hash: envelope.message)
        if !isNew { duplicateCount += 1 }
        return isNew
    }

    /// Notes an event.
    mutating func add(
        _ envelope: Envelope, _ identifiers: UnsafeBufferPointer<UInt8>, keeping kept: Kept
    ) {
        latest = max(latest, envelope.timestamp)
        earliest = min(earliest, envelope.timestamp)
        let person = number(of: envelope, in: identifiers)
        entries.append(Entry(instant: envelope.timestamp.millisecondsSince1970, kept: kept, person: person))
    }

    /// Notes an event of a user whose name and its hash are known.
    mutating func add(
        user: UnsafeBufferPointer<UInt8>, hash: Int, milliseconds: Int64, keeping kept: Kept
    ) {
        entries.append(Entry(instant: milliseconds, kept: kept, person: keys.number(of: user, hash: hash)))
    }

    /// The number of an event's person before stitching; links are noted on the way.
    private mutating func number(of envelope: Envelope, in identifiers: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let user = envelope.user.map { number(of: $0, in: identifiers) }
        guard let key = envelope.anonymous else { return user! }
        let anonymous = number(of: key, in: identifiers)
        guard let user else { return anonymous }
        stitcher.link(anonymous: anonymous, user: user)
        return user
    }

    private mutating func number(of key: Envelope.Key, in identifiers: UnsafeBufferPointer<UInt8>) -> UInt32 {
        keys.number(of: UnsafeBufferPointer(rebasing: identifiers[key.bytes]), hash: key.hash)
    }

    /// The people, in order of first appearance, each with what was kept of her events in time order; equal times keep
    /// the order of reading. Takes the index apart.
    ///
    /// - Complexity: O(events) where people's events come in order, else O(events · log(events of a person)).
    mutating func people() -> PeopleInOrder<Kept> {
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
        let events = order.map { entries[Int($0)].kept }
        entries = []
        return PeopleInOrder(people, keys: keys, starts: starts, events: events)
    }
}
