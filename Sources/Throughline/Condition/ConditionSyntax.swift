/// A condition as it is written: names stand for nothing yet.
final class ConditionSyntax: Sendable {
    enum Kind: Sendable {
        case literal(ConditionValue)
        /// `isAbsolute` where it is written with a dot before it, which passes over the namespace and over elements.
        case name(String, isAbsolute: Bool)
        case field(ConditionSyntax, String)
        case call(String, on: ConditionSyntax?, [ConditionSyntax])
        case operation(ConditionFunction, [ConditionSyntax])
        /// Two or more joined by `&&`, or by `||`.
        case logic(isAnd: Bool, [ConditionSyntax])
        case conditional(ConditionSyntax, then: ConditionSyntax, otherwise: ConditionSyntax)
        case list([ConditionSyntax])
        case map([(key: ConditionSyntax, value: ConditionSyntax)])
        case message(String, isAbsolute: Bool, [(field: String, value: ConditionSyntax)])
        case hasField(ConditionSyntax, String)
        case each(ConditionMacro, in: ConditionSyntax, element: String, [ConditionSyntax])
    }

    let kind: Kind
    /// The byte that tells of it best: of an operator its mark, else where it begins.
    let offset: Int
    /// How many nodes lie one in another, this one counted.
    let height: Int

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
        height = 1 + (kind.parts.map(\.height).max() ?? 0)
    }
}

/// What looks at the elements of a list, or at the keys of a map, one after another.
enum ConditionMacro: String, Sendable, CaseIterable {
    case all, exists
    case existsOne = "exists_one"
    case map, filter
}

extension ConditionSyntax.Kind {
    /// What it is made of, in order.
    var parts: [ConditionSyntax] {
        switch self {
        case .literal, .name: []
        case .field(let part, _), .hasField(let part, _): [part]
        case .call(_, let target, let arguments): (target.map { [$0] } ?? []) + arguments
        case .operation(_, let parts), .logic(_, let parts), .list(let parts): parts
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .message(_, _, let fields): fields.map(\.value)
        case .each(_, let range, _, let bodies): [range] + bodies
        }
    }
}
