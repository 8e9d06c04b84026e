import CZlib
import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("the index of events")
struct EventIndexTests {
    /// What came of reading one input.
    private struct Reading: Equatable {
        var people: [String] = []
        /// The lines of each person, in time order.
        var lines: [[String]] = []
        var duplicates = 0
        var earliest: Instant?
        var latest: Instant?
        var refused = 0
        var told: [String] = []
        var kept = Data()
        var failure: String?
    }

    enum Kind: String, CaseIterable, Sendable { case plain, gzip, cutGzip, csv }

    /// Short, so that a file of some 100 KB has many lines that are too long.
    private static let eventBytesMax = 512

    @Test(
        "is the same for any number of workers and any size of blocks, and refuses what reading line by line refuses",
        arguments: Kind.allCases, [1, 2, 3] as [UInt64])
    func blocks(kind: Kind, seed: UInt64) throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = TestRandom(seed: seed)
        let path = try EventIndexTests.write(kind, to: folder, with: &random)
        let large = try EventIndexTests.reading(of: path, in: folder, workers: 3, limits: LineBlock.Limits())
        let tiny = [(1, 1, 1), (1, 300, 1_000), (2, 1_000_000, 3), (3, 4_000, 7), (5, 1, 1_000)]
        for (workers, bytesMax, linesMax) in tiny {
            let limits = LineBlock.Limits(bytesMax: bytesMax, linesMax: linesMax)
            let reading = try EventIndexTests.reading(of: path, in: folder, workers: workers, limits: limits)
            #expect(reading == large, "seed \(seed), \(workers) workers, \(limits)")
        }
        #expect(large.people.count > 10, "seed \(seed)")
        #expect(large.duplicates > 10, "seed \(seed)")
        #expect(large.refused > RejectLog.toldMax, "seed \(seed)")
        #expect((large.failure != nil) == (kind == .cutGzip), "seed \(seed)")

