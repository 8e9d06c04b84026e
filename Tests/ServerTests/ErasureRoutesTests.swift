import Foundation
import Logging
import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineServer

@Suite("erasing people over HTTP")
struct ErasureRoutesTests {
    private static func service(_ server: RunningServer, _ list: MemoryErased) -> ErasureService {
        ErasureService(
            log: server.log, profiles: server.profiles, list: list, readings: server.readings,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("she is nobody any more, and is told so; the log loses her records and keeps all others")
    func erases() async throws {
        try await RunningServer.run { server in
            for body in [
                #"{"userId":"anna","anonymousId":"v1","event":"A","messageId":"m1"}"#,
                #"{"userId":"otto","event":"A","messageId":"m2"}"#,
                #"{"userId":"anna","anonymousId":"v1","event":"A","messageId":"m1"}"#,
            ] { #expect(try await server.post("/v1/track", body).status == 200) }
            await server.folded()
            let asked = try await server.send("DELETE", "/v1/profiles/v1", key: RunningServer.apiKey)
            #expect(asked.status == 202)
            #expect(asked.object["identifiers"] as? Int == 2)
            let number = try #require(asked.object["erasure"] as? String)
            #expect((try await server.get("/v1/debugger/events").object["items"] as? [Any])?.isEmpty == true)
            await server.folded()
            for path in ["", "/timeline", "/purposes", "/consents"] {
                for id in ["anna", "v1"] { #expect(try await server.get("/v1/profiles/\(id)\(path)").status == 404) }
            }
            #expect(try await server.send("DELETE", "/v1/profiles/v1", key: RunningServer.apiKey).status == 404)
            let waiting = try await server.get("/v1/erasures/\(number)").object
            #expect(waiting["state"] as? String == "waiting")
            #expect(waiting["askedAt"] is String && waiting["byKey"] is String)
            let list = MemoryErased()
            #expect(try await Self.service(server, list).eraseWaiting() == 2)
            #expect(try await server.get("/v1/erasures/\(number)").object["state"] as? String == "done")
            let records = try server.log.records(from: .start, bytesMax: 1 << 20)
            #expect((0..<records.count).map(records.isErased) == [true, false, true, false])
            #expect(Set(list.all.map(\.rawValue)) == [0, 2] && list.unfinished.isEmpty)
            let left = records.bytes
            #expect(!String(decoding: left, as: UTF8.self).contains("anna"))
            let items = try await server.get("/v1/profiles/otto/timeline").object["items"] as? [Any]
            #expect(items?.count == 1)
            // And she may come back, as somebody new.
            #expect(try await server.post("/v1/track", #"{"userId":"anna","event":"B"}"#).status == 200)
            await server.folded()
            #expect((try await server.get("/v1/profiles/anna/timeline").object["items"] as? [Any])?.count == 1)
        }
    }

    @Test("an erasure that was cut off is completed, whatever became of the state")
    func unfinished() async throws {
        try await RunningServer.run { server in
            #expect(try await server.post("/v1/track", #"{"userId":"anna","event":"A"}"#).status == 200)
            await server.folded()
            let list = MemoryErased()
            try list.begin([.start]) { _ in [] }
            #expect(try await Self.service(server, list).eraseWaiting() == 0)
            #expect(list.unfinished.isEmpty)
            #expect(try server.log.records(from: .start, bytesMax: 1).isErased(0))
        }
    }

    @Test("what is no erasure of this organization is none")
    func absent() async throws {
        try await RunningServer.run { server in
            #expect(try await server.post("/v1/track", #"{"userId":"anna","event":"A"}"#).status == 200)
            await server.folded()
            for number in ["0", "1", "99", "x", "-1", "18446744073709551615"] {
                let answer = try await server.get("/v1/erasures/\(number)")
                #expect(answer.status == 404)
                #expect(answer.object["code"] as? String == "unknown_erasure")
            }
            let foreign = try await server.send("DELETE", "/v1/profiles/anna", key: RunningServer.writeKey)
            #expect(foreign.status == 403)
        }
    }
}
