import Logging
import ServiceLifecycle
import Throughline

/// Lets the logged time go on where nothing comes: as soon as a person must be looked at, the log gets a record that says what time it
/// is.
public final class TickService: Service {
    /// How often it is looked whether somebody waits; no more ticks than that come into the log.
    public static let interval = Duration.seconds(1)

    private let log: any EventLog
    private let profiles: any Profiles
    private let now: @Sendable () -> Instant
    private let logger: Logger
    private let sleep: @Sendable (Duration) async throws -> Void

    public init(
        log: any EventLog, profiles: any Profiles, now: @escaping @Sendable () -> Instant, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.log = log
        self.profiles = profiles
        self.now = now
        self.logger = logger
        self.sleep = sleep
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // A disk may be full for hours: it is said once.
            var toldOf: String?
            while !Task.isCancelled {
                do {
                    try await self.tickIfDue()
                    toldOf = nil
                } catch {
                    let reason = "\(error)"
                    if reason != toldOf { self.logger.error("silences wait", metadata: ["reason": "\(reason)"]) }
                    toldOf = reason
                }
                do { try await self.sleep(TickService.interval) } catch { return }
            }
        }
    }

    /// Says what time it is where that tells the fold something new.
    ///
    /// - Returns: whether it did.
    @discardableResult
    func tickIfDue() async throws -> Bool {
        // What is not folded yet brings the time with it.
        guard try profiles.position() == log.end, let due = try profiles.nextDue() else { return false }
        let now = now()
        guard due <= now else { return false }
        var records = LogRecords()
        records.append { TickRecord(receivedAt: now).append(to: &$0) }
        _ = try await log.append(records)
        return true
    }
}
