import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every log promises of records that are erased.
extension EventLogConformanceTests {
    private static func fill(_ log: any EventLog, appends: Int = 40) async throws -> LogRecords {
        var records = LogRecords()
        for number in 0..<appends {
            let appended = Appending(number: number, count: 1 + number % 4).records
            _ = try await log.append(appended)
            records.append(contentsOf: appended)
        }
        return records
    }

    static let choices: [(name: String, isErased: @Sendable (_ record: Int, _ count: Int) -> Bool)] = [
        ("the first", { record, _ in record == 0 }),
        ("the last", { record, count in record == count - 1 }),
        ("every third", { record, _ in record % 3 == 1 }),
        ("all but one", { record, _ in record != 17 }),
        ("all", { _, _ in true }),
        ("none", { _, _ in false }),
    ]

    @Test("erased records are empty, and all others where and what they were", arguments: Made.allCases)
    func erases(made: Made) async throws {
        for (name, isErased) in Self.choices {
            try await made.with { log throws in
                let records = try await Self.fill(log)
                let chosen = (0..<records.count).filter { isErased($0, records.count) }
                // In any order, and some twice.
                let asked = chosen.reversed() + chosen.prefix(3)
                for _ in 0..<2 {
                    #expect(await log.refusal(erasing: asked) == nil, "\(made), \(name)")
                    #expect(log.end == LogPosition(UInt64(records.count)))
                    #expect(try log.allRecords() == records.erasing(chosen), "\(made), \(name)")
                }
                for record in stride(from: records.count - 1, through: 0, by: -1) {
                    let found = try log.records(from: LogPosition(UInt64(record)), bytesMax: 1)
                    #expect(found.isErased(0) == chosen.contains(record), "\(made), \(name), record \(record)")
                }
                // It can be written behind what was erased.
                let more = Appending(number: 99, count: 3).records
                #expect(try await log.append(more) == LogPosition(UInt64(records.count)))
                #expect(try log.allRecords(from: LogPosition(UInt64(records.count))) == more)
                await log.close()
            }
        }
    }

    @Test("erasing a little at a time is erasing it all", arguments: Made.allCases)
    func erasesAgainAndAgain(made: Made) async throws {
        try await made.with { log throws in
            var records = LogRecords()
            for round in 0..<12 {
                let appended = Appending(number: round, count: 5).records
                _ = try await log.append(appended)
                records.append(contentsOf: appended)
                // One that was just written, and one of before.
                let chosen = [round * 2, records.count - 1]
                #expect(await log.refusal(erasing: chosen) == nil)
                records = records.erasing(chosen)
                #expect(try log.allRecords() == records, "round \(round)")
            }
            await log.close()
        }
    }

    @Test("a record that is not there is not erased, and none with it", arguments: Made.allCases)
    func erasesNothingUnknown(made: Made) async throws {
        try await made.with { log throws in
            #expect(await log.refusal(erasing: [0])?.code == .missing)
            let records = try await Self.fill(log)
            for unknown in [records.count, records.count + 1000] {
                let error = await log.refusal(erasing: [0, unknown, 5])
                #expect(error?.code == .missing)
                #expect(error?.message.contains("there is no record \(unknown)") == true)
                #expect(error?.message.contains("before \(records.count)") == true)
            }
            #expect(try log.allRecords() == records)
            await log.close()
            #expect(await log.refusal(erasing: [0])?.code == .closed)
            #expect(try log.allRecords() == records)
        }
    }

    @Test("whoever reads meanwhile is given what was or what is, and then what is", arguments: Made.allCases)
    func readsWhileErasing(made: Made) async throws {
        try await made.with { log throws in
            let records = try await Self.fill(log, appends: 120)
            let chosen = (0..<records.count).filter { $0 % 3 != 0 }
            try await withThrowingTaskGroup { group in
                for bytesMax in [0, 300, 1 << 20] {
                    group.addTask {
                        while !Task.isCancelled {
                            let read = try log.allRecords(bytesMax: bytesMax)
                            read.expect(records, erasable: Set(chosen), "\(bytesMax) bytes")
                            await Task.yield()
                        }
                    }
                }
                for part in stride(from: 0, to: chosen.count, by: 20) {
                    let erased = chosen[..<min(chosen.count, part + 20)]
                    #expect(await log.refusal(erasing: erased[part...]) == nil)
                    for record in erased {
                        #expect(try log.records(from: LogPosition(UInt64(record)), bytesMax: 0).isErased(0))
                    }
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try log.allRecords() == records.erasing(chosen))
            await log.close()
        }
    }

    @Test("whoever appends meanwhile loses nothing, and may have it erased at once", arguments: Made.allCases)
    func appendsWhileErasing(made: Made) async throws {
        try await made.with { log throws in
            let before = try await Self.fill(log)
            let appended = try await withThrowingTaskGroup(of: [(Appending, Int)].self) { group in
                for task in 1...6 {
                    group.addTask {
                        var appended: [(Appending, Int)] = []
                        for number in 0..<20 {
                            let appending = Appending(number: task * 100 + number, count: 1 + number % 3)
                            let position = Int(try await log.append(appending.records).rawValue)
                            appended.append((appending, position))
                            if number % 5 == 4 { #expect(await log.refusal(erasing: [position, task * 7]) == nil) }
                        }
                        return appended
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            var expected = before
            for (appending, position) in appended.sorted(by: { $0.1 < $1.1 }) {
                #expect(position == expected.count)
                expected.append(contentsOf: appending.records)
            }
            var erased = Set((1...6).map { $0 * 7 })
            for (appending, position) in appended where appending.number % 5 == 4 { erased.insert(position) }
            #expect(try log.allRecords() == expected.erasing(erased.sorted()))
            await log.close()
        }
    }

    @Test("an erasure that was taken is done when the log is closed", arguments: Made.allCases)
    func closesBehindErasures(made: Made) async throws {
        for _ in 0..<10 {
            try await made.with { log throws in
                let records = try await Self.fill(log)
                let erased = await withTaskGroup(of: (Int, LogError?).self) { group in
                    for record in stride(from: 0, to: 90, by: 9) {
                        group.addTask {
                            if record == 63 { await log.close() }
                            return (record, await log.refusal(erasing: [record]))
                        }
                    }
                    return await group.reduce(into: [Int]()) { erased, outcome in
                        if outcome.1 == nil { erased.append(outcome.0) } else { #expect(outcome.1?.code == .closed) }
                    }
                }
                #expect(try log.allRecords() == records.erasing(erased.sorted()))
            }
        }
    }

    @Test("gives no more records at once than its limit, however many are empty")
    func givesNotTooMany() async throws {
        for made in [Made.inMemory, .overFilesInMemory] {
            try await made.with { log throws in
                var records = LogRecords()
                for number in 0..<(LogRecords.countMax + 1000) { records.append { $0.append(UInt8(number & 0xFF)) } }
                _ = try await log.append(records)
                _ = try await log.append(records)
                #expect(await log.refusal(erasing: 0..<(2 * records.count)) == nil)
                for first in [0, 500, records.count - 10] {
                    let found = try log.records(from: LogPosition(UInt64(first)), bytesMax: 1)
                    #expect(found.count == LogRecords.countMax)
                    #expect(found.erasedCount == found.count)
                }
                #expect(try log.allRecords().count == 2 * records.count)
                await log.close()
            }
        }
    }
}
