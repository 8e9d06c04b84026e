import Throughline

/// Why an event was placed where it was as it arrived: what each family of signals added to the score of the chosen
/// place, and why the next best one lost.
public struct PlacementExplanation: Sendable {
    /// A place the event could have gone to.
    public struct Place: Sendable {
        /// The purpose's id; nil for "a new purpose".
        public var purpose: PurposeID?
        public var score: Float
        /// The score of a place of which nothing is known; with ``families`` it adds up to the score.
        public var mean: Float
        public var families: [(family: SignalFamily, amount: Float)]
    }

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
    public var chosen: Place?
    public var runnerUp: Place?
    /// What it turned on: each family of signals without which it would have gone somewhere else, and where (nil for "a
    /// new purpose").
    public var turningPoints: [(family: SignalFamily, instead: PurposeID?)]
    /// How many places there were, "a new purpose" included.
    public var placeCount: Int
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
        let byRule = placer.laneByRule(encounter)
        let lane = byRule ?? placer.bestLane
        var places: (chosen: PlacementExplanation.Place, runnerUp: PlacementExplanation.Place)?
        if placer.candidates.count > 1, byRule == nil {
            places = (place(lane), place(placer.secondLane(after: lane)))
        }
        let turningPoints = places == nil ? [] : turningPoints(of: lane)
        let placement = placer.settle(encounter, lane: lane, in: &state)
        let messageId = event.string(event.messageId)
        let purpose = placement.opened ? PurposeID(opening: messageId) : state[idOf: placement.slot]!
        if placement.opened, !placement.isRoutine { state[idOf: placement.slot] = purpose }
        return PlacementExplanation(
            messageId: messageId, timestamp: event.timestamp, name: event.string(event.name),
            text: event.string(event.shortText),
            isRoutine: placement.isRoutine, isByRule: byRule != nil, opened: placement.opened,
            purpose: purpose,
            confidence: placement.confidence, chosen: places?.chosen, runnerUp: places?.runnerUp,
            turningPoints: turningPoints,
            placeCount: placer.candidates.count)
    }

    private func turningPoints(of lane: Int) -> [(family: SignalFamily, instead: PurposeID?)] {
        SignalFamily.allCases.compactMap { family in
            let instead = placer.bestLane(without: family)
            guard instead != lane else { return nil }
            return (family, instead == 0 ? nil : state[idOf: placer.candidates.slots[instead]])
        }
    }

    private func place(_ lane: Int) -> PlacementExplanation.Place {
        let (mean, bySignal) = placer.contributions(ofLane: lane)
        var families: [SignalFamily: Float] = [:]
        for signal in Signal.allCases { families[signal.family, default: 0] += bySignal[signal.rawValue] }
        return PlacementExplanation.Place(
            purpose: lane == 0 ? nil : state[idOf: placer.candidates.slots[lane]], score: placer.scores[lane],
            mean: mean, families: SignalFamily.allCases.map { ($0, families[$0] ?? 0) })
    }
}
