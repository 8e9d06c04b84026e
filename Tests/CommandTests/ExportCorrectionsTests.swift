import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("corrections for learn")
struct ExportCorrectionsTests {
    @Test("what people corrected is written with their events, under numbers, and learn takes it")
    func export() async throws {
        let folder = try TemporaryFolder()
        let data = folder.path("data")
        let server = try Serving(
            data: data, environment: ["THROUGHLINE_WRITE_KEY": "write-key-1", "THROUGHLINE_API_KEY": "api-key-1"])
        for (number, (user, query)) in [
            ("anna", "home loan"), ("anna", "garden furniture"), ("otto", "phone plan"), ("anna", "home loan rates"),
        ].enumerated() {
            let body =
                #"{"userId":"\#(user)","anonymousId":"v-\#(user)","event":"Search","messageId":"m\#(number)","properties":{"query":"\#(query)"},"#
                + #""traits":{"email":"\#(user)@x.example"}}"#
            #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: body).0 == 200)
        }
        #expect(try await server.messages(of: "anna", key: "api-key-1").count == 3)
        for body in [
            #"{"kind":"belongs to","messageId":"m1","toMessageId":"m0"}"#,
            #"{"kind":"done","messageId":"m3"}"#, #"{"kind":"wrong name","messageId":"m0","name":"Our house"}"#,
        ] {
            let (status, _) = try await server.ask(
                "POST", "/v1/profiles/anna/corrections", key: "api-key-1", body: body)
            #expect(status == 202, "\(body)")
        }
        #expect(try await server.messages(of: "anna", key: "api-key-1").count == 3)
        #expect(try Program.run(["corrections", "--data", "data"], in: folder).status == 1, "a server has the folder")
        #expect(server.stop(SIGTERM).status == 0)

        let nowhere = try Program.run(
            ["corrections", "--data", "data", "--corrections", "no/where.tsv"], in: folder)
        #expect(nowhere.status == 1 && nowhere.error.contains("no/where.tsv: cannot be written"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["data"], "both or none")
        let outcome = try Program.run(["corrections", "--data", "data"], in: folder)
        #expect(outcome.status == 0 && outcome.text == "1 people, 3 events, 2 corrections\n", "\(outcome)")
        let lines = String(decoding: try folder.read("corrections.tsv"), as: UTF8.self).split(separator: "\n")
        let person = lines[1].split(separator: "\t")[1]
        #expect(
            lines.map(String.init) == [
                "messageId\tuserId\tcorrection\tother", "m1\t\(person)\tbelongs to\tm0", "m3\t\(person)\tdone\t",
            ])
        let events = String(decoding: try folder.read("corrected.ndjson"), as: UTF8.self)
        #expect(events.split(separator: "\n").count == 3)
        #expect(!events.contains("anna") && !events.contains("otto"))
        for name in ["corrections.tsv", "corrected.ndjson"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        let learnt = try Program.run(
            ["learn", "--corrections", "corrections.tsv", "--out", "m", "corrected.ndjson"], in: folder)
        #expect(learnt.status == 0, "\(learnt)")
        #expect(try !folder.read("m").isEmpty)
        // Nothing is written over.
        let again = try Program.run(["corrections", "--data", "data"], in: folder)
        #expect(again.status == 1 && again.error.contains("is there already"))
        // A state that is behind its log, here one that was lost, would leave people out.
        for name in try FileManager.default.contentsOfDirectory(atPath: data) where name.hasPrefix("state.sqlite") {
            try FileManager.default.removeItem(atPath: data + "/" + name)
        }
        let behind = try Program.run(
            ["corrections", "--data", "data", "--events", "e", "--corrections", "c"], in: folder)
        #expect(behind.status == 1 && behind.error.contains("records wait to be folded"))
        #expect(throws: (any Error).self) { try folder.read("e") }
    }
}
