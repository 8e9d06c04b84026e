/// Literals, names, brackets, calls and macros.
extension ConditionParser {
    mutating func primary() throws(ConditionError) -> ConditionSyntax {
        let offset = token.offset
        switch token.kind {
        case .name(let name): return try named(name, isAbsolute: false, at: offset)
        case .int, .uint, .double, .string, .bytes: return try literal(isNegative: false, at: offset)
        case .mark(.minus):
            try advance()
            return try literal(isNegative: true, at: offset)
        case .mark(.dot):
            try advance()
            guard case .name(let name) = token.kind else { throw error("a name should follow the dot") }
            return try named(name, isAbsolute: true, at: offset)
        case .mark(.open):
            try advance()
            let inner = try expression()
            try expect(.close)
            return inner
        case .mark(.openList):
            try advance()
            return try make(.list(try list(until: .closeList, allowsLastComma: true)), at: offset)
        case .mark(.openMap):
            try advance()
            return try map(at: offset)
        case .end: throw error("the condition ends too early")
        default: throw error("there is \(token.text) where a value should be")
        }
    }

    private mutating func literal(isNegative: Bool, at offset: Int) throws(ConditionError) -> ConditionSyntax {
        let value: ConditionValue
        switch token.kind {
        case .int(let magnitude):
            guard let whole = isNegative ? negated(magnitude) : Int64(exactly: magnitude) else {
                throw source.error(at: offset, "the number is too large for int")
            }
            value = .int(whole)
        case .uint(let number) where !isNegative: value = .uint(number)
        case .double(let number): value = .double(isNegative ? -number : number)
        case .string(let text) where !isNegative: value = .string(text)
        case .bytes(let bytes) where !isNegative: value = .bytes(bytes)
        default: throw error("there is \(token.text) where a number should be")
        }
        try advance()
        return try make(.literal(value), at: offset)
    }

    private func negated(_ magnitude: UInt64) -> Int64? {
        magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }

    private mutating func named(
        _ name: String, isAbsolute: Bool, at offset: Int
    ) throws(ConditionError) -> ConditionSyntax {
        if ConditionParser.reserved.contains(name) {
            throw error("the name \(name) is kept for later versions of the language")
        }
        if let value = ConditionParser.constants[name], !isAbsolute {
            try advance()
            return try make(.literal(value), at: offset)
        }
        if ConditionParser.keywords.contains(name) { throw error("there is \(name) where a value should be") }
        try advance()
        guard try skip(.open) else { return try make(.name(name, isAbsolute: isAbsolute), at: offset) }
        let arguments = try list(until: .close, allowsLastComma: false)
        guard name == "has", !isAbsolute else { return try make(.call(name, on: nil, arguments), at: offset) }
        guard arguments.count == 1, case .field(let target, let field) = arguments[0].kind else {
            throw source.error(at: offset, "has takes one field: has(event.price)")
        }
        return try make(.hasField(target, field), at: offset)
    }

    private static let constants: [String: ConditionValue] = [
        "true": .bool(true), "false": .bool(false), "null": .null,
    ]

    private mutating func map(at offset: Int) throws(ConditionError) -> ConditionSyntax {
        var entries: [(key: ConditionSyntax, value: ConditionSyntax)] = []
        while token.kind != .mark(.closeMap) {
            let key = try expression()
            try expect(.colon)
            entries.append((key, try expression()))
            guard try skip(.comma) else { break }
        }
        try expect(.closeMap)
        return try make(.map(entries), at: offset)
    }

    mutating func message(
        named name: String, isAbsolute: Bool, at offset: Int
    ) throws(ConditionError) -> ConditionSyntax {
        try expect(.openMap)
        var fields: [(field: String, value: ConditionSyntax)] = []
        while token.kind != .mark(.closeMap) {
            let field: String
            switch token.kind {
            case .name(let name), .quotedName(let name): field = name
            default: throw error("there is \(token.text) where the name of a field should be")
            }
            try advance()
            try expect(.colon)
            fields.append((field, try expression()))
            guard try skip(.comma) else { break }
        }
        try expect(.closeMap)
        return try make(.message(name, isAbsolute: isAbsolute, fields), at: offset)
    }

    /// A call on a value; a macro where it has the name of one and as many arguments.
    mutating func call(
        _ name: String, on target: ConditionSyntax, _ arguments: [ConditionSyntax], at offset: Int
    ) throws(ConditionError) -> ConditionSyntax {
        guard let macro = ConditionMacro(rawValue: name) else {
            return try make(.call(name, on: target, arguments), at: offset)
        }
        guard arguments.count == 2 || (macro == .map && arguments.count == 3) else {
            throw source.error(at: offset, "\(name) takes a name for the element and what to do with it")
        }
        guard case .name(let element, isAbsolute: false) = arguments[0].kind else {
            throw source.error(at: arguments[0].offset, "the element of \(name) is a plain name")
        }
        return try make(.each(macro, in: target, element: element, Array(arguments.dropFirst())), at: offset)
    }
}
