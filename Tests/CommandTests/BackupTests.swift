import Foundation
import Synchronization
import Testing

@Suite("throughline backup and restore")
struct BackupTests {
    /// A server's folder with three events, and a server over it.
    private func withServer(_ body: (Serving, _ data: String, TemporaryFolder) async throws -> Void)
        async throws
    {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let server = try Serving(data: data, environment: ServeTests.keys)
        for number in 1...3 {
            let event = ServeTests.event("m\(number)", second: number)
            #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: event).0 == 200)
        }
        try await body(server, data, folder)
    }

    @Test("a backup of a running server is restored to what was acknowledged before")
    func roundTrip() async throws {
        try await withServer { server, data, folder in
            let (backup, restored) = (folder.url.appending(path: "b").path, folder.url.appending(path: "r").path)
            let made = try Program.run(["backup", "--data", data, "--to", backup])
            #expect(made.status == 0)
            #expect(made.text.hasPrefix("3 records"))
            let later = ServeTests.event("m4", second: 4)
            #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: later).0 == 200)
            #expect(server.stop(SIGTERM).status == 0)
            let back = try Program.run(["restore", "--from", backup, "--data", restored, "--erased", "none"])
            #expect(back.status == 0)
            #expect(back.text.hasPrefix("3 records"))
            for path in [backup, restored] {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o700)
            }
            #expect(try Program.run(["verify", "--data", restored]).text.contains("3 records in 1 segments"))
            let again = try Serving(data: restored)
            #expect(try await again.messages(of: "anna", key: "api-key-1") == ["m3", "m2", "m1"])
            #expect(try await again.ask("POST", "/v1/track", key: "write-key-1", body: later).0 == 200)
            #expect(try await again.messages(of: "anna", key: "api-key-1") == ["m4", "m3", "m2", "m1"])
            #expect(again.stop(SIGTERM).status == 0)
        }
    }

    @Test("a backup that is made while events come has all that were acknowledged before, and no gap")
    func underLoad() async throws {
        try await withServer { server, data, folder in
            let client = server.client
            let acknowledged = Mutex(3)
            let isDone = Mutex(false)
            let sending = Task {
                var number = 4
                while !isDone.withLock({ $0 }) {
                    let events = (number..<number + 50).map { ServeTests.event("m\($0)", second: $0 % 10) }
                    let body = #"{"batch":[\#(events.joined(separator: ","))]}"#
                    guard try await client.ask("POST", "/v1/batch", key: "write-key-1", body: body).0 == 200 else {
                        continue
                    }
                    number += 50
                    acknowledged.withLock { $0 = number - 1 }
                }
            }
            var before: [Int] = []
            for number in 0..<3 {
                let most = acknowledged.withLock { $0 }
                while acknowledged.withLock({ $0 }) == most { await Task.yield() }
                before.append(acknowledged.withLock { $0 })
                let made = try Program.run(
                    ["backup", "--data", data, "--to", folder.url.appending(path: "b\(number)").path])
                #expect(made.status == 0, "\(made.error)")
            }
            isDone.withLock { $0 = true }
            try await sending.value
            #expect(server.stop(SIGTERM).status == 0)
            for (number, least) in before.enumerated() {
                let (backup, restored) = (
                    folder.url.appending(path: "b\(number)").path, folder.url.path + "/r\(number)"
                )
                #expect(
                    try Program.run(["restore", "--from", backup, "--data", restored, "--erased", "none"]).status == 0)
                let verified = try Program.run(["verify", "--data", restored]).text
                let records = Int(try #require(verified.firstMatch(of: /(\d+) records in/)).1)!
                #expect(records >= least)
                // Made from the log alone it is the same: no record is missing or twice. Some may be of types, which a server
                // makes when there are events enough.
                let rebuilt = try Program.run(["rebuild", "--data", restored]).text
                let told = try #require(
                    rebuilt.firstMatch(of: /^(\d+) records: .* (\d+) events, 0 duplicates, 0 unreadable/), "\(rebuilt)")
                #expect(Int(told.1) == records && (least...records).contains(Int(told.2) ?? 0), "\(rebuilt)")
            }
        }
    }

    @Test("nothing is written over, and what is no backup is told so")
    func refusals() async throws {
        try await withServer { server, data, folder in
            #expect(server.stop(SIGTERM).status == 0)
            let backup = folder.url.appending(path: "b").path
            #expect(try Program.run(["backup", "--data", data, "--to", backup]).status == 0)
            for (arguments, told) in [
                (["backup", "--data", data, "--to", backup], "there already"),
                (["backup", "--data", data + "x", "--to", backup + "2"], "not there"),
                (["restore", "--from", backup, "--data", data, "--erased", "none"], "there already"),
                (["restore", "--from", data, "--data", data + "2", "--erased", "none"], "no backup"),
            ] {
                let outcome = try Program.run(arguments)
                #expect(outcome.status == 1, "\(arguments)")
                #expect(outcome.error.contains(told), "\(arguments)")
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
            #expect(left == ["b", "data"])
        }
    }

    @Test("a flipped bit anywhere in a backup is found when it is restored, and in a log when it is backed up")
    func flippedBits() async throws {
        try await withServer { server, data, folder in
            #expect(server.stop(SIGTERM).status == 0)
            let (backup, restored) = (folder.url.appending(path: "b").path, folder.url.appending(path: "r").path)
            #expect(try Program.run(["backup", "--data", data, "--to", backup]).status == 0)
            let paths = try FileManager.default.subpathsOfDirectory(atPath: backup).filter {
                $0.hasSuffix(".sqlite") || $0.hasSuffix(".segment") || $0.hasSuffix("closed")
            }
            #expect(paths.count == 5)
            for path in paths {
                let url = URL(fileURLWithPath: backup + "/" + path)
                let bytes = try Data(contentsOf: url)
                for place in [0, bytes.count / 2, bytes.count - 1] {
                    var flipped = bytes
                    flipped[place] ^= 1
                    try flipped.write(to: url)
                    let outcome = try Program.run(["restore", "--from", backup, "--data", restored, "--erased", "none"])
                    #expect(outcome.status == 1)
                    #expect(outcome.error.contains(path), "byte \(place) of \(path)")
                    #expect(!FileManager.default.fileExists(atPath: restored))
                }
                try bytes.write(to: url)
            }
            let segment = try #require(paths.first { $0.hasSuffix(".segment") })
            let url = URL(fileURLWithPath: data + "/" + segment)
            var bytes = try Data(contentsOf: url)
            bytes[bytes.count - 9] ^= 1
            try bytes.write(to: url)
            let outcome = try Program.run(["backup", "--data", data, "--to", restored])
            #expect(outcome.status == 1)
            #expect(outcome.error.contains(url.lastPathComponent), "\(outcome.error)")
            #expect(!FileManager.default.fileExists(atPath: restored))
        }
    }
}
