/// What one version of a map says otherwise than another, for whoever looks at it before it holds.
public enum MapDifference: Sendable, Equatable {
    /// A purpose is drawn, or no longer.
    case purposeAdded(String)
    case purposeRemoved(String)
    /// A milestone of a purpose is drawn, or no longer.
    case milestoneAdded(String, of: String)
    case milestoneRemoved(String, of: String)
    /// The same events reach a milestone of another name.
    case milestoneRenamed(String, to: String, of: String)
    /// A milestone keeps its name and is reached otherwise, or says something else.
    case milestoneChanged(String, of: String)
}

extension JourneyMap {
    /// What another version of the map says otherwise: a purpose at a time, those that are gone last. Purposes are the same where they bind to
    /// the same type, milestones where they have the same name. Upper and lower case are the same.
    ///
    /// - Complexity: O(*n*²) in the milestones of one purpose.
    public func differences(to other: JourneyMap) -> [MapDifference] {
        let before = purposes
        var found: [MapDifference] = []
        for purpose in other.purposes {
            if let known = before.first(where: { $0.binds(toType: purpose.typeName) }) {
                found += known.differences(to: purpose)
            } else {
                found.append(.purposeAdded(purpose.name))
            }
        }
        let after = other.purposes
        return found
            + before.filter { old in !after.contains { $0.binds(toType: old.typeName) } }.map {
                .purposeRemoved($0.name)
            }
    }
}

extension DrawnPurpose {
    /// The place of the milestone of a name; nil where there is none. Upper and lower case are the same.
    public func milestone(named name: String) -> Int? {
        let folded = name.lowercased()
        return milestones.firstIndex { $0.name.lowercased() == folded }
    }

    fileprivate func differences(to other: DrawnPurpose) -> [MapDifference] {
        var gone = milestones.filter { other.milestone(named: $0.name) == nil }
        var found: [MapDifference] = []
        for milestone in other.milestones {
            if let place = self.milestone(named: milestone.name) {
                if milestones[place] != milestone {
                    found.append(.milestoneChanged(milestone.name, of: other.name))
                }
            } else if let place = gone.firstIndex(where: { $0.rule == milestone.rule }) {
                found.append(.milestoneRenamed(gone.remove(at: place).name, to: milestone.name, of: other.name))
            } else {
                found.append(.milestoneAdded(milestone.name, of: other.name))
            }
        }
        return found + gone.map { .milestoneRemoved($0.name, of: other.name) }
    }
}
