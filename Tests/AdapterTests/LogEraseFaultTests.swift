import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What erasing does when the disk fails or the power goes, with ``FaultyFiles``.
@Suite("erasing on a failing disk")
struct LogEraseFaultTests {
    static let seed = UInt64.random(in: 0..<1 << 32)

    /// A log with some records, and those of them that are to be erased: a few, or nearly all.
    private struct Given {
        let files: FaultyFiles
        let log: SegmentedLog
        var records: LogRecords
        let erased: [Int]

        /// - Parameter isActiveSpared: whether nothing is erased of the segment that is written to.
        init(seed: UInt64, isActiveSpared: Bool = false) async throws {
            var random = SplitMix64(seed: seed)
            files = FaultyFiles(seed: seed)
            log = try SegmentedLog(files: files, limits: .small)
            records = LogRecords()
            for number in 0..<(15 + random.below(15)) {
                let appended = Appending(number: number, count: 1 + random.below(5)).records
                _ = try await log.append(appended)
                records.append(contentsOf: appended)
            }
            let share = [5, 30, 95][random.below(3)]
            let names = try files.names()
            let end = isActiveSpared ? names.compactMap(SegmentHeader.first(ofName:)).max()!.rawValue : log.end.rawValue
            erased = (0..<Int(end)).filter { _ in random.chance(share) }
        }

        /// What was not to be erased is there, and the rest as it was or erased; then it can be erased, and is.
        func check(_ files: FaultyFiles, _ comment: Comment) async throws {
            let log: SegmentedLog
            do throws(LogError) {
                log = try SegmentedLog(files: files, limits: .small, atLeast: LogPosition(UInt64(records.count)))
            } catch {
                Issue.record("\(error); \(comment)")
                return
            }
            #expect(try !files.names().contains(where: SegmentHeader.isNewName), comment)
            try log.allRecords().expect(records, erasable: Set(erased), comment)
            #expect(await log.refusal(erasing: erased) == nil, comment)
            #expect(try log.allRecords() == records.erasing(erased), comment)
            // It is for good: the power may go now.
            let crashed = files.restarted(seed: 1, unsynced: .lost)
            let last = try SegmentedLog(files: crashed, limits: .small)
            #expect(try last.allRecords() == records.erasing(erased), comment)
            await last.close()
            let found = try SegmentedLog.verify(files: crashed)
            #expect(found.findings == [], comment)
            #expect(found.erased == erased.count, comment)
        }
    }

    @Test("the power goes at each call of an erasure: the old segment is there or the new one, and nothing is lost")
    func crashes() async throws {
        print("seeds from \(LogEraseFaultTests.seed)")
        for seed in LogEraseFaultTests.seed..<(LogEraseFaultTests.seed + 10) {
            var call = 0
            while true {
                let given = try await Given(seed: seed)
                var faults = FaultyFiles.Faults()
                faults.crashAtCall = call
                faults.isShort = seed % 2 == 0
                given.files.setFaults(faults)
                let error = await given.log.refusal(erasing: given.erased)
                let isCrashed = given.files.isCrashed
                #expect(error == nil || isCrashed)
                for unsynced in FaultyFiles.Unsynced.allCases {
                    // After an answer it is done, whatever the power does.
                    let restarted = given.files.restarted(seed: seed + UInt64(call), unsynced: unsynced)
                    let comment: Comment = "seed \(seed), call \(call), \(unsynced)"
                    if error == nil {
                        let log = try SegmentedLog(files: restarted, limits: .small)
                        #expect(try log.allRecords() == given.records.erasing(given.erased), comment)
                        log.letGo()
                    }
                    try await given.check(restarted, comment)
                }
                if !isCrashed { break }
                call += 1
            }
        }
    }

    @Test("the power goes while some append and others erase and read, again and again")
    func crashesInUse() async throws {
        print("seeds from \(LogEraseFaultTests.seed)")
        for seed in LogEraseFaultTests.seed..<(LogEraseFaultTests.seed + 150) { try await crashInUse(seed: seed) }
    }

