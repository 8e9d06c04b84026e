import Dispatch
import Synchronization
import Throughline

/// Reads files of events as cases, a person's events each in time order, of which ``PathCounts`` counts the steps. One pass; some
/// 110 bytes an event while it counts.
public final class PathReader {
    /// Events of one reading; far beyond what memory holds.
    public static let eventsMax = EventIndex.eventsMax

    /// With more different events the tables of each core are too large: one counts.
    static let sharedActivitiesMax = 256

    private let workers: Int
    private let pieceBytes: Int
    private let eventsMax: Int
    private var notes = IndexNotes<PathCounts.Step>()
    private var names = KeyInterner()

    public convenience init(workers: Int) { self.init(workers: workers, pieceBytes: PlainRows.pieceBytes) }

    init(workers: Int, pieceBytes: Int, eventsMax: Int = PathReader.eventsMax) {
        precondition(workers > 0, "somebody has to read")
        self.workers = workers
        self.pieceBytes = pieceBytes
        self.eventsMax = eventsMax
    }

    public var eventCount: Int { notes.entries.count }
    public var duplicateCount: Int { notes.duplicateCount }
    public var earliest: Instant { notes.earliest }
    public var latest: Instant { notes.latest }

    /// Reads one input to its end.
    ///
    /// Where the input ends with an error, what came before it counts.
    ///
    /// Events without a message id all count: the same line twice is two steps.
    public func read(_ input: EventInput, progress: (Int64) -> Void) throws(FileError) {
        if let rows = input.plainRows(pieceBytes: pieceBytes), let pieces = rows.pieces(workers: workers) {
            return try take(pieces, of: input.path)
        }
        let reader = EnvelopeReader(input, workers: workers, part: .step)
        try reader.forEachEvent(progress: progress) { (_, envelope, identifiers) throws(FileError) in
            guard !envelope.hasMessage || notes.isNew(envelope) else { return }
            try checkRoom(for: 1, in: input.path)
            let name = envelope.name!
            let bytes = UnsafeBufferPointer(rebasing: identifiers[name.bytes])
            let step = PathCounts.Step(
                activity: try number(of: UnsafeBufferPointer(rebasing: bytes.dropFirst()), in: input.path),
                milliseconds: envelope.timestamp.millisecondsSince1970)
            notes.add(envelope, identifiers, keeping: step)
        }
    }

    private func take(_ pieces: [PlainRows.Piece], of path: String) throws(FileError) {
        for piece in pieces {
            try checkRoom(for: piece.rows.count, in: path)
            var numbers: [Int32] = []
            for name in 0..<piece.names.count {
                let text = Array(piece.names.text(UInt32(name)).utf8)
                numbers.append(
                    try text.withUnsafeBufferPointer { (text) throws(FileError) in try number(of: text, in: path) })
            }
            piece.users.withUnsafeBufferPointer { users in
                for row in piece.rows {
                    let user = UnsafeBufferPointer(rebasing: users[Int(row.user.lowerBound)..<Int(row.user.upperBound)])
                    let step = PathCounts.Step(
                        activity: numbers[Int(row.activity)], milliseconds: row.milliseconds)
                    notes.add(user: user, hash: row.userHash, milliseconds: row.milliseconds, keeping: step)
                }
            }
        }
    }

    private func checkRoom(for count: Int, in path: String) throws(FileError) {
        guard eventCount + count <= eventsMax else { throw FileError(path, "more than \(eventsMax) events") }
    }

    /// The number of what happens.
    private func number(of name: UnsafeBufferPointer<UInt8>, in path: String) throws(FileError) -> Int32 {
        let number = names.number(of: name)
        guard number < PathCounts.activitiesMax else { throw PathReader.tooManyActivities(path) }
        return Int32(number)
    }

    static func tooManyActivities(_ path: String) -> FileError {
        FileError(path, "more than \(PathCounts.activitiesMax) different events: name fewer kinds of them")
    }

    /// What happens, by its number.
    public var activities: [String] { (0..<min(names.count, PathCounts.activitiesMax)).map { names.text(UInt32($0)) } }

    /// Counts the steps of all cases, on all cores. Takes the reading apart.
    ///
    /// - Parameter each: is told each case with its steps.
    public func counts(_ each: (String, UnsafeBufferPointer<PathCounts.Step>) -> Void = { _, _ in }) -> PathCounts {
        let cases = notes.people()
        for number in 0..<cases.count {
            cases.events[cases.starts[number]..<cases.starts[number + 1]].withUnsafeBufferPointer {
                each(cases.keys[number], $0)
            }
        }
        // The name that was one too many has no event.
        let activityCount = min(names.count, PathCounts.activitiesMax)
        let hands = activityCount > PathReader.sharedActivitiesMax ? 1 : workers
        let share = max(1, (cases.count + hands - 1) / hands)
        let parts = Mutex([PathCounts?](repeating: nil, count: (cases.count + share - 1) / share))
        DispatchQueue.concurrentPerform(iterations: (cases.count + share - 1) / share) { part in
            var counts = PathCounts(activityCount: activityCount)
            cases.events.withUnsafeBufferPointer { events in
                for number in part * share..<min(cases.count, (part + 1) * share) {
                    counts.add(UnsafeBufferPointer(rebasing: events[cases.starts[number]..<cases.starts[number + 1]]))
                }
            }
            parts.withLock { $0[part] = counts }
        }
        let counted = parts.withLock { $0.compactMap { $0 } }
        guard var counts = counted.first else { return PathCounts(activityCount: activityCount) }
        for part in counted.dropFirst() { counts.add(part) }
        return counts
    }
}
