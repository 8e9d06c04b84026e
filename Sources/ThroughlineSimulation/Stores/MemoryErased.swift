import Synchronization
import ThroughlineEngine

/// The list of the erased in memory.
public final class MemoryErased: ErasedRecords {
    private let state = Mutex((all: [LogPosition](), begun: [LogPosition]()))

    public init() {}

    /// All that were ever begun.
    public var all: [LogPosition] { state.withLock { $0.all } }

    public func begin(_ positions: [LogPosition], record: (LogPosition) throws -> [UInt8]) throws {
        for position in positions { _ = try record(position) }
        state.withLock { state in
            state.all += positions
            state.begun += positions
        }
    }

    public func finish() { state.withLock { $0.begun = [] } }

    public var unfinished: [LogPosition] { state.withLock { $0.begun } }
}
