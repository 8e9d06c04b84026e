import Synchronization

/// What has happened since the start, for metrics.
final class ServerCounters: Sendable {
    struct Counts {
        var eventsTaken = 0
        var eventsRefused = 0
        /// Bodies that were refused as a whole.
        var bodiesRefused = 0
        var bytesTaken = 0
        /// Answers by the first digit of their status.
        var answers = [Int](repeating: 0, count: 6)
    }

    private let counts = Mutex(Counts())

    var now: Counts { counts.withLock { $0 } }

    func note(taken: Int, refused: Int, bytes: Int) {
        counts.withLock {
            $0.eventsTaken += taken
            $0.eventsRefused += refused
            $0.bytesTaken += bytes
        }
    }

    func noteRefusedBody() { counts.withLock { $0.bodiesRefused += 1 } }

    func note(status: Int) { counts.withLock { $0.answers[min(5, max(0, status / 100))] += 1 } }
}