        let serial = try EventIndexTests.serialReading(of: path, in: folder)
        #expect(serial.told == large.told, "seed \(seed)")
        #expect(serial.kept == large.kept, "seed \(seed)")
        #expect(serial.refused == large.refused, "seed \(seed)")
        #expect(serial.failure == large.failure, "seed \(seed)")
        #expect(serial.lines[0].count == large.lines.joined().count + large.duplicates, "seed \(seed)")
    }

    @Test("progress is told up to the last byte")
    func progress() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = TestRandom(seed: 4)
        let path = try EventIndexTests.write(.plain, to: folder, with: &random)
        let input = try EventIndexTests.input(path, RejectLog(path: nil) { _ in })
        var told: [Int64] = []
        try EventIndex(workers: 2, limits: LineBlock.Limits(bytesMax: 5_000)).read(input) { told.append($0) }
        #expect(told.count > 1)
        #expect(told == told.sorted())
        #expect(told.last == input.size)
    }

    // MARK: Helpers

    private static func input(_ path: String, _ rejects: RejectLog) throws -> EventInput {
        try EventInput(
            path: path, format: nil, map: CSVMap(), parser: EventParser(eventBytesMax: eventBytesMax), rejects: rejects)
    }

    /// Runs `read` on an input and notes what was refused and how the input ended.
    private static func noting(
        _ path: String, in folder: URL, _ read: (EventInput, inout Reading) throws -> Void
    ) throws -> Reading {
        var reading = Reading()
        let kept = folder.appendingPathComponent("kept").path
        let told = Told()
        let rejects = try RejectLog(path: kept) { told.sentences.append($0) }
        do { try read(input(path, rejects), &reading) } catch { reading.failure = "\(error)" }
        try rejects.close()
        reading.refused = rejects.count
        reading.told = told.sentences
        reading.kept = try Data(contentsOf: URL(fileURLWithPath: kept))
        return reading
    }

    private final class Told {
        var sentences: [String] = []
    }

    private static func reading(
        of path: String, in folder: URL, workers: Int, limits: LineBlock.Limits
    ) throws -> Reading {
        let index = EventIndex(workers: workers, limits: limits)
        var reading = try noting(path, in: folder) { input, _ in try index.read(input) { _ in } }
        reading.duplicates = index.duplicateCount
        reading.earliest = index.earliest
        reading.latest = index.latest
        let count = index.eventCount
        let people = index.people()
        #expect(people.events.count == count)
        reading.people = (0..<people.count).map(people.key)
        var buffer = [UInt8](repeating: 0, count: eventBytesMax)
        for person in 0..<people.count {
            let places = people.events[people.starts[person]..<people.starts[person + 1]]
            reading.lines.append(
                try places.map { place in
                    try buffer.withUnsafeMutableBufferPointer { try index.store.read(place, into: $0.baseAddress!) }
                    return String(decoding: buffer[..<Int(place.length)], as: UTF8.self)
                })
        }
        return reading
    }

    /// The message ids in the order of the file, one event after the other.
    private static func serialReading(of path: String, in folder: URL) throws -> Reading {
        try noting(path, in: folder) { input, reading in
            var event = Event()
            reading.lines = [[]]
            while try input.next(into: &event) { reading.lines[0].append(event.string(event.messageId)) }
        }
    }

    /// Writes a file with good, bad, long, empty and repeated lines, and says where it is.
    private static func write(_ kind: Kind, to folder: URL, with random: inout TestRandom) throws -> String {
        let lineEnd = Bool.random(using: &random) ? "\n" : "\r\n"
        let make = kind == .csv ? record : line
        var text = Bool.random(using: &random) ? "\u{FEFF}" : ""
        if kind == .csv { text += "messageId,event,userId,anonymousId,timestamp,title" + lineEnd }
        for _ in 0..<600 { text += make(&random) + (Int.random(in: 0..<9, using: &random) == 0 ? "\n" : lineEnd) }
        if Bool.random(using: &random) { text += make(&random) }
        let path = folder.appendingPathComponent(kind == .csv ? "events.csv" : "events").path
        guard kind == .gzip || kind == .cutGzip else {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return path
        }
        let file = gzopen(path, "wb1")
        let bytes = Array(text.utf8)
        #expect(gzwrite(file, bytes, UInt32(bytes.count)) == bytes.count)
        #expect(gzclose(file) == Z_OK)
        if kind == .cutGzip {
            let packed = try Data(contentsOf: URL(fileURLWithPath: path))
            try packed.prefix(packed.count * 3 / 4).write(to: URL(fileURLWithPath: path))
        }
        return path
    }

    private static func line(_ random: inout TestRandom) -> String {
        let message = Int.random(in: 0..<2_000, using: &random)
        let user = Int.random(in: 0..<30, using: &random)
        let visitor = Int.random(in: 0..<30, using: &random)
        let minute = Int.random(in: 10..<60, using: &random)
        let who = [
            #""userId":"u\#(user)""#, #""anonymousId":"v\#(visitor)""#, #""userId":\#(user)"#,
            #""anonymousId":"v\#(visitor)","userId":"u\#(user)""#,
        ].randomElement(using: &random)!
        let tail = #"\#(who),"timestamp":"2026-03-01T09:\#(minute):00Z""#
        let good = #"{"type":"track","event":"Loan Viewed","messageId":"m\#(message)",\#(tail),"properties":{"n":[1]}}"#
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return String(good.prefix(Int.random(in: 1..<good.count, using: &random)))
        case 1: return ["", " \t", "[1]", "null", "no"].randomElement(using: &random)!
        case 2: return good + String(repeating: " ", count: [300, 600, 3_000, 300_000].randomElement(using: &random)!)
        case 3: return good.replacing("[1]", with: "[1e999]")
        case 4: return good.replacing("[1]", with: "[1x]")
        case 5: return #"{"type":"page",\#(tail)}"#
        case 6: return good.replacing("2026-03", with: "2026-13")
        default: return good
        }
    }

    private static func record(_ random: inout TestRandom) -> String {
        let message = Int.random(in: 0..<2_000, using: &random)
        let user = Int.random(in: 0..<30, using: &random)
        let minute = Int.random(in: 10..<60, using: &random)
        let good = "m\(message),Loan Viewed,u\(user),v\(user / 2),2026-03-01T09:\(minute):00Z,\"a \"\"home\"\"\nloan\""
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return good + ",more"
        case 1: return "only,three,fields"
        case 2: return good + String(repeating: "x", count: [10, 600, 300_000].randomElement(using: &random)!)
        case 3: return "\"never closed"
        case 4: return good.replacing("2026-03", with: "2026-13")
        case 5: return ""
        default: return good
        }
    }
}
