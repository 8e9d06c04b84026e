import Hummingbird
import NIOCore
import Throughline
import ThroughlineEngine

/// Takes events, exactly as the clients of the Segment Spec send them.
struct IntakeRoutes: Sendable {
    /// Bytes of a body as it travels, and of one that is unpacked.
    static let bodyBytesMax = Intake.bodyBytesMax
    /// Refusals that an answer tells, the first of them.
    static let refusalsToldMax = 100
    private static let names = [
        "track", "identify", "page", "screen", "group", "alias", "batch", "import", "t", "i", "p", "s", "g", "a", "b",
    ]

    private let parts: ServerParts
    private let intake: IntakePool
    private let budget: BodyBudget
    private let limiter: RateLimiter

    init(parts: ServerParts) {
        self.parts = parts
        intake = IntakePool(makeMessageId: parts.makeMessageId)
        budget = BodyBudget(bytesMax: parts.settings.bodyBytesInFlightMax)
        limiter = RateLimiter(perSecond: parts.settings.eventsPerSecondMax)
    }

    func add(to router: Router<ServerContext>) {
        for name in IntakeRoutes.names {
            let call = IntakeCall(name: name)!
            router.post("/v1/\(name)") { request, _ in try await take(request, call) }
        }
        router.get("/v1/projects/:key/settings") { request, context in
            try settings(for: try context.parameters.require("key"), request)
        }
    }

    private func take(_ request: Request, _ call: IntakeCall) async throws -> Response {
        let receivedAt = parts.now()
        let access = parts.authentication
        let known = try Authentication.key(in: request).map { try access.source(ofKey: $0).number }
        let source: IntakeRequest.Source =
            known.map { .known($0) } ?? .byWriteKey { $0.flatMap { try? access.source(ofKey: $0).number } }
        let isGzip = request.headers[.contentEncoding]?.lowercased() == "gzip"
        do {
            return try await budget.withBody(of: request, upTo: IntakeRoutes.bodyBytesMax) { body in
                let bytes = body.readableBytes
                let result: IntakeResult
                do throws(IntakeFault) {
                    result = try read(
                        body,
                        IntakeRequest(
                            call, from: source, receivedAt: receivedAt, isGzip: isGzip,
                            hasPrivacySignal: GlobalPrivacyControl.isSet(by: request.headers[.privacySignal] ?? "")))
                } catch { throw refused(Problem(error), bytes: bytes, source: known, receivedAt) }
                do throws(Problem) {
                    try limiter.take(result.records.count, source: result.source, now: receivedAt)
                } catch { throw refused(error, bytes: bytes, source: result.source, receivedAt) }
                return try await keep(result, call, receivedAt)
            }
        } catch let error as NIOTooManyBytesError {
            throw refused(Problem(error), bytes: nil, source: known, receivedAt)
        }
    }

    private func read(_ body: ByteBuffer, _ request: IntakeRequest) throws(IntakeFault) -> IntakeResult {
        try body.withUnsafeReadableBytes { bytes throws(IntakeFault) in
            try intake.take(bytes.bindMemory(to: UInt8.self), of: request)
        }
    }

    /// The problem of a body that is refused as a whole, once the debugger has it. Whose source is not known, is told to
    /// nobody: it would be another organization's.
    private func refused(_ problem: Problem, bytes: Int?, source: UInt32?, _ receivedAt: Instant) -> Problem {
        parts.counters.noteRefusedBody()
        if let source, let organization = parts.access.source(source)?.organization {
            parts.debugger.note(
                problem, bytes: bytes, source: source, organization: organization, receivedAt: receivedAt)
        }
        return problem
    }

    /// Answers once the events are on disk.
    private func keep(_ result: IntakeResult, _ call: IntakeCall, _ receivedAt: Instant) async throws -> Response {
        if !result.records.isEmpty { _ = try await parts.log.append(result.records) }
        parts.counters.note(
            taken: result.records.count, refused: result.refusals.count, bytes: result.records.bytes.count)
        if let organization = parts.access.source(result.source)?.organization {
            parts.debugger.note(result, organization: organization, receivedAt: receivedAt)
        }
        guard !result.refusals.isEmpty else { return IntakeRoutes.success }
        if case .one = call { throw Problem(result.refusals[0].fault) }
        return
            ([
                "success": true,
                "refused": .array(result.refusals.prefix(IntakeRoutes.refusalsToldMax).map(IntakeRoutes.told)),
            ] as JSON).response()
    }

    /// Some clients send again on any other answer.
    private static var success: Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(staticString: "{\"success\": true}")))
    }

    private static func told(_ refusal: IntakeRefusal) -> JSON {
        var object: JSON = [
            "index": .number(refusal.index), "code": .text(refusal.fault.code), "message": .text(refusal.fault.message),
        ]
        object.add("at", ifPresent: refusal.fault.at)
        object.add("messageId", ifPresent: refusal.messageId)
        return object
    }

    /// What the browser library asks first: send all to where it asked.
    private func settings(for key: String, _ request: Request) throws -> Response {
        _ = try parts.authentication.source(ofKey: key)
        let integration: JSON = [
            "apiKey": .text(key), "addBundledMetadata": true, "unbundledIntegrations": [],
            "versionSettings": ["version": "4.4.7"], "apiHost": .text((request.head.authority ?? "127.0.0.1") + "/v1"),
            "protocol": parts.settings.listensOnLoopback && parts.settings.certificate == nil ? "http" : "https",
        ]
        return
            ([
                "integrations": ["Segment.io": integration], "plan": ["track": ["__default": ["enabled": true]]],
            ] as JSON).response()
    }
}

extension Problem {
    init(_ fault: IntakeFault) {
        let status: HTTPResponse.Status =
            switch fault {
            case .tooLarge, .tooManyEvents, .eventTooLarge: .contentTooLarge
            case .unknownWriteKey: .unauthorized
            default: .badRequest
            }
        self.init(status, fault.code, fault.message, at: fault.at)
    }
}
