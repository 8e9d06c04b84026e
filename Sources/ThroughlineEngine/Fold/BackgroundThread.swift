import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A thread that does one piece of work after the other, in the time that those leave who answer requests: where both want
/// the same core, it gets a third of what they get.
final class BackgroundThread: Sendable {
    private let work = Work()

    init(name: String) {
        let thread = Thread { [work] in
            #if canImport(Glibc)
                // Of the thread that calls alone. Where the system refuses, it works as fast as others.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
            #endif
            while let piece = work.next() { piece() }
        }
        thread.name = name
        thread.qualityOfService = QualityOfService.utility
        thread.start()
    }

    deinit { work.append(nil) }

    /// Does a piece of work behind those before it.
    func async(_ piece: @escaping @Sendable () -> Void) { work.append(piece) }
}

/// What waits for a thread.
private final class Work: Sendable {
    private let pieces = Mutex<[(@Sendable () -> Void)?]>([])
    private let count = DispatchSemaphore(value: 0)

    func append(_ piece: (@Sendable () -> Void)?) {
        pieces.withLock { $0.append(piece) }
        count.signal()
    }

    /// Waits for the next one; nil for the end.
    func next() -> (@Sendable () -> Void)? {
        count.wait()
        return pieces.withLock { $0.removeFirst() }
    }
}
