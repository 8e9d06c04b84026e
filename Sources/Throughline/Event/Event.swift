/// Something that happened at a touchpoint, as a source told it (Segment Spec: track, page, screen, identify, group,
/// alias).
///
/// An event keeps its texts as UTF-8 in one buffer and can be emptied and filled again, so that a reader makes one
/// event and no further allocation for millions of lines.
public struct Event: Sendable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        case track, page, screen, identify, group, alias
    }

    /// A text of the event: where it lies in ``bytes``. Empty when the event does not have it.
    public typealias Field = Range<Int>

    /// The longest identifier, in bytes.
    public static let identifierBytesMax = 1_024

    public var kind = Kind.track
    public var timestamp = Instant(millisecondsSince1970: 0)

    public var messageId: Field = 0..<0
    public var userId: Field = 0..<0
    public var anonymousId: Field = 0..<0
    /// The identifier that an `alias` joins to ``userId``.
    public var previousId: Field = 0..<0
    /// What an `identify` or the traits of any event say that she is reached by, and on which device.
    public var email: Field = 0..<0
    public var phone: Field = 0..<0
    public var device: Field = 0..<0
    /// What an `identify`, or the traits of any event, say of her, and a `group` of what she belongs to.
    public var traits: [EventTrait] = []
    /// What a `group` says that the person belongs to.
    public var groupId: Field = 0..<0
    /// The name of what happened: `event` of a track, the title-cased kind where there is none ("Page Viewed").
    public var name: Field = 0..<0
    public var channel: Field = 0..<0
    /// Who wrote it, where several people share a stream.
    public var author: Field = 0..<0
    /// Who or what handled it: a clerk, an agent, a device.
    public var resource: Field = 0..<0
    /// Titles, queries, product names, messages: everything that tells the topic, joined by full stops.
    public var text: Field = 0..<0
    /// The number that people would tell it by, as it was written: "9000".
    public var amount: Field = 0..<0
    /// Values that name one thing: order, account, offer, clicked domain. Hashes of folded key-less values.
    public var entities: [UInt64] = []

    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// Whether the person is known by more than her ids.
    public var hasFurtherIdentifiers: Bool { !email.isEmpty || !phone.isEmpty || !device.isEmpty }

    /// Empties the event and keeps its memory.
    public mutating func removeAll() {
        kind = .track
        timestamp = Instant(millisecondsSince1970: 0)
        messageId = 0..<0
        userId = 0..<0
        anonymousId = 0..<0
        previousId = 0..<0
        email = 0..<0
        phone = 0..<0
        device = 0..<0
        traits.removeAll(keepingCapacity: true)
        groupId = 0..<0
        name = 0..<0
        channel = 0..<0
        author = 0..<0
        resource = 0..<0
        text = 0..<0
        amount = 0..<0
        entities.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Keeps a text and says where.
    public mutating func store(_ text: UnsafeBufferPointer<UInt8>) -> Field {
        let start = bytes.count
        bytes.append(contentsOf: text)
        return start..<bytes.count
    }

    public mutating func store(_ text: String) -> Field {
        var text = text
        return text.withUTF8 { store($0) }
    }

    /// Adds a further text to what tells the topic. Texts must be added one after the other, with nothing stored in
    /// between.
    public mutating func appendText(_ more: UnsafeBufferPointer<UInt8>) {
        guard !more.isEmpty else { return }
        let start = text.isEmpty ? bytes.count : text.lowerBound
        precondition(text.isEmpty || text.upperBound == bytes.count, "texts are stored one after the other")
        if !text.isEmpty { bytes.append(contentsOf: [UInt8(ascii: "."), UInt8(ascii: " ")]) }
        bytes.append(contentsOf: more)
        text = start..<bytes.count
    }

    /// The bytes of a field, for as long as `body` runs.
    @inlinable
    public func withBytes<Result>(of field: Field, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
    {
        try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[field])) }
    }

    public func string(_ field: Field) -> String { String(decoding: bytes[field], as: UTF8.self) }
}
