import Throughline

/// A place that an event could have had, as an explanation tells it.
public enum ExplainedPlace: Sendable, Hashable {
    case purpose(PurposeID)
    /// A new purpose, which the event would have opened.
    case new
    /// No purpose: what looks like routine opens none.
    case routine
    /// A purpose that repair opened and left empty again before it had an id.
    case passing
}
