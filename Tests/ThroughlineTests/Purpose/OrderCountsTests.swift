import Testing

@testable import Throughline

@Suite("counts of what follows what")
struct OrderCountsTests {
    private static let names = ["ask", "offer", "order", "pay"].map { StableHash.of($0) }.sorted()

    /// People who pursue two purposes in turn, each with steps of its own.
    private func counts(people: Int) -> OrderCounts {
        let places = OrderTables.empty(names: OrderCountsTests.names)
        var counts = OrderCounts(names: OrderCountsTests.names)
        for person in 0..<people {
            var stream = PlacedStream([])
            let steps: [(String, Int64, Int32)] = [
                ("ask", 0, 0), ("offer", 60, 1), ("order", 120, 0), ("pay", 4_000, 1),
            ]
            for (name, second, purpose) in steps {
                var event = Encounter()
                event.nameHash = StableHash.of(name)
                event.name = places.index(of: event.nameHash)
                event.second = Int64(person) * 100_000 + second
                stream.append(event, purpose: purpose)
            }
            counts.add(stream)
        }
        return counts
    }

    private func index(_ name: String, in tables: OrderTables) -> Int32 { tables.index(of: StableHash.of(name)) }

    @Test("which step follows inside a purpose and which across, and what opens one")
    func own() {
        let tables = counts(people: 40).tables()
        func step(_ before: String, _ name: String) -> Float {
            tables.next(after: index(before, in: tables), name: index(name, in: tables))
        }
        #expect(step("ask", "order") > 1)
        #expect(step("offer", "order") < -1)
        #expect(step("offer", "pay") > 1)
        #expect(tables.start(index("ask", in: tables)) > 1)
        #expect(tables.start(index("pay", in: tables)) < -1)
    }

    @Test("what other tables know of names stands, and is asked for where they do not know")
    func known() {
        var known = OrderTables.empty(names: ["ask", "order"].map { StableHash.of($0) }.sorted())
        known.setNext(Int(index("ask", in: known)), Int(index("order", in: known)), -3)
        known.setStart(Int(index("ask", in: known)), 0.5)
        let tables = counts(people: 40).tables(besides: known)
        #expect(tables.next(after: index("ask", in: tables), name: index("order", in: tables)) == -3)
        #expect(tables.start(index("ask", in: tables)) == 0.5)
        #expect(tables.next(after: index("offer", in: tables), name: index("pay", in: tables)) > 1)
    }
}
