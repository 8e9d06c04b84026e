import Throughline

/// What became of a purpose: on the timeline, behind the event that it is told of.
public struct PurposeChange: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// It began, or goes on after it was closed by silence.
        case opened
        /// Repair put the event here, which was in another one.
        case moved(from: PurposeID)
        /// Repair put all that was left of it into another one.
        case merged(into: PurposeID)
        case closed(Outcome)

        /// The name in answers.
        public var name: String {
            switch self {
            case .opened: "opened"
            case .moved: "moved"
            case .merged: "merged"
            case .closed: "closed"
            }
        }
    }

    public let organization: UInt32
    /// Whose event it is told of.
    public let strand: IdentifierNumber
    /// When it became true, where that event lies, and which of a person's changes it is.
    public let key: TimelineEntry.Key
    public let purpose: PurposeID
    public let kind: Kind

    public init(
        organization: UInt32, strand: IdentifierNumber, key: TimelineEntry.Key, purpose: PurposeID, kind: Kind
    ) {
        self.organization = organization
        self.strand = strand
        self.key = key
        self.purpose = purpose
        self.kind = kind
    }
}

/// Something on a timeline.
public enum TimelineItem: Sendable, Equatable {
    case event(TimelineEntry)
    case change(PurposeChange)

    public var key: TimelineEntry.Key {
        switch self {
        case .event(let entry): entry.key
        case .change(let change): change.key
        }
    }
}
