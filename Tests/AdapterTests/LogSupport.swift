import Foundation
import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// One append of a test, told apart from all others by its bytes.
struct Appending: Hashable, Sendable {
    let number: Int
    let count: Int

    /// Each record says whose it is; the lengths differ.
    var records: LogRecords {
        var records = LogRecords()
        for index in 0..<count {
            records.append { bytes in
                bytes.append(contentsOf: "\(number) \(index) \(count) ".utf8)
                var random = SplitMix64(seed: UInt64(number))
                for _ in 0..<((number + index * 7) % 60) {
                    bytes.append(UInt8(random.below(number % 2 == 0 ? 2 : 256)))
                }
            }
        }
        return records
    }

    /// The appends that some records are of, in order; an issue where one is not whole or its bytes are others.
    static func all(in records: LogRecords, _ comment: Comment) -> [(appending: Appending, position: Int)] {
        var found: [(appending: Appending, position: Int)] = []
        var record = 0
        while record < records.count {
            let words = records.withRecord(record) { $0.split(separator: UInt8(ascii: " "), maxSplits: 3) }
                .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            guard words.count >= 3 else {
                Issue.record("record \(record) is none of ours; \(comment)")
                return found
            }
            let appending = Appending(number: words[0], count: words[2])
            let end = min(records.count, record + appending.count)
            var part = LogRecords()
            part.append(record..<end, of: records)
            #expect(part == appending.records, comment)
            found.append((appending, record))
            record = end
        }
        return found
    }
}

extension EventLog {
    /// All records from a position on, read in pieces.
    func allRecords(from start: LogPosition = .start, bytesMax: Int = 200) throws -> LogRecords {
        var all = LogRecords()
        while true {
            let piece = try records(from: start.advanced(by: all.count), bytesMax: bytesMax)
            if piece.isEmpty { return all }
            all.append(contentsOf: piece)
        }
    }

    /// The code of the error that an append fails with; nil where it does not.
    func failure(appending records: LogRecords) async -> LogError.Code? {
        do throws(LogError) {
            _ = try await append(records)
            return nil
        } catch {
            return error.code
        }
    }
}

extension EventLog {
    /// The error that erasing fails with; nil where it does not.
    func refusal(erasing records: some Sequence<Int>) async -> LogError? {
        do throws(LogError) {
            try await erase(records.map { LogPosition(UInt64($0)) })
            return nil
        } catch {
            return error
        }
    }
}

extension LogRecords {
    /// Each record is one of the others; or, where it may be, erased.
    func expect(_ others: LogRecords, erasable: Set<Int>, _ comment: Comment) {
        #expect(count == others.count, comment)
        for record in 0..<Swift.min(count, others.count) where !isErased(record) || !erasable.contains(record) {
            let isSame = withRecord(record) { bytes in others.withRecord(record) { bytes.elementsEqual($0) } }
            #expect(isSame, "record \(record); \(comment)")
        }
    }
}

extension LogLimits {
    /// So small that a few records make several blocks and files.
    static var small: LogLimits {
        var limits = LogLimits()
        limits.appendBytesMax = 800
        limits.blockBytesMax = 800
        limits.segmentBytesMax = 1500
        return limits
    }
}

extension SegmentedLog {
    /// As if the process were killed.
    func letGo() { files.unlock() }

    /// The code and the message of the error that opening fails with.
    static func refusal(
        opening files: any LogFiles, limits: LogLimits = .small, atLeast least: LogPosition = .start
    ) -> LogError? {
        do throws(LogError) {
            _ = try SegmentedLog(files: files, limits: limits, atLeast: least)
            return nil
        } catch {
            return error
        }
    }
}

/// A folder that is gone afterwards.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("throughline-\(UUID().uuidString)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Files whose syncs wait for the test, once ``hold()`` was called.
final class HeldFiles: LogFiles {
    private final class File: LogFile {
        let file: any LogFile
        let gate: Gate

        init(_ file: any LogFile, _ gate: Gate) {
            self.file = file
            self.gate = gate
        }

        func size() throws(LogFileError) -> Int { try file.size() }
        func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
            try file.read(into: bytes, at: offset)
        }
        func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(LogFileError) -> Int {
            try file.write(bytes, at: offset)
        }
        func truncate(to size: Int) throws(LogFileError) { try file.truncate(to: size) }
        func sync() throws(LogFileError) {
            gate.pass()
            try file.sync()
        }
    }

    final class Gate: Sendable {
        let arrivals: AsyncStream<Void>
        private let arrival: AsyncStream<Void>.Continuation
        private let opening = DispatchSemaphore(value: 0)

        init() { (arrivals, arrival) = AsyncStream.makeStream() }

        func pass() {
            arrival.yield()
            opening.wait()
        }

        func open(_ times: Int = 1) { for _ in 0..<times { opening.signal() } }
    }

    let files: FaultyFiles
    let gate = Gate()

    init(_ files: FaultyFiles) { self.files = files }

    func lock() throws(LogFileError) { try files.lock() }
    func unlock() { files.unlock() }
    func names() throws(LogFileError) -> [String] { try files.names() }
    func open(_ name: String) throws(LogFileError) -> any LogFile { File(try files.open(name), gate) }
    func create(_ name: String) throws(LogFileError) -> any LogFile { File(try files.create(name), gate) }
    func remove(_ name: String) throws(LogFileError) { try files.remove(name) }
    func rename(_ name: String, to newName: String) throws(LogFileError) { try files.rename(name, to: newName) }
    func syncFolder() throws(LogFileError) { try files.syncFolder() }
}
