import Foundation
import Testing

@Suite("throughline import")
struct ImportTests {
    private static func run(
        _ arguments: [String], _ environment: [String: String] = [:], standardInput: String = ""
    ) throws -> Outcome {
        try Program.run(
            environment.map { "\($0)=\($1)" } + [Program.path, "import"] + arguments,
            standardInput: Array(standardInput.utf8), executable: "/usr/bin/env")
    }

    private static func lines(_ numbers: Range<Int>, withId: Bool) -> String {
        numbers.map { number in
            let id = withId ? #""messageId":"m\#(number)","# : ""
            let second = String(format: "%02d", number % 60)
            return #"{\#(id)"type":"track","event":"Page Viewed","userId":"anna","#
                + #""timestamp":"2026-01-02T03:\#(String(format: "%02d", number / 60)):\#(second)Z"}"# + "\n"
        }.joined()
    }

    @Test(
        "history is on the timeline once, however often and in how many pieces it is imported",
        arguments: [true, false])
    func resumes(withId: Bool) async throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.url.appending(path: "data").path, folder.url.appending(path: "history.ndjson").path)
        func imported() throws -> String { try Self.run([file, "--data", data], ServeTests.keys).text }
        try Data(Self.lines(0..<150, withId: withId).utf8).write(to: URL(fileURLWithPath: file))
        #expect(try imported().contains("150 events taken, 0 lines refused"))
        // It is all there.
        #expect(try imported().contains("0 events taken"))
        // More was written behind it.
        try Data(Self.lines(0..<260, withId: withId).utf8).write(to: URL(fileURLWithPath: file))
        #expect(try imported().contains("110 events taken"))
        // The notes of the first import were lost.
        try FileManager.default.removeItem(atPath: data + "/imports")
        #expect(try imported().contains("260 events taken, 0 lines refused"))
        let server = try Serving(data: data)
        let messages = try await server.messages(of: "anna", key: "api-key-1")
        #expect(messages.count == 260)
        #expect(Set(messages).count == 260)
        if withId { #expect(messages.first == "m259" && messages.last == "m0") }
        #expect(server.stop(SIGTERM).status == 0)
    }

    @Test("a file that is another one now is imported from its start")
    func replacedFile() throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.url.appending(path: "data").path, folder.url.appending(path: "history.ndjson").path)
        try Data(Self.lines(0..<5, withId: true).utf8).write(to: URL(fileURLWithPath: file))
        _ = try Self.run([file, "--data", data], ServeTests.keys)
        for numbers in [10..<20, 30..<32] {
            try Data(Self.lines(numbers, withId: true).utf8).write(to: URL(fileURLWithPath: file))
            let outcome = try Self.run([file, "--data", data])
            #expect(outcome.text.contains("\(numbers.count) events taken"))
            #expect(outcome.error.contains("another file than it was"))
        }
    }

    @Test("an import that goes on keeps the lines that were refused before")
    func keptRejects() throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.url.appending(path: "data").path, folder.url.appending(path: "history.ndjson").path)
        let rejects = folder.url.appending(path: "rejects").path
        var history = Self.lines(0..<3, withId: true) + "{ first\n"
        for (refused, kept) in [("{ second\n", "{ first\n"), ("", "{ first\n{ second\n")] {
            try Data(history.utf8).write(to: URL(fileURLWithPath: file))
            let outcome = try Self.run([file, "--data", data, "--rejects", rejects], ServeTests.keys)
            #expect(outcome.text.contains("1 lines refused"))
            #expect(try String(contentsOfFile: rejects, encoding: .utf8) == kept)
            history += Self.lines(3..<4, withId: true) + refused
        }
    }

    @Test(
        "a place where refused lines cannot be kept stops the import, which goes on later",
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "this system has no /dev/full"))
    func fullRejects() throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.url.appending(path: "data").path, folder.url.appending(path: "history.ndjson").path)
        try Data((Self.lines(0..<3, withId: true) + "{ broken\n").utf8).write(to: URL(fileURLWithPath: file))
        let full = try Self.run([file, "--data", data, "--rejects", "/dev/full"], ServeTests.keys)
        #expect(full.status == 1)
        #expect(full.error.contains("/dev/full"))
        let rejects = folder.url.appending(path: "rejects").path
        let again = try Self.run([file, "--data", data, "--rejects", rejects], ServeTests.keys)
        #expect(again.text.contains("3 events taken, 1 lines refused"))
        #expect(again.text.contains("3 were there before"))
        #expect(try String(contentsOfFile: rejects, encoding: .utf8) == "{ broken\n")
    }

    @Test("where a server runs, the events go through it")
    func throughServer() async throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.url.appending(path: "data").path, folder.url.appending(path: "history.ndjson").path)
        try Data((Self.lines(0..<230, withId: true) + "{\n" + #"{"type":"page"}"# + "\n").utf8).write(
            to: URL(fileURLWithPath: file))
        let server = try Serving(data: data, environment: ServeTests.keys)
        let rejects = folder.url.appending(path: "rejects").path
        let outcome = try Self.run([file, "--data", data, "--rejects", rejects], ServeTests.keys)
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("230 events taken, 2 lines refused"))
        #expect(outcome.error.contains("history.ndjson:231:"))
        #expect(outcome.error.contains("history.ndjson:232: neither"))
        #expect(try String(contentsOfFile: rejects, encoding: .utf8).hasPrefix("{\n"))
        var messages: [String] = []
        while messages.count < 230 { messages = try await server.messages(of: "anna", key: "api-key-1") }
        #expect(messages.count == 230)
        let more = Self.lines(300..<301, withId: true)
        let wrongKey = try Self.run(
            ["-", "--data", data], ["THROUGHLINE_WRITE_KEY": "a-wrong-key"], standardInput: more)
        #expect(wrongKey.status == 1)
        #expect(wrongKey.error.contains("refuses the import"))
        let noKey = try Self.run(["-", "--data", data], standardInput: more)
        #expect(noKey.status == 1)
        #expect(noKey.error.contains("THROUGHLINE_WRITE_KEY"))
        #expect(server.stop(SIGTERM).status == 0)
    }

    @Test("history is not written over, and no limit is taken that a server has not")
    func refusedOptions() throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.url.appending(path: "data").path, folder.url.appending(path: "history.ndjson").path)
        let text = Self.lines(0..<3, withId: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let over = try Self.run([file, "--data", data, "--rejects", file], ServeTests.keys)
        #expect(over.status == 64)
        #expect(over.error.contains("cannot be written too"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
        let long = try Self.run([file, "--data", data, "--event-bytes-max", "65536"], ServeTests.keys)
        #expect(long.status == 64)
        #expect(long.error.contains("--event-bytes-max"))
    }

    @Test("what was read with other columns is read anew, and what is written is its owner's alone")
    func otherColumns() throws {
        let folder = try TemporaryFolder()
        let (data, file) = (folder.url.appending(path: "data").path, folder.url.appending(path: "history.csv").path)
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        try Data("who,event\nanna,Page Viewed\nbert,Page Viewed\n".utf8).write(to: URL(fileURLWithPath: file))
        let wrong = try Self.run([file, "--data", data], ServeTests.keys)
        #expect(wrong.text.contains("0 events taken, 2 lines refused"))
        let right = try Self.run([file, "--data", data, "--map", "userId=who"], ServeTests.keys)
        #expect(right.text.contains("2 events taken, 0 lines refused"))
        for name in ["state.sqlite", "access.sqlite"] {
            let mode = try FileManager.default.attributesOfItem(atPath: data + "/" + name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test("a source that is not there, and a file that is not there, are told")
    func wrongNames() throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appending(path: "data").path
        let source = try Self.run(["-", "--data", data, "--source", "till"], ServeTests.keys)
        #expect(source.status == 1)
        #expect(source.error.contains("no source till: there is first"))
        let file = try Self.run(["nowhere.ndjson", "--data", data])
        #expect(file.status == 1)
        #expect(file.error.contains("nowhere.ndjson"))
    }
}
