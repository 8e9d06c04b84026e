import ArgumentParser
import Throughline
import ThroughlineEngine

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why a person's events are in the purposes they are in.",
        discussion: """
            For each event, as it arrived and again after repair: where it was placed, what spoke for that place and \
            by how much (the amounts add up to the score, together with what an average place scores), which place \
            came second and why it lost, and without which kind of evidence it would be somewhere else.
            """)

    @Option(help: ArgumentHelp("The person: a user id, or an anonymous id that belongs to none.", valueName: "id"))
    var user: String

    @Option(help: ArgumentHelp("Only this event.", valueName: "messageId"))
    var message: String?

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, ndjson }

    @Option(help: "table or ndjson.")
    var format = Format.table

    @Option(help: ArgumentHelp("Use this model in place of the one inside the program.", valueName: "file"))
    var model: String?

    @OptionGroup var input: InputOptions

    @Argument(help: ArgumentHelp("Files of events; - or none for standard input.", valueName: "file"))
    var files: [String] = []

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        let model = try Assembly.model(path: model)
        let table = try Assembly.embeddingTable()
        if let kept = input.rejects { try refuseOverwriting(inputPaths(files), with: kept) }
        let rejects = try input.rejectLog()
        let index = EventIndex(workers: Assembly.cores)
        for path in inputPaths(files) { try index.read(try input.open(path, rejects: rejects)) { _ in } }
        try rejects.close()
        let now = index.latest
        let run = FileDiscovery(
            model: model, table: table, repairs: true, describes: true, eventBytesMax: input.eventBytesMax, workers: 1)
        let adapted = try run.adapted(to: index).model
        let explainer = PlacementExplainer(model: adapted, table: table)
        let discovery = PersonDiscovery(
            model: adapted, table: table, repairs: true, describes: true, explains: true)
        var explanations: [PlacementExplanation] = []
        let isKnown = try index.forEachEvent(of: user, eventBytesMax: input.eventBytesMax) { event in
            explanations.append(explainer.place(event))
            discovery.add(event)
        }
        guard isKnown else { throw NotFound("nobody in this input is called \"\(user)\"") }
        let person = discovery.finish(person: user, now: now)
        let output = StandardOutput()
        var told = 0
        for (explanation, (event, repair)) in zip(explanations, zip(person.events, person.repairs))
        where message == nil || message == explanation.messageId {
            let text = ExplanationText(
                arrival: explanation, repair: repair, final: person.purposes[event.purpose],
                finalConfidence: event.confidence)
            try output.write(Array((format == .ndjson ? text.json : text.lines(among: person.purposes)).utf8))
            told += 1
        }
        try output.flush()
        guard told > 0 else { throw NotFound("\(user) has no event with messageId \"\(message ?? "")\"") }
        if input.strict && rejects.count > 0 { throw ExitCode(1) }
    }
}

/// What was asked for is not in the input.
struct NotFound: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = forTerminal(description, width: 0) }
}
