import Hummingbird
import NIOCore
import Throughline
import ThroughlineEngine

/// Who is in a segment: pages, or all as CSV; and lists by CSV.
struct SegmentMemberRoutes: Sendable {
    /// Members of one page.
    static let limitMax = 500
    private static let limitUsual = 100
    /// Bytes and lines of a list that is sent.
    static let bodyBytesMax = 1 << 20
    static let linesMax = 10_000
    /// Lines that are told of a list of which some are nobody's.
    static let toldMax = 100
    /// Members that are read and written at a time.
    private static let streamed = 1_000

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/segments/:name/members") { request, context in try members(request, context) }
        router.post("/v1/segments/:name/members") { request, context in try await list(request, context) }
    }

    // MARK: Out

    private func members(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let standing = try parts.segment(context, grant)
        let format = request.uri.queryParameters["format"]
        if let format, format != "csv", format != "json" {
            throw Problem(.badRequest, "bad_format", "format is json or csv", at: "format")
        }
        let isCSV = format == "csv" || (format == nil && (request.headers[.accept] ?? "").hasPrefix("text/csv"))
        // Of hundreds of thousands it is not noted one by one who looked at them: the log says who read which segment.
        context.logger.notice(
            "members of a segment were read",
            metadata: [
                "by.key": "\(grant.key)", "segment": "\(standing.definition.name)", "format": isCSV ? "csv" : "json",
            ])
        return try isCSV ? csv(standing) : page(standing, request)
    }

    private func page(_ standing: SegmentStanding, _ request: Request) throws -> Response {
        let limit = try SegmentMemberRoutes.limit(request)
        var after: IdentifierNumber?
        if let text = request.uri.queryParameters["cursor"] {
            guard let number = Int64(text), number >= 0 else {
                throw Problem(.badRequest, "bad_cursor", "cursor is next of the page before", at: "cursor")
            }
            after = IdentifierNumber(rawValue: UInt64(number))
        }
        let found = try standing.shown.map {
            try parts.profiles.segmentMembers(of: $0.number, after: after, limit: limit + 1)
        }
        let page = (found ?? []).prefix(limit)
        let rows = try parts.profiles.identities(of: page.map(\.person))
        // Who was erased since is no longer there.
        let items = zip(page, rows).compactMap { member, row in
            row.map { row -> JSON in
                [
                    "profile": .text("\(member.person.rawValue)"), "kind": .text(row.identifier.kind.name),
                    "value": .text(row.identifier.value), "since": .time(member.since),
                ]
            }
        }
        let next = (found ?? []).count > limit ? page.last.map { "\($0.person.rawValue)" } : nil
        return (["items": .array(items), "next": .text(next)] as JSON).response()
    }

    private static func limit(_ request: Request) throws(Problem) -> Int {
        guard let text = request.uri.queryParameters["limit"] else { return limitUsual }
        guard let limit = Int(text), (1...limitMax).contains(limit) else {
            throw Problem(.badRequest, "bad_limit", "limit is a number from 1 to \(limitMax)", at: "limit")
        }
        return limit
    }

    private func csv(_ standing: SegmentStanding) throws -> Response {
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: "identifier,kind,since\r\n"))
            var after: IdentifierNumber?
            while let set = standing.shown {
                let page = try parts.profiles.segmentMembers(
                    of: set.number, after: after, limit: SegmentMemberRoutes.streamed)
                // What is no longer told is being taken away: half of it is not given for all.
                guard try parts.profiles.segmentSets().contains(where: { $0.number == set.number && $0.isShown }) else {
                    throw Problem(.conflict, "segment_changed", "the segment was defined otherwise meanwhile")
                }
                let rows = try parts.profiles.identities(of: page.map(\.person))
                var text = ""
                for case (let member, let row?) in zip(page, rows) {
                    let value = row.identifier.value.replacing("\"", with: "\"\"")
                    text += "\"\(value)\",\(row.identifier.kind.name),\(member.since.rfc3339)\r\n"
                }
                try await writer.write(ByteBuffer(string: text))
                guard page.count == SegmentMemberRoutes.streamed else { break }
                after = page.last?.person
            }
            try await writer.finish(nil)
        }
        let name = "attachment; filename=\"\(standing.definition.name).csv\""
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store", .contentDisposition: name,
            ], body: body)
    }

    // MARK: In

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let standing = try parts.segment(context, grant)
        guard standing.definition.rule == .list else {
            throw Problem(.conflict, "segment_not_list", SegmentRefusal.notList.rawValue)
        }
        let removes = try flag("edit", ["add": false, "remove": true], request)
        let skips = try flag("unknown", ["refuse": false, "skip": true], request)
        let buffer = try await Problem.ofBody {
            try await request.body.collect(upTo: SegmentMemberRoutes.bodyBytesMax)
        }
        let lines = try SegmentMemberRoutes.lines(Array(buffer.readableBytesView))
        let found = try strands(of: lines, grant)
        let unknown = found.filter { $0.identifier == nil }.map(\.line)
        let identifiers = found.compactMap(\.identifier)
        guard unknown.isEmpty || skips else {
            let told = unknown.prefix(SegmentMemberRoutes.toldMax).map(String.init).joined(separator: ", ")
            throw Problem(
                .conflict, "unknown_profiles",
                "nobody is known by the identifiers of \(unknown.count) lines, and nothing was taken: lines \(told)")
        }
        let name = standing.definition.name
        var answer: JSON = ["holdsFrom": .null]
        if !identifiers.isEmpty {
            answer = try await SegmentRoutes(parts: parts).decide(
                identifiers.map { removes ? .unlist($0, from: name) : .list($0, on: name) }, grant, context)
        }
        answer.add("taken", .number(identifiers.count))
        answer.add("unknownLines", .array(unknown.map { .number($0) }))
        return answer.response(status: .accepted)
    }

    /// What a parameter says, one of two words; the first where it is not there.
    private func flag(_ name: String, _ words: KeyValuePairs<String, Bool>, _ request: Request) throws(Problem) -> Bool
    {
        guard let text = request.uri.queryParameters[name[...]] else { return words[0].value }
        guard let word = words.first(where: { $0.key == text }) else {
            let known = words.map(\.key).joined(separator: " or ")
            throw Problem(.badRequest, "wrong_value", "\(name) is \(known)", at: name)
        }
        return word.value
    }

    /// The identifiers of a CSV with a header that has a column `identifier`, each with its line.
    static func lines(_ bytes: [UInt8]) throws(Problem) -> [(line: Int, value: String)] {
        var rest = bytes[...]
        do {
            let reader = try CSVReader(path: "the body") { target, room throws(FileError) in
                let part = rest.prefix(room)
                for (place, byte) in part.enumerated() { target[place] = byte }
                rest = rest.dropFirst(part.count)
                return part.count
            }
            guard let column = reader.header.firstIndex(of: "identifier") else {
                throw Problem(.badRequest, "bad_csv", "the header has no column identifier")
            }
            var lines: [(line: Int, value: String)] = []
            while let record = try reader.next() {
                switch record {
                case .fields(let fields, let line):
                    guard lines.count < linesMax else {
                        throw Problem(.contentTooLarge, "too_large", "a list is sent in parts of \(linesMax) lines")
                    }
                    lines.append((line, String(decoding: fields[column], as: UTF8.self)))
                case .refused(let error, _, _): throw Problem(.badRequest, "bad_csv", "\(error)")
                }
            }
            return lines
        } catch let problem as Problem { throw problem } catch {
            throw Problem(.badRequest, "bad_csv", "\(error)")
        }
    }

    /// By line, the user or the visitor who is known by an identifier; nil where nobody is.
    private func strands(
        of lines: [(line: Int, value: String)], _ grant: Grant
    ) throws(StoreError) -> [(line: Int, identifier: Identifier?)] {
        var found: [(line: Int, identifier: Identifier?)] = []
        for (line, value) in lines {
            var row = try parts.profiles.identity(named: value, organization: grant.organization)
            if let known = row, !known.identifier.kind.hasStrand {
                row = try parts.profiles.identities(of: [known.standing.person])[0]
            }
            found.append((line, row.flatMap { $0.identifier.kind.hasStrand ? $0.identifier : nil }))
        }
        return found
    }
}
