import ArgumentParser
import Throughline

struct Model: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look into a discovery model.", subcommands: [ShowModel.self])
}

struct ShowModel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print what was learned, so that a person can check it and argue with it.",
        discussion: """
            The weight of a signal is the mean size of what it adds to a score; with + more of it speaks for a place, \
            with - against. What follows what is told in log-odds: 0 says nothing, +1 that it is 2.7 times as likely \
            inside a purpose as across purposes.
            """)

    @Option(help: "A model file in place of the one inside the program.")
    var model: String?

    @Option(help: "Signals and steps that are listed of each kind; 0 for all.")
    var limit = 12

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is 0 or more") }
    }

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        let output = StandardOutput()
        let text = ModelText(model: try Assembly.model(path: model), limit: limit == 0 ? .max : limit)
        try output.write(Array(text.lines.utf8))
        try output.flush()
    }
}
