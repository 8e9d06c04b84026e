import Foundation
import Testing
import ThroughlineEngine

@testable import ThroughlineServer

/// What two libraries for browsers send and need, as their documentation and what they are seen to send have it. No browser
/// and no library runs here: these are contracts, written down by hand.
@Suite("libraries for browsers, by contract")
struct BrowserContractTests {
    private static let origin = ["Origin": "https://shop.example"]

    /// One event as analytics.js (`@segment/analytics-next`) sends it: to `/v1/t` and its like, as plain text so that there is no
    /// preflight, with the key, the page and the library in the body.
    private static func analyticsNext(_ type: String, _ members: String, message: String, retries: Int = 0) -> String {
        """
        {"timestamp":"2026-03-10T12:00:05.000Z","integrations":{},"type":"\(type)",\(members)"messageId":"ajs-next-\(message)",
        "anonymousId":"6c1a","userId":null,"writeKey":"\(RunningServer.writeKey)","sentAt":"2026-03-10T12:00:06.000Z",
        "context":{"page":{"path":"/loans","referrer":"","search":"","title":"Loans","url":"https://shop.example/loans"},
        "userAgent":"Mozilla/5.0","locale":"en","timezone":"Europe/Berlin","library":{"name":"analytics.js","version":"next-1.70.0"}},
        "_metadata":{"bundled":["Segment.io"],"unbundled":[],"bundledIds":[],"retryCount":\(retries)}}
        """
    }

    @Test("analytics.js: its settings name where to send, and every call of it is taken")
    func analyticsNextCalls() async throws {
        try await RunningServer.run { server in
            let settings = try await server.send(
                "GET", "/v1/projects/\(RunningServer.writeKey)/settings", headers: Self.origin)
            #expect(settings.headers["access-control-allow-origin"] == "*")
            let segment =
                (settings.object["integrations"] as? [String: Any])?["Segment.io"] as? [String: Any] ?? [:]
            #expect(segment["apiHost"] as? String == "127.0.0.1:\(server.port)/v1")
            #expect(segment["protocol"] as? String == "http")
            let calls = [
                ("t", "track", #""event":"Loan Viewed","properties":{"title":"Home loan"},"#),
                ("p", "page", #""name":null,"category":null,"properties":{"path":"/loans","title":"Loans"},"#),
                ("i", "identify", #""traits":{"email":"a@example.org"},"#),
                ("g", "group", #""groupId":"g1","traits":{},"#),
                ("a", "alias", #""previousId":"p1","#),
            ]
            for (path, type, members) in calls {
                let answer = try await server.post(
                    "/v1/\(path)", Self.analyticsNext(type, members, message: type), key: nil,
                    headers: Self.origin.merging(["Content-Type": "text/plain"]) { $1 })
                #expect(answer.status == 200, "\(type): \(answer.text)")
                #expect(answer.text == #"{"success": true}"#)
                #expect(answer.headers["access-control-allow-origin"] == "*")
            }
            // Sent again, as after an answer that was lost on the way, and with the count of its tries.
            let again = try await server.post(
                "/v1/t", Self.analyticsNext("track", calls[0].2, message: "track", retries: 1), key: nil,
                headers: Self.origin.merging(["Content-Type": "text/plain", "X-Retry-Count": "1"]) { $1 })
            #expect(again.status == 200)
            await server.folded()
            let page = try await server.get("/v1/profiles/6c1a/timeline").object["items"] as? [[String: Any]] ?? []
            #expect(page.count == calls.count)
            #expect(page.allSatisfy { $0["timestamp"] as? String == "2026-03-10T12:00:09.000Z" })
        }
    }

    @Test("analytics.js in batches: one body with the key beside its events")
    func analyticsNextBatch() async throws {
        try await RunningServer.run { server in
            let events = ["1", "2"].map { Self.analyticsNext("track", #""event":"E","#, message: $0) }
            let body =
                #"{"writeKey":"\#(RunningServer.writeKey)","batch":[\#(events.joined(separator: ","))],"#
                + #""sentAt":"2026-03-10T12:00:06.000Z"}"#
            let answer = try await server.post(
                "/v1/b", body, key: nil, headers: Self.origin.merging(["Content-Type": "text/plain"]) { $1 })
            #expect(answer.text == #"{"success": true}"#)
            #expect(server.log.end.rawValue == 2)
        }
    }

    @Test("RudderStack's library: the key by Basic, and a header with the visitor that a preflight asks for")
    func rudderStack() async throws {
        try await RunningServer.run { server in
            let preflight = try await server.send(
                "OPTIONS", "/v1/track",
                headers: Self.origin.merging([
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "anonymousid,authorization,content-type",
                ]) { $1 })
            #expect((200...204).contains(preflight.status))
            let allowed = preflight.headers["access-control-allow-headers"]?.lowercased() ?? ""
            for name in ["anonymousid", "authorization", "content-type"] { #expect(allowed.contains(name)) }
            let event = """
                {"type":"track","event":"Loan Viewed","channel":"web","anonymousId":"6c1a","userId":"","properties":{},
                "messageId":"2f9b","originalTimestamp":"2026-03-10T12:00:05.000Z","sentAt":"2026-03-10T12:00:06.000Z",
                "integrations":{"All":true},"context":{"app":{"name":"RudderLabs JavaScript SDK","version":"3.0.0"}}}
                """
            let headers = Self.origin.merging(["Content-Type": "application/json", "AnonymousId": "NmMxYQ=="]) { $1 }
            let one = try await server.post("/v1/track", event, headers: headers)
            #expect(one.text == #"{"success": true}"#)
            let batch = #"{"batch":[\#(event)],"sentAt":"2026-03-10T12:00:07.000Z"}"#
            let many = try await server.post("/v1/batch", batch, headers: headers)
            #expect(many.text == #"{"success": true}"#)
            await server.folded()
            let page = try await server.get("/v1/profiles/6c1a/timeline").object["items"] as? [[String: Any]] ?? []
            #expect(page.count == 1)
        }
    }

    @Test("an answer that asks to wait can be read by a script of another origin")
    func readableAnswers() async throws {
        var settings = ServerSettings(host: "127.0.0.1", port: 0)
        settings.eventsPerSecondMax = 1
        try await RunningServer.run(settings: settings) { server in
            var answer = try await server.post("/v1/track", IntakeRoutesTests.event, headers: Self.origin)
            while answer.status == 200 {
                answer = try await server.post("/v1/track", IntakeRoutesTests.event, headers: Self.origin)
            }
            #expect(answer.status == 429)
            #expect(answer.headers["access-control-allow-origin"] == "*")
            #expect(answer.headers["access-control-expose-headers"] == "Retry-After")
            #expect(Int(answer.headers["retry-after"] ?? "") != nil)
        }
    }
}
