import Testing

@testable import ThroughlineServer

@Suite("who may connect")
struct ProxyTests {
    private static func settings(_ host: String, proxies: [String] = []) -> ServerSettings {
        var settings = ServerSettings(host: host, port: 0)
        settings.trustedProxies = Set(proxies.compactMap { NetworkAddress($0) })
        return settings
    }

    @Test("without TLS only this machine and the proxies that were named")
    func welcomes() {
        let cases: [(host: String, proxies: [String], from: String?, expected: Bool)] = [
            ("127.0.0.1", [], "10.0.0.9", true), ("0.0.0.0", ["10.0.0.7"], "10.0.0.7", true),
            ("0.0.0.0", [], "10.0.0.7", false),
            ("0.0.0.0", ["10.0.0.7"], "10.0.0.9", false), ("0.0.0.0", ["10.0.0.7"], "127.0.0.1", true),
            ("::", ["10.0.0.7"], "::ffff:10.0.0.7", true), ("::", ["::ffff:10.0.0.7"], "10.0.0.7", true),
            ("::", ["FD00:0::7"], "fd00::7", true), ("::", ["fd00::7"], "fd00::8", false),
            ("0.0.0.0", ["10.0.0.7"], nil, false), ("127.0.0.1", [], nil, true),
        ]
        for (host, proxies, address, expected) in cases {
            let settings = Self.settings(host, proxies: proxies)
            let welcome = !settings.needsProxy || settings.welcomes(address.flatMap { NetworkAddress($0) })
            #expect(welcome == expected, "\(host) \(proxies) \(address ?? "none")")
        }
    }

    @Test(
        "what is an address, and of this machine",
        arguments: [
            ("127.0.0.1", true), ("127.8.9.1", true), ("::1", true), ("localhost", true), ("0.0.0.0", false),
            ("::", false), ("10.0.0.7", false), ("::ffff:127.0.0.1", true), ("127.0.0.1.example", false), ("", false),
        ])
    func loopback(host: String, expected: Bool) { #expect(NetworkAddress.isLoopback(host) == expected) }

    @Test("metrics that came through a proxy on this machine need a key as from elsewhere")
    func metrics() async throws {
        try await RunningServer.run { server in
            for header in ["X-Forwarded-For", "Forwarded"] {
                let answer = try await server.send("GET", "/metrics", headers: [header: "10.1.2.3"])
                #expect(answer.status == 401)
                let known = try await server.send(
                    "GET", "/metrics", key: RunningServer.apiKey, headers: [header: "10.1.2.3"])
                #expect(known.status == 200)
            }
        }
    }
}
