import Foundation
import Testing
import Throughline
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("journey maps over HTTP")
struct MapRoutesTests {
    private static func yaml(_ purpose: String, _ milestones: [String]) -> String {
        """
        map: Home & money
        objectives:
          - name: A home of one's own
            purposes:
              - name: \(purpose)
                milestones:
        """ + "\n" + milestones.map { "          - {\($0)}\n" }.joined()
    }

    private static let first = [
        "name: Looked, stage: explore, on: Viewed, channels: [web]",
        #"name: Weighed, stage: compare, on: Compared, when: 'properties.query != ""'"#,
        "name: Signed, stage: fulfilled, on: Approved",
    ]

    private static func publish(
        _ server: RunningServer, _ text: String, as name: String = "home", query: String = "",
        key: String = RunningServer.apiKey
    ) async throws -> RunningServer.Answer {
        let answer = try await server.send("PUT", "/v1/maps/\(name)\(query)", key: key, body: Data(text.utf8))
        await server.folded()
        return answer
    }

    private static func say(
        _ server: RunningServer, _ path: String, _ body: String = "", key: String = RunningServer.apiKey
    ) async throws -> (Int, String?) {
        let answer = try await server.post("/v1/maps/\(path)", body, key: key)
        await server.folded()
        return (answer.status, answer.object["code"] as? String)
    }

    /// A second key that may change things.
    private static func secondKey(_ server: RunningServer) async throws -> String {
        let answer = try await server.post(
            "/v1/keys", #"{"label":"second","scopes":["read","change"]}"#, key: RunningServer.apiKey)
        return try #require(answer.object["secret"] as? String ?? answer.object["key"] as? String)
    }

    @Test("what is wrong is told with line and column; a version is told as a tree and as it was sent")
    func publishing() async throws {
        try await RunningServer.run { server in
            let wrong = try await Self.publish(server, "map: m\nobjektives: []\n")
            #expect(wrong.status == 400 && wrong.object["code"] as? String == "map_faults")
            let faults = try #require(wrong.object["faults"] as? [[String: Any]])
            #expect(faults.contains { $0["line"] as? Int == 2 && $0["column"] as? Int == 1 }, "\(faults)")
            #expect(wrong.object["furtherFaults"] as? Int == 0)
            #expect(try await server.get("/v1/maps/home").status == 404)

            let text = Self.yaml("Home loan", Self.first)
            let preview = try await Self.publish(server, text, query: "?preview=true")
            #expect(preview.status == 200 && preview.object["preview"] as? Bool == true)
            #expect(try await server.get("/v1/maps").object["items"] as? [String] == [])
            #expect(try await Self.publish(server, text, query: "?preview=no").status == 400)
            #expect(try await Self.publish(server, text).status == 202)
            let again = try await Self.publish(server, text)
            #expect(again.status == 409 && again.object["code"] as? String == "map_unchanged")
            let map = try await server.get("/v1/maps/home").object
            #expect(map["version"] as? Int == 1 && (map["versions"] as? [Any])?.count == 1)
            let tree = try #require(map["map"] as? [String: Any])
            #expect(tree["title"] as? String == "Home & money")
            let sent = try await server.get("/v1/maps/home/versions/1")
            #expect(sent.text == text && sent.headers["content-type"] == "application/yaml")

            let renamed = Self.first.dropLast() + ["name: Done, stage: fulfilled, on: Approved"]
            let changed = try await Self.publish(
                server, Self.yaml("Home loan", Array(renamed)), query: "?preview=true")
            let differences = try #require(changed.object["differences"] as? [[String: String]])
            #expect(
                differences == [
                    ["kind": "milestoneRenamed", "purpose": "Home loan", "milestone": "Signed", "to": "Done"]
                ])
        }
    }

