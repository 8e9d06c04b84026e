import Foundation
import Testing

@testable import ThroughlineServer

@Suite("export of a person")
struct ExportRoutesTests {
    @Test("has everything, however much it is: identifiers, purposes, consent, corrections, every event")
    func json() async throws {
        try await RunningServer.run(discovers: true) { server in
            let events = (0..<450).map {
                #"{"type":"track","userId":"anna","anonymousId":"v","event":"Search","messageId":"m\#($0)","properties":{"query":"home loan"}}"#
            }
            #expect(try await server.post("/v1/batch", #"{"batch":[\#(events.joined(separator: ","))]}"#).status == 200)
            await server.folded()
            for (path, body) in [
                ("consents", #"{"use":"marketing","decision":"withdrawn"}"#),
                ("corrections", #"{"kind":"wrong name","messageId":"m0","name":"Our house"}"#),
            ] {
                let answer = try await server.post("/v1/profiles/anna/\(path)", body, key: RunningServer.apiKey)
                #expect(answer.status == 202)
            }
            await server.folded()
            let answer = try await server.get("/v1/profiles/v/export")
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
            let items = answer.object["timeline"] as? [[String: Any]] ?? []
            #expect(items.contains { $0["type"] as? String == "purpose.opened" })
            let timeline = items.filter { !($0["type"] as? String ?? "").hasPrefix("purpose.") }
            let messages = timeline.compactMap { $0["messageId"] as? String }
            #expect(messages == (0..<450).reversed().map { "m\($0)" })
            #expect(timeline.allSatisfy { $0["sent"] is [String: Any] })
            let about = try #require(answer.object["about"] as? [String: Any])
            #expect((about["identifiers"] as? [Any])?.count == 2)
            #expect((answer.object["corrections"] as? [Any])?.count == 1)
            let consents = answer.object["consents"] as? [String: Any]
            #expect((consents?["history"] as? [Any])?.count == 1)
        }
    }

    @Test("as a page shows the same, and nothing that she sent is markup or is loaded")
    func page() async throws {
        try await RunningServer.run(discovers: true) { server in
            let hostile = "x<img src=x onerror=alert(1)>"
            let body =
                #"{"userId":"\#(hostile)","event":"\#(hostile)","messageId":"m1","properties":{"query":"\#(hostile) loan"}}"#
            #expect(try await server.post("/v1/track", body).status == 200)
            await server.folded()
            let id = hostile.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
            let answer = try await server.get("/v1/profiles/\(id)/export?format=html")
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/html; charset=utf-8")
            let policy = answer.headers["content-security-policy"] ?? ""
            #expect(policy.contains("default-src 'none'"))
            #expect(!answer.text.contains("<img") && !answer.text.contains("http"))
            #expect(answer.text.components(separatedBy: "x&lt;img").count >= 4)
            #expect(answer.text.hasSuffix("</html>\n"))
        }
    }

    @Test("of nobody there is none, and of another format neither")
    func refusals() async throws {
        try await RunningServer.run { server in
            let absent = try await server.get("/v1/profiles/anna/export")
            #expect(absent.status == 404)
            let other = try await server.get("/v1/profiles/anna/export?format=pdf")
            #expect(other.object["code"] as? String == "bad_format")
        }
    }
}
