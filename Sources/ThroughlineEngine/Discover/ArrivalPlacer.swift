import Throughline

/// What a thread needs to place events of whomever: readers of texts, and room for candidates. Only one thread has it
/// at a time.
final class ArrivalPlacer: @unchecked Sendable {  // Unchecked: whoever takes it out of the pool has it alone.
    private let reader: EncounterReader
    private var placer: Placer

    init(model: DiscoveryModel, table: EmbeddingTable) {
        reader = EncounterReader(table: table, order: model.order, stages: model.stages)
        placer = Placer(model: model)
    }

    /// Goes over to other tables of names.
    func adopt(_ order: OrderTables) {
        placer.adopt(order)
        reader.adopt(order)
    }

    /// Places the next event of a person.
    func place(
        _ event: Event, name: String, in state: inout OpenPurposes
    ) -> (Encounter, ArrivalDiscovery.Placed) {
        let encounter = reader.read(event)
        let placement = placer.place(encounter, in: &state)
        let messageId = event.string(event.messageId)
        let purpose = placement.opened ? PurposeID(opening: messageId) : state[idOf: placement.slot]!
        if placement.opened, !placement.isRoutine { state[idOf: placement.slot] = purpose }
        let placed = ArrivalDiscovery.Placed(
            messageId: messageId, person: name, purpose: purpose, isRoutine: placement.isRoutine,
            confidence: placement.confidence, isTentative: placement.isTentative, stage: placement.stage?.stage)
        return (encounter, placed)
    }
}
