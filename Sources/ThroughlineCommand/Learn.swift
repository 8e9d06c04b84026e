import ArgumentParser
import Throughline
import ThroughlineEngine

struct Learn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fit a discovery model to labelled events.",
        discussion: """
            Labels are TSV with a header line: messageId, userId, purpose. Events without a label are left out. The \
            same input and seed give the same bytes.
            """)

    @Option(name: .customLong("labels"), help: "A TSV file of labels, plain or gzip; may be given several times.")
    var labels: [String]

    @Option(
        name: .customLong("made-up"),
        help: "A file of events of made-up people: the order of their steps is not learned; may be given several times."
    )
    var madeUp: [String] = []

    @Option(help: "Where the model is written.")
    var out: String

    @Option(help: "Seed of the trainer's sampling.")
    var seed: UInt64 = 1

    @Argument(help: "Files of events: NDJSON, plain or gzip.")
    var events: [String]

    func run() async throws {
        var known = PurposeLabels()
        for path in labels { try known.add(path: path) }
        // Names get their places in the order tables when these are made.
        let reader = EncounterReader(table: try Assembly.embeddingTable(), order: OrderTables())
        var people = LabelledPeople()
        for path in events + madeUp {
            let unlabelled = try people.add(
                events: path, labels: known, reader: reader, areMadeUp: madeUp.contains(path))
            if unlabelled > 0 { Console.note("\(path): \(unlabelled) events without a label are left out") }
        }
        var learner = Learner()
        learner.seed = seed
        learner.report = { Console.note($0) }
        let model = learner.fit(people)
        try Console.write(model.encoded(), to: out)
        Console.note("wrote \(out)")
    }
}
