import CModels
import Foundation
import Logging
import Synchronization
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineServer

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
    private let time = Mutex(RunningServer.now)

    var now: Instant { time.withLock { $0 } }

    func advance(seconds: Int64) {
        time.withLock { $0 = Instant(millisecondsSince1970: $0.millisecondsSince1970 + seconds * 1_000) }
    }
}

/// A server on a free port of this machine, over stores in memory, and a clock that stands still.
struct RunningServer: Sendable {
    static let writeKey = "write-key-of-tests"
    static let apiKey = "api-key-of-tests"
    static let now = try! Instant(rfc3339: "2026-03-10T12:00:10.000Z")

    let port: Int
    let log: any EventLog
    let profiles: MemoryProfiles
    let access: MemoryAccess
    let readings: MemoryReadings
    /// What the server takes for now.
    let clock: TestClock
    let fold: FoldService<MemoryProfiles>
    /// Method and path of every route.
    let routes: Set<String>

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        var object: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    }

    /// Runs a server for as long as `body` runs.
    ///
    /// - Parameter discovers: whether events are placed, by the model that the program carries.
    static func run(
        log: any EventLog = MemoryLog(), discovers: Bool = false,
        settings chosen: ServerSettings = ServerSettings(host: "127.0.0.1", port: 0),
        sleeper: TestSleeper = TestSleeper(),
        _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let profiles = MemoryProfiles()
        let access = MemoryAccess()
        let readings = MemoryReadings()
        access.found(
            "tests", source: Source.Draft(name: "tests", kind: .server),
            keys: [
                (KeyHash(of: writeKey), Key.Draft(label: "writes", scopes: [.write])),
                (
                    KeyHash(of: apiKey), Key.Draft(label: "all else", scopes: Set(Scope.allCases).subtracting([.write]))
                ),
            ], at: now)
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let discovery = discovers ? try carriedDiscovery() : nil
        let fold = try FoldService(
            log: log, profiles: profiles, access: access, discovery: discovery, logger: logger
        ) { _ in
            await Task.yield()
        }
        let serial = Mutex(0)
        let clock = TestClock()
        let parts = ServerParts(
            settings: chosen, log: log, profiles: profiles, access: access, readings: readings,
            foldStatus: { fold.status },
            now: { clock.now },
            makeMessageId: {
                serial.withLock {
                    $0 += 1
                    return "made-\($0)"
                }
            }, sleep: { _ in try await sleeper.sleep() })
        let routes = APIServer.router(parts).routes.map { route in
            let path = "\(route.path)".split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : $0 }
            return "\(route.method.rawValue.lowercased()) /" + path.joined(separator: "/")
        }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = APIServer(parts, logger: logger) { port.yield($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await fold.run() }
            group.addTask {
                for await number in ports {
                    try await body(
                        RunningServer(
                            port: number, log: log, profiles: profiles, access: access, readings: readings,
                            clock: clock, fold: fold,
                            routes: Set(routes)))
                    break
                }
                throw CancellationError()
            }
            do { while try await group.next() != nil {} } catch is CancellationError {}
            group.cancelAll()
        }
    }

    private static func carriedDiscovery() throws -> LiveDiscovery {
        LiveDiscovery(model: try carriedModel(), table: try carriedTable())
    }

    /// The model and the table that the program carries.
    private static func carriedModel() throws -> DiscoveryModel {
        try DiscoveryModel(
            decoding: UnsafeRawBufferPointer(start: throughline_model_bytes(), count: throughline_model_length()))
    }

    private static func carriedTable() throws -> EmbeddingTable {
        try EmbeddingTable(
            UnsafeRawBufferPointer(start: throughline_embedding_bytes(), count: throughline_embedding_length()))
    }

    /// Makes types of purpose from what is folded.
    func makeTypes() async throws {
        var limits = TypeService<MemoryProfiles>.Limits()
        limits.eventsMin = 1
        let typing = TypeService(
            log: log, profiles: profiles, model: try RunningServer.carriedModel(),
            table: try RunningServer.carriedTable(), limits: limits, now: { RunningServer.now },
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        _ = try await typing.makeWhereDue()
    }

    /// Sends a request, with a key by Basic where one is given.
    func send(
        _ method: String, _ path: String, key: String? = nil, headers: [String: String] = [:], body: Data? = nil
    ) async throws -> Answer {
        var request = URLRequest(url: URL(string: "http://127.0.0.1:\(port)\(path)")!)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let key {
            request.setValue("Basic " + Data("\(key):".utf8).base64EncodedString(), forHTTPHeaderField: "Authorization")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = response as! HTTPURLResponse
        var found: [String: String] = [:]
        for (name, value) in answer.allHeaderFields { found["\(name)".lowercased()] = "\(value)" }
        return Answer(status: answer.statusCode, headers: found, body: data)
    }

    func post(_ path: String, _ body: String, key: String? = writeKey, headers: [String: String] = [:]) async throws
        -> Answer
    {
        try await send("POST", path, key: key, headers: headers, body: Data(body.utf8))
    }

    func get(_ path: String, key: String? = apiKey) async throws -> Answer { try await send("GET", path, key: key) }

    /// Returns when the fold has seen all that is in the log.
    func folded() async {
        while fold.status.position < log.end { await Task.yield() }
    }
}
