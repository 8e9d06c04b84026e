import Dispatch
import Synchronization
import Throughline

/// Discovers the purposes of all people of an ``EventIndex``, on all cores, in bounded memory: people are read, placed
/// and told in chunks.
public struct FileDiscovery: Sendable {
    /// A chunk ends with the person who brings it to so many events.
    static let chunkEventsMin = 400
    /// Chunks that are worked on before any of them is told, for each worker.
    static let chunksPerWorker = 20

    public private(set) var model: DiscoveryModel
    public let table: EmbeddingTable
    public let repairs: Bool
    /// Whether purposes get names, channels and terms, and events keep their texts.
    public let describes: Bool
    public let eventBytesMax: Int
    public let workers: Int
    /// Purposes that somebody gave; events that they do not name are left out. Nil where purposes are discovered.
    public var given: GivenPurposes?
    /// Whether types of purpose are made of the first people's and told of everybody's.
    public var findsTypes = false
    /// The organization's own words for what people come for, which name types that are like them.
    public var catalogue = Catalogue()
    /// Whether people are told with the places of their lines, to be read once more.
    var keepsPlaces = false
    /// Events of the first people that types are made of.
    var typedEventsMax = FileDiscovery.typedEventsMax
    /// What types there are; made by the run where it finds types.
    var types: PurposeTypes?

    public init(
        model: DiscoveryModel, table: EmbeddingTable, repairs: Bool, describes: Bool, eventBytesMax: Int, workers: Int
    ) {
        self.model = model
        self.table = table
        self.repairs = repairs
        self.describes = describes
        self.eventBytesMax = eventBytesMax
        self.workers = workers
    }

    /// Works through everybody.
    ///
    /// - Parameters:
    ///   - render: makes the bytes of one person; runs on several threads at once.
    ///   - write: takes the bytes, in order of the people's first appearance, and the number of events done.
    public func run(
        _ index: EventIndex, render: @escaping @Sendable (DiscoveredPerson, inout [UInt8]) -> Void,
        write: ([UInt8], Int) throws -> Void
    ) throws {
        let people = index.people()
        var adapted = given == nil ? try adapted(to: index) : self
        if findsTypes { adapted.types = try adapted.types(of: people, in: index) }
        let chunks = FileDiscovery.chunks(of: people)
        var finished = Round(chunks: chunks[..<0])
        func tell() throws {
            for (chunk, result) in zip(finished.chunks, finished.results.withLock({ $0 })) {
                try write(try result.get(), people.starts[chunk.upperBound] - people.starts[chunk.lowerBound])
            }
        }
        let crew = Crew(adapted, people: people, store: index.store, now: index.latest, render: render)
        for start in stride(from: 0, to: chunks.count, by: workers * FileDiscovery.chunksPerWorker) {
            let end = min(chunks.count, start + workers * FileDiscovery.chunksPerWorker)
            let round = Round(chunks: chunks[start..<end])
            let others = DispatchGroup()
            for _ in 1..<max(1, min(workers, round.chunks.count)) {
                DispatchQueue.global().async(group: others) { crew.work(on: round) }
            }
            defer { others.wait() }
            try tell()  // What the round before came to, while the others work.
            crew.work(on: round)
            finished = round
        }
        try tell()
    }

    /// The same with a model that also knows what usually follows what here, as the first people show it.
    public func adapted(to index: EventIndex) throws(FileError) -> FileDiscovery {
        var usual = TenantOrder(model: model)
        let people = index.people()
        let worker = Worker(self)
        for person in 0..<people.count where usual.room > 0 {
            usual.add(try worker.encounters(of: person, in: people, at: index.store, max: usual.room))
        }
        var adapted = self
        adapted.model.order = usual.tables(workers: workers)
        return adapted
    }

    /// Events of the first people that types are made of.
    static let typedEventsMax = 32_768

    /// The types of the purposes of the first people, and nothing of anybody.
    public func types(of index: EventIndex) throws -> PurposeTypes {
        let adapted = given == nil ? try adapted(to: index) : self
        return try adapted.types(of: index.people(), in: index)
    }

