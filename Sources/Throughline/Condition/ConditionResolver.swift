/// Finds out what the names of a condition stand for.
struct ConditionResolver {
    let source: ConditionSource
    let variables: ConditionVariables
    /// Whether a name that stands for nothing is refused now, or ends with a fault when the condition is asked.
    let isStrict: Bool
    /// The names of elements, of the outermost macro first.
    private var elements: [String] = []
    /// The names with dots between them that are just looked at, all of them.
    private var chain: ConditionSyntax?

    init(source: ConditionSource, variables: ConditionVariables, isStrict: Bool) {
        self.source = source
        self.variables = variables
        self.isStrict = isStrict
    }

    mutating func resolve(_ syntax: ConditionSyntax) throws(ConditionError) -> ConditionNode {
        switch syntax.kind {
        case .literal(let value): return node(.literal(value), syntax)
        case .name(let name, _):
            if let found = found(syntax) { return found }
            guard !isStrict else { throw unknown(chain ?? syntax) }
            return node(.variable(name), syntax)
        case .field(let target, let field):
            if let found = found(syntax) { return found }
            let outer = chain
            chain = outer ?? (syntax.dottedName == nil ? nil : syntax)
            defer { chain = outer }
            return node(.field(try resolve(target), field), syntax)
        case .hasField(let target, let field): return node(.hasField(try resolve(target), field), syntax)
        case .operation(let function, let parts): return try apply(function, try resolve(parts), syntax)
        case .call(let name, let target, let arguments):
            return try call(name, isMethod: target != nil, (target.map { [$0] } ?? []) + arguments, syntax)
        case .logic(let isAnd, let parts): return node(.logic(isAnd: isAnd, try resolve(parts)), syntax)
        case .conditional(let condition, let then, let otherwise):
            return node(
                .conditional(try resolve(condition), then: try resolve(then), otherwise: try resolve(otherwise)),
                syntax)
        case .list(let parts): return node(list(of: try resolve(parts)), syntax)
        case .map(let entries):
            var nodes: [(key: ConditionNode, value: ConditionNode)] = []
            for entry in entries { nodes.append((try resolve(entry.key), try resolve(entry.value))) }
            return node(.map(nodes), syntax)
        case .message(let name, let isAbsolute, let fields):
            return try message(name, isAbsolute: isAbsolute, fields, syntax)
        case .each(let macro, let range, let element, let bodies):
            return try each(macro, in: range, element: element, bodies, syntax)
        }
    }

    private mutating func resolve(_ parts: [ConditionSyntax]) throws(ConditionError) -> [ConditionNode] {
        var nodes: [ConditionNode] = []
        for part in parts { nodes.append(try resolve(part)) }
        return nodes
    }

    private func node(_ kind: ConditionNode.Kind, _ syntax: ConditionSyntax) -> ConditionNode {
        ConditionNode(kind, at: syntax.offset)
    }

    private mutating func each(
        _ macro: ConditionMacro, in range: ConditionSyntax, element: String, _ bodies: [ConditionSyntax],
        _ syntax: ConditionSyntax
    ) throws(ConditionError) -> ConditionNode {
        let range = try resolve(range)
        elements.append(element)
        defer { elements.removeLast() }
        let parts = try resolve(bodies)
        return node(
            .each(macro, in: range, filter: parts.count == 2 ? parts[0] : nil, body: parts[parts.count - 1]), syntax)
    }

    /// A list that is written out is made once, not each time the condition is asked.
    private func list(of parts: [ConditionNode]) -> ConditionNode.Kind {
        var values: [ConditionValue] = []
        for part in parts {
            guard case .literal(let value) = part.kind else { return .list(parts) }
            values.append(value)
        }
        // The type of an empty list is told by what it stands next to.
        return values.isEmpty ? .list(parts) : .literal(.list(values))
    }
}

// MARK: Names