    @Test("what cannot be is refused with a code, and what is another organization's is not there")
    func refusals() async throws {
        try await RunningServer.run { server in
            #expect(try await Self.publish(server, Self.yaml("Home loan", Self.first)).status == 202)
            let cases: [(String, String, Int, String)] = [
                ("home/versions/9/approve", "", 404, "unknown_version"),
                ("home/versions/one/approve", "", 404, "unknown_version"),
                ("home/versions/1/approve", "", 409, "map_not_proposed"),
                ("home/versions/1/reject", "", 409, "map_not_proposed"),
                ("none/versions/1/approve", "", 404, "unknown_map"),
                ("home/migrate", #"{"from":1,"to":2}"#, 404, "unknown_version"),
                ("home/migrate", #"{"from":1,"to":1}"#, 409, "map_same_version"),
                ("home/migrate", #"{"from":1}"#, 400, "missing"),
                ("home/migrate", #"{"from":0,"to":1}"#, 400, "wrong_value"),
                ("none/migrate", #"{"from":1,"to":1}"#, 404, "unknown_map"),
            ]
            for (path, body, status, code) in cases {
                #expect(try await Self.say(server, path, body) == (status, code), "\(path) \(body)")
            }
            #expect(try await Self.say(server, "home/migrate", "{}", key: RunningServer.writeKey).0 == 403)
            #expect(try await Self.publish(server, "x", key: RunningServer.writeKey).status == 403)
            #expect(try await server.get("/v1/maps", key: RunningServer.writeKey).status == 403)
            let named = try await Self.publish(server, Self.yaml("x", Self.first), as: "Home")
            #expect(named.status == 400 && named.object["code"] as? String == "bad_map_name")
            let long = String(repeating: " ", count: JourneyMap.bytesMax + 1)
            #expect(try await Self.publish(server, long).status == 413)
            #expect(try await server.get("/v1/maps/home/versions/2").status == 404)

            server.access.found(
                "other", source: Source.Draft(name: "other", kind: .server),
                keys: [
                    (KeyHash(of: "foreign-key"), Key.Draft(label: "other", scopes: [.read, .change]))
                ], at: RunningServer.now)
            for path in ["home", "home/check", "home/versions/1"] {
                let foreign = try await server.get("/v1/maps/\(path)", key: "foreign-key")
                let absent = try await server.get("/v1/maps/\(path.replacing("home", with: "none"))")
                #expect(foreign.status == 404 && foreign.body == absent.body, "\(path)")
            }
            #expect(
                try await Self.say(server, "home/migrate", #"{"from":1,"to":1}"#, key: "foreign-key")
                    == (404, "unknown_map"))
            let gone = try await server.send("DELETE", "/v1/maps/home", key: "foreign-key")
            #expect(gone.status == 404)
        }
    }

    @Test(
        "a version that an earlier program took and this one cannot read is told with its faults, and nobody is on it")
    func unreadable() async throws {
        try await RunningServer.run { server in
            let name = try #require(MapName("old"))
            var bytes: [UInt8] = []
            try CommandRecord(
                organization: 1, receivedAt: RunningServer.now, actor: "k",
                command: .map(.publish(name, text: "map: m\nchapters: []\n", isProposal: false))
            ).append(to: &bytes)
            var records = LogRecords()
            let record = bytes
            records.append { $0.append(contentsOf: record) }
            _ = try await server.log.append(records)
            await server.folded()
            let map = try await server.get("/v1/maps/old").object
            #expect(map["version"] as? Int == 1 && map["map"] is NSNull && map["faults"] is [Any])
            let check = try await server.get("/v1/maps/old/check")
            #expect(check.status == 409 && check.object["code"] as? String == "map_faults")
            #expect(try await Self.publish(server, Self.yaml("Home loan", Self.first), as: "old").status == 202)
            #expect(try await server.get("/v1/maps/old").object["map"] is [String: Any])
        }
    }

    @Test("where a second pair of eyes is wanted, a version holds once another key approved it")
    func approval() async throws {
        var settings = ServerSettings(host: "127.0.0.1", port: 0)
        settings.mapsNeedApproval = true
        try await RunningServer.run(settings: settings) { server in
            let second = try await Self.secondKey(server)
            let text = Self.yaml("Home loan", Self.first)
            let answer = try await Self.publish(server, text)
            #expect(answer.status == 202 && answer.object["proposal"] as? Bool == true)
            let proposed = try await server.get("/v1/maps/home").object
            #expect(proposed["version"] is NSNull && proposed["proposed"] as? [Int] == [1])
            #expect(try await server.get("/v1/maps/home/check").object["code"] as? String == "map_never_held")
            #expect(try await Self.say(server, "home/versions/1/approve") == (409, "map_own_proposal"))
            #expect(try await Self.say(server, "home/versions/1/approve", key: second) == (202, nil))
            #expect(try await server.get("/v1/maps/home").object["version"] as? Int == 1)
            #expect(try await Self.publish(server, text + "# 2\n").status == 202)
            #expect(try await Self.say(server, "home/versions/2/reject") == (202, nil))
            #expect(try await Self.say(server, "home/versions/2/approve", key: second) == (409, "map_not_proposed"))
            let versions = try await server.get("/v1/maps/home").object["versions"] as? [[String: Any]]
            #expect(versions?.map { $0["standing"] as? String } == ["holds", "rejected"])
        }
    }

    private static func track(_ server: RunningServer, _ person: String, _ event: String, _ text: String, day: Int)
        async throws
    {
        let body =
            #"{"userId":"\#(person)","event":"\#(event)","timestamp":"2026-03-0\#(day)T09:00:00Z","#
            + #""properties":{"query":"\#(text)"}}"#
        #expect(try await server.post("/v1/track", body).status == 200)
        await server.folded()
    }

    private static func purpose(_ server: RunningServer, _ person: String) async throws -> [String: Any] {
        let items = try await server.get("/v1/profiles/\(person)/purposes").object["items"] as? [[String: Any]]
        return try #require(items?.first)
    }

    @Test("people stay in the version that they entered until they are migrated; a preview says who would be")
    func versions() async throws {
        try await RunningServer.run(discovers: true) { server in
            let texts = ["home loan rates", "home loan calculator", "home loan offer", "home loan"]
            for person in 0..<12 {
                for (step, text) in texts.enumerated() {
                    try await Self.track(
                        server, "u\(person)", ["Viewed", "Compared", "Submitted", "Approved"][step], text, day: step + 1
                    )
                }
            }
            try await server.makeTypes()
            await server.folded()
            try await Self.track(server, "early", "Viewed", texts[0], day: 5)
            let type = try #require(try await Self.purpose(server, "early")["type"] as? String)
            let types = try await server.get("/v1/types").object["items"] as? [[String: Any]]
            let id = try #require(types?.first { $0["name"] as? String == type }?["type"] as? Int)
            let rename = #"{"edit":"rename","name":"Our own home"}"#
            #expect(try await server.post("/v1/types/\(id)", rename, key: RunningServer.apiKey).status == 202)
            await server.folded()
            #expect(try await Self.purpose(server, "early")["map"] is NSNull)

            #expect(try await Self.publish(server, Self.yaml("our OWN home", Self.first)).status == 202)
            var early = try await Self.purpose(server, "early")
            var map = try #require(early["map"] as? [String: Any])
            #expect(map["name"] as? String == "home" && map["version"] as? Int == 1)
            #expect(map["last"] as? String == "Looked" && map["next"] as? String == "Weighed")
            #expect(early["missing"] as? String == "Weighed")
            try await Self.track(server, "early", "Compared", texts[1], day: 6)
            map = try #require(try await Self.purpose(server, "early")["map"] as? [String: Any])
            #expect(map["reached"] as? [String] == ["Looked", "Weighed"] && map["undecided"] as? [String] == [])

            let second = ["name: Seen, stage: explore, on: Viewed", "name: Done, stage: fulfilled, on: Approved"]
            #expect(try await Self.publish(server, Self.yaml("Our own home", second)).status == 202)
            try await Self.track(server, "late", "Viewed", texts[0], day: 7)
            map = try #require(try await Self.purpose(server, "late")["map"] as? [String: Any])
            #expect(map["version"] as? Int == 2 && map["last"] as? String == "Seen")
            early = try await Self.purpose(server, "early")
            #expect((early["map"] as? [String: Any])?["version"] as? Int == 1)

            let preview = try await server.post(
                "/v1/maps/home/migrate", #"{"from":1,"to":2,"preview":true}"#, key: RunningServer.apiKey)
            #expect(preview.status == 200)
            let affected = try #require(preview.object["affectedPurposes"] as? Int)
            #expect(affected >= 1 && preview.object["losingMilestones"] as? Int == affected)
            #expect(preview.object["lookedPeople"] as? Int == 14 && preview.object["people"] as? Int == 14)
            #expect((preview.object["estimate"] as? [String: Int])?["affectedPurposes"] == affected)
            #expect(try await Self.say(server, "home/migrate", #"{"from":1,"to":2}"#) == (202, nil))
            map = try #require(try await Self.purpose(server, "early")["map"] as? [String: Any])
            #expect(map["version"] as? Int == 2 && map["reached"] as? [String] == ["Seen"])
            #expect(map["next"] as? String == "Done")

            try await Self.checked(server, type: id)
            let shelf = server.profiles.mapShelf(of: 1)
            let sampled = try PersonReader(
                profiles: server.profiles, log: server.log, maps: MapLibrary().read
            ).preview(
                migrating: try #require(shelf.maps.first), from: 2, to: 1, organization: 1, now: RunningServer.now,
                peopleMax: 7)
            #expect(sampled.lookedPeople == 7 && sampled.peopleCount == 14)
            #expect(sampled.estimate(sampled.affectedCount) == sampled.affectedCount * 2)

            #expect(try await server.send("DELETE", "/v1/maps/home", key: RunningServer.apiKey).status == 202)
            await server.folded()
            #expect(try await Self.purpose(server, "early")["map"] is NSNull)
            #expect(try await server.get("/v1/maps/home").object["retired"] is [String: Any])
        }
    }

    /// The check of the second version, beside what is counted.
    private static func checked(_ server: RunningServer, type: Int) async throws {
        let check = try await server.get("/v1/maps/home/check").object
        let purpose = try #require((check["purposes"] as? [[String: Any]])?.first)
        #expect(check["version"] as? Int == 2 && (purpose["types"] as? [Int])?.contains(type) == true)
        let count = try #require(purpose["purposes"] as? Int)
        #expect(count >= 2)
        let milestones = try #require(purpose["milestones"] as? [[String: Any]])
        let reached = try #require(milestones.first?["reached"] as? [String: Any])
        #expect(reached["least"] as? Int == reached["most"] as? Int && (reached["most"] as? Int ?? 0) >= 2)
        let gaps = try #require(purpose["gaps"] as? [[String: Any]])
        #expect(gaps.map { $0["kind"] as? String } == ["noStage", "noStage", "noStage", "nowhere", "nowhere"])
        #expect(purpose["undrawn"] is [Any])
    }
}
