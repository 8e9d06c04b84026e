import Foundation
import Testing
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("people over HTTP")
struct PersonRoutesTests {
    /// Identifiers of a list, as "kind value".
    private static func names(_ list: Any?) -> Set<String> {
        Set((list as? [[String: Any]] ?? []).map { "\($0["kind"] ?? "") \($0["value"] ?? "")" })
    }

    private static func post(_ server: RunningServer, _ path: String, _ body: String) async throws
        -> RunningServer.Answer
    {
        try await server.post(path, body, key: RunningServer.apiKey)
    }

    @Test("a profile tells who she is and why, whatever she is asked for by")
    func identity() async throws {
        try await RunningServer.run { server in
            for body in [
                #"{"userId":"anna","anonymousId":"v1","event":"A","messageId":"m1"}"#,
                #"{"anonymousId":"v2","event":"A"}"#,
            ] { #expect(try await server.post("/v1/track", body).status == 200) }
            let traits = #"{"userId":"anna","anonymousId":"v2","traits":{"email":"Anna@Mail.example"}}"#
            #expect(try await server.post("/v1/identify", traits).status == 200)
            await server.folded()
            let all: Set = ["userId anna", "anonymousId v1", "anonymousId v2", "email anna@mail.example"]
            for id in ["anna", "v1", "v2", "anna%40mail.example"] {
                let answer = try await server.get("/v1/profiles/\(id)")
                #expect(answer.status == 200)
                #expect(Self.names(answer.object["identifiers"]) == all)
            }
            let profile = try await server.get("/v1/profiles/anna").object
            let evidence = try #require(profile["evidence"] as? [[String: Any]])
            #expect(evidence.count == 3)
            let first = try #require(evidence.first { Self.names([$0["b"] as Any]).contains("anonymousId v1") })
            #expect(first["strength"] as? String == "trusted")
            #expect(first["messageId"] as? String == "m1")
            #expect(first["counts"] as? Bool == true)
            #expect(first["since"] as? String == "2026-03-10T12:00:10.000Z")
        }
    }

    @Test("evidence has an end, and says that there is more")
    func evidenceLimit() async throws {
        try await RunningServer.run { server in
            func send(_ visitors: Range<Int>) async throws {
                let events = visitors.map { #"{"type":"track","userId":"anna","anonymousId":"v\#($0)","event":"A"}"# }
                let body = #"{"batch":[\#(events.joined(separator: ","))]}"#
                #expect(try await server.post("/v1/batch", body).status == 200)
                await server.folded()
            }
            try await send(0..<PersonReader.evidenceMax)
            var profile = try await server.get("/v1/profiles/anna").object
            #expect((profile["evidence"] as? [Any])?.count == PersonReader.evidenceMax)
            #expect(profile["evidenceCut"] as? Bool == false)
            try await send(PersonReader.evidenceMax..<PersonReader.evidenceMax + 1)
            profile = try await server.get("/v1/profiles/anna").object
            #expect((profile["evidence"] as? [Any])?.count == PersonReader.evidenceMax)
            #expect(profile["evidenceCut"] as? Bool == true)
            #expect((profile["identifiers"] as? [Any])?.count == PersonReader.evidenceMax + 2)
        }
    }

    @Test("two who are one by hand are one, and two again when that is taken back; a preview changes nothing")
    func merging() async throws {
        try await RunningServer.run { server in
            for user in ["anna", "ann"] {
                let body = #"{"userId":"\#(user)","anonymousId":"v-\#(user)","event":"A","messageId":"\#(user)"}"#
                #expect(try await server.post("/v1/track", body).status == 200)
            }
            await server.folded()
            let whole: Set = ["userId anna", "userId ann", "anonymousId v-anna", "anonymousId v-ann"]

            let preview = try await Self.post(server, "/v1/profiles/anna/merge", #"{"with":"v-ann","preview":true}"#)
            #expect(preview.status == 200)
            let people = try #require(preview.object["people"] as? [[String: Any]])
            #expect(people.map { Self.names($0["identifiers"]) } == [whole])
            await server.folded()
            #expect(Self.names(try await server.get("/v1/profiles/anna").object["identifiers"]).count == 2)

            let merged = try await Self.post(server, "/v1/profiles/anna/merge", #"{"with":"ann"}"#)
            #expect(merged.status == 202)
            await server.folded()
            let one = try await server.get("/v1/profiles/ann").object
            #expect(Self.names(one["identifiers"]) == whole)
            let stated = (one["evidence"] as? [[String: Any]] ?? []).filter { $0["strength"] as? String == "stated" }
            #expect(stated.count == 1 && stated[0]["byKey"] is String)
            let timeline = try await server.get("/v1/profiles/anna/timeline").object["items"] as? [Any]
            #expect(timeline?.count == 2)
            #expect(
                try await Self.post(server, "/v1/profiles/anna/merge", #"{"with":"ann"}"#).object["code"] as? String
                    == "same_person")

            let apart = #"{"identifiers":["ann","v-ann"]}"#
            #expect(try await Self.post(server, "/v1/profiles/anna/unmerge", apart).status == 202)
            await server.folded()
            for user in ["anna", "ann"] {
                let profile = try await server.get("/v1/profiles/\(user)").object
                #expect(Self.names(profile["identifiers"]) == ["userId \(user)", "anonymousId v-\(user)"])
                let told = profile["evidence"] as? [[String: Any]] ?? []
                #expect(told.contains { $0["takenBackAt"] is String && $0["counts"] as? Bool == false })
            }
        }
    }

    @Test("consent is noted with what was shown, and the stricter word holds")
    func consents() async throws {
        try await RunningServer.run { server in
            _ = try await server.post("/v1/track", #"{"userId":"anna","event":"A"}"#)
            await server.folded()
            let path = "/v1/profiles/anna/consents"
            let yes =
                #"{"use":"marketing","channel":"email","decision":"granted","at":"2026-03-01T09:00:00Z","place":"branch 7","#
                + #""manner":"recorded","notice":{"id":"news","version":"3","text":"We write to you."}}"#
            #expect(try await Self.post(server, path, yes).status == 202)
            await server.folded()
            var told = try await server.get(path).object
            var states = try #require(told["states"] as? [[String: Any]])
            #expect(states.contains { $0["channel"] as? String == "email" && $0["state"] as? String == "granted" })
            let line = try #require((told["history"] as? [[String: Any]])?.first)
            #expect(line["place"] as? String == "branch 7" && line["manner"] as? String == "recorded")
            #expect((line["notice"] as? [String: Any])?["version"] as? String == "3")
            #expect("\(told["record"] ?? "")".contains("dpv:ConsentRecord"))

            #expect(try await Self.post(server, path, #"{"use":"marketing","decision":"withdrawn"}"#).status == 202)
            await server.folded()
            told = try await server.get(path).object
            states = try #require(told["states"] as? [[String: Any]])
            #expect(!states.contains { $0["permits"] as? Bool == true && $0["use"] as? String == "marketing" })
            #expect((told["history"] as? [Any])?.count == 2)
        }
    }

    @Test("Sec-GPC is an opt-out of marketing and sharing, also from a browser, and is noted once")
    func privacySignal() async throws {
        try await RunningServer.run { server in
            for _ in 0..<3 {
                let answer = try await server.post(
                    "/v1/track", #"{"userId":"anna","anonymousId":"v","event":"A"}"#, headers: ["Sec-GPC": "1"])
                #expect(answer.status == 200)
            }
            _ = try await server.post("/v1/track", #"{"userId":"otto","event":"A"}"#, headers: ["Sec-GPC": "0"])
            await server.folded()
            let told = try await server.get("/v1/profiles/anna/consents").object
            let states = try #require(told["states"] as? [[String: Any]])
            let found = Set(states.map { "\($0["use"] ?? "") \($0["state"] ?? "")" })
            let wanted: Set = [
                "service unknown", "recommendation unknown", "marketing withdrawn", "sharing withdrawn",
            ]
            #expect(found == wanted)
            #expect((told["history"] as? [Any])?.count == 4, "two lines on each of her two strands")
            let otto = try await server.get("/v1/profiles/otto/consents").object
            #expect((otto["history"] as? [Any])?.isEmpty == true)
        }
    }

    static let refusals: [(path: String, body: String, status: Int, code: String)] = [
        ("nobody/merge", #"{"with":"anna"}"#, 404, "unknown_profile"),
        ("anna/merge", #"{"with":"nobody"}"#, 404, "unknown_profile"), ("anna/merge", "{}", 400, "missing"),
        ("anna/merge", #"{"with":7}"#, 400, "wrong_value"), ("anna/merge", #"{"with":"anna"}"#, 409, "same_person"),
        ("anna/merge", #"{"with":"otto","preview":1}"#, 400, "wrong_value"),
        ("anna/unmerge", #"{"identifiers":["otto"]}"#, 409, "not_hers"),
        ("anna/unmerge", #"{"identifiers":["anna"]}"#, 409, "nothing_left"),
        ("anna/unmerge", #"{"identifiers":[]}"#, 400, "wrong_value"),
        ("anna/consents", #"{"use":"love","decision":"granted"}"#, 400, "wrong_value"),
        ("anna/consents", #"{"use":"marketing"}"#, 400, "missing"),
        ("anna/consents", #"{"use":"sharing","decision":"granted"}"#, 400, "missing"),
        ("anna/consents", #"{"use":"service","decision":"granted","organization":"x"}"#, 400, "wrong_value"),
        (
            "anna/consents", #"{"use":"marketing","decision":"granted","at":"2027-01-01T00:00:00Z"}"#, 400,
            "in_the_future"
        ),
        ("anna/consents", #"{"use":"marketing","decision":"granted","at":"yesterday"}"#, 400, "not_a_time"),
        ("anna/consents", #"{"use":"marketing","decision":"granted","notice":{"x":1}}"#, 400, "unknown_member"),
        (
            "anna/consents", #"{"use":"marketing","decision":"granted","manner":"globalPrivacyControl"}"#, 400,
            "wrong_value"
        ),
    ]

    @Test("what cannot be is refused with what and where, and changes nothing", arguments: refusals)
    func refuses(_ example: (path: String, body: String, status: Int, code: String)) async throws {
        try await RunningServer.run { server in
            for user in ["anna", "otto"] {
                _ = try await server.post("/v1/track", #"{"userId":"\#(user)","event":"A"}"#)
            }
            await server.folded()
            let end = server.log.end
            let answer = try await Self.post(server, "/v1/profiles/\(example.path)", example.body)
            #expect(answer.status == example.status)
            #expect(answer.object["code"] as? String == example.code)
            #expect(server.log.end == end)
        }
    }

    @Test("whoever belongs to another organization is, on every route, as one who is not there")
    func strangers() async throws {
        try await RunningServer.run { server in
            let now = RunningServer.now
            let theirs = server.access.found(
                "others", source: Source.Draft(name: "others", kind: .server),
                keys: [(KeyHash(of: "write-key-of-others"), Key.Draft(label: "w", scopes: [.write]))], at: now)
            #expect(theirs.organization != 1)
            let body = #"{"userId":"theirs","anonymousId":"their-v","event":"A"}"#
            #expect(try await server.post("/v1/track", body, key: "write-key-of-others").status == 200)
            await server.folded()
            let routes = server.routes.filter { $0.contains("/v1/profiles/{id}") }
            #expect(routes.count == 14)
            for route in routes {
                let words = route.split(separator: " ").map(String.init)
                let bodies = [
                    "post /v1/profiles/{id}/merge": #"{"with":"x"}"#,
                    "post /v1/profiles/{id}/links": #"{"with":"x","kind":"family"}"#,
                    "post /v1/profiles/{id}/unmerge": #"{"identifiers":["x"]}"#,
                    "post /v1/profiles/{id}/corrections": #"{"kind":"done","messageId":"x"}"#,
                    "post /v1/profiles/{id}/consents": #"{"use":"service","decision":"granted"}"#,
                ]
                func ask(_ id: String) async throws -> RunningServer.Answer {
                    try await server.send(
                        words[0].uppercased(), words[1].replacing("{id}", with: id), key: RunningServer.apiKey,
                        body: bodies[route].map { Data($0.utf8) })
                }
                for id in ["theirs", "their-v"] {
                    let (foreign, absent) = (try await ask(id), try await ask("nobody"))
                    #expect(foreign.status == 404, "\(route)")
                    #expect(foreign.body == absent.body, "\(route)")
                }
            }
        }
    }
}
