import Throughline

/// Places the events of every so-manieth person of a stream. Only one thread has it at a time.
final class ArrivalWorker: @unchecked Sendable {  // Unchecked: each iteration of a round has one of its own.
    private let parser: EventParser
    private let reader: EncounterReader
    private var placer: Placer
    /// By person: her number divided by the number of workers.
    private var states: [OpenPurposes] = []
    private var event = Event()
    /// What was told of a round, line by line.
    private(set) var output: [UInt8] = []
    private(set) var ends: [Int] = []

    init(model: DiscoveryModel, table: EmbeddingTable, eventBytesMax: Int) {
        parser = EventParser(eventBytesMax: eventBytesMax)
        reader = EncounterReader(table: table, order: model.order)
        placer = Placer(model: model)
    }

    /// Places those events of a round that are this worker's, in order.
    func place(
        _ turns: [ArrivalDiscovery.Turn], of round: BlockRound, people: ArrivalPeople, worker: Int, workers: Int,
        render: (ArrivalDiscovery.Placed, inout [UInt8]) -> Void
    ) {
        output.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        for turn in turns where turn.person % workers == worker {
            round.filled[turn.block].withObject(of: turn.line) { object in
                do throws(EventError) { try parser.parse(object, into: &event) } catch {
                    preconditionFailure("a line that was an event is none any more: \(error)")
                }
            }
            render(place(event, person: turn.person / workers, name: people.name(ofKey: turn.key)), &output)
            ends.append(output.count)
        }
    }

    /// Places one event.
    func place(_ event: Event, person: Int, name: String) -> ArrivalDiscovery.Placed {
        while states.count <= person { states.append(OpenPurposes()) }
        let encounter = reader.read(event)
        let placement = placer.place(encounter, in: &states[person])
        let messageId = event.string(event.messageId)
        let purpose = placement.opened ? PurposeID(opening: messageId) : states[person][idOf: placement.slot]!
        if placement.opened, !placement.isRoutine { states[person][idOf: placement.slot] = purpose }
        return ArrivalDiscovery.Placed(
            messageId: messageId, person: name, purpose: purpose, isRoutine: placement.isRoutine,
            confidence: placement.confidence, isTentative: placement.isTentative)
    }
}
