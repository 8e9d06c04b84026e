import Dispatch
import Synchronization
import Throughline

/// Places rounds of events on several threads, the caller's among them. What comes of it does not depend on how many
/// there are. It learns while no other thread has anything of it.
final class ArrivalCrew: @unchecked Sendable {  // Unchecked: each shard and placer has one thread at a time.
    /// Shards of people: many more than threads, so that none waits long for the last.
    static let shardCount = 32
    /// Rounds of fewer events are placed on one thread.
    private static let sharedFromEvents = 64

    private let model: DiscoveryModel
    /// What is usual here, as far as it was learned.
    private var order: OrderTables
    private let table: EmbeddingTable
    private let workers: Int
    private let shards = (0..<shardCount).map { _ in ArrivalShard() }
    private let idle = Mutex<[ArrivalPlacer]>([])
    /// Events placed so far, up to the last that is learned from.
    private var learnedFrom = 0

    init(model: DiscoveryModel, table: EmbeddingTable, workers: Int) {
        self.model = model
        order = model.order
        self.table = table
        self.workers = workers
    }

    /// Places an event.
    func place(_ event: Event, person: Int, name: String) -> ArrivalDiscovery.Placed {
        let learns = learnedFrom < TenantOrder.sampleEventsMax
        let shard = shards[person % ArrivalCrew.shardCount]
        let placer = takePlacer()
        let placed = shard.place(
            event, person: person / ArrivalCrew.shardCount, name: name, with: placer, learns: learns)
        idle.withLock { $0.append(placer) }
        if learns { learn(from: 1) }
        return placed
    }

    /// Places a round, in stretches that end where something is learned.
    ///
    /// - Parameter meanwhile: what the caller's thread does before it places too, with help for the others to call
    ///   whenever it has the time. It does not touch the round.
    func place<Failure: Error>(
        _ round: ArrivalRound, render: @escaping @Sendable (ArrivalDiscovery.Placed, inout [UInt8]) -> Void,
        meanwhile: (_ help: () -> Void) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        while learnedFrom < TenantOrder.sampleEventsMax, start < round.count {
            let lesson = TenantOrder.nextLesson(after: learnedFrom) - learnedFrom
            let end = min(start + lesson, round.count)
            place(round, before: end, learns: true, render: render) { $0() }
            learn(from: end - start)
            start = end
        }
        try place(round, before: round.count, learns: false, render: render, meanwhile: meanwhile)
    }

    private func place<Failure: Error>(
        _ round: ArrivalRound, before last: Int, learns: Bool,
        render: @escaping @Sendable (ArrivalDiscovery.Placed, inout [UInt8]) -> Void,
        meanwhile: (_ help: () -> Void) throws(Failure) -> Void
    ) throws(Failure) {
        round.offerParts()
        let others = DispatchGroup()
        if round.count >= ArrivalCrew.sharedFromEvents {
            for _ in 1..<max(1, workers) {
                DispatchQueue.global().async(group: others) {
                    self.placeRest(of: round, before: last, learns: learns, render: render)
                }
            }
        }
        defer { others.wait() }
        let help = { self.placeRest(of: round, before: last, learns: learns, render: render) }
        try meanwhile(help)
        help()
    }

    private func placeRest(
        of round: ArrivalRound, before last: Int, learns: Bool,
        render: (ArrivalDiscovery.Placed, inout [UInt8]) -> Void
    ) {
        guard var number = round.takePart() else { return }
        let placer = takePlacer()
        defer { idle.withLock { $0.append(placer) } }
        while true {
            shards[number].place(
                round.parts[number], of: round, before: last, with: placer, learns: learns, render: render)
            guard let next = round.takePart() else { return }
            number = next
        }
    }

    private func takePlacer() -> ArrivalPlacer {
        if let placer = idle.withLock({ $0.popLast() }) { return placer }
        var model = model
        model.order = order
        return ArrivalPlacer(model: model, table: table)
    }

    /// Notes that events were placed, and learns what is usual where it is time to.
    private func learn(from events: Int) {
        let lesson = TenantOrder.nextLesson(after: learnedFrom)
        learnedFrom += events
        guard learnedFrom == lesson else { return }
        let usual = usualOrder()
        let places = order.names.map { usual.index(of: $0) }
        for shard in shards { shard.adopt(usual, places: places) }
        order = usual
        idle.withLock { placers in for placer in placers { placer.adopt(usual) } }
        if learnedFrom == TenantOrder.sampleEventsMax { for shard in shards { shard.endLearning() } }
    }

    /// What usually follows what in the events placed so far.
    private func usualOrder() -> OrderTables {
        var streams: [Int: [Encounter]] = [:]
        for (number, shard) in shards.enumerated() {
            for seen in shard.seen {
                streams[seen.person * ArrivalCrew.shardCount + number, default: []].append(seen.event)
            }
        }
        var usual = TenantOrder(model: model)
        for (_, stream) in streams.sorted(by: { $0.key < $1.key }) { usual.add(stream) }
        return usual.tables(workers: workers)
    }
}
