import HTTPTypes
import Hummingbird
import Throughline
import ThroughlineEngine

/// Who looked at what is known of a person, for her to see.
struct ReadingRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/profiles/:id/readings") { request, context in
            let grant = try parts.authentication.grant(of: request, for: .read)
            let (_, identity) = try parts.person(context, grant)
            try parts.noteReading(of: identity.asked, by: grant, request, context)
            return (["items": .array(try parts.readings(of: identity).map(ReadingRoutes.told))] as JSON).response()
        }
    }

    static func told(_ reading: Reading) -> JSON {
        [
            "at": .time(reading.at), "byKey": .text(reading.key), "actor": .text(reading.actor),
            "reason": .text(reading.reason), "what": .text(reading.what),
        ]
    }
}

extension ServerParts {
    /// All that is kept of who looked at a person, the latest first.
    func readings(of identity: PersonReader.Identity) throws(StoreError) -> [Reading] {
        try readings.readings(of: identity.members.map(\.number), limit: Reading.perIdentifierMax)
    }

    /// Notes that somebody looks at what is known of a person: for her, and in the program's log. What cannot be noted is not
    /// shown.
    ///
    /// Headers say who looks (`Throughline-Actor`) and what for (`Throughline-Reason`), beside the key.
    func noteReading(
        of asked: IdentityRow, by grant: Grant, _ request: Request, _ context: ServerContext, what: String? = nil
    ) throws {
        let what = what ?? String(request.uri.path.split(separator: "/").dropFirst(3).first ?? "profile")
        try readings.note(
            Reading(
                of: asked.number, at: now(), key: "\(grant.key)", actor: try ServerParts.said(.actor, in: request),
                reason: try ServerParts.said(.reason, in: request), what: what))
        context.logger.info(
            "a profile was read",
            metadata: [
                "by.key": "\(grant.key)", "profile": "\(asked.standing.person.rawValue)", "path": "\(what)",
            ])
    }

    /// What a header says; nil where it is not there.
    private static func said(_ name: HTTPField.Name, in request: Request) throws(Problem) -> String? {
        guard let text = request.headers[name] else { return nil }
        guard (1...Reading.textBytesMax).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw Problem(
                .badRequest, "bad_header", "\(name) is a text of 1 to \(Reading.textBytesMax) bytes", at: "\(name)")
        }
        return text
    }
}

extension HTTPField.Name {
    fileprivate static let actor = HTTPField.Name("Throughline-Actor")!
    fileprivate static let reason = HTTPField.Name("Throughline-Reason")!
}
