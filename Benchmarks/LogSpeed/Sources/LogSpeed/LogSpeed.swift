import Foundation
import Throughline
import ThroughlineEmbedded
import ThroughlineEngine
import ThroughlineSimulation

/// How many records the log makes durable in a second and what they take on the disk: simulated events, about 600 bytes
/// each.
///
///     LogSpeed <an empty folder on the disk to be measured> [<events>]
@main
struct LogSpeed {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else { return print("LogSpeed <folder> [<events>]") }
        let events = records(arguments.count > 2 ? Int(arguments[2]) ?? 200_000 : 200_000)
        let bytes = events.reduce(0) { $0 + $1.bytes.count }
        print("\(events.count) events of \(bytes / events.count) bytes")
        for round in 1...3 {
            for (name, callers, batch) in [
                ("64 callers, one event", 64, 1), ("1 caller, 100 events", 1, 100), ("4 callers, 100 events", 4, 100),
                ("1 caller, one event", 1, 1),
            ] {
                // One caller with one event waits for a sync each time: fewer show as much.
                let count = callers * batch == 1 ? events.count / 20 : events.count
                let folder = "\(arguments[1])/\(round)-\(callers)-\(batch)"
                let batches = stride(from: 0, to: count, by: batch).map { start in
                    events[start..<min(count, start + batch)].reduce(into: LogRecords()) { $0.append(contentsOf: $1) }
                }
                try await measure("\(name) each, round \(round)", callers: callers, batches, folder)
            }
        }
    }

    static func measure(_ name: String, callers: Int, _ batches: [LogRecords], _ folder: String) async throws {
        let files = try DiskFiles(folder: folder)
        let log = try SegmentedLog(files: files)
        let count = batches.reduce(0) { $0 + $1.count }
        let clock = ContinuousClock()
        let writing = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        for index in stride(from: caller, to: batches.count, by: callers) {
                            _ = try await log.append(batches[index])
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let reading = try clock.measure {
            var position = LogPosition.start
            while position < log.end {
                position = position.advanced(by: try log.records(from: position, bytesMax: 1 << 18).count)
            }
        }
        await log.close()
        let start = clock.now
        let verified = try SegmentedLog.verify(files: files)
        let verifying = clock.now - start
        precondition(verified.records == count && verified.findings.isEmpty, "the log is whole")
        let opening = try await clock.measure { try await SegmentedLog(files: files).close() }
        print(
            name, "\(rate(count, writing)) written/s", "\(rate(count, reading)) read/s",
            "\(rate(count, verifying)) verified/s", "\(verified.bytes / count) bytes an event on the disk",
            "opened in \(opening)", separator: "; ")
        try FileManager.default.removeItem(atPath: folder)
    }

    static func rate(_ count: Int, _ time: Duration) -> Int { Int(Double(count) / (time / .seconds(1))) }

    /// Events as the server would log them, a buffer each.
    static func records(_ count: Int) -> [LogRecords] {
        let parser = EventParser()
        var event = Event()
        var all: [LogRecords] = []
        Simulation(people: max(4, count / 20), days: 90, seed: 1).run { line, _ in
            guard all.count < count else { return }
            let padded = line + [UInt8](repeating: 0, count: 64)
            padded.withUnsafeBufferPointer { padded in
                try! parser.parse(UnsafeBufferPointer(rebasing: padded[..<line.count]), into: &event)
            }
            let record = EventRecord(
                source: 1, receivedAt: event.timestamp, timestamp: event.timestamp, isTimeSuspect: false,
                eventKind: event.kind, messageId: Array(event.bytes[event.messageId]), json: line)
            var records = LogRecords()
            records.append { record.append(to: &$0) }
            all.append(records)
        }
        return all
    }
}
