import Dispatch
import Synchronization
import ThroughlineEngine

/// The log of one machine: files in one folder that are only ever written at their end (docs/decisions/0012), or anew
/// where records are erased (0018).
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

    /// Somebody wants to write a segment anew, and nobody to write to it.
    private struct Ending {
        let position: LogPosition
        let continuation: CheckedContinuation<Result<Void, LogError>, Never>
    }

    /// What the queue does next.
    private enum Work {
        case write([Append])
        case end(Ending)
        case close
    }

    private struct State {
        var end: LogPosition
        var waiting: [Append] = []
        /// Of all that was taken and is not settled.
        var waitingBytes = 0
        var endings: [Ending] = []
        /// How many were taken and are not settled.
        var erasures = 0
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
    let reader: Mutex<SegmentReader>
    let catalog: SegmentCatalog
    private let queue = DispatchQueue(label: "throughline.log", qos: .userInitiated)
    /// Where segments are written anew, one at a time: that takes long, and appends do not wait for it.
    let erasing = DispatchQueue(label: "throughline.log.erasing", qos: .utility)

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
        catalog = found.catalog
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
        while let work = nextWork() {
            switch work {
            case .write(let group): write(group)
            case .end(let ending): end(ending)
            case .close: return finish()
            }
        }
    }

    /// Of appends those who come first, as many as fit into a block; nil to stop.
    private func nextWork() -> Work? {
        state.withLock { state in
            // First, as appends may never come to an end.
            if !state.endings.isEmpty { return .end(state.endings.removeFirst()) }
            if state.waiting.isEmpty {
                // To close is the last thing written; then nobody starts writing again.
                if state.isClosing, state.erasures == 0 { return .close }
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
            return .write(group)
        }
    }

    private func write(_ group: [Append]) {
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

    private func settle(_ group: [Append], from first: LogPosition, _ outcome: Result<LogPosition, LogError>) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.waitingBytes -= group.reduce(0) { $0 + $1.records.rawBytes }
            guard case .success(let end) = outcome else { return [] }
            state.end = end
            return state.readers.removeAll(before: end)
        }
        if case .failure(let error) = outcome, error.code != .full { fail(error) }
        var position = first
        for append in group {
            append.continuation.resume(returning: outcome.map { _ in position })
            position = position.advanced(by: append.records.count)
        }
        for reader in woken { reader.resume() }
    }

    private func end(_ ending: Ending) {
        let outcome = writer.withLock { writer in
            Result { () throws(LogError) in try writer.endSegment(with: ending.position) }
        }
        if case .failure(let error) = outcome, error.code != .full { fail(error) }
        ending.continuation.resume(returning: outcome)
    }

    /// Takes nothing more, and refuses those who wait; also called where records are erased.
    func fail(_ error: LogError) {
        let failure = LogError(.failed, "the disk failed before: \(error.message)")
        let (appends, endings) = state.withLock { state in
            state.failure = failure
            // Those in a block that is just written are told when it is.
            state.waitingBytes -= state.waiting.reduce(0) { $0 + $1.records.rawBytes }
            defer { (state.waiting, state.endings) = ([], []) }
            return (state.waiting, state.endings)
        }
        for append in appends { append.continuation.resume(returning: .failure(failure)) }
        for ending in endings { ending.continuation.resume(returning: .failure(failure)) }
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

/// What records being erased ask of the queue.
extension SegmentedLog {
    /// Takes an erasure: the log is not closed before ``settleErasure()``.
    func takeErasure(through last: LogPosition?) throws(LogError) {
        try state.withLock { state throws(LogError) in
            if state.isClosing { throw LogError(.closed, "the log is closed") }
            if let failure = state.failure { throw failure }
            if let last, last >= state.end { throw LogError(erasing: last, behind: state.end) }
            state.erasures += 1
        }
    }

    func settleErasure() {
        state.withLock { state in
            state.erasures -= 1
            if state.isClosing { startWriting(&state) }
        }
    }

    /// Returns when nothing is written to the segment with a record any more.
    func endSegment(with position: LogPosition) async throws(LogError) {
        try await withCheckedContinuation { continuation in
            let failure = state.withLock { state in
                if state.failure == nil {
                    state.endings.append(Ending(position: position, continuation: continuation))
                    startWriting(&state)
                }
                return state.failure
            }
            if let failure { continuation.resume(returning: .failure(failure)) }
        }.get()
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
