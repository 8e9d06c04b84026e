import Foundation
import Logging
import Testing
import Throughline
import ThroughlineEngine

@testable import ThroughlineServer

@Suite("segments over HTTP")
struct SegmentRoutesTests {
    private typealias Answer = RunningServer.Answer

    /// Folds what came, and looks at everybody.
    private static func settle(_ server: RunningServer) async throws {
        await server.folded()
        let service = SegmentService(
            profiles: server.profiles, holdout: HoldoutGroup(percent: 5), now: { server.clock.now },
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        while try service.step() {}
    }

    private static func fill(_ server: RunningServer, _ count: Int = 12) async throws {
        for person in 0..<count {
            let plan = person % 3 == 0 ? "gold" : "silver"
            let body = #"{"userId":"u\#(person)","traits":{"plan":"\#(plan)","email":"u\#(person)@example.com"}}"#
            #expect(try await server.post("/v1/identify", body).status == 200)
        }
    }

    private static func say(
        _ server: RunningServer, _ method: String, _ path: String, _ body: String = "",
        key: String = RunningServer.apiKey
    ) async throws -> (Int, String?) {
        let answer = try await server.send(method, path, key: key, body: Data(body.utf8))
        await server.folded()
        return (answer.status, answer.object["code"] as? String)
    }

    @Test("a segment is defined, told with how far it is made, with its members, and with a person's profile")
    func told() async throws {
        try await RunningServer.run { server in
            try await Self.fill(server)
            let gold = #"{"name":"gold","title":"Gold people","condition":"traits.plan == \"gold\""}"#
            #expect(try await Self.say(server, "POST", "/v1/segments", gold) == (202, nil))
            let building = try await server.get("/v1/segments/gold").object
            #expect(building["state"] as? String == "building" && building["members"] as? Int == 0)
            try await Self.settle(server)
            let list = try await server.get("/v1/segments").object["items"] as? [[String: Any]]
            let one = try #require(list?.first)
            #expect(
                one["state"] as? String == "complete" && one["members"] as? Int == 4 && one["list"] as? Bool == false)
            #expect(one["done"] as? Int == one["of"] as? Int && one["title"] as? String == "Gold people")
            let page = try await server.get("/v1/segments/gold/members?limit=3").object
            let next = try #require(page["next"] as? String)
            let rest = try await server.get("/v1/segments/gold/members?limit=3&cursor=\(next)").object
            let members = [page, rest].flatMap { $0["items"] as? [[String: Any]] ?? [] }
            #expect(members.map { $0["value"] as? String } == ["u0", "u3", "u6", "u9"] && rest["next"] is NSNull)
            let profile = try await server.get("/v1/profiles/u3").object["segments"] as? [[String: Any]]
            #expect(profile?.count == 1 && profile?.first?["name"] as? String == "gold")
            #expect((try await server.get("/v1/profiles/u1").object["segments"] as? [Any])?.isEmpty == true)
            #expect(
                try await Self.say(server, "PUT", "/v1/segments/gold", #"{"condition":"traits.plan != \"gold\""}"#).0
                    == 202)
            try await Self.settle(server)
            #expect(try await server.get("/v1/segments/gold").object["members"] as? Int == 8)
            #expect(try await Self.say(server, "DELETE", "/v1/segments/gold") == (202, nil))
            #expect(try await server.get("/v1/segments/gold").status == 404)
        }
    }

