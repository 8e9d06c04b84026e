import Hummingbird
import Throughline
import ThroughlineEngine

/// Segments: what they are, how far they are made, and what a condition would come to.
struct SegmentRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/segments") { request, _ in try list(request) }
        router.post("/v1/segments") { request, context in try await define(request, context, isNew: true) }
        router.post("/v1/segments/preview") { request, _ in try await preview(request) }
        router.get("/v1/segments/:name") { request, context in
            let grant = try parts.authentication.grant(of: request, for: .read)
            return SegmentRoutes.told(try parts.segment(context, grant)).response()
        }
        router.put("/v1/segments/:name") { request, context in try await define(request, context, isNew: false) }
        router.delete("/v1/segments/:name") { request, context in
            let grant = try parts.authentication.grant(of: request, for: .change)
            let name = try parts.segment(context, grant).definition.name
            return try await decide([.delete(name: name)], grant, context).response(status: .accepted)
        }
    }

    private func list(_ request: Request) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let standings = try parts.profiles.segmentStandings(of: grant.organization)
        return (["items": .array(standings.map(SegmentRoutes.told))] as JSON).response()
    }

    private func define(_ request: Request, _ context: ServerContext, isNew: Bool) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(
            of: request, knowing: Set(["title", "condition", "list"] + (isNew ? ["name"] : [])))
        let known = isNew ? nil : try parts.segment(context, grant)
        let name = try known?.definition.name ?? body.text("name", bytesMax: SegmentDefinition.nameLengthMax)
        let rule = try SegmentRoutes.rule(body)
        let title = try body.textIfThere("title", bytesMax: SegmentDefinition.titleBytesMax) ?? name
        let edit = SegmentEdit.define(SegmentDefinition(name: name, title: title, rule: rule))
        if isNew, try parts.segmentBook(of: grant)[name] != nil {
            throw Problem(.conflict, "segment_taken", "another segment has this name", at: "name")
        }
        return try await decide([edit], grant, context).response(status: .accepted)
    }

    private static func rule(_ body: JSONBody) throws(Problem) -> SegmentDefinition.Rule {
        // One byte more than may be: what is too long is refused with the condition's own sentence.
        let source = try body.textIfThere("condition", bytesMax: SegmentCondition.sourceBytesMax + 1)
        guard try body.flag("list") == (source == nil) else {
            throw Problem(.badRequest, "missing", "a segment is either a condition or a list", at: "condition")
        }
        guard let source else { return .list }
        _ = try condition(source)
        return .condition(source)
    }

    private static func condition(_ source: String) throws(Problem) -> SegmentCondition {
        do throws(ConditionError) { return try SegmentCondition(source) } catch {
            throw Problem(.badRequest, "bad_condition", "\(error)", at: "condition")
        }
    }

    /// Puts what is decided of one segment into the log.
    func decide(_ edits: [SegmentEdit], _ grant: Grant, _ context: ServerContext) async throws -> JSON {
        let book = try parts.segmentBook(of: grant)
        for edit in edits {
            guard let refusal = book.refusal(of: edit) else { continue }
            let code = "\(refusal)".map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
            throw Problem(.conflict, "segment_\(code)", refusal.rawValue)
        }
        let position = try await parts.say(edits.map { .segment($0) }, grant)
        context.logger.notice(
            "something was decided of a segment",
            metadata: ["by.key": "\(grant.key)", "records": "\(edits.count)", "position": "\(position.rawValue)"])
        return ["holdsFrom": .number(Int(position.rawValue) + edits.count - 1)]
    }

    private func preview(_ request: Request) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let body = try await JSONBody(of: request, knowing: ["condition"])
        let condition = try SegmentRoutes.condition(
            try body.text("condition", bytesMax: SegmentCondition.sourceBytesMax + 1))
        let preview = try SegmentPreview(
            condition, organization: grant.organization, in: parts.profiles, end: parts.log.end,
            holdout: parts.settings.holdout, now: parts.now())
        return
            ([
                "people": .number(preview.peopleCount), "members": .number(preview.memberCount),
                "faults": .number(preview.faultCount), "fault": .text(preview.fault),
            ] as JSON).response()
    }

    // MARK: Telling

    static func told(_ standing: SegmentStanding) -> JSON {
        var source: String?
        if case .condition(let text) = standing.definition.rule { source = text }
        return [
            "name": .text(standing.definition.name), "title": .text(standing.definition.title),
            "condition": .text(source), "list": .bool(source == nil),
            "members": .number(standing.shown?.memberCount ?? 0),
            "state": .text(standing.isComplete ? "complete" : "building"), "done": .number(standing.done),
            "of": .number(standing.total),
        ]
    }

    /// The segments that a person is in.
    static func told(_ segments: [(definition: SegmentDefinition, since: Instant)]) -> JSON {
        .array(
            segments.map { definition, since in
                ["name": .text(definition.name), "title": .text(definition.title), "since": .time(since)]
            })
    }
}

extension ServerParts {
    /// The segment that a path names.
    func segment(_ context: ServerContext, _ grant: Grant) throws -> SegmentStanding {
        let name = try context.parameters.require("name")
        guard
            let standing = try profiles.segmentStandings(of: grant.organization).first(where: {
                $0.definition.name == name
            })
        else { throw Problem(.notFound, "unknown_segment", "there is no segment of this name") }
        return standing
    }

    func segmentBook(of grant: Grant) throws(StoreError) -> SegmentBook {
        try profiles.segmentBooks().first { $0.organization == grant.organization }?.book ?? SegmentBook()
    }

    /// Puts several commands into the log, together.
    ///
    /// - Returns: where the first lies.
    func say(_ commands: [CommandRecord.Command], _ grant: Grant) async throws -> LogPosition {
        var records = LogRecords()
        let time = now()
        for command in commands {
            var bytes: [UInt8] = []
            try CommandRecord(
                organization: grant.organization, receivedAt: time, actor: "\(grant.key)", command: command
            ).append(to: &bytes)
            records.append { $0.append(contentsOf: bytes) }
        }
        return try await log.append(records)
    }
}
