import Synchronization
import ThroughlineEngine

/// A log that is gone with the program, for tests and for a simulated world.
public final class MemoryLog: EventLog {
    private struct State {
        var records = LogRecords()
        var isClosed = false
        var readers = LogWaiters()
    }

    private let state = Mutex(State())

    public init() {}

    public var end: LogPosition { state.withLock { LogPosition(UInt64($0.records.count)) } }

    public func append(_ records: LogRecords) async throws(LogError) -> LogPosition {
        let (first, woken) = try state.withLock { state throws(LogError) in
            if state.isClosed { throw LogError(.closed, "the log is closed") }
            let first = LogPosition(UInt64(state.records.count))
            state.records.append(contentsOf: records)
            return (first, state.readers.removeAll(before: first.advanced(by: records.count)))
        }
        for reader in woken { reader.resume() }
        return first
    }

    public func records(from position: LogPosition, bytesMax: Int) throws(LogError) -> LogRecords {
        state.withLock { state in
            var found = LogRecords()
            guard position.rawValue < state.records.count else { return found }
            let first = Int(position.rawValue)
            let start = state.records.range(of: first).lowerBound
            let behind = state.records.ends[first...].firstIndex { $0 - start > bytesMax } ?? state.records.count
            let end = min(max(behind, first + 1), first + LogRecords.countMax)
            found.append(first..<end, of: state.records)
            return found
        }
    }

    public func erase(_ positions: [LogPosition]) async throws(LogError) {
        let positions = positions.sorted()
        try state.withLock { state throws(LogError) in
            if state.isClosed { throw LogError(.closed, "the log is closed") }
            guard let last = positions.last else { return }
            let end = LogPosition(UInt64(state.records.count))
            guard last < end else { throw LogError(erasing: last, behind: end) }
            state.records = state.records.erasing(positions.lazy.map { Int($0.rawValue) })
        }
    }

    public func wait(for position: LogPosition) async {
        let number = state.withLock { $0.readers.number() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.records.count > position.rawValue || state.isClosed || Task.isCancelled { return true }
                    state.readers.add(number, for: position, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.readers.remove(number) }?.resume()
        }
    }

    public func close() async {
        let woken = state.withLock { state in
            state.isClosed = true
            return state.readers.removeAll()
        }
        for reader in woken { reader.resume() }
    }
}
