import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What the log does when the disk fails, with ``FaultyFiles``.
@Suite("the log on a failing disk")
struct LogFaultTests {
    /// What became of some appends.
    struct Outcomes: Sendable {
        var acknowledged: [Appending: Int] = [:]
        /// May be in the log or not.
        var unknown: Set<Appending> = []

        mutating func add(_ other: Outcomes) {
            acknowledged.merge(other.acknowledged) { _, new in new }
            unknown.formUnion(other.unknown)
        }

        mutating func append(_ appending: Appending, to log: SegmentedLog) async -> LogError.Code? {
            do throws(LogError) {
                acknowledged[appending] = Int(try await log.append(appending.records).rawValue)
                return nil
            } catch {
                if error.code == .unknown { unknown.insert(appending) }
                return error.code
            }
        }

        /// Everything acknowledged is there once, where it was said to be; all else that is there may be.
        func check(_ records: LogRecords, _ comment: Comment) {
            let found = Appending.all(in: records, comment)
            var positions: [Appending: Int] = [:]
            for (appending, position) in found {
                #expect(positions.updateValue(position, forKey: appending) == nil, "doubled; \(comment)")
            }
            for (appending, position) in acknowledged {
                #expect(positions[appending] == position, "acknowledged; \(comment)")
            }
            for appending in positions.keys {
                #expect(acknowledged[appending] != nil || unknown.contains(appending), "refused; \(comment)")
            }
        }
    }

    @Test("a full disk takes nothing and loses nothing, and goes on when there is room")
    func full() async throws {
        for room in stride(from: 0, through: 4000, by: 23) {
            var faults = FaultyFiles.Faults()
            faults.bytesMax = room
            let files = FaultyFiles(seed: UInt64(room), faults: faults)
            let log = try SegmentedLog(files: files, limits: .small)
            var outcomes = Outcomes()
            var refused = 0
            for number in 0..<60 {
                let code = await outcomes.append(Appending(number: number, count: 1 + number % 3), to: log)
                if code != nil {
                    #expect(code == .full)
                    refused += 1
                }
                if refused == 5 { files.setFaults(FaultyFiles.Faults()) }
            }
            #expect(refused == 5, "room for \(room)")
            outcomes.check(try log.allRecords(), "room for \(room)")
            // Whether it is closed or the power goes.
            if room % 2 == 0 { await log.close() }
            let copy = files.restarted(seed: UInt64(room), unsynced: .torn)
            let again = try SegmentedLog(files: copy, limits: .small)
            outcomes.check(try again.allRecords(), "room for \(room), opened again")
            await again.close()
            #expect(try SegmentedLog.verify(files: copy).findings == [])
        }
    }

    @Test("after a sync that failed nothing more is taken, and those in it are told that nobody knows")
    func failedSync() async throws {
        let files = FaultyFiles(seed: 1)
        let log = try SegmentedLog(files: files)
        var outcomes = Outcomes()
        #expect(await outcomes.append(Appending(number: 1, count: 2), to: log) == nil)
        var faults = FaultyFiles.Faults()
        faults.failing = (.sync, 0)
        files.setFaults(faults)
        #expect(await outcomes.append(Appending(number: 2, count: 2), to: log) == .unknown)
        #expect(await outcomes.append(Appending(number: 3, count: 2), to: log) == .failed)
        #expect(files.calls(of: .sync) == 1)
        #expect(log.end == LogPosition(2))
        #expect(try log.allRecords().count == 2)
        await log.close()
        #expect(files.content(of: ClosedMarker.name) == nil)
    }

    @Test("what a failed sync left in memory alone is durable once the log was opened again")
    func failedSyncAndCrash() async throws {
        for seed in 0..<100 as Range<UInt64> {
            let files = FaultyFiles(seed: seed)
            let log = try SegmentedLog(files: files, limits: .small)
            var outcomes = Outcomes()
            var faults = FaultyFiles.Faults()
            faults.failing = (.sync, Int(seed % 40))
            files.setFaults(faults)
            for number in 0..<60 { _ = await outcomes.append(Appending(number: number, count: 9), to: log) }
            await log.close()
            // The process starts again; the system still shows what the disk does not have.
            files.setFaults(FaultyFiles.Faults())
            let again = try SegmentedLog(files: files, limits: .small)
            let records = try again.allRecords()
            outcomes.check(records, "seed \(seed)")
            let crashed = files.restarted(seed: seed, unsynced: .lost)
            let last = try SegmentedLog(files: crashed, limits: .small, atLeast: again.end)
            #expect(try last.allRecords() == records, "seed \(seed)")
            await last.close()
        }
    }

