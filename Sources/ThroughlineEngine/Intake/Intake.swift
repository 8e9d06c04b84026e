import CSimdjson
import Throughline

/// Takes calls of the HTTP API: bytes of a body in, records for the log and refusals out.
///
/// What is wrong with a body as a whole is thrown: it is no gzip, no JSON, no object, has no `batch`, or is larger than
/// the limits. What is wrong with an item of a batch is that item's matter: it is refused with its reason and the others
/// are taken. An item lies between two commas of the array; so a body fails only where quotes and brackets leave open
/// where the array or an item ends, or where what stands beside the array is broken. An event that comes alone is the
/// body: what keeps it from being read (no JSON, too large, too deep) is thrown, what the rules for events say is refused.
///
/// An event is kept as it was sent, byte for byte. Of members with one name the last counts. A `context` beside a batch
/// is not given to its events.
///
/// Not shared between threads: ``IntakePool`` lends one to each.
public final class Intake {
    /// The longest body, in bytes, unpacked.
    public static let bodyBytesMax = 4 * 1024 * 1024
    /// The most events in a batch.
    public static let eventsMax = 2_500
    /// The most memory kept from one body to the next, in bytes.
    private static let keptBytesMax = 1 << 20

    private let makeMessageId: @Sendable () -> String
    private let json = JSONParser(bytesMax: EventParser.eventBytesMax)
    private lazy var gunzip = Gunzip()
    /// The body, unpacked, with padding.
    private var body: [UInt8] = []
    private var items: [Range<Int>] = []

    /// - Parameter makeMessageId: makes the id of an event that has none: never twice the same, and short.
    public init(makeMessageId: @escaping @Sendable () -> String) { self.makeMessageId = makeMessageId }

    /// Takes a call.
    ///
    /// - Complexity: O(*n*) in the bytes of the body.
    public func take(
        _ body: UnsafeBufferPointer<UInt8>, of request: IntakeRequest
    ) throws(IntakeFault) -> IntakeResult {
        defer { self.body.removeAll(keepingCapacity: self.body.capacity <= Intake.keptBytesMax) }
        if request.isGzip {
            try gunzip.unpack(body, into: &self.body, bytesMax: Intake.bodyBytesMax)
        } else {
            guard body.count <= Intake.bodyBytesMax else { throw .tooLarge(bytesMax: Intake.bodyBytesMax) }
            self.body.append(contentsOf: body)
        }
        // A byte order mark says nothing that JSON does not.
        if self.body.starts(with: [0xEF, 0xBB, 0xBF]) { self.body.removeFirst(3) }
        let count = self.body.count
        self.body.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        return try self.body.withUnsafeBufferPointer { padded throws(IntakeFault) in
            let text = UnsafeBufferPointer(rebasing: padded[..<count])
            return switch request.call {
            case .one(let kind): try takeOne(text, kind, of: request)
            case .batch: try takeBatch(text, of: request)
            }
        }
    }

    private func takeOne(
        _ text: UnsafeBufferPointer<UInt8>, _ kind: Event.Kind, of request: IntakeRequest
    ) throws(IntakeFault) -> IntakeResult {
        let range = BodyScan.trimmed(text)
        guard !range.isEmpty else { throw .notJSON(reason: "it is empty", offset: 0) }
        let event = UnsafeBufferPointer(rebasing: text[range])
        let rules = try rules(of: event)
        var result = IntakeResult()
        try identify(rules, of: request, in: &result)
        do throws(IntakeFault) {
            try append(event, rules, kind: kind, batchSentAt: nil, of: request, to: &result)
        } catch {
            result.refuse(0, error, messageId: rules.messageId, event)
        }
        return result
    }

    private func takeBatch(
        _ text: UnsafeBufferPointer<UInt8>, of request: IntakeRequest
    ) throws(IntakeFault) -> IntakeResult {
        let array = try findItems(text)
        var result = IntakeResult()
        let sentAt = try readRest(of: text, without: array, request, in: &result)
        guard items.count <= Intake.eventsMax else { throw .tooManyEvents(items.count) }
        result.records.reserveCapacity(
            records: items.count, bytes: text.count + items.count * (EventRecord.headBytes + 36))
        for (index, range) in items.enumerated() {
            let event = UnsafeBufferPointer(rebasing: text[range])
            var messageId: String?
            do throws(IntakeFault) {
                let rules = try rules(of: event)
                do throws(IntakeFault) {
                    try append(event, rules, kind: nil, batchSentAt: sentAt, of: request, to: &result)
                } catch {
                    messageId = rules.messageId
                    throw error
                }
            } catch {
                result.refuse(index, error, messageId: messageId, event)
            }
        }
        return result
    }

    /// An event, ready to be checked.
    private func rules(of event: UnsafeBufferPointer<UInt8>) throws(IntakeFault) -> EventRules {
        guard event.count <= EventParser.eventBytesMax else { throw .eventTooLarge(bytes: event.count) }
        return EventRules(try nodes(of: event, by: json))
    }

