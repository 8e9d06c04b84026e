import Throughline

/// What a caller asks of the intake: to take one event of a kind that it names, or a batch of events that say their own.
public enum IntakeCall: Hashable, Sendable {
    case one(Event.Kind)
    case batch

    /// The call that a path names by its last part: `track` and `t`, `batch`, `b` and `import`, and so on.
    public init?(name: some StringProtocol) {
        switch name {
        case "track", "t": self = .one(.track)
        case "identify", "i": self = .one(.identify)
        case "page", "p": self = .one(.page)
        case "screen", "s": self = .one(.screen)
        case "group", "g": self = .one(.group)
        case "alias", "a": self = .one(.alias)
        case "batch", "b", "import": self = .batch
        default: return nil
        }
    }
}

/// A call as it came: what is asked, of whom and when, without its body.
public struct IntakeRequest: Sendable {
    /// Who sends.
    public enum Source: Sendable {
        /// The number of a source that has shown its key.
        case known(UInt32)
        /// The number by the `writeKey` of the body, nil where the body has none; a nil answer refuses the body.
        case byWriteKey(@Sendable (String?) -> UInt32?)
    }

    public var call: IntakeCall
    public var source: Source
    /// By the clock of the server.
    public var receivedAt: Instant
    /// Whether the body is packed (`Content-Encoding: gzip`).
    public var isGzip: Bool
    /// Whether it carries the signal of Global Privacy Control.
    public var hasPrivacySignal: Bool

    public init(
        _ call: IntakeCall, from source: Source, receivedAt: Instant, isGzip: Bool = false,
        hasPrivacySignal: Bool = false
    ) {
        self.hasPrivacySignal = hasPrivacySignal
        self.call = call
        self.source = source
        self.receivedAt = receivedAt
        self.isGzip = isGzip
    }
}

/// What came of a call: every event of it is either in the records or among the refusals.
public struct IntakeResult: Sendable {
    /// The accepted events, each an ``EventRecord``, in the order they were sent.
    public internal(set) var records = LogRecords()
    /// The others, in the order they were sent.
    public internal(set) var refusals: [IntakeRefusal] = []
    public internal(set) var source: UInt32 = 0
    /// The key that the body itself carried.
    public internal(set) var writeKey: String?
}

/// An event that is not taken, and why.
public struct IntakeRefusal: Hashable, Sendable {
    /// Its place in the batch; 0 of an event that came alone.
    public let index: Int
    /// Where it has one that can be read.
    public let messageId: String?
    public let fault: IntakeFault
    /// What was sent, to be shown with the reason; cut at ``EventParser/eventBytesMax``.
    public let json: [UInt8]
}
