import Dispatch
import Synchronization
import ThroughlineEngine

/// The log of one machine: files in one folder that are only ever written at their end (docs/decisions/0012).
///
/// Records that come while others are being made durable wait, and are then written together, as one block with one
/// sync. After a crash, opening finds everything that was acknowledged; a bit that was flipped is found and not given.
///
/// ```swift
/// let log = try SegmentedLog(files: DiskFiles(folder: folder), atLeast: state.position)
/// let first = try await log.append(records)
/// await log.close()
/// ```
public final class SegmentedLog: EventLog {
    private struct Append {
        let records: LogRecords
        let continuation: CheckedContinuation<Result<LogPosition, LogError>, Never>
    }

    private struct State {
        var end: LogPosition
        var waiting: [Append] = []
        /// Of all that was taken and is not settled.
        var waitingBytes = 0
        var isWriting = false
        var failure: LogError?
        var isClosing = false
        var isClosed = false
        var readers = LogWaiters()
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    let files: any LogFiles
    private let limits: LogLimits
    private let state: Mutex<State>
    /// Held by the queue alone, but while the log is opened.
    private let writer: Mutex<SegmentWriter>
    private let reader: Mutex<SegmentReader>
    private let queue = DispatchQueue(label: "throughline.log", qos: .userInitiated)

    /// Opens the log in a folder, or begins one where there is none.
    ///
    /// - Parameter least: where the log ends at least: what was folded from it before.
    /// - Throws: `inUse` where another process has it; `damaged` where records that were acknowledged are missing or not
    ///   what was written, with file and byte offset; `failed` where the disk fails. Then nothing was changed.
    /// - Complexity: O(*n*) in the bytes of the last segment.
    public init(
        files: any LogFiles, limits: LogLimits = LogLimits(), atLeast least: LogPosition = .start
    ) throws(LogError) {
        limits.check()
        try files.take()
        let found: RecoveredLog
        do throws(LogError) {
            found = try RecoveredLog(openingIn: files, atLeast: least)
        } catch {
            files.unlock()
            throw error
        }
        self.files = files
        self.limits = limits
        state = Mutex(State(end: found.end))
        writer = Mutex(SegmentWriter(behind: found, files: files, limits: limits))
        reader = Mutex(SegmentReader(files: files, catalog: found.catalog))
    }

    public var end: LogPosition { state.withLock { $0.end } }

    /// What was taken and is not durable yet, in bytes as the limits count them.
    public var waitingBytes: Int { state.withLock { $0.waitingBytes } }

    public func append(_ records: LogRecords) async throws(LogError) -> LogPosition {
        let size = records.rawBytes
        guard size <= limits.appendBytesMax else {
            throw LogError(.tooLarge, "\(size) bytes at once; the log takes \(limits.appendBytesMax)")
        }
        return try await withCheckedContinuation { continuation in
            let refusal: Result<LogPosition, LogError>? = state.withLock { state in
                if state.isClosing { return .failure(LogError(.closed, "the log is closed")) }
                if let failure = state.failure { return .failure(failure) }
                if records.isEmpty { return .success(state.end) }
                guard state.waitingBytes + size <= limits.waitingBytesMax else {
                    return .failure(LogError(.busy, "\(state.waitingBytes) bytes are waiting to be written"))
                }
                state.waiting.append(Append(records: records, continuation: continuation))
                state.waitingBytes += size
                startWriting(&state)
                return nil
            }
            if let refusal { continuation.resume(returning: refusal) }
        }.get()
    }

    /// Durable records from a position on.
    ///
    /// What was written last is read from the disk like all else, and its checksums are looked at each time a block is
    /// read. Reading on behind what was read last is cheap. A closed log can still be read.
    ///
    /// - Throws: `damaged` where a record is not what was written, `failed` where it cannot be read.
    /// - Complexity: O(*n*) in the bytes of the blocks read, and somewhere else than before of up to
    ///   ``SegmentCatalog/strideBytes`` of headers passed, or of one segment where it was not read before.
    public func records(from position: LogPosition, bytesMax: Int) throws(LogError) -> LogRecords {
        let end = end
        return try reader.withLock { reader throws(LogError) in
            try reader.records(from: position, to: end, bytesMax: bytesMax)
        }
    }

    public func wait(for position: LogPosition) async {
        let number = state.withLock { $0.readers.number() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.end > position || state.isClosed || Task.isCancelled { return true }
                    state.readers.add(number, for: position, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.readers.remove(number) }?.resume()
        }
    }

    /// Waits for what was taken, marks the log as closed in good order, and lets others open it.
    public func close() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isClosed { return true }
                state.isClosing = true
                state.closers.append(continuation)
                startWriting(&state)
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}

/// What runs on the queue.
extension SegmentedLog {
    private func startWriting(_ state: inout State) {
        if state.isWriting { return }
        state.isWriting = true
        queue.async { self.writeAll() }
    }

    /// Writes until nobody waits.
    private func writeAll() {
        while let group = nextGroup() {
            if group.isEmpty { return finish() }
            let outcome = writer.withLock { writer -> (first: LogPosition, Result<LogPosition, LogError>) in
                let first = writer.end
                do throws(LogError) {
                    try writer.write(group.map(\.records))
                    return (first, .success(writer.end))
                } catch {
                    return (first, .failure(error))
                }
            }
            settle(group, from: outcome.first, outcome.1)
        }
    }

    /// Those who come first, as many as fit into a block; nobody where the log is to be closed; nil to stop.
    private func nextGroup() -> [Append]? {
        state.withLock { state in
            if state.waiting.isEmpty {
                // To close is the last thing written; then nobody starts writing again.
                if state.isClosing { return [] }
                state.isWriting = false
                return nil
            }
            var size = 0
            var count = 0
            for append in state.waiting {
                size += append.records.rawBytes
                if count > 0, size > limits.blockBytesMax { break }
                count += 1
            }
            let group = Array(state.waiting[..<count])
            state.waiting.removeFirst(count)
            return group
        }
    }

    private func settle(_ group: [Append], from first: LogPosition, _ outcome: Result<LogPosition, LogError>) {
        var refused: [Append] = []
        var failure: LogError?
        let woken = state.withLock { state in
            state.waitingBytes -= group.reduce(0) { $0 + $1.records.rawBytes }
            switch outcome {
            case .success(let end):
                state.end = end
                return state.readers.removeAll(before: end)
            case .failure(let error):
                if error.code != .full {
                    failure = LogError(.failed, "the disk failed before: \(error.message)")
                    state.failure = failure
                    swap(&refused, &state.waiting)
                    state.waitingBytes = 0
                }
                return []
            }
        }
        var position = first
        for append in group {
            append.continuation.resume(returning: outcome.map { _ in position })
            position = position.advanced(by: append.records.count)
        }
        if let failure { for append in refused { append.continuation.resume(returning: .failure(failure)) } }
        for reader in woken { reader.resume() }
    }

    private func finish() {
        if state.withLock({ $0.failure == nil }) {
            // Without a marker the next to open looks through it as after a crash, and finds everything.
            try? writer.withLock { writer throws(LogFileError) in try writer.close() }
        }
        files.unlock()
        let woken = state.withLock { state in
            state.isClosed = true
            defer { state.closers = [] }
            return state.closers + state.readers.removeAll()
        }
        for waiter in woken { waiter.resume() }
    }
}

extension LogFiles {
    /// Takes the folder, or says that somebody has it.
    func take() throws(LogError) {
        do throws(LogFileError) {
            try lock()
        } catch {
            throw LogError(error.code == .locked ? .inUse : .failed, error.message)
        }
    }
}
