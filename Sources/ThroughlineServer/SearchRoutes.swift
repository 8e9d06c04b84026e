import Hummingbird
import Throughline
import ThroughlineEngine

/// Finds people by part of what is known of them. In a body: what is searched for stays out of addresses and logs.
struct SearchRoutes: Sendable {
    /// The longest text that is searched for, in bytes.
    static let textBytesMax = 256
    private static let limitUsual = 20

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.post("/v1/search") { request, context in try await search(request, context) }
    }

    private func search(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let body = try await JSONBody(of: request, knowing: ["identifier", "name", "limit"])
        let identifier = try body.textIfThere("identifier", bytesMax: SearchRoutes.textBytesMax)
        let name = try body.textIfThere("name", bytesMax: SearchRoutes.textBytesMax)
        let limit = try body.number("limit", in: 1...PersonReader.foundMax) ?? SearchRoutes.limitUsual
        let found: PersonReader.Found
        switch (identifier, name) {
        case (let identifier?, nil):
            guard identifier.utf8.count >= PersonReader.prefixBytesMin else {
                throw Problem(
                    .badRequest, "too_short", "identifier has at least \(PersonReader.prefixBytesMin) bytes",
                    at: "identifier")
            }
            found = try parts.reader.search(
                identifier: identifier, organization: grant.organization, limit: limit)
        case (nil, let name?):
            guard !PersonName.words(of: name).isEmpty else {
                throw Problem(.badRequest, "wrong_value", "name has no word in it", at: "name")
            }
            found = try parts.reader.search(name: name, organization: grant.organization, limit: limit)
        default: throw Problem(.badRequest, "missing", "either identifier or name is searched for", at: "identifier")
        }
        for (identity, _) in found.people {
            try parts.noteReading(of: identity.asked, by: grant, request, context, what: "search")
        }
        return
            ([
                "items": .array(found.people.map(SearchRoutes.told)), "more": .bool(found.areMore),
            ] as JSON).response()
    }

    private static func told(_ identity: PersonReader.Identity, _ names: [PersonTrait]) -> JSON {
        [
            "profile": .text("\(identity.asked.standing.person.rawValue)"),
            "identifiers": .array(identity.members.map(PersonRoutes.told)),
            "names": .array(names.map(PersonRoutes.told)),
        ]
    }
}
