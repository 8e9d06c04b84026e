import CZlib
import Foundation
import Synchronization
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("discovery of a stream")
struct ArrivalDiscoveryTests {
    private static func text(_ placed: ArrivalDiscovery.Placed) -> String {
        "\(placed.messageId) \(placed.person) \(placed.purpose) \(placed.isRoutine) \(placed.confidence)\n"
    }

    private static func input(_ path: String, _ rejects: RejectLog) throws -> EventInput {
        try EventInput(path: path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
    }

    private func told(_ path: String, workers: Int, limits: LineBlock.Limits) throws -> [String] {
        let rejects = try RejectLog(path: nil) { _ in }
        let discovery = ArrivalDiscovery(
            model: Given.model, table: Given.table, eventBytesMax: EventParser.eventBytesMax, workers: workers,
            limits: limits)
        var bytes: [UInt8] = []
        try discovery.run(try ArrivalDiscoveryTests.input(path, rejects)) {
            $1.append(contentsOf: ArrivalDiscoveryTests.text($0).utf8)
        } write: {
            bytes += $0
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("is the same for any number of workers and any size of blocks, and as event by event", arguments: [1, 2])
    func workers(seed: UInt64) throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var random = TestRandom(seed: seed)
        var lines: [[UInt8]] = []
        // Enough for what is usual to be learned on the way.
        Simulation(people: 60, days: 30, seed: seed).run { line, _ in lines.append(line) }
        #expect(lines.count > TenantOrder.firstLesson + 100)
        // Some come twice, and some are no events.
        for _ in 0..<20 { lines.insert(lines.randomElement(using: &random)!, at: lines.count / 2) }
        for _ in 0..<20 { lines.insert(Array("{\"type\":".utf8), at: Int.random(in: 0..<lines.count, using: &random)) }
        let path = folder.appendingPathComponent("events.ndjson").path
        try Data(lines.joined(separator: [10])).write(to: URL(fileURLWithPath: path))

        let discovery = ArrivalDiscovery(model: Given.model, table: Given.table)
        let input = try ArrivalDiscoveryTests.input(path, try RejectLog(path: nil) { _ in })
        var event = Event()
        var expected: [String] = []
        while try input.next(into: &event) {
            if let placed = discovery.place(event) {
                expected.append(String(ArrivalDiscoveryTests.text(placed).dropLast()))
            }
        }
        #expect(discovery.duplicateCount == 20, "seed \(seed)")
        for (workers, bytesMax, linesMax) in [(1, 1, 1), (1, 1 << 18, 1_024), (2, 4_000, 5), (3, 1 << 18, 200)] {
            let limits = LineBlock.Limits(bytesMax: bytesMax, linesMax: linesMax)
            let told = try told(path, workers: workers, limits: limits)
            #expect(told == expected, "seed \(seed), \(workers) workers, \(limits)")
        }
    }

    @Test("an input that ends with an error is told up to there")
    func brokenOff() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var lines: [[UInt8]] = []
        Simulation(people: 3, days: 20, seed: 5).run { line, _ in lines.append(line) }
        let path = folder.appendingPathComponent("events.ndjson.gz").path
        let text = Array(lines.joined(separator: [10]))
        let file = gzopen(path, "wb1")
        #expect(gzwrite(file, text, UInt32(text.count)) == text.count)
        #expect(gzclose(file) == Z_OK)
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64)
        try FileHandle(forUpdating: URL(fileURLWithPath: path)).truncate(atOffset: size * 2 / 3)
        let discovery = ArrivalDiscovery(model: Given.model, table: Given.table, workers: 2)
        let count = Mutex(0)
        #expect(throws: FileError.self) {
            try discovery.run(try ArrivalDiscoveryTests.input(path, try RejectLog(path: nil) { _ in })) { _, _ in
                count.withLock { $0 += 1 }
            } write: { _ in
            }
        }
        #expect(count.withLock { $0 } == discovery.eventCount)
        #expect(discovery.eventCount > 0)
    }

    @Test("a source that does not wait says that there is nothing yet, and goes on where it was")
    func pause() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("pipe").path
        try #require(mkfifo(path, 0o600) == 0)
        let writer = open(path, O_RDWR)
        defer { close(writer) }
        func send(_ text: String) { _ = text.withCString { write(writer, $0, strlen($0)) } }
        send("first\nsec")
        let source = try ByteSource(path: path)
        let lines = LineReader(source: source, lineBytesMax: 100)
        func next() throws(FileError) -> String? {
            guard case .line(let bytes, _)? = try lines.next() else { return nil }
            return String(decoding: bytes, as: UTF8.self)
        }
        source.waits = false
        #expect(try next() == "first")
        for _ in 0..<3 {
            let error = #expect(throws: FileError.self) { _ = try next() }
            #expect(error?.isPause == true)
        }
        send("ond\n")
        #expect(try next() == "second")
    }
}
