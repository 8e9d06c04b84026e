import Foundation
import Testing

@testable import ThroughlineServer

@Suite("the description of the API")
struct OpenAPITests {
    @Test("has exactly the routes that there are")
    func routes() async throws {
        try await RunningServer.run { server in
            let document = try await server.get("/openapi.json", key: nil).object
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0) \(path)" } })
            #expect(described == server.routes)
            #expect(document["openapi"] as? String == "3.1.0")
        }
    }

    @Test("names operations once, and only schemas that are there")
    func references() async throws {
        var bytes: [UInt8] = []
        OpenAPI.document.append(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let schemas = (document["components"] as? [String: Any])?["schemas"] as? [String: Any] ?? [:]
        let named = text.matches(of: /"#\/components\/schemas\/(\w+)"/).map { String($0.output.1) }
        #expect(Set(named).subtracting(schemas.keys).isEmpty)
        #expect(Set(schemas.keys).subtracting(named).isEmpty)
        let ids = text.matches(of: /"operationId":"(\w+)"/).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count)
    }
}
