import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP server: routes over the parts it is given.
public struct APIServer: Service, CustomStringConvertible {
    /// A connection on which nothing comes for so long is closed.
    static let idleTimeout = TimeAmount.seconds(75)

    private let parts: ServerParts
    private let logger: Logger
    private let started: @Sendable (Int) -> Void

    /// - Parameter started: takes the port, once the server listens.
    public init(_ parts: ServerParts, logger: Logger, started: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.parts = parts
        self.logger = logger
        self.started = started
    }

    /// What the log calls it: not what it is made of, a private key among others.
    public var description: String { "APIServer" }

    public func run() async throws {
        let (started, listeners) = (started, parts.debugger.listeners)
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(idleTimeout: APIServer.idleTimeout))
        let application = Application(
            router: APIServer.router(parts),
            server: try parts.settings.certificate.map { try .tls(http, tlsConfiguration: $0.configuration) } ?? http,
            configuration: ApplicationConfiguration(
                address: .hostname(parts.settings.host, port: parts.settings.port), backlog: 1_024),
            onServerRunning: { channel in started(channel.localAddress?.port ?? 0) }, logger: logger)
        // Who listens would otherwise keep the server from stopping.
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: {
            listeners.close()
        }
    }

    /// All routes.
    static func router(_ parts: ServerParts) -> Router<ServerContext> {
        let router = Router(context: ServerContext.self)
        router.add(middleware: HeadMiddleware())
        router.add(middleware: CountingMiddleware(counters: parts.counters))
        router.add(
            middleware: CORSMiddleware(
                allowOrigin: .all, allowHeaders: [.authorization, .contentType, .retryCount, .anonymousId],
                allowMethods: [.get, .post, .options], maxAge: .hours(24)))
        router.add(middleware: ExposingMiddleware())
        router.add(middleware: ProblemMiddleware())
        if parts.settings.needsProxy { router.add(middleware: ProxyMiddleware(settings: parts.settings)) }
        let routes = Router(context: ServerContext.self)
        add(parts, to: routes)
        router.add(middleware: MethodMiddleware(routes.routes.map { ("\($0.path)", $0.method) }))
        add(parts, to: router)
        return router
    }

    private static func add(_ parts: ServerParts, to router: Router<ServerContext>) {
        IntakeRoutes(parts: parts).add(to: router)
        DebuggerRoutes(parts: parts).add(to: router)
        PersonRoutes(parts: parts).add(to: router)
        SearchRoutes(parts: parts).add(to: router)
        LinkRoutes(parts: parts).add(to: router)
        CorrectionRoutes(parts: parts).add(to: router)
        ExportRoutes(parts: parts).add(to: router)
        ReadingRoutes(parts: parts).add(to: router)
        ErasureRoutes(parts: parts).add(to: router)
        ProfileRoutes(parts: parts).add(to: router)
        TypeRoutes(parts: parts).add(to: router)
        MapRoutes(parts: parts).add(to: router)
        InsightRoutes(parts: parts).add(to: router)
        SegmentRoutes(parts: parts).add(to: router)
        SegmentMemberRoutes(parts: parts).add(to: router)
        SourceRoutes(parts: parts).add(to: router)
        KeyRoutes(parts: parts).add(to: router)
        OperationRoutes(parts: parts).add(to: router)
    }
}

extension HTTPField.Name {
    /// How often a client has tried before.
    static let retryCount = HTTPField.Name("X-Retry-Count")!
    /// The signal of Global Privacy Control.
    static let privacySignal = HTTPField.Name("Sec-GPC")!
    /// The visitor, as RudderStack's library for browsers says her in the head too.
    static let anonymousId = HTTPField.Name("AnonymousId")!
}

/// Lets scripts of other origins read when to come back, which is allowed in the answer itself and not beforehand.
struct ExposingMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if request.headers.contains(.origin) {
            response.headers[.accessControlExposeHeaders] = HTTPField.Name.retryAfter.rawName
        }
        return response
    }
}

/// Counts answers.
struct CountingMiddleware: RouterMiddleware {
    typealias Context = ServerContext
    let counters: ServerCounters

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        counters.note(status: response.status.code)
        return response
    }
}
