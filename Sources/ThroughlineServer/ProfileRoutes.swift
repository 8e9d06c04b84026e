import Foundation
import Hummingbird
import Throughline
import ThroughlineEngine

/// What is known of a person.
struct ProfileRoutes: Sendable {
    /// Entries of one page of a timeline.
    static let limitMax = 500
    private static let limitUsual = 50

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/profiles/:id/timeline") { request, context in
            try timeline(request, context, id: try context.parameters.require("id"))
        }
    }

    private func timeline(_ request: Request, _ context: ServerContext, id: String) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let limit = try ProfileRoutes.limit(request)
        let withChanges = try ProfileRoutes.includesPurposes(request)
        let cursor = request.uri.queryParameters["cursor"].map { TimelineCursor(String($0)) }
        guard let id = id.removingPercentEncoding,
            let page = try page(
                of: id, organization: grant.organization, after: cursor, limit: limit, withChanges: withChanges)
        else { throw Problem.unknownProfile }
        if let asked = try parts.profiles.identity(named: id, organization: grant.organization) {
            try parts.noteReading(of: asked, by: grant, request, context)
        }
        let items = try page.items.map(item)
        return (["items": .array(items), "next": .text(page.next?.text)] as JSON).response()
    }

    func page(
        of id: String, organization: UInt32, after cursor: TimelineCursor?, limit: Int, withChanges: Bool
    ) throws -> TimelinePage? {
        do throws(StoreError) {
            return try parts.profiles.timeline(
                of: id, organization: organization, after: cursor, limit: limit, withChanges: withChanges)
        } catch {
            guard error.code == .badCursor else { throw error }
            throw Problem(.badRequest, "bad_cursor", error.message, at: "cursor")
        }
    }

    func item(_ item: TimelineItem) throws -> JSON {
        switch item {
        case .event(let entry): try told(entry)
        case .change(let change): try told(change)
        }
    }

    /// What became of a purpose: told of an event, which is named.
    private func told(_ change: PurposeChange) throws -> JSON {
        let type = "purpose.\(change.kind.name)"
        var item: JSON = [
            "messageId": .text("\(type)-\(change.purpose)-\(change.key.ordinal)"), "type": .text(type),
            "timestamp": .time(change.key.timestamp), "purpose": .text("\(change.purpose)"),
        ]
        switch change.kind {
        case .opened: break
        case .moved(let from): item.add("from", .text("\(from)"))
        case .merged(let into): item.add("into", .text("\(into)"))
        case .closed(let outcome): item.add("outcome", .text(outcome.rawValue))
        case .stalled(let silence), .dormant(let silence):
            let types = try parts.profiles.typeBook(of: change.organization)
            item.add("purposeType", .text(types.entry(silence.type)?.name))
            item.add("missing", .text(types.milestone(named: silence.missing, type: silence.type)))
            item.add("silentSeconds", .number(Int(silence.seconds)))
            let late = silence.usualSeconds > 0 ? silence.seconds - silence.usualSeconds : nil
            item.add("lateSeconds", late.map { .number(Int($0)) } ?? .null)
        }
        let record = try parts.reader.source(of: change.key.position).record
        item.add("event", .text(record.map { String(decoding: $0.messageId, as: UTF8.self) }))
        return item
    }

    private func told(_ entry: TimelineEntry) throws -> JSON {
        let records = try parts.log.records(from: entry.key.position, bytesMax: 1)
        if !records.isEmpty, records.isErased(0) { return ["erased": true, "timestamp": .time(entry.key.timestamp)] }
        guard let record = records.isEmpty ? nil : records.withRecord(0, EventRecord.init) else {
            throw Problem(
                .internalServerError, "damaged", "record \(entry.key.position.rawValue) of the log is no event")
        }
        var item: JSON = [
            "messageId": .text(String(decoding: record.messageId, as: UTF8.self)),
            "type": .text("\(record.eventKind)"), "timestamp": .time(record.timestamp),
            "receivedAt": .time(record.receivedAt), "source": .number(Int(record.source)),
        ]
        if record.isTimeSuspect { item.add("suspectTime", .bool(true)) }
        if let placed = entry.placed {
            item.add("purpose", .text("\(placed.purpose)"))
            item.add("confidence", .thousandths(Int(placed.confidence)))
            if let stage = placed.stage { item.add("stage", .text(stage.name)) }
            if placed.isRoutine { item.add("routine", .bool(true)) }
            if placed.isTentative { item.add("tentative", .bool(true)) }
        }
        if let placed = entry.placed, placed.given != .nothing { item.add("given", .bool(true)) }
        item.add("sent", .raw(record.json))
        return item
    }

    /// Whether what became of purposes is asked for: those who read events alone get events alone.
    private static func includesPurposes(_ request: Request) throws(Problem) -> Bool {
        guard let text = request.uri.queryParameters["include"] else { return false }
        guard text == "purposes" else {
            throw Problem(.badRequest, "bad_include", "include is purposes, or left out", at: "include")
        }
        return true
    }

    private static func limit(_ request: Request) throws(Problem) -> Int {
        guard let text = request.uri.queryParameters["limit"] else { return limitUsual }
        guard let limit = Int(text), (1...limitMax).contains(limit) else {
            throw Problem(.badRequest, "bad_limit", "limit is a number from 1 to \(limitMax)", at: "limit")
        }
        return limit
    }
}
