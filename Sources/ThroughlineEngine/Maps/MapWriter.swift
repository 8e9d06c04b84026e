import Throughline

/// Writes a journey map as YAML that ``MapReader`` reads as the same map.
public struct MapWriter {
    /// Words for people beside a map; each is a line of its own.
    public struct Notes: Sendable {
        /// Above everything.
        public var map: [String] = []
        /// Above a purpose, by its name.
        public var purposes: [String: [String]] = [:]
        /// Behind the last milestone of a purpose, by its name.
        public var endings: [String: [String]] = [:]
        /// Above a milestone, by the names of its purpose and its own.
        public var milestones: [String: [String: [String]]] = [:]

        public init() {}
    }

    private let notes: Notes
    private var lines: [String] = []

    private init(_ notes: Notes) { self.notes = notes }

    /// - Complexity: O(*n*) in the size of the map.
    public static func text(of map: JourneyMap, notes: Notes = Notes()) -> String {
        var writer = MapWriter(notes)
        writer.comments(notes.map, indent: 0)
        writer.line("map: \(MapText.scalar(map.name))", indent: 0)
        writer.line("objectives:", indent: 0)
        for objective in map.objectives { writer.write(objective, indent: 1) }
        return writer.lines.joined(separator: "\n") + "\n"
    }

    private mutating func line(_ text: String, indent: Int) {
        lines.append(String(repeating: "  ", count: indent) + text)
    }

    private mutating func comments(_ comments: [String]?, indent: Int) {
        for comment in comments ?? [] { line(MapText.comment(comment), indent: indent) }
    }

    private mutating func write(_ objective: MapObjective, indent: Int) {
        line("- name: \(MapText.scalar(objective.name))", indent: indent)
        if !objective.objectives.isEmpty {
            line("objectives:", indent: indent + 1)
            for inner in objective.objectives { write(inner, indent: indent + 2) }
        }
        guard !objective.purposes.isEmpty else { return }
        line("purposes:", indent: indent + 1)
        for purpose in objective.purposes { write(purpose, indent: indent + 2) }
    }

    private mutating func write(_ purpose: DrawnPurpose, indent: Int) {
        comments(notes.purposes[purpose.name], indent: indent)
        line("- name: \(MapText.scalar(purpose.name))", indent: indent)
        let indent = indent + 1
        write("type", purpose.type, indent: indent)
        write("serves", purpose.serves, indent: indent)
        if !purpose.welcomes.isEmpty {
            let stages = Stage.allCases.compactMap { stage in
                purpose.welcomes[stage].map { "\(stage.name): \(MapWriter.list($0.map(\.rawValue)))" }
            }
            line("welcomes: {\(stages.joined(separator: ", "))}", indent: indent)
        }
        if !purpose.milestones.isEmpty {
            line("milestones:", indent: indent)
            for milestone in purpose.milestones {
                comments(notes.milestones[purpose.name]?[milestone.name], indent: indent + 1)
                write(milestone, indent: indent + 1)
            }
        }
        comments(notes.endings[purpose.name], indent: indent)
    }

    private mutating func write(_ milestone: DrawnMilestone, indent: Int) {
        line("- name: \(MapText.scalar(milestone.name))", indent: indent)
        let indent = indent + 1
        line("stage: \(milestone.stage.name)", indent: indent)
        let names = milestone.rule.names
        if names.count == 1 { write("on", names[0], indent: indent) }
        if names.count > 1 { line("on: \(MapWriter.list(names))", indent: indent) }
        write("when", milestone.rule.condition?.source, indent: indent)
        if !milestone.touchpoints.isEmpty {
            line("touchpoints: \(MapWriter.list(milestone.touchpoints))", indent: indent)
        }
        if !milestone.channels.isEmpty { line("channels: \(MapWriter.list(milestone.channels))", indent: indent) }
        write("need", milestone.need, indent: indent)
        write("feeling", milestone.feeling, indent: indent)
        if let critical = milestone.critical { write(critical, indent: indent) }
        if let kinds = milestone.welcomes { line("welcomes: \(MapWriter.list(kinds.map(\.rawValue)))", indent: indent) }
    }

    private mutating func write(_ critical: CriticalInteraction, indent: Int) {
        line("critical:", indent: indent)
        write("by", critical.handler, indent: indent + 1)
        write("channel", critical.channel, indent: indent + 1)
        write("for", critical.condition?.source, indent: indent + 1)
        write("failure", critical.failure, indent: indent + 1)
    }

    private mutating func write(_ key: String, _ text: String?, indent: Int) {
        if let text { line("\(key): \(MapText.scalar(text))", indent: indent) }
    }

    private static func list(_ texts: [String]) -> String {
        "[" + texts.map(MapText.scalar).joined(separator: ", ") + "]"
    }
}
