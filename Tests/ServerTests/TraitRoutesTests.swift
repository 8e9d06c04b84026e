import Foundation
import Testing
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("traits, facets, contacts and search over HTTP")
struct TraitRoutesTests {
    private static func identify(
        _ server: RunningServer, _ traits: String, user: String = "anna", at time: String = "2026-03-01T09:00:00Z",
        key: String = RunningServer.writeKey
    ) async throws {
        let body = #"{"userId":"\#(user)","timestamp":"\#(time)","traits":\#(traits)}"#
        #expect(try await server.post("/v1/identify", body, key: key).status == 200)
    }

    private static func traits(_ server: RunningServer, of id: String = "anna") async throws -> [String: [String: Any]]
    {
        let profile = try await server.get("/v1/profiles/\(id)").object
        let list = try #require(profile["traits"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: list.map { ($0["name"] as? String ?? "", $0) })
    }

    /// A key of a browser, which is not believed.
    private static func browserKey(_ server: RunningServer) throws -> String {
        let source = try server.access.add(Source.Draft(name: "site", kind: .browser), organization: 1)
        var draft = Key.Draft(label: "site", scopes: [.write])
        draft.source = source.number
        _ = try server.access.add(
            draft, hash: KeyHash(of: "write-key-of-site"), organization: 1, at: RunningServer.now)
        return "write-key-of-site"
    }

