import Foundation
import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What erasing does to the files.
@Suite("records erased from segments")
struct SegmentEraseTests {
    /// So many bytes by chance that nothing packs them, and nothing else has them.
    private static func noise(_ number: Int) -> [UInt8] {
        var random = SplitMix64(seed: 1000 + UInt64(number))
        return (0..<40).map { _ in UInt8(random.below(256)) }
    }

    /// Blocks of two records each.
    private static func fill(_ log: SegmentedLog, blocks: Int) async throws -> LogRecords {
        var all = LogRecords()
        for block in 0..<blocks {
            var records = LogRecords()
            for number in [2 * block, 2 * block + 1] { records.append { $0 += noise(number) } }
            _ = try await log.append(records)
            all.append(contentsOf: records)
        }
        return all
    }

    @Test("the bytes are in no file any more, and those of all others are")
    func gone() async throws {
        let folder = TemporaryFolder()
        let files = try DiskFiles(folder: folder.path)
        let log = try SegmentedLog(files: files, limits: .small)
        let records = try await Self.fill(log, blocks: 60)
        func numbersOnDisk() throws -> [Int] {
            let bytes = try files.names().map { try Data(contentsOf: URL(filePath: folder.path + "/" + $0)) }
            return (0..<records.count).filter { number in
                bytes.contains { $0.range(of: Data(Self.noise(number))) != nil }
            }
        }
        #expect(try numbersOnDisk() == Array(0..<records.count))
        let erased = [0, 1, 33, 34, 70, 119]
        let left = (0..<records.count).filter { !erased.contains($0) }
        #expect(await log.refusal(erasing: erased) == nil)
        #expect(try numbersOnDisk() == left)
        #expect(try files.names().allSatisfy { SegmentHeader.first(ofName: $0) != nil })

        for isClosed in [true, false] {
            if isClosed { await log.close() } else { log.letGo() }
            let found = try SegmentedLog.verify(files: files)
            #expect(found.findings == [])
            #expect(found.records == records.count)
            #expect(found.erased == erased.count)
            let again = try SegmentedLog(files: files, limits: .small, atLeast: LogPosition(UInt64(records.count)))
            #expect(try again.allRecords() == records.erasing(erased))
            again.letGo()
        }
        #expect(try numbersOnDisk() == left)
    }

    @Test("only segments with such records are written anew, with other salts, and what is written to is sealed first")
    func touches() async throws {
        let files = FaultyFiles(seed: 1)
        let log = try SegmentedLog(files: files, limits: .small)
        let records = try await Self.fill(log, blocks: 60)
        func contents() throws -> [String: [UInt8]] {
            try Dictionary(uniqueKeysWithValues: files.names().map { ($0, files.content(of: $0)!) })
        }
        let before = try contents()
        let last = try #require(before.keys.max())
        let second = try #require(before.keys.sorted().dropFirst().first)
        let position = try #require(SegmentHeader.first(ofName: second))

        try await log.erase([position])
        let sealed = try contents()
        #expect(Set(sealed.keys) == Set(before.keys))
        #expect(sealed.keys.filter { sealed[$0] != before[$0] } == [second])
        let salts = try [before, sealed].map { contents in
            try #require(contents[second]).withUnsafeBytes { SegmentHeader($0)!.salt }
        }
        #expect(salts[0] != salts[1])

        for _ in 0..<3 {
            try await log.erase([LogPosition(UInt64(records.count - 1))])
            let ended = try contents()
            // The one begun stays empty, however often.
            #expect(Set(ended.keys) == Set(before.keys).union([SegmentHeader.name(of: log.end)]))
            #expect(ended[last] != before[last])
            #expect(ended[SegmentHeader.name(of: log.end)]?.count == SegmentHeader.bytes)
        }
        await log.close()
        #expect(try SegmentedLog.verify(files: files).findings == [])
        let again = try SegmentedLog(files: files, limits: .small)
        #expect(try again.allRecords() == records.erasing([Int(position.rawValue), records.count - 1]))
        // Where nothing was written since, nothing is to be sealed.
        try await again.erase([LogPosition(UInt64(records.count - 2))])
        await again.close()
        #expect(try SegmentedLog.verify(files: files).erased == 3)
    }

    @Test("what an erasure left that did not come to its end is removed at the next opening, and is no damage")
    func leftovers() async throws {
        let files = FaultyFiles(seed: 1)
        let records = try await SegmentedLogTests.filled(files)
        let name = SegmentHeader.newName(of: .start)
        try files.create(name).write(all: [1, 2, 3], at: 0)
        #expect(try SegmentedLog.verify(files: files).findings == [])
        let log = try SegmentedLog(files: files, limits: .small)
        #expect(try !files.names().contains(name))
        #expect(try log.allRecords() == records)
        await log.close()
        // What only looks like one is nothing of ours.
        for stranger in ["1.segment.new", "x.new", ".new"] {
            let copy = files.restarted(seed: 1, unsynced: .kept)
            _ = try copy.create(stranger)
            #expect(try SegmentedLog.verify(files: copy).findings.map(\.file) == [stranger])
            let log = try SegmentedLog(files: copy, limits: .small)
            await log.close()
            #expect(try copy.names().contains(stranger))
        }
    }