extension ConditionResolver {
    /// What a name, or a chain of fields as a name with dots, stands for.
    private func found(_ syntax: ConditionSyntax) -> ConditionNode? {
        guard let name = syntax.dottedName else { return nil }
        if !name.isAbsolute {
            let first = String(name.text.prefix { $0 != "." })
            if let place = elements.lastIndex(of: first) {
                // A field of an element is a field, whatever variable has such a name.
                return first == name.text ? node(.element(place), syntax) : nil
            }
        }
        let candidates = variables.candidates(for: name.text, isAbsolute: name.isAbsolute)
        if let known = candidates.first(where: { variables.types[$0] != nil }) {
            return node(.variable(known), syntax)
        }
        for case let kind? in candidates.map(ConditionKind.init(rawValue:)) {
            return node(.literal(.type(kind)), syntax)
        }
        return nil
    }

    /// Tells of the whole of `event.nam` where `event.name` was meant, else of its beginning.
    private func unknown(_ syntax: ConditionSyntax) -> ConditionError {
        let whole = syntax.dottedName?.text ?? ""
        let first = String(whole.prefix { $0 != "." })
        var start = syntax
        while case .field(let target, _) = start.kind { start = target }
        let dotted = variables.types.keys.filter { $0.contains(".") }
        let wholeMeant = whole == first ? "" : ConditionSpelling.suggestion(for: whole, among: dotted)
        guard wholeMeant.isEmpty else {
            return source.error(at: start.offset, "there is no variable \(whole)" + wholeMeant)
        }
        let firstMeant = ConditionSpelling.suggestion(for: first, among: variables.types.keys)
        return source.error(at: start.offset, "there is no variable \(first)" + firstMeant)
    }

    private mutating func call(
        _ name: String, isMethod: Bool, _ arguments: [ConditionSyntax], _ syntax: ConditionSyntax
    ) throws(ConditionError) -> ConditionNode {
        let known = ConditionFunction(named: name, isMethod: isMethod)
        guard let function = known, function.arity.contains(arguments.count) else {
            guard isStrict else {
                _ = try resolve(arguments)
                return node(.unknownCall(name), syntax)
            }
            throw source.error(at: syntax.offset, reason(name, isMethod: isMethod, isKnown: known != nil))
        }
        return try apply(function, try resolve(arguments), syntax)
    }

    private func reason(_ name: String, isMethod: Bool, isKnown: Bool) -> String {
        if isKnown { return "\(name) is given too few or too many values" }
        switch ConditionFunction(rawValue: name)?.style {
        case .function: return "\(name) is a function: write \(name)(value)"
        case .method: return "\(name) is called on a value: write value.\(name)(...)"
        default:
            let functions = ConditionFunction.allCases.filter { $0.style != .mark }.map(\.rawValue)
            let names = functions + ConditionMacro.allCases.map(\.rawValue) + ["has"]
            return "there is no function \(name)" + ConditionSpelling.suggestion(for: name, among: names)
        }
    }

    private func apply(
        _ function: ConditionFunction, _ arguments: [ConditionNode], _ syntax: ConditionSyntax
    ) throws(ConditionError) -> ConditionNode {
        guard arguments.count == 2 else { return node(.unary(function, arguments[0]), syntax) }
        guard function == .matches, case .literal(.string(let text)) = arguments[1].kind else {
            return node(.binary(function, arguments[0], arguments[1]), syntax)
        }
        do throws(ConditionPatternError) {
            return node(.matches(arguments[0], try ConditionPattern(text)), syntax)
        } catch {
            guard isStrict else { return node(.binary(function, arguments[0], arguments[1]), syntax) }
            throw source.error(at: arguments[1].offset, "the pattern is not to be read: \(error)")
        }
    }

    /// The only messages are those that hold one plain value, and they are that value.
    private mutating func message(
        _ name: String, isAbsolute: Bool, _ fields: [(field: String, value: ConditionSyntax)],
        _ syntax: ConditionSyntax
    ) throws(ConditionError) -> ConditionNode {
        let candidates = variables.candidates(for: name, isAbsolute: isAbsolute)
        guard let wrapper = candidates.lazy.compactMap({ ConditionWrapper(name: $0) }).first else {
            throw source.error(at: syntax.offset, "there is no message \(name)")
        }
        guard let field = fields.first else { return node(.literal(wrapper.empty), syntax) }
        guard fields.count == 1, field.field == "value" else {
            throw source.error(at: syntax.offset, "\(name) has one field, value")
        }
        return node(.wrapper(wrapper, try resolve(field.value)), syntax)
    }
}
