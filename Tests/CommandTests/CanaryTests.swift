import Foundation
import Testing

/// What customers do, and keys, are in the log of events and nowhere in what the program says of itself.
@Suite("canaries")
struct CanaryTests {
    /// In all that a customer or a client would send.
    private static let canary = "canary5e1f"
    private static let writeKey = "write-\(canary)-1"
    private static let apiKey = "api-\(canary)-1"

    private static let events: [String] = [
        #"{"userId":"\#(canary)","event":"\#(canary)","messageId":"\#(canary)-1","traits":{"mail":"\#(canary)"}}"#,
        #"{"userId":"\#(canary)"}"#, #"{"userId":"\#(canary)","event":{"\#(canary)":1}}"#,
        #"{"userId":"\#(canary)","event":"E","timestamp":"\#(canary)"}"#, #"{"\#(canary)": \#(canary)"#, canary,
        #"{"userId":"\#(canary)\u0007","event":"E"}"#, #"{"event":"\#(canary)","type":"\#(canary)"}"#,
        String(repeating: "[", count: 200) + canary, "{\"userId\":\"\(canary)\",\"event\":\"\u{FFFD}\"}", "",
        #"{"userId":"\#(canary)","event":"E","properties":"\#(String(repeating: canary, count: 4_000))"}"#,
    ]

    private static let paths = [
        "/v1/track?key=\(canary)", "/v1/batch?\(canary)", "/v1/identify", "/v1/import", "/v1/\(canary)",
    ]

    /// Plants canaries everywhere, and gives the answers to those who showed no key that holds.
    private static func plant(_ client: Serving.Client) async throws -> [String] {
        var foreign: [String] = []
        let headers = ["User-Agent": canary, "X-\(canary)": canary, "Cookie": canary, "X-Forwarded-For": canary]
        for (key, isForeign) in [(writeKey, false), (apiKey, false), ("wrong-\(canary)", true), (nil, true)] {
            var headers = headers
            if let key { headers["Authorization"] = "Bearer \(key)" }
            for path in paths {
                for event in events {
                    let body = path.contains("batch") || path.contains("import") ? "{\"batch\":[\(event)]}" : event
                    let answer = try await client.send("POST", path, headers: headers, body: Data(body.utf8))
                    if isForeign { foreign.append(String(decoding: answer.body, as: UTF8.self)) }
                }
                // This is no gzip.
                let packed = headers.merging(["Content-Encoding": "gzip"]) { $1 }
                let answer = try await client.send("POST", path, headers: packed, body: Data(canary.utf8))
                if isForeign { foreign.append(String(decoding: answer.body, as: UTF8.self)) }
            }
            for path in [
                "/v1/profiles/\(canary)/timeline?cursor=\(canary)", "/v1/profiles/\(canary)/timeline", "/metrics",
                "/v1/debugger/events?\(canary)", "/v1/projects/\(canary)/settings", "/v1/keys", "/\(canary)",
            ] {
                let answer = try await client.send("GET", path, headers: headers)
                if isForeign { foreign.append(String(decoding: answer.body, as: UTF8.self)) }
            }
            for (path, body) in [
                ("/v1/sources", #"{"name":"\#(canary)","kind":"server"}"#), ("/v1/keys", #"{"\#(canary)":1}"#),
                ("/v1/keys", #"{"label":"\#(canary)","scopes":["debug"]}"#), ("/v1/keys/\(canary)/rotate", ""),
            ] {
                let answer = try await client.send("POST", path, headers: headers, body: Data(body.utf8))
                if isForeign { foreign.append(String(decoding: answer.body, as: UTF8.self)) }
            }
        }
        return foreign
    }

    /// The keys that the server made when it was asked for some.
    private static func makeKeys(_ client: Serving.Client) async throws -> [String] {
        let (status, made) = try await client.ask(
            "POST", "/v1/keys", key: apiKey, body: #"{"label":"l","scopes":["debug"]}"#)
        #expect(status == 201)
        let id = try #require(made["id"] as? String)
        let (_, rotated) = try await client.ask("POST", "/v1/keys/\(id)/rotate", key: apiKey, body: "{}")
        return [try #require(made["key"] as? String), try #require(rotated["key"] as? String)]
    }

    @Test(
        "nothing of a customer and no key is in the log, at any level",
        arguments: ["trace", "debug", "info", "notice", "warning", "error", "critical"])
    func logs(level: String) async throws {
        let folder = try TemporaryFolder()
        let server = try Serving(
            data: folder.path("data"), arguments: ["--log-level", level],
            environment: ["THROUGHLINE_WRITE_KEY": Self.writeKey, "THROUGHLINE_API_KEY": Self.apiKey])
        let foreign = try await Self.plant(server.client)
        #expect(foreign.count > 100)
        for answer in foreign { #expect(!answer.contains(Self.canary)) }
        let keys = try await Self.makeKeys(server.client)
        while try await server.ask("GET", "/ready", key: "").1["foldLag"] as? Int != 0 {}
        // They did come in.
        let (status, _) = try await server.ask("GET", "/v1/profiles/\(Self.canary)/timeline", key: Self.apiKey)
        #expect(status == 200)
        let metrics = try await server.client.send("GET", "/metrics").body
        #expect(!String(decoding: metrics, as: UTF8.self).contains(Self.canary))
        let end = server.stop(SIGTERM)
        #expect(end.status == 0)
        let said = server.saidFirst + end.said
        #expect(said.contains("everything that was taken is on disk"))
        if level == "trace" || level == "info" { #expect(said.contains("a key was replaced")) }
        for line in said.split(separator: "\n") where ([Self.canary] + keys).contains(where: line.contains) {
            Issue.record("\(level): \(line)")
        }
    }
}
