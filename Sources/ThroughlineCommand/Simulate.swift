import ArgumentParser
import Foundation
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write the events of customers of four made-up companies.",
        discussion: """
            A bank, a telco, a shop and a fitness club. People have one to six purposes that interleave, pause, return, \
            finish or lapse, and routine besides. The same numbers give the same bytes. For demonstrations, tests and \
            speed: no figure of quality is ever claimed on simulated people.
            """)

    @Option(help: "How many people.")
    var people = 100

    @Option(help: "Over how many days.")
    var days = 90

    @Option(help: "Seed of all chance.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Also write the truth as TSV.", valueName: "file"))
    var labels: String?

    func validate() throws {
        guard (1...100_000_000).contains(people) else {
            throw ValidationError("--people is a number from 1 to 100000000")
        }
        guard (1...3_660).contains(days) else { throw ValidationError("--days is a number from 1 to 3660") }
    }

    func run() async throws {
        StandardOutput.ignoreClosedPipes()
        var truth: FileHandle?
        if let labels {
            guard FileManager.default.createFile(atPath: labels, contents: nil),
                let handle = FileHandle(forWritingAtPath: labels)
            else { throw FileError(labels, "cannot be written") }
            truth = handle
        }
        var rows = Array((Simulation.labelsHeader + "\n").utf8)
        let output = StandardOutput()
        try Simulation(people: people, days: days, seed: seed).run { line, label in
            try output.write(line)
            try output.write([UInt8(ascii: "\n")])
            guard let truth else { return }
            rows.append(contentsOf: label)
            rows.append(UInt8(ascii: "\n"))
            if rows.count > 1 << 16 {
                try truth.write(contentsOf: Data(rows))
                rows.removeAll(keepingCapacity: true)
            }
        }
        try output.flush()
        try truth?.write(contentsOf: Data(rows))
        try truth?.close()
    }
}
