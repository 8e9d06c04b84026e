import ArgumentParser
import Throughline
import ThroughlineEngine

struct Learn: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fit a discovery model to labelled events, and to what people corrected.",
        discussion: """
            Labels are TSV with a header line: messageId, userId, purpose, and where it is known stage. Events without a \
            label are left out.

            Corrections are TSV with a header line: messageId, userId, correction, other. A correction is "done" (the \
            purpose ends with this event), "not mine" (somebody else did this, with its whole purpose) or "belongs to" \
            (it serves the purpose of the event whose messageId is in the column other, which is empty for the first \
            two). userId and messageId are those that discover tells. Whoever made a correction and has no labels is \
            learned from too: her purposes are those that the model found, put right in the order of the file. What \
            she put right counts in full, the rest of what was found less.

            The same input and seed give the same bytes.
            """)

    @Option(name: .customLong("labels"), help: "A TSV file of labels, plain or gzip; may be given several times.")
    var labels: [String] = []

    @Option(
        name: .customLong("corrections"), help: "A TSV file of corrections, plain or gzip; may be given several times.")
    var corrections: [String] = []

    @Option(
        help: ArgumentHelp(
            "The model whose answers were corrected, in place of the one inside the program.", valueName: "file"))
    var model: String?

    @Option(
        name: .customLong("made-up"),
        help: "A file of events of made-up people: the order of their steps is not learned; may be given several times."
    )
    var madeUp: [String] = []

    @Flag(help: "Learn only the stages of events, and take all else from the model.")
    var onlyStages = false

    @Option(help: "Where the model is written.")
    var out: String

    @Option(help: "Seed of the trainer's sampling.")
    var seed: UInt64 = 1

    @Argument(help: "Files of events: NDJSON, plain or gzip.")
    var events: [String]

    func validate() throws {
        if labels.isEmpty && corrections.isEmpty {
            throw ValidationError("there is nothing to learn from: add --labels, --corrections or both")
        }
        if model != nil && corrections.isEmpty && !onlyStages {
            throw ValidationError("--model is the model that was corrected: add --corrections")
        }
        if onlyStages && (labels.isEmpty || !corrections.isEmpty) {
            throw ValidationError("--only-stages learns from --labels, and from nothing else")
        }
        if !madeUp.isEmpty && labels.isEmpty {
            throw ValidationError("--made-up people are learned from by their labels: add --labels")
        }
        if !labels.isEmpty && !corrections.isEmpty && events.contains("-") {
            throw ValidationError("with --labels and --corrections events are read twice: standard input cannot be")
        }
    }

    func run() async throws {
        var labels = PurposeLabels()
        for path in self.labels { try labels.add(path: path) }
        var corrections = Corrections()
        for path in self.corrections { try corrections.add(path: path) }
        // Names get their places in the order tables when these are made.
        let table = try Assembly.embeddingTable()
        let reader = EncounterReader(table: table, order: OrderTables())
        var people = LabelledPeople()
        if !self.labels.isEmpty { try addLabelled(to: &people, labels: labels, reader: reader) }
        if corrections.count > 0 {
            let index = try index()
            let labelled = try people.add(
                corrections, of: index, labels: labels, base: try Assembly.model(path: model), table: table,
                reader: reader)
            if labelled > 0 { Console.note("corrections of \(labelled) people who have labels are left out") }
        }
        var learner = Learner()
        learner.seed = seed
        learner.report = { Console.note($0) }
        var learned = onlyStages ? try Assembly.model(path: model) : learner.fit(people)
        if onlyStages {
            learned.stages = learner.fitStages(people)
            guard !learned.stages.isEmpty else { throw NotFound("no label names a stage") }
        }
        if learned.stages.isEmpty {
            learned.stages = try Assembly.model(path: model).stages
            Console.note("no label names a stage: stages are read as before")
        }
        guard learned.placing.treeCount > 0 else { throw NotFound("there are too few people to learn from") }
        try Console.write(learned.encoded(), to: out)
        Console.note("wrote \(out)")
    }

    private func addLabelled(to people: inout LabelledPeople, labels: PurposeLabels, reader: EncounterReader) throws {
        let but = corrections.isEmpty ? "" : ", but for those of people who corrected some"
        for path in events + madeUp {
            let unlabelled = try people.add(
                events: path, labels: labels, reader: reader, areMadeUp: madeUp.contains(path))
            if unlabelled > 0 { Console.note("\(path): \(unlabelled) events without a label are left out\(but)") }
        }
    }

    /// All events on one time line a person, as discover reads them.
    private func index() throws -> EventIndex {
        let rejects = try RejectLog(path: nil) { Console.note("throughline: \($0)") }
        let index = EventIndex(workers: Assembly.cores)
        for path in events {
            try index.read(
                EventInput(path: path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
            ) { _ in }
        }
        return index
    }
}
