import Hummingbird
import Throughline
import ThroughlineEngine

/// What people say of the purposes that were found: it wins over the model from then on.
struct CorrectionRoutes: Sendable {
    /// Members that only one kind has.
    private static let owners: [(String, CorrectionWord)] = [
        ("toPurpose", .belongsTo), ("toMessageId", .belongsTo), ("name", .wrongName),
    ]

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/profiles/:id/corrections") { request, context in try corrections(request, context) }
        router.post("/v1/profiles/:id/corrections") { request, context in try await correct(request, context) }
    }

    private func corrections(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let (_, identity) = try parts.person(context, grant)
        try parts.noteReading(of: identity.asked, by: grant, request, context)
        let items = try parts.reader.corrections(of: identity).map(item)
        return (["items": .array(items)] as JSON).response()
    }

    func item(_ row: CorrectionRow) throws -> JSON {
        var item: JSON = ["kind": .text(row.word.name), "messageId": .text(try message(row.event))]
        if case .belongs(let other) = row.word { item.add("toMessageId", .text(try message(other))) }
        if case .name(let name) = row.word { item.add("name", .text(name)) }
        if let command = try parts.reader.source(of: row.said).command {
            item.add("at", .time(command.receivedAt))
            item.add("byKey", .text(command.actor))
        }
        return item
    }

    private func message(_ position: LogPosition) throws -> String? {
        try parts.reader.source(of: position).record.map { String(decoding: $0.messageId, as: UTF8.self) }
    }

    private func correct(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(
            of: request, knowing: ["kind", "purpose", "messageId", "toPurpose", "toMessageId", "name"])
        let (_, identity) = try parts.person(context, grant)
        let target = try target(body, "purpose", "messageId", of: identity)
        let kind: PurposeCorrection.Kind
        let word = try body.choice("kind", of: CorrectionWord.self)
        for (member, owner) in CorrectionRoutes.owners where word != owner {
            guard try body.textIfThere(member, bytesMax: Event.identifierBytesMax) == nil else {
                throw Problem(.badRequest, "wrong_value", "only \(owner.rawValue) has \(member)", at: member)
            }
        }
        switch word {
        case .done: kind = .done
        case .notMine: kind = .notMine
        case .notNow: kind = .notNow
        case .wrongName: kind = .wrongName(try body.name("name", lengthMax: PurposeCorrection.nameBytesMax))
        case .belongsTo:
            let other = try self.target(body, "toPurpose", "toMessageId", of: identity)
            guard other != target else {
                throw Problem(.badRequest, "wrong_value", "it belongs to itself already", at: "toPurpose")
            }
            kind = .belongsTo(other)
        }
        guard let named = identity.members.first(where: { $0.identifier.kind.hasStrand }) else {
            throw Problem(.conflict, "no_events", "nothing of hers was found to be a purpose")
        }
        let position = try await parts.say(
            .correct(named.identifier, PurposeCorrection(kind, of: target)), grant)
        context.logger.notice(
            "something was said of a purpose", metadata: ["by.key": "\(grant.key)", "position": "\(position.rawValue)"])
        return (["holdsFrom": .number(Int(position.rawValue))] as JSON).response(status: .accepted)
    }

    /// What a correction is of: a purpose or an event of hers, by one of two members.
    private func target(
        _ body: JSONBody, _ purpose: String, _ message: String, of identity: PersonReader.Identity
    ) throws -> PurposeCorrection.Target {
        let id = try body.textIfThere(purpose, bytesMax: Event.identifierBytesMax)
        let messageId = try body.textIfThere(message, bytesMax: Event.identifierBytesMax)
        switch (id, messageId) {
        case (let id?, nil):
            guard let found = PurposeID(id), try parts.reader.has(found, identity) else {
                throw Problem(.notFound, "unknown_purpose", "she has no such purpose", at: purpose)
            }
            return .purpose(found)
        case (nil, let messageId?):
            guard let found = try parts.reader.event(messageId, of: identity) else {
                throw Problem(.notFound, "unknown_message", "she has no such event among her latest", at: message)
            }
            return .event(found)
        default: throw Problem(.badRequest, "missing", "it names \(purpose) or \(message), one of the two", at: purpose)
        }
    }
}

/// The words of corrections in bodies.
enum CorrectionWord: String, JSONChoice {
    case done
    case notMine = "not mine"
    case notNow = "not now"
    case belongsTo = "belongs to"
    case wrongName = "wrong name"
}
