import Foundation
import Hummingbird
import Throughline
import ThroughlineEngine

/// Who a person is, what she is about and what she agreed to, and what people say of that.
///
/// What is said becomes a record of the log, and holds once it is folded.
struct PersonRoutes: Sendable {
    let parts: ServerParts

    private var reader: PersonReader { parts.reader }

    func add(to router: Router<ServerContext>) {
        router.get("/v1/profiles/:id") { request, context in
            try told(request, context) { try profile($0) }
        }
        router.get("/v1/profiles/:id/purposes") { request, context in
            try told(request, context) { identity in
                ["items": .array(PersonRoutes.purposes(try reader.activity(of: identity, now: parts.now()).purposes))]
            }
        }
        router.get("/v1/profiles/:id/consents") { request, context in
            try told(request, context) { try consents($0) }
        }
        router.post("/v1/profiles/:id/consents") { request, context in try await consent(request, context) }
        router.post("/v1/profiles/:id/merge") { request, context in try await merge(request, context) }
        router.post("/v1/profiles/:id/unmerge") { request, context in try await unmerge(request, context) }
    }

    // MARK: Reading

    /// Answers a question about a person.
    private func told(
        _ request: Request, _ context: ServerContext,
        _ body: (PersonReader.Identity) throws -> JSON
    ) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let (_, identity) = try parts.person(context, grant)
        let answer = try body(identity)
        try parts.noteReading(of: identity.asked, by: grant, request, context)
        return answer.response()
    }

    func profile(_ identity: PersonReader.Identity) throws -> JSON {
        let activity = try reader.activity(of: identity, now: parts.now())
        let (traits, isCut) = try reader.traits(of: identity)
        return [
            "profile": .text("\(identity.asked.standing.person.rawValue)"),
            "identifiers": .array(identity.members.map(PersonRoutes.told)),
            "evidence": .array(try identity.evidence.map(evidence)), "evidenceCut": .bool(identity.isEvidenceCut),
            "traits": .array(traits.filter { $0.subject == .person }.map(PersonRoutes.told)),
            "facets": .array(traits.filter { $0.subject == .facet }.map(PersonRoutes.told)),
            "traitsCut": .bool(isCut), "purposes": .array(PersonRoutes.purposes(activity.purposes)),
            "contacts": .array(activity.contacts.map(PersonRoutes.told)),
            "sent": PersonRoutes.told(activity.sent, isCut: activity.isSentCut),
            "heldOut": .bool(parts.settings.holdout.holds(identity.naming)),
            "consents": .array(PersonRoutes.states(try reader.consents(of: identity))),
            "links": .array(try LinkRoutes(parts: parts).items(of: identity)),
            "segments": SegmentRoutes.told(
                try parts.profiles.segments(
                    of: identity.asked.standing.person, organization: identity.asked.identifier.organization)),
        ]
    }

    static func told(_ row: IdentityRow) -> JSON {
        [
            "kind": .text(row.identifier.kind.name), "value": .text(row.identifier.value),
            "standing": .text("\(row.standing.reason)"),
        ]
    }

    private func evidence(_ evidence: PersonReader.Evidence) throws -> JSON {
        var told: JSON = [
            "a": PersonRoutes.named(evidence.a), "b": PersonRoutes.named(evidence.b),
            "strength": .text(evidence.tie.strength().map { "\($0)" }), "counts": .bool(evidence.isOne),
        ]
        if let cut = evidence.tie.cut {
            told.add("takenBackAt", try reader.source(of: cut).command.map { .time($0.receivedAt) } ?? .null)
        }
        if let first = evidence.tie.first {
            let (record, command) = try reader.source(of: first)
            told.add("since", (record?.receivedAt ?? command?.receivedAt).map(JSON.time) ?? .null)
            if let record {
                told.add("source", .number(Int(record.source)))
                told.add("messageId", .text(String(decoding: record.messageId, as: UTF8.self)))
            }
            if let command { told.add("byKey", .text(command.actor)) }
        }
        return told
    }

    private static func named(_ row: IdentityRow) -> JSON {
        ["kind": .text(row.identifier.kind.name), "value": .text(row.identifier.value)]
    }

    func consents(_ identity: PersonReader.Identity) throws -> JSON {
        let histories = try reader.consents(of: identity)
        let lines = histories.flatMap(\.entries).sorted { ($0.time, $0.position) < ($1.time, $1.position) }
        return [
            "states": .array(PersonRoutes.states(histories)), "history": .array(lines.map(PersonRoutes.line)),
            "record": .raw(
                ConsentRecord.json(
                    of: ConsentRecord.records(of: histories), subject: "\(identity.asked.standing.person.rawValue)",
                    controller: try OrganizationName("organization-\(identity.asked.identifier.organization)"))),
        ]
    }

    /// What holds, of every use and channel that anything was said of.
    private static func states(_ histories: [ConsentHistory]) -> [JSON] {
        ConsentRecord.records(of: histories).map { record in
            [
                "use": .text(record.use.kind.name), "organization": .text(record.use.organization?.rawValue),
                "channel": .text(record.channel?.rawValue), "state": .text("\(record.answer.state)"),
                "permits": .bool(record.answer.state.permits(record.use)),
            ]
        }
    }

    private static func line(_ entry: ConsentEntry) -> JSON {
        var line: JSON = [
            "use": .text(entry.use.kind.name), "organization": .text(entry.use.organization?.rawValue),
            "channel": .text(entry.channel?.rawValue), "decision": .text("\(entry.decision)"),
            "at": .time(entry.time), "manner": .text("\(entry.manner)"), "trusted": .bool(entry.isTrusted),
            "place": .text(entry.place),
        ]
        if let notice = entry.notice {
            line.add(
                "notice", ["id": .text(notice.id), "version": .text(notice.version), "text": .text(notice.text)])
        }
        return line
    }
}

