/// What a nudge is to the person who gets it. A map says which kinds a stage or a milestone welcomes.
public enum NudgeKind: String, Sendable, CaseIterable {
    /// Shows how to go on.
    case help
    /// Says that something waits for her.
    case remind
    /// Says that what she did was right, or that all goes well.
    case reassure
    /// Says what may go wrong, or what not to buy.
    case warn
    /// Shows her something that she can have.
    case offer
    /// Wants to know something of her.
    case ask
    /// Comes to her when things have gone wrong.
    case rescue
}
