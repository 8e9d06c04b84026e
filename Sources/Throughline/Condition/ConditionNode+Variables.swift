extension Condition {
    /// The variables that it names: what none of its answers asks for need not be known.
    ///
    /// - Complexity: O(*n*) in the length of the text.
    public var variables: Set<String> { expression.variables }
}

extension ConditionExpression {
    /// The variables that it names.
    public var variables: Set<String> {
        var names: Set<String> = []
        node.forEachVariable { names.insert($0) }
        return names
    }
}

extension ConditionNode {
    fileprivate func forEachVariable(_ body: (String) -> Void) {
        switch kind {
        case .literal, .element, .unknownCall: break
        case .variable(let name): body(name)
        case .field(let value, _), .hasField(let value, _), .unary(_, let value), .matches(let value, _),
            .wrapper(_, let value):
            value.forEachVariable(body)
        case .binary(_, let one, let other):
            one.forEachVariable(body)
            other.forEachVariable(body)
        case .logic(_, let values), .list(let values): for value in values { value.forEachVariable(body) }
        case .conditional(let condition, let one, let other):
            for value in [condition, one, other] { value.forEachVariable(body) }
        case .map(let entries):
            for entry in entries {
                entry.key.forEachVariable(body)
                entry.value.forEachVariable(body)
            }
        case .each(_, let list, let filter, let result):
            list.forEachVariable(body)
            filter?.forEachVariable(body)
            result.forEachVariable(body)
        }
    }
}
