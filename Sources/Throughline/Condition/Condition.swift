/// A question about a person and what she did, that is true or false: `event.price > 100 && "gold" in person.tiers`.
///
/// Written in the Common Expression Language, as far as `docs/conditions.md` says. It is read and its types are checked
/// when it is made, so that what can never be is refused before anybody waits for an answer. It sees only its
/// variables, and an answer takes a bounded number of steps.
///
///     let condition = try Condition("price > 100.0", variables: ConditionVariables(["price": .double]))
///     try condition.holds(["price": .double(120)])  // true
public struct Condition: Sendable {
    let expression: ConditionExpression

    /// Reads a condition.
    ///
    /// - Complexity: O(*n*) in the length of the text.
    public init(
        _ source: String, variables: ConditionVariables, limits: ConditionLimits = ConditionLimits()
    ) throws(ConditionError) {
        expression = try ConditionExpression(source, variables: variables, limits: limits)
        guard expression.type.agrees(with: .bool) else {
            throw ConditionSource(source).error(
                at: 0, "a condition is true or false, and this is of type \(expression.type)")
        }
    }

    /// The text that it was made of.
    public var source: String { expression.source }

    /// Whether it is true for these values.
    ///
    /// - Complexity: at most ``ConditionLimits/stepsMax`` steps.
    public func holds(_ values: some ConditionLookup) throws(ConditionFault) -> Bool {
        let value = try expression.value(values)
        guard case .bool(let holds) = value else { throw .notBool(value.kind) }
        return holds
    }
}

/// What is read as a condition is, but may give a value of any type.
public struct ConditionExpression: Sendable {
    public let source: String
    /// What type its values are of.
    public let type: ConditionType
    let node: ConditionNode
    private let stepsMax: Int

    public init(
        _ source: String, variables: ConditionVariables, limits: ConditionLimits = ConditionLimits()
    ) throws(ConditionError) {
        try self.init(source, variables: variables, limits: limits, checksTypes: true)
    }

    /// - Parameter checksTypes: where false, what would be refused now is a fault when the value is asked for.
    package init(
        _ source: String, variables: ConditionVariables, limits: ConditionLimits = ConditionLimits(),
        checksTypes: Bool
    ) throws(ConditionError) {
        let syntax = try ConditionParser.parse(source, limits: limits)
        let bytes = ConditionSource(source)
        var resolver = ConditionResolver(source: bytes, variables: variables, isStrict: checksTypes)
        node = try resolver.resolve(syntax)
        var checker = ConditionChecker(source: bytes, variables: variables)
        type = checksTypes ? try checker.type(of: node) : .dyn
        self.source = source
        stepsMax = limits.stepsMax
    }

    public func value(_ values: some ConditionLookup) throws(ConditionFault) -> ConditionValue {
        var evaluator = ConditionEvaluator(lookup: values, stepsMax: stepsMax)
        return try evaluator.value(of: node)
    }
}
