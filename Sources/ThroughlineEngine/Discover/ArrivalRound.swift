import Synchronization
import Throughline

/// Lines that are parsed, given to their people, placed and told together.
///
/// One thread fills it, gives its lines out and tells what came of them; in between, each part of it is one thread's.
final class ArrivalRound: @unchecked Sendable {  // Unchecked: see above.
    let lines: BlockRound
    /// By shard.
    let parts: [Part]
    /// By event, in the order of the input: its shard.
    private var order: [UInt8] = []
    /// What the people are called by, one after the other.
    private var names: [UInt8] = []
    private let taken = Atomic(0)

    /// A line and whose it is.
    struct Turn {
        /// Events of the round before it.
        var ordinal: Int
        var block: Int
        var line: Int
        /// The person's number within the shard.
        var person: Int
        var name: Range<Int>
    }

    init(workers: Int, limits: LineBlock.Limits) {
        lines = BlockRound(workers: workers, limits: limits, part: .whole)
        parts = (0..<ArrivalCrew.shardCount).map { _ in Part() }
    }

    /// Events that are given out.
    var count: Int { order.count }
    /// Whether there is nothing to do in it.
    var isEmpty: Bool { order.isEmpty && lines.isEmpty }

    func removeAll() {
        lines.removeAll()
        for part in parts { part.removeAll() }
        order.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
    }

    /// Gives the parsed lines to their people.
    ///
    /// - Parameter refuse: takes what is no event, as `EventInput` hands it out.
    func assign(
        to people: inout ArrivalPeople,
        refuse: (Refusal?, UnsafeBufferPointer<UInt8>, Bool) throws(FileError) -> Void
    ) throws(FileError) {
        for (number, block) in lines.filled.enumerated() {
            try block.forEachLine(
                take: { (_, line, envelope, identifiers) throws(FileError) in
                    guard let (person, key) = people.take(envelope, identifiers) else { return }
                    let start = names.count
                    people.append(nameOfKey: key, to: &names)
                    let shard = person % ArrivalCrew.shardCount
                    parts[shard].add(
                        Turn(
                            ordinal: order.count, block: number, line: line, person: person / ArrivalCrew.shardCount,
                            name: start..<names.count))
                    order.append(UInt8(shard))
                }, refuse: refuse)
        }
    }

    /// What the person of an event is called.
    func name(of turn: Turn) -> String { String(decoding: names[turn.name], as: UTF8.self) }

    /// Lets the threads take parts anew.
    func offerParts() { taken.store(0, ordering: .relaxed) }

    /// A part that no thread has taken; nil when there is none left.
    func takePart() -> Int? {
        let number = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < parts.count ? number : nil
    }

    /// What was told of the placed events, in the order of the input.
    func append(to told: inout [UInt8]) {
        for shard in order { parts[Int(shard)].appendNext(to: &told) }
    }

    /// The events of a round that are one shard's.
    final class Part {
        private var turns: [Turn] = []
        private var placed = 0
        /// What was told, event by event.
        private var output: [UInt8] = []
        private var ends: [Int] = []
        private var appended = 0

        func removeAll() {
            turns.removeAll(keepingCapacity: true)
            placed = 0
            output.removeAll(keepingCapacity: true)
            ends.removeAll(keepingCapacity: true)
            appended = 0
        }

        func add(_ turn: Turn) { turns.append(turn) }

        /// The next event to be placed, if it comes before an ordinal of the round.
        func next(before last: Int) -> Turn? {
            guard placed < turns.count, turns[placed].ordinal < last else { return nil }
            placed += 1
            return turns[placed - 1]
        }

        /// The event that comes so many after the one that was taken last.
        func peek(_ ahead: Int) -> Turn? { placed - 1 + ahead < turns.count ? turns[placed - 1 + ahead] : nil }

        /// Tells of the event that was taken last.
        func tell(_ write: (inout [UInt8]) -> Void) {
            write(&output)
            ends.append(output.count)
        }

        fileprivate func appendNext(to told: inout [UInt8]) {
            told.append(contentsOf: output[(appended == 0 ? 0 : ends[appended - 1])..<ends[appended]])
            appended += 1
        }
    }
}
