import Throughline

/// A drawn purpose beside what people really do.
public struct MeasuredPurpose: Sendable {
    /// Steps and pairs that no milestone matches are told from this share of the bound purposes on.
    public static let undrawnShareMin = 0.1
    /// And in so many of them.
    public static let undrawnPurposesMin = 3
    /// The order of two milestones is contradicted where more than this share of the purposes that reach both go the other way.
    public static let reversedShareMin = 0.5
    /// And so many purposes reach both.
    public static let reversedPurposesMin = 5

    public let drawn: DrawnPurpose
    /// Whether there is a type that it binds to.
    public let isBound: Bool
    /// Purposes of that type.
    public let purposeCount: Int
    /// One for each drawn milestone, in the same order.
    public let milestones: [MeasuredMilestone]
    /// Events that reach no milestone, by name, the commonest first.
    public let undrawnSteps: [UndrawnPath]
    /// Two events, one right behind the other, neither of which reaches a milestone.
    public let undrawnPairs: [UndrawnPath]
    /// Milestones that mostly come the other way round.
    public let reversals: [Reversal]
    /// Events for which a condition had no answer, and the first reason of them.
    public let faultCount: Int
    public let firstFault: String?
    /// Events whose names came behind so many others (``MapMeasure/namesMax``) that they are not among the undrawn.
    public let uncountedSteps: Int

    /// A way that people go and nobody drew.
    public struct UndrawnPath: Sendable, Equatable {
        public let names: [String]
        /// Purposes that go it at least once, and how often all of them do.
        public let purposeCount: Int
        public let times: Int
    }

    /// Two milestones that people mostly reach the other way round, as places among the drawn ones.
    public struct Reversal: Sendable, Equatable {
        public let earlier: Int
        public let later: Int
        /// Purposes that reach the later one first, and those that reach both.
        public let reversedCount: Int
        public let bothCount: Int
    }
}

/// A drawn milestone beside what people really do.
public struct MeasuredMilestone: Sendable {
    /// Purposes that reach it.
    public internal(set) var reachedCount = 0
    /// Half of those that reach the one before it first, and then this one, take no longer than so, in seconds from one to the
    /// other, each where it is reached first; nil for the first, and where nobody goes that way.
    public internal(set) var medianSeconds: Int64?
    /// Purposes that reach it more than once, and how often all of these do together.
    public internal(set) var repeatedCount = 0
    public internal(set) var repeatedTimes = 0
    public internal(set) var channels = PlaceUse()
    public internal(set) var touchpoints = PlaceUse()
    public internal(set) var answers: [Answers] = []
    /// How far its events were read to bring the purpose, by number of events.
    public internal(set) var stages: [Stage: Int] = [:]

    /// How often those that repeat it reach it; nil where nobody does.
    public var meanTimes: Double? { repeatedCount > 0 ? Double(repeatedTimes) / Double(repeatedCount) : nil }

    /// What a survey said of it.
    public struct Answers: Sendable, Equatable {
        /// One of ``SurveyScale/keys``.
        public let key: String
        public let count: Int
        public let mean: Double
    }

    /// The places of one kind at which it is reached.
    public struct PlaceUse: Sendable, Equatable {
        /// Events by place, the commonest first.
        public internal(set) var used: [(name: String, events: Int)] = []
        /// Used and not drawn, though some are drawn.
        public internal(set) var undrawn: [String] = []
        /// Drawn, and never used.
        public internal(set) var unused: [String] = []

        public static func == (one: PlaceUse, other: PlaceUse) -> Bool {
            one.used.map(\.name) == other.used.map(\.name) && one.used.map(\.events) == other.used.map(\.events)
                && one.undrawn == other.undrawn && one.unused == other.unused
        }
    }
}
