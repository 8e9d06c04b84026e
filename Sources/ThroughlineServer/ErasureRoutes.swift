import Hummingbird
import Throughline
import ThroughlineEngine

/// Erases people, and tells how far that has come.
struct ErasureRoutes: Sendable {
    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.delete("/v1/profiles/:id") { request, context in try await erase(request, context) }
        router.get("/v1/erasures/:number") { request, context in try progress(request, context) }
    }

    /// Puts into the log that somebody is to be erased. No name is in what is put there: it stays.
    private func erase(_ request: Request, _ context: ServerContext) async throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .change)
        let (_, identity) = try parts.person(context, grant)
        let person = identity.asked.standing.person
        let position = try await parts.say(.erase(person), grant)
        try parts.readings.forget(identity.members.map(\.number))
        parts.debugger.forget(grant.organization)
        context.logger.notice(
            "somebody is to be erased",
            metadata: ["by.key": "\(grant.key)", "profile": "\(person.rawValue)", "position": "\(position.rawValue)"])
        return
            ([
                "erasure": .text("\(position.rawValue)"), "state": "waiting",
                "identifiers": .number(identity.members.count),
            ] as JSON).response(status: .accepted)
    }

    private func progress(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .read)
        guard let number = UInt64(try context.parameters.require("number")),
            let command = try command(at: LogPosition(number)), command.organization == grant.organization,
            case .erase = command.command
        else { throw Problem(.notFound, "unknown_erasure", "nobody asked for this erasure") }
        let isFolded = parts.foldStatus().position.rawValue > number
        let isDone = try isFolded && !parts.profiles.isWaiting(for: LogPosition(number))
        return
            ([
                "erasure": .text("\(number)"), "state": isDone ? "done" : "waiting",
                "askedAt": .time(command.receivedAt), "byKey": .text(command.actor),
            ] as JSON).response()
    }

    private func command(at position: LogPosition) throws -> CommandRecord? {
        guard position < parts.log.end else { return nil }
        return try parts.reader.source(of: position).command
    }
}
