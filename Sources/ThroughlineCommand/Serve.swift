import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import ThroughlineEmbedded
import ThroughlineEngine
import ThroughlineServer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs the server over one folder.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes events over HTTP and keeps every person's timeline, in one folder.",
        discussion: """
            The first start makes an organization, a source and keys, and writes the keys into DATA/first-keys, which \
            only you can read; of keys only hashes are kept. THROUGHLINE_WRITE_KEY and THROUGHLINE_API_KEY give them \
            instead.
            """)

    @Option(help: ArgumentHelp("The folder of everything that is kept.", valueName: "folder"))
    var data = "./data"

    @Option(help: "Where to listen. Beyond this machine only behind a proxy that you trust.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 for one that is free.")
    var port = 8080

    @Flag(help: "A proxy of yours in front keeps the connection private: allows another host than this machine.")
    var trustedProxy = false

    @Option(help: "The organization that the first start makes.")
    var organization = "default"

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535") }
        guard !organization.isEmpty else { throw ValidationError("--organization needs a name") }
        let settings = ServerSettings(host: host, port: port)
        guard settings.listensOnLoopback || trustedProxy else {
            throw ValidationError(
                "--host \(host) is not this machine: keys would travel in the clear. Put a proxy with TLS in front and "
                    + "add --trusted-proxy")
        }
    }

    func run() async throws {
        let logger = Logger(label: "throughline") { _ in StandardErrorLog() }
        let folder = try DataFolder(path: data)
        if let keys = try folder.found(organization, environment: ProcessInfo.processInfo.environment) {
            Console.note("made the organization \(organization); \(keys)")
        }
        let fold = try FoldService(log: folder.log, profiles: folder.profiles, access: folder.access, logger: logger)
        let parts = ServerParts(
            settings: ServerSettings(host: host, port: port), log: folder.log, profiles: folder.profiles,
            access: folder.access, foldStatus: { fold.status }, now: Assembly.now, makeMessageId: { UUID().uuidString })
        let (host, path) = (host, data)
        let server = APIServer(parts, logger: logger) { port in
            let address = "http://\(host):\(port)"
            try? Console.write(Array(address.utf8), to: DataFolder.addressFile(path))
            Console.note("listening on \(address), data in \(path)")
        }
        defer { unlink(DataFolder.addressFile(path)) }
        // Stopped from the last to the first: the server, then the log, then the fold, behind its group.
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [fold, LogService(log: folder.log), server], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger)
        ).run()
        Console.note("stopped; everything that was taken is on disk")
    }
}

/// Closes the log when the program stops.
private struct LogService: Service {
    let log: any EventLog

    func run() async throws {
        try await gracefulShutdown()
        await log.close()
    }
}
