import Throughline
import Yams

/// Reads a journey map from YAML (docs/maps.md).
///
/// All that is wrong is told at once, as far as it can be read, each with line and column, and with what would be right.
public struct MapReader {
    var faults = MapFaults()
    let source: MapSource
    private var objectiveCount = 0
    private var purposeCount = 0
    /// Names of purposes, and of the types that they bind to.
    private var purposeNames = MapNames()
    private var typeNames = MapNames()

    private init(_ source: MapSource) { self.source = source }

    /// Reads the bytes of a file.
    ///
    /// - Throws: all that is wrong with it, up to ``MapError/faultsMax``.
    /// - Complexity: O(*n*) in the size of the file, which has a limit.
    public static func read(_ bytes: [UInt8]) throws(MapError) -> JourneyMap {
        var reader = MapReader(try MapSource(bytes))
        let map = reader.map()
        if let error = reader.faults.error { throw error }
        return map
    }

    /// Reads a file, plain or gzip, of no more bytes than a map has.
    ///
    /// - Throws: `FileError`, and `MapError`.
    public static func read(path: String) throws -> JourneyMap {
        let source = try ByteSource(path: path)
        var bytes = [UInt8](repeating: 0, count: JourneyMap.bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let (start, room) = (count, bytes.count - count)
            let read = try bytes.withUnsafeMutableBufferPointer {
                try source.read(into: $0.baseAddress! + start, capacity: room)
            }
            guard read > 0 else { break }
            count += read
        }
        return try read(Array(bytes[..<count]))
    }

    private mutating func map() -> JourneyMap {
        guard let members = members(of: source.root, "a map", known: ["map", "objectives"]) else {
            return JourneyMap(name: "", objectives: [])
        }
        let name = requiredName("map", of: "a map", members)
        guard let list = members["objectives"] else {
            faults.note("a map has objectives: add the key objectives, with a list", at: members.place)
            return JourneyMap(name: name, objectives: [])
        }
        let objectives = objectives(list, depth: 1)
        if case .sequence(let nodes) = list, nodes.isEmpty {
            faults.note("a map has at least one objective", at: MapReader.place(of: list))
        }
        return JourneyMap(name: name, objectives: objectives)
    }

    // MARK: Objectives

    private mutating func objectives(_ node: Node, depth: Int) -> [MapObjective] {
        guard let nodes = list(node, "objectives") else { return [] }
        guard depth <= JourneyMap.depthMax else {
            faults.note(
                "objectives lie no deeper than \(JourneyMap.depthMax) in one another", at: MapReader.place(of: node))
            return []
        }
        var names = MapNames()
        var objectives: [MapObjective] = []
        for node in nodes {
            objectiveCount += 1
            guard fits(objectiveCount, most: JourneyMap.objectivesMax, "objectives in a map", at: node) else { break }
            guard let objective = objective(node, depth: depth, names: &names) else { continue }
            objectives.append(objective)
        }
        return objectives
    }

    private mutating func objective(_ node: Node, depth: Int, names: inout MapNames) -> MapObjective? {
        guard let members = members(of: node, "an objective", known: ["name", "objectives", "purposes"]) else {
            return nil
        }
        let name = requiredName("name", of: "an objective", members)
        let place = members.value("name")
        note("an objective beside it is called", name, onLine: names.take(name, onLine: place.line), at: place)
        let inner = members["objectives"].map { objectives($0, depth: depth + 1) } ?? []
        var purposes: [DrawnPurpose] = []
        if let node = members["purposes"], let nodes = list(node, "purposes") {
            for node in nodes {
                purposeCount += 1
                guard fits(purposeCount, most: JourneyMap.purposesMax, "purposes in a map", at: node) else { break }
                if let purpose = purpose(node) { purposes.append(purpose) }
            }
        }
        return MapObjective(name: name, objectives: inner, purposes: purposes)
    }

    // MARK: Purposes

    private mutating func purpose(_ node: Node) -> DrawnPurpose? {
        let known = ["name", "type", "serves", "welcomes", "milestones"]
        guard let members = members(of: node, "a purpose", known: known) else { return nil }
        let name = requiredName("name", of: "a purpose", members)
        let place = members.value("name")
        let line = purposeNames.take(name, onLine: place.line)
        note("a purpose is called", name, onLine: line, at: place)
        let type = members["type"].flatMap { self.name($0, "type") }
        // Where its name is taken, its type is too: that was said.
        if type != nil || line == nil {
            let place = members.value(type == nil ? "name" : "type")
            let line = typeNames.take(type ?? name, onLine: place.line)
            note("a purpose binds to the type", type ?? name, onLine: line, at: place)
        }
        return DrawnPurpose(
            name: name, type: type, serves: members["serves"].flatMap { text($0, "serves") },
            welcomes: members["welcomes"].map { welcomesByStage($0) } ?? [:],
            milestones: members["milestones"].map { milestones($0) } ?? [])
    }

    private mutating func welcomesByStage(_ node: Node) -> [Stage: [NudgeKind]] {
        let names = Stage.allCases.map(\.name)
        guard let members = members(of: node, "welcomes of a purpose", known: names, called: "stage") else {
            return [:]
        }
        var welcomes: [Stage: [NudgeKind]] = [:]
        for stage in Stage.allCases {
            if let kinds = members[stage.name] { welcomes[stage] = nudgeKinds(kinds) }
        }
        return welcomes
    }

    private mutating func milestones(_ node: Node) -> [DrawnMilestone] {
        guard let nodes = list(node, "milestones") else { return [] }
        var names = MapNames()
        var events: [String: Int] = [:]
        var milestones: [DrawnMilestone] = []
        for (count, node) in nodes.enumerated() {
            guard fits(count + 1, most: JourneyMap.milestonesMax, "milestones in a purpose", at: node) else { break }
            if let milestone = milestone(node, names: &names, events: &events) { milestones.append(milestone) }
        }
        return milestones
    }

    /// Says that a name is taken, where something before has it.
    ///
    /// - Parameter line: where that stands; nil where nothing has it.
    mutating func note(_ taken: String, _ name: String, onLine line: Int?, at place: MapPlace) {
        if let line { faults.note("\(taken) \(MapText.shown(name)) already, on line \(line)", at: place) }
    }

    /// Whether one more fits; told where the first does not.
    private mutating func fits(_ count: Int, most limit: Int, _ what: String, at node: Node) -> Bool {
        if count == limit + 1 { faults.note("there are at most \(limit) \(what)", at: MapReader.place(of: node)) }
        return count <= limit
    }
}

/// Names that are taken, with the lines that they stand on. Upper and lower case are the same.
struct MapNames {
    private var lines: [String: Int] = [:]

    /// Takes a name where it is free; the empty one is never taken.
    ///
    /// - Returns: the line of what has it already; nil where nothing has.
    mutating func take(_ name: String, onLine line: Int) -> Int? {
        guard !name.isEmpty else { return nil }
        if let taken = lines[name.lowercased()] { return taken }
        lines[name.lowercased()] = line
        return nil
    }
}
