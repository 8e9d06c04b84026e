import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

@Suite("the log in segments")
struct SegmentedLogTests {
    /// Appends one after the other, a block each, and closes.
    static func filled(_ files: FaultyFiles, appends: Range<Int> = 0..<20, isClosed: Bool = true) async throws
        -> LogRecords
    {
        let log = try SegmentedLog(files: files, limits: .small)
        for number in appends { _ = try await log.append(Appending(number: number, count: 1 + number % 3).records) }
        let records = try log.allRecords()
        if isClosed { await log.close() }
        return records
    }

    // MARK: Limits

    @Test("refuses more at once than it ever takes, and takes as much as that")
    func tooLarge() async throws {
        let log = try SegmentedLog(files: FaultyFiles(seed: 1), limits: .small)
        var records = LogRecords()
        records.append { $0.append(contentsOf: repeatElement(1, count: 800 - LogLimits.recordBytesExtra)) }
        #expect(await log.failure(appending: records) == nil)
        records.append { _ in }
        #expect(await log.failure(appending: records) == .tooLarge)
        #expect(log.end == LogPosition(1))
        await log.close()
    }

    @Test("is busy where too much is waiting, and takes more when it is written")
    func busy() async throws {
        let files = HeldFiles(FaultyFiles(seed: 1))
        var limits = LogLimits.small
        limits.waitingBytesMax = limits.appendBytesMax
        let log = try SegmentedLog(files: files, limits: limits)
        var records = LogRecords()
        records.append { $0.append(contentsOf: repeatElement(1, count: 790)) }
        async let first = log.append(records)
        var arrivals = files.gate.arrivals.makeAsyncIterator()
        await arrivals.next()
        #expect(await log.failure(appending: Appending(number: 1, count: 3).records) == .busy)
        files.gate.open(100)
        #expect(try await first == .start)
        #expect(await log.failure(appending: Appending(number: 1, count: 3).records) == nil)
        await log.close()
    }

    @Test("writes all who came while a sync ran with one more", arguments: [(1 << 20, 1), (800, 3)])
    func groups(blockBytesMax: Int, syncsExpected: Int) async throws {
        let faulty = FaultyFiles(seed: 1)
        let files = HeldFiles(faulty)
        var limits = LogLimits()
        limits.appendBytesMax = 800
        limits.blockBytesMax = blockBytesMax
        let log = try SegmentedLog(files: files, limits: limits)
        var arrivals = files.gate.arrivals.makeAsyncIterator()
        var records = LogRecords()
        records.append { $0.append(contentsOf: repeatElement(1, count: 300 - LogLimits.recordBytesExtra)) }
        try await withThrowingTaskGroup(of: LogPosition.self) { [records] group in
            group.addTask { try await log.append(records) }
            await arrivals.next()
            files.gate.open()
            // The sync of the header is done; this one is of the first block.
            await arrivals.next()
            let syncs = faulty.calls(of: .sync)
            for _ in 0..<5 { group.addTask { try await log.append(records) } }
            while log.waitingBytes < 6 * 300 { await Task.yield() }
            files.gate.open(100)
            let positions = try await group.reduce(into: Set<UInt64>()) { $0.insert($1.rawValue) }
            #expect(positions == Set(0..<6))
            #expect(faulty.calls(of: .sync) == syncs + 1 + syncsExpected)
        }
        await log.close()
    }