    @Test("one call that fails, whichever it is, loses nothing", arguments: FaultyFiles.Call.allCases)
    func oneCall(call: FaultyFiles.Call) async throws {
        for number in 0..<1000 {
            let files = FaultyFiles(seed: UInt64(number))
            var outcomes = Outcomes()
            let before = try SegmentedLog(files: files, limits: .small)
            for number in 0..<9 { _ = await outcomes.append(Appending(number: number, count: 1), to: before) }
            if number % 2 == 0 { await before.close() } else { before.letGo() }

            var faults = FaultyFiles.Faults()
            faults.failing = (call, number)
            files.setFaults(faults)
            if let log = try? SegmentedLog(files: files, limits: .small) {
                for number in 10..<30 {
                    let code = await outcomes.append(Appending(number: number, count: 1 + number % 4), to: log)
                    #expect([nil, .failed, .unknown].contains(code))
                }
                if let records = try? log.allRecords() { outcomes.check(records, "\(call) \(number)") }
                await log.close()
            }
            let wasHit = files.calls(of: call) > number
            for unsynced in FaultyFiles.Unsynced.allCases {
                let restarted = files.restarted(seed: UInt64(number), unsynced: unsynced)
                let log = try SegmentedLog(files: restarted, limits: .small)
                outcomes.check(try log.allRecords(), "\(call) \(number), \(unsynced)")
                await log.close()
                #expect(try SegmentedLog.verify(files: restarted).findings == [])
            }
            if !wasHit { return }
        }
        Issue.record("the call still failed after a thousand")
    }

    static let seed = UInt64.random(in: 0..<1 << 32)

    @Test("the power goes at any call, again and again: what was acknowledged is there, and nothing twice")
    func crashes() async throws {
        print("seeds from \(LogFaultTests.seed)")
        for seed in LogFaultTests.seed..<(LogFaultTests.seed + 300) { try await crash(seed: seed) }
    }

    private func crash(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var files = FaultyFiles(seed: seed)
        var outcomes = Outcomes()
        var known = LogRecords()
        for round in 0..<4 {
            var faults = FaultyFiles.Faults()
            faults.crashAtCall = random.below(150)
            faults.isShort = random.chance(50)
            files.setFaults(faults)
            let comment: Comment = "seed \(seed), round \(round)"
            if let log = try? SegmentedLog(files: files, limits: .small, atLeast: known.end) {
                let (taken, read) = try await use(log, round: round, from: known.end)
                outcomes.add(taken)
                if random.chance(30) { await log.close() }
                // What was given to the fold may never be gone.
                known.append(contentsOf: read)
            }
            let unsynced = FaultyFiles.Unsynced.allCases[random.below(3)]
            files = files.restarted(seed: random.next(), unsynced: unsynced)
            let log: SegmentedLog
            do throws(LogError) {
                log = try SegmentedLog(files: files, limits: .small, atLeast: known.end)
            } catch {
                Issue.record("\(error), \(unsynced); \(comment)")
                return
            }
            let records = try log.allRecords()
            outcomes.check(records, comment)
            var start = LogRecords()
            start.append(0..<known.count, of: records)
            #expect(start == known, comment)
            known = records
            if random.chance(50) {
                await log.close()
                #expect(try SegmentedLog.verify(files: files).findings == [], comment)
            } else {
                log.letGo()
            }
        }
    }

    /// Appends from several tasks while another reads on.
    private func use(_ log: SegmentedLog, round: Int, from start: LogPosition) async throws -> (Outcomes, LogRecords) {
        let reading = Task {
            var read = LogRecords()
            while true {
                let position = start.advanced(by: read.count)
                await log.wait(for: position)
                guard let records = try? log.records(from: position, bytesMax: 300), !records.isEmpty else {
                    return read
                }
                read.append(contentsOf: records)
            }
        }
        let outcomes = await withTaskGroup(of: Outcomes.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var outcomes = Outcomes()
                    for number in 0..<8 {
                        let appending = Appending(number: round * 1000 + task * 100 + number, count: 1 + number % 4)
                        _ = await outcomes.append(appending, to: log)
                    }
                    return outcomes
                }
            }
            return await group.reduce(into: Outcomes()) { $0.add($1) }
        }
        reading.cancel()
        return (outcomes, await reading.value)
    }
}

extension LogRecords {
    fileprivate var end: LogPosition { LogPosition(UInt64(count)) }
}
