/// What was decided. A raw value is a byte of the state that is kept: cases are appended, never moved.
///
/// An objection is told as ``withdrawn``. Which of the two the law calls it depends on what the use rested on; what follows
/// is the same.
public enum ConsentDecision: UInt8, Hashable, Sendable, CaseIterable {
    /// She said yes.
    case granted
    /// She was asked and said no.
    case refused
    /// She took a yes back, or opted out.
    case withdrawn
}
