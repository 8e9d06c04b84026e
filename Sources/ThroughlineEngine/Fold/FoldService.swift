import Dispatch
import Logging
import ServiceLifecycle
import Synchronization
import Throughline

/// Follows the log and folds what is new, in groups. Stops behind a group: what is left is folded after the next start.
public final class FoldService<Store: Profiles>: Service {
    private let log: any EventLog
    private let profiles: Store
    private let access: any Access
    private let limits: FoldLimits
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void
    /// One works a group out while the other commits the one before it.
    private let working = BackgroundThread(name: "fold")
    private let committing = BackgroundThread(name: "fold commits")
    private let fold: Owned<EventFold>
    private let state: Mutex<FoldStatus>
    private let isStopping = Atomic(false)

    /// - Parameter discovery: places events as they are folded; nobody else uses it from now on. Nil to keep timelines alone.
    public init(
        log: any EventLog, profiles: Store, access: any Access, discovery: LiveDiscovery? = nil,
        limits: FoldLimits = FoldLimits(), logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) throws(StoreError) {
        self.log = log
        self.profiles = profiles
        self.access = access
        self.limits = limits
        self.logger = logger
        self.sleep = sleep
        fold = Owned(
            EventFold(discovery: discovery) { position throws(LogError) in
                try log.records(from: position, bytesMax: FoldService.aheadBytesMax)
            })
        if let discovery, try profiles.adopt(model: discovery.modelHash) {
            logger.notice("the model is another one: the state is made again from the log")
        }
        state = Mutex(FoldStatus(position: try profiles.position()))
    }

    /// Bytes of records that are read at once where somebody is made again.
    private static var aheadBytesMax: Int { 1 << 16 }

    /// How far the fold has come, and what keeps it.
    public var status: FoldStatus { state.withLock { $0 } }

    public func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            var next = ContinuousClock.now
            while !isStopping.load(ordering: .relaxed) {
                do {
                    let position = status.position
                    await log.wait(for: position)
                    guard log.end > position else { continue }
                    let rest = next - .now
                    if rest > .zero, log.end.rawValue - position.rawValue < limits.hasteRecordsMin {
                        try await sleep(rest)
                    }
                    next = .now + limits.groupInterval
                    try await foldWaiting()
                    state.withLock { $0.problem = nil }
                } catch let error as CancellationError {
                    throw error
                } catch {
                    state.withLock { $0.problem = "\(error)" }
                    logger.error("the fold waits", metadata: ["reason": "\(error)"])
                    try await sleep(.seconds(1))
                }
            }
        } onCancelOrGracefulShutdown: {
            self.isStopping.store(true, ordering: .relaxed)
        }
    }

    /// Folds all that is in the log, on this thread and one more.
    ///
    /// - Parameter progress: takes where the fold has come to, after each group.
    public func foldAll(progress: (LogPosition) -> Void) throws {
        while status.position < log.end { try foldGroups(progress: progress) }
    }

    /// Folds what waits, away from the threads that answer.
    private func foldWaiting() async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            working.async { done.resume(with: Result { try self.foldGroups { _ in } }) }
        }
    }

    /// Folds group after group, as long as enough records wait for the next one. Each is worked out while the one before it is
    /// committed; all are committed at the end.
    private func foldGroups(progress: (LogPosition) -> Void) throws {
        var position = status.position
        var isFirst = true
        var areMoreDue = false
        var done: FoldChanges?
        do {
            while true {
                // Who was erased must be gone from the store before it is asked again.
                if let changes = done, changes.erasure != nil {
                    try Waited(on: committing) { [profiles] in try profiles.commit(changes) }.wait()
                    state.withLock { $0.position = changes.end }
                    progress(changes.end)
                    done = nil
                }
                let waiting = log.end.rawValue - position.rawValue
                let isWanted = areMoreDue || (isFirst ? waiting > 0 : waiting >= limits.hasteRecordsMin)
                var group: EventFold.Group?
                if isWanted, !isStopping.load(ordering: .relaxed) {
                    let records = try log.records(from: position, bytesMax: limits.groupBytesMax)
                    group = try fold.value.group(records, at: position, over: profiles, source: access.source)
                }
                guard group != nil || done != nil else { return }
                isFirst = false
                let commit = done.map { changes in
                    Waited(on: committing) { [profiles] in try profiles.commit(changes) }
                }
                // Who is made again is made from what is in the store.
                if group?.wantsAllCommitted ?? false { try commit?.wait() }
                let changes = Result { try group.map { try fold.value.changes(of: $0, over: profiles) } }
                if let commit {
                    try commit.wait()
                    state.withLock { $0.position = position }
                    progress(position)
                }
                done = try changes.get()
                areMoreDue = done?.areMoreDue ?? false
                position = done?.end ?? position
            }
        } catch {
            fold.value.forget()
            throw error
        }
    }
}

/// How much is folded at once.
public struct FoldLimits: Sendable {
    /// Bytes of records that are folded together.
    public var groupBytesMax = 1 << 22
    /// Where fewer records wait, the fold begins no more than one group in ``groupInterval``: a commit costs much the same for one
    /// event as for hundreds.
    public var hasteRecordsMin: UInt64 = 2_000
    /// From the beginning of one group to that of the next. What comes after a pause is folded at once.
    public var groupInterval = Duration.milliseconds(20)

    public init() {}
}

/// How far a fold has come.
public struct FoldStatus: Sendable {
    /// Where the next record to be folded lies.
    public var position: LogPosition
    /// Why it does not go on, while it does not.
    public var problem: String?
}

/// Something that only one thread uses.
private final class Owned<Value>: @unchecked Sendable {  // Unchecked: see above.
    let value: Value

    init(_ value: Value) { self.value = value }
}

/// Work on another thread that is waited for. Unchecked: the signal lies between writing the result and reading it.
private final class Waited: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private var result: Result<Void, any Error>?

    init(on thread: BackgroundThread, _ work: @escaping @Sendable () throws -> Void) {
        thread.async {
            self.result = Result { try work() }
            self.done.signal()
        }
    }

    /// Waits for the end.
    func wait() throws {
        done.wait()
        done.signal()  // For whoever waits next.
        try result!.get()
    }
}
