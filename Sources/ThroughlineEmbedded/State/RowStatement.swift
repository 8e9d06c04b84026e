import GRDB
import GRDBSQLite

/// A statement that runs once an event: numbers and texts go in and out without boxes.
struct RowStatement {
    private let database: Database
    private let statement: Statement

    /// - Parameter sql: one statement; prepared the first time only.
    init(_ sql: String, _ database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(sql: sql)
    }

    /// Runs it to its end.
    ///
    /// - Parameter bind: binds the parameters; those left out are NULL.
    func run(_ bind: (Row) -> Void) throws {
        _ = try first(bind) { _ in }
    }

    /// Reads the first row; nil where there is none.
    func first<Value>(_ bind: (Row) -> Void, read: (Row) throws -> Value) throws -> Value? {
        try run(bind) { row in try step(row) ? try read(row) : nil }
    }

    /// Reads all rows.
    func forEach(_ bind: (Row) -> Void, read: (Row) throws -> Void) throws {
        try run(bind) { row in while try step(row) { try read(row) } }
    }

    private func run<Value>(_ bind: (Row) -> Void, _ body: (Row) throws -> Value) throws -> Value {
        let row = Row(statement: statement.sqliteStatement)
        defer {
            sqlite3_reset(row.statement)
            sqlite3_clear_bindings(row.statement)
        }
        bind(row)
        return try body(row)
    }

    /// Goes to the next row; false behind the last.
    private func step(_ row: Row) throws -> Bool {
        switch sqlite3_step(row.statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)),
                message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
        }
    }

    /// The parameters, then the columns, of a statement that runs. Parameters are counted from 1, columns from 0.
    struct Row {
        fileprivate let statement: SQLiteStatement

        func bind(_ number: Int64, at parameter: Int32) { sqlite3_bind_int64(statement, parameter, number) }

        func bind(_ text: String, at parameter: Int32) {
            var text = text
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    _ = sqlite3_bind_text(statement, parameter, $0.baseAddress, Int32($0.count), RowStatement.copied)
                }
            }
        }

        func bind(_ bytes: [UInt8], at parameter: Int32) {
            bytes.withUnsafeBytes {
                _ = sqlite3_bind_blob(statement, parameter, $0.baseAddress, Int32($0.count), RowStatement.copied)
            }
        }

        /// Binds numbers from the first parameter on.
        func bind<each Number: BinaryInteger>(_ number: repeat each Number) {
            var parameter: Int32 = 0
            for number in repeat each number {
                parameter += 1
                bind(Int64(number), at: parameter)
            }
        }

        func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
        func number(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

        /// A text.
        func text(_ column: Int32) -> String {
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_text(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
            return String(decoding: bytes, as: UTF8.self)
        }

        /// The bytes of a blob, for as long as the row is read.
        func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
            let start = sqlite3_column_blob(statement, column)
            return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
        }
    }

    /// Says that a text may be gone after it was bound: SQLITE_TRANSIENT.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
