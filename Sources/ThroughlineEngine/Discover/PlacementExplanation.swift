import Throughline

/// Why an event was placed where it was as it arrived.
public struct PlacementExplanation: Sendable {
    public var messageId: String
    public var timestamp: Instant
    public var name: String
    public var text: String
    public var isRoutine: Bool
    /// Whether a rule placed it, not the scores: routine goes where its order or account is named, or nowhere.
    public var isByRule: Bool
    public var opened: Bool
    /// The id of the purpose it went to.
    public var purpose: PurposeID
    public var confidence: Float
    /// Nil where a rule placed it, or where there was no open purpose to compare it with.
    public var choice: ExplainedChoice<ExplainedPlace>?
}

/// Places the events of one person again and says why.
public final class PlacementExplainer {
    private let reader: EncounterReader
    private var placer: Placer
    private var state = OpenPurposes()

    public init(model: DiscoveryModel, table: EmbeddingTable) {
        reader = EncounterReader(table: table, order: model.order)
        placer = Placer(model: model)
    }

    /// Takes the person's next event.
    public func place(_ event: Event) -> PlacementExplanation {
        let encounter = reader.read(event)
        placer.consider(encounter, in: &state)
        let byRule = placer.laneByRule(encounter, in: state)
        let lane = byRule ?? placer.scores.best
        var choice = byRule == nil ? placer.explained?.mapPlaces { place(ofLane: $0, for: encounter) } : nil
        let placement = placer.settle(encounter, lane: lane, isByRule: byRule != nil, in: &state)
        let messageId = event.string(event.messageId)
        let purpose = placement.opened ? PurposeID(opening: messageId) : state[idOf: placement.slot]!
        if placement.opened, !placement.isRoutine { state[idOf: placement.slot] = purpose }
        choice?.chosen.place = .purpose(purpose)
        return PlacementExplanation(
            messageId: messageId, timestamp: event.timestamp, name: event.string(event.name),
            text: event.string(event.shortText),
            isRoutine: placement.isRoutine, isByRule: byRule != nil, opened: placement.opened,
            purpose: purpose, confidence: placement.confidence, choice: choice)
    }

    private func place(ofLane lane: Int, for event: Encounter) -> ExplainedPlace {
        guard lane > 0, let purpose = state[idOf: placer.candidates.slots[lane]] else {
            return event.habit == .none ? .new : .routine
        }
        return .purpose(purpose)
    }
}
