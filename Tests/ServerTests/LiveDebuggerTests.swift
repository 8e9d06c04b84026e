import Foundation
import Synchronization
import Testing
import Throughline
import ThroughlineEngine

@testable import ThroughlineServer

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Reads server-sent events, block by block, as they come.
final class EventStream: NSObject, URLSessionDataDelegate, Sendable {
    private let chunks: AsyncStream<String>
    private let chunk: AsyncStream<String>.Continuation
    private let session = Mutex<URLSession?>(nil)

    init(_ server: RunningServer, key: String = RunningServer.apiKey) {
        (chunks, chunk) = AsyncStream.makeStream()
        super.init()
        var request = URLRequest(url: URL(string: "http://127.0.0.1:\(server.port)/v1/debugger/live")!)
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        self.session.withLock { $0 = session }
        session.dataTask(with: request).resume()
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        chunk.yield(String(decoding: data, as: UTF8.self))
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        chunk.finish()
    }

    func stop() { session.withLock { $0?.invalidateAndCancel() } }

    /// The blocks between empty lines, until the stream ends.
    var blocks: AsyncStream<String> {
        let chunks = chunks
        return AsyncStream { continuation in
            let reading = Task {
                var text = ""
                for await chunk in chunks {
                    text += chunk
                    while let end = text.firstRange(of: "\n\n") {
                        continuation.yield(String(text[..<end.lowerBound]))
                        text = String(text[end.upperBound...])
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in reading.cancel() }
        }
    }
}

/// Sleeps until a test says so.
final class TestSleeper: Sendable {
    private let waiting = Mutex<[AsyncStream<Void>.Continuation]>([])

    func sleep() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        waiting.withLock { $0.append(continuation) }
        for await _ in stream { return }
        throw CancellationError()
    }

    /// Ends the sleep of all, once somebody sleeps.
    func wakeAll() async {
        while true {
            let sleeping = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for one in sleeping { one.yield() }
            if !sleeping.isEmpty { return }
            await Task.yield()
        }
    }
}

@Suite("the debugger, live")
struct LiveDebuggerTests {
    private static let event = #"{"userId":"anna","event":"Viewed","messageId":"m-1"}"#

