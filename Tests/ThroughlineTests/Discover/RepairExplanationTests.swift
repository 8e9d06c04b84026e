import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import Throughline

@Suite("why repair put an event where it is")
struct RepairExplanationTests {
    /// The events of one simulated person.
    private func simulated(_ person: Int, seed: UInt64) -> [String] {
        var lines: [String] = []
        Simulation(people: 40, days: 60, seed: seed).run(person: person) { line, _ in
            lines.append(String(decoding: line, as: UTF8.self))
        }
        return lines
    }

    /// Searches of some topics in turn, more than one window of them.
    private func searches(_ count: Int) -> [String] {
        let topics = [
            "garden table oak", "running shoes size 41", "home loan rates", "oak garden chairs", "yoga shoes",
        ]
        return (0..<count).map { number in
            let minute = (number * 7 % 60) < 10 ? "0\(number * 7 % 60)" : "\(number * 7 % 60)"
            let time = "2026-03-\(10 + number * 7 / 60 / 24)T\(10 + number * 7 / 60 % 12):\(minute):00Z"
            return """
                {"type":"track","event":"Products Searched","userId":"u","messageId":"m\(number)",\
                "timestamp":"\(time)","properties":{"query":"\(topics[number * number % 5])"}}
                """
        }
    }

    private func explained(_ lines: [String], model: DiscoveryModel = Given.model) throws -> DiscoveredPerson {
        let events = try Given.events(lines)
        let discovery = PersonDiscovery(
            model: model, table: Given.table, repairs: true, describes: true, explains: true)
        for event in events { discovery.add(event) }
        return discovery.finish(person: "u", now: events.last!.timestamp)
    }

