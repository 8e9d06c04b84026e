import Testing

@testable import Throughline

@Suite("pairs of events, and what repair makes of them")
struct PairScorerTests {
    private static let topics = ["home loan rates", "running shoes sale", "home loan offer", "running shoes order"]

    private func event(_ name: String, text: String, minute: Int) throws -> Encounter {
        let reader = EncounterReader(table: Given.table, order: Given.model.order)
        return reader.read(
            try Given.event(
                """
                {"type":"track","event":"\(name)","userId":"u","messageId":"m\(minute)",\
                "timestamp":"2026-03-02T10:\(minute):00Z","properties":{"title":"\(text)"}}
                """))
    }

    private func window(places: [Int32], confidence: Float) throws -> RepairWindow {
        var window = RepairWindow()
        for (number, place) in places.enumerated() {
            window.append(
                try event("Page Viewed", text: PairScorerTests.topics[number], minute: 10 + number),
                placement: Placement(
                    ordinal: place, slot: place, opened: false, isRoutine: false, confidence: confidence, margin: 0))
        }
        return window
    }

    @Test("a pair's score is the same both ways and wherever its events are placed; the same topic scores higher")
    func pairs() throws {
        var scored: [[Float]] = []
        for places in [[0, 0, 0, 0], [0, 1, 2, 3]] as [[Int32]] {
            var window = try window(places: places, confidence: 0.5)
            var repairer = Repairer(model: Given.model)
            repairer.prepare(&window)
            for a in 0..<4 {
                for b in 0..<4 where a != b {
                    #expect(window.affinity(a, b) == window.affinity(b, a))
                    #expect(abs(window.affinity(a, b)) <= PairScorer.scoreMax)
                }
            }
            #expect(window.affinity(0, 2) > window.affinity(0, 1))
            #expect(window.affinity(1, 3) > window.affinity(1, 2))
            scored.append((1..<4).map { window.affinity(0, $0) })
        }
        #expect(scored[0] == scored[1])
    }

    @Test("a window that was surely placed stands; one that was not is gone over")
    func sure() throws {
        for (confidence, isGoneOver) in [(Repairer.sureFrom, false), (Repairer.sureFrom - 0.01, true)] {
            var window = try window(places: [0, 0, 1, 1], confidence: confidence)
            var repairer = Repairer(model: Given.model)
            var next: Int32 = 100
            let outcomes = repairer.repair(&window, nextOrdinal: &next)
            #expect(outcomes.contains { $0.confidence != nil } == isGoneOver)
            #expect((outcomes.map(\.place) == [0, 0, 1, 1]) != isGoneOver)
        }
    }

    @Test("a state that goes over to other tables of names keeps what it holds, by name")
    func adopted() throws {
        func tables(_ names: [String]) -> OrderTables {
            OrderTables.empty(names: names.map { StableHash.of($0) }.sorted())
        }
        let (before, after) = (tables(["ask", "order", "pay"]), tables(["order", "offer", "ask", "new", "more"]))
        var purpose = PurposeSummary()
        var vectors = VectorRows()
        vectors.append(rows: 1 + PurposeSummary.Row.perPurpose)
        for name in ["ask", "order", "order", "pay", "order"] {
            var event = Encounter()
            event.nameHash = StableHash.of(name)
            event.name = before.index(of: event.nameHash)
            purpose.add(
                event, context: PackedVector(), place: EventPlace(ordinal: 0, visit: 0), vectors: &vectors, slot: 0)
        }
        purpose.adopt(after, places: before.names.map { after.index(of: $0) })
        func index(_ name: String) -> Int { Int(after.index(of: StableHash.of(name))) }
        #expect(purpose.lastName == after.index(of: StableHash.of("order")))
        #expect(purpose.nameBefore == -1)  // "pay" is unknown now.
        #expect(purpose.heldNames == 1 << UInt64(index("ask")) | 1 << UInt64(index("order")))
        #expect(purpose.nameCounts[index("order")] == 3)
        #expect(purpose.nameCounts[index("offer")] == 0)
    }
}
