import Foundation
import Testing
import ThroughlineEmbedded
import ThroughlineEngine

/// What is erased is in no byte of the folder any more, nor of a backup that is put back.
@Suite("erasing of a server")
struct ErasureTests {
    private static let canary = "canary7e3a"
    private static let key = "api-key-1"

    /// Everything that the program writes somewhere, with a canary in each field.
    private static let events = [
        #"{"type":"track","userId":"CANARY-user","anonymousId":"CANARY-visitor","event":"CANARY viewed","messageId":"CANARY-m1","properties":{"query":"CANARY home loan","order_id":"CANARY-7"},"context":{"channel":"CANARY","page":{"url":"https://x.example/CANARY"}}}"#,
        #"{"type":"identify","userId":"CANARY-user","traits":{"email":"CANARY@mail.example","phone":"+43 1","name":"CANARY"},"context":{"device":{"id":"CANARY-device"}},"messageId":"CANARY-m2"}"#,
        #"{"type":"alias","userId":"CANARY-user","previousId":"CANARY-old","messageId":"CANARY-m3"}"#,
        #"{"type":"track","anonymousId":"CANARY-visitor","event":"Search","properties":{"query":"CANARY loan for a flat"},"messageId":"CANARY-m4"}"#,
        #"{"type":"group","userId":"CANARY-user","groupId":"CANARY-family","traits":{"name":"CANARY"},"messageId":"CANARY-m5"}"#,
    ].map { $0.replacing("CANARY", with: canary) }

