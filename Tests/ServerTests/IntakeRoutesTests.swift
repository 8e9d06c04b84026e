import Foundation
import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineServer

@Suite("intake over HTTP")
struct IntakeRoutesTests {
    static let event = #"{"userId":"anna","event":"Product Viewed","messageId":"m-1"}"#

    @Test("success is exactly 200 and nothing more, on every path")
    func success() async throws {
        try await RunningServer.run { server in
            let bodies = [
                "track": #"{"userId":"u","event":"A"}"#, "identify": #"{"userId":"u"}"#, "page": #"{"userId":"u"}"#,
                "screen": #"{"userId":"u"}"#, "group": #"{"userId":"u","groupId":"g"}"#,
                "alias": #"{"userId":"u","previousId":"p"}"#,
                "batch": #"{"batch":[{"type":"track","userId":"u","event":"A"}]}"#, "import": #"{"batch":[]}"#,
            ]
            for (name, body) in bodies {
                for path in ["/v1/\(name)"] + (name == "import" ? [] : ["/v1/\(name.prefix(1))"]) {
                    let answer = try await server.post(path, body)
                    #expect(answer.status == 200, "\(path)")
                    #expect(answer.text == #"{"success": true}"#, "\(path)")
                    #expect(answer.headers["content-type"] == "application/json")
                }
            }
            #expect(server.log.end == LogPosition(14))
        }
    }

