import Throughline

/// What the fold has made of the log so far. One writer, any number of readers.
public protocol Profiles: Identities, Erasures, Sendable {
    /// Where the next record to be folded lies.
    func position() throws(StoreError) -> LogPosition

    /// Which of some messages were met within the last 30 days.
    func areKnown(_ messages: [MessageKey]) throws(StoreError) -> [Bool]

    /// The open purposes of some people, as the fold committed them; nil for those who have none yet.
    func openPurposes(of profiles: [ProfileNumber]) throws(StoreError) -> [[UInt8]?]

    /// Empties the state where it was made with another model: the fold then begins at the start of the log.
    ///
    /// - Returns: whether it was emptied.
    func adopt(model: UInt64) throws(StoreError) -> Bool

    /// Takes what came of folding, in one transaction.
    func commit(_ changes: FoldChanges) throws(StoreError)

    /// What was said of consent on some strands; nil where nothing was.
    func consents(of strands: [IdentifierNumber]) throws(StoreError) -> [[UInt8]?]

    /// What was said of the events of some strands, in the order of these.
    func corrections(of strands: [IdentifierNumber]) throws(StoreError) -> [CorrectionRow]

    /// Who is known by a value: the user of this name, else who has this address or number, else the device, else the
    /// visitor.
    func identity(named value: String, organization: UInt32) throws(StoreError) -> IdentityRow?

    /// A page of a person's timeline, the latest first; nil where nobody is known by the identifier.
    ///
    /// - Parameter after: where the page before ended; nil for the first page.
    /// - Throws: ``StoreError/Code/badCursor`` where the cursor is none of this timeline.
    func timeline(
        of id: String, organization: UInt32, after: TimelineCursor?, limit: Int
    ) throws(StoreError) -> TimelinePage?

    /// How much there is, for operation.
    func counts() throws(StoreError) -> StoreCounts
}

/// The number of a profile: that of the identifier that it is named after.
public struct ProfileNumber: Hashable, Sendable {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    public init(_ person: IdentifierNumber) { rawValue = person.rawValue }
}

/// A message id of an organization, as 64 bits of its SHA-256: one wrong refusal is to be expected among some four
/// billion messages of a month.
public struct MessageKey: Hashable, Sendable {
    /// A message that comes again after so many days counts as new.
    public static let daysMax: Int32 = 30

    public let hash: UInt64
    /// Days from 1970 to when it was received.
    public let day: Int32

    public init(hash: UInt64, day: Int32) {
        self.hash = hash
        self.day = day
    }
}

/// An event on a person's timeline: when it was, and where in the log it lies.
public struct TimelineEntry: Sendable, Equatable {
    /// What tells entries of one person apart and puts them in order.
    public struct Key: Hashable, Comparable, Sendable {
        public let timestamp: Instant
        public let position: LogPosition

        public init(timestamp: Instant, position: LogPosition) {
            self.timestamp = timestamp
            self.position = position
        }

        public static func < (a: Key, b: Key) -> Bool {
            (a.timestamp, a.position) < (b.timestamp, b.position)
        }
    }

    public let organization: UInt32
    /// Whose strand it lies on: the user or the visitor whose event it is.
    public let strand: IdentifierNumber
    public let key: Key
    /// Where the event was placed when it was folded; nil where nothing discovers.
    public var placed: PlacedEvent?

    public init(organization: UInt32, strand: IdentifierNumber, key: Key, placed: PlacedEvent? = nil) {
        self.organization = organization
        self.strand = strand
        self.key = key
        self.placed = placed
    }
}

/// The purpose of an event, and how sure that is.
public struct PlacedEvent: Hashable, Sendable {
    public let purpose: PurposeID
    public let isRoutine: Bool
    /// Probability that the placing is right, in thousandths.
    public let confidence: UInt16

    public init(purpose: PurposeID, isRoutine: Bool, confidence: UInt16) {
        self.purpose = purpose
        self.isRoutine = isRoutine
        self.confidence = confidence
    }

    public var isTentative: Bool { Float(confidence) / 1_000 < Placement.tentativeBelow }
}

/// Some entries of a timeline, the latest first.
public struct TimelinePage: Sendable, Equatable {
    public var entries: [TimelineEntry]
    /// Where the next page begins; nil behind the last entry.
    public var next: TimelineCursor?

    public init(entries: [TimelineEntry], next: TimelineCursor?) {
        self.entries = entries
        self.next = next
    }
}

/// Where a page of a timeline ended: numbers with dots between, which only the store that gave them understands.
public struct TimelineCursor: Sendable, Equatable {
    public let text: String

    public init(_ text: String) { self.text = text }

    package init(_ numbers: [Int64]) { text = numbers.map(String.init).joined(separator: ".") }

    /// Its numbers; nil where it is made of something else.
    package var numbers: [Int64]? {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        return numbers.contains(nil) ? nil : numbers.compactMap { $0 }
    }
}

/// What came of folding some records.
public struct FoldChanges: Sendable {
    /// Where the next record to be folded lies.
    public var end: LogPosition
    /// When the last of them was received: what is 30 days older is forgotten.
    public var today: Int32 = 0
    public var messages: [MessageKey] = []
    /// Identifiers that are new or stand otherwise than before, and what was said of them; ties that are empty go.
    public var identities: [IdentityRow] = []
    public var ties: [TieRow] = []
    /// Records that name somebody and are on no timeline of hers.
    public var mentions: [Mention] = []
    /// What goes before all else comes.
    public var erasure: Erasure?
    /// What was said of consent on strands of which more was said.
    public var consents: [(strand: IdentifierNumber, history: [UInt8])] = []
    /// What was said of events; of the same event and aspect it takes the place of what was said before.
    public var corrections: [CorrectionRow] = []
    /// How many profiles there are more.
    public var newProfiles = 0
    public var timeline: [TimelineEntry] = []
    /// Events that are on timelines already and are placed otherwise from now on.
    public var replaced: [TimelineEntry] = []
    /// The open purposes of everybody of whom an event was placed, once each; nil for one who has none any more.
    public var openPurposes: [(profile: ProfileNumber, state: [UInt8]?)] = []
    /// Records that were met before, or could not be read; events whose every identifier is nobody's.
    public var duplicates = 0
    public var unreadable = 0
    public var nobodys = 0

    public init(end: LogPosition) { self.end = end }
}

/// How much a store holds.
public struct StoreCounts: Sendable, Equatable {
    public var profiles = 0
    public var events = 0
    public var duplicates = 0
    public var unreadable = 0
    /// Events that are on no timeline: all they name is values that are nobody's.
    public var nobodys = 0

    public init() {}
}
