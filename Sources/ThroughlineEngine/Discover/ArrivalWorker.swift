import Throughline

/// Places the events of every so-manieth person of a stream. Only one thread has it at a time.
final class ArrivalWorker: @unchecked Sendable {  // Unchecked: each iteration of a round has one of its own.
    private let reader: EncounterReader
    private var placer: Placer
    /// By person: her number divided by the number of workers.
    private var states: [OpenPurposes] = []
    /// What was placed while what is usual here is still being learned.
    private(set) var seen: [Seen] = []
    /// What was told of a round, line by line.
    private(set) var output: [UInt8] = []
    private(set) var ends: [Int] = []

    /// An event and whose it is.
    struct Seen {
        var person: Int
        var event: Encounter
    }

    init(model: DiscoveryModel, table: EmbeddingTable) {
        reader = EncounterReader(table: table, order: model.order)
        placer = Placer(model: model)
    }

    /// Makes ready for a round.
    func begin() {
        output.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Goes over to other tables of names.
    func adopt(_ order: OrderTables) {
        let places = placer.model.order.names.map { order.index(of: $0) }
        for person in states.indices { states[person].adopt(order, places: places) }
        placer.adopt(order)
        reader.adopt(order)
    }

    /// Keeps nothing more of what it places.
    func endLearning() { seen = [] }

    /// Places those events of a round that are this worker's, in order.
    ///
    /// - Parameter learns: whether they are kept to learn what is usual.
    func place(
        _ turns: ArraySlice<ArrivalDiscovery.Turn>, of round: BlockRound, people: ArrivalPeople, worker: Int,
        workers: Int, learns: Bool,
        render: (ArrivalDiscovery.Placed, inout [UInt8]) -> Void
    ) {
        for turn in turns where turn.person % workers == worker {
            round.filled[turn.block].withEvent(ofLine: turn.line) { event in
                let placed = place(
                    event, person: turn.person / workers, name: people.name(ofKey: turn.key), learns: learns)
                render(placed, &output)
            }
            ends.append(output.count)
        }
    }

    /// Places one event.
    func place(_ event: borrowing Event, person: Int, name: String, learns: Bool) -> ArrivalDiscovery.Placed {
        while states.count <= person { states.append(OpenPurposes()) }
        let encounter = reader.read(event)
        let placement = placer.place(encounter, in: &states[person])
        if learns { seen.append(Seen(person: person, event: encounter)) }
        let messageId = event.string(event.messageId)
        let purpose = placement.opened ? PurposeID(opening: messageId) : states[person][idOf: placement.slot]!
        if placement.opened, !placement.isRoutine { states[person][idOf: placement.slot] = purpose }
        return ArrivalDiscovery.Placed(
            messageId: messageId, person: name, purpose: purpose, isRoutine: placement.isRoutine,
            confidence: placement.confidence, isTentative: placement.isTentative)
    }
}
