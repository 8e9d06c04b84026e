import Synchronization
import ThroughlineEngine

/// Counts people, purposes and routine events over all workers.
final class PurposeCounter: Sendable {
    private let people = Atomic<Int>(0)
    private let purposes = Atomic<Int>(0)
    private let routine = Atomic<Int>(0)

    func note(_ person: DiscoveredPerson) {
        people.add(1, ordering: .relaxed)
        let routines = person.purposes.count { $0.isRoutine }
        purposes.add(person.purposes.count - routines, ordering: .relaxed)
        routine.add(routines, ordering: .relaxed)
    }

    var totals: (people: Int, purposes: Int, routine: Int) {
        (people.load(ordering: .relaxed), purposes.load(ordering: .relaxed), routine.load(ordering: .relaxed))
    }
}
