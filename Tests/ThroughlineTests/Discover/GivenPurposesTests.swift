import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("purposes that a file gives")
struct GivenPurposesTests {
    private static func read(_ text: String, limit: Int = 10) throws -> GivenPurposes {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("placed.tsv")
        try Data(text.utf8).write(to: file)
        var given = GivenPurposes(limit: limit)
        try given.add(path: file.path)
        return given
    }

    @Test(
        "with a header and without, and with columns between",
        arguments: [
            "m1\ta\nm2\tb\nm3\ta\n", "\u{FEFF}messageId\tuserId\tpurpose\nm1\tu\ta\nm2\tu\tb\nm3\tu\ta\n",
            "messageId\tpurpose\nm1\ta\n\nm2\tb\nm3\ta",
            "messageId\tuserId\tpurpose\tstage\nm1\tu\ta\t\nm2\tu\tb\tx\nm3\tv\ta\t\n",
        ])
    func read(_ text: String) throws {
        let given = try Self.read(text)
        #expect(given.count == 3 && given.names == ["a", "b"])
        #expect(
            given.purpose(
                of: try Given.event(
                    #"{"type":"track","event":"x","timestamp":"2026-01-01T00:00:00Z","userId":"u","messageId":"m2"}"#))
                == 1)
        #expect(
            given.purpose(
                of: try Given.event(
                    #"{"type":"track","event":"x","timestamp":"2026-01-01T00:00:00Z","userId":"u","messageId":"m9"}"#))
                == nil)
    }

    @Test(
        "what is wrong is refused, with its line",
        arguments: [
            ("m1\n", "line 1: fewer than 2 columns, with tabs between"),
            ("m1\ta\n\tb\n", "line 2: messageId or purpose is empty"),
            ("m1\t\n", "line 1: messageId or purpose is empty"),
            ("m1\ta\nm1\ta\n", "line 2: this messageId has a purpose already"),
            ("messageId\tuserId\n", "line 1: no column is named purpose"),
            ("a\tb\nc\td\ne\tf\ng\th\n", "line 4: more than 3 events"),
            ("m1\t\(String(repeating: "x", count: 257))\n", "line 1: the purpose is longer than 256 bytes"),
        ])
    func refused(text: String, error: String) {
        let thrown = #expect(throws: FileError.self) { try Self.read(text, limit: 3) }
        #expect(thrown.map { "\($0)".hasSuffix(error) } == true, "\(String(describing: thrown))")
    }

    @Test("ids are bytes: two that only look alike are two, and a purpose that is no text is refused")
    func bytes() throws {
        let given = try Self.read("\u{E9}\ta\ne\u{301}\tb\n")
        #expect(given.count == 2 && given.names == ["a", "b"])
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("placed.tsv")
        try Data([0x6D, 0x09, 0xFF]).write(to: file)
        let error = #expect(throws: FileError.self) { try GivenPurposes.read(file.path) }
        #expect(error.map { "\($0)".hasSuffix("line 1: the purpose is no UTF-8") } == true)
    }
}
