import ArgumentParser

/// The program: one verb a file.
@main
struct ThroughlineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throughline",
        abstract: "Discovers what each person is trying to get done, in a stream of events.",
        version: "0.1.0",
        subcommands: [
            Serve.self, Import.self, Backup.self, Restore.self, Verify.self, Rebuild.self, ExportCorrections.self,
            Discover.self, Types.self, Paths.self, MapCommand.self, Explain.self, Conditions.self,
            Simulate.self, Learn.self, Model.self,
        ])
}