// MARK: Saying something

extension PersonRoutes {
    private func merge(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(of: request, knowing: ["with", "preview"])
        let (_, identity) = try parts.person(context, grant)
        let with = try body.text("with", bytesMax: Event.identifierBytesMax)
        guard let other = try reader.identity(of: with, organization: grant.organization) else {
            throw Problem(.notFound, "unknown_profile", "nobody is known by this identifier", at: "with")
        }
        guard other.asked.standing.person != identity.asked.standing.person else {
            throw Problem(.conflict, "same_person", "these are the same person already", at: "with")
        }
        return try await say(
            .merge(identity.asked.identifier, other.asked.identifier), grant, context,
            isPreview: try body.flag("preview"))
    }

    private func unmerge(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(of: request, knowing: ["identifiers", "preview"])
        let (_, identity) = try parts.person(context, grant)
        let values = Set(
            try body.texts("identifiers", countMax: CommandRecord.separatedMax, bytesMax: Event.identifierBytesMax))
        let apart = identity.members.filter { values.contains($0.identifier.value) }
        guard Set(apart.map(\.identifier.value)) == values else {
            throw Problem(.conflict, "not_hers", "not all of these are identifiers of this person", at: "identifiers")
        }
        guard apart.count < identity.members.count else {
            throw Problem(.conflict, "nothing_left", "at least one identifier stays", at: "identifiers")
        }
        return try await say(
            .separate(apart.map(\.identifier)), grant, context, isPreview: try body.flag("preview"))
    }

    private func consent(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(
            of: request,
            knowing: ["use", "organization", "channel", "decision", "at", "manner", "place", "notice", "preview"])
        let (_, identity) = try parts.person(context, grant)
        // What is said of an address is said of her whose it is.
        guard let named = reader.strand(of: identity) else {
            throw Problem(.conflict, "no_strand", "consent is kept of a user or a visitor; name one of hers")
        }
        let statement = try body.statement(now: parts.now())
        // What the fold could not note is not taken.
        do throws(ConsentError) { _ = try statement.entry(at: parts.log.end) } catch {
            throw Problem(.badRequest, "wrong_value", "\(error)")
        }
        return try await say(.consent(named.identifier, statement), grant, context, isPreview: false)
    }

