import Testing
import ThroughlineEmbedded
import ThroughlineEngine
import ThroughlineSimulation

/// What every ``EventLog`` promises.
@Suite("every log")
struct EventLogConformanceTests {
    enum Made: String, CaseIterable, Sendable {
        case inMemory, overFilesInMemory, overShortReadsAndWrites, inAFolder, inManySmallFiles

        func with(_ body: (any EventLog) async throws -> Void) async throws {
            switch self {
            case .inMemory:
                try await body(MemoryLog())
            case .overFilesInMemory:
                try await body(SegmentedLog(files: FaultyFiles(seed: 1)))
            case .overShortReadsAndWrites:
                var faults = FaultyFiles.Faults()
                faults.isShort = true
                try await body(SegmentedLog(files: FaultyFiles(seed: 1, faults: faults), limits: .small))
            case .inAFolder:
                let folder = TemporaryFolder()
                try await body(SegmentedLog(files: DiskFiles(folder: folder.path)))
            case .inManySmallFiles:
                let folder = TemporaryFolder()
                try await body(SegmentedLog(files: DiskFiles(folder: folder.path), limits: .small))
            }
        }
    }

    @Test("begins with nothing", arguments: Made.allCases)
    func empty(made: Made) async throws {
        try await made.with { log throws in
            #expect(log.end == .start)
            #expect(try log.records(from: .start, bytesMax: 100).isEmpty)
            await log.close()
        }
    }

    @Test("gives what was appended, in order and from any position", arguments: Made.allCases)
    func order(made: Made) async throws {
        try await made.with { log throws in
            var expected = LogRecords()
            for number in 0..<40 {
                let records = Appending(number: number, count: 1 + number % 4).records
                #expect(try await log.append(records) == LogPosition(UInt64(expected.count)))
                expected.append(contentsOf: records)
            }
            #expect(log.end == LogPosition(UInt64(expected.count)))
            for first in stride(from: expected.count, through: 0, by: -1) {
                var part = LogRecords()
                part.append(first..<expected.count, of: expected)
                #expect(try log.allRecords(from: LogPosition(UInt64(first)), bytesMax: 1 << 20) == part)
            }
            await log.close()
        }
    }

    @Test("gives as many records as fit, but one at least", arguments: Made.allCases)
    func fits(made: Made) async throws {
        try await made.with { log throws in
            var records = LogRecords()
            for size in [0, 10, 0, 5, 30, 1, 0] {
                records.append { $0.append(contentsOf: [UInt8](repeating: 7, count: size)) }
            }
            _ = try await log.append(records)
            _ = try await log.append(records)
            var expected = records
            expected.append(contentsOf: records)
            for first in 0..<expected.count {
                for bytesMax in [-1, 0, 9, 10, 14, 15, 44, 45, 46, 100] {
                    let start = expected.range(of: first).lowerBound
                    let fitting = expected.ends[first...].prefix { $0 - start <= bytesMax }.count
                    let found = try log.records(from: LogPosition(UInt64(first)), bytesMax: bytesMax)
                    #expect(found.count == max(1, fitting), "from \(first), \(bytesMax) bytes")
                }
            }
            await log.close()
        }
    }

    @Test("takes no records at once, and has none then", arguments: Made.allCases)
    func nothing(made: Made) async throws {
        try await made.with { log throws in
            _ = try await log.append(Appending(number: 1, count: 3).records)
            #expect(try await log.append(LogRecords()) == LogPosition(3))
            #expect(log.end == LogPosition(3))
            await log.close()
        }
    }

    @Test("keeps the records of each of many callers together", arguments: Made.allCases)
    func together(made: Made) async throws {
        try await made.with { log throws in
            let positions = try await withThrowingTaskGroup(of: [(Appending, Int)].self) { group in
                for task in 0..<8 {
                    group.addTask {
                        var positions: [(Appending, Int)] = []
                        for number in 0..<20 {
                            let appending = Appending(number: task * 100 + number, count: 1 + number % 3)
                            positions.append((appending, Int(try await log.append(appending.records).rawValue)))
                        }
                        return positions
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let records = try log.allRecords()
            let found = Appending.all(in: records, "together")
            #expect(found.count == 160)
            #expect(
                Dictionary(uniqueKeysWithValues: found.map { ($0.appending, $0.position) })
                    == Dictionary(uniqueKeysWithValues: positions))
            // Each caller's come in its order.
            for task in 0..<8 { #expect(found.map(\.appending.number).filter { $0 / 100 == task }.isSorted) }
            await log.close()
        }
    }

    @Test("wakes whoever waits for a record when it is there", arguments: Made.allCases)
    func wakes(made: Made) async throws {
        try await made.with { log throws in
            for round in 0..<50 {
                let position = log.end.advanced(by: round % 3)
                async let woken: Void = log.wait(for: position)
                while log.end <= position { _ = try await log.append(Appending(number: round, count: 1).records) }
                await woken
                #expect(try !log.records(from: position, bytesMax: 0).isEmpty)
                await log.wait(for: .start)
            }
            await log.close()
        }
    }

    @Test("wakes whoever no longer wants to wait", arguments: Made.allCases)
    func cancels(made: Made) async throws {
        try await made.with { log throws in
            for round in 0..<50 {
                let task = Task { await log.wait(for: LogPosition(100)) }
                if round % 2 == 0 { await Task.yield() }
                task.cancel()
                await task.value
            }
            await log.close()
        }
    }

    @Test("wakes whoever waits when it is closed", arguments: Made.allCases)
    func wakesAtClose(made: Made) async throws {
        try await made.with { log throws in
            await withTaskGroup { group in
                for position in 0..<10 { group.addTask { await log.wait(for: LogPosition(UInt64(position))) } }
                await Task.yield()
                await log.close()
            }
            await log.wait(for: .start)
        }
    }

    @Test("finishes what was taken before it closes, and takes no more", arguments: Made.allCases)
    func closes(made: Made) async throws {
        try await made.with { log throws in
            let taken = await withTaskGroup(of: (Appending, LogError.Code?).self) { group in
                for number in 0..<30 {
                    group.addTask {
                        if number == 15 { await log.close() }
                        let appending = Appending(number: number, count: 2)
                        return (appending, await log.failure(appending: appending.records))
                    }
                }
                return await group.reduce(into: [Appending]()) { taken, outcome in
                    if outcome.1 == nil { taken.append(outcome.0) } else { #expect(outcome.1 == .closed) }
                }
            }
            let records = try log.allRecords()
            #expect(Set(Appending.all(in: records, "closed").map(\.appending)) == Set(taken))
            #expect(await log.failure(appending: Appending(number: 99, count: 1).records) == .closed)
            await log.close()
        }
    }
}

extension Array where Element: Comparable {
    fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
