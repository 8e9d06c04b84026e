import Hummingbird
import ThroughlineEngine

/// What came in lately, for whoever connects a tracker. Needs a key with a scope of its own: it shows what customers did.
struct DebuggerRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<BasicRequestContext>) {
        router.get("/v1/debugger/events") { request, _ in try entries(request, refused: false) }
        router.get("/v1/debugger/refused") { request, _ in try entries(request, refused: true) }
    }

    private func entries(_ request: Request, refused: Bool) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .debug)
        let entries = parts.debugger.entries(of: grant.organization, refused: refused)
        return JSONObject(["items": .array(entries.map(DebuggerRoutes.told))]).response()
    }

    private static func told(_ entry: EventDebugger.Entry) -> JSONObject {
        var object = JSONObject([
            "receivedAt": .time(entry.receivedAt), "source": .number(Int(entry.source)),
            "messageId": entry.messageId.map { .text($0) } ?? .null,
            "sent": .text(String(decoding: entry.sent, as: UTF8.self)),
        ])
        if let refusal = entry.refusal {
            object.add("code", .text(refusal.code))
            object.add("message", .text(refusal.message))
            if let at = refusal.at { object.add("at", .text(at)) }
        }
        return object
    }
}
