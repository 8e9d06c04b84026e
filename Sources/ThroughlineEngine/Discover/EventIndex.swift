import Throughline

/// Which events there are, whose they are and when they were, in 32 bytes each: enough to read every person's events in
/// time order without holding one of them.
public final class EventIndex {
    /// Events of one index; far beyond what memory holds.
    public static let eventsMax = Int(UInt32.max) - 1

    private var notes = IndexNotes<LineStore.Place>()
    private var ordered: PeopleInOrder<LineStore.Place>?
    let store = LineStore()
    private let workers: Int
    private let limits: LineBlock.Limits

    /// - Parameter workers: threads that parse lines; their number changes nothing else.
    public convenience init(workers: Int) { self.init(workers: workers, limits: LineBlock.Limits()) }

    init(workers: Int, limits: LineBlock.Limits) {
        precondition(workers > 0, "somebody has to read")
        self.workers = workers
        self.limits = limits
    }

    public var eventCount: Int { notes.entries.count }
    public var duplicateCount: Int { notes.duplicateCount }
    public var latest: Instant { notes.latest }
    public var earliest: Instant { notes.earliest }

    /// Reads one input to its end.
    ///
    /// Where the input ends with an error, what came before it counts.
    public func read(_ input: EventInput, progress: (Int64) -> Void) throws(FileError) {
        do throws(FileError) { try readEvents(input, progress: progress) } catch {
            try store.flush()
            throw error
        }
        try store.flush()
    }

    private func readEvents(_ input: EventInput, progress: (Int64) -> Void) throws(FileError) {
        let file = input.isRereadable ? try store.open(input.path) : nil
        let reader = EnvelopeReader(input, workers: workers, limits: limits)
        try reader.forEachEvent(progress: progress) { (line, envelope, identifiers) throws(FileError) in
            guard notes.isNew(envelope) else { return }
            precondition(eventCount < EventIndex.eventsMax, "more events than an index holds")
            let place: LineStore.Place
            if let file, let offset = line.offset {
                place = LineStore.Place(offset: UInt64(offset), length: UInt32(line.json.count), file: file)
            } else {
                place = try store.append(line.json)
            }
            notes.add(envelope, identifiers, keeping: place)
        }
    }

    /// Reads the events of one person in time order; false where nobody is called so.
    public func forEachEvent(of person: String, eventBytesMax: Int, _ body: (Event) -> Void) throws(FileError) -> Bool {
        var isKnown = false
        try forEachPerson(in: [person], eventBytesMax: eventBytesMax, event: body) { _ in isKnown = true }
        return isKnown
    }

    /// Reads the events of some people, one person after the other in order of first appearance, each in time order.
    /// Takes the index apart.
    ///
    /// - Parameter end: takes the person whose events these were.
    func forEachPerson(
        in wanted: Set<String>, eventBytesMax: Int, event body: (Event) -> Void,
        end: (String) throws(FileError) -> Void
    ) throws(FileError) {
        let people = people()
        var wanted = wanted
        let parser = EventParser(eventBytesMax: eventBytesMax)
        let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: eventBytesMax + JSONParser.padding)
        buffer.initialize(repeating: 0, count: eventBytesMax + JSONParser.padding)
        defer { buffer.deallocate() }
        var event = Event()
        // Of two who are called the same (a user, and a visitor who is no user) the first is meant.
        for number in 0..<people.count where wanted.remove(people.key(number)) != nil {
            for place in people.events[people.starts[number]..<people.starts[number + 1]] {
                try store.read(place, into: buffer)
                do throws(EventError) {
                    try parser.parse(UnsafeBufferPointer(start: buffer, count: Int(place.length)), into: &event)
                } catch { throw FileError("the input", "changed while it was being read: \(error)") }
                body(event)
            }
            try end(people.key(number))
        }
    }

    /// The people, in order of first appearance, each with the places of her events in time order; equal times keep
    /// the order of reading. Takes the index apart.
    ///
    /// - Complexity: O(events) where people's events come in order, else O(events · log(events of a person)).
    func people() -> PeopleInOrder<LineStore.Place> {
        if let ordered { return ordered }
        let people = notes.people()
        ordered = people
        return people
    }
}

/// People with what was kept of their events.
struct PeopleInOrder<Kept: Sendable>: Sendable {
    /// `starts[person]..<starts[person + 1]` are her events in ``events``.
    let starts: [Int]
    let events: [Kept]
    private let keys: KeyInterner
    private let people: [UInt32]

    /// - Parameter people: their numbers among the keys, each of which begins with a letter for its kind.
    init(_ people: [UInt32], keys: KeyInterner, starts: [Int], events: [Kept]) {
        self.people = people
        self.keys = keys
        self.starts = starts
        self.events = events
    }

    var count: Int { people.count }

    /// What a person is called.
    func key(_ person: Int) -> String {
        keys.withBytes(of: people[person]) { String(decoding: $0.dropFirst(), as: UTF8.self) }
    }
}
