import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("learning stages")
struct StageLearnerTests {
    @Test("the same people and seed give the same weights, and simulated people's stages are learned")
    func learns() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let people = try LearnerTests.people(80, in: folder)
        let model = Learner().fitStages(people)
        #expect(Learner().fitStages(people) == model)
        var other = Learner()
        other.seed = 2
        #expect(other.fitStages(people) != model)
        // People whom it has not seen: the other half.
        let some = people.people.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        let half = StageLearner().fit(some, sets: 1)
        var (right, all) = (0, 0)
        for (number, person) in people.people.enumerated() where number % 2 == 1 {
            var trails: [Int32: (trail: StageTrail, behind: StageScores)] = [:]
            for (event, purpose) in zip(person.steps, person.truth) {
                let (before, behind) = trails[purpose] ?? (StageTrail(), .zero)
                var trail = before
                var places = event.own
                trail.forEachClue(of: event.name, words: event.words) { places.append($0) }
                let scores = half.scores(of: places) &+ behind
                if let stage = event.stage {
                    all += 1
                    let best = Stage.allCases.max { scores[Int($0.rawValue)] < scores[Int($1.rawValue)] }
                    if best == stage { right += 1 }
                }
                trail.add(name: event.name, words: event.words)
                trails[purpose] = (trail, half.scores(of: event.behind))
            }
        }
        #expect(all > 200 && Double(right) / Double(all) > 0.8, "\(right) of \(all)")
    }

    @Test("where no label names a stage nothing is learned")
    func nothing() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var people = try LearnerTests.people(5, in: folder)
        for person in people.people.indices {
            for step in people.people[person].steps.indices { people.people[person].steps[step].stage = nil }
        }
        #expect(Learner().fitStages(people).isEmpty)
        #expect(Learner().fitStages(LabelledPeople()).isEmpty)
    }

    @Test("stages of applications are steps of who commits; words that are no stage are passed over")
    func labels() {
        let words = [
            "explore", "compare", "choose", "commit", "fulfilled", "declined", "cancelled", "apply", "offer", "none",
            "",
        ]
        #expect(
            words.map { Stage(label: $0) } == [
                .explore, .compare, .choose, .commit, .fulfilled, .declined, .cancelled, .commit, .commit, nil, nil,
            ])
    }
}
