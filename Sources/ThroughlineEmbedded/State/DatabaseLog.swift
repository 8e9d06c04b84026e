import Foundation
import GRDB
import Synchronization

/// The log beside a database (its WAL), kept from growing without end.
///
/// SQLite begins the log at its start again only where nobody reads from it at that moment. Under a fold there is always somebody who
/// does: the log grew to five times the database. So beyond a size the fold waits until who reads has finished; whoever begins
/// meanwhile reads the file alone and is not waited for.
final class DatabaseLog: Sendable {
    /// Bytes beyond which it is begun anew.
    static let bytesMax = 256 << 20
    /// Seconds that are waited for those who read.
    static let patience = 0.25
    /// Commits after which it is tried again where somebody reads for longer, or the disk does not take it.
    static let commitsBetween = 64

    private let path: String
    private let bytesMax: Int
    /// Commits before it is tried again.
    private let pause = Mutex(0)

    init(of path: String, bytesMax: Int = DatabaseLog.bytesMax) {
        self.path = path + "-wal"
        self.bytesMax = bytesMax
    }

    /// Bytes that it has.
    var size: Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Works the log into the file and begins it anew, where it has grown too long and nobody reads for too long. Behind each commit,
    /// which is in the log whatever comes of this: so it does not fail.
    func keepShort(of pool: DatabasePool) {
        pause.withLock { pause in
            pause = max(0, pause - 1)
            guard pause == 0, size > bytesMax else { return }
            do {
                try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            } catch {
                pause = DatabaseLog.commitsBetween
            }
        }
    }
}
