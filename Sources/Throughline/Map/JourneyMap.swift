/// A tree drawn by people: what their customers come for over the years, and the way that each of these purposes goes.
///
/// What a map says wins over what is learned. It never says what a purpose earns: `serves` names the objective of the
/// business that a purpose serves, so that it can be measured, and nothing is ranked by it.
public struct JourneyMap: Sendable, Equatable {
    /// Bytes of the file that a map is read from.
    public static let bytesMax = 256 * 1_024
    /// How deep objectives lie in one another.
    public static let depthMax = 8
    /// Objectives of one map, wherever they lie.
    public static let objectivesMax = 256
    /// Purposes of one map, wherever they lie.
    public static let purposesMax = 256
    /// Milestones of one purpose.
    public static let milestonesMax = 64
    /// Names of events that reach one milestone.
    public static let eventNamesMax = 64
    /// Touchpoints of one milestone, and channels of it.
    public static let placesMax = 32
    /// Bytes of a name: of a map, an objective, a purpose, a milestone, a type, an event, a touchpoint, a channel.
    public static let nameBytesMax = 256
    /// Bytes of a text that only people read.
    public static let textBytesMax = 1_024

    public var name: String
    public var objectives: [MapObjective]

    public init(name: String, objectives: [MapObjective]) {
        self.name = name
        self.objectives = objectives
    }

    /// All purposes, in the order in which they are drawn.
    ///
    /// - Complexity: O(*n*) in the size of the map.
    public var purposes: [DrawnPurpose] { objectives.flatMap(\.allPurposes) }

    /// Objectives, however deep they lie.
    public var objectiveCount: Int { objectives.reduce(0) { $0 + $1.objectiveCount } }
}

/// What people want of a part of their lives, with the purposes by which they come to it: "A home of one's own".
public struct MapObjective: Sendable, Equatable {
    public var name: String
    /// The objectives that it is made of.
    public var objectives: [MapObjective]
    public var purposes: [DrawnPurpose]

    public init(name: String, objectives: [MapObjective] = [], purposes: [DrawnPurpose] = []) {
        self.name = name
        self.objectives = objectives
        self.purposes = purposes
    }

    /// Its own purposes, then those of the objectives in it.
    var allPurposes: [DrawnPurpose] { purposes + objectives.flatMap(\.allPurposes) }

    /// Itself and those in it.
    var objectiveCount: Int { objectives.reduce(1) { $0 + $1.objectiveCount } }
}
