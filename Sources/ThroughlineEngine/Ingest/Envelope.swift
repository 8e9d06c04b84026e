import Throughline

/// Who, when and which: what is known of an event before it is read in the whole, ready to be put in order.
struct Envelope {
    /// An identifier: where its bytes are, behind a mark that tells the ids of users from those of visitors, and their
    /// hash.
    struct Key {
        let bytes: Range<Int>
        let hash: Int
    }

    let timestamp: Instant
    /// ``MessageSet/hash(of:)`` of the message id.
    let message: UInt64
    /// Whether the event has a message id.
    let hasMessage: Bool
    let user: Key?
    let anonymous: Key?
    /// What happened, where that was asked for.
    let name: Key?

    /// - Parameter keys: where the bytes of identifiers, and of the name, are put.
    init(of event: Event, withName: Bool = false, keys: inout [UInt8]) {
        timestamp = event.timestamp
        message = MessageSet.hash(of: event.bytes[event.messageId])
        hasMessage = !event.messageId.isEmpty
        user = Envelope.key(event.userId, of: event, mark: UInt8(ascii: "u"), in: &keys)
        anonymous = Envelope.key(event.anonymousId, of: event, mark: UInt8(ascii: "a"), in: &keys)
        name = withName ? Envelope.key(event.name, of: event, mark: UInt8(ascii: "n"), in: &keys) : nil
    }

    private static func key(_ field: Event.Field, of event: Event, mark: UInt8, in keys: inout [UInt8]) -> Key? {
        guard !field.isEmpty else { return nil }
        let start = keys.count
        keys.append(mark)
        event.withBytes(of: field) { keys.append(contentsOf: $0) }
        let range = start..<keys.count
        let hash = keys.withUnsafeBufferPointer { KeyInterner.hash(of: UnsafeBufferPointer(rebasing: $0[range])) }
        return Key(bytes: range, hash: hash)
    }
}
