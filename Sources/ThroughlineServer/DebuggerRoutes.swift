import Hummingbird
import NIOCore
import ThroughlineEngine

/// What came in lately, for whoever connects a tracker. Needs a key with a scope of its own: it shows what customers did.
struct DebuggerRoutes: Sendable {
    /// A listener to whom nothing is told for so long gets a sign of life.
    static let beat = Duration.seconds(15)

    let parts: ServerParts

    func add(to router: Router<ServerContext>) {
        router.get("/v1/debugger/events") { request, _ in try entries(request, refused: false) }
        router.get("/v1/debugger/refused") { request, _ in try entries(request, refused: true) }
        router.get("/v1/debugger/live") { request, context in try live(request, context) }
    }

    private func entries(_ request: Request, refused: Bool) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .debug)
        let entries = parts.debugger.entries(of: grant.organization, refused: refused)
        return (["items": .array(entries.map(DebuggerRoutes.told))] as JSON).response()
    }

    /// Server-sent events: one for each event as it is taken or refused, until the client, the key or the server goes.
    private func live(_ request: Request, _ context: ServerContext) throws -> Response {
        let grant = try parts.authentication.grant(of: request, for: .debug)
        let listener = try parts.debugger.listeners.add(organization: grant.organization)
        let (sleep, channel) = (parts.sleep, context.channel)
        let body = ResponseBody { writer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while true {
                        try await sleep(DebuggerRoutes.beat)
                        // Who does not read for so long would keep the connection, and the server from stopping.
                        if listener.beat() { channel.close(promise: nil) }
                    }
                }
                defer { group.cancelAll() }
                try await write(to: &writer, for: listener) {
                    (try? parts.authentication.grant(of: request, for: .debug)) == grant
                }
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    /// Writes what a listener is told, for as long as he may hear it.
    private func write(
        to writer: inout any ResponseBodyWriter, for listener: DebuggerListener, while mayHear: () -> Bool
    ) async throws {
        try await writer.write(ByteBuffer(string: ": listening\n\n"))
        for await _ in listener.wakes {
            guard mayHear() else { return }
            let news = listener.news()
            listener.beginWriting()
            try await writer.write(
                news.isEmpty ? ByteBuffer(string: ": still here\n\n") : DebuggerRoutes.text(of: news))
            listener.endWriting()
        }
    }

    private static func text(of news: DebuggerListener.News) -> ByteBuffer {
        var bytes: [UInt8] = []
        func append(_ event: String, _ data: JSON) {
            bytes.append(contentsOf: "event: \(event)\ndata: ".utf8)
            data.append(to: &bytes)  // One line: what would break it stands escaped in JSON.
            bytes.append(contentsOf: "\n\n".utf8)
        }
        for entry in news.entries { append(entry.refusal == nil ? "taken" : "refused", told(entry)) }
        if news.dropped > 0 { append("dropped", ["count": .number(news.dropped)]) }
        return ByteBuffer(bytes: bytes)
    }

    private static func told(_ entry: EventDebugger.Entry) -> JSON {
        var object: JSON = [
            "receivedAt": .time(entry.receivedAt), "source": .number(Int(entry.source)),
            "messageId": .text(entry.messageId),
        ]
        switch entry.content {
        case .event(let sent): object.add("sent", .text(String(decoding: sent, as: UTF8.self)))
        case .body(let bytes): object.add("bytes", bytes.map { .number($0) } ?? .null)
        }
        object.add("code", ifPresent: entry.refusal?.code)
        object.add("message", ifPresent: entry.refusal?.message)
        object.add("at", ifPresent: entry.refusal?.at)
        return object
    }
}
