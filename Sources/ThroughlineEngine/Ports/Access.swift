import Throughline

/// Who may do what: organizations, their sources, and keys, of which only hashes are kept. What belongs to another
/// organization is, to whoever asks, not there.
public protocol Access: Sendable {
    /// What a key allows at a time; nil where it is unknown, was revoked or has expired.
    func grant(for key: KeyHash, at now: Instant) -> Grant?

    /// Whether there is an organization.
    var isFounded: Bool { get }

    /// Makes an organization with one source and its keys. A draft's `source` says nothing yet: keys that write do so for
    /// the source that is made.
    @discardableResult
    func found(_ organization: String, source: Source.Draft, keys: [(hash: KeyHash, draft: Key.Draft)], at now: Instant)
        throws(AccessError) -> Source

    /// Makes a further source. Its name is taken once in an organization.
    func add(_ source: Source.Draft, organization: UInt32) throws(AccessError) -> Source

    /// Makes a key.
    func add(_ key: Key.Draft, hash: KeyHash, organization: UInt32, at now: Instant) throws(AccessError) -> Key

    /// Makes another key in the place of one: with its label, source, scopes and, if it has one, expiry.
    ///
    /// - Parameter end: when the old one expires, unless it does so before; not after `now` for at once.
    /// - Returns: the new key, and the old one where it goes on for a while.
    func rotate(
        _ id: KeyID, to hash: KeyHash, ending: String?, organization: UInt32, at now: Instant, oldUntil end: Instant
    ) throws(AccessError) -> (new: Key, old: Key?)

    /// Lets a key no longer do anything.
    func revoke(_ id: KeyID, organization: UInt32, at now: Instant) throws(AccessError)

    /// In the order they were made.
    func sources(of organization: UInt32) -> [Source]

    /// Those that have not expired, in the order they were made.
    func keys(of organization: UInt32, at now: Instant) -> [Key]

    /// A source by its number; nil where there is none.
    func source(_ number: UInt32) -> Source?
}

/// Why what was asked of ``Access`` is not done. Nothing was changed.
public enum AccessError: Error, Hashable, Sendable {
    /// The organization has no such key, or it has expired.
    case unknownKey
    /// The organization has no such source.
    case unknownSource
    /// Another source of the organization has this name.
    case nameTaken
    /// A key writes for a source, and only a key that writes has one.
    case sourceWithoutWrite
    /// The key of a browser is public: it may write and nothing else.
    case browserKeyOnlyWrites
    /// Nobody could make or revoke keys any more: it is the last that may and does not expire.
    case lastAdministrator
    case tooManySources(max: Int)
    case tooManyKeys(max: Int)
    case store(StoreError)
}

/// A system that sends events.
public struct Source: Sendable, Equatable {
    /// Of one organization.
    public static let countMax = 1_000
    /// Characters of a name.
    public static let nameLengthMax = 200

    public enum Kind: String, Sendable, CaseIterable {
        /// Its key is public: what it says of identity, consent or fulfilment is provisional.
        case browser
        case server
    }

    /// What is said of a source before it has a number.
    public struct Draft: Sendable {
        /// Not empty.
        public var name: String
        public var kind: Kind

        public init(name: String, kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    public let number: UInt32
    public let organization: UInt32
    public let name: String
    public let kind: Kind

    public init(number: UInt32, organization: UInt32, name: String, kind: Kind) {
        self.number = number
        self.organization = organization
        self.name = name
        self.kind = kind
    }
}

/// What a key may be used for.
public enum Scope: String, Sendable, CaseIterable {
    /// Sending events.
    case write
    /// Reading profiles.
    case read
    /// Saying something of people: who they are, what they agreed to.
    case change
    /// Looking at what comes in and what was refused.
    case debug
    case metrics
    /// Making and revoking sources and keys.
    case admin
}

/// What a key allows.
public struct Grant: Sendable, Equatable {
    public let key: KeyID
    public let organization: UInt32
    /// Of a key that writes.
    public let source: Source?
    public let scopes: Set<Scope>

    public init(key: KeyID, organization: UInt32, source: Source?, scopes: Set<Scope>) {
        self.key = key
        self.organization = organization
        self.source = source
        self.scopes = scopes
    }
}

/// Why a store did not do what it was asked.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The disk is full: nothing was changed, later it may work.
        case full
        /// Nothing was changed.
        case failed
        /// What is on the disk is not what was written.
        case damaged
        /// It was written by a later version of the program.
        case newer
        /// Another process has it.
        case inUse
        /// A cursor is none that was given out for what is asked.
        case badCursor
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public static let badCursor = StoreError(.badCursor, "the cursor is none that was given out here")

    public var description: String { message }
}
