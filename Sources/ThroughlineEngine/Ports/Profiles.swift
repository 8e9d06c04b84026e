import Throughline

/// What the fold has made of the log so far. One writer, any number of readers.
public protocol Profiles: Identities, Traits, Links, PeopleSearch, Erasures, Types, Tallies, Maps, Segments, Sendable {
    /// Where the next record to be folded lies.
    func position() throws(StoreError) -> LogPosition

    /// Which of some messages were met within the last 30 days.
    func areKnown(_ messages: [MessageKey]) throws(StoreError) -> [Bool]

    /// The logged time that the fold has come to.
    func clock() throws(StoreError) -> Instant

    /// What the fold keeps of some people; nil for those of whom nothing was placed yet.
    func people(_ profiles: [ProfileNumber]) throws(StoreError) -> [StoredPerson?]

    /// People who must be looked at by some moment, those first who must first.
    func due(by clock: Instant, limit: Int) throws(StoreError) -> [ProfileNumber]

    /// When the first of all people must be looked at; nil where nobody must.
    func nextDue() throws(StoreError) -> Instant?

    /// The latest events of some people, the latest first.
    ///
    /// - Parameter people: the strands of each.
    func latest(of people: [[IdentifierNumber]], limit: Int) throws(StoreError) -> [[TimelineEntry]]

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

    /// The strands of which something was said of an event, in order.
    func correctedStrands() throws(StoreError) -> [IdentifierNumber]

    /// Who is known by a value: the user of this name, else who has this address or number, else the device, else the
    /// visitor.
    func identity(named value: String, organization: UInt32) throws(StoreError) -> IdentityRow?

    /// A page of a person's timeline, the latest first; nil where nobody is known by the identifier.
    ///
    /// - Parameters:
    ///   - after: where the page before ended; nil for the first page.
    ///   - withChanges: whether it says, too, what became of her purposes.
    /// - Throws: ``StoreError/Code/badCursor`` where the cursor is none of this timeline.
    func timeline(
        of id: String, organization: UInt32, after: TimelineCursor?, limit: Int, withChanges: Bool
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
        /// 0 for an event, else which of a person's changes it is.
        public let ordinal: UInt32

        public init(timestamp: Instant, position: LogPosition, ordinal: UInt32 = 0) {
            self.timestamp = timestamp
            self.position = position
            self.ordinal = ordinal
        }

        public static func < (a: Key, b: Key) -> Bool {
            (a.timestamp, a.position, a.ordinal) < (b.timestamp, b.position, b.ordinal)
        }
    }

    public let organization: UInt32
    /// Whose strand it lies on: the user or the visitor whose event it is.
    public let strand: IdentifierNumber
    public let key: Key
    /// Where the event is placed; nil where nothing discovers, and for what somebody said is not hers.
    public var placed: PlacedEvent?
    /// What discovery reads of it; nil where nothing discovers. Stays as it is.
    public var gist: Gist?

    public init(
        organization: UInt32, strand: IdentifierNumber, key: Key, placed: PlacedEvent? = nil, gist: Gist? = nil
    ) {
        self.organization = organization
        self.strand = strand
        self.key = key
        self.placed = placed
        self.gist = gist
    }
}

/// The purpose of an event, and how sure that is.
public struct PlacedEvent: Hashable, Sendable {
    public let purpose: PurposeID
    public let isRoutine: Bool
    /// Probability that the placing is right, in thousandths.
    public let confidence: UInt16
    public let given: Given
    /// How far it brings its purpose, as it was read on arrival; nil for routine.
    public let stage: Stage?
    /// The number of the type that its purpose was of by then; 0 for none.
    public internal(set) var type: UInt16

    /// What somebody said of where it is: repair leaves it there.
    ///
    /// A raw value is part of the state that is kept.
    public enum Given: UInt8, Sendable {
        case nothing = 0
        /// It belongs there.
        case place = 1
        /// Its purpose is over: nothing more comes to it.
        case end = 2
    }

    public init(
        purpose: PurposeID, isRoutine: Bool, confidence: UInt16, given: Given = .nothing, stage: Stage? = nil,
        type: UInt16 = 0
    ) {
        self.purpose = purpose
        self.isRoutine = isRoutine
        self.confidence = confidence
        self.given = given
        self.stage = stage
        self.type = type
    }

    public var isTentative: Bool { Float(confidence) / 1_000 < Placement.tentativeBelow }
}

/// Some of a timeline, the latest first.
public struct TimelinePage: Sendable, Equatable {
    public var items: [TimelineItem]
    /// Where the next page begins; nil behind the last item.
    public var next: TimelineCursor?

    public init(items: [TimelineItem], next: TimelineCursor?) {
        self.items = items
        self.next = next
    }
}

/// What the fold keeps of a person.
public struct StoredPerson: Sendable, Equatable {
    /// Bytes that only the fold reads.
    public var state: [UInt8]
    /// When she must be looked at though nothing of hers came; nil where nothing is waited for.
    public var due: Instant?

    public init(state: [UInt8], due: Instant?) {
        self.state = state
        self.due = due
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
    /// What was said of people, in the order of the log.
    public var traits: [TraitRow] = []
    /// Who was linked to whom, seen from one of both, in the order of the log.
    public var links: [LinkRow] = []
    /// What was said of events; of the same event and aspect it takes the place of what was said before.
    public var corrections: [CorrectionRow] = []
    /// How many profiles there are more.
    public var newProfiles = 0
    /// Types of purpose that are others from now on, by organization.
    public var typeBooks: [(organization: UInt32, book: TypeBook)] = []
    /// Journey maps of which something was said, each once.
    public var maps: [(organization: UInt32, map: MapHistory)] = []
    /// What segments have to know.
    public var segments = SegmentNews()
    /// What is counted otherwise from now on.
    public var counts = CountChanges()
    public var timeline: [TimelineEntry] = []
    /// Events that are on timelines already and are placed otherwise from now on.
    public var replaced: [TimelineEntry] = []
    /// The logged time that the fold has come to.
    public var clock = Instant(millisecondsSince1970: 0)
    /// What is kept of everybody to whom something happened, once each; nil for one of whom nothing is any more.
    public var people: [(profile: ProfileNumber, person: StoredPerson?)] = []
    /// What became of purposes. Of some strands nothing counts that was told of before.
    public var purposeChanges: [PurposeChange] = []
    public var toldAgain: [IdentifierNumber] = []
    /// Whether people wait to be looked at behind the last record: there is more to fold, though no record is.
    public var areMoreDue = false
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
