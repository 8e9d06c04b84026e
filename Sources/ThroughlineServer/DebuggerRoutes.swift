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
        return (["items": .array(entries.map(DebuggerRoutes.told))] as JSON).response()
    }

    private static func told(_ entry: EventDebugger.Entry) -> JSON {
        var object: JSON = [
            "receivedAt": .time(entry.receivedAt), "source": .number(Int(entry.source)),
            "messageId": .text(entry.messageId), "sent": .text(String(decoding: entry.sent, as: UTF8.self)),
        ]
        object.add("code", ifPresent: entry.refusal?.code)
        object.add("message", ifPresent: entry.refusal?.message)
        object.add("at", ifPresent: entry.refusal?.at)
        return object
    }
}
