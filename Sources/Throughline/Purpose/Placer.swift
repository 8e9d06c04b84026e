/// Where an event was placed as it arrived, and how sure that is.
public struct Placement: Sendable, Equatable {
    /// The purpose's number within the person.
    public var ordinal: Int32
    /// Where the purpose stands among those open; -1 for routine, which is not open.
    public var slot: Int32
    public var opened: Bool
    public var isRoutine: Bool
    /// Probability that the placing is right, calibrated on people the model had not seen.
    public var confidence: Float
    /// By how much the chosen place led, in the model's score; 0 where there was no other.
    public var margin: Float
    /// How far the event brings its purpose; nil for routine, and where the model knows no stages.
    public var stage: StageReading?

    public init(ordinal: Int32, slot: Int32, opened: Bool, isRoutine: Bool, confidence: Float, margin: Float) {
        self.ordinal = ordinal
        self.slot = slot
        self.opened = opened
        self.isRoutine = isRoutine
        self.confidence = confidence
        self.margin = margin
    }

    /// Too close to call: shown, and settled by what follows.
    public var isTentative: Bool { confidence < Placement.tentativeBelow }

    /// Below this probability a placing is shown as tentative.
    public static let tentativeBelow: Float = 0.6
}

/// Places the events of people, one at a time, in the order given, reading nothing that comes later.
///
/// A worker has one; the state of each person is passed in. No allocation an event once the buffers have grown.
public struct Placer: Sendable {
    public private(set) var model: DiscoveryModel
    public private(set) var candidates = Candidates()
    public private(set) var scores = LaneScores()

    public init(model: DiscoveryModel) { self.model = model }

    /// Goes over to other tables of names; the states of people have to follow.
    package mutating func adopt(_ order: OrderTables) { model.order = order }

    /// Takes the next event of a person and says where it belongs.
    public mutating func place(_ event: Encounter, in state: inout OpenPurposes) -> Placement {
        consider(event, in: &state)
        let byRule = laneByRule(event, in: state)
        return settle(event, lane: byRule ?? scores.best, isByRule: byRule != nil, in: &state)
    }

    /// Where the considered event goes by rule, without a look at the scores: routine by its name joins the purpose that
    /// names the same order or account, and no other; after-care joins the fulfilled one that does, and does not open it again. Nil for
    /// every other event.
    package func laneByRule(_ event: Encounter, in state: OpenPurposes) -> Int? {
        if event.habit == .routine { return candidates.laneSharingThings }
        return event.isAftercare && event.things.count > 0 ? candidates.laneOfAftercare(in: state) : nil
    }

    /// Moves the state to an event and fills the candidates and their scores, without deciding. An event that goes
    /// where a rule says has candidates, and neither signals nor scores.
    package mutating func consider(_ event: Encounter, in state: inout OpenPurposes) {
        state.arrive(event)
        guard event.habit != .routine else { return candidates.fillForRule(event, state: &state) }
        candidates.fill(event, state: &state, order: model.order)
        guard candidates.count > 1 else { return scores.clear(count: 1) }
        model.placing.score(candidates.signals, count: candidates.count, into: &scores)
    }

    /// Puts the considered event where a lane says.
    ///
    /// - Parameter isByRule: whether ``laneByRule(_:in:)`` says so, and no score.
    package mutating func settle(
        _ event: Encounter, lane: Int, isByRule: Bool = false, in state: inout OpenPurposes
    ) -> Placement {
        let isScored = event.habit != .routine && !isByRule
        var placement = Placement(
            ordinal: 0, slot: -1, opened: lane == 0, isRoutine: false,
            confidence: model.placingCalibration.corrected(isScored ? scores.probability(of: lane) : 1),
            margin: isScored ? scores.margin(of: lane) : 0)
        let context = state.vectors.direction(of: OpenPurposes.contextRow)
        if lane > 0 {
            let slot = Int(candidates.slots[lane])
            placement.ordinal = state.slots[slot].ordinal
            placement.slot = Int32(slot)
            placement.stage = model.stages.reading(of: event.stage, after: state.slots[slot].trail)
            state.add(event, context: context, toSlot: slot)
            if placement.stage?.stage == .fulfilled { state.slots[slot].isFulfilled = true }
        } else if event.habit != .none {
            placement.isRoutine = true
            placement.ordinal = state.passRoutine(event)
        } else {
            placement.stage = model.stages.reading(of: event.stage, after: StageTrail())
            (placement.slot, placement.ordinal) = state.open(event, context: context)
            state.slots[Int(placement.slot)].isFulfilled = placement.stage?.stage == .fulfilled
        }
        return placement
    }

    /// Puts an event where somebody says that it belongs, whatever it looks like: into the purpose of an id, or into one that it
    /// opens under that id where none is open. It is routine no longer.
    ///
    /// - Returns: how far it brings the purpose.
    package mutating func put(
        _ event: Encounter, into purpose: PurposeID, in state: inout OpenPurposes
    ) -> StageReading? {
        state.arrive(event)
        let context = state.vectors.direction(of: OpenPurposes.contextRow)
        if let slot = state.slot(of: purpose) {
            let stage = model.stages.reading(of: event.stage, after: state.slots[slot].trail)
            state.add(event, context: context, toSlot: slot)
            if stage?.stage == .fulfilled { state.slots[slot].isFulfilled = true }
            return stage
        }
        let opened = state.open(event, context: context)
        state[idOf: opened.slot] = purpose
        return model.stages.reading(of: event.stage, after: StageTrail())
    }

    /// The lane of an open purpose; nil where it closed or is not among the candidates.
    package func lane(ofOrdinal ordinal: Int32, in state: OpenPurposes) -> Int? {
        for lane in 1..<max(1, candidates.count) where state.slots[Int(candidates.slots[lane])].ordinal == ordinal {
            return lane
        }
        return nil
    }
}
