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
        /// Nearly all purposes like it that went on had done so by now.
        case stalled(Silence)
        /// It rests: next to none like it goes on after so long.
        case dormant(Silence)

        /// The name in answers.
        public var name: String {
            switch self {
            case .opened: "opened"
            case .moved: "moved"
            case .merged: "merged"
            case .closed: "closed"
            case .stalled: "stalled"
            case .dormant: "dormant"
            }
        }

        /// What is waited for in a silence, if it tells of one.
        public var silence: Silence? {
            switch self {
            case .stalled(let silence), .dormant(let silence): silence
            case .opened, .moved, .merged, .closed: nil
            }
        }
    }

    /// A silence, and what it lacks.
    public struct Silence: Sendable, Hashable {
        /// The number of the purpose's type; 0 for none.
        public var type: UInt16
        /// The folded name of the milestone that comes next; 0 where that is not known.
        public var missing: UInt64
        public var seconds: Int64
        /// Within which half of those like it go on; 0 where that is not known.
        public var usualSeconds: Int64

        public init(type: UInt16, missing: UInt64, seconds: Int64, usualSeconds: Int64) {
            self.type = type
            self.missing = missing
            self.seconds = seconds
            self.usualSeconds = usualSeconds
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
