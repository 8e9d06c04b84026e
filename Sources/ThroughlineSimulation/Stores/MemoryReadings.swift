import Synchronization
import Throughline
import ThroughlineEngine

/// Readings in memory, plainly.
public final class MemoryReadings: Readings {
    private let all = Mutex([Reading]())

    public init() {}

    public func note(_ reading: Reading) {
        all.withLock { all in
            all.append(reading)
            let own = all.indices.filter { all[$0].subject == reading.subject }
            if own.count > Reading.perIdentifierMax { all.remove(at: own[0]) }
        }
    }

    public func readings(of identifiers: [IdentifierNumber], limit: Int) -> [Reading] {
        all.withLock { Array($0.reversed().filter { identifiers.contains($0.subject) }.prefix(limit)) }
    }

    public func latestSubjects(limit: Int) -> [IdentifierNumber] {
        all.withLock { Set($0.suffix(limit).map(\.subject)).sorted() }
    }

    public func forget(_ identifiers: [IdentifierNumber]) {
        all.withLock { $0.removeAll { identifiers.contains($0.subject) } }
    }
}
