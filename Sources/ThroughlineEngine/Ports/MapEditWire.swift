import Throughline

/// What is said of a map, as a record of the log has it.
struct MapEditWire: Codable {
    var name: String
    var edit: String
    var text: String?
    var version: Int?
    var from: Int?
    var to: Int?

    init(_ edit: MapEdit) {
        name = edit.name.rawValue
        switch edit {
        case .publish(_, let text, let isProposal):
            self.edit = isProposal ? "propose" : "publish"
            self.text = text
        case .approve(_, let version):
            self.edit = "approve"
            self.version = version
        case .reject(_, let version):
            self.edit = "reject"
            self.version = version
        case .migrate(_, let from, let to):
            self.edit = "migrate"
            self.from = from
            self.to = to
        case .retire: self.edit = "retire"
        }
    }

    /// What is said; nil where it is nothing.
    var said: MapEdit? {
        guard let name = MapName(name) else { return nil }
        switch edit {
        case "publish", "propose": return text.map { .publish(name, text: $0, isProposal: edit == "propose") }
        case "approve": return version.map { .approve(name, version: $0) }
        case "reject": return version.map { .reject(name, version: $0) }
        case "migrate": return from.flatMap { from in to.map { .migrate(name, from: from, to: $0) } }
        case "retire": return .retire(name)
        default: return nil
        }
    }
}
