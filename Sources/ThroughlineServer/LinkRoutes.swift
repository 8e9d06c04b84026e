import Hummingbird
import Throughline
import ThroughlineEngine

/// Who is something to whom, and stays somebody else: a household, a couple.
struct LinkRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/profiles/:id/links") { request, context in try links(request, context) }
        router.post("/v1/profiles/:id/links") { request, context in try await link(request, context) }
    }

    private func links(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let (_, identity) = try parts.person(context, grant)
        try parts.noteReading(of: identity.asked, by: grant, request, context)
        return (["items": .array(try items(of: identity))] as JSON).response()
    }

    func items(of identity: PersonReader.Identity) throws -> [JSON] {
        try parts.reader.links(of: identity).map { link in
            var item: JSON = [
                "kind": .text(link.row.kind.name),
                "with": [
                    "kind": .text(link.other.identifier.kind.name), "value": .text(link.other.identifier.value),
                ],
            ]
            if let command = try parts.reader.source(of: link.row.said).command {
                item.add("at", .time(command.receivedAt))
                item.add("byKey", .text(command.actor))
            }
            return item
        }
    }

    private func link(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(of: request, knowing: ["with", "kind", "ended"])
        let (_, identity) = try parts.person(context, grant)
        let kind = try body.choice("kind", of: LinkWord.self).kind
        let isEnded = try body.flag("ended")
        let with = try body.text("with", bytesMax: Event.identifierBytesMax)
        guard let other = try parts.reader.identity(of: with, organization: grant.organization) else {
            throw Problem(.notFound, "unknown_profile", "nobody is known by this identifier", at: "with")
        }
        guard other.asked.standing.person != identity.asked.standing.person else {
            throw Problem(.conflict, "same_person", "these are the same person: a link is of two", at: "with")
        }
        guard let one = parts.reader.strand(of: identity), let two = parts.reader.strand(of: other) else {
            throw Problem(.conflict, "no_strand", "links are of users or visitors; name one of each")
        }
        if !isEnded {
            guard try parts.reader.hasRoomForLink(one, with: two, kind),
                try parts.reader.hasRoomForLink(two, with: one, kind)
            else {
                throw Problem(
                    .conflict, "too_many_links", "an identifier has at most \(LinkRow.perStrandMax) links at a time")
            }
        }
        let position = try await parts.say(.link(one.identifier, two.identifier, kind, isEnded: isEnded), grant)
        context.logger.notice(
            "two profiles were linked", metadata: ["by.key": "\(grant.key)", "position": "\(position.rawValue)"])
        return (["holdsFrom": .number(Int(position.rawValue))] as JSON).response(status: .accepted)
    }
}

/// The words of links in bodies.
enum LinkWord: String, JSONChoice {
    case household, partner, family, care, business

    var kind: LinkKind {
        switch self {
        case .household: .household
        case .partner: .partner
        case .family: .family
        case .care: .care
        case .business: .business
        }
    }
}
