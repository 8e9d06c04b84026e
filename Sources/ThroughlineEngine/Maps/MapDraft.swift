import Throughline

/// A first map of what customers really do, for people to draw on: the types of purpose, each with its learned milestones, and
/// with the places at which these are really reached.
public struct MapDraft: Sendable {
    /// Where no type is asked for, types of so many purposes are drawn.
    public static let typePurposesMin = 20

    public private(set) var map: JourneyMap
    public private(set) var notes = MapWriter.Notes()

    /// The file: YAML with comments, never longer than a map may be. The types of fewest purposes give way.
    ///
    /// - Complexity: O(*n* log *n*) in the size of the map.
    public var text: String {
        let count = map.objectives[0].purposes.count
        let whole = text(keeping: count)
        guard whole.utf8.count > JourneyMap.bytesMax else { return whole }
        // One purpose less is always fewer bytes, though it is said that it is left out.
        var (fitting, tooMany) = (0, count)
        while tooMany - fitting > 1 {
            let middle = (fitting + tooMany) / 2
            if text(keeping: middle).utf8.count > JourneyMap.bytesMax { tooMany = middle } else { fitting = middle }
        }
        return text(keeping: fitting)
    }

    private func text(keeping count: Int) -> String {
        var draft = self
        for purpose in map.objectives[0].purposes[count...] {
            draft.notes.map.append(MapDraft.leftOut(purpose.name, "the map is full"))
        }
        draft.map.objectives[0].purposes.removeSubrange(count...)
        return MapWriter.text(of: draft.map, notes: draft.notes)
    }

    /// What is known before anything is measured: types by name and milestones by the names of their events.
    ///
    /// - Parameter types: those to draw, the largest first.
    init(_ types: [PurposeType]) {
        map = JourneyMap(name: "draft", objectives: [MapObjective(name: "What people come for")])
        var taken: Set<String> = []
        for type in types {
            guard taken.count < JourneyMap.purposesMax else {
                notes.map.append(MapDraft.leftOut(type.name, "a map has at most \(JourneyMap.purposesMax) purposes"))
                continue
            }
            guard MapDraft.isName(type.name), taken.insert(type.name.lowercased()).inserted else {
                notes.map.append(MapDraft.leftOut(type.name, "it cannot be the name of one purpose on a map"))
                continue
            }
            map.objectives[0].purposes.append(purpose(type))
        }
    }

    private mutating func purpose(_ type: PurposeType) -> DrawnPurpose {
        var purpose = DrawnPurpose(name: type.name, type: type.name)
        var taken: Set<String> = []
        var endings: [String] = []
        for milestone in type.milestones {
            let name = MapText.trimmed(milestone.name)
            if let ending = milestone.ending {
                endings.append("ends it as \(ending.rawValue): \(name)")
            } else if MapDraft.isName(name), milestone.name.utf8.count <= JourneyMap.nameBytesMax,
                purpose.milestones.count < JourneyMap.milestonesMax, taken.insert(name.lowercased()).inserted
            {
                purpose.milestones.append(
                    DrawnMilestone(name: name, stage: .explore, rule: MilestoneRule(names: [milestone.name])))
                let percent = Int((milestone.share * 100).rounded())
                notes.milestones[type.name, default: [:]][name] = ["\(percent) % of those that were fulfilled reach it"]
            } else {
                endings.append(MapDraft.leftOut(name, "it cannot be the name of a milestone on a map"))
            }
        }
        notes.endings[type.name] = endings
        return purpose
    }

    /// Fills in what was measured, and takes out what nobody reaches.
    mutating func fill(_ measured: [MeasuredPurpose]) {
        for (place, found) in measured.enumerated() {
            let name = found.drawn.name
            notes.purposes[name] = ["\(found.purposeCount) purposes in these files"]
            if found.drawn.milestones.isEmpty {
                notes.purposes[name]?.append("too few were fulfilled to learn milestones from")
            }
            map.objectives[0].purposes[place].milestones = zip(found.drawn.milestones, found.milestones).compactMap {
                guard $1.reachedCount > 0 else { return nil }
                var milestone = $0
                milestone.stage = MapDraft.commonest($1.stages)
                milestone.channels = MapDraft.places($1.channels)
                milestone.touchpoints = MapDraft.places($1.touchpoints)
                return milestone
            }
        }
    }

    /// Of two that are equally common the earlier.
    private static func commonest(_ stages: [Stage: Int]) -> Stage {
        stages.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? .explore
    }

    private static func places(_ use: MeasuredMilestone.PlaceUse) -> [String] {
        var taken: Set<String> = []
        let names = use.used.map(\.name).filter { isName($0) && taken.insert($0.lowercased()).inserted }
        return Array(names.prefix(JourneyMap.placesMax))
    }

    /// Whether a map may have it as a name.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= JourneyMap.nameBytesMax && text == MapText.trimmed(text)
            && !text.unicodeScalars.contains(where: MapText.isControl)
    }

    private static func leftOut(_ name: String, _ reason: String) -> String {
        "left out: \(MapText.shown(name)), as \(reason)"
    }
}

extension FileDiscovery {
    /// Drafts a map of these types, with what everybody's purposes really do.
    ///
    /// - Parameters:
    ///   - types: all types there are, as ``types(of:)`` tells them.
    ///   - isDrawn: whether a type is to be on the map.
    ///   - progress: takes the number of events done.
    /// - Throws: `FileError`, where the input cannot be read again.
    public func draft(
        of types: PurposeTypes, in index: EventIndex, where isDrawn: (PurposeType) -> Bool, progress: (Int) -> Void
    ) throws -> MapDraft {
        var draft = MapDraft(types.types.filter(isDrawn))
        draft.fill(try measure(draft.map, types: types, in: index, progress: progress).purposes)
        return draft
    }
}
