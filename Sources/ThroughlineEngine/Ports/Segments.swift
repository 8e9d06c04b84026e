import Throughline

/// The segments of organizations and who is in them: the fold says what was defined and to whom something happened, the
/// service of segments who is in by that.
public protocol Segments: Sendable {
    /// Those of every organization that has any.
    func segmentBooks() throws(StoreError) -> [(organization: UInt32, book: SegmentBook)]

    /// How far people are looked at for each set, in the order of the sets.
    func segmentSets() throws(StoreError) -> [SegmentSet]

    /// People to whom something happened since they were looked at, in the order of their numbers.
    ///
    /// - Parameter after: behind whom it is begun; nil for the first.
    func segmentsWaiting(after: IdentifierNumber?, limit: Int) throws(StoreError) -> [SegmentWaiting]

    /// People of whom something is another thing by some moment though nothing happened, those first who were due first.
    func segmentsDue(by now: Instant, limit: Int) throws(StoreError) -> [IdentifierNumber]

    /// What segments ask of some people, all as of one moment; nil for numbers that are nobody's profile.
    ///
    /// - Parameters:
    ///   - inputs: by organization, what is read. People of others are told without any.
    ///   - eventsFrom: events before it are not read.
    func segmentSubjects(
        _ people: [IdentifierNumber], _ inputs: [UInt32: SegmentInputs], eventsFrom: Instant
    ) throws(StoreError) -> [SegmentSubject?]

    /// How many profiles an organization has.
    ///
    /// - Complexity: O(*n*) in the number of all identifiers.
    func profileCount(of organization: UInt32) throws(StoreError) -> Int

    /// Takes who is in which set from now on, in one transaction. Nobody enters who is not there any more.
    func commit(_ changes: SegmentChanges) throws(StoreError)

    /// Some members of a set, in the order of their numbers.
    ///
    /// - Parameter after: the last of the page before; nil for the first page.
    func segmentMembers(of set: Int64, after: IdentifierNumber?, limit: Int) throws(StoreError) -> [SegmentMember]

    /// The sets that a person is in, in order.
    func segmentMemberships(of person: IdentifierNumber) throws(StoreError) -> [(set: Int64, since: Instant)]
}

/// What the fold tells of segments with a group of records.
public struct SegmentNews: Sendable {
    /// Segments that are others from now on, by organization.
    public var books: [(organization: UInt32, book: SegmentBook)] = []
    /// Who is on lists from now on, or no longer, in the order of the log.
    public var listed: [(list: UInt64, strand: IdentifierNumber, isListed: Bool)] = []
    /// Lists that are gone.
    public var goneLists: [UInt64] = []
    /// People to whom something happened, where there are segments.
    public var touched: [IdentifierNumber] = []

    public init() {}
}

/// Somebody to whom something happened.
public struct SegmentWaiting: Sendable, Equatable {
    public var person: IdentifierNumber
    /// How often it was noted: what is noted again while she is looked at stays.
    public var noted: Int64

    public init(person: IdentifierNumber, noted: Int64) {
        self.person = person
        self.noted = noted
    }
}

/// The people for whom one rule of a segment holds. A segment whose rule changes gets another set, which takes the place of the
/// first once everybody was looked at.
public struct SegmentSet: Sendable, Equatable {
    public let number: Int64
    public let organization: UInt32
    /// The id of the segment.
    public let segment: UInt64
    public let rule: SegmentDefinition.Rule
    /// What the rule stands on besides the people: names of types, the size of the holdout.
    public var basis: UInt64 = 0
    /// Whether these are the members that are told.
    public var isShown = false
    /// Whether its members are to go.
    public var isRetired = false
    /// Up to whom people were looked at; nil where all were.
    public var cursor: IdentifierNumber? = .init(rawValue: 0)
    /// How many were looked at, of about how many.
    public var done = 0
    public var total = 0
    /// Kept by the store: how many are in it.
    public var memberCount = 0

    public init(number: Int64, organization: UInt32, segment: UInt64, rule: SegmentDefinition.Rule) {
        self.number = number
        self.organization = organization
        self.segment = segment
        self.rule = rule
    }
}

/// Somebody in a set.
public struct SegmentMember: Sendable, Equatable {
    public var person: IdentifierNumber
    public var since: Instant

    public init(person: IdentifierNumber, since: Instant) {
        self.person = person
        self.since = since
    }
}

/// What is read of a person for segments.
public struct SegmentSubject: Sendable {
    public var organization: UInt32
    /// The identifier that her profile is named after.
    public var naming: Identifier
    public var members: [IdentifierNumber]
    /// What is waited for in her stream, as bytes that only the engine reads; nil where it is not asked for, or nothing is.
    public var watch: [UInt8]?
    public var traits: [TraitRow] = []
    /// Her events in the window that is asked for and the last one, the latest first.
    public var entries: [TimelineEntry] = []
    /// The lists that she is on.
    public var lists: Set<UInt64> = []
    /// The sets that she is in.
    public var sets: Set<Int64> = []

    /// Events of one person that are counted, the latest.
    public static let entriesMax = 4_096

    public init(organization: UInt32, naming: Identifier, members: [IdentifierNumber]) {
        self.organization = organization
        self.naming = naming
        self.members = members
    }
}

/// Who is in which set from now on.
public struct SegmentChanges: Sendable {
    /// - Parameter before: the set whose place this one takes: who is in that one is here since then.
    public struct Entering: Sendable {
        public var set: Int64
        public var person: IdentifierNumber
        public var since: Instant
        public var before: Int64?

        public init(set: Int64, person: IdentifierNumber, since: Instant, before: Int64?) {
            self.set = set
            self.person = person
            self.since = since
            self.before = before
        }
    }

    /// When somebody is to be looked at though nothing happens.
    public struct Due: Sendable {
        public var person: IdentifierNumber
        /// Nil for never.
        public var at: Instant?
        /// Whether an earlier moment that is known already stays.
        public var keepsEarlier: Bool

        public init(person: IdentifierNumber, at: Instant?, keepsEarlier: Bool) {
            self.person = person
            self.at = at
            self.keepsEarlier = keepsEarlier
        }
    }

    public var entering: [Entering] = []
    public var leaving: [(set: Int64, person: IdentifierNumber)] = []
    public var settled: [SegmentWaiting] = []
    public var dues: [Due] = []
    /// Sets that are new or stand otherwise, but for ``SegmentSet/memberCount``.
    public var sets: [SegmentSet] = []
    /// A set of which so many members go, and it with the last of them.
    public var emptying: (set: Int64, limit: Int)?

    public init() {}

    public var isEmpty: Bool {
        entering.isEmpty && leaving.isEmpty && settled.isEmpty && dues.isEmpty && sets.isEmpty && emptying == nil
    }
}
