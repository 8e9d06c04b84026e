import Throughline

/// A record of the log that is an event: what a source sent, and what was known when it came.
///
/// In bytes, little-endian: the kind of record (1), flags, the kind of event, 0; the number of the source (4 bytes); when it was
/// received and when it happened, in milliseconds since 1970 (8 bytes each); the length of the message id (2 bytes), the message id;
/// then the event as it was sent, a JSON object.
public struct EventRecord: Sendable, Equatable {
    /// What every record of an event begins with.
    public static let kind: UInt8 = 1
    static let headBytes = 26

    public var source: UInt32
    public var receivedAt: Instant
    /// When it happened, by the clock of the server: the sender's clock is put right by when it says it sent.
    public var timestamp: Instant
    /// Whether the time cannot be: such a time is kept and never used as "now".
    public var isTimeSuspect: Bool
    /// Whether the call carried the signal of Global Privacy Control (`Sec-GPC: 1`).
    public var hasPrivacySignal = false
    public var eventKind: Event.Kind
    /// At most ``Event/identifierBytesMax`` bytes.
    public var messageId: [UInt8]
    /// The object as it was sent.
    public var json: [UInt8]

    public init(
        source: UInt32, receivedAt: Instant, timestamp: Instant, isTimeSuspect: Bool, eventKind: Event.Kind,
        messageId: [UInt8], json: [UInt8], hasPrivacySignal: Bool = false
    ) {
        self.hasPrivacySignal = hasPrivacySignal
        self.source = source
        self.receivedAt = receivedAt
        self.timestamp = timestamp
        self.isTimeSuspect = isTimeSuspect
        self.eventKind = eventKind
        self.messageId = messageId
        self.json = json
    }
}

extension EventRecord {
    private static let suspectTime: UInt8 = 1
    private static let privacySignal: UInt8 = 2

    /// Appends the record as the log keeps it.
    public func append(to bytes: inout [UInt8]) {
        let head = Head(
            source: source, receivedAt: receivedAt, timestamp: timestamp, isTimeSuspect: isTimeSuspect,
            hasPrivacySignal: hasPrivacySignal, eventKind: eventKind)
        messageId.withUnsafeBufferPointer { id in
            json.withUnsafeBufferPointer { head.append(messageId: id, json: $0, to: &bytes) }
        }
    }

    /// A record without its texts, for whoever has those somewhere else.
    struct Head {
        var source: UInt32
        var receivedAt: Instant
        var timestamp: Instant
        var isTimeSuspect: Bool
        var hasPrivacySignal: Bool
        var eventKind: Event.Kind

        /// Appends the record as the log keeps it.
        func append(
            messageId: UnsafeBufferPointer<UInt8>, json: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]
        ) {
            precondition(
                messageId.count <= Event.identifierBytesMax, "a message id is no longer than an identifier")
            bytes.append(EventRecord.kind)
            bytes.append(
                (isTimeSuspect ? EventRecord.suspectTime : 0) | (hasPrivacySignal ? EventRecord.privacySignal : 0))
            bytes.append(eventKind.rawValue)
            bytes.append(0)
            bytes.append(littleEndian: source)
            bytes.append(littleEndian: receivedAt.millisecondsSince1970)
            bytes.append(littleEndian: timestamp.millisecondsSince1970)
            bytes.append(littleEndian: UInt16(messageId.count))
            bytes.append(contentsOf: messageId)
            bytes.append(contentsOf: json)
        }
    }

    /// Reads what ``append(to:)`` wrote; nil where it is something else.
    public init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        let raw = UnsafeRawBufferPointer(bytes)
        guard bytes.count >= EventRecord.headBytes, bytes[0] == EventRecord.kind,
            let kind = Event.Kind(rawValue: bytes[2])
        else { return nil }
        let idBytes = Int(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 24, as: UInt16.self)))
        let idEnd = EventRecord.headBytes + idBytes
        guard idBytes <= Event.identifierBytesMax, bytes.count >= idEnd else { return nil }
        func instant(_ offset: Int) -> Instant {
            Instant(
                millisecondsSince1970: Int64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
        }
        self.init(
            source: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)), receivedAt: instant(8),
            timestamp: instant(16), isTimeSuspect: bytes[1] & EventRecord.suspectTime != 0, eventKind: kind,
            messageId: Array(bytes[EventRecord.headBytes..<idEnd]), json: Array(bytes[idEnd...]),
            hasPrivacySignal: bytes[1] & EventRecord.privacySignal != 0)
    }
}

extension [UInt8] {
    /// Appends the bytes of a number, the lowest first.
    mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