    @Test("the key comes by Basic, by Bearer or in the body; without one nothing is taken")
    func keys() async throws {
        try await RunningServer.run { server in
            let withKey = Self.event.dropLast() + #","writeKey":"\#(RunningServer.writeKey)"}"#
            let bearer = ["Authorization": "Bearer \(RunningServer.writeKey)"]
            #expect(try await server.post("/v1/track", Self.event).status == 200)
            #expect(try await server.post("/v1/track", Self.event, key: nil, headers: bearer).status == 200)
            #expect(try await server.post("/v1/track", String(withKey), key: nil).status == 200)
            let batch = #"{"batch":[\#(Self.event)],"writeKey":"\#(RunningServer.writeKey)"}"#
            #expect(try await server.post("/v1/batch", batch, key: nil).status == 200)
            let refused: [(String?, String, Int)] = [
                (nil, Self.event, 401), ("wrong", Self.event, 401), (RunningServer.apiKey, Self.event, 403),
                (nil, #"{"userId":"u","event":"A","writeKey":"wrong"}"#, 401),
            ]
            for (key, body, status) in refused {
                let answer = try await server.post("/v1/track", body, key: key)
                #expect(answer.status == status)
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
            #expect(server.log.end == LogPosition(4))
        }
    }

    @Test("what is refused is a problem document with a code and a message")
    func problems() async throws {
        try await RunningServer.run { server in
            let refused: [(String, String, Int, String)] = [
                ("/v1/track", #"{"userId":"u""#, 400, "not_json"), ("/v1/track", "[]", 400, "not_an_object"),
                ("/v1/track", #"{"userId":"u"}"#, 400, "missing"), ("/v1/batch", "{}", 400, "missing"),
                ("/v1/nothing", "{}", 404, "not_found"),
            ]
            for (path, body, status, code) in refused {
                let answer = try await server.post(path, body)
                #expect(answer.status == status, "\(body)")
                #expect(answer.headers["content-type"] == "application/problem+json")
                #expect(answer.object["code"] as? String == code)
                #expect((answer.object["message"] as? String)?.isEmpty == false)
                #expect(answer.object["status"] as? Int == status)
                #expect(answer.object["title"] is String)
            }
            #expect(server.log.end == .start)
        }
    }

    @Test("a key is found however the header is spelled, and in no other header")
    func headers() async throws {
        try await RunningServer.run { server in
            let basic = Data("\(RunningServer.writeKey):".utf8).base64EncodedString()
            let key = RunningServer.writeKey
            for (header, status) in [
                ("Bearer \(key)", 200), ("bearer   \(key)", 200), ("BEARER\t\(key)", 200), ("Basic \(basic)", 200),
                ("basic  \(basic)", 200), ("Bearer", 401), ("Bearer x\(key)", 401), ("Token \(key)", 401),
                ("Basic \(key)", 401), ("Basic !", 401), ("Bearer \(key) x", 401), (key, 401),
            ] {
                let answer = try await server.post(
                    "/v1/track", #"{"userId":"u","event":"A"}"#, key: nil, headers: ["Authorization": header])
                #expect(answer.status == status, "\(header)")
            }
        }
    }

    @Test("a method that a path does not know is told so, with those it knows")
    func methods() async throws {
        try await RunningServer.run { server in
            let cases: [(String, String, Int, String?)] = [
                ("GET", "/v1/track", 405, "POST"), ("PUT", "/v1/keys", 405, "GET, POST"),
                ("TRACE", "/v1/profiles/anna/timeline", 405, "GET"), ("POST", "/health", 405, "GET"),
                ("GET", "/v1/keys/x", 405, "DELETE"), ("GET", "/v1/nothing", 404, nil), ("GET", "/", 404, nil),
                ("POST", "/v1/profiles//timeline", 405, "DELETE, GET"),
                ("PUT", "/v1/segments/preview", 405, "POST"), ("POST", "/v1/segments/x", 405, "DELETE, GET, PUT"),
            ]
            for (method, path, status, allowed) in cases {
                let answer = try await server.send(method, path, key: RunningServer.apiKey)
                #expect(answer.status == status, "\(method) \(path)")
                #expect(answer.headers["allow"] == allowed, "\(method) \(path)")
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
        }
    }

    @Test("an answer to HEAD has no body: it would be taken for the next answer")
    func head() async throws {
        try await RunningServer.run { server in
            let said = try await server.exchange(
                "HEAD /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answers = said.components(separatedBy: "\r\n\r\n")
            #expect(answers.count == 3)
            #expect(answers[0].hasPrefix("HTTP/1.1 405"))
            #expect(answers[1].hasPrefix("HTTP/1.1 200"))
            #expect(answers[2] == #"{"status":"ok"}"#)
        }
    }

    @Test("a body that breaks the rules of HTTP is the client's matter")
    func brokenBody() async throws {
        try await RunningServer.run { server in
            for (path, key) in [("/v1/track", RunningServer.writeKey), ("/v1/sources", RunningServer.apiKey)] {
                let said = try await server.exchange(
                    """
                    POST \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n\
                    Transfer-Encoding: chunked\r\n\r\nzz\r\n
                    """)
                #expect(said.hasPrefix("HTTP/1.1 400"))
                #expect(said.contains("broken_body"))
            }
        }
    }

    @Test("one bad event never costs its batch: the good is kept, the answer and the debugger say what was wrong")
    func partial() async throws {
        try await RunningServer.run { server in
            let batch =
                #"{"batch":[{"type":"track","userId":"u","event":"A"},{"type":"track","userId":"u","messageId":"bad"}]}"#
            let answer = try await server.post("/v1/batch", batch)
            #expect(answer.status == 200)
            #expect(answer.object["success"] as? Bool == true)
            let refused = try #require(answer.object["refused"] as? [[String: Any]])
            #expect(refused.count == 1)
            #expect(refused[0]["index"] as? Int == 1)
            #expect(refused[0]["at"] as? String == "event")
            #expect(server.log.end == LogPosition(1))
            let shown = try #require(try await server.get("/v1/debugger/refused").object["items"] as? [[String: Any]])
            #expect(shown.count == 1)
            #expect(shown[0]["messageId"] as? String == "bad")
            #expect((shown[0]["sent"] as? String)?.contains("\"bad\"") == true)
            let taken = try #require(try await server.get("/v1/debugger/events").object["items"] as? [[String: Any]])
            #expect(taken.count == 1)
            #expect(try await server.get("/v1/debugger/events", key: RunningServer.writeKey).status == 403)
        }
    }

    @Test("browsers may send from anywhere")
    func crossOrigin() async throws {
        try await RunningServer.run { server in
            let preflight = try await server.send(
                "OPTIONS", "/v1/track",
                headers: [
                    "Origin": "https://shop.example", "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "authorization,content-type,x-retry-count",
                ])
            #expect((200...204).contains(preflight.status))
            #expect(preflight.headers["access-control-allow-origin"] == "*")
            let allowed = preflight.headers["access-control-allow-headers"]?.lowercased() ?? ""
            for name in ["authorization", "content-type", "x-retry-count"] { #expect(allowed.contains(name)) }
            for body in [Self.event, "no JSON"] {
                let answer = try await server.post("/v1/track", body, headers: ["Origin": "https://shop.example"])
                #expect(answer.headers["access-control-allow-origin"] == "*")
                #expect(answer.headers["access-control-expose-headers"]?.lowercased().contains("retry-after") == true)
            }
        }
    }

    @Test("a body of the limit is taken, one byte more is refused")
    func bodyLimit() async throws {
        try await RunningServer.run { server in
            let shell = #"{"batch":[],"x":""}"#
            for (extra, status) in [(0, 200), (1, 413)] {
                let filler = String(repeating: "x", count: Intake.bodyBytesMax - shell.utf8.count + extra)
                let answer = try await server.post("/v1/batch", #"{"batch":[],"x":"\#(filler)"}"#)
                #expect(answer.status == status)
            }
        }
    }

    @Test("a source that sends too much is told when to come back")
    func rateLimit() async throws {
        var settings = ServerSettings(host: "127.0.0.1", port: 0)
        settings.eventsPerSecondMax = 2
        try await RunningServer.run(settings: settings) { server in
            var statuses: [Int] = []
            for _ in 0..<6 { statuses.append(try await server.post("/v1/track", Self.event).status) }
            #expect(statuses == [200, 200, 200, 200, 429, 429])
            let answer = try await server.post("/v1/track", Self.event)
            #expect(answer.headers["retry-after"] == "1")
            #expect(answer.object["code"] as? String == "rate_limited")
        }
    }

    @Test("more at once than there is room for is turned away")
    func budget() async throws {
        var settings = ServerSettings(host: "127.0.0.1", port: 0)
        settings.bodyBytesInFlightMax = 10
        try await RunningServer.run(settings: settings) { server in
            let answer = try await server.post("/v1/track", Self.event)
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "1")
            #expect(server.log.end == .start)
        }
    }

    @Test("the log's refusals are answers to wait for")
    func logErrors() async throws {
        let expected: [(LogError.Code, String)] = [
            (.busy, "busy"), (.full, "disk_full"), (.failed, "log_unavailable"), (.unknown, "log_unavailable"),
            (.closed, "stopping"),
        ]
        for (code, told) in expected {
            try await RunningServer.run(log: RefusingLog(code: code)) { server in
                let answer = try await server.post("/v1/track", Self.event)
                #expect(answer.status == 503)
                #expect(answer.object["code"] as? String == told)
                #expect(Int(answer.headers["retry-after"] ?? "") != nil)
            }
        }
    }

    @Test("the browser library is told to send here")
    func settings() async throws {
        try await RunningServer.run { server in
            let answer = try await server.get("/v1/projects/\(RunningServer.writeKey)/settings", key: nil)
            #expect(answer.status == 200)
            let integrations = answer.object["integrations"] as? [String: Any]
            let segment = integrations?["Segment.io"] as? [String: Any]
            #expect(segment?["apiKey"] as? String == RunningServer.writeKey)
            #expect((segment?["apiHost"] as? String)?.hasSuffix("/v1") == true)
            #expect(try await server.get("/v1/projects/wrong/settings", key: nil).status == 401)
        }
    }
}

/// A log that takes nothing, for a reason.
private struct RefusingLog: EventLog {
    let code: LogError.Code
    private let empty = MemoryLog()

    init(code: LogError.Code) { self.code = code }

    var end: LogPosition { .start }
    func append(_ records: LogRecords) async throws(LogError) -> LogPosition { throw LogError(code, "refused") }
    func records(from position: LogPosition, bytesMax: Int) throws(LogError) -> LogRecords { LogRecords() }
    func erase(_ positions: [LogPosition]) async throws(LogError) { throw LogError(code, "refused") }
    func wait(for position: LogPosition) async { await empty.wait(for: position) }
    func close() async { await empty.close() }
}
