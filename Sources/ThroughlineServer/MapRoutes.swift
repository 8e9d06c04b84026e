import Hummingbird
import Throughline
import ThroughlineEngine

/// Journey maps: their versions, who goes on in which, and what a map leaves open.
///
/// What is said becomes a record of the log, and holds once it is folded.
struct MapRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/maps") { request, _ in try list(request) }
        router.get("/v1/maps/:name") { request, context in try one(request, context) }
        router.put("/v1/maps/:name") { request, context in try await publish(request, context) }
        router.delete("/v1/maps/:name") { request, context in
            try await say(request, context) { name, _ in .retire(name) }
        }
        router.get("/v1/maps/:name/check") { request, context in try check(request, context) }
        router.post("/v1/maps/:name/migrate") { request, context in try await migrate(request, context) }
        router.get("/v1/maps/:name/versions/:version") { request, context in try text(request, context) }
        router.post("/v1/maps/:name/versions/:version/approve") { request, context in
            try await say(request, context) { .approve($0, version: $1) }
        }
        router.post("/v1/maps/:name/versions/:version/reject") { request, context in
            try await say(request, context) { .reject($0, version: $1) }
        }
    }

    // MARK: Reading

    private func list(_ request: Request) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let shelf = try parts.profiles.mapShelf(of: grant.organization)
        return (["items": .array(shelf.maps.map(MapRoutes.told))] as JSON).response()
    }

    private func one(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let map = try map(context, grant)
        var told = MapRoutes.told(map)
        told.add("versions", .array(map.versions.map { MapRoutes.told($0) }))
        told.add("migrations", .array(map.migrations.map { MapRoutes.told($0) }))
        guard let version = map.current else {
            told.add("map", .null)
            return told.response()
        }
        switch parts.maps.reading(of: version, map.name, organization: grant.organization) {
        case .success(let reading): told.add("map", MapRoutes.told(reading.map))
        case .failure(let error):
            told.add("map", .null)
            told.add("faults", .array(error.faults.map(MapRoutes.told)))
        }
        return told.response()
    }

    /// The text of a version, as it was sent.
    private func text(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let map = try map(context, grant)
        guard let version = try Int(context.parameters.require("version")).flatMap(map.version) else {
            throw Problem.unknownVersion
        }
        return Response(
            status: .ok, headers: [.contentType: "application/yaml"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: version.text)))
    }

    private func check(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        let map = try map(context, grant)
        guard let version = map.current else {
            throw Problem(.conflict, "map_never_held", "no version of the map holds yet")
        }
        let reading = try parts.maps.reading(of: version, map.name, organization: grant.organization).mapError {
            Problem(.conflict, faults: $0)
        }.get()
        let coverage = try MapCoverage(of: reading, organization: grant.organization, over: parts.profiles)
        return
            ([
                "name": .text(map.name.rawValue), "version": .number(version.number),
                "purposes": .array(coverage.purposes.map(MapRoutes.told)),
            ] as JSON).response()
    }

    // MARK: Saying something

    private func publish(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        guard let name = MapName(try context.parameters.require("name")) else { throw Problem.badMapName }
        let isPreview = try MapRoutes.isPreview(request)
        let buffer = try await Problem.ofBody { try await request.body.collect(upTo: JourneyMap.bytesMax) }
        let bytes = Array(buffer.readableBytesView)
        let read: JourneyMap
        do throws(MapError) { read = try MapReader.read(bytes) } catch { throw Problem(.badRequest, faults: error) }
        let needsApproval = parts.settings.mapsNeedApproval
        let edit = MapEdit.publish(name, text: String(decoding: bytes, as: UTF8.self), isProposal: needsApproval)
        let shelf = try parts.profiles.mapShelf(of: grant.organization)
        if let refusal = shelf.refusal(of: edit, by: "\(grant.key)") { throw Problem(refusal) }
        let before = shelf[name].flatMap { map in
            map.current.flatMap { parts.maps.read(grant.organization, name, $0)?.map }
        }
        var answer: JSON = [
            "preview": .bool(isPreview), "proposal": .bool(needsApproval),
            "differences": .array(
                (before ?? JourneyMap(name: "", objectives: [])).differences(to: read).map(MapRoutes.told)),
        ]
        guard !isPreview else { return answer.response() }
        answer.add("holdsFrom", .number(try await said(edit, grant, context)))
        return answer.response(status: .accepted)
    }

    private func migrate(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let body = try await JSONBody(of: request, knowing: ["from", "to", "preview"])
        let map = try map(context, grant)
        let versions = 1...MapHistory.versionsMax
        guard let from = try body.number("from", in: versions), let to = try body.number("to", in: versions) else {
            throw Problem(.badRequest, "missing", "from and to name versions of the map", at: "from")
        }
        let edit = MapEdit.migrate(map.name, from: from, to: to)
        let shelf = try parts.profiles.mapShelf(of: grant.organization)
        if let refusal = shelf.refusal(of: edit, by: "\(grant.key)") { throw Problem(refusal) }
        guard try body.flag("preview") else {
            return
                (["preview": false, "holdsFrom": .number(try await said(edit, grant, context))] as JSON).response(
                    status: .accepted)
        }
        let preview = try parts.reader.preview(
            migrating: map, from: from, to: to, organization: grant.organization, now: parts.now())
        return MapRoutes.told(preview).response()
    }

    /// Says something of a map, or of a version of it.
    private func say(
        _ request: Request, _ context: ServerContext, _ make: (MapName, Int) -> MapEdit
    ) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let map = try map(context, grant)
        guard let version = context.parameters.get("version").map({ Int($0) }) ?? 0 else {
            throw Problem.unknownVersion
        }
        let edit = make(map.name, version)
        let shelf = try parts.profiles.mapShelf(of: grant.organization)
        if let refusal = shelf.refusal(of: edit, by: "\(grant.key)") { throw Problem(refusal) }
        return
            (["holdsFrom": .number(try await said(edit, grant, context))] as JSON).response(status: .accepted)
    }

    private func said(_ edit: MapEdit, _ grant: Grant, _ context: ServerContext) async throws -> Int {
        let position = try await parts.say(.map(edit), grant)
        context.logger.notice(
            "something was said of a journey map",
            metadata: ["by.key": "\(grant.key)", "position": "\(position.rawValue)"])
        return Int(position.rawValue)
    }

    // MARK: Asking

    /// The map of the path.
    private func map(_ context: ServerContext, _ grant: Grant) throws -> MapHistory {
        guard let name = MapName(try context.parameters.require("name")),
            let map = try parts.profiles.mapShelf(of: grant.organization)[name]
        else { throw Problem(MapRefusal.unknown) }
        return map
    }

    private static func isPreview(_ request: Request) throws(Problem) -> Bool {
        switch request.uri.queryParameters["preview"] {
        case nil, "false": return false
        case "true": return true
        default: throw Problem(.badRequest, "wrong_value", "preview is true or false", at: "preview")
        }
    }
}

extension Problem {
    static let badMapName = Problem(
        .badRequest, "bad_map_name",
        "a map is named by 1 to \(MapName.lengthMax) small letters, digits and hyphens, the first of them no hyphen")
    fileprivate static let unknownVersion = Problem(MapRefusal.unknownVersion)

    fileprivate init(_ refusal: MapRefusal) {
        let code = "\(refusal)".map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
        switch refusal {
        case .unknown: self.init(.notFound, "unknown_map", refusal.reason)
        case .unknownVersion: self.init(.notFound, "unknown_version", refusal.reason)
        case .tooLarge: self.init(.contentTooLarge, "too_large", refusal.reason)
        default: self.init(.conflict, "map_\(code)", refusal.reason)
        }
    }

    /// What is wrong with the text of a map.
    fileprivate init(_ status: HTTPResponse.Status, faults error: MapError) {
        let count = error.faults.count + error.furtherCount
        self.init(
            status, "map_faults",
            "this is no journey map: \(count) \(count == 1 ? "fault" : "faults"), the first in \(error.faults[0])")
        faults = error.faults
        furtherFaults = error.furtherCount
    }
}
