import Throughline

/// What was said of people.
public protocol Traits: Sendable {
    /// What was said on some strands, in the order of their keys.
    func traits(of strands: [IdentifierNumber]) throws(StoreError) -> [TraitRow]
}

/// The latest that was said of one thing on a strand, by sources that are believed or by others.
public struct TraitRow: Sendable, Equatable {
    public struct Key: Hashable, Comparable, Sendable {
        public let strand: IdentifierNumber
        public let subject: EventTrait.Subject
        public let name: String
        /// Whether a source that is believed said it.
        public let isTrusted: Bool

        public init(strand: IdentifierNumber, subject: EventTrait.Subject, name: String, isTrusted: Bool) {
            self.strand = strand
            self.subject = subject
            self.name = name
            self.isTrusted = isTrusted
        }

        public static func < (a: Key, b: Key) -> Bool {
            if (a.strand, a.subject.rawValue) != (b.strand, b.subject.rawValue) {
                return (a.strand, a.subject.rawValue) < (b.strand, b.subject.rawValue)
            }
            if a.name != b.name { return a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
            return !a.isTrusted && b.isTrusted
        }
    }

    /// Rows of a strand by sources that are believed, and as many by others: what is said of further things is not kept. So a browser
    /// takes nobody's room.
    public static let perStrandMax = 200

    public let key: Key
    public let organization: UInt32
    /// JSON, `null` where it was taken back; nil where it is longer than ``EventTrait/valueBytesMax``.
    public let value: String?
    /// By which event: the latest one counts, whatever the order in which they come.
    public let said: TimelineEntry.Key
    /// The words by which she is found, where it is a name of hers.
    public let words: [String]

    public init(_ key: Key, organization: UInt32, value: String?, said: TimelineEntry.Key, words: [String]) {
        self.key = key
        self.organization = organization
        self.value = value
        self.said = said
        self.words = words
    }
}
