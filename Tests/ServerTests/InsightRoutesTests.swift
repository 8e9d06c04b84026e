import Foundation
import Testing
import Throughline
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("what everybody's steps come to, over HTTP")
struct InsightRoutesTests {
    /// Three people who want a home loan, one of whom gives up, by web and by branch; one of them in the month before as well.
    private static func fill(_ server: RunningServer) async throws {
        let steps = [("Viewed", "home loan rates"), ("Compared", "home loan calculator"), ("Submitted", "home loan")]
        for person in 0..<12 {
            for (step, (event, text)) in steps.enumerated().prefix(person < 9 ? 3 : 2) {
                let body =
                    #"{"userId":"u\#(person)","event":"\#(event)","timestamp":"2026-03-0\#(step + 1)T09:00:00Z","#
                    + #""context":{"channel":"\#(step == 2 ? "branch" : "web")"},"properties":{"query":"\#(text)"}}"#
                #expect(try await server.post("/v1/track", body).status == 200)
            }
        }
        let before =
            #"{"userId":"u0","event":"Logged In","timestamp":"2026-02-03T09:00:00Z","context":{"channel":"app"}}"#
        #expect(try await server.post("/v1/track", before).status == 200)
        await server.folded()
    }

    private static func items(_ server: RunningServer, _ path: String, _ member: String = "items") async throws
        -> [[String: Any]]
    {
        let answer = try await server.get("/v1/insights/\(path)")
        #expect(answer.status == 200, "\(answer.text)")
        return answer.object[member] as? [[String: Any]] ?? []
    }

    @Test("tells paths, variants, contacts, hand-overs and cohorts, and takes back who is erased")
    func told() async throws {
        try await RunningServer.run(discovers: true) { server in
            try await Self.fill(server)
            let ways = try await Self.items(server, "paths", "ways")
            let compared = try #require(
                ways.first { $0["from"] as? String == "Viewed" && $0["to"] as? String == "Compared" })
            #expect(compared["count"] as? Int == 12 && compared["meanSeconds"] as? Int == 86_400)
            let variants = try await Self.items(server, "variants?limit=1")
            #expect(variants.count == 1 && variants[0]["purposes"] as? Int == 9)
            #expect(variants[0]["steps"] as? [String] == ["Viewed", "Compared", "Submitted"])
            let web = try #require(
                try await Self.items(server, "contacts").first {
                    $0["month"] as? String == "2026-03" && $0["channel"] as? String == "web"
                })
            #expect(web["interactions"] as? Int == 24 && web["customers"] as? Int == 12)
            let months = try await Self.items(server, "contacts", "months")
            #expect(months.map { $0["customers"] as? Int } == [1, 12])
            #expect(months[1]["change"] as? Double == 1.75)
            let handovers = try await Self.items(server, "handovers")
            #expect(handovers.count == 1 && handovers[0]["count"] as? Int == 9)
            #expect(handovers[0]["from"] as? String == "web" && handovers[0]["to"] as? String == "branch")
            let cohorts = try await Self.items(server, "cohorts")
            #expect(cohorts.map { $0["purposes"] as? Int } == [12] && cohorts[0]["month"] as? String == "2026-03")
            let retention = try await Self.items(server, "cohorts", "retention")
            #expect(retention.count == 3)
            let parallel = try await Self.items(server, "overlap", "parallel")
            #expect(parallel.map { $0["count"] as? Int } == [12])

            let erased = try await server.send("DELETE", "/v1/profiles/u0", key: RunningServer.apiKey)
            #expect(erased.status == 202)
            await server.folded()
            #expect(try await Self.items(server, "variants")[0]["purposes"] as? Int == 8)
            #expect(try await Self.items(server, "contacts", "months").map { $0["customers"] as? Int } == [11])
        }
    }

    @Test("tells how far purposes of a type come; types that count as another one count with it")
    func funnel() async throws {
        try await RunningServer.run(discovers: true) { server in
            try await Self.fill(server)
            try await server.makeTypes()
            await server.folded()
            let types = try await server.get("/v1/types").object["items"] as? [[String: Any]]
            let type = try #require(types?.first?["type"] as? Int)
            // Counted under the type are those who come behind its making.
            for person in 20..<24 {
                let body =
                    #"{"userId":"u\#(person)","event":"Viewed","timestamp":"2026-03-01T09:00:00Z","properties":{"query":"home loan rates"}}"#
                #expect(try await server.post("/v1/track", body).status == 200)
            }
            await server.folded()
            let funnel = try await server.get("/v1/insights/funnel?type=\(type)")
            #expect(funnel.status == 200 && funnel.object["purposes"] as? Int == 4, "\(funnel.text)")
            #expect(try await Self.items(server, "paths?type=\(type)", "steps").first?["count"] as? Int == 4)
            for (path, status, code) in [
                ("funnel", 400, "missing"), ("funnel?type=999", 404, "unknown_type"),
                ("paths?type=x", 404, "unknown_type"), ("variants?limit=0", 400, "bad_limit"),
                ("variants?limit=201", 400, "bad_limit"),
            ] {
                let answer = try await server.get("/v1/insights/\(path)")
                #expect(answer.status == status && answer.object["code"] as? String == code, "\(path)")
            }
            #expect(try await server.get("/v1/insights/paths", key: RunningServer.writeKey).status == 403)
        }
    }
}
