import Foundation
import Testing

@Suite("throughline verify")
struct VerifyTests {
    /// What a server writes into its folder for itself and nobody else reads: who it is while it runs.
    private static let notKept = ["lock", "listening"]

    @Test("finds a bit that is flipped anywhere in a folder, and says in which file")
    func flippedBits() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        // One key is made and written down, the other given.
        let server = try Serving(data: data, environment: ["THROUGHLINE_WRITE_KEY": "write-key-1"])
        let made = try String(contentsOfFile: data + "/first-keys", encoding: .utf8)
        let apiKey = String(try #require(made.firstMatch(of: /API key: (.+)/)).1)
        for number in 1...3 {
            let event = ServeTests.event("m\(number)", second: number)
            #expect(try await server.ask("POST", "/v1/track", key: "write-key-1", body: event).0 == 200)
        }
        // A reading is kept.
        #expect(try await server.messages(of: "anna", key: apiKey).count == 3)
        #expect(server.stop(SIGTERM).status == 0)
        let sound = try Program.run(["verify", "--data", data])
        #expect(sound.status == 0 && sound.text.contains("sound"), "\(sound.text)\(sound.error)")
        var isFolder: ObjCBool = false
        let paths = try FileManager.default.subpathsOfDirectory(atPath: data).filter {
            let name = URL(fileURLWithPath: $0).lastPathComponent
            _ = FileManager.default.fileExists(atPath: data + "/" + $0, isDirectory: &isFolder)
            return !isFolder.boolValue && !Self.notKept.contains(name)
        }
        #expect(
            Set(paths.filter { !$0.hasSuffix(".segment") })
                == ["state.sqlite", "access.sqlite", "readings.sqlite", "erased.ndjson", "first-keys", "log/closed"])
        for path in paths {
            let url = URL(fileURLWithPath: data + "/" + path)
            let bytes = try Data(contentsOf: url)
            let chosen = (0..<3).map { _ in Int.random(in: 0..<bytes.count) }
            for place in [0, bytes.count - 1, 20] + chosen {
                var flipped = bytes
                let bit = Int.random(in: 0..<8)
                flipped[place] ^= 1 << bit
                try flipped.write(to: url)
                let outcome = try Program.run(["verify", "--data", data])
                #expect(outcome.status == 1, "bit \(bit) of byte \(place) of \(path)")
                #expect(outcome.error.contains(path), "bit \(bit) of byte \(place) of \(path): \(outcome.error)")
            }
            try bytes.write(to: url)
        }
        #expect(try Program.run(["verify", "--data", data]).status == 0)
    }
}
