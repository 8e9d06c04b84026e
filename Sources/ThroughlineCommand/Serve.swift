import ArgumentParser
import CMemory
import Foundation
import Logging
import ServiceLifecycle
import Throughline
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

            What is not given here is taken from the environment (THROUGHLINE_PORT for --port), then from the settings \
            file (port: 8080), then it is as usual.
            """)

    @Option(help: ArgumentHelp("A file of settings (YAML).", valueName: "file"))
    var settings: String?

    @Flag(help: "Prints the settings that hold and who said so, and ends.")
    var printSettings = false

    @OptionGroup
    var flags: SettingFlags

    func validate() throws {
        do { _ = try chosen() } catch let error as SettingsError { throw ValidationError(error.description) }
    }

    private func chosen() throws -> ChosenSettings {
        let environment = ProcessInfo.processInfo.environment
        return try ChosenSettings(
            flags: flags.texts, environment: environment, file: settings ?? environment["THROUGHLINE_SETTINGS"])
    }

    func run() async throws {
        let chosen = try chosen()
        if printSettings { return print(chosen.text, terminator: "") }
        try await Serve.serve(chosen.settings)
    }

    private static let heapStepBytes = 1 << 20

    private static func serve(_ settings: Settings) async throws {
        Console.keepPrivate()
        grow_heap_by(Serve.heapStepBytes)
        let logger = Logger(label: "throughline") { _ in StandardErrorLog(logLevel: settings.logLevel) }
        let serverSettings = try settings.ofServer()
        if let end = serverSettings.certificate?.validUntil, end <= Assembly.now().secondsSince1970 {
            logger.warning("the certificate has expired: clients will refuse it")
        }
        let folder = try DataFolder(path: settings.data, isServing: true)
        unlink(DataFolder.addressFile(settings.data))  // Of a server that was killed.
        if let keys = try folder.found(settings.organization, environment: ProcessInfo.processInfo.environment) {
            Console.note("made the organization \(settings.organization); \(keys)")
        }
        let fold = try FoldService(
            log: folder.log, profiles: folder.profiles, access: folder.access,
            discovery: try Assembly.liveDiscovery(), logger: logger)
        let parts = ServerParts(
            settings: serverSettings, log: folder.log, profiles: folder.profiles, access: folder.access,
            readings: folder.readings,
            foldStatus: { fold.status }, now: Assembly.now, makeMessageId: { UUID().uuidString })
        let scheme = serverSettings.certificate == nil ? "http" : "https"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let server = APIServer(parts, logger: logger) { port in
            let address = "\(scheme)://\(host):\(port)"
            do { try Console.write(Array(address.utf8), to: DataFolder.addressFile(settings.data)) } catch {
                logger.warning("an import will not find this server", metadata: ["reason": "\(error)"])
            }
            Console.note("listening on \(address), data in \(settings.data)")
        }
        defer { unlink(DataFolder.addressFile(settings.data)) }
        let erasing = ErasureService(
            log: folder.log, profiles: folder.profiles, list: folder.erased, readings: folder.readings, logger: logger)
        let ticking = TickService(
            log: folder.log, profiles: folder.profiles, now: Assembly.now, logger: logger)
        let typing = TypeService(
            log: folder.log, profiles: folder.profiles, model: try Assembly.model(path: nil),
            table: try Assembly.embeddingTable(), now: Assembly.now, logger: logger)
        let segments = SegmentService(
            profiles: folder.profiles, holdout: serverSettings.holdout, now: Assembly.now, logger: logger)
        // Stopped from the last to the first: the server, what erases, makes types and ticks, then the log, then segments, then the fold, behind its group.
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [fold, segments, LogService(log: folder.log), ticking, typing, erasing, server],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger)
        ).run()
        Console.note("stopped; everything that was taken is on disk")
    }
}

/// Settings as flags. They are read as texts: one table says what they may be, wherever they come from.
struct SettingFlags: ParsableArguments {
    @Option(help: "\(Setting.help("data"))")
    var data: String?

    @Option(help: "\(Setting.help("host"))")
    var host: String?

    @Option(help: "\(Setting.help("port"))")
    var port: String?

    @Option(help: "\(Setting.help("organization"))")
    var organization: String?

    @Option(help: "\(Setting.help("tls-certificate"))")
    var tlsCertificate: String?

    @Option(help: "\(Setting.help("tls-key"))")
    var tlsKey: String?

    @Option(help: "\(Setting.help("trusted-proxy")) Commas between.")
    var trustedProxy: String?

    @Option(help: "\(Setting.help("log-level"))")
    var logLevel: String?

    @Option(help: "\(Setting.help("events-per-second-max"))")
    var eventsPerSecondMax: String?

    @Option(help: "\(Setting.help("body-megabytes-max"))")
    var bodyMegabytesMax: String?

    @Option(help: "\(Setting.help("holdout-percent"))")
    var holdoutPercent: String?

    @Option(help: "\(Setting.help("maps-need-approval"))")
    var mapsNeedApproval: String?

    /// Those that were given, by the name of the setting.
    var texts: [String: String] {
        [
            "data": data, "host": host, "port": port, "organization": organization, "tls-certificate": tlsCertificate,
            "tls-key": tlsKey, "trusted-proxy": trustedProxy, "log-level": logLevel,
            "events-per-second-max": eventsPerSecondMax, "body-megabytes-max": bodyMegabytesMax,
            "holdout-percent": holdoutPercent, "maps-need-approval": mapsNeedApproval,
        ].compactMapValues { $0 }
    }
}

extension Setting {
    /// What a setting is for, and what it is where nobody says.
    fileprivate static func help(_ name: String) -> String {
        guard let setting = all.first(where: { $0.name == name }) else { preconditionFailure("no setting is \(name)") }
        guard let usual = setting.value(Settings()), usual != .list([]) else { return setting.help }
        let text =
            switch usual {
            case .text(let text): text
            case .number(let number): "\(number)"
            case .list(let texts): texts.joined(separator: ",")
            }
        return "\(setting.help) (usual: \(text))"
    }
}

extension Settings {
    /// Those of the server. Reads the files of TLS.
    fileprivate func ofServer() throws -> ServerSettings {
        var settings = ServerSettings(host: host, port: port)
        settings.eventsPerSecondMax = eventsPerSecondMax
        settings.bodyBytesInFlightMax = bodyMegabytesMax << 20
        settings.holdout = HoldoutGroup(percent: holdoutPercent)
        settings.mapsNeedApproval = mapsNeedApproval == "yes"
        settings.trustedProxies = Set(trustedProxies.compactMap { NetworkAddress($0) })
        if let tlsCertificate, let tlsKey {
            settings.certificate = try ServerCertificate(certificate: tlsCertificate, key: tlsKey)
        }
        return settings
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
