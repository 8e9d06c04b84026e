/// How far a purpose is on the way of its type, and what it waits for.
public struct PurposeProgress: Sendable, Equatable {
    /// A place among the types.
    public let type: Int
    /// The milestone that it reached last, as a place among those of its type.
    public private(set) var latest: Int?
    /// The milestone that comes next, where it is not over and one is left.
    public private(set) var missing: Int?
    /// By how many seconds it has been silent for longer than nearly all that went on from where it is; nil where it has not, or where
    /// too little is known.
    public private(set) var lateSeconds: Int64?
    /// A bit for each that was reached.
    private var reached: UInt64 = 0

    public init(type: Int) { self.type = type }

    /// Takes a step.
    ///
    /// - Returns: whether it reaches a milestone that was not reached before.
    public mutating func reach(_ name: UInt64, among types: PurposeTypes) -> Bool {
        guard let milestone = types.milestone(ofType: type, named: name), reached & 1 << UInt64(milestone) == 0 else {
            return false
        }
        reached |= 1 << UInt64(milestone)
        latest = milestone
        return true
    }

    /// Says what is waited for.
    ///
    /// - Parameters:
    ///   - silence: seconds since its last event; nil where it is over.
    ///   - stage: of its last event.
    public mutating func wait(silence: Int64?, at stage: Stage?, among types: PurposeTypes) {
        guard let silence else { return }
        let milestones = types.types[type].milestones
        let furthest = milestones.indices.last { milestones[$0].ending == nil && reached & 1 << UInt64($0) != 0 }
        missing = milestones.indices.first { milestones[$0].ending == nil && $0 > furthest ?? -1 }
        guard let stage, let usual = types.types[type].silences[stage]?.stalledAfter, silence > usual else { return }
        lateSeconds = silence - usual
    }
}