    /// What must be true of every decision that is told.
    private func check(_ choice: ExplainedChoice<ExplainedPlace>, final: PurposeID, _ comment: Comment) {
        for option in [choice.chosen, choice.runnerUp] {
            let sum = option.families.reduce(option.mean) { $0 + $1.amount }
            #expect(abs(sum - option.score) < 1e-3, comment)
            #expect(option.families.map(\.family) == SignalFamily.allCases, comment)
        }
        #expect(choice.chosen.place == .purpose(final), comment)
        #expect(choice.runnerUp.place != choice.chosen.place, comment)
        let lead = choice.runnerUp.score - choice.chosen.score
        if let asked = choice.leadAsked {
            #expect(lead > 0 && lead < asked, comment)
        } else {
            #expect(lead <= 0, comment)
        }
        for point in choice.turningPoints { #expect(point.instead != choice.chosen.place, comment) }
        #expect(choice.placeCount >= 2, comment)
    }

    @Test("amounts add up to the score that decided, and the place told is where the event is", arguments: [9, 10])
    func addsUp(seed: UInt64) throws {
        var decided = 0
        var leadsAsked = 0
        var moved = 0
        for number in 0..<12 {
            let lines = simulated(number, seed: seed)
            let person = try explained(lines)
            let arrived = try Given.discover(lines, repairs: false)
            #expect(person.repairs.count == person.events.count)
            for (index, (event, repair)) in zip(person.events, person.repairs).enumerated() {
                let comment: Comment = "seed \(seed), person \(number), \(person.messageId(of: event))"
                let purpose = person.purposes[event.purpose]
                let before = arrived.purposes[arrived.events[index].purpose].id
                switch repair {
                case .decided(let choice, _):
                    decided += 1
                    if choice.leadAsked != nil { leadsAsked += 1 }
                    if before != purpose.id { moved += 1 }
                    check(choice, final: purpose.id, comment)
                case .left(let reason):
                    #expect((reason == .routine) == purpose.isRoutine, comment)
                    #expect(before == purpose.id, comment)
                    #expect(arrived.events[index].confidence == event.confidence, comment)
                }
            }
        }
        #expect(decided > 50 && moved > 5 && leadsAsked > 0, "seed \(seed): \(decided), \(moved), \(leadsAsked)")
    }

    @Test("who is explained is discovered like everybody else, over more than one window too")
    func changesNothing() throws {
        for (lines, decidedMin) in [(searches(RepairWindow.eventsMax * 2 + 9), 100), (simulated(3, seed: 4), 5)] {
            let (plain, told) = (try Given.discover(lines), try explained(lines))
            #expect(plain.repairs.isEmpty)
            #expect(told.purposes == plain.purposes)
            #expect(told.events.map(\.purpose) == plain.events.map(\.purpose))
            #expect(told.events.map(\.confidence) == plain.events.map(\.confidence))
            var decided = 0
            for (event, repair) in zip(told.events, told.repairs) {
                guard case .decided(let choice, _) = repair else { continue }
                decided += 1
                check(choice, final: told.purposes[event.purpose].id, "\(told.messageId(of: event))")
            }
            #expect(decided >= decidedMin)
        }
    }

    @Test("one person's explanations hold nothing of the one before")
    func independent() throws {
        let discovery = PersonDiscovery(
            model: Given.model, table: Given.table, repairs: true, describes: true, explains: true)
        for number in [5, 1, 5] {
            let events = try Given.events(simulated(number, seed: 9))
            for event in events { discovery.add(event) }
            let person = discovery.finish(person: "u", now: events.last!.timestamp)
            #expect("\(person.repairs)" == "\(try explained(simulated(number, seed: 9)).repairs)")
        }
    }

    @Test("what was noted is what decided: scores, trees asked and certainty")
    func sameDecision() throws {
        let reader = EncounterReader(table: Given.table, order: Given.model.order)
        var window = RepairWindow()
        for (number, event) in try Given.events(searches(20)).enumerated() {
            let ordinal = Int32(number % 3)
            window.append(
                reader.read(event),
                placement: Placement(
                    ordinal: ordinal, slot: ordinal, opened: false, isRoutine: false, confidence: 0.5, margin: 0))
        }
        var repairer = Repairer(model: Given.model)
        repairer.decisions = []
        var next: Int32 = 100
        let outcomes = repairer.repair(&window, nextOrdinal: &next)
        let decisions = try #require(repairer.decisions)
        #expect(decisions.count == outcomes.count)
        for (outcome, decision) in zip(outcomes, decisions) {
            let decision = try #require(decision)
            let lanes = decision.lanes
            var scores = LaneScores()
            Given.model.repair.score(lanes.signals, count: lanes.scores.count, into: &scores)
            #expect(lanes.scores.treesAsked == scores.treesAsked)
            for lane in 0..<scores.count { #expect(scores[lane] == lanes.scores[lane]) }
            #expect(decision.place == outcome.place)
            let chosen = repairer.explain(decision).chosen
            #expect(chosen.place == outcome.place)
            let highest = scores[scores.best]
            let sum = (0..<scores.count).reduce(Float(0)) { $0 + exponential(scores[$1] - highest) }
            let probability = exponential(chosen.score - highest) / sum
            #expect(outcome.confidence == Given.model.repairCalibration.corrected(probability))
        }
    }

    @Test("why repair left an event: routine, nothing beside it, all placed surely, or nothing learned")
    func leftReasons() throws {
        func reasons(_ person: DiscoveredPerson) -> [RepairExplanation.Reason?] {
            person.repairs.map { if case .left(let reason) = $0 { reason } else { nil } }
        }
        let signIn = """
            {"type":"track","event":"Signed In","userId":"u","messageId":"s","timestamp":"2026-03-01T10:00:00Z"}
            """
        #expect(reasons(try explained([signIn] + searches(1))) == [.routine, .alone])
        // One topic again and again is placed surely.
        let loan = (10..<13).map { minute in
            """
            {"type":"page","userId":"u","messageId":"\(minute)","timestamp":"2026-03-01T10:\(minute):00Z",\
            "properties":{"title":"Home loans: home loan rates and offers"}}
            """
        }
        let surely = try explained(loan)
        #expect(surely.events.allSatisfy { $0.confidence >= Repairer.sureFrom })
        #expect(reasons(surely) == [.sure, .sure, .sure])
        var unlearned = Given.model
        unlearned.repair = Forest()
        #expect(reasons(try explained(searches(3), model: unlearned)) == [.unlearned, .unlearned, .unlearned])
    }

    @Test(
        "an event that stands alone is drawn in by a lead that is asked, and by no smaller one",
        arguments: [(2.4, true, 0), (2.6, true, 1), (2.4, false, 1), (-0.1, false, 0)] as [(Float, Bool, Int)])
    func leadAsked(score: Float, mustLead: Bool, lane: Int) {
        var scores = LaneScores()
        scores.clear(count: 2)
        scores[1] = score
        let lanes = ScoredLanes<RepairSignal>(signals: [], scores: scores)
        #expect(RepairDecision.lane(of: lanes, mustLead: [false, mustLead]) == lane)
    }
}
