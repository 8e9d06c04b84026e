/// Puts events of a window right that were placed wrongly when less was known: each is taken out and placed again with
/// what stands on both sides.
///
/// A worker has one.
public struct Repairer: Sendable {
    /// Times that a window is gone through; fewer where nothing moves any more.
    public static let sweepsMax = 3

    /// By how much a purpose must lead for an event that stands alone to be drawn into it, when nothing is known of how
    /// events of its name follow others and the purpose holds none of that name: a post that was liked does not become
    /// part of what she reads without good reason.
    static let loneLeadMin: Float = 2.5

    /// Where every event of a window was placed at least so surely, all stand as they were placed: that saves a tenth of
    /// the time of a run, for at most 0.002 of F.
    package static let sureFrom: Float = 0.8

    /// An event that was put where it is so surely is not taken out again in its window: what still moves around it would
    /// hardly move it.
    static let settledFrom: Float = 0.95

    public let model: DiscoveryModel
    package private(set) var candidates = RepairCandidates()
    package private(set) var pairs: PairScorer
    package private(set) var scores = LaneScores()
    /// The last decision about each event of the window that was repaired last, for whoever explains; nil, as it is at
    /// first, where nobody asks.
    package var decisions: [RepairDecision?]?

    public init(model: DiscoveryModel) {
        self.model = model
        pairs = PairScorer(model: model)
    }

    /// What repair says of one event of a window.
    public struct Outcome: Sendable {
        public var place: Int32
        /// Nil where there was nothing to decide: what was said at arrival stands.
        public var confidence: Float?
    }

    /// Repairs a window in place.
    ///
    /// - Parameter nextOrdinal: the ordinal for the next purpose that repair opens; moved on when it is used.
    /// - Returns: the place and confidence of every event of the window.
    /// - Complexity: O(sweeps · events²).
    public mutating func repair(_ window: inout RepairWindow, nextOrdinal: inout Int32) -> [Outcome] {
        var outcomes = window.seats.map { Outcome(place: $0.place) }
        if decisions != nil { decisions = Array(repeating: nil, count: window.count) }
        guard model.repair.treeCount > 0 else { return outcomes }
        guard window.seats.contains(where: { !$0.isRoutine && $0.confidence < Repairer.sureFrom }) else {
            return outcomes
        }
        prepare(&window)
        var rest = Repairer.sweepsMax * window.count
        // Once around without a move, every event would be put where it is.
        var unmoved = 0
        while rest > 0, unmoved < window.count {
            let index = (Repairer.sweepsMax * window.count - rest) % window.count
            rest -= 1
            unmoved += 1
            guard !window.seats[index].isRoutine, !window.seats[index].isFixed else { continue }
            if let confidence = outcomes[index].confidence, confidence >= Repairer.settledFrom { continue }
            let present = window.seats[index].place
            guard let confidence = putRight(index, in: &window, nextOrdinal: &nextOrdinal) else { continue }
            outcomes[index].confidence = confidence
            if window.seats[index].place != present { unmoved = 0 }
        }
        for index in outcomes.indices { outcomes[index].place = window.seats[index].place }
        return outcomes
    }

    /// Takes one event out and places it again.
    ///
    /// - Returns: how sure that is; nil where there is nothing to decide.
    private mutating func putRight(_ index: Int, in window: inout RepairWindow, nextOrdinal: inout Int32) -> Float? {
        candidates.fill(index, window: window, order: model.order)
        guard candidates.count > 1 else { return nil }
        model.repair.score(candidates.signals, count: candidates.count, into: &scores)
        var lane = scores.best
        if lane > 0, scores[lane] - scores[0] < Repairer.loneLeadMin, asksForLead(lane, index, in: window) { lane = 0 }
        if decisions != nil { note(index, lane: lane, in: window, nextOrdinal: nextOrdinal) }
        if lane > 0 {
            if candidates.places[lane] != window.seats[index].place { window.move(index, to: candidates.places[lane]) }
        } else if !isAlone(index, in: window) {
            window.move(index, to: nextOrdinal)
            nextOrdinal += 1
        }
        return model.repairCalibration.corrected(scores.probability(of: lane))
    }

    /// Compares every pair of a window; for whoever fills candidates without repairing.
    package mutating func prepare(_ window: inout RepairWindow) {
        window.compare()
        pairs.score(&window)
    }

    /// Fills the candidates of one event without moving it, for whoever learns from them.
    package mutating func consider(_ index: Int, in window: RepairWindow) {
        candidates.fill(index, window: window, order: model.order)
        guard model.repair.treeCount > 0 else { return }
        model.repair.score(candidates.signals, count: candidates.count, into: &scores)
    }

    /// Whether an event may be drawn into the place of a lane only by a lead of ``loneLeadMin``.
    func asksForLead(_ lane: Int, _ index: Int, in window: RepairWindow) -> Bool {
        window.seats[index].name < 0 && !candidates.holdsName(lane: lane) && isAlone(index, in: window)
    }

    func isAlone(_ index: Int, in window: RepairWindow) -> Bool {
        for other in 0..<window.count where other != index && window.seats[other].group == window.seats[index].group {
            return false
        }
        return true
    }
}
