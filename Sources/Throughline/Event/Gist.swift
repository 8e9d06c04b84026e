/// What discovery reads of an event, in few bytes: kept with the timeline, so that neither repair nor a look at somebody's
/// purposes goes back to the log.
///
/// Texts are cut: the name of what happened and what tells the topic to ``textBytesMax``, others to ``nameBytesMax``.
public struct Gist: Sendable, Hashable {
    public static let textBytesMax = 160
    public static let nameBytesMax = 64
    /// Entities that are kept.
    public static let entitiesMax = 12

    public let bytes: [UInt8]

    /// Beside the kind of an event of which something was cut.
    private static let cutFlag: UInt8 = 0x80
    /// Beside the kind of an event that a source told which is not believed.
    private static let provisionalFlag: UInt8 = 0x40
    private static let kindOffset = 8

    /// - Parameters:
    ///   - arrival: the logged time at which the event came.
    ///   - isTrusted: whether its source is believed.
    public init(_ event: Event, arrival: Instant, isTrusted: Bool) {
        let whole = [event.name, event.text, event.channel, event.author, event.resource, event.amount]
        let fields = [
            event.cut(event.name, toBytes: Gist.textBytesMax), event.cut(event.text, toBytes: Gist.textBytesMax),
            event.cut(event.channel, toBytes: Gist.nameBytesMax), event.cut(event.author, toBytes: Gist.nameBytesMax),
            event.cut(event.resource, toBytes: Gist.nameBytesMax), event.cut(event.amount, toBytes: Gist.nameBytesMax),
        ]
        let entities = event.entities.prefix(Gist.entitiesMax)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 + fields.reduce(0) { $0 + $1.count } + 8 * entities.count)
        withUnsafeBytes(of: arrival.millisecondsSince1970.littleEndian) { bytes.append(contentsOf: $0) }
        let isWhole = fields == whole && event.entities.count <= Gist.entitiesMax
        bytes.append(
            event.kind.rawValue | (isWhole ? 0 : Gist.cutFlag) | (isTrusted ? 0 : Gist.provisionalFlag))
        for field in fields {
            bytes.append(UInt8(field.count))
            bytes.append(contentsOf: event.bytes[field])
        }
        for entity in entities { withUnsafeBytes(of: entity.littleEndian) { bytes.append(contentsOf: $0) } }
        self.bytes = bytes
    }

    /// Takes bytes that ``bytes`` gave.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether nothing was cut: discovery reads the same of it as of the event.
    public var isWhole: Bool { bytes.count > Gist.kindOffset && bytes[Gist.kindOffset] & Gist.cutFlag == 0 }

    /// Whether its source is believed.
    public var isTrusted: Bool {
        bytes.count > Gist.kindOffset && bytes[Gist.kindOffset] & Gist.provisionalFlag == 0
    }

    /// Stable hash of the folded name of what happened, cut as it is kept; 0 where it has none.
    public var nameHash: UInt64 { withField(0) { $0.isEmpty ? 0 : StableHash.folded($0) } }

    /// The name of what happened, as it is kept; empty where the bytes are none of a gist.
    public var name: String { withField(0) { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of a field, counted from 0: the name, the text, the channel; none where there are not so many.
    private func withField<Result>(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            var start = Gist.kindOffset + 1
            for _ in 0..<number where start < bytes.count { start += 1 + Int(bytes[start]) }
            guard start < bytes.count, start + Int(bytes[start]) < bytes.count else {
                return body(UnsafeBufferPointer(rebasing: bytes[..<0]))
            }
            return body(UnsafeBufferPointer(rebasing: bytes[(start + 1)..<(start + 1 + Int(bytes[start]))]))
        }
    }

    /// What is made of the channel that it came by.
    public func withChannel<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result { withField(2, body) }

    /// The logged time at which the event came; the beginning of time where the bytes are none of a gist.
    public var arrival: Instant {
        guard bytes.count >= 8 else { return Instant(millisecondsSince1970: .min) }
        return Instant(
            millisecondsSince1970: bytes.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) })
    }

    /// Fills an event with what was kept of it.
    public func read(at timestamp: Instant, into event: inout Event) throws(StateError) {
        try bytes.withUnsafeBufferPointer { bytes throws(StateError) in
            var reader = StateReader(UnsafeRawBufferPointer(bytes))
            event.removeAll()
            event.timestamp = timestamp
            _ = try reader.number(Int64.self)
            guard let kind = Event.Kind(rawValue: try reader.number() & ~(Gist.cutFlag | Gist.provisionalFlag)) else {
                throw StateError()
            }
            event.kind = kind
            event.name = try Gist.field(&reader, &event)
            event.text = try Gist.field(&reader, &event)
            event.channel = try Gist.field(&reader, &event)
            event.author = try Gist.field(&reader, &event)
            event.resource = try Gist.field(&reader, &event)
            event.amount = try Gist.field(&reader, &event)
            while !reader.isAtEnd { event.entities.append(try reader.number()) }
        }
    }

    private static func field(_ reader: inout StateReader, _ event: inout Event) throws(StateError) -> Event.Field {
        let count = Int(try reader.number(UInt8.self))
        return event.store(try reader.raw(count).assumingMemoryBound(to: UInt8.self))
    }
}

extension Event {
    /// What tells the topic, cut at a character.
    package var shortText: Field { cut(text, toBytes: Gist.textBytesMax) }

    /// A field, cut at a character.
    package func cut(_ field: Field, toBytes most: Int) -> Field {
        guard field.count > most else { return field }
        var end = field.lowerBound + most
        while end > field.lowerBound, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return field.lowerBound..<end
    }
}
