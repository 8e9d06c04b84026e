/// Works out one answer of a condition. Everything it does costs steps, and the steps are counted.
struct ConditionEvaluator {
    let lookup: any ConditionLookup
    var meter: ConditionMeter
    /// The elements that macros look at just now, of the outermost macro first.
    private var elements: [ConditionValue] = []

    init(lookup: any ConditionLookup, stepsMax: Int) {
        self.lookup = lookup
        meter = ConditionMeter(stepsMax: stepsMax)
    }

    mutating func value(of node: ConditionNode) throws(ConditionFault) -> ConditionValue {
        try meter.spend()
        switch node.kind {
        case .literal(let value): return value
        case .variable(let name):
            try meter.spend(bytes: name.utf8.count)
            guard let value = lookup.value(of: name) else { throw .noValue(variable: name) }
            return value
        case .element(let place): return elements[place]
        case .field(let target, let field):
            guard let value = try find(field, in: try value(of: target)) else { throw .noKey(field) }
            return value
        case .hasField(let target, let field):
            return .bool(try find(field, in: try value(of: target)) != nil)
        case .unary(let function, let part): return try apply(function, try value(of: part))
        case .binary(let function, let one, let two):
            let left = try value(of: one)
            return try apply(function, left, try value(of: two))
        case .matches(let part, let pattern):
            let value = try value(of: part)
            guard case .string(let text) = value else {
                throw .notApplicable(function: "matches", types: [value.kind, .string])
            }
            return .bool(try pattern.matches(text, &meter))
        case .logic(let isAnd, let parts): return try logic(isAnd: isAnd, parts)
        case .conditional(let condition, let then, let otherwise):
            return try value(of: try bool(condition, "? :") ? then : otherwise)
        case .list(let parts): return .list(try values(of: parts))
        case .map(let entries): return try map(of: entries)
        case .each(let macro, let range, let filter, let body):
            return try each(macro, in: range, filter: filter, body: body)
        case .wrapper(let wrapper, let part): return try wrapper.holding(try value(of: part))
        case .unknownCall(let name): throw .unknownFunction(name)
        }
    }

    private mutating func bool(_ node: ConditionNode, _ function: String) throws(ConditionFault) -> Bool {
        let value = try value(of: node)
        guard case .bool(let flag) = value else { throw .notApplicable(function: function, types: [value.kind]) }
        return flag
    }

    /// One part that decides is enough, wherever it stands: `1 / 0 == 1 || true` is true.
    private mutating func logic(isAnd: Bool, _ parts: [ConditionNode]) throws(ConditionFault) -> ConditionValue {
        var fault: ConditionFault?
        for part in parts {
            do throws(ConditionFault) {
                if try bool(part, isAnd ? "&&" : "||") != isAnd { return .bool(!isAnd) }
            } catch {
                guard error.isAbsorbed else { throw error }
                fault = fault ?? error
            }
        }
        if let fault { throw fault }
        return .bool(isAnd)
    }

    private mutating func values(of parts: [ConditionNode]) throws(ConditionFault) -> [ConditionValue] {
        var values: [ConditionValue] = []
        values.reserveCapacity(parts.count)
        for part in parts { values.append(try value(of: part)) }
        return values
    }

    private mutating func map(
        of entries: [(key: ConditionNode, value: ConditionNode)]
    ) throws(ConditionFault) -> ConditionValue {
        var map = ConditionMap()
        for (key, value) in entries {
            let key = try self.value(of: key)
            try meter.spend(key: key)
            try map.add(try self.value(of: value), for: key)
        }
        return .map(map)
    }

    private mutating func find(_ field: String, in target: ConditionValue) throws(ConditionFault) -> ConditionValue? {
        guard case .map(let map) = target else { throw .noField(field, of: target.kind) }
        return try find(.string(field), in: map)
    }

    /// The value of a key of a map, nil where there is none.
    mutating func find(_ key: ConditionValue, in map: ConditionMap) throws(ConditionFault) -> ConditionValue? {
        try meter.spend(key: key)
        return map.value(for: key)
    }
}

// MARK: Macros

extension ConditionEvaluator {
    private mutating func each(
        _ macro: ConditionMacro, in range: ConditionNode, filter: ConditionNode?, body: ConditionNode
    ) throws(ConditionFault) -> ConditionValue {
        let values: [ConditionValue]
        switch try value(of: range) {
        case .list(let list): values = list
        case .map(let map): values = map.keys
        case let other: throw .notApplicable(function: macro.rawValue, types: [other.kind])
        }
        elements.append(.null)
        defer { elements.removeLast() }
        switch macro {
        case .all, .exists: return try decided(isAll: macro == .all, values, body)
        case .existsOne:
            var count = 0
            for value in values where try holds(body, for: value, macro) { count += 1 }
            return .bool(count == 1)
        case .filter:
            var kept: [ConditionValue] = []
            for value in values where try holds(body, for: value, macro) { kept.append(value) }
            return .list(kept)
        case .map:
            var made: [ConditionValue] = []
            for value in values {
                if let filter, try !holds(filter, for: value, macro) { continue }
                elements[elements.count - 1] = value
                made.append(try self.value(of: body))
            }
            return .list(made)
        }
    }

    private mutating func holds(
        _ body: ConditionNode, for element: ConditionValue, _ macro: ConditionMacro
    ) throws(ConditionFault) -> Bool {
        elements[elements.count - 1] = element
        return try bool(body, macro.rawValue)
    }

    /// `all` is its elements joined by `&&`, and `exists` by `||`: a fault counts only where no element decides.
    private mutating func decided(
        isAll: Bool, _ values: [ConditionValue], _ body: ConditionNode
    ) throws(ConditionFault) -> ConditionValue {
        var fault: ConditionFault?
        for value in values {
            do throws(ConditionFault) {
                if try holds(body, for: value, isAll ? .all : .exists) != isAll { return .bool(!isAll) }
            } catch {
                guard error.isAbsorbed else { throw error }
                fault = fault ?? error
            }
        }
        if let fault { throw fault }
        return .bool(isAll)
    }
}
