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
        let cursor = request.uri.queryParameters["cursor"].map { TimelineCursor(String($0)) }
        guard let id = id.removingPercentEncoding,
            let page = try page(of: id, organization: grant.organization, after: cursor, limit: limit)
        else { throw Problem.unknownProfile }
        if let asked = try parts.profiles.identity(named: id, organization: grant.organization) {
            try parts.noteReading(of: asked, by: grant, request, context)
        }
        let items = try page.entries.map(item)
        return (["items": .array(items), "next": .text(page.next?.text)] as JSON).response()
    }

    func page(
        of id: String, organization: UInt32, after cursor: TimelineCursor?, limit: Int
    ) throws -> TimelinePage? {
        do throws(StoreError) {
            return try parts.profiles.timeline(of: id, organization: organization, after: cursor, limit: limit)
        } catch {
            guard error.code == .badCursor else { throw error }
            throw Problem(.badRequest, "bad_cursor", error.message, at: "cursor")
        }
    }

    func item(_ entry: TimelineEntry) throws -> JSON {
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
            item.add("confidence", .raw(Array("\(Double(placed.confidence) / 1_000)".utf8)))
            if placed.isRoutine { item.add("routine", .bool(true)) }
            if placed.isTentative { item.add("tentative", .bool(true)) }
        }
        item.add("sent", .raw(record.json))
        return item
    }

    private static func limit(_ request: Request) throws(Problem) -> Int {
        guard let text = request.uri.queryParameters["limit"] else { return limitUsual }
        guard let limit = Int(text), (1...limitMax).contains(limit) else {
            throw Problem(.badRequest, "bad_limit", "limit is a number from 1 to \(limitMax)", at: "limit")
        }
        return limit
    }
}
