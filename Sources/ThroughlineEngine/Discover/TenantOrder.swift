import Throughline

/// What usually follows what at the tenant whose events these are, and at which rhythm: counted, without labels, in the
/// purposes that discovery finds among the first people, and used for everybody.
///
/// The model's own tables know the names of the events it was fitted on, and what they say stands. These counts say
/// what no shipped table could: how events of a tenant's own names follow each other.
struct TenantOrder {
    /// Events that are looked at.
    static let sampleEventsMax = 20_000

    private let known: OrderTables
    private var streams: [PlacedStream] = []
    private var eventCount = 0

    init(known: OrderTables) { self.known = known }

    var isComplete: Bool { eventCount >= TenantOrder.sampleEventsMax }

    /// Takes in the events of a person that serve a purpose, each with the purpose discovery found for it.
    mutating func add(_ events: [Encounter], purposes: [Int32]) {
        eventCount += events.count
        streams.append(
            PlacedStream(
                events: events, purposes: purposes, weights: [Float](repeating: 1, count: events.count)))
    }

    /// The known tables, and what was counted of names they do not know.
    func tables() -> OrderTables {
        let names = OrderCounts.commonNames(of: streams)
        guard names.contains(where: { known.index(of: $0) < 0 }) else { return known }
        let places = OrderTables.empty(names: names)
        var counts = OrderCounts(names: names)
        for var stream in streams {
            for index in stream.events.indices {
                stream.events[index].name = places.index(of: stream.events[index].nameHash)
            }
            counts.add(stream)
        }
        return counts.tables(besides: known)
    }
}
