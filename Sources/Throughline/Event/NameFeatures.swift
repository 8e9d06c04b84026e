/// What the name of an event tells without its text.
public struct NameFeatures: Sendable {
    /// Stable hash of the folded name.
    public let hash: UInt64
    /// How it ends a purpose, if it does.
    public let outcome: Outcome?
    /// Whether it is the after-care of something that was settled.
    public let isAftercare: Bool
    private let habit: Habit
    private let isPage: Bool

    public init(_ name: UnsafeBufferPointer<UInt8>) {
        hash = StableHash.folded(name)
        outcome = OutcomeLexicon.outcome(ofName: name)
        isAftercare = AftercareLexicon.isAftercare(ofName: name)
        (habit, isPage) = RoutineLexicon.habit(ofName: name)
    }

    /// How much an event of this name looks like routine.
    ///
    /// - Complexity: O(1), O(text) for pages and habits.
    public func habit(kind: Event.Kind, text: UnsafeBufferPointer<UInt8>) -> Habit {
        switch kind {
        case .identify, .group, .alias: .routine
        case .track, .page, .screen:
            if isPage && RoutineLexicon.isLobby(text) {
                .routine
            } else if habit == .habitual && RoutineLexicon.isHousehold(text) {
                .routine
            } else {
                habit
            }
        }
    }
}
