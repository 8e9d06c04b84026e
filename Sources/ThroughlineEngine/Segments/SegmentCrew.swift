import Dispatch
import Foundation
import Synchronization
import Throughline

/// Threads that look at people for segments, in the time that those leave who answer requests.
final class SegmentCrew: Sendable {
    /// People that one thread takes at least: for fewer it is not worth to wake another.
    private static let partMin = 64

    private let hands: [Hand]

    /// What one worker needs for itself. Unchecked: one thread uses it.
    private final class Hand: @unchecked Sendable {
        let thread = BackgroundThread(name: "segments")
        let maker: SegmentFactMaker

        init(holdout: HoldoutGroup) { maker = SegmentFactMaker(holdout: holdout) }
    }

    /// What came of looking at somebody; no sets where she is nobody's profile.
    struct Looked: Sendable {
        var person: IdentifierNumber
        /// The subject's organization and the sets that she was in; nil where she is nobody's profile.
        var before: (organization: UInt32, sets: Set<Int64>)?
        var sets: Set<Int64> = []
        var due: Instant?
    }

    init(holdout: HoldoutGroup) {
        hands = (0..<max(1, ProcessInfo.processInfo.activeProcessorCount)).map { _ in Hand(holdout: holdout) }
    }

    /// Looks at people, at several at a time; in their order.
    func looked(
        at people: [IdentifierNumber], _ plans: [UInt32: SegmentPlan], now: Instant, in profiles: some Profiles
    ) throws -> [Looked] {
        let count = min(hands.count, max(1, people.count / SegmentCrew.partMin))
        let size = (people.count + count - 1) / count
        let parts = Mutex<[Int: Result<[Looked], any Error>]>([:])
        let working = DispatchGroup()
        for (place, hand) in hands[..<count].enumerated() {
            let part = Array(people[min(people.count, place * size)..<min(people.count, (place + 1) * size)])
            working.enter()
            hand.thread.async {
                let looked = Result { try SegmentCrew.look(at: part, plans, now: now, in: profiles, by: hand.maker) }
                parts.withLock { $0[place] = looked }
                working.leave()
            }
        }
        working.wait()
        return try (0..<count).flatMap { place in try parts.withLock { $0[place]! }.get() }
    }

    private static func look(
        at people: [IdentifierNumber], _ plans: [UInt32: SegmentPlan], now: Instant, in profiles: some Profiles,
        by maker: SegmentFactMaker
    ) throws -> [Looked] {
        let inputs = plans.mapValues(\.inputs)
        let subjects = try profiles.segmentSubjects(people, inputs, eventsFrom: eventsFrom(inputs.values, now))
        return try zip(people, subjects).map { person, subject in
            guard let subject else { return Looked(person: person) }
            var looked = Looked(person: person, before: (subject.organization, subject.sets))
            if let plan = plans[subject.organization] {
                (looked.sets, looked.due) = try plan.answer(of: subject, now: now, by: maker)
            }
            return looked
        }
    }

    /// From when on events may be in a window that is asked for.
    static func eventsFrom(_ inputs: some Sequence<SegmentInputs>, _ now: Instant) -> Instant {
        now.advanced(byMilliseconds: -(inputs.compactMap(\.windowDays).max() ?? 0) * 86_400_000)
    }
}
