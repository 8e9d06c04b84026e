import Foundation
import Testing
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("who looked at a person")
struct ReadingRoutesTests {
    @Test("each look is kept with who, what for and at what, under whatever she was asked for by, until she is erased")
    func looks() async throws {
        try await RunningServer.run { server in
            let body = #"{"userId":"anna","anonymousId":"v","event":"A"}"#
            #expect(try await server.post("/v1/track", body).status == 200)
            await server.folded()
            let headers = ["Throughline-Actor": "clerk 17", "Throughline-Reason": "call back about the loan"]
            for path in [
                "anna", "v/timeline?limit=1", "anna/purposes", "v/consents", "anna/corrections", "anna/export",
            ] {
                let answer = try await server.send(
                    "GET", "/v1/profiles/\(path)", key: RunningServer.apiKey, headers: headers)
                #expect(answer.status == 200)
            }
            let items = try await server.get("/v1/profiles/anna/readings").object["items"] as? [[String: Any]] ?? []
            let looked = ["readings", "export", "corrections", "consents", "purposes", "timeline", "profile"]
            #expect(items.compactMap { $0["what"] as? String } == looked)
            #expect(items.dropFirst().allSatisfy { $0["actor"] as? String == "clerk 17" })
            #expect(items.dropFirst().allSatisfy { ($0["reason"] as? String)?.hasPrefix("call back") == true })
            #expect(items[0]["actor"] is NSNull && items.allSatisfy { $0["byKey"] is String && $0["at"] is String })
            let page = try await server.get("/v1/profiles/anna/export?format=html").text
            #expect(page.contains("clerk 17") && page.contains("call back about the loan"))
            #expect(try await server.send("DELETE", "/v1/profiles/anna", key: RunningServer.apiKey).status == 202)
            #expect(server.readings.latestSubjects(limit: 9).isEmpty)
        }
    }

    @Test("a header that is too long is refused, and nothing is shown")
    func refusal() async throws {
        try await RunningServer.run { server in
            #expect(try await server.post("/v1/track", #"{"userId":"anna","event":"A"}"#).status == 200)
            await server.folded()
            for (length, status) in [(Reading.textBytesMax, 200), (Reading.textBytesMax + 1, 400)] {
                let answer = try await server.send(
                    "GET", "/v1/profiles/anna", key: RunningServer.apiKey,
                    headers: ["Throughline-Actor": String(repeating: "x", count: length)])
                #expect(answer.status == status)
            }
            #expect(server.readings.latestSubjects(limit: 9).count == 1)
        }
    }
}
