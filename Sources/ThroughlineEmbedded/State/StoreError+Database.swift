import GRDB
import ThroughlineEngine

extension StoreError {
    /// Does something with a database and says in our words why it did not work.
    ///
    /// - Parameter remedy: what is to be done where something is not what was written.
    static func translating<Result>(
        _ what: String, remedy: String? = nil, _ body: () throws -> Result
    ) throws(StoreError) -> Result {
        let failure: StoreError
        do { return try body() } catch let error as StoreError { failure = error } catch let error as DatabaseError {
            // SQLite's own words for it are those for a disk that fails.
            let message = isAltered(error) ? "a page is not what was written" : error.message
            failure = StoreError(code(of: error), "\(what): \(message ?? error.resultCode.description)")
        } catch { failure = StoreError(.failed, "\(what): \(error)") }
        guard failure.code == .damaged, let remedy else { throw failure }
        throw StoreError(.damaged, "\(failure.message); \(remedy)")
    }

    private static func code(of error: DatabaseError) -> Code {
        if isAltered(error) { return .damaged }
        return switch error.resultCode {
        case .SQLITE_FULL: .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
        case .SQLITE_BUSY, .SQLITE_LOCKED: .inUse
        default: .failed
        }
    }

    /// Whether a page does not have its sum.
    private static func isAltered(_ error: DatabaseError) -> Bool {
        error.extendedResultCode == .SQLITE_IOERR_DATA
    }
}

extension DatabaseMigrator {
    /// Brings a database to the present schema; refuses one of a later version.
    func bring(_ database: some DatabaseWriter, path: String, remedy: String) throws(StoreError) {
        try StoreError.translating("\(path) cannot be opened", remedy: remedy) {
            guard try !database.read({ try hasBeenSuperseded($0) }) else {
                throw StoreError(
                    .newer, "\(path) was written by a later version of throughline: start that one, or restore a backup"
                )
            }
            try migrate(database)
        }
    }
}
