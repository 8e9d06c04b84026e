import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("files of corrections")
struct CorrectionsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rows: [String]
        var header = "messageId\tuserId\tcorrection\tother"
        /// What the error says; nil for a good file.
        var error: String?
        var count = 0

        init(_ sentence: String, _ rows: [String], count: Int = 0, error: String? = nil) {
            testDescription = sentence
            self.rows = rows
            self.count = count
            self.error = error
        }

        init(_ sentence: String, header: String, error: String) {
            self.init(sentence, ["m1\tu1\tdone\t"], error: error)
            self.header = header
        }

        var text: String { ([header] + rows).map { $0 + "\n" }.joined() }
    }

    static let cases = [
        Case("a header alone corrects nothing", []),
        Case("each kind", ["m1\tu1\tdone\t", "m2\tu1\tnot mine\t", "m3\tu2\tbelongs to\tm4"], count: 3),
        Case("the last tab may be left out", ["m1\tu1\tdone", "m2\tu1\tnot mine"], count: 2),
        Case("what follows the columns is not read", ["m1\tu1\tdone\t\tsince I bought it"], count: 1),
        Case("empty lines are left out", ["", "m1\tu1\tdone\t", ""], count: 1),
        Case("lines may end as elsewhere", ["m1\tu1\tbelongs to\tm2\r"], count: 1),
        Case("said twice is said", ["m1\tu1\tbelongs to\tm2", "m1\tu1\tbelongs to\tm2"], count: 2),
        Case("an event may be the last of where it belongs", ["m1\tu1\tbelongs to\tm2", "m1\tu1\tdone\t"], count: 2),
        Case("an unknown word", ["m1\tu1\tdone\t", "m2\tu1\twrong\t"], error: "line 3: a correction is \"done\", "),
        Case("a word has one form", ["m1\tu1\tDone\t"], error: "line 2: a correction is "),
        Case("no other event", ["m1\tu1\tbelongs to\t"], error: "line 2: \"belongs to\" needs another messageId"),
        Case("nor its column", ["m1\tu1\tbelongs to"], error: "line 2: \"belongs to\" needs another messageId"),
        Case("another event in vain", ["m1\tu1\tdone\tm2"], error: "line 2: only \"belongs to\" names another"),
        Case("an event and itself", ["m1\tu1\tbelongs to\tm1"], error: "line 2: an event cannot belong to itself"),
        Case("two columns", ["m1\tu1"], error: "line 2: fewer than three columns"),
        Case("no event", ["\tu1\tdone\t"], error: "line 2: messageId or userId is empty"),
        Case("nobody", ["m1\t\tdone\t"], error: "line 2: messageId or userId is empty"),
        Case(
            "not hers, and yet done", ["m1\tu1\tnot mine\t", "m2\tu1\tdone\t", "m1\tu1\tdone\t"],
            error: "line 4: another correction says otherwise"),
        Case(
            "not hers, and yet in a purpose", ["m1\tu1\tbelongs to\tm2", "m1\tu1\tnot mine\t"],
            error: "line 3: another correction says otherwise"),
        Case(
            "in two purposes", ["m1\tu1\tbelongs to\tm2", "m1\tu1\tbelongs to\tm3"],
            error: "line 3: another correction says otherwise"),
        Case(
            "no header", header: "m0\tu1\tdone\t", error: "line 1: the header is messageId, userId, correction, other"),
        Case("a header of labels", header: "messageId\tuserId\tpurpose", error: "line 1: the header is "),
    ]

    @Test("are read or refused by file and line", arguments: cases)
    func reads(_ example: Case) throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("c.tsv")
        try Data(example.text.utf8).write(to: file)
        var corrections = Corrections()
        do {
            try corrections.add(path: file.path)
            #expect(example.error == nil)
            #expect(corrections.count == example.count)
        } catch {
            let expected = try #require(example.error, "\(error)")
            #expect(error.description.hasPrefix("\(file.path): \(expected)"))
        }
    }

    @Test("more than the limit, over all files, are refused where they begin")
    func limit() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("c.tsv")
        try Data("messageId\tuserId\tcorrection\tother\nm1\tu1\tdone\t\nm2\tu1\tdone\t\n".utf8).write(to: file)
        var corrections = Corrections(limit: 3)
        try corrections.add(path: file.path)
        let error = #expect(throws: FileError.self) { try corrections.add(path: file.path) }
        #expect(error?.description == "\(file.path): line 3: more than 3 corrections")
        #expect(corrections.count == 3)
    }

    @Test("two files may not contradict each other either")
    func contradictAcrossFiles() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let paths = try ["not mine\t", "done\t"].enumerated().map { number, correction in
            let file = folder.appendingPathComponent("\(number).tsv")
            try Data("messageId\tuserId\tcorrection\tother\nm1\tu1\t\(correction)\n".utf8).write(to: file)
            return file.path
        }
        var corrections = Corrections()
        try corrections.add(path: paths[0])
        let error = #expect(throws: FileError.self) { try corrections.add(path: paths[1]) }
        #expect(error?.path == paths[1])
    }
}
