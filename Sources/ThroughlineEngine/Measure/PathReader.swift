import Throughline

/// Reads files of events as cases, a person's events each in time order, of which ``PathCounts`` counts the steps. One pass, 32 bytes
/// an event.
public final class PathReader {
    /// Events of one reading; far beyond what memory holds.
    public static let eventsMax = EventIndex.eventsMax

    private let workers: Int
    private var notes = IndexNotes<PathCounts.Step>()
    private var names = KeyInterner()

    public init(workers: Int) {
        precondition(workers > 0, "somebody has to read")
        self.workers = workers
    }

    public var eventCount: Int { notes.entries.count }
    public var duplicateCount: Int { notes.duplicateCount }
    public var earliest: Instant { notes.earliest }
    public var latest: Instant { notes.latest }

    /// Reads one input to its end.
    ///
    /// Where the input ends with an error, what came before it counts.
    public func read(_ input: EventInput, progress: (Int64) -> Void) throws(FileError) {
        let reader = EnvelopeReader(input, workers: workers, part: .step)
        try reader.forEachEvent(progress: progress) { (_, envelope, identifiers) throws(FileError) in
            guard notes.isNew(envelope) else { return }
            let name = envelope.name!
            let bytes = UnsafeBufferPointer(rebasing: identifiers[name.bytes])
            let activity = names.number(of: bytes, hash: name.hash)
            guard activity < PathCounts.activitiesMax else {
                throw PathReader.tooManyActivities(input.path)
            }
            let step = PathCounts.Step(
                activity: Int32(activity), milliseconds: envelope.timestamp.millisecondsSince1970)
            notes.add(envelope, identifiers, keeping: step)
        }
    }

    static func tooManyActivities(_ path: String) -> FileError {
        FileError(path, "more than \(PathCounts.activitiesMax) different events: name fewer kinds of them")
    }

    /// What happens, by its number.
    public var activities: [String] { (0..<names.count).map { String(names.text(UInt32($0)).dropFirst()) } }

    /// Counts the steps of all cases. Takes the reading apart.
    ///
    /// - Parameter each: is told each case with its steps.
    public func counts(_ each: (String, UnsafeBufferPointer<PathCounts.Step>) -> Void = { _, _ in }) -> PathCounts {
        let cases = notes.people()
        var counts = PathCounts(activityCount: names.count)
        cases.events.withUnsafeBufferPointer { events in
            for number in 0..<cases.count {
                let steps = UnsafeBufferPointer(rebasing: events[cases.starts[number]..<cases.starts[number + 1]])
                each(cases.keys[number], steps)
                counts.add(steps)
            }
        }
        return counts
    }
}
