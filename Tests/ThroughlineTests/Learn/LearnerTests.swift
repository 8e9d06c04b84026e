import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("learning")
struct LearnerTests {
    /// Simulated people and their truth as files.
    static func people(_ count: Int, in folder: URL) throws -> LabelledPeople {
        var lines: [UInt8] = []
        var rows = Array((Simulation.labelsHeader + "\n").utf8)
        Simulation(people: count, days: 40, seed: 9).run { line, label in
            lines += line + [10]
            rows += label + [10]
        }
        let events = folder.appendingPathComponent("events.ndjson")
        let labels = folder.appendingPathComponent("labels.tsv")
        try Data(lines).write(to: events)
        try Data(rows).write(to: labels)
        var known = PurposeLabels()
        try known.add(path: labels.path)
        var people = LabelledPeople()
        let unlabelled = try people.add(
            events: events.path, labels: known, reader: EncounterReader(table: Given.table, order: OrderTables()))
        #expect(unlabelled == 0)
        return people
    }

    /// With a few trees, so that tests do not wait.
    static var learner: Learner {
        var learner = Learner()
        learner.placingTrees = 12
        learner.firstTrees = 8
        learner.pairTrees = 8
        learner.repairTrees = 8
        return learner
    }

    @Test("the same people and seed give the same bytes, another seed others")
    func reproducible() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let people = try Self.people(60, in: folder)
        let learner = Self.learner
        let first = learner.fit(people).encoded()
        #expect(learner.fit(people).encoded() == first)
        var other = learner
        other.seed = 2
        #expect(other.fit(people).encoded() != first)
    }

    @Test("nobody to learn from gives a model without a tree")
    func learnsNothing() {
        #expect(Self.learner.fit(LabelledPeople()).placing.treeCount == 0)
    }

    @Test("a few trees learn to place better than one purpose for all and one for each")
    func learns() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let people = try Self.people(60, in: folder)
        let model = Self.learner.fit(people)
        var placer = Placer(model: model)
        var learned: [Double] = []
        var together: [Double] = []
        var apart: [Double] = []
        for person in people.people {
            var state = OpenPurposes()
            let found = person.events.map { event in
                var event = event
                event.name = model.order.index(of: event.nameHash)
                return Int(placer.place(event, in: &state).ordinal)
            }
            let truth = person.truth.map(String.init)
            learned.append(bCubedF(truth: truth, found: found))
            together.append(bCubedF(truth: truth, found: found.map { _ in 0 }))
            apart.append(bCubedF(truth: truth, found: Array(found.indices)))
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        #expect(mean(learned) > mean(together) + 0.05)
        #expect(mean(learned) > mean(apart) + 0.05)
    }
}
