import Crypto
import Throughline

/// Who may do what: organizations, their sources, and keys, of which only hashes are kept.
public protocol Access: Sendable {
    /// What a key allows; nil where it is unknown or was revoked.
    func grant(for key: KeyHash) -> Grant?

    /// Whether there is an organization.
    var isFounded: Bool { get }

    /// Makes an organization with one source and its keys.
    @discardableResult
    func found(_ organization: String, source: Source.Draft, keys: [(hash: KeyHash, scopes: Set<Scope>, isWrite: Bool)])
        throws(StoreError) -> Source

    /// Makes a further source.
    func add(_ source: Source.Draft, organization: UInt32) throws(StoreError) -> Source

    /// Makes a key, of a source where it writes.
    func add(_ key: KeyHash, organization: UInt32, source: UInt32?, scopes: Set<Scope>) throws(StoreError)

    /// Lets a key no longer do anything; false where there is none.
    func revoke(_ key: KeyHash) throws(StoreError) -> Bool

    func sources(of organization: UInt32) -> [Source]

    /// The organization of a source; nil where there is none.
    func organization(ofSource source: UInt32) -> UInt32?
}

/// A system that sends events.
public struct Source: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Its key is public: what it says of identity, consent or fulfilment is provisional.
        case browser
        case server
    }

    /// What is said of a source before it has a number.
    public struct Draft: Sendable {
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
    /// Looking at what comes in and what was refused.
    case debug
    case metrics
    /// Making and revoking sources and keys.
    case admin
}

/// What a key allows.
public struct Grant: Sendable, Equatable {
    public let organization: UInt32
    /// Of a key that writes.
    public let source: Source?
    public let scopes: Set<Scope>

    public init(organization: UInt32, source: Source?, scopes: Set<Scope>) {
        self.organization = organization
        self.source = source
        self.scopes = scopes
    }
}

/// The SHA-256 of a key. Keys are 256 random bits, so that a hash without salt tells nothing of them; what is looked up
/// is the hash, so that the time a look-up takes tells nothing either.
public struct KeyHash: Hashable, Sendable {
    public static let bytesCount = 32
    public let bytes: [UInt8]

    public init(of key: String) { bytes = Array(SHA256.hash(data: Array(key.utf8))) }

    /// Of a hash that was kept.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == KeyHash.bytesCount else { return nil }
        self.bytes = bytes
    }

    /// A new key: a mark that says what it is for, and 256 random bits in 43 characters.
    public static func makeKey(mark: String) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var random = SystemRandomNumberGenerator()
        let text = (0..<43).map { _ in letters[Int(random.next() & 63)] }
        return mark + "_" + String(decoding: text, as: UTF8.self)
    }
}

/// Why a store did not do what it was asked.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
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
