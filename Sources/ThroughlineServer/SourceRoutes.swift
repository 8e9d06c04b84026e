import Hummingbird
import ThroughlineEngine

/// The systems that send events.
struct SourceRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/sources") { request, _ in try list(request) }
        router.post("/v1/sources") { request, context in try await make(request, context) }
    }

    private func list(_ request: Request) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .admin)
        let sources = parts.access.sources(of: grant.organization)
        return (["items": .array(sources.map(SourceRoutes.told))] as JSON).response()
    }

    private func make(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .admin)
        let body = try await JSONBody(of: request, knowing: ["name", "kind"])
        let draft = Source.Draft(
            name: try body.name("name", lengthMax: Source.nameLengthMax),
            kind: try body.choice("kind", of: Source.Kind.self))
        let source = try parts.access.add(draft, organization: grant.organization)
        context.logger.notice(
            "a source was made", metadata: ["source": "\(source.number)", "by.key": "\(grant.key)"])
        return SourceRoutes.told(source).response(status: .created)
    }

    private static func told(_ source: Source) -> JSON {
        ["number": .number(Int(source.number)), "name": .text(source.name), "kind": .text(source.kind.rawValue)]
    }
}
