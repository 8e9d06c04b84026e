/// A world of four companies, a bank, a telco, a shop and a fitness club, and of people who want things from them.
///
/// It makes streams of events of which the truth is known: which events serve which purpose, how far each has got, and
/// how it ended. Nobody in it is real; addresses end in `example.com`.
///
/// ```swift
/// let simulation = Simulation(people: 10_000, days: 90, seed: 7)
/// simulation.run { line, label in
///     events.append(contentsOf: line + [UInt8(ascii: "\n")])
///     labels.append(contentsOf: label + [UInt8(ascii: "\n")])
/// }
/// ```
///
/// Equal values give the same bytes on every machine. A person's stream depends on her number, the seed, the days and
/// the start, and on nobody else: with more people, the first ones do as before.
public struct Simulation: Sendable {
    /// The names of the columns of a label, separated by tabs.
    ///
    /// `stage` is `explore`, `compare`, `choose`, `commit`, `fulfilled`, `declined` or `cancelled`, and `none` for a
    /// routine event, which is a purpose of its own. `outcome` is empty but for the last event of a purpose, where it
    /// is `fulfilled`, `declined`, `cancelled`, `lapsed`, or `open` if the period ended first. `userId` names the person
    /// also where her event is still anonymous.
    public static let labelsHeader = "messageId\tuserId\tpurpose\tstage\toutcome"

    /// Midnight UTC at the beginning of 2026, in milliseconds since 1970.
    public static let defaultStart: Int64 = 1_767_225_600_000

    /// How many people there are. Their numbers begin with zero.
    public let people: Int
    /// How long the period is, in days of 24 hours.
    public let days: Int
    /// What decides everything left to chance.
    public let seed: UInt64
    /// When the period begins, in milliseconds since 1970, UTC.
    public let start: Int64

    /// Describes a world; nothing is computed yet.
    ///
    /// - Precondition: `people` lies between 0 and 2³² - 1, `days` between 1 and 3,660, and `start` in the years from 1
    ///   to 9000.
    public init(people: Int, days: Int, seed: UInt64, start: Int64 = Simulation.defaultStart) {
        precondition(0...Int(UInt32.max) ~= people, "there can be up to 2^32 - 1 people")
        precondition(1...3_660 ~= days, "a period has 1 to 3660 days")
        precondition(-62_135_596_800_000...221_845_392_000_000 ~= start, "a period begins in the years 1 to 9000")
        self.people = people
        self.days = days
        self.seed = seed
        self.start = start
    }

    /// Calls `emit` for every event of every person, in time order.
    ///
    /// - Parameters:
    ///   - line: The event as a JSON object in UTF-8, without a line break. The storage is used again for the next
    ///     event; one that is kept costs a copy.
    ///   - label: What is true of the event, in the columns of ``labelsHeader``, without a line break.
    /// - Throws: What `emit` throws; the run ends there.
    /// - Complexity: O(*n* log *n*) in the number of events. Holds 24 bytes an event, and half as much again while
    ///   sorting.
    public func run(_ emit: (_ line: [UInt8], _ label: [UInt8]) throws -> Void) rethrows {
        try write(plan(of: 0..<people), emit)
    }

    /// Calls `emit` for the events of one person, in time order, with the same bytes as ``run(_:)``.
    ///
    /// - Precondition: `person` is less than ``people``.
    /// - Complexity: O(*n* log *n*) in the number of her events, after a fixed time for reading the vocabulary.
    public func run(person: Int, _ emit: (_ line: [UInt8], _ label: [UInt8]) throws -> Void) rethrows {
        precondition(0..<people ~= person, "there is no person \(person) among \(people)")
        try write(plan(of: person..<person + 1), emit)
    }

    private func plan(of persons: Range<Int>) -> [PlannedEvent] {
        var planner = PersonPlanner(seed: seed, start: start, days: days, companies: Company.all)
        var plan: [PlannedEvent] = []
        // More than is usual; memory that is never touched costs nothing, and growing would copy the whole plan.
        plan.reserveCapacity(persons.count * (12 + days / 2))
        for person in persons { planner.plan(person: person, into: &plan) }
        plan.sort()
        return plan
    }

    private func write(
        _ plan: [PlannedEvent], _ emit: (_ line: [UInt8], _ label: [UInt8]) throws -> Void
    ) rethrows {
        var writer = EventWriter(seed: seed, start: start, companies: Company.all)
        for event in plan {
            writer.write(event)
            try emit(writer.line.bytes, writer.label.bytes)
        }
    }
}