    /// Puts what is said into the log, or says what would come of it.
    private func say(
        _ command: CommandRecord.Command, _ grant: Grant, _ context: ServerContext, isPreview: Bool
    ) async throws -> Response {
        var answer: JSON = [:]
        if case .consent = command {
        } else {
            let preview = try reader.preview(command)
            answer.add(
                "people",
                .array(preview.people.map { person in ["identifiers": .array(person.map(PersonRoutes.told))] }))
            guard preview.changes else {
                throw Problem(
                    .conflict, "no_effect", "nothing would change: a limit or a stronger tie stands against it")
            }
        }
        answer.add("preview", .bool(isPreview))
        guard !isPreview else { return answer.response() }
        let position = try await parts.say(command, grant)
        context.logger.notice(
            "something was said of a profile", metadata: ["by.key": "\(grant.key)", "position": "\(position.rawValue)"])
        // It is durable; the fold comes to it.
        answer.add("holdsFrom", .number(Int(position.rawValue)))
        return answer.response(status: .accepted)
    }
}

extension JSONBody {
    /// What somebody agreed to.
    fileprivate func statement(now: Instant) throws -> ConsentStatement {
        func named<Name>(_ member: String, _ make: (String) throws(ConsentError) -> Name) throws(Problem) -> Name? {
            guard let text = try textIfThere(member, bytesMax: 256) else { return nil }
            do throws(ConsentError) { return try make(text) } catch {
                throw Problem(.badRequest, "wrong_value", "\(member): \(error)", at: member)
            }
        }
        let recipient = try named("organization") { text throws(ConsentError) in try OrganizationName(text) }
        let channel = try named("channel") { text throws(ConsentError) in try ChannelName(text) }
        let kind = try choice("use", of: UseWord.self)
        let decision = try choice("decision", of: DecisionWord.self).decision
        if recipient != nil, kind != .sharing {
            throw Problem(.badRequest, "wrong_value", "only sharing names an organization", at: "organization")
        }
        if recipient == nil, kind == .sharing, decision == .granted {
            throw Problem(.badRequest, "missing", "a grant of sharing names the organization", at: "organization")
        }
        guard let use = Use(named: kind.rawValue, recipient: recipient) else {
            preconditionFailure("the words of uses are their names")
        }
        let at = try time("at") ?? now
        guard at <= now else {
            throw Problem(.badRequest, "in_the_future", "nobody has agreed to anything in the future", at: "at")
        }
        let isStated = try textIfThere("manner", bytesMax: 16).map { $0 == "stated" || $0 == "recorded" ? $0 : nil }
        if let isStated, isStated == nil {
            throw Problem(.badRequest, "wrong_value", "manner is one of stated, recorded", at: "manner")
        }
        return ConsentStatement(
            use: use, channel: channel, decision: decision, at: at,
            manner: isStated == "recorded" ? .recorded : .stated,
            place: try textIfThere("place", bytesMax: ConsentEntry.placeBytesMax) ?? "", notice: try notice("notice"))
    }
}

/// The words of uses and decisions in bodies.
enum UseWord: String, JSONChoice { case service, recommendation, marketing, sharing }

enum DecisionWord: String, JSONChoice {
    case granted, refused, withdrawn

    var decision: ConsentDecision {
        switch self {
        case .granted: .granted
        case .refused: .refused
        case .withdrawn: .withdrawn
        }
    }
}

extension ServerParts {
    var reader: PersonReader { PersonReader(profiles: profiles, log: log, maps: maps.read) }

    /// Whom a path names: the same answer for one of another organization and for one who is not there.
    func person(_ context: ServerContext, _ grant: Grant) throws -> (id: String, identity: PersonReader.Identity) {
        guard let id = try context.parameters.require("id").removingPercentEncoding,
            let identity = try reader.identity(of: id, organization: grant.organization)
        else { throw Problem.unknownProfile }
        return (id, identity)
    }

    /// Puts what somebody says of a person into the log.
    ///
    /// - Returns: where it lies; it holds once it is folded.
    func say(_ command: CommandRecord.Command, _ grant: Grant) async throws -> LogPosition {
        var records = LogRecords()
        var bytes: [UInt8] = []
        try CommandRecord(
            organization: grant.organization, receivedAt: now(), actor: "\(grant.key)", command: command
        ).append(to: &bytes)
        records.append { $0.append(contentsOf: bytes) }
        return try await log.append(records)
    }
}

extension Problem {
    /// The same for one of another organization and for one who is not there.
    static let unknownProfile = Problem(.notFound, "unknown_profile", "nobody is known by this identifier")
}
