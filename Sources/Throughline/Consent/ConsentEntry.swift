/// One line of a history of consent: who may do what through which channel, who said so, when, where, and what was shown.
public struct ConsentEntry: Hashable, Sendable {
    /// How it came to be known. A raw value is a byte of the state that is kept: cases are appended, never moved.
    public enum Manner: UInt8, Hashable, Sendable, CaseIterable {
        /// The person said it herself.
        case stated
        /// Staff wrote down what she said.
        case recorded
        /// Her browser sent `Sec-GPC: 1`.
        case globalPrivacyControl
        /// It came with data from another system.
        case imported
    }

    /// The longest name of a place, in bytes; what is longer is cut.
    public static let placeBytesMax = 128

    public let use: Use
    /// Nil is every channel.
    public let channel: ChannelName?
    public let decision: ConsentDecision
    /// When she decided. Of a signal: when it was received, as it belongs to the call that brought it and not to an event.
    public let time: Instant
    /// The record of the log that said so.
    public let position: UInt64
    public let manner: Manner
    /// Whether the source is one whose word counts. A browser's key is public, so a browser is not.
    public let isTrusted: Bool
    /// The touchpoint where she decided; empty when nobody said.
    public let place: String
    public let notice: ConsentNotice?
    /// Whether it is a no that named more than there was room for, kept as one to the whole use on every channel.
    public let isWidened: Bool

    public init(
        _ decision: ConsentDecision, of use: Use, on channel: ChannelName? = nil, at time: Instant, position: UInt64,
        manner: Manner = .stated, isTrusted: Bool, place: String = "", notice: ConsentNotice? = nil
    ) throws(ConsentError) {
        if decision == .granted, use == .sharing(with: nil) { throw .sharingWithAnybodyGranted }
        if manner == .globalPrivacyControl {
            guard decision == .withdrawn, channel == nil, GlobalPrivacyControl.uses.contains(use) else {
                throw .signalSaysMore
            }
        }
        self.use = use
        self.channel = channel
        self.decision = decision
        self.time = time
        self.position = position
        self.manner = manner
        self.isTrusted = isTrusted
        self.place = place.cut(toBytes: ConsentEntry.placeBytesMax)
        self.notice = notice
        isWidened = false
    }

    /// A signal of the browser, seen in a call.
    init(signalFor use: Use, receivedAt time: Instant, position: UInt64, place: String, isTrusted: Bool) {
        self.use = use
        channel = nil
        decision = .withdrawn
        self.time = time
        self.position = position
        manner = .globalPrivacyControl
        self.isTrusted = isTrusted
        self.place = place.cut(toBytes: ConsentEntry.placeBytesMax)
        notice = nil
        isWidened = false
    }

    /// The same no, said of the whole use on every channel.
    init(widening entry: ConsentEntry) {
        self.init(entry, use: entry.use.kind.whole, channel: nil, isWidened: true)
    }

    /// The same no, said of all organizations.
    ///
    /// It needs no mark: a yes lifts it for the organization that was named if, and only if, it would lift what was said.
    init(unnaming entry: ConsentEntry) {
        self.init(entry, use: entry.use.kind.whole, channel: entry.channel, isWidened: entry.isWidened)
    }

    private init(_ entry: ConsentEntry, use: Use, channel: ChannelName?, isWidened: Bool) {
        precondition(entry.decision != .granted, "only a no is ever taken for more than was said")
        self.use = use
        self.channel = channel
        self.isWidened = isWidened
        decision = entry.decision
        time = entry.time
        position = entry.position
        manner = entry.manner
        isTrusted = entry.isTrusted
        place = entry.place
        notice = entry.notice
    }

    /// Whether it says something of this use on this channel.
    func covers(_ use: Use, on channel: ChannelName?) -> Bool {
        (self.channel == nil || self.channel == channel) && self.use.covers(use)
    }

    /// Whether what it says holds whoever the person is: a trusted source said it, or it is a signal, which only ever makes
    /// things stricter.
    var isFirm: Bool { isTrusted || manner == .globalPrivacyControl }

    var breadth: ConsentBreadth { ConsentBreadth(use: use, channel: channel) }

    /// What a yes has to name to lift it. Of a widened one nobody knows any more what it named, so that takes all names:
    /// it must not be easier to lift than what was said.
    var breadthToLift: ConsentBreadth { isWidened ? ConsentBreadth(narrowestOf: use.kind) : breadth }
}

extension ConsentEntry: Comparable {
    /// The order in which lines take effect: by time, then by position in the log.
    ///
    /// What one record says at one time goes from the broad to the narrow, so that a form may say "nothing, but email";
    /// of one breadth the stricter comes last. The rest only makes the order a total one, so that lines that come in any
    /// order make the same history.
    public static func < (a: ConsentEntry, b: ConsentEntry) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.position != b.position { return a.position < b.position }
        let (named, otherNamed) = (a.breadth.namedCount, b.breadth.namedCount)
        if named != otherNamed { return named < otherNamed }
        if a.decision != b.decision { return a.decision.rawValue < b.decision.rawValue }
        return a.rest.lexicographicallyPrecedes(b.rest)
    }

    private var rest: [String] {
        [
            String(use.kind.rawValue), use.organization?.rawValue ?? "", channel?.rawValue ?? "",
            String(manner.rawValue), isTrusted ? "1" : "0", place, notice == nil ? "0" : "1", notice?.id ?? "",
            notice?.version ?? "", notice?.text ?? "", isWidened ? "1" : "0",
        ]
    }
}
