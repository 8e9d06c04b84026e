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
            try timeline(request, id: try context.parameters.require("id"))
        }
    }

    private func timeline(_ request: Request, id: String) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let limit = try ProfileRoutes.limit(request)
        let cursor = try request.uri.queryParameters["cursor"].map { try ProfileRoutes.cursor(String($0)) }
        guard let id = id.removingPercentEncoding,
            let page = try parts.profiles.timeline(
                of: id, organization: grant.organization, after: cursor, limit: limit)
        else { throw Problem(.notFound, "unknown_profile", "nobody is known by this identifier") }
        let items = try page.map(item)
        let next = page.count == limit ? ProfileRoutes.text(of: page[limit - 1].key) : nil
        return (["items": .array(items), "next": .text(next)] as JSON).response()
    }

    private func item(_ entry: TimelineEntry) throws -> JSON {
        let records = try parts.log.records(from: entry.key.position, bytesMax: 1)
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

    /// A cursor as it is told: milliseconds and position, with a dot between.
    private static func text(of key: TimelineEntry.Key) -> String {
        "\(key.timestamp.millisecondsSince1970).\(key.position.rawValue)"
    }

    private static func cursor(_ text: String) throws(Problem) -> TimelineEntry.Key {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let time = Int64(parts[0]), let position = UInt64(parts[1]), position <= Int64.max
        else {
            throw Problem(.badRequest, "bad_cursor", "cursor is none that was given out here", at: "cursor")
        }
        return TimelineEntry.Key(timestamp: Instant(millisecondsSince1970: time), position: LogPosition(position))
    }
}