    /// The nodes of an object: the root and its members.
    private func nodes(
        of text: UnsafeBufferPointer<UInt8>, by parser: JSONParser
    ) throws(IntakeFault) -> UnsafeBufferPointer<csj_node> {
        let nodes: UnsafeBufferPointer<csj_node>
        do throws(JSONError) { nodes = try parser.nodes(of: text, to: 1) } catch {
            throw IntakeFault(error, in: text)
        }
        guard nodes[0].isObject else { throw .notAnObject(at: nil) }
        return nodes
    }

    /// Notes the key that the root carries, and whose it is.
    private func identify(
        _ root: EventRules, of request: IntakeRequest, in result: inout IntakeResult
    ) throws(IntakeFault) {
        result.writeKey = root.writeKey
        switch request.source {
        case .known(let source): result.source = source
        case .byWriteKey(let source):
            guard let source = source(result.writeKey) else { throw .unknownWriteKey }
            result.source = source
        }
    }

    /// Checks an event and adds its record.
    private func append(
        _ event: UnsafeBufferPointer<UInt8>, _ rules: EventRules, kind: Event.Kind?, batchSentAt: Instant?,
        of request: IntakeRequest, to result: inout IntakeResult
    ) throws(IntakeFault) {
        let kind = try rules.check(kind)
        let time = try rules.time(batchSentAt: batchSentAt, receivedAt: request.receivedAt)
        let head = EventRecord.Head(
            source: result.source, receivedAt: request.receivedAt, timestamp: time.timestamp,
            isTimeSuspect: time.isSuspect, hasPrivacySignal: request.hasPrivacySignal, eventKind: kind)
        if let id = rules.messageIdBytes {
            result.records.append { head.append(messageId: id, json: event, to: &$0) }
        } else {
            var id = rules.messageId ?? makeMessageId()
            id.withUTF8 { id in result.records.append { head.append(messageId: id, json: event, to: &$0) } }
        }
    }
}

extension Intake {
    /// Notes where the events of a batch lie, and says where their array does, brackets included; nil where the body has
    /// none.
    private func findItems(_ text: UnsafeBufferPointer<UInt8>) throws(IntakeFault) -> Range<Int>? {
        items.removeAll(keepingCapacity: true)
        var scan = BodyScan(text)
        var array: Range<Int>?
        // What is no object, the parser tells by its right name.
        guard text[BodyScan.trimmed(text)].first == UInt8(ascii: "{") else { return nil }
        while let key = try scan.nextKey() {
            guard scan.isKey(key, "batch") else {
                _ = try scan.skipValue()
                continue
            }
            items.removeAll(keepingCapacity: true)
            guard scan.peek == UInt8(ascii: "[") else {
                array = nil
                _ = try scan.skipValue()
                continue
            }
            let start = scan.position
            try scan.readItems { items.append($0) }
            array = start..<scan.position
        }
        return array
    }

    /// Reads what stands beside the events.
    ///
    /// - Returns: when the batch was sent, where it says so.
    private func readRest(
        of text: UnsafeBufferPointer<UInt8>, without array: Range<Int>?, _ request: IntakeRequest,
        in result: inout IntakeResult
    ) throws(IntakeFault) -> Instant? {
        let removed = array.map { $0.lowerBound + 1..<$0.upperBound - 1 } ?? text.count..<text.count
        var rest: [UInt8] = []
        rest.reserveCapacity(text.count - removed.count + JSONParser.padding)
        rest.append(contentsOf: text[..<removed.lowerBound])
        rest.append(contentsOf: text[removed.upperBound...])
        let count = rest.count
        rest.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        return try rest.withUnsafeBufferPointer { padded throws(IntakeFault) in
            let rest = UnsafeBufferPointer(rebasing: padded[..<count])
            let root: EventRules
            // More than an event's worth beside the events is odd, and takes a parser of its own, which is large.
            let parser = count <= EventParser.eventBytesMax ? json : JSONParser(bytesMax: count)
            do throws(IntakeFault) { root = EventRules(try nodes(of: rest, by: parser)) } catch {
                throw error.shifted(by: removed.count, from: removed.lowerBound)
            }
            try identify(root, of: request, in: &result)
            guard array != nil else {
                let isThere = root.root.batch.map { !root.nodes[$0].isNull } ?? false
                throw isThere ? .batchNotAnArray : .batchMissing
            }
            return try root.instant("sentAt", root.root.sentAt)
        }
    }
}

extension IntakeResult {
    fileprivate mutating func refuse(
        _ index: Int, _ fault: IntakeFault, messageId: String?, _ event: UnsafeBufferPointer<UInt8>
    ) {
        let json = Array(event.prefix(EventParser.eventBytesMax))
        refusals.append(IntakeRefusal(index: index, messageId: messageId, fault: fault, json: json))
    }
}
