/// A purpose as people drew it: the type of purpose that it stands for, what it serves, and the way it goes.
public struct DrawnPurpose: Sendable, Equatable {
    public var name: String
    /// What the type is called that it binds to; nil where that has the same name.
    public var type: String?
    /// The objective of the business that it serves: measured, never ranked.
    public var serves: String?
    /// Which kinds of nudge a stage welcomes. A stage that is not here says nothing, and an empty list refuses all.
    public var welcomes: [Stage: [NudgeKind]]
    /// In the order in which they are mostly reached.
    public var milestones: [DrawnMilestone]

    public init(
        name: String, type: String? = nil, serves: String? = nil, welcomes: [Stage: [NudgeKind]] = [:],
        milestones: [DrawnMilestone] = []
    ) {
        self.name = name
        self.type = type
        self.serves = serves
        self.welcomes = welcomes
        self.milestones = milestones
    }

    /// What the type is called that it binds to.
    public var typeName: String { type ?? name }

    /// Whether it binds to a type of this name. Upper and lower case are the same.
    public func binds(toType name: String) -> Bool { typeName.lowercased() == name.lowercased() }

    /// Which kinds of nudge are welcome at a milestone: what that says itself, or else what its stage says; nil where neither
    /// says anything.
    public func welcome(at milestone: Int) -> [NudgeKind]? {
        milestones[milestone].welcomes ?? welcomes[milestones[milestone].stage]
    }

    /// The milestone that comes next: the first behind the furthest of those reached, in the order drawn. What ends the purpose otherwise
    /// than people want is neither.
    ///
    /// - Parameter reached: places among the milestones.
    public func next(after reached: Set<Int>) -> Int? {
        func isOnTheWay(_ place: Int) -> Bool {
            milestones[place].stage.outcome.map { $0 == .fulfilled } ?? true
        }
        let furthest = reached.filter(isOnTheWay).max() ?? -1
        return milestones.indices.first { $0 > furthest && isOnTheWay($0) }
    }

    /// The milestone that an event reaches: the first, in the order drawn, whose rule it fits.
    ///
    /// - Complexity: O(milestones), and the steps of their conditions.
    public func match(_ event: MapEvent) -> MilestoneMatch {
        var match = MilestoneMatch()
        for (place, milestone) in milestones.enumerated() {
            do throws(ConditionFault) {
                guard try milestone.rule.fits(event) else { continue }
                match.milestone = place
                return match
            } catch { match.fault = match.fault ?? error }
        }
        return match
    }
}

/// What became of an event that was held against the milestones of a purpose.
public struct MilestoneMatch: Sendable, Equatable {
    /// A place among the milestones; nil where it reaches none.
    public var milestone: Int?
    /// Why a condition had no answer, the first of them: such a rule does not fit.
    public var fault: ConditionFault?

    public init(milestone: Int? = nil, fault: ConditionFault? = nil) {
        self.milestone = milestone
        self.fault = fault
    }
}
