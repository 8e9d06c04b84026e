import CSimdjson
import Crypto
import Throughline

/// Why a line is not an event.
public struct EventError: Error, Sendable, CustomStringConvertible {
    public let message: String
    /// Bytes of the line before the fault, where that is known.
    public let offset: Int?

    public init(_ message: String, offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }

    public var description: String { message }
}

/// Turns JSON objects of the Segment Spec into events.
///
/// Not shared between threads: one to a worker.
public final class EventParser {
    /// The longest event, in bytes.
    public static let eventBytesMax = 32 * 1024
    /// Entities kept of one event's properties.
    static let entitiesMax = 8

    private let json: JSONParser
    private var traits = TraitReader()
    /// An object of the log, with padding.
    private var room: [UInt8] = []
    public let eventBytesMax: Int

    public init(eventBytesMax: Int = EventParser.eventBytesMax) {
        self.eventBytesMax = eventBytesMax
        json = JSONParser(bytesMax: max(eventBytesMax, 64))
    }

    /// How much of an event is read.
    public enum Part: Sendable {
        /// Who, when and which: enough to put events in order. The line is checked all the same.
        case envelope
        /// Also what happened, and no message id but one that the line says.
        case step
        case whole

        /// An envelope lies in the members of the root.
        fileprivate var depth: Int { self == .whole ? JSONParser.depthMax : 1 }
    }

    /// Fills an event from a line.
    ///
    /// - Parameter line: followed in memory by ``JSONParser/padding`` readable bytes.
    /// - Complexity: O(*n*); no allocation once the event's buffer has grown.
    public func parse(
        _ line: UnsafeBufferPointer<UInt8>, into event: inout Event, part: Part = .whole
    ) throws(EventError) {
        event.removeAll()
        let nodes = try nodes(of: line, to: part)
        let root = RootMembers(nodes)
        event.kind = try kind(root, nodes)
        try readName(root, nodes, into: &event)
        try readIdentifiers(root, nodes, into: &event)
        event.messageId = try identifier("messageId", root.messageId, nodes, into: &event)
        try readTime(root, nodes, into: &event)
        if event.messageId.isEmpty, part != .step {
            event.messageId = EventParser.deriveMessageId(of: line, in: &event)
        }
        if part == .whole { readContent(root, nodes, into: &event) }
    }

    /// Fills an event from a record of the log: what the record says of kind, time and message id counts, whatever the
    /// object says of them. Also reads what else she is known by (``Event/email`` and its like), which lines are not asked for.
    ///
    /// - Complexity: O(*n*).
    public func parse(_ record: EventRecord, into event: inout Event, part: Part = .whole) throws(EventError) {
        event.removeAll()
        room.removeAll(keepingCapacity: true)
        room.append(contentsOf: record.json)
        room.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        try room.withUnsafeBufferPointer { room throws(EventError) in
            let nodes = try nodes(of: UnsafeBufferPointer(rebasing: room[..<record.json.count]), to: part)
            let root = RootMembers(nodes)
            event.kind = record.eventKind
            event.timestamp = record.timestamp
            try readName(root, nodes, into: &event)
            try readIdentifiers(root, nodes, into: &event)
            event.messageId = record.messageId.withUnsafeBufferPointer { event.store($0) }
            guard part == .whole else { return }
            traits.read(root, nodes, into: &event)
            readContent(root, nodes, into: &event)
        }
    }

    /// The nodes of an object, the root first.
    private func nodes(
        of object: UnsafeBufferPointer<UInt8>, to part: Part
    ) throws(EventError) -> UnsafeBufferPointer<csj_node> {
        guard object.count <= eventBytesMax else {
            throw EventError("an event of \(object.count) bytes; the limit is \(eventBytesMax)")
        }
        let nodes: UnsafeBufferPointer<csj_node>
        do throws(JSONError) { nodes = try json.nodes(of: object, to: part.depth) } catch {
            throw EventError(error.message, offset: error.offset)
        }
        guard nodes[0].isObject else { throw EventError("not a JSON object") }
        return nodes
    }

    private func readContent(_ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event) {
        readContext(root, nodes, into: &event)
        readProperties(root, nodes, into: &event)
    }

    private func kind(
        _ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>
    ) throws(EventError) -> Event.Kind {
        guard let type = root.type, !nodes[type].isNull else {
            guard root.event != nil else { throw EventError("neither \"type\" nor \"event\": this is not an event") }
            return .track
        }
        guard nodes[type].isString, let kind = Event.Kind(nodes[type].textBytes) else {
            throw EventError("\"type\" is none of track, page, screen, identify, group, alias")
        }
        return kind
    }

    private func readName(
        _ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event
    ) throws(EventError) {
        if let name = root.event, nodes[name].isString, nodes[name].textLength > 0 {
            event.name = event.store(nodes[name].textBytes)
        } else if event.kind == .track {
            throw EventError("a track without the name of its \"event\"")
        } else {
            event.name = event.store(event.kind.usualName)
        }
    }

    private func readIdentifiers(
        _ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event
    ) throws(EventError) {
        event.userId = try identifier("userId", root.userId, nodes, into: &event)
        event.anonymousId = try identifier("anonymousId", root.anonymousId, nodes, into: &event)
        event.previousId = try identifier("previousId", root.previousId, nodes, into: &event)
        if event.kind == .group { event.groupId = try identifier("groupId", root.groupId, nodes, into: &event) }
        guard !event.userId.isEmpty || !event.anonymousId.isEmpty else {
            throw EventError("neither \"userId\" nor \"anonymousId\": nobody did this")
        }
    }

