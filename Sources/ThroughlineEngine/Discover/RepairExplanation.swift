import Throughline

/// What repair made of an event.
public enum RepairExplanation: Sendable {
    /// It was taken out and placed again: the last decision about it, which stands.
    ///
    /// `isConfirmed` where it was there already, at arrival or since repair moved it in an earlier round.
    case decided(ExplainedChoice<ExplainedPlace>, isConfirmed: Bool)
    /// It was left where it was placed at arrival.
    case left(Reason)

    /// Why repair decided nothing about an event.
    public enum Reason: String, Sendable, CaseIterable {
        /// It serves no purpose.
        case routine
        /// Nothing else in its stretch of events serves a purpose.
        case alone
        /// Every event of its stretch was placed surely at arrival.
        case sure
        /// The model has learned nothing about repair.
        case unlearned
    }
}
