import GRDB
import Throughline
import ThroughlineEngine

/// Types of purpose, in the database.
struct TypeTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func put(_ books: [(organization: UInt32, book: TypeBook)]) throws {
        guard !books.isEmpty else { return }
        let insertion = try RowStatement("INSERT OR REPLACE INTO type_book VALUES (?, ?)", db)
        for (organization, book) in books {
            let bytes = try book.encoded()
            try insertion.run {
                $0.bind(Int64(organization), at: 1)
                $0.bind(bytes, at: 2)
            }
        }
    }

    func books() throws -> [(organization: UInt32, book: TypeBook)] {
        var books: [(organization: UInt32, book: TypeBook)] = []
        try RowStatement("SELECT organization, book FROM type_book ORDER BY organization", db).forEach {
            _ in
        } read: { row in
            guard let book = TypeBook(bytes: row.bytes(1)) else {
                throw StoreError(
                    .damaged, "types of purpose cannot be read: make the state again with throughline rebuild")
            }
            books.append((UInt32(truncatingIfNeeded: row.number(0)), book))
        }
        return books
    }
}
