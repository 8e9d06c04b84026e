import Hummingbird
import NIOCore
import Throughline
import ThroughlineEngine

/// Everything that is kept of a person, for her: as JSON, and as a page to be read.
struct ExportRoutes: Sendable {
    /// Events that are read and written at a time.
    private static let pageEvents = 200

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/profiles/:id/export") { request, context in try export(request, context) }
    }

    private enum Format: String {
        case json, html

        var type: String { self == .json ? "application/json" : "text/html; charset=utf-8" }
    }

    private func export(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let text = request.uri.queryParameters["format"].map(String.init) ?? Format.json.rawValue
        guard let format = Format(rawValue: text) else {
            throw Problem(.badRequest, "bad_format", "format is json or html", at: "format")
        }
        let (id, identity) = try parts.person(context, grant)
        try parts.noteReading(of: identity.asked, by: grant, request, context)
        // What can fail is read before the answer begins, but for the events.
        let ends = try format == .json ? json(identity) : html(identity)
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(bytes: ends.head))
            try await writeEvents(of: id, grant, format, ends.purposes, to: &writer)
            try await writer.write(ByteBuffer(bytes: ends.tail))
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: format.type, .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
        return Response(status: .ok, headers: headers, body: body)
    }

    /// What stands before and behind the events, and what each purpose is called.
    private struct Ends: Sendable {
        var head: [UInt8]
        var tail: [UInt8]
        var purposes: [PurposeID: String] = [:]
    }

    private func json(_ identity: PersonReader.Identity) throws -> Ends {
        let people = PersonRoutes(parts: parts)
        var told: JSON = ["about": try people.profile(identity)]
        told.add("consents", try people.consents(identity))
        let corrections = CorrectionRoutes(parts: parts)
        told.add("corrections", .array(try parts.reader.corrections(of: identity).map(corrections.item)))
        told.add("readings", .array(try parts.readings(of: identity).map(ReadingRoutes.told)))
        var head: [UInt8] = []
        told.append(to: &head)
        head.removeLast()
        head.append(contentsOf: #","timeline":["#.utf8)
        return Ends(head: head, tail: Array("]}".utf8))
    }

    private func html(_ identity: PersonReader.Identity) throws -> Ends {
        let activity = try parts.reader.activity(of: identity, now: parts.now())
        let found = activity.purposes
        let page = PersonPage(
            identifiers: identity.members.map(\.identifier), traits: try parts.reader.traits(of: identity).traits,
            links: try parts.reader.links(of: identity), contacts: activity.contacts,
            purposes: found.filter { !$0.purpose.isRoutine },
            consents: ConsentRecord.records(of: try parts.reader.consents(of: identity)),
            readings: try parts.readings(of: identity), madeAt: parts.now())
        let names = found.filter { !$0.purpose.isRoutine }.map { ($0.purpose.id, $0.purpose.name) }
        return Ends(
            head: Array(page.head.rendered.utf8), tail: Array(PersonPage.tail.rendered.utf8),
            purposes: Dictionary(names) { first, _ in first })
    }

    /// Writes all events, the latest first, some at a time.
    private func writeEvents(
        of id: String, _ grant: Grant, _ format: Format, _ purposes: [PurposeID: String],
        to writer: inout any ResponseBodyWriter
    ) async throws {
        let routes = ProfileRoutes(parts: parts)
        let parser = EventParser()
        var event = Event()
        var cursor: TimelineCursor?
        var isFirst = true
        repeat {
            let page = try routes.page(
                of: id, organization: grant.organization, after: cursor, limit: ExportRoutes.pageEvents,
                withChanges: true)
            var bytes: [UInt8] = []
            for item in page?.items ?? [] {
                switch format {
                case .json:
                    if !isFirst { bytes.append(UInt8(ascii: ",")) }
                    try routes.item(item).append(to: &bytes)
                case .html:
                    guard case .event(let entry) = item,
                        let record = try parts.reader.source(of: entry.key.position).record
                    else { continue }
                    try parser.parse(record, into: &event)
                    let row = PersonPage.row(
                        record, name: event.string(event.name), purpose: entry.placed.flatMap { purposes[$0.purpose] })
                    bytes.append(contentsOf: row.rendered.utf8)
                }
                isFirst = false
            }
            try await writer.write(ByteBuffer(bytes: bytes))
            cursor = page?.next
        } while cursor != nil
    }
}
