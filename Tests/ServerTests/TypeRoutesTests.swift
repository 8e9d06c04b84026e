import Foundation
import Testing
import Throughline
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("types of purpose over HTTP")
struct TypeRoutesTests {
    private static let texts = ["home loan rates", "home loan calculator", "home loan offer", "home loan"]
    private static let cards = ["credit card without fee", "credit card limit", "best credit card", "credit card"]

    /// People who were about one of two things, and the types made of that.
    private static func fill(_ server: RunningServer) async throws {
        for person in 0..<12 {
            for (step, text) in (person % 2 == 0 ? texts : cards).enumerated() {
                let event = ["Viewed", "Compared", "Submitted", "Approved"][step]
                let body =
                    #"{"userId":"u\#(person)","event":"\#(event)","timestamp":"2026-03-0\#(step + 1)T09:00:00Z","#
                    + #""properties":{"query":"\#(text)"}}"#
                #expect(try await server.post("/v1/track", body).status == 200)
            }
        }
        await server.folded()
        try await server.makeTypes()
        await server.folded()
    }

    @Test("types are told with their milestones, and purposes with their type and what they lack")
    func told() async throws {
        try await RunningServer.run(discovers: true) { server in
            #expect(try await server.get("/v1/types").object["madeAt"] is NSNull)
            try await Self.fill(server)
            let list = try await server.get("/v1/types").object
            #expect(list["madeAt"] is String)
            let items = try #require(list["items"] as? [[String: Any]])
            #expect(items.contains { ($0["name"] as? String)?.contains("credit card") == true }, "\(items)")
            let first = try #require(items.first)
            #expect((first["purposes"] as? Int ?? 0) > 0 && (first["share"] as? Double ?? 0) > 0)
            let one = try await server.get("/v1/types/\(first["type"] ?? 0)").object
            #expect(one["milestones"] is [Any] && one["silences"] is [Any])
            for body in [
                #"{"userId":"late","event":"Viewed","timestamp":"2026-03-05T09:00:00Z","properties":{"query":"home loan rates"}}"#
            ] { #expect(try await server.post("/v1/track", body).status == 200) }
            await server.folded()
            let purposes = try await server.get("/v1/profiles/late/purposes").object["items"] as? [[String: Any]]
            let names = Set(items.compactMap { $0["name"] as? String })
            #expect(purposes?.count == 1 && names.contains(purposes?.first?["type"] as? String ?? ""))
            #expect(purposes?.first?.keys.contains("missing") == true)
        }
    }

    @Test("types are called by the catalogue that is given, a word a line, when they are made next")
    func catalogue() async throws {
        try await RunningServer.run(discovers: true) { server in
            try await Self.fill(server)
            func give(_ text: String, key: String = RunningServer.apiKey) async throws -> (Int, String?) {
                let answer = try await server.send("PUT", "/v1/catalogue", key: key, body: Data(text.utf8))
                await server.folded()
                return (answer.status, answer.object["code"] as? String)
            }
            #expect(try await give("Mortgages\r\n\nCredit card products\n") == (202, nil))
            let words = try await server.get("/v1/catalogue").object["words"] as? [String]
            #expect(words == ["Mortgages", "Credit card products"])
            try await server.makeTypes()
            await server.folded()
            let items = try await server.get("/v1/types").object["items"] as? [[String: Any]] ?? []
            #expect(items.contains { ($0["name"] as? String) == "Credit card products" }, "\(items)")
            let long = String(repeating: "x", count: Catalogue.wordBytesMax + 1)
            let refused = try await server.send(
                "PUT", "/v1/catalogue", key: RunningServer.apiKey, body: Data("a\n\(long)".utf8))
            #expect(refused.status == 400 && refused.text.contains("line 2: longer than 256 bytes"), "\(refused.text)")
            let room = String(repeating: "\n", count: TypeRoutes.catalogueBytesMax + 1)
            #expect(try await give(room) == (413, "too_large"))
            #expect(try await give("Cards", key: RunningServer.writeKey).0 == 403)
            #expect(try await server.get("/v1/catalogue").object["words"] as? [String] == words)
        }
    }

    @Test("what is decided of a type holds, says who may, and is refused with a reason where it has no effect")
    func edits() async throws {
        try await RunningServer.run(discovers: true) { server in
            try await Self.fill(server)
            func say(_ id: Int, _ body: String, key: String = RunningServer.apiKey) async throws -> (Int, String?) {
                let answer = try await server.post("/v1/types/\(id)", body, key: key)
                await server.folded()
                return (answer.status, answer.object["code"] as? String)
            }
            #expect(try await say(1, #"{"edit":"rename","name":"Our own home"}"#) == (202, nil))
            #expect(try await server.get("/v1/types/1").object["name"] as? String == "Our own home")
            #expect(try await say(1, #"{"edit":"pin"}"#) == (202, nil))
            #expect(try await server.get("/v1/types/1").object["pinned"] as? Bool == true)
            #expect(try await say(1, #"{"edit":"split"}"#) == (202, nil))
            #expect(try await server.get("/v1/types/1").object["willBeSplit"] as? Bool == true)
            let cases: [(Int, String, Int, String)] = [
                (1, #"{"edit":"merge"}"#, 400, "missing"), (1, #"{"edit":"merge","into":1}"#, 409, "type_circle"),
                (1, #"{"edit":"unmerge"}"#, 409, "type_not_merged"), (1, #"{"edit":"burn"}"#, 400, "wrong_value"),
                (1, #"{"edit":"rename","name":"a\u0007"}"#, 409, "type_bad_name"),
                (999, #"{"edit":"pin"}"#, 404, "unknown_type"), (1, #"{"edit":"pin","x":1}"#, 400, "unknown_member"),
            ]
            for (id, body, status, code) in cases {
                let answer = try await say(id, body)
                #expect(answer == (status, code), "\(body)")
            }
            #expect(try await server.get("/v1/types/seven").status == 404)
            #expect(try await say(1, #"{"edit":"pin"}"#, key: RunningServer.writeKey).0 == 403)
        }
    }
}
