import Foundation
import Testing
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("sources and keys over HTTP")
struct AdministrationTests {
    private static let event = #"{"userId":"anna","event":"Product Viewed"}"#

    private static func items(_ answer: RunningServer.Answer) -> [[String: Any]] {
        answer.object["items"] as? [[String: Any]] ?? []
    }

    /// Makes a key for the first source and says its id and itself.
    private static func makeKey(_ server: RunningServer) async throws -> (id: String, key: String) {
        let body = #"{"label":"shop","scopes":["write"],"source":1}"#
        let made = try await server.post("/v1/keys", body, key: RunningServer.apiKey)
        #expect(made.status == 201)
        return (try #require(made.object["id"] as? String), try #require(made.object["key"] as? String))
    }

    @Test("a source is made, listed, and gets a key that writes for it")
    func sources() async throws {
        try await RunningServer.run { server in
            let made = try await server.post(
                "/v1/sources", #"{"name":"Laden 🛒","kind":"browser"}"#, key: RunningServer.apiKey)
            #expect(made.status == 201)
            #expect(made.object["number"] as? Int == 2)
            let listed = Self.items(try await server.get("/v1/sources"))
            #expect(listed.map { $0["name"] as? String } == ["tests", "Laden 🛒"])
            #expect(listed.map { $0["kind"] as? String } == ["server", "browser"])
            let body = #"{"label":"shop","scopes":["write"],"source":2}"#
            let key = try #require(
                try await server.post("/v1/keys", body, key: RunningServer.apiKey).object["key"] as? String)
            #expect(try await server.post("/v1/track", Self.event, key: key).status == 200)
            #expect(try await server.get("/v1/sources", key: key).status == 403)
        }
    }

    @Test("a key is told once and never again")
    func once() async throws {
        try await RunningServer.run { server in
            let answer = try await server.post(
                "/v1/keys", #"{"label":"shop","scopes":["write"],"source":1}"#, key: RunningServer.apiKey)
            let key = try #require(answer.object["key"] as? String)
            #expect(key.hasPrefix("tlw_"))
            #expect(answer.headers["cache-control"] == "no-store")
            let list = try await server.get("/v1/keys")
            #expect(!list.text.contains(key))
            let shown = try #require(Self.items(list).first { $0["label"] as? String == "shop" })
            #expect(shown["ending"] as? String == String(key.suffix(4)))
            #expect(shown["createdAt"] as? String == "2026-03-10T12:00:10.000Z")
            #expect(shown["source"] as? Int == 1)
            #expect(shown["scopes"] as? [String] == ["write"])
            #expect(shown["expiresAt"] is NSNull)
        }
    }

    @Test("an old key goes on for its time of grace, then it is refused")
    func rotation() async throws {
        for (body, seconds) in [("", 86_400), (#"{"graceSeconds":60}"#, 60), (#"{"graceSeconds":0}"#, 0)] {
            try await RunningServer.run { server in
                let (id, key) = try await Self.makeKey(server)
                let answer = try await server.post("/v1/keys/\(id)/rotate", body, key: RunningServer.apiKey)
                #expect(answer.status == 201)
                let new = try #require(answer.object["key"] as? String)
                #expect((answer.object["replaces"] != nil) == (seconds > 0))
                #expect(answer.object["label"] as? String == "shop")
                if seconds > 0 {
                    server.clock.advance(seconds: Int64(seconds) - 1)
                    #expect(try await server.post("/v1/track", Self.event, key: key).status == 200)
                    server.clock.advance(seconds: 1)
                }
                #expect(try await server.post("/v1/track", Self.event, key: key).status == 401)
                #expect(try await server.post("/v1/track", Self.event, key: new).status == 200)
            }
        }
    }

    @Test("a revoked key is refused at once; the last that administers stays")
    func revocation() async throws {
        try await RunningServer.run { server in
            let (id, key) = try await Self.makeKey(server)
            let path = "/v1/keys/\(id)"
            #expect(try await server.send("DELETE", path, key: RunningServer.apiKey).status == 204)
            #expect(try await server.post("/v1/track", Self.event, key: key).status == 401)
            #expect(try await server.send("DELETE", path, key: RunningServer.apiKey).status == 404)
            let own = try #require(
                Self.items(try await server.get("/v1/keys")).first { $0["label"] as? String == "all else" })
            let answer = try await server.send(
                "DELETE", "/v1/keys/\(try #require(own["id"] as? String))", key: RunningServer.apiKey)
            #expect(answer.status == 409)
            #expect(answer.object["code"] as? String == "last_admin_key")
            #expect(try await server.get("/v1/keys").status == 200)
        }
    }

    @Test("a key that was given an end is refused after it")
    func expiry() async throws {
        try await RunningServer.run { server in
            let body = #"{"label":"guest","scopes":["debug"],"expiresInSeconds":10}"#
            let made = try await server.post("/v1/keys", body, key: RunningServer.apiKey)
            #expect(made.object["expiresAt"] as? String == "2026-03-10T12:00:20.000Z")
            let key = try #require(made.object["key"] as? String)
            #expect(try await server.get("/v1/debugger/events", key: key).status == 200)
            server.clock.advance(seconds: 10)
            #expect(try await server.get("/v1/debugger/events", key: key).status == 401)
        }
    }

    /// Path, body, status, code and place of what is refused.
    private static let refused: [(String, String, Int, String, String?)] = [
        ("/v1/sources", "", 400, "missing", "name"), ("/v1/sources", "{", 400, "not_json", nil),
        ("/v1/sources", "[]", 400, "not_an_object", nil),
        ("/v1/sources", #"{"name":"a","kind":"server","extra":1}"#, 400, "unknown_member", "extra"),
        ("/v1/sources", #"{"name":"a","kind":"carrier pigeon"}"#, 400, "wrong_value", "kind"),
        ("/v1/sources", #"{"name":7,"kind":"server"}"#, 400, "wrong_value", "name"),
        ("/v1/sources", #"{"name":"","kind":"server"}"#, 400, "blank", "name"),
        ("/v1/sources", #"{"name":" a","kind":"server"}"#, 400, "blank", "name"),
        ("/v1/sources", #"{"name":"a\u0007","kind":"server"}"#, 400, "control_character", "name"),
        ("/v1/sources", #"{"name":"tests","kind":"server"}"#, 409, "name_taken", "name"),
        ("/v1/sources", #"{"name":"\#(String(repeating: "é", count: 201))","kind":"server"}"#, 400, "too_long", "name"),
        (
            "/v1/sources", #"{"name":"a","kind":"server","x":"\#(String(repeating: "x", count: 17_000))"}"#, 413,
            "too_large", nil
        ),
        ("/v1/keys", #"{"scopes":["read"]}"#, 400, "missing", "label"),
        ("/v1/keys", #"{"label":"l","scopes":[]}"#, 400, "wrong_value", "scopes"),
        ("/v1/keys", #"{"label":"l","scopes":"read"}"#, 400, "wrong_value", "scopes"),
        ("/v1/keys", #"{"label":"l","scopes":["read","fly"]}"#, 400, "wrong_value", "scopes[1]"),
        ("/v1/keys", #"{"label":"l","scopes":["read","read"]}"#, 400, "twice", "scopes[1]"),
        ("/v1/keys", #"{"label":"l","scopes":["write"]}"#, 400, "wrong_source", "source"),
        ("/v1/keys", #"{"label":"l","scopes":["read"],"source":1}"#, 400, "wrong_source", "source"),
        ("/v1/keys", #"{"label":"l","scopes":["write"],"source":true}"#, 400, "wrong_value", "source"),
        ("/v1/keys", #"{"label":"l","scopes":["write"],"source":4294967296}"#, 400, "wrong_value", "source"),
        ("/v1/keys", #"{"label":"l","scopes":["write"],"source":9}"#, 404, "unknown_source", "source"),
        (
            "/v1/keys", #"{"label":"l","scopes":["read"],"expiresInSeconds":0}"#, 400, "wrong_value", "expiresInSeconds"
        ),
        ("/v1/keys/nobody/rotate", "", 404, "unknown_key", nil),
        ("/v1/keys/nobody/rotate", #"{"graceSeconds":2592001}"#, 400, "wrong_value", "graceSeconds"),
        ("/v1/keys/nobody/rotate", #"{"graceSeconds":1.5}"#, 400, "wrong_value", "graceSeconds"),
    ]

    @Test("what cannot be is refused with what and where")
    func refusals() async throws {
        try await RunningServer.run { server in
            let before = try await server.get("/v1/keys").text
            for (path, body, status, code, place) in Self.refused {
                let answer = try await server.post(path, body, key: RunningServer.apiKey)
                #expect(answer.status == status, "\(path) \(body.prefix(80)) \(answer.text)")
                #expect(answer.object["code"] as? String == code, "\(path) \(body.prefix(80)) \(answer.text)")
                #expect(answer.object["at"] as? String == place, "\(path) \(body.prefix(80)) \(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json")
                #expect(try await server.post(path, body, key: RunningServer.writeKey).status == 403)
                #expect(try await server.post(path, body, key: nil).status == 401)
            }
            #expect(try await server.get("/v1/keys").text == before)
        }
    }

    @Test("another organization's keys and sources are as if they were not there")
    func foreign() async throws {
        try await RunningServer.run { server in
            server.access.found(
                "others", source: Source.Draft(name: "theirs", kind: .server),
                keys: [
                    (KeyHash(of: "their-write-key"), Key.Draft(label: "their writer", scopes: [.write])),
                    (KeyHash(of: "their-api-key"), Key.Draft(label: "their admin", scopes: [.admin])),
                ], at: RunningServer.now)
            let theirs = Self.items(try await server.get("/v1/keys", key: "their-api-key"))
            let id = try #require(theirs.first { $0["label"] as? String == "their writer" }?["id"] as? String)
            for (method, path) in [("DELETE", "/v1/keys/ID"), ("POST", "/v1/keys/ID/rotate")] {
                var answers: [String] = []
                for one in [id, "0000000000000000"] {
                    let answer = try await server.send(
                        method, path.replacingOccurrences(of: "ID", with: one), key: RunningServer.apiKey)
                    #expect(answer.status == 404)
                    answers.append(answer.text)
                }
                #expect(Set(answers).count == 1)
            }
            var answers: [String] = []
            for source in [2, 99] {
                let body = #"{"label":"l","scopes":["write"],"source":\#(source)}"#
                answers.append(try await server.post("/v1/keys", body, key: RunningServer.apiKey).text)
            }
            #expect(Set(answers).count == 1)
            for path in ["/v1/keys", "/v1/sources"] { #expect(!(try await server.get(path)).text.contains("their")) }
        }
    }
}
