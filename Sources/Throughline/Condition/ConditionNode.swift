/// A condition whose names stand for something, ready to be asked.
final class ConditionNode: Sendable {
    enum Kind: Sendable {
        case literal(ConditionValue)
        case variable(String)
        /// An element that a macro looks at: how many macros lie around that one.
        case element(Int)
        case field(ConditionNode, String)
        case hasField(ConditionNode, String)
        case unary(ConditionFunction, ConditionNode)
        case binary(ConditionFunction, ConditionNode, ConditionNode)
        /// `matches` with a pattern that is written out.
        case matches(ConditionNode, ConditionPattern)
        case logic(isAnd: Bool, [ConditionNode])
        case conditional(ConditionNode, then: ConditionNode, otherwise: ConditionNode)
        case list([ConditionNode])
        case map([(key: ConditionNode, value: ConditionNode)])
        case each(ConditionMacro, in: ConditionNode, filter: ConditionNode?, body: ConditionNode)
        /// A message that is the plain value it holds.
        case wrapper(ConditionWrapper, ConditionNode)
        /// Only where types are not checked: a call that always ends with a fault.
        case unknownCall(String)
    }

    let kind: Kind
    let offset: Int

    init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
