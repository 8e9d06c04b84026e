import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("plain rows of a CSV file")
struct PlainRowsTests {
    /// All steps by person, and what was refused.
    private struct Reading: Equatable {
        var cases: [String: [String]] = [:]
        var refused = 0
    }

    private static func read(
        _ path: String, pieceBytes: Int = PlainRows.pieceBytes, map: String = "", eventBytesMax: Int = 32_768
    ) throws -> Reading {
        let rejects = try RejectLog(path: nil) { _ in }
        let reader = PathReader(workers: 2, pieceBytes: pieceBytes)
        let input = try EventInput(
            path: path, format: .csv, map: CSVMap(map), parser: EventParser(eventBytesMax: eventBytesMax),
            rejects: rejects)
        try reader.read(input) { _ in }
        var reading = Reading()
        var found: [(String, [PathCounts.Step])] = []
        _ = reader.counts { found.append(($0, Array($1))) }
        for (key, steps) in found {
            reading.cases[key] = steps.map { "\(reader.activities[Int($0.activity)]) \($0.milliseconds)" }
        }
        reading.refused = rejects.count
        return reading
    }

    /// Rows as a file would have them, and a file that says the same with a quote in it, which the usual reader reads.
    private static func write(_ rows: [String], to folder: URL) throws -> (plain: String, usual: String) {
        let plain = folder.appendingPathComponent("plain.csv")
        let usual = folder.appendingPathComponent("usual.csv")
        let text = rows.joined(separator: "\n")
        try Data(("userId,event,timestamp\n" + text).utf8).write(to: plain)
        try Data(("userId,event,\"timestamp\"\n" + text).utf8).write(to: usual)
        return (plain.path, usual.path)
    }

    @Test("say what the usual reader says, over pieces of any size, and leave to it what is not plain")
    func same() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for round in 0..<40 {
            var rows = (0..<random.below(200)).map { _ in
                "u\(random.below(9)),Event \(random.below(5)),2026-01-0\(1 + random.below(9))T10:\(10 + random.below(50)):00Z"
            }
            // Some files have a row that is not plain.
            let odd = [
                "", "u1,E", "u1,E,2026-01-01T10:00:00Z,more", ",E,2026-01-01T10:00:00Z", "u1,,2026-01-01T10:00:00Z",
                "u1,E,yesterday", "ü,É,2026-01-01T10:00:00+02:00",
                "\(String(repeating: "u", count: 1_025)),E,2026-01-01T10:00:00Z",
            ]
            if round % 2 == 1 { rows.insert(odd[round / 2 % odd.count], at: random.below(rows.count + 1)) }
            let (plain, usual) = try Self.write(rows, to: folder)
            let pieceBytes = [1, 13, 100, 4_096][random.below(4)]
            #expect(
                try Self.read(plain, pieceBytes: pieceBytes) == Self.read(usual),
                "seed \(seed), round \(round), pieces of \(pieceBytes)")
        }
    }

    @Test(
        "a file is plain or not by its first row and its bytes",
        arguments: [
            ("userId,event,timestamp\nu,e,2026-01-01T00:00:00Z\n", true), ("event,timestamp,userId,note\n", true),
            ("userId,event\n", false), ("userId,event,timestamp,messageId\n", false),
            ("userId,event,timestamp,type\n", false),
            ("userId,event,timestamp\r\nu,e,2026-01-01T00:00:00Z\r\n", false), ("userId,event,timestamp,name\n", false),
            ("userId,event,timestamp,userId\n", false),
            ("userId,\"event\",timestamp\n", false), ("userId,event,timestamp", false),
            ("userId,event,timestamp,\n", true),
        ])
    func header(text: String, isPlain: Bool) throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("e.csv").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        #expect(
            (PlainRows(path: file, map: try CSVMap(), size: Int64(text.utf8.count), eventBytesMax: 32_768) != nil)
                == isPlain)
    }

    @Test(
        "a map, and the limit of an event, mean the same as to the usual reader",
        arguments: ["", "name=event", "channel=userId", "userId=event,event=userId", "event=note"])
    func maps(map: String) throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let rows = (0..<40).map {
            "u\($0 % 3),Event \($0 % 4),2026-01-01T00:00:00Z,\(String(repeating: "n", count: $0 * 9))"
        }
        let plain = folder.appendingPathComponent("plain.csv")
        let usual = folder.appendingPathComponent("usual.csv")
        let text = rows.joined(separator: "\n")
        try Data(("userId,event,timestamp,note\n" + text).utf8).write(to: plain)
        try Data(("userId,event,timestamp,\"note\"\n" + text).utf8).write(to: usual)
        for limit in [256, 400, 32_768] {
            #expect(
                try Self.read(plain.path, pieceBytes: 64, map: map, eventBytesMax: limit)
                    == Self.read(usual.path, map: map, eventBytesMax: limit), "\(map), \(limit)")
        }
    }

    @Test("a file that is shorter than it was is left to the usual reader")
    func shrunk() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("e.csv")
        try Data("userId,event,timestamp\nu,e,2026-01-01T00:00:00Z\n".utf8).write(to: file)
        let rows = PlainRows(path: file.path, map: try CSVMap(), size: 10_000, eventBytesMax: 32_768)
        #expect(rows?.pieces(workers: 2) == nil)
    }
}
