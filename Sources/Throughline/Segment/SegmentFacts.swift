/// What segments know of a person at a moment: the values of their variables, and when time alone changes one of them.
public struct SegmentFacts: Sendable {
    /// Something that she did.
    public struct Happening: Sendable {
        public var name: String
        public var channel: String
        public var at: Instant

        public init(name: String, channel: String, at: Instant) {
            self.name = name
            self.channel = channel
            self.at = at
        }
    }

    /// Something that she is about. Texts are empty for what is not known.
    public struct PurposeFact: Sendable {
        public var type = ""
        public var state: Purpose.State
        public var outcome: Outcome?
        /// How far it came on the way, whatever became of it.
        public var stage: Stage?
        public var missing = ""
        public var events: Int
        public var last: Instant

        public init(state: Purpose.State, events: Int, last: Instant) {
            self.state = state
            self.events = events
            self.last = last
        }
    }

    /// `silentDays` of somebody who did nothing.
    public static let silentDaysOfNobody: Int64 = 100_000
    static let dayMilliseconds: Int64 = 86_400_000

    public var now: Instant
    public var traits = ConditionMap()
    public var claimed = ConditionMap()
    public var isIdentified = false
    public var isHeldOut = false
    public var purposes: [PurposeFact] = []
    /// Her last event; nil where she has none.
    public var last: Instant?
    /// What she did within the longest window that is asked for, in any order.
    public var happenings: [Happening] = []

    public init(now: Instant) { self.now = now }

    /// The values of the variables that ask for some inputs.
    ///
    /// - Complexity: O(*n*) in the number of events and purposes.
    public func values(of inputs: SegmentInputs) -> [String: ConditionValue] {
        var values: [String: ConditionValue] = [:]
        if inputs.contains(.traits) { values["traits"] = .map(traits) }
        if inputs.contains(.claimed) { values["claimed"] = .map(claimed) }
        if inputs.contains(.identified) { values["identified"] = .bool(isIdentified) }
        if inputs.contains(.holdout) { values["holdout"] = .bool(isHeldOut) }
        if inputs.contains(.purposes) { values["purposes"] = .list(purposes.map(value)) }
        if inputs.contains(.silence) {
            values["silentDays"] = .int(last.map(days) ?? SegmentFacts.silentDaysOfNobody)
        }
        for window in SegmentInputs.windows where !inputs.isDisjoint(with: [window.events, window.channels]) {
            let inside = happenings.filter { leaves($0, window) > now.millisecondsSince1970 }
            if inputs.contains(window.events) { values[window.eventsName] = SegmentFacts.counts(inside.map(\.name)) }
            if inputs.contains(window.channels) {
                values[window.channelsName] = SegmentFacts.counts(inside.map(\.channel))
            }
        }
        return values
    }

    /// The earliest moment at which one of these variables is another one though nothing happens; nil where time changes none.
    public func nextChange(of inputs: SegmentInputs) -> Instant? {
        var next = Int64.max
        func day(after event: Instant) -> Int64 {
            event.millisecondsSince1970 + (days(event) + 1) * SegmentFacts.dayMilliseconds
        }
        if inputs.contains(.silence), let last { next = min(next, day(after: last)) }
        if inputs.contains(.purposes) { for purpose in purposes { next = min(next, day(after: purpose.last)) } }
        for window in SegmentInputs.windows where !inputs.isDisjoint(with: [window.events, window.channels]) {
            for happening in happenings {
                let end = leaves(happening, window)
                if end > now.millisecondsSince1970 { next = min(next, end) }
            }
        }
        return next == .max ? nil : Instant(millisecondsSince1970: next)
    }

    /// Whole days since an event; none since one that is yet to come.
    private func days(_ event: Instant) -> Int64 {
        max(0, now.millisecondsSince1970 - event.millisecondsSince1970) / SegmentFacts.dayMilliseconds
    }

    /// When an event is out of a window.
    private func leaves(_ happening: Happening, _ window: SegmentInputs.Window) -> Int64 {
        happening.at.millisecondsSince1970 + window.days * SegmentFacts.dayMilliseconds
    }

    private func value(_ purpose: PurposeFact) -> ConditionValue {
        .map(
            SegmentFacts.purposeMembers.replacing(values: [
                .string(purpose.type), .string(purpose.state.rawValue), .string(purpose.outcome?.rawValue ?? ""),
                .string(purpose.stage?.name ?? ""), .string(purpose.missing), .int(days(purpose.last)),
                .int(Int64(purpose.events)),
            ]))
    }

    /// What a condition reads of a purpose, without values: made once, as there are millions.
    private static let purposeMembers: ConditionMap = {
        var members = ConditionMap()
        for name in ["type", "state", "outcome", "stage", "missing", "silentDays", "events"] {
            try? members.add(.string(""), for: .string(name))  // No name is there twice.
        }
        return members
    }()

    /// How often each text is there, in the order of the texts; empty ones are not counted.
    private static func counts(_ texts: [String]) -> ConditionValue {
        var counts: [String: Int64] = [:]
        for text in texts where !text.isEmpty { counts[text, default: 0] += 1 }
        var map = ConditionMap()
        for (text, count) in counts.sorted(by: { $0.key < $1.key }) { try? map.add(.int(count), for: .string(text)) }
        return .map(map)
    }
}
