import Throughline

/// What the fold has made of the log so far. One writer, any number of readers.
public protocol Profiles: Sendable {
    /// Where the next record to be folded lies.
    func position() throws(StoreError) -> LogPosition

    /// Which of some messages were met within the last 30 days.
    func areKnown(_ messages: [MessageKey]) throws(StoreError) -> [Bool]

    /// Whose some identifiers are.
    func profiles(of identifiers: [Identifier]) throws(StoreError) -> [ProfileNumber?]

    /// Takes what came of folding, in one transaction.
    func commit(_ changes: FoldChanges) throws(StoreError)

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

/// The number of a profile: where the first record of it lies in the log, so that a rebuild gives it the same one.
public struct ProfileNumber: Hashable, Sendable {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// What somebody is known by to an organization.
public struct Identifier: Hashable, Sendable {
    public enum Kind: UInt8, Sendable {
        case user = 1
        case anonymous = 2
    }

    public let organization: UInt32
    public let kind: Kind
    public let value: String

    public init(organization: UInt32, kind: Kind, value: String) {
        self.organization = organization
        self.kind = kind
        self.value = value
    }
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
    public let profile: ProfileNumber
    public let key: Key

    public init(organization: UInt32, profile: ProfileNumber, key: Key) {
        self.organization = organization
        self.profile = profile
        self.key = key
    }
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

    /// Its numbers; nil where there are not so many.
    package func numbers(_ count: Int) -> [Int64]? {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        guard numbers.count == count, !numbers.contains(nil) else { return nil }
        return numbers.compactMap { $0 }
    }
}

/// What came of folding some records.
public struct FoldChanges: Sendable {
    /// Where the next record to be folded lies.
    public var end: LogPosition
    /// When the last of them was received: what is 30 days older is forgotten.
    public var today: Int32 = 0
    public var messages: [MessageKey] = []
    public var identifiers: [(identifier: Identifier, profile: ProfileNumber)] = []
    /// Profiles that were not there before.
    public var newProfiles = 0
    public var timeline: [TimelineEntry] = []
    /// Records that were met before, or could not be read.
    public var duplicates = 0
    public var unreadable = 0

    public init(end: LogPosition) { self.end = end }
}

/// How much a store holds.
public struct StoreCounts: Sendable, Equatable {
    public var profiles = 0
    public var events = 0
    public var duplicates = 0
    public var unreadable = 0

    public init() {}
}
