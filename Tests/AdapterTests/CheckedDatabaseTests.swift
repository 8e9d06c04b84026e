import CPageSums
import Foundation
import GRDB
import GRDBSQLite
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

@Suite("databases with a sum in every page")
struct CheckedDatabaseTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pages-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    /// Fills a table whose rows reach over pages, with an index.
    private static func fill(_ db: Database, rows: Range<Int>) throws {
        for row in rows {
            let text = String(repeating: "row \(row) ", count: row % 7 == 0 ? 900 : 20)
            try db.execute(sql: "INSERT OR REPLACE INTO thing VALUES (?, ?)", arguments: [row, text])
        }
    }

    private static func make(_ db: Database) throws {
        try db.execute(sql: "CREATE TABLE thing (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        try db.execute(sql: "CREATE INDEX thing_text ON thing (text)")
    }

    /// What a database says, by the table and by its index.
    private static func image(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT number || text FROM thing ORDER BY number")
            + String.fetchAll(db, sql: "SELECT number FROM thing INDEXED BY thing_text ORDER BY text")
    }

    private static func walConfiguration() -> Configuration {
        var configuration = CheckedDatabase.configuration()
        configuration.prepareDatabase {
            try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0")
        }
        return configuration
    }

    private static func flip(_ bit: Int, of path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(bit / 8))
        let byte = try #require(try file.read(upToCount: 1))[0]
        try file.seek(toOffset: UInt64(bit / 8))
        try file.write(contentsOf: [byte ^ 1 << (bit % 8)])
    }

    @Test("a bit that is flipped in any page is found, with the page, and never served")
    func flippedPages() throws {
        try Self.withFolder { folder in
            let path = folder + "/things.sqlite"
            let queue = try CheckedDatabase.queue(path)
            try queue.write { db in
                try Self.make(db)
                try Self.fill(db, rows: 0..<400)
                // Leaves free pages.
                try db.execute(sql: "DELETE FROM thing WHERE number BETWEEN 100 AND 200")
            }
            let image = try queue.read(Self.image)
            try queue.close()
            #expect(try PageFile.findings(in: path, limit: 9) == [])
            let seed = UInt64.random(in: 0...UInt64.max)
            var random = SplitMix64(seed: seed)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let pages = whole.count / Int(page_sums_page)
            #expect(pages > 60)
            var refused = 0
            for page in 0..<pages {
                let bit = (page * Int(page_sums_page)) * 8 + Int.random(in: 0..<Int(page_sums_page) * 8, using: &random)
                try Self.flip(bit, of: path)
                let found = try PageFile.findings(in: path, limit: 9)
                #expect(
                    found.count == 1 && found[0].contains("page \(page + 1):"), "bit \(bit), seed \(seed): \(found)")
                do {
                    let told = try StoreError.translating("it") { try CheckedDatabase.queue(path).read(Self.image) }
                    #expect(told == image, "bit \(bit), seed \(seed)")
                } catch let error as StoreError {
                    #expect(error.code == .damaged, "bit \(bit), seed \(seed): \(error)")
                    refused += 1
                }
                try Self.flip(bit, of: path)
            }
            #expect(refused > pages / 2, "most pages are read")
        }
    }

    @Test("a page in another's place and a file cut short are found")
    func misplaced() throws {
        try Self.withFolder { folder in
            let path = folder + "/things.sqlite"
            let queue = try CheckedDatabase.queue(path)
            try queue.write {
                try Self.make($0)
                try Self.fill($0, rows: 0..<100)
            }
            try queue.close()
            let url = URL(fileURLWithPath: path)
            let whole = try Data(contentsOf: url)
            let page = Int(page_sums_page)
            var moved = whole
            moved.replaceSubrange(4 * page..<5 * page, with: whole[5 * page..<6 * page])
            try moved.write(to: url)
            #expect(try PageFile.findings(in: path, limit: 9).map { $0.contains("page 5:") } == [true])
            for count in [whole.count - 1, whole.count - page, page, page - 1] {
                try whole[..<count].write(to: url)
                #expect(try !PageFile.findings(in: path, limit: 9).isEmpty, "\(count) bytes")
            }
        }
    }

    @Test(
        "parts of pages are read by their pages, as later versions of SQLite do, and what lies behind the end is zero")
    func parts() throws {
        try Self.withFolder { folder in
            let path = folder + "/things.sqlite"
            let queue = try CheckedDatabase.queue(path)
            try queue.write {
                try Self.make($0)
                try Self.fill($0, rows: 0..<50)
            }
            try queue.close()
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let page = Int(page_sums_page)
            let layer = try #require(sqlite3_vfs_find(PAGE_SUMS_NAME))
            let file = UnsafeMutableRawPointer.allocate(byteCount: Int(layer.pointee.szOsFile), alignment: 16)
                .assumingMemoryBound(to: sqlite3_file.self)
            defer { file.deallocate() }
            func read(_ count: Int, at offset: Int) throws -> (Int32, [UInt8]) {
                let name = sqlite3_create_filename(path, "", "", 0, nil)
                defer { sqlite3_free_filename(name) }
                let opened = layer.pointee.xOpen(
                    layer, name, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB, nil)
                try #require(opened == SQLITE_OK)
                defer { _ = file.pointee.pMethods.pointee.xClose(file) }
                var bytes = [UInt8](repeating: 7, count: count)
                let result = file.pointee.pMethods.pointee.xRead(file, &bytes, Int32(count), Int64(offset))
                return (result, bytes)
            }
            for (count, offset) in [(page - 8, 4 * page + 4), (10, 5 * page), (page, 3 * page + 100), (3 * page, page)]
            {
                let (result, bytes) = try read(count, at: offset)
                #expect(result == SQLITE_OK && bytes == Array(whole[offset..<offset + count]), "\(count) at \(offset)")
            }
            let (behind, zeros) = try read(page, at: whole.count)
            #expect(behind == 522 && zeros.allSatisfy { $0 == 0 }, "SQLITE_IOERR_SHORT_READ")
            try Self.flip((4 * page + 1_000) * 8, of: path)
            for (count, offset) in [(page - 8, 4 * page + 4), (10, 4 * page), (page, 3 * page + 100)] {
                #expect(try read(count, at: offset).0 == 8_202, "SQLITE_IOERR_DATA, \(count) at \(offset)")
            }
        }
    }

    @Test("a page that became zero is found")
    func zeroed() throws {
        try Self.withFolder { folder in
            let path = folder + "/things.sqlite"
            let queue = try CheckedDatabase.queue(path, Self.walConfiguration())
            try queue.write {
                try Self.make($0)
                try Self.fill($0, rows: 0..<200)
            }
            // Free pages at the end, of which some were never written to the file.
            try queue.write { try $0.execute(sql: "DELETE FROM thing WHERE number > 20") }
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try queue.close()
            #expect(try PageFile.findings(in: path, limit: 9) == [])
            let url = URL(fileURLWithPath: path)
            let whole = try Data(contentsOf: url)
            let page = Int(page_sums_page)
            for number in [2, whole.count / page - 1] {
                var zeroed = whole
                zeroed.replaceSubrange(number * page..<(number + 1) * page, with: Data(count: page))
                try zeroed.write(to: url)
                let found = try PageFile.findings(in: path, limit: 9)
                #expect(found.map { $0.contains("page \(number + 1):") } == [true])
            }
        }
    }

    @Test(
        "a transaction larger than memory, whose pages are written over before it is committed, is read and committed")
    func spilled() throws {
        try Self.withFolder { folder in
            var configuration = Self.walConfiguration()
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = 10") }
            let queue = try CheckedDatabase.queue(folder + "/things.sqlite", configuration)
            try queue.write(Self.make)
            for _ in 0..<3 {
                try queue.write { db in
                    for _ in 0..<3 {
                        try Self.fill(db, rows: 0..<200)
                        _ = try Self.image(db)
                    }
                }
                try? queue.write { db in
                    for _ in 0..<2 { try Self.fill(db, rows: 100..<300) }
                    throw CancellationError()
                }
                #expect(try queue.read(Self.image).count == 400)
            }
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            #expect(try queue.read(Self.image).count == 400)
        }
    }

    @Test("a bit flipped in the write-ahead log is not served, not worked into the file, and found behind a crash")
    func flippedLog() throws {
        try Self.withFolder { folder in
            let path = folder + "/things.sqlite"
            let pool = try CheckedDatabase.pool(path, Self.walConfiguration())
            try pool.write(Self.make)
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try pool.write { try Self.fill($0, rows: 0..<60) }
            let before = try pool.read(Self.image)
            try pool.write { try Self.fill($0, rows: 60..<120) }
            let image = try pool.read(Self.image)
            let seed = UInt64.random(in: 0...UInt64.max)
            var random = SplitMix64(seed: seed)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path + "-wal")).count
            let frame = Int(page_sums_page) + 24
            var (refused, found) = (0, 0)
            for place in 0..<(bytes - 32) / frame {
                let bit = (32 + place * frame) * 8 + Int.random(in: 0..<frame * 8, using: &random)
                try Self.flip(bit, of: path + "-wal")
                do {
                    let told = try StoreError.translating("it") {
                        // One that has nothing in memory yet.
                        try CheckedDatabase.queue(path, Self.walConfiguration()).read(Self.image)
                    }
                    #expect(told == image, "bit \(bit), seed \(seed)")
                } catch let error as StoreError {
                    #expect(error.code == .damaged, "bit \(bit), seed \(seed): \(error)")
                    refused += 1
                }
                // As after a crash: another folder has the same files.
                let copy = folder + "/copy.sqlite"
                for end in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + end, toPath: copy + end) }
                if let finding = try WriteAheadLog.finding(beside: copy) {
                    #expect(finding.contains("frame \(place + 1)"), "bit \(bit), seed \(seed): \(finding)")
                    found += 1
                }
                // What is read of it is what was at some commit.
                let told = try CheckedDatabase.queue(copy).read { db in
                    try db.tableExists("thing") ? try Self.image(db) : []
                }
                #expect([[], before, image].contains(told), "bit \(bit), seed \(seed)")
                for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + end) }
                try Self.flip(bit, of: path + "-wal")
            }
            #expect(refused > 0 && found > 0)
            try Self.flip((bytes - 500) * 8, of: path + "-wal")
            #expect(throws: DatabaseError.self) {
                try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            }
        }
    }

    @Test("a header of a write-ahead log that is altered is found")
    func flippedHeader() throws {
        try Self.withFolder { folder in
            let path = folder + "/things.sqlite"
            let queue = try CheckedDatabase.queue(path, Self.walConfiguration())
            try queue.write(Self.make)
            for bit in 0..<32 * 8 {
                try Self.flip(bit, of: path + "-wal")
                #expect(try WriteAheadLog.finding(beside: path) != nil, "bit \(bit)")
                try Self.flip(bit, of: path + "-wal")
            }
            #expect(try WriteAheadLog.finding(beside: path) == nil)
        }
    }

    @Test("a file of an earlier version is written anew with sums, what lies beside it too", arguments: [false, true])
    func earlier(isCrashed: Bool) throws {
        try Self.withFolder { folder in
            let (made, path) = (folder + "/made.sqlite", folder + "/things.sqlite")
            let queue = try DatabaseQueue(path: made)
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try queue.write {
                try Self.make($0)
                try Self.fill($0, rows: 0..<100)
            }
            let image = try queue.read(Self.image)
            if !isCrashed { try queue.close() }
            for end in ["", "-wal"] where FileManager.default.fileExists(atPath: made + end) {
                try FileManager.default.copyItem(atPath: made + end, toPath: path + end)
            }
            // What a try before this left.
            try Data("half of it".utf8).write(to: URL(fileURLWithPath: path + ".summed"))
            #expect(try PageFile.findings(in: path, limit: 9) == [])
            // Whoever copies it beside a server of before leaves it as it is.
            let beside = try CheckedDatabase.beside(path, CheckedDatabase.configuration())
            try beside.writeWithoutTransaction { try CheckedDatabase.copy($0, to: folder + "/copy.sqlite") }
            try beside.close()
            #expect(try PageFile.kind(of: path) == .unsummed)
            #expect(try PageFile.findings(in: folder + "/copy.sqlite", limit: 9) == [])
            #expect(try CheckedDatabase.queue(folder + "/copy.sqlite").read(Self.image) == image)
            for _ in 0..<2 {
                let anew = try CheckedDatabase.queue(path)
                #expect(try anew.read(Self.image) == image)
                try anew.close()
                #expect(try PageFile.findings(in: path, limit: 9) == [])
            }
        }
    }

    @Test("whatever a file is called", arguments: ["a?b", "a#b", "a%20b", "ä b&c=d"])
    func names(name: String) throws {
        try Self.withFolder { folder in
            try CheckedDatabase.queue(folder + "/" + name).write(Self.make)
            #expect(try PageFile.kind(of: folder + "/" + name) == .summed)
        }
    }
}