    @Test("the latest that was said counts, a browser's word is not verified, and what is taken back is gone")
    func traits() async throws {
        try await RunningServer.run { server in
            let browser = try Self.browserKey(server)
            try await Self.identify(server, #"{"city":"Bern","age":41,"tags":["a",{"b":null}],"old":1}"#)
            try await Self.identify(server, #"{"city":"Chur"}"#, at: "2026-02-01T09:00:00Z")
            try await Self.identify(server, #"{"old":null}"#, at: "2026-03-02T09:00:00Z")
            try await Self.identify(
                server, #"{"city":"Paris","shoe":43.5}"#, at: "2026-03-03T09:00:00Z", key: browser)
            try await Self.identify(server, #"{"essay":"\#(String(repeating: "x", count: 1_100))"}"#)
            await server.folded()
            let told = try await Self.traits(server)
            #expect(Set(told.keys) == ["city", "age", "tags", "shoe", "essay"])
            let city = try #require(told["city"])
            #expect(city["value"] as? String == "Bern" && city["verified"] as? Bool == true)
            #expect(city["at"] as? String == "2026-03-01T09:00:00.000Z")
            #expect((city["claimed"] as? [String: Any])?["value"] as? String == "Paris")
            #expect(told["shoe"]?["verified"] as? Bool == false && told["shoe"]?["value"] as? Double == 43.5)
            #expect(told["age"]?["value"] as? Int == 41)
            #expect((told["tags"]?["value"] as? [Any])?.count == 2)
            #expect(told["essay"]?["tooLong"] as? Bool == true && told["essay"]?["value"] is NSNull)
            #expect(try await server.get("/v1/profiles/anna").object["traitsCut"] as? Bool == false)
        }
    }

    @Test("traits of any event's context, and of a visitor who signs in, are hers; those of two who are parted part")
    func strands() async throws {
        try await RunningServer.run { server in
            let visit = #"{"anonymousId":"v","event":"A","context":{"traits":{"plan":"basic"}}}"#
            #expect(try await server.post("/v1/track", visit).status == 200)
            try await Self.identify(server, #"{"city":"Bern"}"#)
            #expect(
                try await server.post("/v1/track", #"{"userId":"anna","anonymousId":"v","event":"B"}"#).status == 200)
            try await Self.identify(server, #"{"city":"Genf","floor":3}"#, user: "ann", at: "2026-03-05T09:00:00Z")
            await server.folded()
            #expect(
                try await Self.traits(server).mapValues { "\($0["value"] ?? "")" } == ["plan": "basic", "city": "Bern"])
            let merge = try await server.post("/v1/profiles/anna/merge", #"{"with":"ann"}"#, key: RunningServer.apiKey)
            #expect(merge.status == 202)
            await server.folded()
            #expect(
                try await Self.traits(server).mapValues { "\($0["value"] ?? "")" }
                    == ["plan": "basic", "city": "Genf", "floor": "3"])
            let part = try await server.post(
                "/v1/profiles/anna/unmerge", #"{"identifiers":["ann"]}"#, key: RunningServer.apiKey)
            #expect(part.status == 202)
            await server.folded()
            #expect(
                try await Self.traits(server).mapValues { "\($0["value"] ?? "")" } == ["plan": "basic", "city": "Bern"])
            #expect(try await Self.traits(server, of: "ann").count == 2)
        }
    }

    @Test("a merge that is taken back gives each side its own messages sent and its own place in the holdout group")
    func caps() async throws {
        try await RunningServer.run(discovers: true) { server in
            for (user, count) in [("anna", 2), ("ann", 3)] {
                for number in 0..<count {
                    let body =
                        #"{"userId":"\#(user)","event":"Email Delivered","timestamp":"2026-03-0\#(number + 1)T09:00:00Z"}"#
                    #expect(try await server.post("/v1/track", body).status == 200)
                }
            }
            await server.folded()
            func told(_ user: String) async throws -> (sent: Int?, isHeldOut: Bool?) {
                let profile = try await server.get("/v1/profiles/\(user)").object
                let channels = (profile["sent"] as? [String: Any])?["channels"] as? [[String: Any]]
                #expect(channels?.map { $0["channel"] as? String } == ["email"])
                return (channels?.first?["within720Hours"] as? Int, profile["heldOut"] as? Bool)
            }
            let (anna, ann) = (try await told("anna"), try await told("ann"))
            #expect(anna.sent == 2 && ann.sent == 3)
            #expect(anna.isHeldOut != nil && ann.isHeldOut != nil)
            let key = RunningServer.apiKey
            #expect(try await server.post("/v1/profiles/anna/merge", #"{"with":"ann"}"#, key: key).status == 202)
            await server.folded()
            #expect(try await told("ann").sent == 5)
            let (one, same) = (try await told("ann"), try await told("anna"))
            #expect(one.isHeldOut == same.isHeldOut)
            let apart = try await server.post(
                "/v1/profiles/anna/unmerge", #"{"identifiers":["ann"]}"#, key: key)
            #expect(apart.status == 202)
            await server.folded()
            let (annaAgain, annAgain) = (try await told("anna"), try await told("ann"))
            #expect(annaAgain == anna && annAgain == ann)
        }
    }

    @Test("what she belongs to is a facet; contacts are the latest of each channel; a purpose says what it rests on")
    func facets() async throws {
        try await RunningServer.run(discovers: true) { server in
            let group = #"{"userId":"anna","groupId":"acme","traits":{"name":"Acme","staff":12}}"#
            #expect(try await server.post("/v1/group", group).status == 200)
            #expect(try await server.post("/v1/group", #"{"userId":"anna","groupId":"club"}"#).status == 200)
            // A word without traits takes nothing back, and null takes all back.
            #expect(try await server.post("/v1/group", #"{"userId":"anna","groupId":"acme"}"#).status == 200)
            for traits in [#"{"n":1}"#, "null"] {
                let left = #"{"userId":"anna","groupId":"left","traits":\#(traits)}"#
                #expect(try await server.post("/v1/group", left).status == 200)
            }
            for (index, channel) in ["web", "branch", "web"].enumerated() {
                let body =
                    #"{"userId":"anna","event":"Search Performed","timestamp":"2026-03-0\#(index + 1)T09:00:00Z","#
                    + #""context":{"channel":"\#(channel)"},"properties":{"query":"home loan rates"}}"#
                #expect(try await server.post("/v1/track", body).status == 200)
            }
            await server.folded()
            let profile = try await server.get("/v1/profiles/anna").object
            let facets = try #require(profile["facets"] as? [[String: Any]])
            #expect(facets.map { $0["name"] as? String } == ["acme", "club"])
            #expect((facets[0]["value"] as? [String: Any])?["staff"] as? Int == 12)
            #expect((profile["traits"] as? [Any])?.isEmpty == true)
            let contacts = try #require(profile["contacts"] as? [[String: Any]])
            let byChannel = contacts.filter { ["web", "branch"].contains($0["channel"] as? String) }
            #expect(byChannel.map { $0["channel"] as? String } == ["web", "branch"])
            #expect(byChannel[0]["at"] as? String == "2026-03-03T09:00:00.000Z")
            #expect(byChannel[0]["event"] as? String == "Search Performed" && byChannel[0]["events"] as? Int == 2)
            let purpose = try #require((profile["purposes"] as? [[String: Any]])?.first)
            let evidence = try #require(purpose["evidence"] as? [[String: Any]])
            #expect(evidence.first?["text"] as? String == "home loan rates")
            #expect(evidence.count <= PersonPurpose.evidenceMax)
            #expect((purpose["why"] as? String)?.contains("web, branch") == true, "\(purpose["why"] ?? "")")
        }
    }

    @Test("a household is a link of two: each is told of the other and of nothing that is hers, until it is over")
    func links() async throws {
        try await RunningServer.run { server in
            try await Self.identify(server, #"{"city":"Bern","email":"anna@mail.example"}"#)
            try await Self.identify(server, #"{"city":"Genf"}"#, user: "otto")
            await server.folded()
            func link(_ id: String, _ body: String) async throws -> RunningServer.Answer {
                try await server.post("/v1/profiles/\(id)/links", body, key: RunningServer.apiKey)
            }
            func linked(_ id: String) async throws -> [String] {
                let links = try await server.get("/v1/profiles/\(id)").object["links"] as? [[String: Any]] ?? []
                #expect(
                    (try await server.get("/v1/profiles/\(id)/links").object["items"] as? [Any])?.count == links.count)
                return links.map { "\($0["kind"] ?? "") \(($0["with"] as? [String: Any])?["value"] ?? "")" }
            }
            #expect(try await link("anna%40mail.example", #"{"with":"otto","kind":"household"}"#).status == 202)
            #expect(try await link("otto", #"{"with":"anna","kind":"partner"}"#).status == 202)
            await server.folded()
            #expect(try await linked("anna") == ["household otto", "partner otto"])
            #expect(try await linked("otto") == ["household anna", "partner anna"])
            #expect(try await Self.traits(server, of: "otto").mapValues { "\($0["value"] ?? "")" } == ["city": "Genf"])
            #expect((try await server.get("/v1/profiles/otto").object["identifiers"] as? [Any])?.count == 1)
            #expect(try await link("otto", #"{"with":"anna","kind":"household","ended":true}"#).status == 202)
            await server.folded()
            #expect(try await linked("anna") == ["partner otto"])
            for (id, body, status, code) in [
                ("anna", #"{"with":"anna@mail.example","kind":"family"}"#, 409, "same_person"),
                ("anna", #"{"with":"nobody","kind":"family"}"#, 404, "unknown_profile"),
                ("anna", #"{"with":"otto","kind":"owner"}"#, 400, "wrong_value"),
            ] {
                let answer = try await link(id, body)
                #expect(answer.status == status && answer.object["code"] as? String == code, "\(body)")
            }
            // Who is erased is nobody's link any more.
            let erased = try await server.send("DELETE", "/v1/profiles/anna", key: RunningServer.apiKey)
            #expect(erased.status == 202)
            await server.folded()
            #expect(try await linked("otto") == [])
        }
    }

    @Test("an identifier has so many links, and one more is refused")
    func linkLimit() async throws {
        try await RunningServer.run { server in
            for number in 0...LinkRow.perStrandMax + 1 { try await Self.identify(server, "{}", user: "u\(number)") }
            await server.folded()
            func link(_ number: Int) async throws -> RunningServer.Answer {
                try await server.post(
                    "/v1/profiles/u0/links", #"{"with":"u\#(number)","kind":"business"}"#, key: RunningServer.apiKey)
            }
            for number in 1...LinkRow.perStrandMax { #expect(try await link(number).status == 202) }
            await server.folded()
            let more = try await link(LinkRow.perStrandMax + 1)
            #expect(more.status == 409 && more.object["code"] as? String == "too_many_links")
            // What is there takes no more room, and what is over gives it back.
            #expect(try await link(1).status == 202)
            let over = #"{"with":"u2","kind":"business","ended":true}"#
            #expect(try await server.post("/v1/profiles/u0/links", over, key: RunningServer.apiKey).status == 202)
            await server.folded()
            #expect(try await link(LinkRow.perStrandMax + 1).status == 202)
        }
    }

    private static func search(_ server: RunningServer, _ body: String, key: String = RunningServer.apiKey) async throws
        -> RunningServer.Answer
    {
        try await server.post("/v1/search", body, key: key)
    }

    private static func found(_ answer: RunningServer.Answer) -> [Set<String>] {
        (answer.object["items"] as? [[String: Any]] ?? []).map { item in
            Set((item["identifiers"] as? [[String: Any]] ?? []).map { $0["value"] as? String ?? "" })
        }
    }

    @Test("people are found by the beginning of an identifier or by their names, each once, and hear of it")
    func searching() async throws {
        try await RunningServer.run { server in
            try await Self.identify(server, #"{"firstName":"Änna","lastName":"Müller","email":"Anna@Mail.example"}"#)
            try await Self.identify(server, #"{"name":"Annabel Moor"}"#, user: "annabel")
            try await Self.identify(server, #"{"name":"Otto Moor"}"#, user: "otto")
            await server.folded()
            let anna: Set = ["anna", "anna@mail.example"]
            for (body, people) in [
                (#"{"identifier":"anna"}"#, [anna, ["annabel"]]), (#"{"identifier":"ANNA@mail"}"#, [anna]),
                (#"{"identifier":"otto","limit":1}"#, [["otto"]]), (#"{"identifier":"nobody"}"#, []),
                (#"{"name":"muller anna"}"#, [anna]), (#"{"name":"ANN"}"#, [anna, ["annabel"]]),
                (#"{"name":"moor"}"#, [["annabel"], ["otto"]]), (#"{"name":"anna moor"}"#, [["annabel"]]),
            ] as [(String, [Set<String>])] {
                let answer = try await Self.search(server, body)
                #expect(answer.status == 200)
                #expect(Self.found(answer) == people, "\(body)")
                #expect(answer.object["more"] as? Bool == false)
            }
            let first = try await Self.search(server, #"{"name":"moor","limit":1}"#)
            #expect(Self.found(first) == [["annabel"]] && first.object["more"] as? Bool == true)
            let names = ((first.object["items"] as? [[String: Any]])?.first?["names"] as? [[String: Any]])?.first
            #expect(names?["value"] as? String == "Annabel Moor" && names?["verified"] as? Bool == true)
            let readings = try await server.get("/v1/profiles/otto/readings").object["items"] as? [[String: Any]]
            #expect(readings?.contains { $0["what"] as? String == "search" } == true)
        }
    }

    @Test("a search that says too little or too much is refused, and finds nobody of another organization")
    func refusals() async throws {
        try await RunningServer.run { server in
            _ = server.access.found(
                "others", source: Source.Draft(name: "others", kind: .server),
                keys: [(KeyHash(of: "write-key-of-others"), Key.Draft(label: "w", scopes: [.write]))],
                at: RunningServer.now)
            try await Self.identify(server, #"{"name":"Anna Moor"}"#, user: "theirs", key: "write-key-of-others")
            await server.folded()
            for body in [#"{"identifier":"theirs"}"#, #"{"name":"Anna Moor"}"#] {
                #expect(Self.found(try await Self.search(server, body)) == [])
            }
            for (body, code) in [
                ("{}", "missing"), (#"{"identifier":"abc","name":"x"}"#, "missing"),
                (#"{"identifier":"ab"}"#, "too_short"),
                (#"{"name":"--"}"#, "wrong_value"), (#"{"name":"x","limit":0}"#, "wrong_value"),
                (#"{"name":"x","limit":\#(PersonReader.foundMax + 1)}"#, "wrong_value"),
                (#"{"name":"\#(String(repeating: "x", count: SearchRoutes.textBytesMax + 1))"}"#, "wrong_value"),
                (#"{"word":"x"}"#, "unknown_member"),
            ] {
                let answer = try await Self.search(server, body)
                #expect(answer.status == 400 && answer.object["code"] as? String == code, "\(body) \(answer.object)")
            }
            #expect(try await Self.search(server, #"{"name":"x"}"#, key: RunningServer.writeKey).status == 403)
        }
    }
}
