import Dispatch
import Synchronization
import Throughline

/// Reads files of events as cases, a person's events each in time order, of which ``PathCounts`` counts the steps. One pass; some
/// 130 bytes an event while it counts.
public final class PathReader {
    /// Events of one reading; far beyond what memory holds.
    public static let eventsMax = EventIndex.eventsMax

    /// With more different events the tables of each core are too large: one counts.
    static let sharedActivitiesMax = 256

    private let workers: Int
    private let pieceBytes: Int
    private let eventsMax: Int
    private var notes = IndexNotes<PathCounts.Step>()
    /// What was read of plain files while nothing else was: it is gathered by all cores at once.
    private var plain: [(piece: PlainRows.Piece, activities: [Int32])] = []
    private var names = KeyInterner()

    public convenience init(workers: Int) { self.init(workers: workers, pieceBytes: PlainRows.pieceBytes) }

    init(workers: Int, pieceBytes: Int, eventsMax: Int = PathReader.eventsMax) {
        precondition(workers > 0, "somebody has to read")
        self.workers = workers
        self.pieceBytes = pieceBytes
        self.eventsMax = eventsMax
    }

    public private(set) var eventCount = 0
    public var duplicateCount: Int { notes.duplicateCount }
    public private(set) var earliest = Instant(millisecondsSince1970: .max)
    public private(set) var latest = Instant(millisecondsSince1970: .min)

    /// Reads one input to its end.
    ///
    /// Where the input ends with an error, what came before it counts.
    ///
    /// Events without a message id all count: the same line twice is two steps.
    public func read(_ input: EventInput, progress: (Int64) -> Void) throws(FileError) {
        if let rows = input.plainRows(pieceBytes: pieceBytes), let pieces = rows.pieces(workers: workers) {
            return try take(pieces, of: input.path)
        }
        for (piece, activities) in plain { notes.add(piece, activities) }
        plain = []
        let reader = EnvelopeReader(input, workers: workers, part: .step)
        try reader.forEachEvent(progress: progress) { (_, envelope, identifiers) throws(FileError) in
            guard !envelope.hasMessage || notes.isNew(envelope) else { return }
            try checkRoom(for: 1, in: input.path)
            let name = envelope.name!
            let bytes = UnsafeBufferPointer(rebasing: identifiers[name.bytes])
            let step = PathCounts.Step(
                activity: try number(of: UnsafeBufferPointer(rebasing: bytes.dropFirst()), in: input.path),
                milliseconds: envelope.timestamp.millisecondsSince1970)
            note(1, envelope.timestamp...envelope.timestamp)
            notes.add(envelope, identifiers, keeping: step)
        }
    }

    private func take(_ pieces: [PlainRows.Piece], of path: String) throws(FileError) {
        for piece in pieces {
            guard let times = piece.times else { continue }
            try checkRoom(for: piece.rows.count, in: path)
            var activities: [Int32] = []
            for name in 0..<piece.names.count {
                let text = Array(piece.names.text(UInt32(name)).utf8)
                activities.append(
                    try text.withUnsafeBufferPointer { (text) throws(FileError) in try number(of: text, in: path) })
            }
            note(piece.rows.count, times)
            if notes.entries.isEmpty {
                plain.append((piece, activities))
            } else {
                notes.add(piece, activities)
            }
        }
    }

    private func note(_ count: Int, _ times: ClosedRange<Instant>) {
        eventCount += count
        earliest = min(earliest, times.lowerBound)
        latest = max(latest, times.upperBound)
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
        let shares = shares()
        for share in shares { share.forEachCase { each(share.people.key($0), $1) } }
        // The name that was one too many has no event.
        let none = PathCounts(activityCount: min(names.count, PathCounts.activitiesMax))
        let parts = PathReader.onAllCores(shares.count) { number in
            var counts = none
            shares[number].forEachCase { counts.add($1) }
            return counts
        }
        guard var counts = parts.first else { return none }
        for part in parts.dropFirst() { counts.add(part) }
        return counts
    }

    /// Cases that one core counts.
    private struct Share: Sendable {
        let people: PeopleInOrder<PathCounts.Step>
        let numbers: Range<Int>

        func forEachCase(_ body: (Int, UnsafeBufferPointer<PathCounts.Step>) -> Void) {
            people.events.withUnsafeBufferPointer { events in
                for number in numbers {
                    body(
                        number,
                        UnsafeBufferPointer(rebasing: events[people.starts[number]..<people.starts[number + 1]]))
                }
            }
        }
    }

    private func shares() -> [Share] {
        let count = names.count > PathReader.sharedActivitiesMax ? 1 : workers
        guard plain.isEmpty else {
            defer { plain = [] }
            // Each core gathers the people whose hashes are its own.
            return PathReader.onAllCores(count) { [plain] share in
                var notes = IndexNotes<PathCounts.Step>()
                for (piece, activities) in plain { notes.add(piece, activities) { $0 % count == share } }
                let people = notes.people()
                return Share(people: people, numbers: 0..<people.count)
            }
        }
        let people = notes.people()
        return (0..<count).map {
            Share(people: people, numbers: people.count * $0 / count..<people.count * ($0 + 1) / count)
        }
    }

    /// What comes of each number, worked out at once.
    private static func onAllCores<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
        let values = Mutex([Value?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let value = body(number)
            values.withLock { $0[number] = value }
        }
        return values.withLock { $0.map { $0! } }
    }
}

extension IndexNotes<PathCounts.Step> {
    /// Notes the rows of a piece.
    ///
    /// - Parameters:
    ///   - activities: the number of each name of the piece.
    ///   - isWanted: by the hash of a row's user.
    fileprivate mutating func add(
        _ piece: PlainRows.Piece, _ activities: [Int32], where isWanted: (Int) -> Bool = { _ in true }
    ) {
        piece.users.withUnsafeBufferPointer { users in
            for row in piece.rows where isWanted(row.userHash) {
                let user = UnsafeBufferPointer(rebasing: users[Int(row.user.lowerBound)..<Int(row.user.upperBound)])
                let step = PathCounts.Step(activity: activities[Int(row.activity)], milliseconds: row.milliseconds)
                add(user: user, hash: row.userHash, milliseconds: row.milliseconds, keeping: step)
            }
        }
    }
}
