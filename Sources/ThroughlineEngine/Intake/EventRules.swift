import CSimdjson
import Throughline

/// What an event must have to be taken, read from the nodes of its object (listed to depth 1).
///
/// Whatever passes here, ``EventParser`` reads from the log.
struct EventRules {
    let nodes: UnsafeBufferPointer<csj_node>
    let root: RootMembers

    init(_ nodes: UnsafeBufferPointer<csj_node>) {
        self.nodes = nodes
        root = RootMembers(nodes)
    }

    /// Checks all but the time.
    ///
    /// - Parameter named: the kind that the call names; nil where the event must say it.
    /// - Returns: its kind.
    func check(_ named: Event.Kind?) throws(IntakeFault) -> Event.Kind {
        let kind = if let named { named } else { try ownKind() }
        let hasUser = try checkIdentifier("userId", root.userId)
        let hasAnonymous = try checkIdentifier("anonymousId", root.anonymousId)
        let hasPrevious = try checkIdentifier("previousId", root.previousId)
        let hasGroup = try checkIdentifier("groupId", root.groupId)
        _ = try checkIdentifier("messageId", root.messageId)
        guard hasUser || hasAnonymous else { throw .idMissing }
        switch kind {
        case .track: try checkName()
        case .group: if !hasGroup { throw .missing(at: "groupId") }
        case .alias: if !hasPrevious { throw .missing(at: "previousId") }
        case .page, .screen, .identify: break
        }
        try checkObject("properties", root.properties)
        try checkObject("traits", root.traits)
        try checkObject("context", root.context)
        return kind
    }

    /// When it happened.
    ///
    /// What the sender's own clock said (`originalTimestamp`) is put right by `sentAt`; where only `timestamp` is there,
    /// that is what the clock said. Without a `sentAt` there is nothing to put right, and `timestamp` counts first.
    ///
    /// - Parameter batchSentAt: counts where the event has no `sentAt` of its own.
    func time(batchSentAt: Instant?, receivedAt: Instant) throws(IntakeFault) -> EventTime {
        let timestamp = try instant("timestamp", root.timestamp)
        let original = try instant("originalTimestamp", root.originalTimestamp)
        let sentAt = try instant("sentAt", root.sentAt) ?? batchSentAt
        let told = sentAt == nil ? timestamp ?? original : original ?? timestamp
        return EventTime(told: told, sentAt: sentAt, receivedAt: receivedAt)
    }

    /// The time of a member; nil where it is absent or null.
    func instant(_ key: StaticString, _ place: Int?) throws(IntakeFault) -> Instant? {
        guard let place, !nodes[place].isNull else { return nil }
        guard nodes[place].isString else { throw .notATime(at: key.description, why: nil) }
        do throws(InstantError) { return try Instant(rfc3339: nodes[place].textBytes) } catch {
            throw .notATime(at: key.description, why: error)
        }
    }

    /// The message id of an event that was checked, in the parser's memory; nil where it is absent or a number.
    var messageIdBytes: UnsafeBufferPointer<UInt8>? {
        guard let place = root.messageId, nodes[place].isString, nodes[place].textLength > 0 else { return nil }
        return nodes[place].textBytes
    }

    /// Whether there is no message id: none, null, or an empty one.
    var lacksMessageId: Bool {
        guard let place = root.messageId, !nodes[place].isNull else { return true }
        return nodes[place].isString && nodes[place].textLength == 0
    }

    /// The message id where it can be read, to name a refused event by.
    var messageId: String? {
        guard let place = root.messageId, (try? checkIdentifier("messageId", place)) == true else { return nil }
        return nodes[place].digits ?? String(decoding: nodes[place].textBytes, as: UTF8.self)
    }

    /// The key of the source, where the root carries one.
    var writeKey: String? {
        guard let place = root.writeKey, nodes[place].isString, nodes[place].textLength > 0,
            nodes[place].textLength <= Event.identifierBytesMax
        else { return nil }
        return String(decoding: nodes[place].textBytes, as: UTF8.self)
    }

    private func ownKind() throws(IntakeFault) -> Event.Kind {
        guard let place = root.type, !nodes[place].isNull else {
            // As of files: what has an event's name is a track.
            guard let event = root.event, !nodes[event].isNull else { throw .typeMissing }
            return .track
        }
        guard nodes[place].isString else { throw .unknownType(nil) }
        guard let kind = Event.Kind(nodes[place].textBytes) else {
            throw .unknownType(String(String(decoding: nodes[place].textBytes, as: UTF8.self).prefix(64)))
        }
        return kind
    }

    private func checkName() throws(IntakeFault) {
        guard let place = root.event, !nodes[place].isNull else { throw .missing(at: "event") }
        guard nodes[place].isString else { throw .notText(at: "event") }
        guard nodes[place].textLength > 0 else { throw .missing(at: "event") }
    }

    /// Whether there is an identifier: a text or whole number; null and empty count as absent.
    private func checkIdentifier(_ key: StaticString, _ place: Int?) throws(IntakeFault) -> Bool {
        guard let place, !nodes[place].isNull else { return false }
        let node = nodes[place]
        guard node.isString else {
            guard node.isInteger || node.isDouble && node.integer != 0 else {
                throw .notAnIdentifier(at: key.description)
            }
            return true
        }
        guard node.textLength <= Event.identifierBytesMax else {
            throw .tooLong(at: key.description, bytes: Int(node.textLength))
        }
        guard !hasControlCharacter(node.textBytes) else { throw .controlCharacter(at: key.description) }
        return node.textLength > 0
    }

    /// Whether a text has a character of the category Cc: below U+0020, or U+007F to U+009F.
    private func hasControlCharacter(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for byte in text {
            if byte < 0x20 || byte == 0x7F || previous == 0xC2 && byte < 0xA0 { return true }
            previous = byte
        }
        return false
    }

    private func checkObject(_ key: StaticString, _ place: Int?) throws(IntakeFault) {
        guard let place, !nodes[place].isNull, !nodes[place].isObject else { return }
        throw .notAnObject(at: key.description)
    }
}
