import Hummingbird
import NIOCore
import ThroughlineEngine

/// Why a request was not done: a problem document (RFC 9457), which also carries `code` and `message` for clients that
/// look for these.
struct Problem: Error, Sendable {
    let status: HTTPResponse.Status
    /// Stable, for programs.
    let code: String
    /// What and where, for people.
    let message: String
    /// The member of the body that it is about.
    var at: String?
    /// Whole seconds after which the same request may be tried again.
    var retryAfterSeconds: Int?
    /// What is wrong with the text of a map, and how much more than is told.
    var faults: [MapFault] = []
    var furtherFaults = 0
    /// The methods that a path knows, where another was asked for.
    var allowed: [String] = []

    init(
        _ status: HTTPResponse.Status, _ code: String, _ message: String, at: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.at = at
        self.retryAfterSeconds = retryAfterSeconds
    }

    static let noKey = Problem(.unauthorized, "no_key", "a key is needed: by Basic as the user name, or by Bearer")
    static let wrongKey = Problem(.unauthorized, "wrong_key", "this key is unknown or was revoked")

    static func missing(_ scope: Scope) -> Problem {
        Problem(.forbidden, "missing_scope", "this key may not \(scope.rawValue)")
    }

    var response: Response {
        var body: JSON = [
            "type": .text("urn:throughline:problem:\(code)"), "title": .text(status.reasonPhrase),
            "status": .number(status.code), "detail": .text(message), "code": .text(code), "message": .text(message),
        ]
        body.add("at", ifPresent: at)
        if !faults.isEmpty {
            body.add("faults", .array(faults.map(MapRoutes.told)))
            body.add("furtherFaults", .number(furtherFaults))
        }
        if let retryAfterSeconds { body.add("retryAfter", .number(retryAfterSeconds)) }
        var response = body.response(status: status, type: "application/problem+json")
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        if !allowed.isEmpty { response.headers[.allow] = allowed.joined(separator: ", ") }
        // Not Basic, which is taken as well: browsers would ask the person for a password.
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer realm=\"throughline\"" }
        return response
    }
}

/// Turns whatever goes wrong into a problem document: the one place where errors become HTTP.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch { return Problem(error, context: context).response }
    }
}

extension Problem {
    init(_ error: any Error, context: some RequestContext) {
        switch error {
        case let problem as Problem: self = problem
        case let error as LogError: self.init(error)
        case let error as StoreError: self.init(error)
        case let error as AccessError: self.init(error)
        case let error as NIOTooManyBytesError: self.init(error)
        case let error as HTTPError where error.status == .notFound:
            self.init(.notFound, "not_found", "there is nothing at this path")
        case let error as HTTPError where error.status == .methodNotAllowed:
            self.init(.methodNotAllowed, "method_not_allowed", "this path does not know this method")
        case let error as HTTPError: self.init(error.status, "bad_request", error.body ?? error.status.reasonPhrase)
        default:
            // What it says may hold what the customer sent.
            context.logger.error("a request failed", metadata: ["kind": "\(type(of: error))"])
            self.init(.internalServerError, "internal", "something went wrong here; nothing was taken")
        }
    }

    /// Reads a body. What is wrong with how it travels is the client's matter.
    static func ofBody<Result>(_ read: () async throws -> Result) async throws -> Result {
        do { return try await read() } catch let error as NIOTooManyBytesError { throw error } catch {
            throw Problem(.badRequest, "broken_body", "the body does not come as HTTP wants it, or broke off")
        }
    }

    init(_ error: NIOTooManyBytesError) {
        let limit = error.maxBytes.map { " than \($0) bytes" } ?? " than may be"
        self.init(.contentTooLarge, "too_large", "the body is longer\(limit)")
    }

    private init(_ error: StoreError) {
        self.init(.serviceUnavailable, "state_unavailable", "\(error)", retryAfterSeconds: 5)
    }

    private init(_ error: AccessError) {
        switch error {
        case .unknownKey: self.init(.notFound, "unknown_key", "there is no key of this id")
        case .unknownSource: self.init(.notFound, "unknown_source", "there is no source of this number", at: "source")
        case .nameTaken: self.init(.conflict, "name_taken", "another source has this name", at: "name")
        case .sourceWithoutWrite:
            self.init(
                .badRequest, "wrong_source", "a key that may write needs a source, and only such a key has one",
                at: "source")
        case .browserKeyOnlyWrites:
            self.init(
                .badRequest, "public_key", "the key of a browser is public: it may write and nothing else", at: "scopes"
            )
        case .lastAdministrator:
            self.init(
                .conflict, "last_admin_key",
                "this is the last key with the scope admin that does not expire: make another first, or rotate it")
        case .tooManySources(let max):
            self.init(.conflict, "too_many_sources", "an organization has at most \(max) sources")
        case .tooManyKeys(let max): self.init(.conflict, "too_many_keys", "an organization has at most \(max) keys")
        case .store(let error): self.init(error)
        }
    }

    private init(_ error: LogError) {
        switch error.code {
        case .busy: self.init(.serviceUnavailable, "busy", error.message, retryAfterSeconds: 1)
        case .full: self.init(.serviceUnavailable, "disk_full", error.message, retryAfterSeconds: 30)
        case .tooLarge: self.init(.contentTooLarge, "too_large", error.message)
        case .closed: self.init(.serviceUnavailable, "stopping", error.message, retryAfterSeconds: 5)
        case .failed, .unknown, .missing, .damaged, .inUse:
            self.init(.serviceUnavailable, "log_unavailable", error.message, retryAfterSeconds: 30)
        }
    }
}
