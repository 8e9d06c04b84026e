/// One thing a person is trying to get done, as discovered.
public struct Purpose: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case open, dormant, closed
    }

    /// Derived from the person and the event that opened it, so that a file, a live stream and a rebuild agree.
    public var id: PurposeID
    /// Empty, as ``channels`` and ``terms`` are, where discovery was not asked to describe purposes.
    public var name: String
    /// Whether this is no purpose but a single routine event (a log-in, a bill).
    public var isRoutine: Bool
    public var state: State
    /// How it ended; nil while it is not closed.
    public var outcome: Outcome?
    /// How far it has come: the furthest that one of its events brought it, and once one has ended it, that end; nil for routine, and
    /// where the model knows no stages.
    public var stage: Stage?
    /// Mean probability that its events are rightly placed.
    public var confidence: Float
    public var first: Instant
    public var last: Instant
    public var eventCount: Int
    public var channels: [String]
    public var terms: [String]

    public init(
        id: PurposeID, name: String, isRoutine: Bool, state: State, outcome: Outcome?, stage: Stage?, confidence: Float,
        first: Instant,
        last: Instant, eventCount: Int, channels: [String], terms: [String]
    ) {
        self.id = id
        self.name = name
        self.isRoutine = isRoutine
        self.state = state
        self.outcome = outcome
        self.stage = stage
        self.confidence = confidence
        self.first = first
        self.last = last
        self.eventCount = eventCount
        self.channels = channels
        self.terms = terms
    }
}

/// How long a silence makes a purpose dormant, and when it counts as lapsed.
public struct SilencePolicy: Sendable {
    public var dormantAfterSeconds: Int64 = 14 * 86_400
    public var lapsedAfterSeconds: Int64 = 60 * 86_400

    public init() {}

    /// The state and outcome of a purpose at a moment.
    ///
    /// - Parameters:
    ///   - told: the outcome that one of its events brought, if any did.
    ///   - silence: seconds since its last event.
    public func standing(told: Outcome?, silence: Int64) -> (state: Purpose.State, outcome: Outcome?) {
        if let told { return (.closed, told) }
        if silence > lapsedAfterSeconds { return (.closed, .lapsed) }
        return (silence > dormantAfterSeconds ? .dormant : .open, nil)
    }
}
