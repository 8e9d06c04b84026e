import Throughline

/// Who looked at what is known of people, for these to see. It cannot be made again from the log.
public protocol Readings: Sendable {
    /// Keeps a reading. Of an identifier the latest ``Reading/perIdentifierMax`` are kept.
    func note(_ reading: Reading) throws(StoreError)

    /// The readings of some identifiers, the latest first.
    func readings(of identifiers: [IdentifierNumber], limit: Int) throws(StoreError) -> [Reading]

    /// Whom the latest readings were of, each once.
    func latestSubjects(limit: Int) throws(StoreError) -> [IdentifierNumber]

    /// Forgets all readings of some identifiers, and leaves no trace of them on the disk.
    func forget(_ identifiers: [IdentifierNumber]) throws(StoreError)
}

/// That somebody looked at what is known of a person.
public struct Reading: Sendable, Hashable {
    /// Readings of one identifier that are kept, the latest ones.
    public static let perIdentifierMax = 1_000
    /// The longest name of an actor, and the longest reason, in bytes.
    public static let textBytesMax = 256

    /// The identifier that she was asked for by.
    public let subject: IdentifierNumber
    public let at: Instant
    /// The key that it was done with.
    public let key: String
    /// Who did it, and what for, as far as that was said.
    public let actor: String?
    public let reason: String?
    /// What was looked at.
    public let what: String

    public init(
        of subject: IdentifierNumber, at: Instant, key: String, actor: String?, reason: String?, what: String
    ) {
        self.subject = subject
        self.at = at
        self.key = key
        self.actor = actor
        self.reason = reason
        self.what = what
    }
}
