import GRDB
import ThroughlineEngine

extension StoreError {
    /// Does something with a database and says in our words why it did not work.
    static func translating<Result>(_ what: String, _ body: () throws -> Result) throws(StoreError) -> Result {
        do { return try body() } catch let error as StoreError { throw error } catch let error as DatabaseError {
            throw StoreError(code(of: error), "\(what): \(error.message ?? error.resultCode.description)")
        } catch { throw StoreError(.failed, "\(what): \(error)") }
    }

    private static func code(of error: DatabaseError) -> Code {
        switch error.resultCode {
        case .SQLITE_FULL: .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
        case .SQLITE_BUSY, .SQLITE_LOCKED: .inUse
        default: .failed
        }
    }
}

extension DatabaseMigrator {
    /// Brings a database to the present schema; refuses one of a later version.
    func bring(_ database: some DatabaseWriter, path: String) throws(StoreError) {
        try StoreError.translating("\(path) cannot be opened") {
            guard try !database.read({ try hasBeenSuperseded($0) }) else {
                throw StoreError(
                    .newer, "\(path) was written by a later version of throughline: start that one, or restore a backup"
                )
            }
            try migrate(database)
        }
    }
}
