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
        discussion: "A server that is started over the folder folds what the state of the backup lacks.")

    @Option(help: ArgumentHelp("The folder of a backup.", valueName: "folder"))
    var from: String

    @Option(help: ArgumentHelp("The folder for a server, which is not there yet.", valueName: "folder"))
    var data = "./data"

    func run() async throws {
        Console.keepPrivate()
        let manifest = try await ThroughlineEmbedded.Backup.restore(from, to: data)
        print("\(manifest.records) records of \(manifest.madeAt): in \(data)")
    }
}
