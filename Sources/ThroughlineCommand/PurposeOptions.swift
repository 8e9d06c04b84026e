import ArgumentParser
import Throughline
import ThroughlineEngine

/// What every verb that discovers purposes in files is told of how.
struct PurposeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take purposes as this TSV file gives them (messageId, purpose) and tell only how far they came.",
            valueName: "placed.tsv"))
    var given: String?

    @Option(
        help: ArgumentHelp(
            "Your own words for what people come for (products, sections of a site), one a line: they name types.",
            valueName: "file"))
    var catalogue: String?

    @Option(help: ArgumentHelp("Use this model in place of the one inside the program.", valueName: "file"))
    var model: String?

    @Option(help: "Threads to work with; 0 for one a core.")
    var workers = 0

    func validate() throws {
        guard (0...256).contains(workers) else { throw ValidationError("--workers is a number from 0 to 256") }
    }

    var workerCount: Int { workers == 0 ? Assembly.cores : workers }

    /// The files that are read beside those of events, which nothing is to be written over.
    var paths: [String] { [given, catalogue, model].compactMap { $0 } }

    /// A run over files as these say.
    func discovery(describes: Bool, eventBytesMax: Int) throws -> FileDiscovery {
        var run = FileDiscovery(
            model: try Assembly.model(path: model), table: try Assembly.embeddingTable(), repairs: true,
            describes: describes, eventBytesMax: eventBytesMax, workers: workerCount)
        run.given = try given.map(GivenPurposes.read)
        run.catalogue = try catalogue.map { try Catalogue(path: $0) } ?? Catalogue()
        return run
    }
}