    /// The types of the purposes of the first people.
    ///
    /// - Complexity: that of discovering their purposes, and O(purposes²).
    private func types(of people: PeopleInOrder<LineStore.Place>, in index: EventIndex) throws(FileError)
        -> PurposeTypes
    {
        var maker = TypeMaker(catalogue: catalogue, table: table)
        let last = people.starts.firstIndex { $0 >= typedEventsMax } ?? people.count
        let (now, store) = (index.latest, index.store)
        let found = Mutex([Result<DiscoveredPerson?, FileError>](repeating: .success(nil), count: last))
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(workers, last)) { _ in
            let worker = Worker(self, gathersJourneys: true)
            while case let person = next.add(1, ordering: .relaxed).oldValue, person < last {
                let result: Result<DiscoveredPerson?, FileError>
                do throws(FileError) {
                    let room = typedEventsMax - people.starts[person]
                    result = .success(try worker.discover(person, of: people, in: store, now: now, max: room))
                } catch { result = .failure(error) }
                found.withLock { $0[person] = result }
            }
        }
        for result in found.withLock({ $0 }) {
            guard let person = try result.get() else { continue }
            for event in person.events { maker.note(name: person.text(event.name)) }
            for (journey, purpose) in zip(person.journeys, person.purposes) where !purpose.isRoutine {
                maker.add(journey)
            }
        }
        return maker.types()
    }

    /// Chunks that are worked on at once.
    private final class Round: Sendable {
        let chunks: ArraySlice<Range<Int>>
        let results: Mutex<[Result<[UInt8], FileError>]>
        private let taken = Atomic<Int>(0)

        init(chunks: ArraySlice<Range<Int>>) {
            self.chunks = chunks
            results = Mutex(Array(repeating: .success([]), count: chunks.count))
        }

        /// The place of a chunk that nobody works on yet.
        func take() -> Int? {
            let place = taken.add(1, ordering: .relaxed).oldValue
            return place < chunks.count ? place : nil
        }
    }

    /// Works on rounds of chunks, on as many threads as call it.
    private final class Crew: Sendable {
        private let run: FileDiscovery
        private let people: PeopleInOrder<LineStore.Place>
        private let store: LineStore
        private let now: Instant
        private let render: @Sendable (DiscoveredPerson, inout [UInt8]) -> Void
        private let idle = Mutex<[Worker]>([])

        init(
            _ run: FileDiscovery, people: PeopleInOrder<LineStore.Place>, store: LineStore, now: Instant,
            render: @escaping @Sendable (DiscoveredPerson, inout [UInt8]) -> Void
        ) {
            self.run = run
            self.people = people
            self.store = store
            self.now = now
            self.render = render
        }

        /// Takes chunks of a round until none is left.
        func work(on round: Round) {
            guard var place = round.take() else { return }
            let worker = idle.withLock { $0.popLast() } ?? Worker(run)
            while true {
                let result = bytes(of: round.chunks[round.chunks.startIndex + place], by: worker)
                round.results.withLock { $0[place] = result }
                guard let next = round.take() else { break }
                place = next
            }
            idle.withLock { $0.append(worker) }
        }

        private func bytes(of chunk: Range<Int>, by worker: Worker) -> Result<[UInt8], FileError> {
            var output: [UInt8] = []
            do throws(FileError) {
                for person in chunk {
                    render(try worker.discover(person, of: people, in: store, now: now), &output)
                }
                return .success(output)
            } catch { return .failure(error) }
        }
    }

    private static func chunks(of people: PeopleInOrder<LineStore.Place>) -> [Range<Int>] {
        var chunks: [Range<Int>] = []
        var start = 0
        for person in 0..<people.count
        where people.starts[person + 1] - people.starts[start] >= chunkEventsMin || person == people.count - 1 {
            chunks.append(start..<person + 1)
            start = person + 1
        }
        return chunks
    }

    /// What one thread needs. Only one thread has it at a time.
    private final class Worker: @unchecked Sendable {
        private let parser: EventParser
        private let discovery: PersonDiscovery
        private let buffer: UnsafeMutablePointer<UInt8>
        private var event = Event()
        private lazy var reader = EncounterReader(table: table, order: OrderTables())
        private let table: EmbeddingTable
        private let given: GivenPurposes?
        private let keepsPlaces: Bool

        init(_ run: FileDiscovery, gathersJourneys: Bool = false) {
            table = run.table
            given = run.given
            keepsPlaces = run.keepsPlaces
            parser = EventParser(eventBytesMax: run.eventBytesMax)
            discovery = PersonDiscovery(
                model: run.model, table: run.table, repairs: run.repairs,
                describes: run.describes || gathersJourneys, types: run.types, gathersJourneys: gathersJourneys)
            buffer = .allocate(capacity: run.eventBytesMax + JSONParser.padding)
            buffer.initialize(repeating: 0, count: run.eventBytesMax + JSONParser.padding)
        }

        deinit { buffer.deallocate() }

        func discover(
            _ person: Int, of people: PeopleInOrder<LineStore.Place>, in store: LineStore, now: Instant, max: Int = .max
        ) throws(FileError) -> DiscoveredPerson {
            let events = (people.starts[person]..<people.starts[person + 1]).prefix(max)
            var places: [LineStore.Place] = []
            try read(events, of: people, in: store) { event, place in
                if let given {
                    guard let purpose = given.purpose(of: event) else { return }
                    discovery.add(event, to: purpose)
                } else {
                    discovery.add(event)
                }
                if keepsPlaces { places.append(place) }
            }
            var found = discovery.finish(person: people.key(person), now: now, given: given?.names ?? [])
            found.places = places
            return found
        }

        /// The first of a person's events as discovery sees them.
        func encounters(
            of person: Int, in people: PeopleInOrder<LineStore.Place>, at store: LineStore, max: Int
        ) throws(FileError) -> [Encounter] {
            var encounters: [Encounter] = []
            let events = people.starts[person]..<people.starts[person + 1]
            try read(events.prefix(max), of: people, in: store) { event, _ in encounters.append(reader.read(event)) }
            return encounters
        }

        private func read(
            _ events: Range<Int>, of people: PeopleInOrder<LineStore.Place>, in store: LineStore,
            _ body: (Event, LineStore.Place) -> Void
        ) throws(FileError) {
            for place in people.events[events] {
                try store.read(place, into: buffer)
                do throws(EventError) {
                    try parser.parse(UnsafeBufferPointer(start: buffer, count: Int(place.length)), into: &event)
                } catch { throw FileError("the input", "changed while it was being read: \(error)") }
                body(event, place)
            }
        }
    }
}
