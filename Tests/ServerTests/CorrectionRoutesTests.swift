import Foundation
import Testing
import Throughline
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("corrections over HTTP")
struct CorrectionRoutesTests {
    private static let path = "/v1/profiles/anna/corrections"

    private static func withPurposes(
        _ body: @escaping @Sendable (RunningServer, _ purposes: [String]) async throws -> Void
    ) async throws {
        try await RunningServer.run(discovers: true) { server in
            for (number, query) in ["home loan rates", "running shoes", "home loan calculator"].enumerated() {
                let event =
                    #"{"userId":"anna","event":"Search","messageId":"m\#(number)","properties":{"query":"\#(query)"},"#
                    + #""timestamp":"2026-03-0\#(3 * number + 1)T09:00:00Z"}"#
                #expect(try await server.post("/v1/track", event).status == 200)
            }
            await server.folded()
            let told = try await purposes(server)
            #expect(told.count == 2)
            try await body(server, told.compactMap { $0["purpose"] as? String })
        }
    }

    private static func purposes(_ server: RunningServer) async throws -> [[String: Any]] {
        try await server.get("/v1/profiles/anna/purposes").object["items"] as? [[String: Any]] ?? []
    }

    private static func say(_ body: String, _ server: RunningServer) async throws {
        let answer = try await server.post(path, body, key: RunningServer.apiKey)
        #expect(answer.status == 202, "\(answer.text)")
        await server.folded()
    }

    @Test(
        "a purpose that is done is closed and fulfilled, one that is called otherwise has its name, one for later is quiet"
    )
    func purposeWords() async throws {
        try await Self.withPurposes { server, ids in
            try await Self.say(#"{"kind":"done","purpose":"\#(ids[0])"}"#, server)
            try await Self.say(#"{"kind":"wrong name","purpose":"\#(ids[1])","name":"A card for travelling"}"#, server)
            try await Self.say(#"{"kind":"not now","messageId":"m1"}"#, server)
            let told = try await Self.purposes(server)
            #expect(told[0]["state"] as? String == "closed" && told[0]["outcome"] as? String == "fulfilled")
            #expect(told[0]["corrections"] as? [String] == ["done"])
            #expect(told[1]["name"] as? String == "A card for travelling")
            #expect(told[1]["state"] as? String == "dormant")
            #expect(Set(told[1]["corrections"] as? [String] ?? []) == ["wrong name", "not now"])
            // She takes it up again.
            let event =
                #"{"userId":"anna","event":"Search","messageId":"m9","properties":{"query":"shoes for running"}}"#
            #expect(try await server.post("/v1/track", event).status == 200)
            await server.folded()
            #expect(try await Self.purposes(server)[1]["state"] as? String == "open")
            let items = try await server.get(Self.path).object["items"] as? [[String: Any]] ?? []
            #expect(items.compactMap { $0["messageId"] as? String } == ["m1", "m1", "m2"])
            #expect(items.allSatisfy { $0["at"] is String && $0["byKey"] is String })
        }
    }

    @Test("an event belongs where somebody says, and what is not hers is in no purpose")
    func eventWords() async throws {
        try await Self.withPurposes { server, ids in
            try await Self.say(#"{"kind":"belongs to","messageId":"m1","toPurpose":"\#(ids[0])"}"#, server)
            var told = try await Self.purposes(server)
            #expect(told.count == 1 && told[0]["events"] as? Int == 3)
            #expect(told[0]["corrections"] as? [String] == ["belongs to"])
            try await Self.say(#"{"kind":"not mine","messageId":"m1"}"#, server)
            told = try await Self.purposes(server)
            #expect(told.count == 1 && told[0]["events"] as? Int == 2)
            let items = try await server.get("/v1/profiles/anna/timeline").object["items"] as? [[String: Any]] ?? []
            #expect(items.count == 3 && items[1]["purpose"] == nil)
        }
    }

    private static let refusals: [(body: String, status: Int, code: String)] = [
        (#"{"kind":"done"}"#, 400, "missing"), (#"{"kind":"done","purpose":"p","messageId":"m1"}"#, 400, "missing"),
        (#"{"kind":"over","messageId":"m1"}"#, 400, "wrong_value"), (#"{"messageId":"m1"}"#, 400, "missing"),
        (#"{"kind":"done","purpose":"p-00000000000000000000"}"#, 404, "unknown_purpose"),
        (#"{"kind":"done","purpose":"p-+000000000000000000x"}"#, 404, "unknown_purpose"),
        (#"{"kind":"done","messageId":"other"}"#, 404, "unknown_message"),
        (#"{"kind":"done","messageId":"m1","name":"x"}"#, 400, "wrong_value"),
        (#"{"kind":"belongs to","messageId":"m1"}"#, 400, "missing"),
        (#"{"kind":"belongs to","messageId":"m1","toMessageId":"m1"}"#, 400, "wrong_value"),
        (#"{"kind":"done","messageId":"m1","toMessageId":"m2"}"#, 400, "wrong_value"),
        (#"{"kind":"wrong name","messageId":"m1"}"#, 400, "missing"),
        (#"{"kind":"wrong name","messageId":"m1","name":" "}"#, 400, "blank"),
        (
            ##"{"kind":"wrong name","messageId":"m1","name":"\##(String(repeating: "x", count: 121))"}"##, 400,
            "too_long"
        ),
    ]

    @Test("what cannot be is refused with what and where, and changes nothing")
    func refuses() async throws {
        try await Self.withPurposes { server, _ in
            let end = server.log.end
            for (body, status, code) in Self.refusals {
                let answer = try await server.post(Self.path, body, key: RunningServer.apiKey)
                #expect(answer.status == status, "\(body)")
                #expect(answer.object["code"] as? String == code, "\(body)")
            }
            #expect(try await server.post(Self.path, #"{"kind":"done","messageId":"m1"}"#).status == 403)
            #expect(server.log.end == end)
        }
    }
}
