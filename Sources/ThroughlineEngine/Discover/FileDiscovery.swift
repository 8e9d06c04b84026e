import Dispatch
import Synchronization
import Throughline

/// Discovers the purposes of all people of an ``EventIndex``, on all cores, in bounded memory: people are read, placed
/// and told in chunks.
public struct FileDiscovery: Sendable {
    /// A chunk ends with the person who brings it to so many events.
    static let chunkEventsMin = 2_000
    /// Chunks that are worked on before any of them is told, for each worker.
    static let chunksPerWorker = 4

    public let model: DiscoveryModel
    public let table: EmbeddingTable
    public let repairs: Bool
    /// Whether purposes get names, channels and terms, and events keep their texts.
    public let describes: Bool
    public let eventBytesMax: Int
    public let workers: Int

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
        _ index: EventIndex, render: @Sendable (DiscoveredPerson, inout [UInt8]) -> Void,
        write: ([UInt8], Int) throws -> Void
    ) throws {
        let now = index.latest
        let people = index.people()
        let store = index.store
        let chunks = FileDiscovery.chunks(of: people)
        let idle = Mutex<[Worker]>([])
        var next = 0
        while next < chunks.count {
            let round = chunks[next..<min(chunks.count, next + workers * FileDiscovery.chunksPerWorker)]
            let results = Mutex<[Result<[UInt8], FileError>]>(Array(repeating: .success([]), count: round.count))
            DispatchQueue.concurrentPerform(iterations: round.count) { place in
                let worker = idle.withLock { $0.popLast() } ?? Worker(self)
                var output: [UInt8] = []
                let result: Result<[UInt8], FileError>
                do throws(FileError) {
                    for person in round[round.startIndex + place] {
                        let discovered = try worker.discover(person, of: people, in: store, now: now)
                        render(discovered, &output)
                    }
                    result = .success(output)
                } catch { result = .failure(error) }
                results.withLock { $0[place] = result }
                idle.withLock { $0.append(worker) }
            }
            for (chunk, result) in zip(round, results.withLock({ $0 })) {
                try write(try result.get(), people.starts[chunk.upperBound] - people.starts[chunk.lowerBound])
            }
            next += round.count
        }
    }

    private static func chunks(of people: PeopleInOrder) -> [Range<Int>] {
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

        init(_ run: FileDiscovery) {
            parser = EventParser(eventBytesMax: run.eventBytesMax)
            discovery = PersonDiscovery(model: run.model, table: run.table, repairs: run.repairs, describes: run.describes)
            buffer = .allocate(capacity: run.eventBytesMax + JSONParser.padding)
            buffer.initialize(repeating: 0, count: run.eventBytesMax + JSONParser.padding)
        }

        deinit { buffer.deallocate() }

        func discover(
            _ person: Int, of people: PeopleInOrder, in store: LineStore, now: Instant
        ) throws(FileError) -> DiscoveredPerson {
            for place in people.places[people.starts[person]..<people.starts[person + 1]] {
                try store.read(place, into: buffer)
                do throws(EventError) {
                    try parser.parse(UnsafeBufferPointer(start: buffer, count: Int(place.length)), into: &event)
                } catch { throw FileError("the input", "changed while it was being read: \(error)") }
                discovery.add(event)
            }
            return discovery.finish(person: people.keys[person], now: now)
        }
    }
}
