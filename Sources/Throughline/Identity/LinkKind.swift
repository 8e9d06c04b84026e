/// What two people are to each other who agreed that it is known. They stay two: nothing that is known of one is taken for the
/// other's.
///
/// Numbers are those of the log: cases are appended.
public enum LinkKind: UInt8, Sendable, CaseIterable {
    /// They live together.
    case household = 1
    /// They are a couple.
    case partner
    /// They are related.
    case family
    /// One looks after the other.
    case care
    /// They do business together, or one works for the other.
    case business

    public var name: String { "\(self)" }
}
