import Foundation
import Testing

/// Promises about the sources that the compiler does not keep, checked on their text.
@Suite("The house is tidy")
struct TidyTests {
    private static let package = Package(root: URL(filePath: #filePath).appending(path: "../../..").standardized)

    @Test("finds the sources at all")
    func findsSources() {
        #expect(Self.package.sources.contains { $0.path.hasPrefix("Sources/Throughline/") })
        #expect(Self.package.sources.contains { $0.path.hasPrefix("Sources/ThroughlineCommand/") })
    }

    @Test("a target imports only what the table allows it")
    func importsByTable() { expectNothing(Rules.imports(in: Self.package.sources)) }

    @Test("a folder of the domain uses only the folders before it")
    func keepsFolderOrder() { expectNothing(Rules.folderOrder(in: Self.package.sources)) }

    @Test("the domain has no clock, no chance, no disk and does not wait")
    func domainIsPure() { expectNothing(Rules.forbiddenCalls(in: Self.package.sources)) }

    @Test("a file of the sources is short enough to be read")
    func filesAreShort() { expectNothing(Rules.longFiles(in: Self.package.sources)) }

    @Test("the sources know no place of one machine")
    func namesNoMachine() { expectNothing(Rules.machinePaths(in: Self.package.sources)) }

    @Test("decision records are numbered one after the other")
    func numbersDecisions() { expectNothing(Rules.decisionNames(Self.package.names(in: "docs/decisions"))) }

    @Test("the README can be read in five minutes")
    func keepsReadmeShort() {
        guard let text = Self.package.text(of: "README.md") else { return }
        expectNothing(Rules.longReadme(text))
    }

    @Test("the scripts that documents name exist", arguments: ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
    func namesRealScripts(document: String) {
        guard let text = Self.package.text(of: document) else { return }
        expectNothing(
            Rules.scripts(namedIn: text).filter { !Self.package.exists($0) }
                .map { "\(document) names \($0), which does not exist" })
    }

    private func expectNothing(_ findings: [String]) {
        #expect(findings.isEmpty, "\n\(findings.joined(separator: "\n"))")
    }
}

/// Every rule finds what it is for, and leaves alone what only looks like it.
@Suite("The rules of the house")
struct RuleTests {
    private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text) }

    @Test("an import that the table does not have is found, wherever it hides")
    func findsImports() {
        let text = """
            // import ArgumentParser
            let talk = "import ArgumentParser"
            @_spi(_Unicode) import Swift
            #if canImport(NIO)
            @preconcurrency public import NIO
            #endif
            import struct Foundation.Date
            """
        #expect(
            Rules.imports(in: [file("Sources/Throughline/Kernel/A.swift", text)]) == [
                "Sources/Throughline/Kernel/A.swift:5: Throughline may not import NIO",
                "Sources/Throughline/Kernel/A.swift:7: Throughline may not import Foundation",
            ])
        #expect(Rules.imports(in: [file("Sources/ThroughlineCommand/A.swift", "import ArgumentParser")]).isEmpty)
        #expect(
            Rules.imports(in: [file("Sources/New/A.swift", "import Throughline"), file("Sources/New/B.swift", "")]) == [
                "Sources/New/A.swift: the table of imports has no target New",
                "Sources/New/B.swift: the table of imports has no target New",
            ])
    }

    @Test("a use of a later folder is found")
    func findsUpwardUse() {
        let later = file("Sources/Throughline/Journey/Step.swift", "public struct Step {}\nprivate enum Hidden {}")
        let earlier = file(
            "Sources/Throughline/Event/A.swift",
            """
            /// Leads to a Step.
            let talk = "Step, Step.one \\(text) and \\(Step.self)"
            struct A { var hidden: Hidden; var steps: [Step] }
            """)
        #expect(
            Rules.folderOrder(in: [later, earlier]) == [
                "Sources/Throughline/Event/A.swift:2: Event uses Step, which Journey declares, a later folder"
            ])
        let below = file("Sources/Throughline/Proof/A.swift", "let step = Step()")
        #expect(Rules.folderOrder(in: [later, below]).isEmpty)
    }

    @Test("a name that an earlier folder declares too is no use of the later one")
    func allowsOwnNames() {
        let later = file("Sources/Throughline/Journey/Kind.swift", "enum Kind {}")
        let earlier = file("Sources/Throughline/Event/A.swift", "struct A { enum Kind {}; var kind: Kind }")
        #expect(Rules.folderOrder(in: [later, earlier]).isEmpty)
    }

    @Test("a folder without a place in the order is found")
    func findsStrayFolder() {
        #expect(
            Rules.folderOrder(in: [
                file("Sources/Throughline/Misc/A.swift", ""), file("Sources/Throughline/B.swift", ""),
            ])
                == [
                    "Sources/Throughline/Misc/A.swift: the folder Misc has no place in the order",
                    "Sources/Throughline/B.swift: lies in no folder",
                ])
    }

    @Test(
        "a forbidden call in the domain is found",
        arguments: [
            "Date()", "Date (timeIntervalSince1970: 0)", "Date.now", "let c = ContinuousClock()", "SuspendingClock.now",
            "Int.random(in: 0..<2)", "[1].randomElement()", "[1].shuffled()", "SystemRandomNumberGenerator()", "UUID()",
            "print(1)", "Swift.print(1)", "FileManager.default", "ProcessInfo.processInfo", "Task { }", "Task{}",
            "func f() async {}", "await f()", "DispatchQueue.main", "Thread.sleep(1)", "\"now: \\(Date())\"",
            "\"\"\"\n  \"\\(f(\")\"), UUID())\"\n\"\"\"", "#\"\\#(Date.now)\"#", "f(\"https://x\"); print(1)",
        ])
    func findsForbiddenCall(code: String) {
        let found = Rules.forbiddenCalls(in: [file("Sources/Throughline/Kernel/A.swift", "\n" + code)])
        #expect(found.count == 1)
        #expect(found.allSatisfy { $0.hasPrefix("Sources/Throughline/Kernel/A.swift:") })
        #expect(Rules.forbiddenCalls(in: [file("Sources/ThroughlineEngine/A.swift", code)]).isEmpty)
    }

    @Test(
        "what only looks like a forbidden call is left alone",
        arguments: [
            "CivilDate(day: 1)", "var date: Date", "UUID(uuidString: text)", "fingerprint(of: 1)", "// print(1)",
            "/* a /* print(1) */ await */", "\"print(1)\"", "#\"\\(Date())\"#", "\"\"\"\n await \" Date() \n\"\"\"",
            "\"a \\\" Date()\"", "\"\\\\\"; let taskThread = 1", "shuffled(using: &random)", "Task.Type",
        ])
    func allowsLookalikes(code: String) {
        #expect(Rules.forbiddenCalls(in: [file("Sources/Throughline/Kernel/A.swift", code)]).isEmpty)
    }

    @Test("a file longer than the limit is found, one as long is not")
    func findsLongFile() {
        let lines = String(repeating: "\n", count: Rules.linesMax)
        #expect(Rules.longFiles(in: [file("Sources/A.swift", lines)]).isEmpty)
        #expect(
            Rules.longFiles(in: [file("Sources/A.swift", lines + "\n")]) == [
                "Sources/A.swift: 451 lines; the limit is 450"
            ])
        #expect(Rules.longFiles(in: [file("Sources/A.swift", lines + "x")]).count == 1)
    }

    @Test("a path of one machine is found, in a comment too; a page of a site is not one")
    func findsMachinePath() {
        let text = """
            let a = "/home/ada/models"
            let b = "/loans/home/apply"
            // see file:///tmp/x
            let c = "\\(root)/tmp/x"
            let d = " /usr/local/lib"
            """
        #expect(
            Rules.machinePaths(in: [file("Sources/A.swift", text)]) == [
                "Sources/A.swift:1: names /home/", "Sources/A.swift:3: names /tmp/",
                "Sources/A.swift:5: names /usr/local",
            ])
    }

    @Test(
        "decision records that are not numbered one after the other are found",
        arguments: [
            ([], []),
            (["0002-b-2.md", "0001-a.md"], []),
            (["0001-a.md", "0003-c.md"], ["docs/decisions: there is no 0002"]),
            (["0002-b.md"], ["docs/decisions: there is no 0001"]),
            (["0001-a.md", "0001-b.md"], ["docs/decisions: 0001 is given twice"]),
            (["1-a.md", "0001-a.md"], ["docs/decisions/1-a.md: is not named like 0001-title.md"]),
            (["0001-A b.md"], ["docs/decisions/0001-A b.md: is not named like 0001-title.md"]),
            (["0001-a.txt"], ["docs/decisions/0001-a.txt: is not named like 0001-title.md"]),
        ])
    func findsMisnumbered(names: [String], findings: [String]) {
        #expect(Rules.decisionNames(names) == findings)
    }

    @Test("a README longer than the limit is found, one as long is not")
    func findsLongReadme() {
        #expect(Rules.longReadme(String(repeating: "x\n", count: 120)).isEmpty)
        #expect(Rules.longReadme(String(repeating: "x\n", count: 121)) == ["README.md: 121 lines; the limit is 120"])
    }

    @Test("scripts are found in a document, however they are written")
    func findsScripts() {
        let text = """
            Run `scripts/check`, then ./scripts/quality/run --fast. See [it](scripts/quality/report.py).
            Not https://example.org/scripts/a nor my-scripts/b nor scripts/... as such. scripts/check again
            """
        #expect(Rules.scripts(namedIn: text) == ["scripts/check", "scripts/quality/report.py", "scripts/quality/run"])
    }

    @Test("declarations are found with their reach")
    func findsDeclarations() {
        let text = """
            @frozen public struct A<T> { class func make() {} ; enum B { case class1 } }
            fileprivate final class C {}
            extension A { struct D {} }
            package actor E {}
            typealias F = A<Int>; protocol G: AnyObject {}
            """
        let shared = SwiftText(text).declarations
        #expect(shared.map(\.name) == ["A", "B", "C", "D", "E", "F", "G"])
        #expect(shared.filter(\.isShared).map(\.name) == ["A", "E", "F", "G"])
    }
}