    /// A text or whole number that names someone or something; null and empty count as absent.
    private func identifier(
        _ key: StaticString, _ place: Int?, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event
    ) throws(EventError) -> Event.Field {
        guard let place, !nodes[place].isNull else { return 0..<0 }
        let node = nodes[place]
        if let digits = node.digits { return event.store(digits) }
        guard node.isString else { throw EventError("\"\(key)\" is neither a text nor a whole number of 64 bits") }
        guard node.textLength <= Event.identifierBytesMax else {
            throw EventError(
                "\"\(key)\" has \(node.textLength) bytes; the limit is \(Event.identifierBytesMax)")
        }
        return event.store(node.textBytes)
    }

    private func readTime(
        _ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event
    ) throws(EventError) {
        let members: [(StaticString, Int?)] = [
            ("timestamp", root.timestamp), ("receivedAt", root.receivedAt), ("sentAt", root.sentAt),
        ]
        for (key, place) in members {
            guard let place, !nodes[place].isNull else { continue }
            guard nodes[place].isString else { throw EventError("\"\(key)\" is not a text like 2026-03-01T09:30:00Z") }
            do throws(InstantError) {
                event.timestamp = try Instant(rfc3339: nodes[place].textBytes)
                return
            } catch { throw EventError("\"\(key)\" \(error)") }
        }
        throw EventError("no \"timestamp\", \"receivedAt\" or \"sentAt\": nobody knows when this was")
    }

    private func readContext(_ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event) {
        var pageTitle: Int?
        if let context = root.context, nodes[context].isObject {
            for index in Children(of: context, in: nodes) {
                let node = nodes[index]
                if node.keyBytes.equals("channel"), node.isString {
                    event.channel = event.store(node.textBytes)
                } else if node.keyBytes.equals("page"), node.isObject {
                    for inner in Children(of: index, in: nodes)
                    where nodes[inner].keyBytes.equals("title") && nodes[inner].isString {
                        pageTitle = inner
                    }
                }
            }
        }
        if event.channel.isEmpty {
            switch event.kind {
            case .page: event.channel = event.store("web")
            case .screen: event.channel = event.store("app")
            default: break
            }
        }
        // The page's title tells the topic of a page that says nothing else of itself.
        if event.kind == .page, let pageTitle, !hasTitle(root, nodes) { event.appendText(nodes[pageTitle].textBytes) }
    }

    private func hasTitle(_ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>) -> Bool {
        if let name = root.name, nodes[name].isString, nodes[name].textLength > 0 { return true }
        guard let properties = root.properties, nodes[properties].isObject else { return false }
        for index in Children(of: properties, in: nodes)
        where nodes[index].isString && nodes[index].keyBytes.equals("title") {
            return true
        }
        return false
    }

    private func readProperties(_ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event) {
        guard let properties = root.properties, nodes[properties].isObject else {
            if let name = root.name, nodes[name].isString { event.appendText(nodes[name].textBytes) }
            return
        }
        // Author, resource and amount are stored last: texts must follow one another.
        var amount: Int?
        var author: Int?
        var resource: Int?
        for index in properties + 1..<max(properties + 1, Int(nodes[properties].next)) {
            let node = nodes[index]
            switch PropertyRole(of: node.keyBytes) {
            case .author where node.isString: author = index
            case .resource where node.isString || node.isInteger: resource = index
            case .entity:
                addEntity(node, to: &event)
                if node.isArray { for item in Children(of: index, in: nodes) { addEntity(nodes[item], to: &event) } }
            case .amount where node.isInteger: amount = index
            case .text where node.isString && node.key != nil, .amount where node.isString:
                event.appendText(node.textBytes)
            default: break
            }
        }
        if let name = root.name, nodes[name].isString { event.appendText(nodes[name].textBytes) }
        if let amount { event.amount = event.store(String(nodes[amount].integer)) }
        if let author { event.author = event.store(nodes[author].textBytes) }
        if let resource {
            event.resource =
                nodes[resource].isString
                ? event.store(nodes[resource].textBytes) : event.store(String(nodes[resource].integer))
        }
    }

    private func addEntity(_ node: csj_node, to event: inout Event) {
        guard event.entities.count < EventParser.entitiesMax else { return }
        if node.isString, node.textLength > 0 {
            event.entities.append(StableHash.folded(node.textBytes))
        } else if node.isInteger {
            var digits = String(node.integer)
            digits.withUTF8 { event.entities.append(StableHash.folded($0)) }
        }
    }

    /// The same line always has the same id, so that a line read twice counts once.
    private static func deriveMessageId(of line: UnsafeBufferPointer<UInt8>, in event: inout Event) -> Event.Field {
        let digits: StaticString = "0123456789abcdef"
        let digest = SHA256.hash(data: UnsafeRawBufferPointer(line))
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { id in
            var count = 0
            for byte in "content-".utf8 {
                id[count] = byte
                count += 1
            }
            for byte in digest.prefix(16) {
                id[count] = digits.utf8Start[Int(byte >> 4)]
                id[count + 1] = digits.utf8Start[Int(byte & 15)]
                count += 2
            }
            return event.store(UnsafeBufferPointer(rebasing: id[..<count]))
        }
    }
}

extension Event.Kind {
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.equals("track") {
            self = .track
        } else if bytes.equals("page") {
            self = .page
        } else if bytes.equals("screen") {
            self = .screen
        } else if bytes.equals("identify") {
            self = .identify
        } else if bytes.equals("group") {
            self = .group
        } else if bytes.equals("alias") {
            self = .alias
        } else {
            return nil
        }
    }

    /// What a call of this kind is named that names nothing itself.
    var usualName: String {
        switch self {
        case .track: "Track"
        case .page: "Page Viewed"
        case .screen: "Screen Viewed"
        case .identify: "Identified"
        case .group: "Group Joined"
        case .alias: "Alias Made"
        }
    }
}
