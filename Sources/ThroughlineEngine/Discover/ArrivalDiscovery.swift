import Dispatch
import Throughline

/// Places events as they come in, of whomever they are, and tells each before it waits for the next.
///
/// Works in rounds of what the input has ready: lines are checked on all cores, given to their people on one, and placed
/// on all cores again, every worker having people of its own. What is told does not depend on the number of workers.
/// Memory grows with the number of people and their open purposes, not with the number of events, but for eight bytes
/// a message id.
public final class ArrivalDiscovery {
    /// Rounds of fewer events are placed on one thread.
    private static let sharedFromEvents = 64

    private var people = ArrivalPeople()
    private let model: DiscoveryModel
    /// Events placed so far, up to the last that is learned from.
    private var learnedFrom = 0
    private let crew: [ArrivalWorker]
    private let parsers: BlockParsers
    private let round: BlockRound
    private var turns: [Turn] = []
    /// What was placed and is not told yet, in the order of the input.
    private var told: [UInt8] = []
    private var identifiers: [UInt8] = []

    public var personCount: Int { people.count }
    public var duplicateCount: Int { people.duplicateCount }
    public var eventCount: Int { people.eventCount }

    /// An event as it was placed.
    public struct Placed: Sendable {
        public var messageId: String
        public var person: String
        public var purpose: PurposeID
        public var isRoutine: Bool
        public var confidence: Float
        public var isTentative: Bool
    }

    /// A line of the round and whose it is.
    struct Turn: Sendable {
        var block: Int
        var line: Int
        var person: Int
        var key: UInt32
    }

    public convenience init(
        model: DiscoveryModel, table: EmbeddingTable, eventBytesMax: Int = EventParser.eventBytesMax, workers: Int = 1
    ) {
        self.init(
            model: model, table: table, eventBytesMax: eventBytesMax, workers: workers, limits: LineBlock.Limits())
    }

    init(
        model: DiscoveryModel, table: EmbeddingTable, eventBytesMax: Int, workers: Int, limits: LineBlock.Limits
    ) {
        precondition(workers > 0, "somebody must do the work")
        self.model = model
        crew = (0..<workers).map { _ in ArrivalWorker(model: model, table: table) }
        parsers = BlockParsers(eventBytesMax: eventBytesMax, workers: workers)
        round = BlockRound(workers: workers, limits: limits, part: .whole)
    }

    /// Places an event; nil where its message id was there before.
    public func place(_ event: Event) -> Placed? {
        identifiers.removeAll(keepingCapacity: true)
        let envelope = Envelope(of: event, keys: &identifiers)
        guard let turn = identifiers.withUnsafeBufferPointer({ people.take(envelope, $0) }) else { return nil }
        let learns = learnedFrom < TenantOrder.sampleEventsMax
        let placed = crew[turn.person % crew.count].place(
            event, person: turn.person / crew.count, name: people.name(ofKey: turn.key), learns: learns)
        if learns { learn(from: 1) }
        return placed
    }

    /// Places the events of an input to its end.
    ///
    /// Where the input ends with an error, what came before it is told first.
    ///
    /// - Parameters:
    ///   - render: makes the bytes of one event; runs on several threads at once.
    ///   - write: takes the bytes in the order of the input, before the input is waited for.
    public func run(
        _ input: EventInput, render: @Sendable (Placed, inout [UInt8]) -> Void, write: ([UInt8]) throws -> Void
    ) throws {
        var end: End?
        while end == nil {
            end = fill(from: input, waits: turns.isEmpty)
            if round.isEmpty, !turns.isEmpty {
                try tell(write)  // Before the next line is waited for.
                continue
            }
            try parsers.parse(round) { try tell(write) }
            try assign(input)
            place(render)
        }
        try tell(write)
        if case .failed(let error) = end { throw error }
    }

    private enum End {
        case reached
        case failed(FileError)
    }

    /// Reads what the input has ready. Says whether the input has ended.
    ///
    /// - Parameter waits: whether to wait for the first line.
    private func fill(from input: EventInput, waits: Bool) -> End? {
        round.removeAll()
        input.waits = waits
        defer { input.waits = true }
        while let block = round.nextBlock() {
            do throws(FileError) {
                while !block.isFull {
                    guard let piece = try input.nextPiece() else { return .reached }
                    block.append(piece)
                    input.waits = false
                }
            } catch { return error.isPause ? nil : .failed(error) }
        }
        return nil
    }

    /// Gives the lines of the round to their people.
    private func assign(_ input: EventInput) throws(FileError) {
        turns.removeAll(keepingCapacity: true)
        for (number, block) in round.filled.enumerated() {
            try block.forEachLine(
                take: { (_, line, envelope, identifiers) throws(FileError) in
                    guard let turn = people.take(envelope, identifiers) else { return }
                    turns.append(Turn(block: number, line: line, person: turn.person, key: turn.key))
                }, refuse: input.refuse)
        }
    }

    /// Places the round, in stretches that end where something is learned.
    private func place(_ render: @Sendable (Placed, inout [UInt8]) -> Void) {
        for worker in crew { worker.begin() }
        var rest = turns[...]
        while learnedFrom < TenantOrder.sampleEventsMax, !rest.isEmpty {
            let stretch = rest.prefix(TenantOrder.nextLesson(after: learnedFrom) - learnedFrom)
            place(stretch, learns: true, render)
            rest = rest.dropFirst(stretch.count)
            learn(from: stretch.count)
        }
        if !rest.isEmpty { place(rest, learns: false, render) }
    }

    /// Notes that events were placed, and learns what is usual where it is time to.
    private func learn(from events: Int) {
        let lesson = TenantOrder.nextLesson(after: learnedFrom)
        learnedFrom += events
        guard learnedFrom == lesson else { return }
        let order = usualOrder()
        for worker in crew { worker.adopt(order) }
        if learnedFrom == TenantOrder.sampleEventsMax { for worker in crew { worker.endLearning() } }
    }

    /// What usually follows what in the events placed so far.
    private func usualOrder() -> OrderTables {
        var streams: [Int: [Encounter]] = [:]
        for (number, worker) in crew.enumerated() {
            for seen in worker.seen { streams[seen.person * crew.count + number, default: []].append(seen.event) }
        }
        var usual = TenantOrder(model: model)
        for (_, stream) in streams.sorted(by: { $0.key < $1.key }) { usual.add(stream) }
        return usual.tables(workers: crew.count)
    }

    private func place(
        _ turns: ArraySlice<Turn>, learns: Bool, _ render: @Sendable (Placed, inout [UInt8]) -> Void
    ) {
        let (round, people, crew) = (round, people, crew)
        @Sendable func work(_ worker: Int) {
            crew[worker].place(
                turns, of: round, people: people, worker: worker, workers: crew.count, learns: learns, render: render)
        }
        if turns.count < ArrivalDiscovery.sharedFromEvents {
            for worker in crew.indices { work(worker) }
        } else {
            DispatchQueue.concurrentPerform(iterations: crew.count) { work($0) }
        }
    }

    /// Tells what the workers placed, in the order of the input.
    private func tell(_ write: ([UInt8]) throws -> Void) rethrows {
        told.removeAll(keepingCapacity: true)
        var next = [Int](repeating: 0, count: crew.count)
        for turn in turns {
            let worker = turn.person % crew.count
            let start = next[worker] == 0 ? 0 : crew[worker].ends[next[worker] - 1]
            told.append(contentsOf: crew[worker].output[start..<crew[worker].ends[next[worker]]])
            next[worker] += 1
        }
        turns.removeAll(keepingCapacity: true)
        if !told.isEmpty { try write(told) }
    }
}
