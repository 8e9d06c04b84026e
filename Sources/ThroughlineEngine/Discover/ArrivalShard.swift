import Throughline

/// Some of the people of a stream, and where each of them stands. Only one thread has it at a time.
final class ArrivalShard: @unchecked Sendable {  // Unchecked: each iteration of a round has one of its own.
    /// By the person's number within the shard.
    private var states: [OpenPurposes] = []
    /// What was placed while what is usual here is still being learned.
    private(set) var seen: [Seen] = []

    /// An event and whose it is.
    struct Seen {
        var person: Int
        var event: Encounter
    }

    /// Goes over to other tables of names.
    ///
    /// - Parameter places: of each name of the tables before, its place in these, -1 where they do not know it.
    func adopt(_ order: OrderTables, places: [Int32]) {
        for person in states.indices { states[person].adopt(order, places: places) }
    }

    /// Keeps nothing more of what it places.
    func endLearning() { seen = [] }

    /// Places those events of a round that are this shard's, in order.
    ///
    /// - Parameters:
    ///   - last: where in the round it ends.
    ///   - learns: whether they are kept to learn what is usual.
    func place(
        _ part: ArrivalRound.Part, of round: ArrivalRound, before last: Int, with placer: ArrivalPlacer, learns: Bool,
        render: (ArrivalDiscovery.Placed, inout [UInt8]) -> Void
    ) {
        while let turn = part.next(before: last) {
            prefetch(part)
            round.lines.filled[turn.block].withEvent(ofLine: turn.line) { event in
                let placed = place(event, person: turn.person, name: round.name(of: turn), with: placer, learns: learns)
                part.tell { render(placed, &$0) }
            }
        }
    }

    /// Places one event.
    func place(
        _ event: Event, person: Int, name: String, with placer: ArrivalPlacer, learns: Bool
    ) -> ArrivalDiscovery.Placed {
        while states.count <= person { states.append(OpenPurposes()) }
        let (encounter, placed) = placer.place(event, name: name, in: &states[person])
        if learns { seen.append(Seen(person: person, event: encounter)) }
        return placed
    }

    /// Asks for the state of those who are soon to come: among many people, it lies in no cache.
    private func prefetch(_ part: ArrivalRound.Part) {
        for ahead in OpenPurposes.Ahead.allCases {
            guard let turn = part.peek(ahead.rawValue), turn.person < states.count else { continue }
            states.withUnsafeBufferPointer { OpenPurposes.prefetch($0.baseAddress! + turn.person, ahead) }
        }
    }
}
