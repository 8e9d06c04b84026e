import Foundation
import Testing

@Suite("settings of the server")
struct SettingsTests {
    /// Names and values as `--print-settings` tells them, and who said so.
    private static func printed(
        _ arguments: [String], environment: [String: String] = [:], in folder: TemporaryFolder
    ) throws -> (values: [String: String], text: String) {
        let outcome = try run(arguments + ["--print-settings"], environment: environment, in: folder)
        #expect(outcome.status == 0, "\(outcome.error)")
        var values: [String: String] = [:]
        for line in outcome.text.split(separator: "\n") {
            guard let match = line.wholeMatch(of: /([a-z-]+): (.*)/) else { continue }
            values[String(match.1)] = String(match.2)
        }
        return (values, outcome.text)
    }

    private static func run(
        _ arguments: [String], environment: [String: String] = [:], in folder: TemporaryFolder
    ) throws -> Outcome {
        try Program.run(
            environment.map { "\($0)=\($1)" } + [Program.path, "serve"] + arguments, in: folder,
            executable: "/usr/bin/env")
    }

    @Test("a flag wins over the environment, that over the file, that over what is usual")
    func precedence() throws {
        let folder = try TemporaryFolder([
            "s.yaml": """
            # a comment
            port: 1
            organization: of the file
            host: 127.0.0.2
            trusted-proxy: [10.0.0.7, 'fd00::7']
            maps-need-approval: yes
            """
        ])
        let environment = ["THROUGHLINE_PORT": "2", "THROUGHLINE_ORGANIZATION": "of the environment"]
        let (values, _) = try Self.printed(
            ["--settings", "s.yaml", "--port", "3"], environment: environment, in: folder)
        #expect(values["port"] == "3  # --port")
        #expect(values["organization"] == #""of the environment"  # THROUGHLINE_ORGANIZATION"#)
        #expect(values["host"] == #""127.0.0.2"  # s.yaml:4"#)
        #expect(values["trusted-proxy"] == #"["10.0.0.7", "fd00::7"]  # s.yaml:5"#)
        #expect(values["maps-need-approval"] == #""yes"  # s.yaml:6"#)
        #expect(values["data"] == #""./data"  # usual"#)
        let named = try Self.printed([], environment: ["THROUGHLINE_SETTINGS": "s.yaml"], in: folder)
        #expect(named.values["port"] == "1  # s.yaml:2")
    }

    @Test("what is printed is a settings file that says the same, and shows no key")
    func printsWhatItReads() throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "--host", "::1", "--trusted-proxy", "10.0.0.7, fd00::7", "--data", "a \"b\" #c", "--log-level", "trace",
        ]
        let keys = ["THROUGHLINE_WRITE_KEY": "write-canary", "THROUGHLINE_API_KEY": "api-canary"]
        let (_, text) = try Self.printed(arguments, environment: keys, in: folder)
        #expect(!text.contains("canary"))
        try folder.write(Array(text.utf8), to: "again.yaml")
        let (_, again) = try Self.printed(["--settings", "again.yaml"], in: folder)
        func values(_ text: String) -> [String] { text.split(separator: "\n").map { String($0.prefix { $0 != "#" }) } }
        #expect(values(text) == values(again))
    }

    /// A file, and what is said of it.
    private static let wrong: [(String, String)] = [
        ("prot: 9", "s.yaml:1: prot is no setting; there are data, host, port"),
        ("host: localhost\nport: many", "s.yaml:2: port is a number from 0 to 65535"),
        ("port: \"80\"", "s.yaml:1: port is a number from 0 to 65535"), ("port: 70000", "s.yaml:1: port is a number"),
        ("port: 1.5", "s.yaml:1: port is a number"), ("port:", "s.yaml:1: port is a number"),
        ("port: [1]", "s.yaml:1: port is a number"), ("port: 99999999999999999999", "s.yaml:1: port is a number"),
        ("port: 1\nport: 2", "port stands there twice"), ("organization: 5", "s.yaml:1: organization is a name"),
        ("organization: ''", "s.yaml:1: organization is a name"), ("data: true", "s.yaml:1: data is the path"),
        ("\ntrusted-proxy: [10.0.0.7, proxy]", "s.yaml:2: trusted-proxy is IP addresses"),
        ("log-level: loud", "s.yaml:1: log-level is one of trace, debug, info"),
        ("events-per-second-max: 0", "s.yaml:1: events-per-second-max is a number from 1"),
        ("maps-need-approval: true", "s.yaml:1: maps-need-approval is yes or no"),
        ("body-megabytes-max: 3", "s.yaml:1: body-megabytes-max is a number from 4"),
        ("port: [", "is not YAML"), ("- port", "s.yaml:1: is not a list of names and values"),
        ("tls-key: key.pem", "s.yaml:1: TLS needs --tls-certificate as well"),
        ("host: 0.0.0.0", "s.yaml:1: 0.0.0.0 is not this machine"), ("? [a]\n: 1", "is no setting"),
    ]

    @Test("a file that cannot be is refused with its line and what may be", arguments: wrong)
    func refusals(file: String, told: String) throws {
        let folder = try TemporaryFolder(["s.yaml": file])
        let outcome = try Self.run(["--settings", "s.yaml", "--data", "data"], in: folder)
        #expect(outcome.status == 64)
        #expect(outcome.error.contains(told), "\(outcome.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("data")))
    }

    @Test("the environment is refused by the variable, even where a flag wins")
    func environment() throws {
        let folder = try TemporaryFolder()
        for (name, value) in [("PORT", "x"), ("LOG_LEVEL", "loud"), ("TRUSTED_PROXY", "10.0.0")] {
            let variable = "THROUGHLINE_\(name)"
            let outcome = try Self.run(["--port", "0"], environment: [variable: value], in: folder)
            #expect(outcome.status == 64)
            #expect(outcome.error.contains("\(variable): "), "\(outcome.error)")
        }
        let missing = try Self.run(["--settings", "nowhere.yaml"], in: folder)
        #expect(missing.status != 0)
        #expect(missing.error.contains("nowhere.yaml: cannot be read"))
    }

    @Test("the service file names only variables that there are")
    func serviceFile() throws {
        let folder = try TemporaryFolder()
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        let unit = try String(contentsOf: root.appending(path: "packaging/throughline.service"), encoding: .utf8)
        let named = Set(unit.matches(of: #/THROUGHLINE_[A-Z_]+/#).map { String($0.output) })
        let (_, text) = try Self.printed([], in: folder)
        let known = Set(
            text.matches(of: #/(?m:^)(?:# )?([a-z-]+):/#).map {
                "THROUGHLINE_" + $0.1.uppercased().replacingOccurrences(of: "-", with: "_")
            })
        #expect(!named.isEmpty)
        #expect(named.subtracting(known) == ["THROUGHLINE_SETTINGS"])
    }

    @Test("every setting is a flag and is in the document")
    func documented() throws {
        let folder = try TemporaryFolder()
        let (_, text) = try Self.printed([], in: folder)
        let names = text.split(separator: "\n").compactMap { line in
            line.firstMatch(of: #/^(?:# )?([a-z-]+): /#).map { String($0.1) }
        }
        #expect(names.count == 12)
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        let document = try String(contentsOf: root.appending(path: "docs/server.md"), encoding: .utf8)
        let help = try Program.run(["serve", "--help"]).text
        for name in names {
            #expect(help.contains("--\(name) <"), "\(name)")
            #expect(document.contains("| `\(name)` |"), "docs/server.md does not have the setting \(name)")
        }
    }
}
