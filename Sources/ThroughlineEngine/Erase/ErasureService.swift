import Logging
import ServiceLifecycle
import Throughline

/// Erases from the log what waits to be erased, in batches: a segment that has records of many people is written anew once.
///
/// Each batch is noted in the list of the erased before the log is touched, so that a crash in between loses nothing of it,
/// also where the state is lost with it.
public final class ErasureService: Service {
    public struct Limits: Sendable {
        /// Records of one batch; more wait for the next.
        public var recordsMax = 1 << 20
        /// Of so many of the latest readings it is looked whether they are of somebody who is there.
        public var readingsMax = 10_000
        /// How often somebody looks whether anything waits.
        public var interval = Duration.seconds(1)
        /// The least time between two batches: each writes segments anew, and may leave a short one.
        public var rest = Duration.seconds(60)
        /// How long a batch that failed waits before it is tried again.
        public var patience = Duration.seconds(10)

        public init() {}
    }

    private let log: any EventLog
    private let profiles: any Profiles
    private let list: any ErasedRecords
    private let readings: any Readings
    private let limits: Limits
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void

    public init(
        log: any EventLog, profiles: any Profiles, list: any ErasedRecords, readings: any Readings,
        limits: Limits = Limits(), logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.log = log
        self.profiles = profiles
        self.list = list
        self.readings = readings
        self.limits = limits
        self.logger = logger
        self.sleep = sleep
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = self.limits.interval
                do {
                    if try await self.eraseWaiting() > 0 { pause = self.limits.rest }
                } catch {
                    self.logger.error("what was to be erased waits", metadata: ["reason": "\(error)"])
                    pause = self.limits.patience
                }
                do { try await self.sleep(pause) } catch { return }
            }
        }
    }

    /// Erases one batch, and before it what an earlier run left unfinished.
    ///
    /// - Returns: how many records the batch had.
    @discardableResult
    public func eraseWaiting() async throws -> Int {
        let unfinished = list.unfinished
        if !unfinished.isEmpty {
            try await log.erase(unfinished)
            try list.finish()
        }
        let waiting = try profiles.waiting(limit: limits.recordsMax)
        guard !waiting.isEmpty else { return 0 }
        try list.begin(waiting) { position in
            let records = try log.records(from: position, bytesMax: 1)
            return records.isEmpty ? [] : records.withRecord(0) { Array($0) }
        }
        try await log.erase(waiting)
        try list.finish()
        try forgetReadings()
        try profiles.settle(waiting)
        logger.notice("records were erased from the log", metadata: ["count": "\(waiting.count)"])
        return waiting.count
    }

    /// Forgets who looked at somebody between when she was to be erased and when she was.
    private func forgetReadings() throws {
        let subjects = try readings.latestSubjects(limit: limits.readingsMax)
        let rows = try profiles.identities(of: subjects)
        try readings.forget(zip(subjects, rows).filter { $0.1 == nil }.map(\.0))
    }
}
