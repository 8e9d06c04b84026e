import Dispatch
import Synchronization
import Throughline

/// What usually follows what at the tenant whose events these are, and at which rhythm: counted, without labels, in the
/// purposes that discovery finds among the first events, and used for everybody.
///
/// The model's own tables know the names of the events it was fitted on, and what they say stands. These counts say
/// what no shipped table could: how events of a tenant's own names follow each other.
struct TenantOrder {
    /// Events that are looked at.
    static let sampleEventsMax = 8_192
    /// Of a stream, what it shows is learned first from so many events, and again from four times as many.
    static let firstLesson = 512
    static let lessonFactor = 4

    /// The number of events that it is learned from next.
    static func nextLesson(after events: Int) -> Int {
        var lesson = firstLesson
        while lesson <= events { lesson *= lessonFactor }
        return lesson
    }

    private let model: DiscoveryModel
    private var streams: [[Encounter]] = []
    private var eventCount = 0

    init(model: DiscoveryModel) { self.model = model }

    /// Events that there is room for.
    var room: Int { TenantOrder.sampleEventsMax - eventCount }

    /// Takes in a person's events, in time order.
    mutating func add(_ events: [Encounter]) {
        eventCount += events.count
        streams.append(
            events.map { event in
                var event = event
                event.name = model.order.index(of: event.nameHash)
                return event
            })
    }

    /// The model's tables, and what was counted of names that they do not know. Does not depend on the number of workers.
    ///
    /// - Complexity: that of discovering the purposes of the events.
    func tables(workers: Int) -> OrderTables {
        let purposeful = streams.map { stream in PlacedStream(stream.filter { $0.habit == .none }) }
        let names = OrderCounts.commonNames(of: purposeful)
        guard names.contains(where: { model.order.index(of: $0) < 0 }) else { return model.order }
        let places = OrderTables.empty(names: names)
        var counts = OrderCounts(names: names)
        for var found in discovered(workers: workers) {
            for index in found.events.indices {
                found.events[index].name = places.index(of: found.events[index].nameHash)
            }
            counts.add(found)
        }
        return counts.tables(besides: model.order)
    }

    /// The purposes of each person, after repair.
    private func discovered(workers: Int) -> [PlacedStream] {
        let all = Mutex([PlacedStream](repeating: PlacedStream([]), count: streams.count))
        DispatchQueue.concurrentPerform(iterations: min(workers, streams.count)) { worker in
            var discoverer = Discoverer(model: model)
            for index in stride(from: worker, to: streams.count, by: workers) {
                let found = discoverer.purposes(of: streams[index])
                all.withLock { $0[index] = found }
            }
        }
        return all.withLock { $0 }
    }

    /// What one thread needs.
    private struct Discoverer {
        private var placer: Placer
        private var repairer: Repairer
        private var state = OpenPurposes()
        private var window = RepairWindow()

        init(model: DiscoveryModel) {
            placer = Placer(model: model)
            repairer = Repairer(model: model)
        }

        /// The purposes of a person, after repair; what is routine serves none and is left out.
        mutating func purposes(of stream: [Encounter]) -> PlacedStream {
            var nextOrdinal = Int32(1) << 30
            var found = PlacedStream([])
            for (index, event) in stream.enumerated() {
                window.append(event, placement: placer.place(event, in: &state))
                guard window.count == RepairWindow.eventsMax || index == stream.count - 1 else { continue }
                let outcomes = repairer.repair(&window, nextOrdinal: &nextOrdinal)
                for (place, outcome) in outcomes.enumerated() where !window.isRoutine(place) {
                    found.append(stream[index + 1 - outcomes.count + place], purpose: outcome.place)
                }
                window.removeAll()
            }
            state.removeAll()
            return found
        }
    }
}
