import Testing

@testable import Throughline
@testable import ThroughlineEngine

@Suite("what usually follows what at a tenant")
struct TenantOrderTests {
    private static let withoutOrder = {
        var model = Given.model
        model.order = OrderTables()
        return model
    }()

    /// The events of a person who asks for a loan and, two weeks later, orders shoes.
    private func stream() throws -> [Encounter] {
        let reader = EncounterReader(table: Given.table, order: OrderTables())
        let steps = [
            ("Loan Asked", "2026-03-01T10:00:00Z", "home loan rates"),
            ("Loan Offered", "2026-03-01T10:02:00Z", "home loan offer"),
            ("Shoe Viewed", "2026-03-15T18:00:00Z", "running shoes"),
            ("Shoe Ordered", "2026-03-15T18:03:00Z", "running shoes"),
        ]
        return try steps.map { name, time, text in
            reader.read(
                try Given.event(
                    """
                    {"type":"track","event":"\(name)","userId":"u","messageId":"\(name)","timestamp":"\(time)",\
                    "properties":{"title":"\(text)"}}
                    """))
        }
    }

    private func usual(people: Int, model: DiscoveryModel = TenantOrderTests.withoutOrder) throws -> TenantOrder {
        let stream = try stream()
        var usual = TenantOrder(model: model)
        for _ in 0..<people { usual.add(stream) }
        return usual
    }

    @Test("names of its own are learned from the purposes that discovery finds")
    func own() throws {
        let tables = try usual(people: 30).tables(workers: 1)
        for workers in [2, 7, 64] { #expect(try usual(people: 30).tables(workers: workers) == tables) }
        func index(_ place: Int) throws -> Int32 { tables.index(of: try stream()[place].nameHash) }
        #expect(tables.count == 4)
        #expect(try tables.next(after: index(0), name: index(1)) > 0.5)
        #expect(try tables.next(after: index(1), name: index(2)) < -0.5)
        #expect(try tables.start(index(2)) > tables.start(index(3)))
    }

    @Test("where all common names are known the tables stay; rare names are not learned")
    func nothing() throws {
        var model = TenantOrderTests.withoutOrder
        model.order = OrderTables.empty(names: try stream().map(\.nameHash).sorted())
        #expect(try usual(people: 30, model: model).tables(workers: 1) == model.order)
        #expect(try usual(people: OrderCounts.eventsMin - 1).tables(workers: 1) == OrderTables())
        #expect(try usual(people: 0).tables(workers: 1) == OrderTables())
    }

    @Test("lessons come at the named numbers of events, the last where the sample is full")
    func lessons() throws {
        #expect(TenantOrder.nextLesson(after: 0) == TenantOrder.firstLesson)
        #expect(TenantOrder.nextLesson(after: TenantOrder.firstLesson - 1) == TenantOrder.firstLesson)
        #expect(
            TenantOrder.nextLesson(after: TenantOrder.firstLesson)
                == TenantOrder.firstLesson * TenantOrder.lessonFactor)
        #expect(TenantOrder.nextLesson(after: TenantOrder.sampleEventsMax - 1) == TenantOrder.sampleEventsMax)
        #expect(try usual(people: TenantOrder.sampleEventsMax / 4).room == 0)
    }
}
