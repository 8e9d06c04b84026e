/// One event before it has words: when, who, and which touch of which template. Twenty-four bytes, so that the plan of
/// ten million events fits in memory and can be sorted; the words are drawn again whenever the event is written.
struct PlannedEvent: Sendable {
    /// Milliseconds since 1970, UTC.
    var instant: Int64
    var person: UInt32
    /// The event's place in its person's stream.
    var index: UInt16
    /// The purpose's place in its person's stream, in order of first events; a routine event counts as one of its own.
    var purpose: UInt16
    /// The day the purpose speaks of, in days since the simulation began.
    var day: UInt16
    var template: UInt8
    var touch: UInt8
    var stage: Truth.Stage
    var outcome: Truth.Outcome
    /// Whether the visitor had not yet said who she is.
    var isAnonymous: Bool
}

extension PlannedEvent: Comparable {
    /// Time decides; the person and then her own order settle what falls on the same millisecond.
    static func < (earlier: PlannedEvent, later: PlannedEvent) -> Bool {
        if earlier.instant != later.instant { return earlier.instant < later.instant }
        if earlier.person != later.person { return earlier.person < later.person }
        return earlier.index < later.index
    }
}
