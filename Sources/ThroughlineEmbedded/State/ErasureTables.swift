import GRDB
import Throughline
import ThroughlineEngine

/// What is erased of people, in the database.
struct ErasureTables {
    private let db: Database

    init(_ db: Database) { self.db = db }

    /// Takes somebody out of all tables, and notes which records of the log have her yet.
    ///
    /// - Returns: how many events were on timelines.
    func erase(_ erasure: Erasure) throws -> Int {
        let entries = try TimelineChains(db).entries(of: erasure.strands)
        let waiting = try RowStatement("INSERT OR IGNORE INTO erasing VALUES (?, ?)", db)
        func wait(_ position: Int64) throws { try waiting.run { $0.bind(position, erasure.request.rawValue) } }
        for entry in entries { try wait(Int64(entry.key.position.rawValue)) }
        let mentions = try RowStatement("SELECT position FROM mention WHERE name = ?", db)
        for name in erasure.names {
            var found: [Int64] = []
            try mentions.forEach {
                $0.bind(Int64(bitPattern: name), at: 1)
            } read: {
                found.append($0.number(0))
            }
            for position in found { try wait(position) }
        }
        try delete("timeline", "position", entries.map { Int64($0.key.position.rawValue) })
        try delete("mention", "name", erasure.names.map { Int64(bitPattern: $0) })
        try LinkTable(db).erase(Set(erasure.strands + erasure.identifiers).sorted())
        let strands = erasure.strands.map { Int64($0.rawValue) }
        for (table, column) in [
            ("late", "strand"), ("correction", "strand"), ("strand", "number"), ("purpose_change", "strand"),
            ("trait", "strand"), ("name_word", "strand"), ("segment_listed", "strand"),
        ] {
            try delete(table, column, strands)
        }
        let all = Set(strands + erasure.identifiers.map { Int64($0.rawValue) }).sorted()
        for (table, column) in [("consent", "strand"), ("person", "profile")] { try delete(table, column, all) }
        try SegmentTable(db).erase(all)
        try delete("identity", "number", erasure.identifiers.map { Int64($0.rawValue) })
        return entries.count
    }

    private func delete(_ table: String, _ column: String, _ numbers: [Int64]) throws {
        let deletion = try RowStatement("DELETE FROM \(table) WHERE \(column) = ?", db)
        for number in numbers { try deletion.run { $0.bind(number, at: 1) } }
    }

    func note(_ mentions: [Mention]) throws {
        guard !mentions.isEmpty else { return }
        let noting = try RowStatement("INSERT OR IGNORE INTO mention VALUES (?, ?)", db)
        for mention in mentions {
            try noting.run {
                $0.bind(Int64(bitPattern: mention.name), at: 1)
                $0.bind(Int64(mention.position.rawValue), at: 2)
            }
        }
    }

    func waiting(limit: Int) throws -> [LogPosition] {
        try Int64.fetchAll(db, sql: "SELECT position FROM erasing ORDER BY position LIMIT ?", arguments: [limit]).map {
            LogPosition(UInt64($0))
        }
    }

    func isWaiting(for request: LogPosition) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM erasing WHERE request = ?)", arguments: [Int64(request.rawValue)])!
    }

    func settle(_ records: [LogPosition]) throws {
        try delete("erasing", "position", records.map { Int64($0.rawValue) })
    }

    /// All that waits: by record, where it was asked for.
    func rows() throws -> [(position: Int64, request: Int64)] {
        try Row.fetchAll(db, sql: "SELECT position, request FROM erasing ORDER BY position").map { ($0[0], $0[1]) }
    }

    func put(_ rows: [(position: Int64, request: Int64)]) throws {
        let waiting = try RowStatement("INSERT OR IGNORE INTO erasing VALUES (?, ?)", db)
        for row in rows { try waiting.run { $0.bind(row.position, row.request) } }
    }
}
