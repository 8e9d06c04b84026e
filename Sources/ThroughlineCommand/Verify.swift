import ArgumentParser
import ThroughlineEmbedded
import ThroughlineEngine

/// Goes through every byte of a folder while nobody runs over it.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks every byte of a folder against its checksums, while no server has it.",
        discussion: """
            Exit status 0 where all is as it was written, 1 where something is not: which file, and at which byte, page \
            or line. The state can be made again from the log (throughline rebuild); all else comes from a backup.
            """)

    @Option(help: ArgumentHelp("The folder of a server.", valueName: "folder"))
    var data = "./data"

    func run() throws {
        let lock = try DataFolder.lock(data)
        defer { lock.unlock() }
        let files = try DiskFiles(folder: data + "/" + FolderLayout.log, isMade: false)
        let found = try SegmentedLog.verify(files: files)
        for finding in found.findings {
            Console.note("\(data)/log/\(finding.file), byte \(finding.offset): \(finding.message)")
        }
        let others = try FolderCheck.findings(in: data)
        for finding in others { Console.note(finding) }
        let damaged = !others.isEmpty || found.findings.contains { $0.kind == .damage }
        let verdict = damaged ? "damaged" : "sound"
        let erased = found.erased > 0 ? ", \(found.erased) records erased" : ""
        print("\(found.records) records in \(found.segments) segments, \(found.bytes) bytes\(erased): \(verdict)")
        if damaged { throw ExitCode(1) }
    }
}