    @Test("of a hundred thousand records each segment is written once")
    func many() async throws {
        let files = FaultyFiles(seed: 1)
        var limits = LogLimits()
        limits.segmentBytesMax = 500_000
        let log = try SegmentedLog(files: files, limits: limits)
        var records = LogRecords()
        var random = SplitMix64(seed: 3)
        for _ in 0..<100 {
            var part = LogRecords()
            for _ in 0..<2000 {
                let noise = (random.next(), random.next())
                part.append { $0 += withUnsafeBytes(of: noise) { Array($0) } }
            }
            _ = try await log.append(part)
            records.append(contentsOf: part)
        }
        let erased = (0..<100_000).map { _ in random.below(records.count) }
        let segments = try files.names().count
        #expect(segments > 3)
        files.setFaults(FaultyFiles.Faults())
        #expect(await log.refusal(erasing: erased) == nil)
        #expect(files.calls(of: .rename) == segments)
        // Where blocks lay in the old files is forgotten: there are more than one noted of each.
        #expect(log.catalog.blockCount == segments + 1)
        #expect(try log.allRecords(bytesMax: 1 << 20) == records.erasing(erased.sorted()))
        await log.close()
        #expect(try SegmentedLog.verify(files: files).erased == Set(erased).count)
    }

    @Test("a segment with damage is not written anew, and all else is as it was")
    func damaged() async throws {
        let files = FaultyFiles(seed: 1)
        let records = try await SegmentedLogTests.filled(files, appends: 0..<40)
        let names = try files.names().filter { SegmentHeader.first(ofName: $0) != nil }.sorted()
        let content = try #require(files.content(of: names[1]))
        let position = try #require(SegmentHeader.first(ofName: names[1]))
        for offset in 0..<(content.count - BlockHeader.bytes) {
            let copy = files.restarted(seed: 1, unsynced: .kept)
            var bytes = content
            bytes[offset] ^= 4
            copy.setContent(of: names[1], to: bytes)
            guard let log = try? SegmentedLog(files: copy, limits: .small) else { continue }
            let error = await log.refusal(erasing: [Int(position.rawValue)])
            #expect(error?.code == .damaged, "at byte \(offset)")
            #expect(error?.message.hasPrefix("\(names[1]) at byte ") == true)
            #expect(copy.content(of: names[1]) == bytes)
            #expect(try !copy.names().contains(where: SegmentHeader.isNewName))
            // The others can still be erased, and the log be written.
            #expect(await log.refusal(erasing: [0]) == nil)
            #expect(try log.records(from: .start, bytesMax: 0).isErased(0))
            #expect(await log.failure(appending: Appending(number: 1, count: 1).records) == nil)
            await log.close()
        }
        #expect(records.count > 40)
    }

    @Test("a flipped bit behind an erasure is found and never given")
    func flippedBits() async throws {
        let files = FaultyFiles(seed: 1)
        let before = try await SegmentedLogTests.filled(files, appends: 0..<12)
        let log = try SegmentedLog(files: files, limits: .small)
        let erased = (0..<before.count).filter { $0 % 4 == 0 }
        #expect(await log.refusal(erasing: erased) == nil)
        let records = try log.allRecords()
        await log.close()
        var random = SplitMix64(seed: 5)
        for name in try files.names() where SegmentHeader.first(ofName: name) != nil {
            let content = try #require(files.content(of: name))
            for offset in content.indices {
                let copy = files.restarted(seed: 1, unsynced: .kept)
                var bytes = content
                bytes[offset] ^= 1 << UInt8(random.below(8))
                copy.setContent(of: name, to: bytes)
                let findings = try SegmentedLog.verify(files: copy).findings
                #expect(findings.contains { $0.file == name && $0.kind == .damage }, "\(name) at byte \(offset)")
                guard let log = try? SegmentedLog(files: copy, limits: .small) else { continue }
                for position in 0..<records.count {
                    let found = try? log.records(from: LogPosition(UInt64(position)), bytesMax: 0)
                    guard let found else { continue }
                    var expected = LogRecords()
                    expected.append(position..<(position + 1), of: records)
                    var first = LogRecords()
                    first.append(0..<1, of: found)
                    #expect(first == expected, "\(name) at byte \(offset)")
                }
                await log.close()
            }
        }
    }
}
