/// What the simulation knows of an event and an engine has to find out.
enum Truth {
    /// The universal reading of a step: how far along its purpose an event stands, or `none` for a routine event.
    enum Stage: UInt8, CaseIterable, Comparable {
        case explore, compare, choose, commit, fulfilled, declined, cancelled, none

        static func < (earlier: Stage, later: Stage) -> Bool { earlier.rawValue < later.rawValue }
    }

    /// How a purpose stood at its last event; `unstated` on every event before it and on routine events.
    enum Outcome: UInt8, CaseIterable {
        case fulfilled, declined, cancelled, lapsed, open, unstated
    }
}
