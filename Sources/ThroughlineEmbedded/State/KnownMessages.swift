import Foundation
import GRDB
import ThroughlineEngine

/// Which messages were met in the last 30 days.
///
/// Hashes fall anywhere, so that a table of them would write a page an event. Instead the youngest are in memory, and in the
/// database as they came; of many a sorted run is made, of many runs one longer run, and runs that are too old are removed
/// (O'Neil et al., "The Log-Structured Merge-Tree", 1996). All of it in the transactions of the fold.
struct KnownMessages {
    struct Limits {
        /// So many of the youngest make a run.
        var youngMax = 1 << 18
        /// So many runs of one level are merged into one of the next.
        var runsPerLevel = 8
        /// Runs of this level are not merged any more: 16 million messages.
        var levelMax = 2
        /// Bytes of filters in memory: those of 44 million messages. The runs of older ones are asked page by page.
        var filterBytesMax = 1 << 26
    }

    private var limits: Limits
    private var young = YoungMessages()
    /// The youngest first.
    private(set) var runs: [MessageRun] = []

    /// What is left to be noted in memory when a transaction is through.
    struct Change {
        fileprivate var messages: [StoredMessage]
        /// Nil where they stay as they are.
        fileprivate var runs: [MessageRun]?
    }

    init(_ db: Database, limits: Limits = Limits()) throws {
        self.limits = limits
        runs = withinMemory(try MessageRun.all(in: db))
        let recent = try Data.fetchCursor(db, sql: "SELECT messages FROM message_recent ORDER BY number")
        while let data = try recent.next() {
            data.withUnsafeBytes { bytes in
                for index in 0..<MessagePage.count(bytes) { young.insert(MessagePage.message(index, of: bytes)) }
            }
        }
    }

    /// Whether a message was met in the 30 days before it came.
    func contains(_ message: MessageKey, in db: Database) throws -> Bool {
        if let day = young.day(of: message.hash), StoredMessage.isRecent(day, at: message.day) { return true }
        for run in runs where StoredMessage.isRecent(run.newestDay, at: message.day) {
            if let day = try run.day(of: message.hash, in: db) {
                // Those of older runs are older.
                return StoredMessage.isRecent(day, at: message.day)
            }
        }
        return false
    }

    /// Writes messages into the transaction of the database.
    func adding(_ messages: [MessageKey], today: Int32, in db: Database) throws -> Change {
        let messages = messages.map(StoredMessage.init)
        guard young.count + messages.count >= limits.youngMax else {
            if !messages.isEmpty {
                try db.cachedStatement(sql: "INSERT INTO message_recent (messages) VALUES (?)").execute(
                    arguments: [Data(MessagePage.bytes(of: messages))])
            }
            return Change(messages: messages)
        }
        var all = young
        for message in messages { all.insert(message) }
        var writer = try MessageRun.Writer(level: 0, messages: all.count, in: db)
        for message in all.sorted() { try writer.append(message) }
        var runs = runs
        if let run = try writer.end() { runs.insert(run, at: 0) }
        try db.execute(sql: "DELETE FROM message_recent")
        try removeOld(from: &runs, today: today, in: db)
        for level in 0..<limits.levelMax { try merge(level, of: &runs, today: today, in: db) }
        return Change(messages: [], runs: withinMemory(runs))
    }

    /// Notes what a transaction wrote, now that it is through.
    mutating func adopt(_ change: Change) {
        if let runs = change.runs {
            self.runs = runs
            young = YoungMessages()
        }
        for message in change.messages { young.insert(message) }
    }

    private func removeOld(from runs: inout [MessageRun], today: Int32, in db: Database) throws {
        for run in runs where !StoredMessage.isRecent(run.newestDay, at: today) { try run.remove(from: db) }
        runs.removeAll { !StoredMessage.isRecent($0.newestDay, at: today) }
    }

    /// Makes one of the runs of a level where there are enough of them.
    private func merge(_ level: Int, of runs: inout [MessageRun], today: Int32, in db: Database) throws {
        let parts = runs.filter { $0.level == level }
        guard parts.count >= limits.runsPerLevel else { return }
        var readers = try parts.map { try MessageRun.Reader($0, in: db) }
        let most = parts.reduce(0) { $0 + $1.firsts.count * MessagePage.messagesMax }
        var writer = try MessageRun.Writer(level: level + 1, messages: most, in: db)
        while let least = readers.lazy.compactMap(\.message?.hash).min() {
            var day: UInt16 = 0
            for index in readers.indices where readers[index].message?.hash == least {
                day = max(day, readers[index].message!.day)
                try readers[index].advance()
            }
            guard StoredMessage.isRecent(day, at: today) else { continue }
            try writer.append(StoredMessage(hash: least, day: day))
        }
        let merged = try writer.end()
        for part in parts { try part.remove(from: db) }
        runs.removeAll { $0.level == level }
        // Runs of higher levels are older: a level is merged whole.
        if let merged { runs.insert(merged, at: runs.firstIndex { $0.level > level } ?? runs.endIndex) }
    }

    /// Runs without the filters that there is no room for: the oldest go without.
    private func withinMemory(_ runs: [MessageRun]) -> [MessageRun] {
        var rest = limits.filterBytesMax
        return runs.map { run in
            var run = run
            rest -= run.filter?.byteCount ?? 0
            if rest < 0 { run.filter = nil }
            return run
        }
    }
}
