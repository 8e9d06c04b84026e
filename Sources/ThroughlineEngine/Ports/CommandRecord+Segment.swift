import Throughline

/// What is decided of a segment, as a command of the log writes it.
struct SegmentWire: Codable {
    var edit: String
    var name: String
    var title: String?
    /// Of a segment that is a condition.
    var condition: String?
    var kind: UInt8?
    var value: String?

    init(_ edit: SegmentEdit) {
        name = edit.name
        kind = edit.named?.kind.rawValue
        value = edit.named?.value
        switch edit {
        case .define(let definition):
            self.edit = "define"
            title = definition.title
            if case .condition(let source) = definition.rule { condition = source }
        case .delete: self.edit = "delete"
        case .list: self.edit = "list"
        case .unlist: self.edit = "unlist"
        }
    }

    /// What is decided; nil where it is nothing.
    func edit(of organization: UInt32) -> SegmentEdit? {
        let identifier = kind.flatMap(Identifier.Kind.init).flatMap { kind in
            value.map { Identifier(organization: organization, kind: kind, value: $0) }
        }
        switch edit {
        case "define":
            return .define(
                SegmentDefinition(
                    name: name, title: title ?? "", rule: condition.map { .condition($0) } ?? .list))
        case "delete": return .delete(name: name)
        case "list": return identifier.map { .list($0, on: name) }
        case "unlist": return identifier.map { .unlist($0, from: name) }
        default: return nil
        }
    }
}
