import Dispatch
import Throughline

/// Makes people again, some at a time: of two who are parted, both.
final class Remakers {
    /// People who are made again at the same time.
    static let handsMax = 2

    /// Somebody who is to be made again; see ``Remaking``.
    struct Person {
        var members: [IdentifierNumber]
        var ties: [TieRow]
        var entries: [TimelineEntry]
        var corrections: Corrected
    }

    /// What one worker needs for itself. Unchecked: one uses it at a time, and what it made is read when all have come to their end.
    private final class Hand: @unchecked Sendable {
        private let placer: LivePlacer
        private let parser = EventParser()
        private var event = Event()
        var people: [(place: Int, person: Person)] = []
        var made: [(place: Int, made: Result<Remaking.Made, any Error>)] = []

        init(_ placer: LivePlacer) { self.placer = placer }

        /// Makes all who were given to it.
        func work(
            before end: LogPosition, types: [UInt32: TypeBook],
            _ log: @escaping (LogPosition) throws(LogError) -> LogRecords
        ) {
            let ahead = ReadAhead(log)
            let remaking = Remaking(placer: placer, types: types) { [self] record in
                guard (try? parser.parse(record, into: &event)) != nil else { return nil }
                return placer.reader.read(event)
            } record: { position in
                try ahead.record(at: position, EventRecord.init)
            } received: { position in
                try ahead.record(at: position, EventRecord.init)?.receivedAt
                    ?? ahead.record(at: position, CommandRecord.init)?.receivedAt
            }
            made = people.map { place, person in
                let result = Result {
                    try remaking.person(
                        of: person.members, ties: person.ties, entries: person.entries,
                        corrections: person.corrections, before: end)
                }
                return (place, result)
            }
            people = []
        }
    }

    private let log: @Sendable (LogPosition) throws(LogError) -> LogRecords
    private let makePlacer: () -> LivePlacer
    private var hands: [Hand]

    /// - Parameters:
    ///   - first: a placer that is not used meanwhile.
    ///   - makePlacer: makes others of the same model.
    init(
        first: LivePlacer, makePlacer: @escaping () -> LivePlacer,
        log: @escaping @Sendable (LogPosition) throws(LogError) -> LogRecords
    ) {
        hands = [Hand(first)]
        self.makePlacer = makePlacer
        self.log = log
    }

    /// What comes of some people, in their order.
    ///
    /// - Parameters:
    ///   - end: up to where it was said who they are.
    ///   - types: of purposes, by organization.
    func made(
        _ people: [Person], before end: LogPosition, types: [UInt32: TypeBook]
    ) throws -> [Remaking.Made] {
        let count = min(people.count, Remakers.handsMax)
        while hands.count < count { hands.append(Hand(makePlacer())) }
        for (place, person) in people.enumerated() { hands[place % count].people.append((place, person)) }
        // Somebody waits for it: on threads that do not give way to those who answer, as the fold does.
        let working = DispatchGroup()
        for hand in hands[..<count] {
            DispatchQueue.global().async(group: working) { [log] in hand.work(before: end, types: types, log) }
        }
        working.wait()
        let made = hands.flatMap(\.made).sorted { $0.place < $1.place }
        for hand in hands { hand.made = [] }
        return try made.map { try $0.made.get() }
    }
}
