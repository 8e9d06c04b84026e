/// Finds out what type a condition is of, and refuses what can never be.
struct ConditionChecker {
    let source: ConditionSource
    let variables: ConditionVariables
    /// The types of elements, of the outermost macro first.
    private var elements: [ConditionType] = []

    init(source: ConditionSource, variables: ConditionVariables) {
        self.source = source
        self.variables = variables
    }

    mutating func type(of node: ConditionNode) throws(ConditionError) -> ConditionType {
        switch node.kind {
        case .literal(let value): return ConditionType(of: value)
        case .variable(let name): return variables.types[name] ?? .dyn
        case .element(let place): return elements[place]
        case .field(let target, let field), .hasField(let target, let field):
            let found = try self.field(field, of: try type(of: target), at: node.offset)
            if case .hasField = node.kind { return .bool }
            return found
        case .unary(let function, let part):
            return try result(of: function, [try type(of: part)], at: node.offset)
        case .binary(let function, let one, let two):
            return try result(of: function, [try type(of: one), try type(of: two)], at: node.offset)
        case .matches(let text, _):
            return try result(of: .matches, [try type(of: text), .string], at: node.offset)
        case .logic(let isAnd, let parts):
            for part in parts { try expectBool(part, isAnd ? "&&" : "||") }
            return .bool
        case .conditional(let condition, let then, let otherwise):
            return try conditional(condition, then, otherwise, at: node.offset)
        case .list(let parts): return .list(try joined(parts))
        case .map(let entries): return try map(entries)
        case .each(let macro, let range, let filter, let body):
            return try each(macro, in: range, filter: filter, body: body)
        case .wrapper(let wrapper, let part):
            let found = try type(of: part)
            guard found.agrees(with: wrapper.type) else {
                throw source.error(at: part.offset, "\(wrapper.rawValue) does not take \(found)")
            }
            return wrapper.type
        case .unknownCall: return .dyn
        }
    }

    private func field(
        _ field: String, of target: ConditionType, at offset: Int
    ) throws(ConditionError) -> ConditionType {
        switch target {
        case .dyn, .open: return .dyn
        case .map(let key, let value) where key.agrees(with: .string): return value
        default: throw source.error(at: offset, "a value of type \(target) has no field \(field)")
        }
    }

    private mutating func result(
        of function: ConditionFunction, _ types: [ConditionType], at offset: Int
    ) throws(ConditionError) -> ConditionType {
        if let result = function.result(on: types) { return result }
        let told = types.map(\.description).joined(separator: " and ")
        throw source.error(at: offset, "\(function.rawValue) does not take \(told)")
    }

    private mutating func expectBool(_ node: ConditionNode, _ what: String) throws(ConditionError) {
        let found = try type(of: node)
        guard found.agrees(with: .bool) else {
            throw source.error(at: node.offset, "\(what) takes bool, and this is \(found)")
        }
    }

    private mutating func conditional(
        _ condition: ConditionNode, _ then: ConditionNode, _ otherwise: ConditionNode, at offset: Int
    ) throws(ConditionError) -> ConditionType {
        try expectBool(condition, "? :")
        let one = try type(of: then)
        let two = try type(of: otherwise)
        guard one.agrees(with: two) else {
            throw source.error(at: offset, "? : gives \(one) or \(two), and these have to agree")
        }
        return one.joined(with: two)
    }

    private mutating func joined(_ nodes: [ConditionNode]) throws(ConditionError) -> ConditionType {
        var joined = ConditionType.open
        for node in nodes { joined = joined.joined(with: try type(of: node)) }
        return joined
    }

    private mutating func map(
        _ entries: [(key: ConditionNode, value: ConditionNode)]
    ) throws(ConditionError) -> ConditionType {
        for (key, _) in entries {
            let found = try type(of: key)
            guard [.bool, .int, .uint, .string, .dyn, .open].contains(found) else {
                throw source.error(at: key.offset, "a value of type \(found) is no key of a map")
            }
        }
        return .map(key: try joined(entries.map(\.key)), value: try joined(entries.map(\.value)))
    }

    private mutating func each(
        _ macro: ConditionMacro, in range: ConditionNode, filter: ConditionNode?, body: ConditionNode
    ) throws(ConditionError) -> ConditionType {
        let element: ConditionType
        let rangeType = try type(of: range)
        switch rangeType {
        case .list(let type): element = type
        case .map(let key, _): element = key
        case .dyn, .open: element = .dyn
        default:
            throw source.error(
                at: range.offset, "\(macro.rawValue) looks at a list or a map, and this is \(rangeType)")
        }
        elements.append(element)
        defer { elements.removeLast() }
        if let filter { try expectBool(filter, macro.rawValue) }
        guard macro == .map else {
            try expectBool(body, macro.rawValue)
            return macro == .filter ? .list(element) : .bool
        }
        return .list(try type(of: body))
    }
}

extension ConditionType {
    /// The type of a value that is written out.
    init(of value: ConditionValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .uint: self = .uint
        case .double: self = .double
        case .string: self = .string
        case .bytes: self = .bytes
        case .timestamp: self = .timestamp
        case .duration: self = .duration
        case .type: self = .type
        case .list(let values):
            self = .list(values.reduce(.open) { $0.joined(with: ConditionType(of: $1)) })
        case .map(let map):
            self = .map(
                key: map.keys.reduce(.open) { $0.joined(with: ConditionType(of: $1)) },
                value: map.values.reduce(.open) { $0.joined(with: ConditionType(of: $1)) })
        }
    }
}
