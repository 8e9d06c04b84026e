import Testing

@testable import Throughline
@testable import ThroughlineEngine

@Suite("what usually follows what at a tenant")
struct TenantOrderTests {
    private func event(_ name: String, second: Int64) -> Encounter {
        var event = Encounter()
        event.nameHash = StableHash.of(name)
        event.second = second
        return event
    }

    /// People who pursue two purposes in turn, each with steps of its own.
    private func usual(known: OrderTables, people: Int) -> TenantOrder {
        var usual = TenantOrder(known: known)
        for person in 0..<people {
            let start = Int64(person) * 100_000
            usual.add(
                [
                    event("ask", second: start), event("offer", second: start + 60),
                    event("order", second: start + 120),
                    event("pay", second: start + 4_000),
                ], purposes: [0, 1, 0, 1])
        }
        return usual
    }

    @Test("names of its own are learned: which step follows inside a purpose and which across")
    func own() {
        let tables = usual(known: OrderTables(), people: 40).tables()
        func step(_ before: String, _ name: String) -> Float {
            tables.next(after: tables.index(of: StableHash.of(before)), name: tables.index(of: StableHash.of(name)))
        }
        #expect(tables.count == 4)
        #expect(step("ask", "order") > 1)
        #expect(step("offer", "order") < -1)
        #expect(step("offer", "pay") > 1)
        #expect(tables.start(tables.index(of: StableHash.of("ask"))) > 1)
        #expect(tables.start(tables.index(of: StableHash.of("pay"))) < -1)
    }

    @Test("what the model knows of names stands")
    func known() {
        let names = ["ask", "order"].map { StableHash.of($0) }.sorted()
        var known = OrderTables.empty(names: names)
        known.setNext(Int(known.index(of: StableHash.of("ask"))), Int(known.index(of: StableHash.of("order"))), -3)
        known.setStart(Int(known.index(of: StableHash.of("ask"))), 0.5)
        let tables = usual(known: known, people: 40).tables()
        func index(_ name: String) -> Int32 { tables.index(of: StableHash.of(name)) }
        #expect(tables.next(after: index("ask"), name: index("order")) == -3)
        #expect(tables.start(index("ask")) == 0.5)
        #expect(tables.next(after: index("offer"), name: index("pay")) > 1)
    }

    @Test("where all common names are known, nothing is counted; rare names are not learned")
    func nothing() {
        let names = ["ask", "offer", "order", "pay"].map { StableHash.of($0) }.sorted()
        let known = OrderTables.empty(names: names)
        #expect(usual(known: known, people: 40).tables() == known)
        #expect(usual(known: OrderTables(), people: OrderCounts.eventsMin - 1).tables() == OrderTables())
    }

    @Test("the sample is bounded")
    func bounded() {
        var usual = usual(known: OrderTables(), people: TenantOrder.sampleEventsMax / 4 - 1)
        #expect(!usual.isComplete)
        usual.add((0..<4).map { event("ask", second: $0) }, purposes: [0, 0, 0, 0])
        #expect(usual.isComplete)
    }
}