    @Test("begins a new file where a block does not fit")
    func segments() async throws {
        let files = FaultyFiles(seed: 1)
        let records = try await SegmentedLogTests.filled(files, appends: 0..<100)
        let names = try files.names().filter { SegmentHeader.first(ofName: $0) != nil }
        #expect(names.count > 3)
        for name in names { #expect(try #require(files.content(of: name)).count <= LogLimits.small.segmentBytesMax) }
        let log = try SegmentedLog(files: files, limits: .small)
        #expect(try log.allRecords() == records)
        await log.close()
    }

    @Test("a block larger than a file may be has a file of its own")
    func largeBlock() async throws {
        let files = FaultyFiles(seed: 1)
        var limits = LogLimits.small
        limits.segmentBytesMax = 100
        let log = try SegmentedLog(files: files, limits: limits)
        for number in 0..<5 { _ = try await log.append(Appending(number: 2 * number + 31, count: 9).records) }
        await log.close()
        #expect(try files.names().count == 6)
        #expect(try SegmentedLog.verify(files: files).findings == [])
    }

    @Test("a payload is stored plain where compressing gains nothing")
    func plain() throws {
        let packer = BlockPacker()
        var noise = SplitMix64(seed: 1)
        for (isNoise, isPlain) in [(true, true), (false, false)] {
            var records = LogRecords()
            records.append { bytes in
                for _ in 0..<500 { bytes.append(isNoise ? UInt8(noise.below(256)) : UInt8(ascii: "a")) }
            }
            packer.pack([records], first: LogPosition(7))
            packer.complete(salt: 3)
            try packer.block.withUnsafeBytes { block in
                let header = try #require(BlockHeader(block, salt: 3))
                #expect((header.diskBytes == header.rawBytes) == isPlain)
                let payload = UnsafeRawBufferPointer(rebasing: block[BlockHeader.bytes...])
                #expect(BlockUnpacker().records(of: header, payload: payload) == records)
                #expect(BlockHeader(block, salt: 4) == nil)
            }
        }
    }

    @Test("notes where blocks lie far less often than there are blocks")
    func catalog() {
        let catalog = SegmentCatalog()
        catalog.add(.start)
        catalog.add(LogPosition(1_000_000))
        for index in 0..<1000 { catalog.note(LogPosition(UInt64(index * 10)), at: 28 + index * 1000, in: .start) }
        for index in 0..<10_000 {
            let place = catalog.place(of: LogPosition(UInt64(index)))
            #expect(place?.segment == .start)
            let block = place?.block
            #expect(block.map { $0.first.rawValue * 100 + 28 == $0.offset } == true)
            #expect(block.map { index * 100 - $0.offset < 2 * SegmentCatalog.strideBytes } == true)
        }
        #expect(catalog.place(of: LogPosition(1_000_003))?.block.offset == SegmentHeader.bytes)
        #expect(catalog.blockCount <= 2 + 1_000_000 / SegmentCatalog.strideBytes)
    }

    // MARK: Who has the folder

    @Test("two processes on one folder refuse each other")
    func inUse() async throws {
        let folder = TemporaryFolder()
        let first = try SegmentedLog(files: DiskFiles(folder: folder.path))
        let error = try SegmentedLog.refusal(opening: DiskFiles(folder: folder.path))
        #expect(error?.code == .inUse)
        #expect(error?.message == "\(folder.path): another process has it open")
        #expect(throws: LogError.self) { try SegmentedLog.verify(files: DiskFiles(folder: folder.path)) }
        _ = try await first.append(Appending(number: 1, count: 2).records)
        await first.close()
        let second = try SegmentedLog(files: DiskFiles(folder: folder.path))
        #expect(second.end == LogPosition(2))
        await second.close()
    }

    @Test("whoever could not open it leaves it free")
    func refusalUnlocks() async throws {
        let files = FaultyFiles(seed: 1)
        _ = try await SegmentedLogTests.filled(files)
        #expect(SegmentedLog.refusal(opening: files, atLeast: LogPosition(1000))?.code == .damaged)
        #expect(SegmentedLog.refusal(opening: files) == nil)
    }

    // MARK: What is missing

    @Test("refuses to open where less is there than was read from it once", arguments: [true, false])
    func atLeast(isClosed: Bool) async throws {
        let files = FaultyFiles(seed: 1)
        let records = try await SegmentedLogTests.filled(files, isClosed: isClosed)
        let end = LogPosition(UInt64(records.count))
        let restarted = files.restarted(seed: 2, unsynced: .lost)
        let error = SegmentedLog.refusal(opening: restarted, atLeast: end.advanced(by: 1))
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("records that were acknowledged are missing") == true)
        #expect(SegmentedLog.refusal(opening: restarted, atLeast: end) == nil)
    }

    @Test("a file that is missing is missed")
    func missingFile() async throws {
        let files = FaultyFiles(seed: 1)
        _ = try await SegmentedLogTests.filled(files, appends: 0..<60)
        let names = try files.names().filter { SegmentHeader.first(ofName: $0) != nil }.sorted()
        #expect(names.count > 2)
        for name in names {
            let copy = files.restarted(seed: 1, unsynced: .kept)
            try copy.remove(name)
            #expect(SegmentedLog.refusal(opening: copy)?.code == .damaged, "without \(name)")
            #expect(try !SegmentedLog.verify(files: copy).findings.isEmpty, "without \(name)")
        }
    }

