import Synchronization
import ThroughlineEngine

/// The log in memory, plainly: what other logs are held against.
public final class MemoryLog: EventLog {
    private let state = Mutex(State())

    private struct State {
        var records = LogRecords()
        var isClosed = false
        var waiting: [Int: (position: LogPosition, go: CheckedContinuation<Void, Never>)] = [:]
        var turn = 0

        var end: LogPosition { LogPosition(UInt64(records.count)) }

        /// Those who need not wait any longer.
        mutating func released() -> [CheckedContinuation<Void, Never>] {
            let ready = waiting.filter { isClosed || $0.value.position < end }
            for turn in ready.keys { waiting[turn] = nil }
            return ready.values.map(\.go)
        }
    }

    public init() {}

    public var end: LogPosition { state.withLock { $0.end } }

    public func append(_ records: LogRecords) async throws(LogError) -> LogPosition {
        let (start, released) = state.withLock { state -> (LogPosition?, [CheckedContinuation<Void, Never>]) in
            guard !state.isClosed else { return (nil, []) }
            let start = state.end
            state.records.append(contentsOf: records)
            return (start, state.released())
        }
        for waiter in released { waiter.resume() }
        guard let start else { throw LogError(.closed, "the log is closed") }
        return start
    }

    public func records(from position: LogPosition, bytesMax: Int) -> LogRecords {
        state.withLock { state in
            var found = LogRecords()
            var next = Int(position.rawValue)
            while next < state.records.count,
                found.isEmpty || found.bytes.count + state.records.range(of: next).count <= bytesMax
            {
                found.append { $0.append(contentsOf: state.records.bytes[state.records.range(of: next)]) }
                next += 1
            }
            return found
        }
    }

    public func wait(for position: LogPosition) async {
        let turn = state.withLock { state in
            state.turn += 1
            return state.turn
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { go in
                let goes = state.withLock { state in
                    guard !state.isClosed, state.end <= position, !Task.isCancelled else { return true }
                    state.waiting[turn] = (position, go)
                    return false
                }
                if goes { go.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: turn) }?.go.resume()
        }
    }

    public func close() async {
        let released = state.withLock { state in
            state.isClosed = true
            return state.released()
        }
        for waiter in released { waiter.resume() }
    }
}
