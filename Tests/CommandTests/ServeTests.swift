import Foundation
import Testing

@Suite("throughline serve")
struct ServeTests {
    static let keys = ["THROUGHLINE_WRITE_KEY": "write-key-1", "THROUGHLINE_API_KEY": "api-key-1"]

    static func event(_ id: String, second: Int) -> String {
        #"{"userId":"anna","event":"E","messageId":"\#(id)","timestamp":"2026-03-01T00:00:0\#(second)Z"}"#
    }

    @Test("the first start makes keys that only their owner can read, and that work")
    func firstKeys() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let server = try Serving(data: data)
        let file = data + "/first-keys"
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").prefix(2).map {
            String($0.split(separator: ": ")[1])
        }
        #expect(try await server.ask("POST", "/v1/track", key: lines[0], body: Self.event("m1", second: 1)).0 == 200)
        #expect(try await server.messages(of: "anna", key: lines[1]) == ["m1"])
        let kept = try FileManager.default.subpathsOfDirectory(atPath: data).filter { $0.hasPrefix("access") }
        for name in kept {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: data + "/" + name))
            for key in lines { #expect(bytes.range(of: Data(key.utf8)) == nil, "a key lies in \(name)") }
        }
        #expect(server.stop(SIGTERM).status == 0)
    }

    @Test("what was acknowledged outlives being killed and being stopped, once")
    func restarts() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        var ids: [String] = []
        for (turn, signal) in [SIGKILL, SIGTERM, SIGKILL].enumerated() {
            let server = try Serving(data: data, environment: Self.keys)
            #expect(try await server.messages(of: "anna", key: "api-key-1") == ids.reversed())
            let body = Self.event("m\(turn)", second: turn)
            for _ in 0..<2 {
                #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: body).0 == 200)
            }
            ids.append("m\(turn)")
            #expect(try await server.messages(of: "anna", key: "api-key-1") == ids.reversed())
            let end = server.stop(signal)
            if signal == SIGTERM {
                #expect(end.status == 0)
                #expect(end.said.contains("everything that was taken is on disk"))
            }
        }
        #expect(!FileManager.default.fileExists(atPath: data + "/first-keys"))
    }

    @Test("the state is made again from the log, and says the same")
    func rebuilds() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        var server = try Serving(data: data, environment: Self.keys)
        for (id, second) in [("m2", 2), ("m1", 1), ("m2", 2), ("m3", 3)] {
            let body = Self.event(id, second: second)
            #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: body).0 == 200)
        }
        #expect(try await server.messages(of: "anna", key: "api-key-1") == ["m3", "m2", "m1"])
        let refused = try Program.run(["rebuild", "--data", data])
        #expect(refused.status == 1)
        #expect(refused.error.contains("another process"))
        #expect(server.stop(SIGTERM).status == 0)
        for lost in [false, true] {
            if lost {
                for name in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: data + "/state.sqlite" + name)
                }
            }
            let rebuilt = try Program.run(["rebuild", "--data", data])
            #expect(rebuilt.status == 0)
            #expect(rebuilt.text.contains("4 records: 1 profiles, 3 events, 1 duplicates"))
            server = try Serving(data: data)
            #expect(try await server.messages(of: "anna", key: "api-key-1") == ["m3", "m2", "m1"])
            #expect(server.stop(SIGTERM).status == 0)
        }
    }

    @Test("a state is not made again without the sources whose events it holds, and the old one stays")
    func rebuildsNothingFromNothing() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        var server = try Serving(data: data, environment: Self.keys)
        let event = Self.event("m1", second: 1)
        #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: event).0 == 200)
        #expect(try await server.messages(of: "anna", key: "api-key-1") == ["m1"])
        #expect(server.stop(SIGTERM).status == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: data).filter { $0.hasPrefix("access.sqlite") }
        let aside = folder.url.appending(path: "aside").path
        try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
        for name in files { try FileManager.default.moveItem(atPath: data + "/" + name, toPath: aside + "/" + name) }
        let outcome = try Program.run(["rebuild", "--data", data])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("names no source"))
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: data + "/access.sqlite" + end) }
        for name in files { try FileManager.default.moveItem(atPath: aside + "/" + name, toPath: data + "/" + name) }
        server = try Serving(data: data)
        #expect(try await server.messages(of: "anna", key: "api-key-1") == ["m1"])
        #expect(server.stop(SIGTERM).status == 0)
    }

    @Test("a flipped bit is found, and never served")
    func verifies() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let server = try Serving(data: data, environment: Self.keys)
        let event = Self.event("m1", second: 1)
        #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: event).0 == 200)
        #expect(server.stop(SIGTERM).status == 0)
        let sound = try Program.run(["verify", "--data", data])
        #expect(sound.status == 0)
        #expect(sound.text.contains("1 records in 1 segments"))
        let segment = try #require(
            try FileManager.default.contentsOfDirectory(atPath: data + "/log").first { $0.hasSuffix(".segment") })
        let url = URL(fileURLWithPath: data + "/log/" + segment)
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 20] ^= 4
        try bytes.write(to: url)
        let damaged = try Program.run(["verify", "--data", data])
        #expect(damaged.status == 1)
        #expect(damaged.error.contains(segment))
        #expect(damaged.error.contains("byte"))
        let refused = try Program.run(["serve", "--data", data, "--port", "0"])
        #expect(refused.status == 1)
        #expect(refused.error.contains(segment))
    }

    @Test("who listens to the debugger does not keep the server from stopping")
    func stopsWithListeners() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let server = try Serving(data: data, environment: Self.keys)
        let client = server.client
        async let listening = client.ask("GET", "/v1/debugger/live", key: "api-key-1")
        while true {
            let metrics = try await server.client.send("GET", "/metrics").body
            if String(decoding: metrics, as: UTF8.self).contains("throughline_debugger_listeners 1\n") { break }
        }
        #expect(server.stop(SIGTERM).status == 0)
        #expect(try await listening.0 == 200)
    }

    @Test("events are placed as they come: two purposes of one person, told on her timeline, also after a restart")
    func purposes() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        var server = try Serving(data: data, environment: Self.keys)
        let queries = [
            "home loan rates", "home loan calculator", "running shoes for women", "mortgage home loan offer",
        ]
        for (number, query) in queries.enumerated() {
            if number == 2 {
                #expect(try await server.messages(of: "anna", key: "api-key-1").count == 2)
                #expect(server.stop(SIGKILL).status != 0)
                server = try Serving(data: data)
            }
            let body =
                #"{"userId":"anna","event":"Search","messageId":"m\#(number)","properties":{"query":"\#(query)"},"#
                + #""timestamp":"2026-03-0\#(1 + 2 * number)T10:00:00Z"}"#
            #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: body).0 == 200)
        }
        #expect(try await server.messages(of: "anna", key: "api-key-1") == ["m3", "m2", "m1", "m0"])
        let (_, page) = try await server.ask("GET", "/v1/profiles/anna/timeline", key: "api-key-1")
        let items = page["items"] as? [[String: Any]] ?? []
        let purposes = items.compactMap { $0["purpose"] as? String }
        #expect(purposes.count == 4)
        #expect(purposes[0] == purposes[3] && purposes[2] == purposes[3], "the loan goes on over the restart")
        #expect(purposes[1] != purposes[3], "the shoes are another purpose")
        #expect(purposes.allSatisfy { $0.hasPrefix("p-") })
        #expect(items.allSatisfy { (0...1).contains($0["confidence"] as? Double ?? -1) })
        #expect(server.stop(SIGTERM).status == 0)
    }

    @Test("a second process on the folder is refused")
    func twoProcesses() throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let server = try Serving(data: data, environment: Self.keys)
        let second = try Program.run(["serve", "--data", data, "--port", "0"])
        #expect(second.status == 1)
        #expect(second.error.contains("another process"))
        #expect(server.stop(SIGTERM).status == 0)
    }

    @Test(
        "settings that cannot be are refused",
        arguments: [
            (["--port", "70000"], "--port"), (["--port", "many"], "--port"),
            (["--host", "0.0.0.0"], "--trusted-proxy"), (["--tls-key", "key.pem"], "--tls-certificate"),
            (["--organization", ""], "--organization"),
        ])
    func settings(arguments: [String], told: String) throws {
        let outcome = try Program.run(["serve", "--data", "/nowhere"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.error.contains(told))
    }
}

