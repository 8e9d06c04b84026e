import Foundation
import Testing
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("profiles over HTTP")
struct ProfileRoutesTests {
    private static func ids(_ answer: RunningServer.Answer) -> [String] {
        (answer.object["items"] as? [[String: Any]] ?? []).compactMap { $0["messageId"] as? String }
    }

    @Test("a timeline comes in pages, the latest first, each message once")
    func timeline() async throws {
        try await RunningServer.run { server in
            for number in [3, 1, 2, 1, 0] {
                let body =
                    #"{"userId":"anna/b","anonymousId":"v","event":"E","messageId":"m\#(number)","timestamp":"2026-03-0\#(number + 1)T00:00:00Z"}"#
                #expect(try await server.post("/v1/track", body).status == 200)
            }
            await server.folded()
            #expect(Self.ids(try await server.get("/v1/profiles/anna%2Fb/timeline")) == ["m3", "m2", "m1", "m0"])
            #expect(Self.ids(try await server.get("/v1/profiles/v/timeline")).count == 4)
            var ids: [String] = []
            var cursor: String?
            repeat {
                let page = try await server.get(
                    "/v1/profiles/v/timeline?limit=3" + (cursor.map { "&cursor=\($0)" } ?? ""))
                ids += Self.ids(page)
                cursor = page.object["next"] as? String
            } while cursor != nil
            #expect(ids == ["m3", "m2", "m1", "m0"])
        }
    }

    @Test("what became of purposes is told where it is asked for, by the events that it is told of")
    func purposes() async throws {
        try await RunningServer.run(discovers: true) { server in
            for (number, event) in ["Product Searched", "Order Completed"].enumerated() {
                let body =
                    #"{"userId":"u","event":"\#(event)","messageId":"m\#(number)","properties":{"query":"garden furniture"}}"#
                #expect(try await server.post("/v1/track", body).status == 200)
            }
            await server.folded()
            #expect(Self.ids(try await server.get("/v1/profiles/u/timeline")) == ["m1", "m0"])
            let answer = try await server.get("/v1/profiles/u/timeline?include=purposes")
            let items = answer.object["items"] as? [[String: Any]] ?? []
            let types = ["purpose.closed", "track", "purpose.opened", "track"]
            #expect(items.compactMap { $0["type"] as? String } == types)
            #expect(items[0]["outcome"] as? String == "fulfilled" && items[0]["event"] as? String == "m1")
            #expect(items[2]["event"] as? String == "m0")
            #expect(Set(items.compactMap { $0["purpose"] as? String }).count == 1)
            #expect(Set(Self.ids(answer)).count == 4)
        }
    }

    @Test("an item says what was sent, when, and whether that can be")
    func item() async throws {
        try await RunningServer.run { server in
            let body = #"{"userId":"u","event":"Käufe 🛒","timestamp":"2999-01-01T00:00:00Z","n":9007199254740993}"#
            #expect(try await server.post("/v1/track", body).status == 200)
            await server.folded()
            let answer = try await server.get("/v1/profiles/u/timeline")
            let item = try #require((answer.object["items"] as? [[String: Any]])?.first)
            #expect(item["type"] as? String == "track")
            #expect(item["messageId"] as? String == "made-1")
            #expect(item["timestamp"] as? String == "2999-01-01T00:00:00.000Z")
            #expect(item["receivedAt"] as? String == "2026-03-10T12:00:10.000Z")
            #expect(item["suspectTime"] as? Bool == true)
            #expect(answer.text.contains(body))
        }
    }

    @Test(
        "what cannot be asked is told",
        arguments: [
            ("/v1/profiles/nobody/timeline", 404, "unknown_profile"),
            ("/v1/profiles/u/timeline?limit=0", 400, "bad_limit"),
            ("/v1/profiles/u/timeline?limit=501", 400, "bad_limit"),
            ("/v1/profiles/u/timeline?limit=x", 400, "bad_limit"),
            ("/v1/profiles/u/timeline?cursor=x", 400, "bad_cursor"),
            ("/v1/profiles/u/timeline?cursor=1.-1", 400, "bad_cursor"),
            ("/v1/profiles/u/timeline?include=all", 400, "bad_include"),
        ])
    func refusals(path: String, status: Int, code: String) async throws {
        try await RunningServer.run { server in
            let answer = try await server.get(path)
            #expect(answer.status == status)
            #expect(answer.object["code"] as? String == code)
            #expect(try await server.get(path, key: nil).status == 401)
            #expect(try await server.get(path, key: RunningServer.writeKey).status == 403)
        }
    }
}

@Suite("operation over HTTP")
struct OperationRoutesTests {
    @Test("health, readiness and metrics need no key on this machine")
    func operation() async throws {
        try await RunningServer.run { server in
            _ = try await server.post("/v1/track", #"{"userId":"u","event":"A"}"#)
            _ = try await server.post("/v1/track", "{}")
            await server.folded()
            #expect(try await server.get("/health", key: nil).object["status"] as? String == "ok")
            #expect(try await server.get("/ready", key: nil).object["status"] as? String == "ready")
            let metrics = try await server.get("/metrics", key: nil)
            #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            for line in [
                "throughline_events_taken_total 1", "throughline_events_refused_total 1", "throughline_log_records 1",
                "throughline_profiles 1", "throughline_events 1", #"throughline_answers_total{status="4xx"} 1"#,
            ] {
                #expect(metrics.text.split(separator: "\n").contains(Substring(line)), "\(line)\n\(metrics.text)")
            }
        }
    }
}
