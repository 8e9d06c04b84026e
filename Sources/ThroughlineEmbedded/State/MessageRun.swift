import Foundation
import GRDB

/// Messages that were met, by hash, in pages of the database; where each page begins and a filter are in memory.
struct MessageRun {
    var number: Int64
    /// How often runs were merged to make it.
    var level: Int
    var firstPage: Int64
    var newestDay: UInt16
    /// The first hash of each page, ascending.
    var firsts: [UInt64]
    var filter: BloomFilter?

    /// The day when a message was taken; nil where it is not in this run.
    func day(of hash: UInt64, in db: Database) throws -> UInt16? {
        guard filter?.contains(hash) ?? true, let page = page(of: hash) else { return nil }
        return try RowStatement("SELECT messages FROM message_page WHERE number = ?", db).first {
            $0.bind(firstPage + Int64(page), at: 1)
        } read: {
            MessagePage.day(of: hash, in: $0.bytes(0))
        } ?? nil
    }

    /// The only page that a hash can be in.
    private func page(of hash: UInt64) -> Int? {
        var low = 0
        var high = firsts.count
        while low < high {
            let middle = (low + high) / 2
            if firsts[middle] <= hash { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}

extension MessageRun {
    /// The runs of a database, the youngest first.
    static func all(in db: Database) throws -> [MessageRun] {
        try Row.fetchAll(db, sql: "SELECT * FROM message_run ORDER BY number DESC").map { row in
            MessageRun(
                number: row["number"], level: row["level"], firstPage: row["first_page"],
                newestDay: UInt16(clamping: row["newest_day"] as Int64),
                firsts: words(row["firsts"]), filter: BloomFilter(words: words(row["filter"])))
        }
    }

    private static func words(_ data: Data) -> [UInt64] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
    }

    private static func data(_ words: [UInt64]) -> Data {
        words.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }

    /// Removes the run and its pages.
    func remove(from db: Database) throws {
        try db.execute(
            sql: "DELETE FROM message_page WHERE number BETWEEN ? AND ?",
            arguments: [firstPage, firstPage + Int64(firsts.count) - 1])
        try db.execute(sql: "DELETE FROM message_run WHERE number = ?", arguments: [number])
    }

    /// Writes a run of messages that come in the order of their hashes.
    struct Writer {
        private let db: Database
        private let insertion: Statement
        private var run: MessageRun
        private var filter: BloomFilter
        private var page: [StoredMessage] = []

        /// - Parameter messages: at least as many as will come.
        init(level: Int, messages: Int, in db: Database) throws {
            self.db = db
            insertion = try db.cachedStatement(sql: "INSERT INTO message_page VALUES (?, ?)")
            let number = try Int64.fetchOne(db, sql: "SELECT coalesce(max(number), 0) + 1 FROM message_run")!
            let page = try Int64.fetchOne(db, sql: "SELECT coalesce(max(number), 0) + 1 FROM message_page")!
            run = MessageRun(number: number, level: level, firstPage: page, newestDay: 0, firsts: [])
            filter = BloomFilter(keys: messages)
        }

        mutating func append(_ message: StoredMessage) throws {
            page.append(message)
            filter.insert(message.hash)
            run.newestDay = max(run.newestDay, message.day)
            if page.count == MessagePage.messagesMax { try endPage() }
        }

        private mutating func endPage() throws {
            guard let first = page.first else { return }
            try insertion.execute(
                arguments: [run.firstPage + Int64(run.firsts.count), Data(MessagePage.bytes(of: page))])
            run.firsts.append(first.hash)
            page.removeAll(keepingCapacity: true)
        }

        /// The run, whole; nil where no message came.
        mutating func end() throws -> MessageRun? {
            try endPage()
            guard !run.firsts.isEmpty else { return nil }
            run.filter = filter
            try db.execute(
                sql: "INSERT INTO message_run VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    run.number, run.level, run.firstPage, run.newestDay, MessageRun.data(run.firsts),
                    MessageRun.data(filter.words),
                ])
            return run
        }
    }

    /// Reads the messages of a run in the order of their hashes.
    struct Reader {
        private let pages: DatabaseCursor
        private var page = Data()
        private var next = 0
        private(set) var message: StoredMessage?

        private typealias DatabaseCursor = FastDatabaseValueCursor<Data>

        init(_ run: MessageRun, in db: Database) throws {
            pages = try Data.fetchCursor(
                db, sql: "SELECT messages FROM message_page WHERE number BETWEEN ? AND ? ORDER BY number",
                arguments: [run.firstPage, run.firstPage + Int64(run.firsts.count) - 1])
            try advance()
        }

        mutating func advance() throws {
            while next == page.withUnsafeBytes(MessagePage.count) {
                guard let more = try pages.next() else {
                    message = nil
                    return
                }
                page = more
                next = 0
            }
            message = page.withUnsafeBytes { MessagePage.message(next, of: $0) }
            next += 1
        }
    }
}
