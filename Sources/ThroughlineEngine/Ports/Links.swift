import Throughline

/// Who is linked to whom.
public protocol Links: Sendable {
    /// What links some strands to others, seen from them: ``LinkRow/strand`` is one of those that were asked for. In the order of strands,
    /// others and kinds.
    func links(of strands: [IdentifierNumber]) throws(StoreError) -> [LinkRow]
}

/// A link of two people: it lies on a strand of each, and stays there whoever these turn out to be.
public struct LinkRow: Sendable, Hashable {
    /// Links of a strand at the same time.
    public static let perStrandMax = 100
    /// Links of a strand that are kept, those that are over too.
    public static let keptMax = 200

    public let strand: IdentifierNumber
    public let other: IdentifierNumber
    public let kind: LinkKind
    /// Where it was said last.
    public let said: LogPosition
    /// Whether it was said that it is over.
    public let isEnded: Bool

    public init(
        _ strand: IdentifierNumber, _ other: IdentifierNumber, _ kind: LinkKind, said: LogPosition, isEnded: Bool
    ) {
        self.strand = strand
        self.other = other
        self.kind = kind
        self.said = said
        self.isEnded = isEnded
    }

    /// The same, seen from the other one.
    public var reversed: LinkRow { LinkRow(other, strand, kind, said: said, isEnded: isEnded) }
}
