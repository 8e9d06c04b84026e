import ArgumentParser
import ThroughlineEmbedded

/// Copies the folder of a server, whether one runs over it or not.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copies the folder of a server, also while the server runs, and checks every byte of the copy.",
        discussion: "What was acknowledged before the backup began is in it. The folder's first-keys are not.")

    @Option(help: ArgumentHelp("The folder of a server.", valueName: "folder"))
    var data = "./data"

    @Option(help: ArgumentHelp("The folder of the backup, which is not there yet.", valueName: "folder"))
    var to: String

    func run() async throws {
        Console.keepPrivate()
        let manifest = try await ThroughlineEmbedded.Backup.make(of: data, in: to, now: Assembly.now())
        print("\(manifest.records) records, \(manifest.folded) of them folded, \(manifest.bytes) bytes: in \(to)")
    }
}

/// Puts a backup in a folder that a server can take.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Puts a backup in a new folder, every file of it checked against what was written.",
        discussion: """
            Who was erased since the backup was made is erased from it, by the list of the erased: erased.ndjson in the folder \
            of the server. A server that is started over the folder folds what its state lacks.
            """)

    @Option(help: ArgumentHelp("The folder of a backup.", valueName: "folder"))
    var from: String

    @Option(help: ArgumentHelp("The folder for a server, which is not there yet.", valueName: "folder"))
    var data = "./data"

    @Option(
        help: ArgumentHelp(
            "The server's list of the erased as it is now, or none where there is none but the backup's.",
            valueName: "file"))
    var erased: String

    func run() async throws {
        Console.keepPrivate()
        let restored = try await ThroughlineEmbedded.Backup.restore(
            from, to: data, erased: erased == "none" ? nil : erased)
        print(
            "\(restored.manifest.records) records of \(restored.manifest.madeAt)"
                + (restored.erased > 0 ? ", \(restored.erased) of them erased since" : "") + ": in \(data)")
    }
}
