import Foundation
import Testing

/// The tool that makes the certificates of these tests.
private enum OpenSSL {
    static let isThere = (try? Program.run(["openssl", "version"], executable: "/usr/bin/env").status) == 0
}

@Suite("TLS", .enabled(if: OpenSSL.isThere, "openssl, which makes the certificates of these tests, is not installed"))
struct TLSTests {
    /// A folder with a certificate for `localhost`, its key, and a key of something else.
    private static func makeFolder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder(["empty.pem": "", "text.pem": "no certificate"])
        for name in ["server", "other"] {
            let outcome = try Program.run(
                [
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(name)-key.pem", "-out", "\(name).pem",
                ], in: folder, executable: "/usr/bin/env")
            #expect(outcome.status == 0, "\(outcome.error)")
        }
        let locked = try Program.run(
            [
                "openssl", "rsa", "-aes128", "-passout", "pass:secret", "-in", "server-key.pem", "-out",
                "locked-key.pem",
            ],
            in: folder, executable: "/usr/bin/env")
        #expect(locked.status == 0, "\(locked.error)")
        return folder
    }

    @Test("a server with a certificate speaks TLS, of the certificate that it was given, and nothing else")
    func speaks() async throws {
        let folder = try Self.makeFolder()
        let server = try Serving(
            data: folder.path("data"),
            arguments: ["--tls-certificate", folder.path("server.pem"), "--tls-key", folder.path("server-key.pem")],
            environment: ["THROUGHLINE_WRITE_KEY": "write-key-1", "THROUGHLINE_API_KEY": "api-key-1"])
        #expect(server.client.base.hasPrefix("https://127.0.0.1:"))
        let address = String(server.client.base.dropFirst(8))
        for (ca, version, isTrusted) in [
            ("server.pem", "-tls1_2", true), ("server.pem", "-tls1_3", true), ("other.pem", "-tls1_3", false),
        ] {
            let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let outcome = try Program.run(
                [
                    "openssl", "s_client", "-quiet", "-connect", address, "-CAfile", folder.path(ca), version,
                    "-verify_return_error", "-verify_hostname", "localhost", "-ign_eof",
                ], standardInput: Array(request.utf8), executable: "/usr/bin/env")
            #expect(outcome.text.contains(#"{"status":"ok"}"#) == isTrusted, "\(outcome.error)")
        }
        // An import finds the server by the folder, whatever name its certificate is for.
        let event = #"{"type":"track","event":"E","userId":"anna","messageId":"m1"}"# + "\n"
        let outcome = try Program.run(
            ["THROUGHLINE_WRITE_KEY=write-key-1", Program.path, "import", "-", "--data", folder.path("data")],
            standardInput: Array(event.utf8), executable: "/usr/bin/env")
        #expect(outcome.text.hasPrefix("1 events taken, 0 lines refused"), "\(outcome.error)")
        let plain = Serving.Client(base: "http://" + address)
        await #expect(throws: (any Error).self) { _ = try await plain.send("GET", "/health") }
        #expect(server.stop(SIGTERM).status == 0)
    }

    @Test(
        "files that cannot be are refused before anything is opened",
        arguments: [
            ("nowhere.pem", "server-key.pem", "nowhere.pem: cannot be read as a certificate"),
            ("empty.pem", "server-key.pem", "empty.pem: "), ("text.pem", "server-key.pem", "text.pem: "),
            ("server.pem", "nowhere.pem", "nowhere.pem: cannot be read as a private key"),
            ("server.pem", "text.pem", "text.pem: cannot be read as a private key"),
            ("server.pem", "locked-key.pem", "locked-key.pem: cannot be read as a private key"),
            ("server.pem", "other-key.pem", "other-key.pem: is not the key of the certificate in server.pem"),
        ])
    func refusals(certificate: String, key: String, told: String) throws {
        let folder = try Self.makeFolder()
        let outcome = try Program.run(
            ["serve", "--data", "data", "--port", "0", "--tls-certificate", certificate, "--tls-key", key], in: folder)
        #expect(outcome.status != 0)
        #expect(outcome.error.contains(told), "\(outcome.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("data")))
    }
}
