import Foundation
import GRDB
import Synchronization
import Testing

@testable import ThroughlineEmbedded

@Suite("the log beside a database")
struct DatabaseLogTests {
    private static let bytesMax = 4 << 20

    private func withPool(_ body: (DatabasePool, DatabaseLog, _ path: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "state.sqlite").path
        var configuration = Configuration()
        configuration.busyMode = .timeout(DatabaseLog.patience)
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.write { try $0.execute(sql: "CREATE TABLE blob (id INTEGER PRIMARY KEY, bytes BLOB)") }
        try body(pool, DatabaseLog(of: path, bytesMax: Self.bytesMax), path)
    }

    /// Somebody who may read for longer than one access.
    private static func reader(of path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private func write(_ place: Int, to pool: DatabasePool) throws {
        try pool.write { db in
            try db.execute(sql: "INSERT OR REPLACE INTO blob VALUES (?, randomblob(1000000))", arguments: [place % 8])
        }
    }

    @Test("stays short though somebody reads at every moment")
    func staysShort() throws {
        try withPool { pool, log, path in
            let isOver = Mutex(false)
            let hasRead = DispatchSemaphore(value: 0)
            let reader = Thread {
                // One begins to read before the other has finished.
                guard let queues = try? (0..<2).map({ _ in try Self.reader(of: path) }) else { return }
                var place = 0
                func begin() {
                    try? queues[place].inDatabase { db in
                        try db.execute(sql: "BEGIN")
                        _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM blob")
                    }
                }
                begin()
                while !isOver.withLock({ $0 }) {
                    place = 1 - place
                    begin()
                    try? queues[1 - place].inDatabase { try $0.execute(sql: "COMMIT") }
                    hasRead.signal()
                }
                try? queues[place].inDatabase { try $0.execute(sql: "COMMIT") }
                hasRead.signal()
            }
            reader.start()
            var most = 0
            for place in 0..<60 {
                hasRead.wait()
                try write(place, to: pool)
                log.keepShort(of: pool)
                most = max(most, log.size)
            }
            isOver.withLock { $0 = true }
            #expect(most < 3 * Self.bytesMax, "\(most)")
            #expect(try pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM blob") } == 8)
        }
    }

    @Test("waits for nobody who reads for long, and is short again once that is over")
    func longReader() throws {
        try withPool { pool, log, path in
            let queue = try Self.reader(of: path)
            try queue.inDatabase { db in
                try db.execute(sql: "BEGIN")
                _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM blob")
            }
            for place in 0..<7 {
                try write(place, to: pool)
                log.keepShort(of: pool)
            }
            #expect(log.size > Self.bytesMax)
            #expect(try pool.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM blob") } == 7)
            try queue.inDatabase { try $0.execute(sql: "COMMIT") }
            for _ in 0..<DatabaseLog.commitsBetween { log.keepShort(of: pool) }
            #expect(log.size == 0)
        }
    }
}