@Suite("people of a server")
struct PeopleTests {
    @Test("a purpose is seen under its name, on every strand of hers, after a kill and a rebuild too")
    func purposes() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        var server = try Serving(data: data, environment: ServeTests.keys)
        let searches = [
            (#""anonymousId":"v""#, "home loan rates", 1), (#""anonymousId":"v""#, "home loan calculator", 2),
            (#""userId":"anna","anonymousId":"v""#, "home loan for a flat", 3),
        ]
        for (who, query, minute) in searches {
            let body =
                #"{\#(who),"event":"Search","timestamp":"2026-03-01T00:0\#(minute):00Z","messageId":"m\#(minute)","#
                + #""properties":{"query":"\#(query)"}}"#
            #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: body).0 == 200)
        }
        #expect(try await server.messages(of: "anna", key: "api-key-1") == ["m3", "m2", "m1"])
        let consent = #"{"use":"marketing","decision":"withdrawn"}"#
        let said = try await server.ask("POST", "/v1/profiles/v/consents", key: "api-key-1", body: consent)
        #expect(said.0 == 202)
        func profile() async throws -> [String: Any] {
            #expect(try await server.messages(of: "anna", key: "api-key-1") == ["m3", "m2", "m1"])
            return try await server.ask("GET", "/v1/profiles/anna", key: "api-key-1").1
        }
        func canonical(_ profile: [String: Any]) throws -> Data {
            try JSONSerialization.data(withJSONObject: profile, options: .sortedKeys)
        }
        let before = try await profile()
        let purposes = try #require(before["purposes"] as? [[String: Any]])
        #expect(purposes.count == 1)
        #expect((purposes.first?["name"] as? String)?.lowercased().contains("home loan") == true)
        #expect(purposes.first?["events"] as? Int == 3)
        let states = before["consents"] as? [[String: Any]] ?? []
        #expect(states.contains { $0["use"] as? String == "marketing" && $0["state"] as? String == "withdrawn" })

        _ = server.stop(SIGKILL)
        server = try Serving(data: data, environment: ServeTests.keys)
        #expect(try await canonical(profile()) == canonical(before))
        #expect(server.stop(SIGTERM).status == 0)
        #expect(try Program.run(["rebuild", "--data", data]).status == 0)
        server = try Serving(data: data, environment: ServeTests.keys)
        #expect(try await canonical(profile()) == canonical(before))
        _ = server.stop(SIGTERM)
    }
}
