import Logging
import Throughline
import ThroughlineEngine

/// What the routes work with. Who is real is the Command's to say.
public struct ServerParts: Sendable {
    /// Records that the fold may be behind while the server calls itself ready.
    public static let readyLagMax: UInt64 = 1_000_000

    let settings: ServerSettings
    let log: any EventLog
    let profiles: any Profiles
    let access: any Access
    let readings: any Readings
    let foldStatus: @Sendable () -> FoldStatus
    let now: @Sendable () -> Instant
    let makeMessageId: @Sendable () -> String
    let sleep: @Sendable (Duration) async throws -> Void
    let counters = ServerCounters()
    let debugger = EventDebugger()
    let maps = MapLibrary()

    public init(
        settings: ServerSettings, log: any EventLog, profiles: any Profiles, access: any Access,
        readings: any Readings, foldStatus: @escaping @Sendable () -> FoldStatus,
        now: @escaping @Sendable () -> Instant,
        makeMessageId: @escaping @Sendable () -> String,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.settings = settings
        self.log = log
        self.profiles = profiles
        self.access = access
        self.readings = readings
        self.foldStatus = foldStatus
        self.now = now
        self.makeMessageId = makeMessageId
        self.sleep = sleep
    }

    var authentication: Authentication { Authentication(access: access, now: now) }

    /// Records that are not folded yet.
    var foldLag: UInt64 {
        let (end, folded) = (log.end.rawValue, foldStatus().position.rawValue)
        return end > folded ? end - folded : 0
    }
}

/// What can be set of the server.
public struct ServerSettings: Sendable {
    public var host: String
    public var port: Int
    /// Bytes of request bodies that are in the works at once; more wait at the door with 503.
    public var bodyBytesInFlightMax = 256 << 20
    /// Events a second that one source may send.
    public var eventsPerSecondMax = 200_000
    /// To whom nothing is sent.
    public var holdout = HoldoutGroup(percent: 5)
    /// TLS is spoken with it; nil where the connection is private without.
    public var certificate: ServerCertificate?
    /// Whether a version of a journey map holds only once another key approved it.
    public var mapsNeedApproval = false
    /// The only ones that may connect from another machine where no TLS is spoken.
    public var trustedProxies: Set<NetworkAddress> = []

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Whether only this machine can reach it.
    public var listensOnLoopback: Bool { NetworkAddress.isLoopback(host) }
}
