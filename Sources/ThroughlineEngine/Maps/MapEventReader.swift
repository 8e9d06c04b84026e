import CSimdjson
import Throughline

/// Reads the line of an event again, for what discovery does not keep: its kind, its place, its properties.
///
/// Not shared between threads: one to a worker.
final class MapEventReader {
    /// An answer of a survey that an event brought.
    struct Answer: Equatable {
        /// A place among ``SurveyScale/keys``.
        var scale: Int
        var value: Double
    }

    private let parser: JSONParser
    private let buffer: UnsafeMutablePointer<UInt8>
    private let eventBytesMax: Int

    init(eventBytesMax: Int) {
        self.eventBytesMax = eventBytesMax
        parser = JSONParser(bytesMax: max(eventBytesMax, 64))
        buffer = .allocate(capacity: eventBytesMax + JSONParser.padding)
        buffer.initialize(repeating: 0, count: eventBytesMax + JSONParser.padding)
    }

    deinit { buffer.deallocate() }

    /// Fills in what the line says beside what is known of the event already.
    ///
    /// - Returns: what it answers to a survey.
    /// - Complexity: O(*n*) in the length of the line.
    func read(
        _ place: LineStore.Place, at store: LineStore, into event: inout MapEvent
    ) throws(FileError) -> [Answer] {
        try store.read(place, into: buffer)
        do throws(JSONError) {
            if let answers = try fill(&event, count: Int(place.length)) { return answers }
        } catch { throw FileError("the input", "changed while it was being read: \(error)") }
        throw FileError("the input", "changed while it was being read")
    }

    /// Fills in what an event says as it was sent, a JSON object.
    ///
    /// - Returns: whether it can be read.
    func read(_ json: [UInt8], into event: inout MapEvent) -> Bool {
        guard json.count <= eventBytesMax else { return false }
        json.withUnsafeBufferPointer { if let start = $0.baseAddress { buffer.update(from: start, count: $0.count) } }
        do throws(JSONError) { return try fill(&event, count: json.count) != nil } catch { return false }
    }

    /// - Returns: what it answers to a survey; nil where the buffer has no object.
    private func fill(_ event: inout MapEvent, count: Int) throws(JSONError) -> [Answer]? {
        let nodes = try parser.nodes(of: UnsafeBufferPointer(start: buffer, count: count))
        guard nodes[0].isObject else { return nil }
        let root = RootMembers(nodes)
        if let type = root.type, nodes[type].isString { event.kind = Event.Kind(nodes[type].textBytes) ?? .track }
        // What an identify or a group says lies in its traits.
        let isOfTraits = event.kind == .identify || event.kind == .group
        guard let properties = isOfTraits ? root.traits : root.properties, nodes[properties].isObject else {
            event.touchpoint = touchpoint(root.context, nodes) ?? ""
            return []
        }
        event.properties = MapEventReader.map(properties, nodes)
        event.touchpoint = touchpoint(properties, nodes) ?? touchpoint(root.context, nodes) ?? ""
        return MapEventReader.answers(properties, nodes)
    }

    private func touchpoint(_ object: Int?, _ nodes: UnsafeBufferPointer<csj_node>) -> String? {
        guard let object, nodes[object].isObject else { return nil }
        for index in Children(of: object, in: nodes)
        where nodes[index].keyBytes.equals("touchpoint") && nodes[index].isString && nodes[index].textLength > 0 {
            return String(decoding: nodes[index].textBytes, as: UTF8.self)
        }
        return nil
    }

    /// What a survey was answered: numbers, and texts that are numbers, as files of columns have them.
    private static func answers(_ object: Int, _ nodes: UnsafeBufferPointer<csj_node>) -> [Answer] {
        var answers: [Answer] = []
        for index in Children(of: object, in: nodes) {
            let node = nodes[index]
            guard let scale = SurveyScale.place(of: String(decoding: node.keyBytes, as: UTF8.self)) else { continue }
            let value: Double? =
                node.isInteger
                ? Double(node.integer)
                : node.isDouble
                    ? node.number : node.isString ? Double(String(decoding: node.textBytes, as: UTF8.self)) : nil
            guard let value, value.isFinite, abs(value) < 0x1p53 else { continue }
            if !answers.contains(where: { $0.scale == scale }) { answers.append(Answer(scale: scale, value: value)) }
        }
        return answers
    }

    // MARK: Values of conditions

    /// Of members with one key the last counts.
    static func map(_ object: Int, _ nodes: UnsafeBufferPointer<csj_node>) -> ConditionMap {
        var map = ConditionMap()
        for index in Array(Children(of: object, in: nodes)).reversed() {
            let key = String(decoding: nodes[index].keyBytes, as: UTF8.self)
            guard map.value(for: .string(key)) == nil else { continue }
            // A text is a key, and this one is new.
            try? map.add(value(index, nodes), for: .string(key))
        }
        return map
    }

    /// Numbers are doubles, as in all JSON that conditions read.
    private static func value(_ index: Int, _ nodes: UnsafeBufferPointer<csj_node>) -> ConditionValue {
        let node = nodes[index]
        switch csj_kind(UInt32(node.kind)) {
        case CSJ_NULL: return .null
        case CSJ_FALSE: return .bool(false)
        case CSJ_TRUE: return .bool(true)
        case CSJ_INTEGER: return .double(Double(node.integer))
        case CSJ_STRING: return .string(String(decoding: node.textBytes, as: UTF8.self))
        case CSJ_ARRAY: return .list(Children(of: index, in: nodes).map { value($0, nodes) })
        case CSJ_OBJECT: return .map(map(index, nodes))
        default: return .double(node.number)
        }
    }
}
