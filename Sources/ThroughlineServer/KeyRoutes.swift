import Hummingbird
import Throughline
import ThroughlineEngine

/// Making, replacing and revoking keys. A key is told once, when it is made.
struct KeyRoutes: Sendable {
    /// Seconds that a key may go on after it was replaced, and those it does where nobody says.
    static let graceSecondsMax = 30 * 86_400
    static let graceSecondsUsual = 86_400
    /// Seconds that a key which expires may hold.
    static let expirySecondsMax = 10 * 365 * 86_400

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/keys") { request, _ in try list(request) }
        router.post("/v1/keys") { request, context in try await make(request, context) }
        router.post("/v1/keys/:id/rotate") { request, context in try await rotate(request, context) }
        router.delete("/v1/keys/:id") { request, context in try revoke(request, context) }
    }

    private func list(_ request: Request) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .admin)
        let keys = parts.access.keys(of: grant.organization, at: parts.now())
        return (["items": .array(keys.map(KeyRoutes.told))] as JSON).response()
    }

    private func make(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .admin)
        let body = try await JSONBody(of: request, knowing: ["label", "scopes", "source", "expiresInSeconds"])
        let now = parts.now()
        let scopes = try body.choices("scopes", of: Scope.self)
        let text = KeyHash.makeKey(for: scopes)
        let draft = Key.Draft(
            label: try body.name("label", lengthMax: Key.labelLengthMax),
            source: try body.number("source", in: 1...Int(UInt32.max)).map(UInt32.init), scopes: scopes,
            expiresAt: try body.number("expiresInSeconds", in: 1...KeyRoutes.expirySecondsMax).map {
                now.adding(seconds: $0)
            }, ending: KeyHash.ending(of: text))
        let key = try parts.access.add(draft, hash: KeyHash(of: text), organization: grant.organization, at: now)
        context.logger.notice("a key was made", metadata: ["key": "\(key.id)", "by.key": "\(grant.key)"])
        return KeyRoutes.made(key, text: text, old: nil)
    }

    private func rotate(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .admin)
        let id = KeyID(try context.parameters.require("id"))
        let body = try await JSONBody(of: request, knowing: ["graceSeconds"])
        let grace = try body.number("graceSeconds", in: 0...KeyRoutes.graceSecondsMax) ?? KeyRoutes.graceSecondsUsual
        let now = parts.now()
        let scopes = parts.access.keys(of: grant.organization, at: now).first { $0.id == id }?.scopes ?? []
        let text = KeyHash.makeKey(for: scopes)
        let (new, old) = try parts.access.rotate(
            id, to: KeyHash(of: text), ending: KeyHash.ending(of: text), organization: grant.organization, at: now,
            oldUntil: now.adding(seconds: grace))
        context.logger.notice(
            "a key was replaced", metadata: ["key": "\(id)", "new.key": "\(new.id)", "by.key": "\(grant.key)"])
        return KeyRoutes.made(new, text: text, old: old)
    }

    private func revoke(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .admin)
        let id = KeyID(try context.parameters.require("id"))
        try parts.access.revoke(id, organization: grant.organization, at: parts.now())
        context.logger.notice("a key was revoked", metadata: ["key": "\(id)", "by.key": "\(grant.key)"])
        return Response(status: .noContent)
    }

    /// What is told of a key, and this once the key.
    private static func made(_ key: Key, text: String, old: Key?) -> Response {
        var told = told(key)
        told.add("key", .text(text))
        if let old { told.add("replaces", KeyRoutes.told(old)) }
        var response = told.response(status: .created)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static func told(_ key: Key) -> JSON {
        [
            "id": .text(key.id.text), "label": .text(key.label),
            "scopes": .array(Scope.allCases.filter(key.scopes.contains).map { .text($0.rawValue) }),
            "source": key.source.map { .number(Int($0)) } ?? .null, "ending": .text(key.ending),
            "createdAt": key.createdAt.map(JSON.time) ?? .null, "expiresAt": key.expiresAt.map(JSON.time) ?? .null,
        ]
    }
}

extension KeyHash {
    /// A new key whose mark says whether it writes.
    fileprivate static func makeKey(for scopes: Set<Scope>) -> String {
        makeKey(mark: scopes.contains(.write) ? "tlw" : "tla")
    }
}

extension Instant {
    fileprivate func adding(seconds: Int) -> Instant {
        Instant(millisecondsSince1970: millisecondsSince1970 + Int64(seconds) * 1_000)
    }
}
