import Throughline
import Yams

extension MapReader {
    /// - Parameters:
    ///   - names: those of the milestones before it.
    ///   - events: names of events that reach one of them whatever else they say.
    mutating func milestone(
        _ node: Node, names: inout MapNames, events: inout [String: Int]
    ) -> DrawnMilestone? {
        let known = [
            "name", "stage", "on", "when", "touchpoints", "channels", "need", "feeling", "critical", "welcomes",
        ]
        guard let members = members(of: node, "a milestone", known: known) else { return nil }
        let name = requiredName("name", of: "a milestone", members)
        let place = members.value("name")
        note("a milestone of this purpose is called", name, onLine: names.take(name, onLine: place.line), at: place)
        let stage = stage(members)
        guard let rule = rule(members, events: &events) else { return nil }
        return DrawnMilestone(
            name: name, stage: stage, rule: rule,
            touchpoints: members["touchpoints"].map { places($0, "touchpoints") } ?? [],
            channels: members["channels"].map { places($0, "channels") } ?? [],
            need: members["need"].flatMap { text($0, "need") },
            feeling: members["feeling"].flatMap { text($0, "feeling") },
            critical: members["critical"].flatMap { critical($0) },
            welcomes: members["welcomes"].map { nudgeKinds($0) })
    }

    private mutating func stage(_ members: MapMembers) -> Stage {
        guard let node = members["stage"] else {
            faults.note("a milestone has a stage: add the key stage", at: members.place)
            return .explore
        }
        return word(node, "stage", among: Stage.allCases.map(\.name)).flatMap { word in
            Stage.allCases.first { $0.name == word }
        } ?? .explore
    }

    private mutating func rule(_ members: MapMembers, events: inout [String: Int]) -> MilestoneRule? {
        let condition = members["when"].flatMap { self.condition($0, "when", of: .event) }
        let names = members["on"].map {
            self.names($0, "on", limit: JourneyMap.eventNamesMax, keepsBlanks: true, folds: MapText.folded)
        }
        guard members["on"] != nil || members["when"] != nil else {
            faults.note(
                "a milestone says what reaches it: add on, with the name of an event, or when, with a condition",
                at: members.place)
            return nil
        }
        for name in names ?? [] {
            let folded = MapText.folded(name)
            if let line = events[folded] {
                faults.note(
                    "events named \"\(name)\" never come here: they reach the milestone on line \(line) before",
                    at: members.value("on"))
            }
        }
        if members["when"] == nil {
            for name in names ?? [] where events[MapText.folded(name)] == nil {
                events[MapText.folded(name)] = members.place.line
            }
        }
        guard condition != nil || names?.isEmpty == false else { return nil }
        return MilestoneRule(names: names ?? [], condition: condition)
    }

    private mutating func places(_ node: Node, _ key: String) -> [String] {
        names(node, key, limit: JourneyMap.placesMax, keepsBlanks: false) { $0.lowercased() }
    }

    private mutating func critical(_ node: Node) -> CriticalInteraction? {
        guard let members = members(of: node, "critical", known: ["by", "channel", "for", "failure"]) else {
            return nil
        }
        return CriticalInteraction(
            handler: requiredName("by", of: "a critical interaction", members),
            channel: members["channel"].flatMap { name($0, "channel") },
            condition: members["for"].flatMap { condition($0, "for", of: .person) },
            failure: members["failure"].flatMap { text($0, "failure") })
    }

    mutating func nudgeKinds(_ node: Node) -> [NudgeKind] {
        guard let nodes = oneOrList(node, "welcomes") else { return [] }
        var kinds: [NudgeKind] = []
        for node in nodes {
            guard let word = word(node, "kind of nudge", among: NudgeKind.allCases.map(\.rawValue)),
                let kind = NudgeKind(rawValue: word)
            else { continue }
            if kinds.contains(kind) {
                faults.note("\(word) stands twice in one list", at: MapReader.place(of: node))
            } else {
                kinds.append(kind)
            }
        }
        return kinds
    }

    private mutating func condition(
        _ node: Node, _ key: String, of subject: MapCondition.Subject
    ) -> MapCondition? {
        guard let text = plainText(node, key, article: "a condition") else { return nil }
        do throws(ConditionError) { return try MapCondition(text, of: subject) } catch {
            guard case .scalar(let scalar) = node,
                let place = source.place(ofLine: error.line, column: error.column, of: text, in: scalar)
            else {
                faults.note("\(key): \(error.reason) (\(error.place) of the condition)", at: MapReader.place(of: node))
                return nil
            }
            faults.note("\(key): \(error.reason)", at: place)
            return nil
        }
    }
}

extension ConditionError {
    fileprivate var place: String { "line \(line), column \(column)" }
}