    private func crashInUse(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        var given = try await Given(seed: seed)
        var files = given.files
        given.log.letGo()
        // By record, whether it is erased; nil where nobody knows.
        var isErased = [Bool?](repeating: false, count: given.records.count)
        for round in 0..<3 {
            let comment: Comment = "seed \(seed), round \(round)"
            var faults = FaultyFiles.Faults()
            faults.crashAtCall = random.below(300)
            faults.isShort = random.chance(50)
            files.setFaults(faults)
            if let log = try? SegmentedLog(files: files, limits: .small) {
                let count = given.records.count
                let groups = (0..<3).map { _ in (0..<6).map { _ in random.below(count) } }
                async let appended = append(to: log, round: round)
                async let reading: Void = read(log, given.records)
                for group in groups {
                    let error = await log.refusal(erasing: group)
                    for record in group where isErased[record] != true { isErased[record] = error == nil ? true : nil }
                }
                let acknowledged = await appended
                await reading
                if random.chance(30) { await log.close() }
                files = files.restarted(seed: random.next(), unsynced: FaultyFiles.Unsynced.allCases[random.below(3)])
                let again: SegmentedLog
                do throws(LogError) {
                    again = try SegmentedLog(files: files, limits: .small, atLeast: acknowledged.end)
                } catch {
                    Issue.record("\(error); \(comment)")
                    return
                }
                let found = try again.allRecords()
                var old = LogRecords()
                old.append(0..<count, of: found)
                for record in 0..<count {
                    if let isErased = isErased[record] { #expect(old.isErased(record) == isErased, comment) }
                    isErased[record] = old.isErased(record)
                }
                old.expect(given.records, erasable: Set((0..<count).filter { isErased[$0]! }), comment)
                var new = LogRecords()
                new.append(count..<found.count, of: found)
                let positions = Appending.all(in: new, comment).map { ($0.appending, $0.position + count) }
                for (appending, position) in acknowledged.positions {
                    #expect(positions.contains { $0 == (appending, position) }, comment)
                }
                given.records.append(contentsOf: new)
                isErased += [Bool?](repeating: false, count: new.count)
                await again.close()
                #expect(try SegmentedLog.verify(files: files).findings == [], comment)
            } else {
                files = files.restarted(seed: random.next(), unsynced: FaultyFiles.Unsynced.allCases[random.below(3)])
            }
        }
    }

    private func append(
        to log: SegmentedLog, round: Int
    ) async -> (positions: [(Appending, Int)], end: LogPosition) {
        var positions: [(Appending, Int)] = []
        var end = LogPosition.start
        for number in 0..<20 {
            let appending = Appending(number: 1000 + round * 100 + number, count: 1 + number % 4)
            guard let first = try? await log.append(appending.records) else { continue }
            positions.append((appending, Int(first.rawValue)))
            end = first.advanced(by: appending.count)
        }
        return (positions, end)
    }

    private func read(_ log: SegmentedLog, _ records: LogRecords) async {
        for _ in 0..<5 {
            guard let found = try? log.allRecords(bytesMax: 500), found.count >= records.count else { continue }
            var old = LogRecords()
            old.append(0..<records.count, of: found)
            old.expect(records, erasable: Set(0..<records.count), "read meanwhile")
            await Task.yield()
        }
    }

    @Test("one call that fails, whichever it is, loses nothing", arguments: FaultyFiles.Call.allCases)
    func oneCall(call: FaultyFiles.Call) async throws {
        for number in 0..<1000 {
            let given = try await Given(seed: UInt64(number % 7))
            var faults = FaultyFiles.Faults()
            faults.failing = (call, number)
            given.files.setFaults(faults)
            let error = await given.log.refusal(erasing: given.erased)
            let wasHit = given.files.calls(of: call) > number
            given.files.setFaults(FaultyFiles.Faults())
            let comment: Comment = "\(call) \(number)"
            // Only removing what is left over may fail unnoticed; nothing is left over here.
            #expect((error != nil) == wasHit, comment)
            if let error { #expect([.failed, .unknown].contains(error.code), comment) }
            try given.log.allRecords().expect(given.records, erasable: Set(given.erased), comment)
            var appended = given
            if let code = await given.log.failure(appending: Appending(number: 99, count: 2).records) {
                #expect(code == .failed && error != nil, comment)
            } else {
                #expect(error?.code != .unknown, comment)
                appended.records.append(contentsOf: Appending(number: 99, count: 2).records)
            }
            for unsynced in FaultyFiles.Unsynced.allCases {
                try await appended.check(
                    given.files.restarted(seed: UInt64(number), unsynced: unsynced), "\(call) \(number), \(unsynced)")
            }
            if !wasHit { return }
        }
        Issue.record("the call still failed after a thousand")
    }

    @Test(
        "where a segment could not be written anew the log goes on, and the next erasure completes it",
        arguments: [FaultyFiles.Call.open, .create, .size, .read, .write, .sync, .rename])
    func goesOn(call: FaultyFiles.Call) async throws {
        for number in 0..<1000 {
            var given = try await Given(seed: UInt64(number % 5) * 3, isActiveSpared: true)
            var faults = FaultyFiles.Faults()
            faults.failing = (call, number)
            given.files.setFaults(faults)
            let error = await given.log.refusal(erasing: given.erased)
            let comment: Comment = "\(call) \(number)"
            if error == nil, given.files.calls(of: call) <= number { return }
            #expect(error?.code == .failed, comment)
            #expect(try !given.files.names().contains(where: SegmentHeader.isNewName), comment)
            let more = Appending(number: 99, count: 2).records
            #expect(await given.log.failure(appending: more) == nil, comment)
            given.records.append(contentsOf: more)
            #expect(await given.log.refusal(erasing: given.erased) == nil, comment)
            #expect(try given.log.allRecords() == given.records.erasing(given.erased), comment)
            await given.log.close()
            #expect(try SegmentedLog.verify(files: given.files).findings == [], comment)
        }
        Issue.record("the call still failed after a thousand")
    }

    @Test("where nobody knows which segment is there after a crash, the log takes no more")
    func failedFolder() async throws {
        let given = try await Given(seed: 3, isActiveSpared: true)
        var faults = FaultyFiles.Faults()
        faults.failing = (.syncFolder, 0)
        given.files.setFaults(faults)
        #expect(await given.log.refusal(erasing: [0, 1])?.code == .unknown)
        #expect(await given.log.failure(appending: Appending(number: 99, count: 2).records) == .failed)
        #expect(await given.log.refusal(erasing: [0, 1])?.code == .failed)
        #expect(try given.log.allRecords() == given.records.erasing([0, 1]))
        await given.log.close()
        #expect(given.files.content(of: ClosedMarker.name) == nil)
    }

    @Test("a full disk erases what it has room for and loses nothing, and the rest when there is room")
    func full() async throws {
        for room in stride(from: 0, through: 3000, by: 17) {
            var given = try await Given(seed: UInt64(room))
            let used = try given.files.names().reduce(0) { $0 + (given.files.content(of: $1)?.count ?? 0) }
            var faults = FaultyFiles.Faults()
            faults.bytesMax = used + room
            given.files.setFaults(faults)
            let comment: Comment = "room for \(room)"
            let error = await given.log.refusal(erasing: given.erased)
            #expect(error == nil || error?.code == .full, comment)
            #expect(try !given.files.names().contains(where: SegmentHeader.isNewName), comment)
            try given.log.allRecords().expect(given.records, erasable: Set(given.erased), comment)
            try await given.check(given.files.restarted(seed: UInt64(room), unsynced: .torn), comment)

            given.files.setFaults(FaultyFiles.Faults())
            let more = Appending(number: 99, count: 2).records
            #expect(await given.log.failure(appending: more) == nil, comment)
            given.records.append(contentsOf: more)
            #expect(await given.log.refusal(erasing: given.erased) == nil, comment)
            #expect(try given.log.allRecords() == given.records.erasing(given.erased), comment)
            await given.log.close()
            #expect(try SegmentedLog.verify(files: given.files).findings == [], comment)
        }
    }
}
