import Foundation
import GRDB
import Testing
import ThroughlineEngine

@testable import ThroughlineEmbedded

@Suite("the schema")
struct SchemaTests {
    /// The tables of a schema, without comments and with one blank for many.
    private static func tables(_ sql: String) -> Set<String> {
        let lines = sql.split(separator: "\n").filter { !$0.hasPrefix("--") }
        let statements = lines.joined(separator: " ").split(separator: ";")
        return Set(
            statements.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.filter { !$0.isEmpty })
    }

    private static func made(by migrator: DatabaseMigrator) throws -> Set<String> {
        let queue = try DatabaseQueue()
        try migrator.migrate(queue)
        return try queue.read { db in
            Set(
                try String.fetchAll(
                    db,
                    sql:
                        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'grdb%' AND name <> 'sqlite_sequence'"
                ).flatMap { tables($0) })
        }
    }

    @Test("is the one that the documents show")
    func documented() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        let text = try String(contentsOf: root.appending(path: "docs/schema.sql"), encoding: .utf8)
        let made = try Self.made(by: StateSchema.migrator).union(try Self.made(by: AccessSchema.migrator)).union(
            try Self.made(by: ReadingSchema.migrator))
        #expect(Self.tables(text) == made)
        #expect(made.count == 43)
    }

    @Test("names every table that the fold fills among those that another model empties")
    func emptied() throws {
        let queue = try DatabaseQueue()
        try StateSchema.migrator.migrate(queue)
        let tables = try queue.read { db in
            try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'grdb%'")
        }
        #expect(Set(StateSchema.emptied) == Set(tables).subtracting(StateSchema.kept + ["fold"]))
    }

    @Test("a page of people is read where it lies, and not sorted out of everybody")
    func pages() throws {
        let queue = try DatabaseQueue()
        try StateSchema.migrator.migrate(queue)
        let plan = try queue.read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + IdentityTables.peopleOfOrganization, arguments: [0, 1, 9]
            ).map { $0["detail"] as String }
        }
        #expect(plan.count == 1 && plan[0].contains("INTEGER PRIMARY KEY"), "\(plan)")
    }

    @Test("of a later version is refused, and the file stays as it is")
    func downgrade() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "state.sqlite").path
        _ = try SQLiteProfiles(path: path)
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 from tomorrow')") }
        let error = #expect(throws: StoreError.self) { _ = try SQLiteProfiles(path: path) }
        #expect(error?.code == .newer)
        #expect(error?.message.contains("later version") == true)
    }
}
