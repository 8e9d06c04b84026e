/// One decision of repair as it was made, with all it was made from, so that it can be explained once it stands.
package struct RepairDecision: Sendable {
    let lanes: ScoredLanes<RepairSignal>
    /// The ordinal of each lane's purpose; nil for a purpose that was not there yet.
    let places: [Int32?]
    /// Whether the event stands alone and a rule asks that a lane leads by ``Repairer/loneLeadMin``.
    let mustLead: [Bool]
    /// The ordinal of the purpose that the event was put in.
    package let place: Int32
    /// Whether the event was there already.
    package let isConfirmed: Bool

    /// The lane that was chosen, or would have been with other scores.
    static func lane(of lanes: ScoredLanes<RepairSignal>, mustLead: [Bool]) -> Int {
        let best = lanes.scores.best
        let isHeldBack = mustLead[best] && lanes.scores[best] - lanes.scores[0] < Repairer.loneLeadMin
        return isHeldBack ? 0 : best
    }
}

extension Repairer {
    /// Notes the decision that was just made about an event, before the event moves.
    ///
    /// - Parameter nextOrdinal: the ordinal that a purpose gets which the event opens.
    @inline(never)
    mutating func note(
        _ index: Int, lane: Int, in window: RepairWindow, nextOrdinal: Int32
    ) {
        let present = window.seats[index].place
        var places: [Int32?] = candidates.places.prefix(candidates.count).map { $0 }
        // Alone, an event that nothing else of its purpose stands beside stays in it; every other one opens another.
        places[0] = isAlone(index, in: window) ? present : nil
        let place = places[lane] ?? nextOrdinal
        let decision = RepairDecision(
            lanes: ScoredLanes(signals: candidates.signals, scores: scores),
            places: places,
            mustLead: (0..<candidates.count).map { $0 > 0 && asksForLead($0, index, in: window) },
            place: place, isConfirmed: place == present)
        decisions?[index] = decision
    }

    /// Explains a decision, each place by the ordinal of its purpose; nil is a purpose that was not there yet.
    package func explain(_ decision: RepairDecision) -> ExplainedChoice<Int32?> {
        let byLane = decision.lanes.explain(by: model.repair) {
            RepairDecision.lane(of: $0, mustLead: decision.mustLead)
        }
        var choice = byLane.mapPlaces { decision.places[$0] }
        choice.chosen.place = decision.place
        if byLane.runnerUp.score > byLane.chosen.score { choice.leadAsked = Repairer.loneLeadMin }
        return choice
    }
}
