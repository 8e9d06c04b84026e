import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A running server and what it says.
final class Serving {
    let process = Process()
    private let pipe = Pipe()
    let client: Client
    /// What it said until it listened.
    let saidFirst: String
    private let said = Said()

    init(data: String, arguments: [String] = [], environment: [String: String] = [:]) throws {
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["serve", "--data", data, "--port", "0"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        var text = ""
        while true {
            let more = pipe.fileHandleForReading.availableData
            text += String(decoding: more, as: UTF8.self)
            if let found = text.firstMatch(of: /listening on (https?:\/\/[^ ,]+:\d+)/) {
                client = Client(base: String(found.1))
                saidFirst = text
                said.gather(pipe.fileHandleForReading)
                return
            }
            guard !more.isEmpty else { throw Program.Unfit(description: "the server did not start: \(text)") }
        }
    }

    /// Stops it and says with which status it ended, and its last words.
    func stop(_ signal: Int32) -> (status: Int32, said: String) {
        kill(process.processIdentifier, signal)
        let rest = said.all
        process.waitUntilExit()
        return (process.terminationStatus, rest)
    }

    /// Reads all that a process says, so that it never waits for a reader.
    private final class Said: Sendable {
        private let bytes = Mutex(Data())
        private let reading = DispatchGroup()

        func gather(_ file: FileHandle) {
            let descriptor = file.fileDescriptor
            reading.enter()
            DispatchQueue.global().async { [self] in
                let all = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readDataToEndOfFile()
                bytes.withLock { $0 = all }
                reading.leave()
            }
        }

        /// Waits until the process has closed what it writes to.
        var all: String {
            reading.wait()
            return bytes.withLock { String(decoding: $0, as: UTF8.self) }
        }
    }

    func ask(_ method: String, _ path: String, key: String, body: String? = nil) async throws -> (
        Int, [String: Any]
    ) {
        try await client.ask(method, path, key: key, body: body)
    }

    /// The messages on a timeline, once all that was sent is on it.
    func messages(of person: String, key: String) async throws -> [String] {
        while try await ask("GET", "/ready", key: key).1["foldLag"] as? Int != 0 {}
        let (_, page) = try await ask("GET", "/v1/profiles/\(person)/timeline?limit=500", key: key)
        return (page["items"] as? [[String: Any]] ?? []).compactMap { $0["messageId"] as? String }
    }

    /// Asks a server.
    struct Client: Sendable {
        /// Scheme, host and port.
        let base: String

        func ask(_ method: String, _ path: String, key: String, body: String? = nil) async throws -> (
            Int, [String: Any]
        ) {
            let (status, data) = try await send(
                method, path, headers: ["Authorization": "Bearer \(key)"], body: body.map { Data($0.utf8) })
            return (status, (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:])
        }

        func send(
            _ method: String, _ path: String, headers: [String: String] = [:], body: Data? = nil
        ) async throws -> (status: Int, body: Data) {
            var request = URLRequest(url: URL(string: base + path)!)
            request.httpMethod = method
            request.httpBody = body
            for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as! HTTPURLResponse).statusCode, data)
        }
    }
}
