import CSimdjson
import Throughline

/// Reads what an event says of a person beside what she did: her traits, what she is reached by, and what she belongs to.
struct TraitReader {
    /// The JSON of one value.
    private var room: [UInt8] = []

    /// Reads the traits of an `identify` or a `group`, and those of the context of any event.
    mutating func read(_ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event) {
        if let traits = root.traits, nodes[traits].isObject {
            if event.kind == .identify { readTraits(traits, nodes, into: &event) }
            if event.kind == .group, !event.groupId.isEmpty, event.groupId.count <= EventTrait.nameBytesMax {
                let value = value(traits, nodes, in: &event)
                event.traits.append(EventTrait(.facet, name: event.groupId, value: value))
            }
        } else if event.kind == .group, !event.groupId.isEmpty, event.groupId.count <= EventTrait.nameBytesMax {
            event.traits.append(EventTrait(.facet, name: event.groupId, value: event.store("{}")))
        }
        guard let context = root.context, nodes[context].isObject else { return }
        for index in Children(of: context, in: nodes) {
            if nodes[index].keyBytes.equals("traits") {
                readTraits(index, nodes, into: &event)
            } else if event.kind == .identify, nodes[index].keyBytes.equals("device"), nodes[index].isObject {
                for inner in Children(of: index, in: nodes)
                where nodes[inner].keyBytes.equals("id") || nodes[inner].keyBytes.equals("advertisingId") {
                    event.device = named(nodes[inner], in: &event) ?? event.device
                }
            }
        }
    }

    private mutating func readTraits(
        _ traits: Int, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event
    ) {
        guard nodes[traits].isObject else { return }
        for index in Children(of: traits, in: nodes) {
            let key = nodes[index].keyBytes
            if key.equals("email") {
                event.email = named(nodes[index], in: &event) ?? event.email
            } else if key.equals("phone") {
                event.phone = named(nodes[index], in: &event) ?? event.phone
            }
            guard (1...EventTrait.nameBytesMax).contains(key.count) else { continue }
            let name = event.store(key)
            event.traits.append(EventTrait(.person, name: name, value: value(index, nodes, in: &event)))
        }
    }

    /// A text or whole number that names somebody, where it is one; what is too long is no identifier, and no fault.
    private func named(_ node: csj_node, in event: inout Event) -> Event.Field? {
        if let digits = node.digits { return event.store(digits) }
        guard node.isString, node.textLength > 0, node.textLength <= Event.identifierBytesMax else { return nil }
        return event.store(node.textBytes)
    }

    private mutating func value(
        _ index: Int, _ nodes: UnsafeBufferPointer<csj_node>, in event: inout Event
    ) -> Event.Field? {
        room.removeAll(keepingCapacity: true)
        append(index, nodes)
        guard room.count <= EventTrait.valueBytesMax else { return nil }
        return room.withUnsafeBufferPointer { event.store($0) }
    }

    /// Writes a value as JSON, up to some bytes more than are kept.
    private mutating func append(_ index: Int, _ nodes: UnsafeBufferPointer<csj_node>) {
        guard room.count <= EventTrait.valueBytesMax else { return }
        let node = nodes[index]
        switch csj_kind(UInt32(node.kind)) {
        case CSJ_NULL: room.append(contentsOf: "null".utf8)
        case CSJ_FALSE: room.append(contentsOf: "false".utf8)
        case CSJ_TRUE: room.append(contentsOf: "true".utf8)
        case CSJ_STRING: room.append(json: node.textBytes)
        case CSJ_OBJECT, CSJ_ARRAY:
            room.append(UInt8(ascii: node.isObject ? "{" : "["))
            var isFirst = true
            for inner in Children(of: index, in: nodes) {
                if !isFirst { room.append(UInt8(ascii: ",")) }
                isFirst = false
                if node.isObject {
                    room.append(json: nodes[inner].keyBytes)
                    room.append(UInt8(ascii: ":"))
                }
                append(inner, nodes)
            }
            room.append(UInt8(ascii: node.isObject ? "}" : "]"))
        default: room.append(contentsOf: (node.digits ?? "\(node.number)").utf8)
        }
    }
}
