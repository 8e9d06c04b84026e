import CSimdjson
import Throughline

/// Reads what an event says of a person beside what she did: her traits, what she is reached by, and what she belongs to.
struct TraitReader {
    /// The JSON of one value.
    private var room: [UInt8] = []

    /// Reads the traits of an `identify` or a `group`, and those of the context of any event.
    mutating func read(_ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event) {
        switch event.kind {
        case .identify: if let traits = root.traits { readTraits(traits, nodes, into: &event) }
        case .group: readFacet(root, nodes, into: &event)
        default: break
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

    /// What a `group` says: that she belongs to it, and of what kind it is; no longer where its traits are null.
    private mutating func readFacet(
        _ root: RootMembers, _ nodes: UnsafeBufferPointer<csj_node>, into event: inout Event
    ) {
        guard (1...EventTrait.nameBytesMax).contains(event.groupId.count) else { return }
        let isOver = root.traits.map { nodes[$0].isNull } ?? false
        event.traits.append(
            EventTrait(.facet, name: event.groupId, value: event.store(isOver ? "null" : "true")))
        guard let traits = root.traits, isOver || nodes[traits].isObject else { return }
        event.traits.append(
            EventTrait(.facetTraits, name: event.groupId, value: value(traits, nodes, in: &event)))
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
            guard (1...EventTrait.nameBytesMax).contains(key.count), event.traits.count < EventTrait.perEventMax
            else { continue }
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
        guard append(index, nodes), room.count <= EventTrait.valueBytesMax else { return nil }
        return room.withUnsafeBufferPointer { event.store($0) }
    }

    /// Writes a value as JSON, up to some bytes more than are kept.
    ///
    /// - Returns: whether it is what was sent: of a number beyond all others nobody knows the digits any more.
    private mutating func append(_ index: Int, _ nodes: UnsafeBufferPointer<csj_node>) -> Bool {
        guard room.count <= EventTrait.valueBytesMax else { return false }
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
                guard append(inner, nodes) else { return false }
            }
            room.append(UInt8(ascii: node.isObject ? "}" : "]"))
        default:
            guard node.digits != nil || abs(node.number) < 0x1p64 else { return false }
            room.append(contentsOf: (node.digits ?? "\(node.number)").utf8)
        }
        return true
    }
}
