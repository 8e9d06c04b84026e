import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOSSL
import ThroughlineEmbedded
import ThroughlineEngine

/// Where imported events go.
protocol ImportSink: Sendable {
    var eventsPerBatch: Int { get }

    /// Takes a batch; what was taken is on disk when this returns.
    ///
    /// - Returns: the events that were refused, by their place in the batch, and why.
    func take(_ batch: ImportBatch) async throws -> [(index: Int, message: String)]

    /// Does what is left behind the last batch. Returns what there is to tell of it.
    func finish() async throws -> String

    func close() async
}

/// The folder itself, which no server has.
struct FolderSink: ImportSink {
    /// So few that whoever reads one of them later does not unpack thousands.
    let eventsPerBatch = 250
    private let folder: DataFolder
    private let source: UInt32
    private let intake = IntakePool()

    init(_ folder: DataFolder, source name: String?) throws {
        self.folder = folder
        if let note = try folder.found("default", environment: ProcessInfo.processInfo.environment) {
            Console.note("made the organization default; \(note)")
        }
        let sources = folder.sources
        guard let source = name.map({ name in sources.first { $0.name == name } }) ?? sources.first else {
            let names = sources.map(\.name).joined(separator: ", ")
            throw FileError(folder.path, "has no source \(name ?? ""): there is \(names)")
        }
        self.source = source.number
    }

    func take(_ batch: ImportBatch) async throws -> [(index: Int, message: String)] {
        let request = IntakeRequest(.batch, from: .known(source), receivedAt: Assembly.now())
        let result = try batch.body.withUnsafeBufferPointer { body throws(IntakeFault) in
            try intake.take(body, of: request)
        }
        if !result.records.isEmpty { _ = try await folder.log.append(result.records) }
        return result.refusals.map { ($0.index, $0.fault.message) }
    }

    func finish() throws -> String {
        let fold = try FoldService(
            log: folder.log, profiles: folder.profiles, access: folder.access,
            discovery: try Assembly.liveDiscovery(),
            logger: Logger(label: "throughline") { _ in StandardErrorLog() })
        let before = try folder.profiles.counts()
        var bar = ProgressBar()
        defer { bar.end() }
        try fold.foldAll { bar.show("folding", done: Int64($0.rawValue), of: Int64(folder.log.end.rawValue)) }
        let counts = try folder.profiles.counts()
        return "; \(counts.duplicates - before.duplicates) were there before, \(counts.profiles) people now"
    }

    func close() async { await folder.log.close() }
}

/// A server that runs over the folder, reached as by any other client.
struct ServerSink: ImportSink {
    /// An answer tells of no more refusals.
    let eventsPerBatch = 100
    /// A server that is busy is asked again so often, with the pause that it names between.
    private static let triesMax = 60
    private static let answerBytesMax = 1 << 20

    let address: String
    let key: String
    private let client: HTTPClient

    /// - Parameter address: as the server wrote it into its own folder.
    init(address: String, key: String) {
        self.address = address
        self.key = key
        // Whoever can write into the folder can read all that is sent. The certificate is for the name by which others know
        // the server, and may be of a company's own authority.
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        client = HTTPClient(configuration: HTTPClient.Configuration(tlsConfiguration: tls))
    }

    func take(_ batch: ImportBatch) async throws -> [(index: Int, message: String)] {
        var request = HTTPClientRequest(url: address + "/v1/import")
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        request.headers.add(name: "content-type", value: "application/json")
        for _ in 0..<ServerSink.triesMax {
            request.body = .bytes(batch.body)
            let response: HTTPClientResponse
            let body: Data
            do {
                response = try await client.execute(request, timeout: .seconds(30))
                body = Data(buffer: try await response.body.collect(upTo: ServerSink.answerBytesMax))
            } catch {
                throw FileError(address, "does not answer (\(error)); start the import again to go on")
            }
            switch response.status {
            case .ok: return try JSONDecoder().decode(Taken.self, from: body).refused ?? []
            case .tooManyRequests, .serviceUnavailable:
                let pause = response.headers.first(name: "retry-after").flatMap(Int.init) ?? 1
                try await Task.sleep(for: .seconds(min(60, max(1, pause))))
            default:
                let problem = try? JSONDecoder().decode(Refused.self, from: body)
                throw FileError(address, "refuses the import: \(problem?.message ?? "status \(response.status.code)")")
            }
        }
        throw FileError(address, "is busy; start the import again to go on")
    }

    func finish() -> String { "; the server folds them" }
    func close() async { try? await client.shutdown() }

    private struct Taken: Decodable {
        struct Item: Decodable {
            var index: Int
            var message: String
        }

        var refused: [(index: Int, message: String)]?

        enum CodingKeys: CodingKey { case refused }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            refused = try container.decodeIfPresent([Item].self, forKey: .refused)?.map { ($0.index, $0.message) }
        }
    }

    private struct Refused: Decodable {
        var message: String
    }
}
