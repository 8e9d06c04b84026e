import Throughline
import ThroughlineEngine

/// Journey maps, as they are told.
extension MapRoutes {
    static func told(_ fault: MapFault) -> JSON {
        ["line": .number(fault.line), "column": .number(fault.column), "message": .text(fault.reason)]
    }

    static func told(_ map: MapHistory) -> JSON {
        [
            "name": .text(map.name.rawValue), "version": map.current.map { .number($0.number) } ?? .null,
            "proposed": .array(map.versions.filter { $0.standing == .proposed }.map { .number($0.number) }),
            "retired": map.retired.map { told($0) } ?? .null,
        ]
    }

    private static func told(_ said: MapSaying) -> JSON {
        ["at": .time(said.at), "byKey": .text(said.by), "position": .number(Int(said.position))]
    }

    static func told(_ version: MapHistory.Version) -> JSON {
        var told: JSON = [
            "version": .number(version.number), "published": told(version.published),
            "holdsFrom": version.since.map { .number(Int($0)) } ?? .null,
        ]
        switch version.standing {
        case .proposed: told.add("standing", "proposed")
        case .rejected(let said):
            told.add("standing", "rejected")
            told.add("rejected", self.told(said))
        case .holds(let approved):
            told.add("standing", "holds")
            if let approved { told.add("approved", self.told(approved)) }
        }
        return told
    }

    static func told(_ migration: MapHistory.Migration) -> JSON {
        ["from": .number(migration.from), "to": .number(migration.to), "said": told(migration.said)]
    }

    static func told(_ preview: MapPreview) -> JSON {
        [
            "preview": true, "affectedPurposes": .number(preview.affectedCount),
            "losingMilestones": .number(preview.losingCount), "affectedPeople": .number(preview.affectedPeople),
            "lookedPeople": .number(preview.lookedPeople), "people": .number(preview.peopleCount),
            "estimate": [
                "affectedPurposes": .number(preview.estimate(preview.affectedCount)),
                "losingMilestones": .number(preview.estimate(preview.losingCount)),
                "affectedPeople": .number(preview.estimate(preview.affectedPeople)),
            ],
        ]
    }

    static func told(_ difference: MapDifference) -> JSON {
        func told(_ kind: MapDifferenceWord, _ purpose: String, _ milestone: String? = nil, to: String? = nil) -> JSON {
            var told: JSON = ["kind": .text(kind.rawValue), "purpose": .text(purpose)]
            told.add("milestone", ifPresent: milestone)
            told.add("to", ifPresent: to)
            return told
        }
        return switch difference {
        case .purposeAdded(let name): told(.purposeAdded, name)
        case .purposeRemoved(let name): told(.purposeRemoved, name)
        case .milestoneAdded(let name, let purpose): told(.milestoneAdded, purpose, name)
        case .milestoneRemoved(let name, let purpose): told(.milestoneRemoved, purpose, name)
        case .milestoneRenamed(let name, let to, let purpose): told(.milestoneRenamed, purpose, name, to: to)
        case .milestoneChanged(let name, let purpose): told(.milestoneChanged, purpose, name)
        }
    }

    // MARK: The tree

    static func told(_ map: JourneyMap) -> JSON {
        ["title": .text(map.name), "objectives": .array(map.objectives.map { told($0) })]
    }

    private static func told(_ objective: MapObjective) -> JSON {
        [
            "name": .text(objective.name), "objectives": .array(objective.objectives.map { told($0) }),
            "purposes": .array(objective.purposes.map { told($0) }),
        ]
    }

    private static func told(_ purpose: DrawnPurpose) -> JSON {
        var told: JSON = ["name": .text(purpose.name), "type": .text(purpose.typeName)]
        told.add("serves", ifPresent: purpose.serves)
        told.add(
            "welcomes",
            .object(
                Stage.allCases.compactMap { stage in purpose.welcomes[stage].map { (stage.name, kinds($0)) } }))
        told.add("milestones", .array(purpose.milestones.map { self.told($0) }))
        return told
    }

    private static func told(_ milestone: DrawnMilestone) -> JSON {
        var told: JSON = [
            "name": .text(milestone.name), "stage": .text(milestone.stage.name),
            "on": .array(milestone.rule.names.map { .text($0) }),
            "touchpoints": .array(milestone.touchpoints.map { .text($0) }),
            "channels": .array(milestone.channels.map { .text($0) }),
        ]
        told.add("when", ifPresent: milestone.rule.condition?.source)
        told.add("need", ifPresent: milestone.need)
        told.add("feeling", ifPresent: milestone.feeling)
        if let critical = milestone.critical { told.add("critical", self.told(critical)) }
        if let welcomes = milestone.welcomes { told.add("welcomes", kinds(welcomes)) }
        return told
    }

    private static func told(_ critical: CriticalInteraction) -> JSON {
        var told: JSON = ["by": .text(critical.handler)]
        told.add("channel", ifPresent: critical.channel)
        told.add("for", ifPresent: critical.condition?.source)
        told.add("failure", ifPresent: critical.failure)
        return told
    }

    private static func kinds(_ kinds: [NudgeKind]) -> JSON { .array(kinds.map { .text($0.rawValue) }) }

    // MARK: The check

    static func told(_ purpose: MapCoverage.Purpose) -> JSON {
        func share(_ count: Int) -> JSON {
            purpose.purposeCount > 0 ? .thousandths(count * 1_000 / purpose.purposeCount) : .null
        }
        let milestones: [JSON] = zip(purpose.drawn.milestones, purpose.milestones).map { milestone, reach in
            var told: JSON = ["name": .text(milestone.name), "stage": .text(milestone.stage.name)]
            told.add(
                "reached",
                reach.map { ["least": .number($0.least), "most": .number($0.most), "shareMost": share($0.most)] }
                    ?? .null)
            return told
        }
        return [
            "name": .text(purpose.drawn.name), "type": .text(purpose.drawn.typeName),
            "types": .array(purpose.types.map { .number(Int($0)) }), "purposes": .number(purpose.purposeCount),
            "milestones": .array(milestones),
            "gaps": .array(purpose.drawn.gaps.map { told($0, of: purpose.drawn) }),
            "undrawn": .array(
                purpose.undrawn.map {
                    [
                        "event": .text($0.name), "purposes": .number($0.purposeCount),
                        "share": share($0.purposeCount),
                    ]
                }),
        ]
    }

    private static func told(_ gap: MapGap, of purpose: DrawnPurpose) -> JSON {
        switch gap {
        case .noMilestone(let stage): ["kind": .text(MapGapWord.noStage.rawValue), "stage": .text(stage.name)]
        case .nowhere(let milestone):
            [
                "kind": .text(MapGapWord.nowhere.rawValue),
                "milestone": .text(purpose.milestones[milestone].name),
            ]
        }
    }
}

/// What a version of a map says otherwise than another, as answers name it.
enum MapDifferenceWord: String, JSONChoice {
    case purposeAdded, purposeRemoved, milestoneAdded, milestoneRemoved, milestoneRenamed, milestoneChanged
}

/// What a map leaves open, as answers name it.
enum MapGapWord: String, JSONChoice { case noStage, nowhere }