    @Test("members come as CSV, and lists take CSV: all of it or nothing, with the lines that are nobody's")
    func csv() async throws {
        try await RunningServer.run { server in
            try await Self.fill(server)
            #expect(try await server.post("/v1/track", #"{"userId":"a\"b,c","event":"x"}"#).status == 200)
            #expect(try await Self.say(server, "POST", "/v1/segments", #"{"name":"vip","list":true}"#) == (202, nil))
            let path = "/v1/segments/vip/members"
            let good = "name,identifier\nAnna,u1\nOtto,u2@example.com\n,\"a\"\"b,c\"\n"
            let bad = "identifier\nu3\nwho\nu4\nwhoelse\n"
            let refused = try await server.send("POST", path, key: RunningServer.apiKey, body: Data(bad.utf8))
            #expect(refused.status == 409 && (refused.object["message"] as? String)?.hasSuffix("lines 3, 5") == true)
            let taken = try await server.send("POST", path, key: RunningServer.apiKey, body: Data(good.utf8))
            #expect(taken.status == 202 && taken.object["taken"] as? Int == 3, "\(taken.text)")
            try await Self.settle(server)
            let out = try await server.get("\(path)?format=csv")
            #expect(out.headers["content-type"]?.hasPrefix("text/csv") == true)
            let lines = out.text.split(separator: "\r\n").map(String.init)
            #expect(lines.count == 4 && lines[0] == "identifier,kind,since")
            #expect(lines[1].hasPrefix("\"u1\",userId,20") && lines[3].hasPrefix("\"a\"\"b,c\",userId,20"), "\(lines)")
            let accepted = try await server.send(
                "GET", path, key: RunningServer.apiKey, headers: ["Accept": "text/csv"])
            #expect(accepted.text == out.text)
            // What came out goes in again.
            let removed = try await server.send(
                "POST", "\(path)?edit=remove", key: RunningServer.apiKey, body: out.body)
            #expect(removed.object["taken"] as? Int == 3)
            let skipped = try await server.send(
                "POST", "\(path)?unknown=skip", key: RunningServer.apiKey, body: Data(bad.utf8))
            #expect(skipped.object["taken"] as? Int == 2 && skipped.object["unknownLines"] as? [Int] == [3, 5])
            try await Self.settle(server)
            let names = try await server.get(path).object["items"] as? [[String: Any]]
            #expect(names?.map { $0["value"] as? String } == ["u3", "u4"])
            let long = "identifier\n" + String(repeating: "u1\n", count: SegmentMemberRoutes.linesMax + 1)
            for (body, status, code) in [
                ("name\nu1\n", 400, "bad_csv"), ("", 400, "bad_csv"), ("identifier\n\"u1\n", 400, "bad_csv"),
                (long, 413, "too_large"),
                (String(repeating: "x", count: SegmentMemberRoutes.bodyBytesMax + 1), 413, "too_large"),
            ] { #expect(try await Self.say(server, "POST", path, body) == (status, code)) }
        }
    }

    @Test("a preview tells for how many of some people it holds, and how often it ends with a fault")
    func preview() async throws {
        try await RunningServer.run { server in
            try await Self.fill(server)
            #expect(try await server.post("/v1/track", #"{"userId":"plain","event":"x"}"#).status == 200)
            await server.folded()
            let answer = try await server.post(
                "/v1/segments/preview", #"{"condition":"traits.plan == \"gold\""}"#, key: RunningServer.apiKey
            ).object
            #expect(answer["people"] as? Int == 13 && answer["members"] as? Int == 4 && answer["faults"] as? Int == 1)
            #expect((answer["fault"] as? String)?.contains("plan") == true)
        }
    }

    @Test("what cannot be is refused with a reason, and keys may what they may")
    func refused() async throws {
        try await RunningServer.run { server in
            #expect(try await Self.say(server, "POST", "/v1/segments", #"{"name":"a","condition":"true"}"#).0 == 202)
            let long = String(repeating: " ", count: SegmentCondition.sourceBytesMax)
            let cases: [(String, String, String, Int, String)] = [
                ("POST", "", #"{"name":"b","condition":"silentDays >"}"#, 400, "bad_condition"),
                ("POST", "", #"{"name":"b","condition":"true\#(long)"}"#, 400, "wrong_value"),
                ("POST", "", #"{"name":"b"}"#, 400, "missing"),
                ("POST", "", #"{"name":"b","condition":"true","list":true}"#, 400, "missing"),
                ("POST", "", #"{"name":"B","condition":"true"}"#, 409, "segment_bad_name"),
                ("POST", "", #"{"name":"a","condition":"true"}"#, 409, "segment_taken"),
                ("POST", "", #"{"name":"b","condition":"true","x":1}"#, 400, "unknown_member"),
                ("PUT", "/b", #"{"condition":"true"}"#, 404, "unknown_segment"),
                ("PUT", "/a", #"{"list":true}"#, 409, "segment_other_rule"),
                ("DELETE", "/b", "", 404, "unknown_segment"),
                ("POST", "/a/members", "identifier\nu1\n", 409, "segment_not_list"),
                ("POST", "/b/members", "identifier\nu1\n", 404, "unknown_segment"),
                ("GET", "/b/members", "", 404, "unknown_segment"),
                ("GET", "/a/members?limit=501", "", 400, "bad_limit"),
                ("GET", "/a/members?cursor=x", "", 400, "bad_cursor"),
                ("GET", "/a/members?format=xml", "", 400, "bad_format"),
                ("POST", "/a/members?edit=burn", "identifier\nu1\n", 409, "segment_not_list"),
                ("POST", "/preview", #"{"condition":"1 +"}"#, 400, "bad_condition"),
            ]
            for (method, path, body, status, code) in cases {
                let answer = try await server.send(
                    method, "/v1/segments\(path)", key: RunningServer.apiKey,
                    body: method == "GET" ? nil : Data(body.utf8))
                #expect(
                    answer.status == status && answer.object["code"] as? String == code,
                    "\(method) \(path) \(answer.text)")
                if method != "GET" {
                    #expect(
                        try await Self.say(server, method, "/v1/segments\(path)", body, key: RunningServer.writeKey).0
                            == 403)
                }
            }
            let place = try await server.post(
                "/v1/segments", #"{"name":"b","condition":"true &&\n nope > 1"}"#, key: RunningServer.apiKey)
            #expect((place.object["message"] as? String)?.hasPrefix("line 2, column 2: ") == true, "\(place.text)")
        }
    }

    @Test("an organization sees its own segments, and has no more than may be")
    func organizations() async throws {
        try await RunningServer.run { server in
            let other = "key-of-others"
            _ = server.access.found(
                "others", source: Source.Draft(name: "others", kind: .server),
                keys: [
                    (KeyHash(of: other), Key.Draft(label: "all", scopes: Set(Scope.allCases).subtracting([.write])))
                ],
                at: RunningServer.now)
            #expect(try await Self.say(server, "POST", "/v1/segments", #"{"name":"s0","condition":"true"}"#).0 == 202)
            try await Self.settle(server)
            for path in ["/s0", "/s0/members"] {
                #expect(try await server.get("/v1/segments\(path)", key: other).status == 404)
            }
            #expect(try await server.get("/v1/segments", key: other).object["items"] as? [String] == [])
            #expect(try await Self.say(server, "DELETE", "/v1/segments/s0", key: other).0 == 404)
            for number in 1..<SegmentBook.segmentsMax {
                #expect(
                    try await server.post(
                        "/v1/segments", #"{"name":"s\#(number)","condition":"true"}"#, key: RunningServer.apiKey
                    ).status == 202)
            }
            await server.folded()
            #expect(
                try await Self.say(server, "POST", "/v1/segments", #"{"name":"more","condition":"true"}"#)
                    == (409, "segment_too_many"))
            #expect(
                try await Self.say(server, "POST", "/v1/segments", #"{"name":"s0","list":true}"#, key: other) == (
                    202, nil
                ))
        }
    }
}
