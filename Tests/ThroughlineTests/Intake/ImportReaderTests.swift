import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("batches of an import")
struct ImportReaderTests {
    private func withReader<Result>(_ text: String, _ body: (ImportReader, RejectLog) throws -> Result) throws -> Result
    {
        let path = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID().uuidString).ndjson").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let rejects = try RejectLog(path: nil) { _ in }
        return try body(
            ImportReader(
                EventInput(path: path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects),
                eventsPerBatch: 100), rejects)
    }

    private func bodies(_ text: String) throws -> [String] {
        try withReader(text) { reader, _ in
            var bodies: [String] = []
            while let batch = try reader.next() { bodies.append(String(decoding: batch.body, as: UTF8.self)) }
            return bodies
        }
    }

    @Test("an event with an id goes as it stands")
    func withId() throws {
        let line = #" {"a" : 1,"messageId":"m"} "#
        #expect(try bodies(line + "\n") == [#"{"batch":[\#(line)]}"#])
    }

    @Test(
        "one without is given an id of its line and place, always the same",
        arguments: ["{}", "{ }", #"{"a":1}"#, #" { "messageId" : null }"#, #"{"messageId":""}"#])
    func withoutId(line: String) throws {
        let text = try #require(try bodies(line + "\n").first)
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: Any]]]
        #expect(parsed?["batch"]?.count == 1)
        // What the intake takes of it, with who and what beside it.
        let event = #"{"type":"track","event":"E","userId":"u","# + line.drop { $0 != "{" }.dropFirst()
        let whole =
            event.contains(",}") || event.contains(", }") ? #"{"type":"track","event":"E","userId":"u"}"# : event
        let body = try #require(try bodies(whole + "\n").first)
        let request = IntakeRequest(.batch, from: .known(1), receivedAt: Instant(millisecondsSince1970: 0))
        let result = try Array(body.utf8).withUnsafeBufferPointer {
            try Intake { "made by the intake" }.take($0, of: request)
        }
        let id = result.records.withRecord(0) { EventRecord($0).map { String(decoding: $0.messageId, as: UTF8.self) } }
        #expect(id?.hasPrefix("line-") == true)
        #expect(text.contains(#""messageId":"line-"#))
        #expect(try bodies(line + "\n") == [text])
        let twice = try bodies(line + "\n" + line + "\n")[0]
        #expect(Set(twice.matches(of: /line-[0-9a-f]{32}/).map { String($0.output) }).count == 2)
    }

    @Test("a batch has so many events and no more, and what is no object is refused and left out")
    func limits() throws {
        let most = 100
        for count in [0, 1, most, most + 1] {
            let text = String(repeating: "{}\n", count: count) + "[1]\n{\n"
            try withReader(text) { reader, rejects in
                var counts: [Int] = []
                while let batch = try reader.next() { counts.append(batch.events.count) }
                #expect(counts.reduce(0, +) == count)
                #expect(counts.allSatisfy { $0 <= most })
                #expect(rejects.count == 2)
            }
        }
    }

    @Test("a batch of the longest events is no larger than a body may be")
    func bytes() throws {
        let line = #"{"a":""# + String(repeating: "x", count: EventParser.eventBytesMax - 8) + #""}"#
        let text = String(repeating: line + "\n", count: 200)
        let path = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID().uuidString).ndjson").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let rejects = try RejectLog(path: nil) { _ in }
        let input = try EventInput(path: path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
        let reader = ImportReader(input, eventsPerBatch: Intake.eventsMax)
        var counts: [Int] = []
        while let batch = try reader.next() {
            #expect(batch.body.count <= Intake.bodyBytesMax)
            counts.append(batch.events.count)
        }
        #expect(counts.reduce(0, +) == 200)
        #expect(counts.count == 2)
    }

    @Test("goes on where it was, and notices another file")
    func skips() throws {
        let lines = (0..<130).map { #"{"messageId":"\#($0)"}"# + "\n" }
        let ends = try withReader(lines.joined()) { reader, _ in
            var ends: [ImportPosition] = []
            while let batch = try reader.next() { ends.append(batch.end) }
            return ends
        }
        #expect(ends.map(\.line) == [100, 130])
        try withReader(lines.joined()) { reader, _ in
            let isSame = try reader.skip(to: ends[0])
            #expect(isSame)
            let next = try reader.next()
            #expect(next?.events.first?.line == 101)
            let rest = try reader.next()
            #expect(rest == nil)
        }
        for other in [lines.prefix(50).joined(), lines.reversed().joined(), ""] {
            let isSame = try withReader(other) { reader, _ in try reader.skip(to: ends[0]) }
            #expect(!isSame)
        }
        let isNew = try withReader("") { reader, _ in try reader.skip(to: ImportPosition()) }
        #expect(isNew)
    }
}