    /// Files that have the canary: as they lie, and in what the log has unpacked.
    private static func found(in folder: String) async throws -> [String] {
        var found: [String] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let bytes = FileManager.default.contents(atPath: folder + "/" + path) else { continue }
            if bytes.range(of: Data(canary.utf8)) != nil { found.append(path) }
        }
        let log = try SegmentedLog(files: try DiskFiles(folder: folder + "/log", isMade: false))
        var position = LogPosition.start
        while position < log.end {
            let records = try log.records(from: position, bytesMax: 1 << 20)
            for number in 0..<records.count {
                let hasIt = records.withRecord(number) { Data($0).range(of: Data(canary.utf8)) != nil }
                if hasIt { found.append("record \(position.rawValue + UInt64(number))") }
            }
            position = position.advanced(by: records.count)
        }
        await log.close()
        return found
    }

    private static func send(_ events: [String], to server: Serving) async throws {
        let body = #"{"batch":[\#(events.joined(separator: ","))]}"#
        #expect(try await server.ask("POST", "/v1/batch", key: "write-key-1", body: body).0 == 200)
    }

    @Test("no byte of her is left in the folder, in the program's log or in a backup put back; all else is as it was")
    func canaries() async throws {
        let folder = try TemporaryFolder()
        let (data, backup) = (folder.path("data"), folder.path("backup"))
        var server = try Serving(data: data, environment: ServeTests.keys)
        let otto = (1...300).map {
            #"{"type":"track","userId":"otto","event":"Search","properties":{"query":"credit card \#($0)"},"messageId":"o\#($0)"}"#
        }
        // She lies between others, and so often that her state is written again and again.
        for round in 0..<4 {
            try await Self.send(Array(otto[(75 * round)..<(75 * round + 75)]), to: server)
            try await Self.send(
                Self.events.map { $0.replacing("\(Self.canary)-m", with: "\(Self.canary)-\(round)-m") }, to: server)
            _ = try await server.messages(of: "otto", key: Self.key)
        }
        // Messages that came before.
        try await Self.send(
            Self.events.map { $0.replacing("\(Self.canary)-m", with: "\(Self.canary)-0-m") }, to: server)
        let consent =
            #"{"use":"marketing","decision":"granted","place":"\#(Self.canary)","notice":{"id":"\#(Self.canary)","version":"1","text":"\#(Self.canary)"}}"#
        let path = "/v1/profiles/\(Self.canary)-user"
        #expect(try await server.ask("POST", path + "/consents", key: Self.key, body: consent).0 == 202)
        _ = try await server.messages(of: "otto", key: Self.key)
        let name = #"{"kind":"wrong name","messageId":"\#(Self.canary)-0-m1","name":"\#(Self.canary)"}"#
        #expect(try await server.ask("POST", path + "/corrections", key: Self.key, body: name).0 == 202)
        let before = try await server.messages(of: "otto", key: Self.key)
        #expect(before.count == 300)
        let ottosProfile = try await Self.profile(of: "otto", server)
        #expect(try Program.run(["backup", "--data", data, "--to", backup]).status == 0)

        let (status, asked) = try await server.ask("DELETE", path, key: Self.key)
        #expect(status == 202)
        let number = try #require(asked["erasure"] as? String)
        while try await server.ask("GET", "/v1/erasures/\(number)", key: Self.key).1["state"] as? String != "done" {}
        // While it runs no byte is left, its files of the moment included.
        #expect(try await server.ask("GET", path, key: Self.key).0 == 404)
        #expect(try await server.messages(of: "otto", key: Self.key) == before)
        #expect(try await Self.profile(of: "otto", server) == ottosProfile)
        let (stopped, said) = server.stop(SIGTERM)
        #expect(stopped == 0 && !said.contains(Self.canary))
        #expect(try await Self.found(in: data) == [])
        let verified = try Program.run(["verify", "--data", data])
        #expect(verified.status == 0, "\(verified.text)")

        #expect(try await !Self.found(in: backup).isEmpty, "she was in it")
        let restored = folder.path("restored")
        let back = try Program.run(
            ["restore", "--from", backup, "--data", restored, "--erased", data + "/erased.ndjson"])
        #expect(back.status == 0, "\(back.error)")
        #expect(back.text.contains("27 of them erased since"), "\(back.text)")
        #expect(try await Self.found(in: restored) == [])
        for again in [restored, data] {
            #expect(try Program.run(["rebuild", "--data", again]).status == 0)
            server = try Serving(data: again, environment: ServeTests.keys)
            #expect(try await server.messages(of: "otto", key: Self.key) == before)
            #expect(try await Self.profile(of: "otto", server) == ottosProfile)
            #expect(try await server.ask("GET", path, key: Self.key).0 == 404)
            #expect(server.stop(SIGTERM).status == 0)
            #expect(try await Self.found(in: again) == [])
        }
    }

    private static func profile(of id: String, _ server: Serving) async throws -> Data {
        let profile = try await server.ask("GET", "/v1/profiles/\(id)", key: key).1
        return try JSONSerialization.data(withJSONObject: profile, options: .sortedKeys)
    }

    @Test("a list that is none is refused, and so is a restore without one")
    func lists() throws {
        let folder = try TemporaryFolder()
        let data = folder.path("data")
        let server = try Serving(data: data, environment: ServeTests.keys)
        #expect(server.stop(SIGTERM).status == 0)
        let backup = folder.path("backup")
        #expect(try Program.run(["backup", "--data", data, "--to", backup]).status == 0)
        let restored = folder.path("restored")
        #expect(try Program.run(["restore", "--from", backup, "--data", restored]).status == 64)
        for (text, told) in [
            (nil, "is not there"), ("", "no list of the erased"), ("x\n", "list:1 is not what was written"),
            (#"{"list":{"salt":"AA==","version":3}}"# + "\n", "later version"),
            (#"{"list":{"salt":"AA==","version":2}}"# + "\n", "list:1 is not what was written"),
            (
                #"{"list":{"salt":"AA==","version":1}}"# + "\n" + #"{"record":{"digest":"0","position":1}}"# + "\n",
                "list:2"
            ),
        ] as [(String?, String)] {
            if let text { try text.write(toFile: folder.path("list"), atomically: true, encoding: .utf8) }
            let outcome = try Program.run(
                ["restore", "--from", backup, "--data", restored, "--erased", folder.path("list")])
            #expect(outcome.status == 1)
            #expect(outcome.error.contains(told), "\(outcome.error)")
            #expect(!FileManager.default.fileExists(atPath: restored))
        }
    }
}