    @Test("the end of the last file is cut off after a crash and missed after a close")
    func cutEnd() async throws {
        let files = FaultyFiles(seed: 1)
        let records = try await SegmentedLogTests.filled(files, appends: 0..<7)
        let name = SegmentHeader.name(of: .start)
        let content = try #require(files.content(of: name))
        for size in 0..<content.count {
            let copy = files.restarted(seed: 1, unsynced: .kept)
            copy.setContent(of: name, to: Array(content[..<size]))
            #expect(SegmentedLog.refusal(opening: copy)?.code == .damaged, "of \(size) bytes")
            #expect(try SegmentedLog.verify(files: copy).findings.contains { $0.kind == .damage }, "of \(size) bytes")

            try copy.remove(ClosedMarker.name)
            let findings = try SegmentedLog.verify(files: copy).findings
            #expect(findings.allSatisfy { $0.kind == .cutShort }, "of \(size) bytes")
            let log = try SegmentedLog(files: copy, limits: .small)
            let left = try log.allRecords()
            var expected = LogRecords()
            expected.append(0..<left.count, of: records)
            #expect(left == expected)
            await log.close()
            #expect(try SegmentedLog.verify(files: copy).findings == [])
        }
    }

    // MARK: Flipped bits

    @Test("a flipped bit in a closed log is found and never given")
    func flippedBits() async throws {
        let files = FaultyFiles(seed: 1)
        let records = try await SegmentedLogTests.filled(files, appends: 0..<40)
        #expect(try SegmentedLog.verify(files: files).records == records.count)
        var random = SplitMix64(seed: 5)
        for name in try files.names() {
            let content = try #require(files.content(of: name))
            for offset in content.indices {
                let copy = files.restarted(seed: 1, unsynced: .kept)
                var bytes = content
                bytes[offset] ^= 1 << UInt8(random.below(8))
                copy.setContent(of: name, to: bytes)
                let findings = try SegmentedLog.verify(files: copy).findings
                #expect(findings.contains { $0.file == name && $0.kind == .damage }, "\(name) at byte \(offset)")

                // The last file is looked through as the log is opened, the others as they are read.
                guard let log = try? SegmentedLog(files: copy, limits: .small) else { continue }
                var failures = 0
                for position in 0..<records.count {
                    do throws(LogError) {
                        let found = try log.records(from: LogPosition(UInt64(position)), bytesMax: 0)
                        var expected = LogRecords()
                        expected.append(position..<(position + 1), of: records)
                        #expect(found == expected, "\(name) at byte \(offset)")
                    } catch {
                        failures += 1
                        #expect(error.code == .damaged)
                        #expect(error.message.hasPrefix("\(name) at byte "))
                    }
                }
                #expect(failures > 0, "\(name) at byte \(offset)")
                await log.close()
            }
        }
    }

    @Test("damage with a whole block behind it is no end that a crash cut short")
    func damageInTheMiddle() async throws {
        let files = FaultyFiles(seed: 1)
        _ = try await SegmentedLogTests.filled(files, appends: 0..<7, isClosed: false)
        let name = SegmentHeader.name(of: .start)
        let content = try #require(files.content(of: name))
        let copy = files.restarted(seed: 1, unsynced: .lost)
        let last = try lastBlock(of: content)
        for offset in 0..<content.count {
            var bytes = content
            bytes[offset] ^= 4
            copy.setContent(of: name, to: bytes)
            let error = SegmentedLog.refusal(opening: copy.restarted(seed: 1, unsynced: .kept))
            #expect((error?.code == .damaged) == (offset < last), "at byte \(offset)")
            #expect(error == nil || error?.message.contains("\(name) at byte ") == true)
        }
    }

    private func lastBlock(of content: [UInt8]) throws -> Int {
        try content.withUnsafeBytes { content in
            let salt = try #require(SegmentHeader(content)).salt
            var last = SegmentHeader.bytes
            var next = last
            while next < content.count {
                last = next
                let rest = UnsafeRawBufferPointer(rebasing: content[next...])
                next += try #require(BlockHeader(rest, salt: salt)).wholeBytes
            }
            return last
        }
    }
}