    private static func data(_ block: String) throws -> [String: Any] {
        let line = try #require(block.split(separator: "\n").last?.trimmingPrefix("data: "))
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test("tells each event as it is taken or refused, and shows signs of life")
    func tells() async throws {
        let sleeper = TestSleeper()
        try await RunningServer.run(sleeper: sleeper) { server in
            let stream = EventStream(server)
            defer { stream.stop() }
            var blocks = stream.blocks.makeAsyncIterator()
            #expect(await blocks.next() == ": listening")
            #expect(try await server.post("/v1/track", Self.event).status == 200)
            let taken = try #require(await blocks.next())
            #expect(taken.hasPrefix("event: taken\n"))
            #expect(try Self.data(taken)["messageId"] as? String == "m-1")
            #expect(try Self.data(taken)["sent"] as? String == Self.event)
            #expect(try await server.post("/v1/track", #"{"userId":"u"}"#).status == 400)
            let refused = try #require(await blocks.next())
            #expect(refused.hasPrefix("event: refused\n"))
            #expect(try Self.data(refused)["code"] as? String == "missing")
            #expect(try Self.data(refused)["at"] as? String == "event")
            await sleeper.wakeAll()
            #expect(await blocks.next() == ": still here")
        }
    }

    @Test("shows a body that was refused as a whole, without it and without its key")
    func wholeBodies() async throws {
        try await RunningServer.run { server in
            let stream = EventStream(server)
            defer { stream.stop() }
            var blocks = stream.blocks.makeAsyncIterator()
            _ = await blocks.next()
            let broken = #"{"batch":[{"userId":"secret"#
            #expect(try await server.post("/v1/batch", broken).status == 400)
            let told = try Self.data(try #require(await blocks.next()))
            let kept = try await server.get("/v1/debugger/refused")
            let shown = try #require((kept.object["items"] as? [[String: Any]])?.first)
            for entry in [told, shown] {
                #expect(entry["code"] as? String == "not_json")
                #expect(entry["bytes"] as? Int == broken.utf8.count)
                #expect(entry["source"] as? Int == 1)
                #expect((entry["message"] as? String)?.isEmpty == false)
                #expect(entry["receivedAt"] as? String == "2026-03-10T12:00:10.000Z")
                #expect(entry["sent"] == nil)
            }
            #expect(!kept.text.contains("secret"))
            // Of a body whose key is not known nobody is told.
            #expect(try await server.post("/v1/track", #"{"writeKey":"wrong"}"#, key: nil).status == 401)
            let items = try await server.get("/v1/debugger/refused").object["items"] as? [Any]
            #expect(items?.count == 1)
            let metrics = try await server.get("/metrics").text
            #expect(metrics.contains("throughline_bodies_refused_total 2\n"))
        }
    }

    @Test("a body that is too long or comes too soon is shown too")
    func limits() async throws {
        var settings = ServerSettings(host: "127.0.0.1", port: 0)
        settings.eventsPerSecondMax = 1
        try await RunningServer.run(settings: settings) { server in
            let long = String(repeating: " ", count: Intake.bodyBytesMax + 1)
            #expect(try await server.post("/v1/track", long).status == 413)
            var last = 200
            while last == 200 { last = try await server.post("/v1/track", Self.event).status }
            #expect(last == 429)
            let items = try await server.get("/v1/debugger/refused").object["items"] as? [[String: Any]] ?? []
            #expect(items.map { $0["code"] as? String } == ["rate_limited", "too_large"])
            #expect(items.first?["bytes"] as? Int == Self.event.utf8.count)
            #expect(items.last?["bytes"] is NSNull)
        }
    }

    @Test("the key that an event carries is not shown")
    func keyInEvent() async throws {
        try await RunningServer.run { server in
            let key = RunningServer.writeKey
            for body in [
                #"{"userId":"u","event":"A","writeKey":"\#(key)"}"#, #"{"userId":"u","writeKey":"\#(key)"}"#,
                #"{"userId":"u","event":"A","properties":{"x":"\#(String(repeating: "x", count: 1_980))"},"writeKey":"\#(key)"}"#,
            ] { _ = try await server.post("/v1/track", body, key: nil) }
            for path in ["/v1/debugger/events", "/v1/debugger/refused"] {
                let text = try await server.get(path).text
                #expect(text.contains("writeKey"))
                #expect(!text.contains(key.prefix(8)))
            }
        }
    }

    @Test("ends when the key is revoked")
    func revoked() async throws {
        let sleeper = TestSleeper()
        try await RunningServer.run(sleeper: sleeper) { server in
            let made = try await server.post(
                "/v1/keys", #"{"label":"guest","scopes":["debug"]}"#, key: RunningServer.apiKey)
            let stream = EventStream(server, key: try #require(made.object["key"] as? String))
            defer { stream.stop() }
            var blocks = stream.blocks.makeAsyncIterator()
            _ = await blocks.next()
            let id = try #require(made.object["id"] as? String)
            #expect(try await server.send("DELETE", "/v1/keys/\(id)", key: RunningServer.apiKey).status == 204)
            #expect(try await server.post("/v1/track", Self.event).status == 200)
            #expect(await blocks.next() == nil)
        }
    }

    @Test("needs the scope, has a greatest number of listeners, and lets them go")
    func refusals() async throws {
        try await RunningServer.run { server in
            for (key, status) in [(nil, 401), (RunningServer.writeKey, 403)] as [(String?, Int)] {
                let answer = try await server.get("/v1/debugger/live", key: key)
                #expect(answer.status == status)
            }
        }
        let listeners = DebuggerListeners()
        var held: [DebuggerListener] = []
        for organization in [1, 2] as [UInt32] {
            for _ in 0..<DebuggerListeners.countOfOrganizationMax {
                held.append(try listeners.add(organization: organization))
            }
            let problem = #expect(throws: Problem.self) { _ = try listeners.add(organization: organization) }
            #expect(problem?.status == .serviceUnavailable)
            #expect(problem?.code == "too_many_listeners")
        }
        #expect(held.count == DebuggerListeners.countMax)
        #expect(throws: Problem.self) { _ = try listeners.add(organization: 3) }
        held.removeLast()
        held.append(try listeners.add(organization: 3))
        #expect(listeners.all(of: 3).count == 1)
        listeners.close()
        held = []
        #expect(throws: Problem.self) { _ = try listeners.add(organization: 2) }
    }

    @Test("who is slow is told how many were left out, in their place")
    func dropped() async throws {
        func entry(_ number: Int) -> EventDebugger.Entry {
            EventDebugger.Entry(
                receivedAt: RunningServer.now, source: 1, messageId: "\(number)", content: .event([]))
        }
        let listener = DebuggerListener(organization: 1)
        for number in 0..<DebuggerListener.entriesMax + 3 { listener.tell([entry(number)]) }
        listener.tell([entry(-1), entry(-2)], more: 10)
        let news = listener.news()
        #expect(news.entries.compactMap(\.messageId) == (0..<DebuggerListener.entriesMax).map(String.init))
        #expect(news.dropped == 15)
        #expect(listener.news().isEmpty)
        listener.tell([entry(1)])
        #expect(listener.news().entries.count == 1)
    }

    @Test("a call with more events than a listener has room for is told as far as that goes")
    func largeBatch() async throws {
        try await RunningServer.run { server in
            let stream = EventStream(server)
            defer { stream.stop() }
            var blocks = stream.blocks.makeAsyncIterator()
            _ = await blocks.next()
            let item = #"{"type":"track","userId":"u","event":"A"}"#
            let batch = "{\"batch\":[" + repeatElement(item, count: 300).joined(separator: ",") + "]}"
            let answer = try await server.post("/v1/batch", batch)
            #expect(answer.status == 200)
            var told: [String] = []
            for _ in 0...DebuggerListener.entriesMax { told.append(try #require(await blocks.next())) }
            #expect(told.dropLast().allSatisfy { $0.hasPrefix("event: taken\n") })
            #expect(told.last == "event: dropped\ndata: {\"count\":44}")
        }
    }

    @Test("who reads nothing from one beat to the next is taken for gone")
    func stuck() {
        let listener = DebuggerListener(organization: 1)
        #expect(!listener.beat())
        listener.beginWriting()
        #expect(!listener.beat())
        listener.endWriting()
        listener.beginWriting()
        #expect(!listener.beat())
        #expect(listener.beat())
    }
}
