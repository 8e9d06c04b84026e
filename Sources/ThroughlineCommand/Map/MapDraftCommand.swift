import ArgumentParser
import Throughline
import ThroughlineEngine

struct MapDraftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft",
        abstract: "Write a first journey map from what customers really do.",
        discussion: """
            Finds types of purpose as types does and writes a map of them: milestones in the order in which they are \
            reached, the stage, channels and touchpoints that their events have, and as comments how many reach them. It is a \
            beginning for people: names, needs, feelings and what a purpose serves are theirs to draw. Without --type all \
            types of at least \(MapDraft.typePurposesMin) purposes are on it.
            """)

    @Option(help: ArgumentHelp("Only this type, as types tells it.", valueName: "name"))
    var type: String?

    @Option(help: ArgumentHelp("Write to this file, not to standard output.", valueName: "map.yaml"))
    var output: String?

    @OptionGroup var how: PurposeOptions

    @OptionGroup var input: InputOptions

    @Argument(help: ArgumentHelp("Files of events; - or none for standard input.", valueName: "file"))
    var files: [String] = []

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        let paths = inputPaths(files)
        if let output { try refuseOverwriting(paths + how.paths, with: output) }
        var events = try MapInput(how, input, paths: paths)
        let types = try events.run.types(of: events.index)
        let wanted = type?.lowercased()
        let isDrawn = { (type: PurposeType) in
            wanted.map { $0 == type.name.lowercased() } ?? (type.purposeCount >= MapDraft.typePurposesMin)
        }
        guard types.types.contains(where: isDrawn) else {
            try events.rejects.close()
            let names = types.types.map(\.name)
            throw NotFound(
                (type.map { "no purpose here is of a type called \($0)" }
                    ?? "no type here has \(MapDraft.typePurposesMin) purposes: name one with --type")
                    + MapFindings.listed(names))
        }
        let (run, index) = (events.run, events.index)
        let draft = try run.draft(of: types, in: index, where: isDrawn) { events.show(done: $0) }
        events.endBar()
        let text = Array(draft.text.utf8)
        if let output {
            try Console.write(text, to: output)
        } else {
            let standardOutput = StandardOutput()
            try standardOutput.write(text)
            try standardOutput.flush()
        }
        let purposes = draft.map.purposes
        let milestones = purposes.reduce(0) { $0 + $1.milestones.count }
        try events.finish(saying: "\(purposes.count) purposes with \(milestones) milestones drawn")
    }
}
