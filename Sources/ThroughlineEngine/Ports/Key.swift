import Crypto
import Throughline

/// Names a key to people: in lists and logs, where the key itself never is.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) { self.text = text }

    /// A new one: 64 random bits.
    public static func make() -> KeyID {
        var random = SystemRandomNumberGenerator()
        let digits = String(random.next(), radix: 16)
        return KeyID(String(repeating: "0", count: 16 - digits.count) + digits)
    }

    public var description: String { text }
}

/// A key as it is told of: nothing in it lets anybody use it.
public struct Key: Sendable, Equatable {
    /// Of one organization, those that expire included.
    public static let countMax = 1_000
    /// Characters of a label.
    public static let labelLengthMax = 200

    /// What is said of a key before it has an id.
    public struct Draft: Sendable {
        /// What it is for, in words; not empty.
        public var label: String
        /// The number of the source it writes for; nil where it does not write.
        public var source: UInt32?
        /// Not empty.
        public var scopes: Set<Scope>
        /// Nil where it holds until it is revoked.
        public var expiresAt: Instant?
        /// The last characters of the key, to know it by; nil where it is too short for that.
        public var ending: String?

        public init(
            label: String, source: UInt32? = nil, scopes: Set<Scope>, expiresAt: Instant? = nil, ending: String? = nil
        ) {
            self.label = label
            self.source = source
            self.scopes = scopes
            self.expiresAt = expiresAt
            self.ending = ending
        }
    }

    public let id: KeyID
    public let organization: UInt32
    public let label: String
    public let source: UInt32?
    public let scopes: Set<Scope>
    public let ending: String?
    /// Nil of keys that are older than this note.
    public let createdAt: Instant?
    public var expiresAt: Instant?

    public init(_ draft: Draft, id: KeyID, organization: UInt32, createdAt: Instant?) {
        self.id = id
        self.organization = organization
        label = draft.label
        source = draft.source
        scopes = draft.scopes
        ending = draft.ending
        self.createdAt = createdAt
        expiresAt = draft.expiresAt
    }

    public func holds(at now: Instant) -> Bool { expiresAt.map { now < $0 } ?? true }

    /// Whether it can make and revoke keys for as long as nobody revokes it.
    public var administersForGood: Bool { scopes.contains(.admin) && expiresAt == nil }

    /// The key as it is with an expiry no later than this.
    public func ending(by end: Instant) -> Key {
        var key = self
        key.expiresAt = min(expiresAt ?? end, end)
        return key
    }

    /// The key that takes its place.
    public func successor(ending: String?) -> Draft {
        Draft(label: label, source: source, scopes: scopes, expiresAt: expiresAt, ending: ending)
    }
}

/// The SHA-256 of a key. Keys are 256 random bits, so that a hash without salt tells nothing of them; what is looked up
/// is the hash, so that the time a look-up takes tells nothing either.
public struct KeyHash: Hashable, Sendable {
    public static let bytesCount = 32
    public let bytes: [UInt8]

    public init(of key: String) { bytes = Array(SHA256.hash(data: Array(key.utf8))) }

    /// The last four characters of a key, to know it by; nil of one so short that they would tell much of it.
    public static func ending(of key: String) -> String? { key.utf8.count < 32 ? nil : String(key.suffix(4)) }

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
