import Dispatch
import Logging
import ServiceLifecycle
import Synchronization
import Throughline

/// Follows the log and folds what is new, in groups. Stops behind a group: what is left is folded after the next start.
public final class FoldService<Store: Profiles>: Service {
    /// Bytes of records that are folded together.
    public static var groupBytesMax: Int { 1 << 23 }
    /// Where fewer records wait, the fold gives more of them the time to come: a commit costs much the same for one event as
    /// for hundreds.
    public static var hasteRecordsMin: UInt64 { 2_000 }

    private let log: any EventLog
    private let profiles: Store
    private let access: any Access
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void
    private let queue = DispatchQueue(label: "throughline.fold")
    private let fold: Owned<EventFold>
    private let state: Mutex<FoldStatus>

    /// - Parameter discovery: places events as they are folded; nobody else uses it from now on. Nil to keep timelines alone.
    public init(
        log: any EventLog, profiles: Store, access: any Access, discovery: LiveDiscovery? = nil, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws(StoreError) {
        self.log = log
        self.profiles = profiles
        self.access = access
        self.logger = logger
        self.sleep = sleep
        fold = Owned(EventFold(discovery: discovery))
        if let discovery, try profiles.adopt(model: discovery.modelHash) {
            logger.notice("the model is another one: the state is made again from the log")
        }
        state = Mutex(FoldStatus(position: try profiles.position()))
    }

    /// How far the fold has come, and what keeps it.
    public var status: FoldStatus { state.withLock { $0 } }

    public func run() async throws {
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                let position = status.position
                await log.wait(for: position)
                guard log.end > position else { continue }
                if log.end.rawValue - position.rawValue < Self.hasteRecordsMin {
                    try await sleep(.milliseconds(20))
                }
                try await step(from: position)
                state.withLock { $0.problem = nil }
            } catch let error as CancellationError {
                throw error
            } catch {
                state.withLock { $0.problem = "\(error)" }
                logger.error("the fold waits", metadata: ["reason": "\(error)"])
                try await sleep(.seconds(1))
            }
        }
    }

    /// Folds all that is in the log, on this thread.
    ///
    /// - Parameter progress: takes where the fold has come to, after each group.
    public func foldAll(progress: (LogPosition) -> Void) throws {
        while status.position < log.end {
            let end = try foldGroup(from: status.position)
            state.withLock { $0.position = end }
            progress(end)
        }
    }

    /// Folds a group of records, away from the threads that answer.
    private func step(from position: LogPosition) async throws {
        let end = try await withCheckedThrowingContinuation { (done: CheckedContinuation<LogPosition, any Error>) in
            queue.async { done.resume(with: Result { try self.foldGroup(from: position) }) }
        }
        state.withLock { $0.position = end }
    }

    private func foldGroup(from position: LogPosition) throws -> LogPosition {
        let records = try log.records(from: position, bytesMax: FoldService.groupBytesMax)
        do {
            let changes = try fold.value.changes(of: records, at: position, over: profiles) {
                access.organization(ofSource: $0)
            }
            try profiles.commit(changes)
            return changes.end
        } catch {
            fold.value.forget()
            throw error
        }
    }
}

/// How far a fold has come.
public struct FoldStatus: Sendable {
    /// Where the next record to be folded lies.
    public var position: LogPosition
    /// Why it does not go on, while it does not.
    public var problem: String?
}

/// Something that only one queue uses.
private final class Owned<Value>: @unchecked Sendable {  // Unchecked: see above.
    let value: Value

    init(_ value: Value) { self.value = value }
}
