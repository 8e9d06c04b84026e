import Synchronization
import Throughline
import ThroughlineEngine

/// Organizations, sources and keys in memory.
public final class MemoryAccess: Access {
    private let state = Mutex(State())

    private struct State {
        var organizations: UInt32 = 0
        var book = AccessBook()

        mutating func insert(_ draft: Source.Draft, organization: UInt32) -> Source {
            let source = Source(
                number: UInt32(book.sources.count + 1), organization: organization, name: draft.name, kind: draft.kind)
            book.sources[source.number] = source
            return source
        }

        mutating func insert(_ draft: Key.Draft, hash: KeyHash, organization: UInt32, at now: Instant) -> Key {
            let key = Key(draft, id: .make(), organization: organization, createdAt: now)
            book.keys[hash] = key
            return key
        }
    }

    public init() {}

    public func grant(for key: KeyHash, at now: Instant) -> Grant? {
        state.withLock { $0.book.grant(for: key, at: now) }
    }

    public var isFounded: Bool { state.withLock { $0.organizations > 0 } }

    @discardableResult
    public func found(
        _ organization: String, source: Source.Draft, keys: [(hash: KeyHash, draft: Key.Draft)], at now: Instant
    ) -> Source {
        state.withLock { state in
            state.organizations += 1
            let source = state.insert(source, organization: state.organizations)
            for (hash, draft) in keys {
                var draft = draft
                draft.source = draft.scopes.contains(.write) ? source.number : nil
                _ = state.insert(draft, hash: hash, organization: state.organizations, at: now)
            }
            return source
        }
    }

    public func add(_ source: Source.Draft, organization: UInt32) throws(AccessError) -> Source {
        try state.withLock { state throws(AccessError) in
            try state.book.check(source, organization: organization)
            return state.insert(source, organization: organization)
        }
    }

    public func add(
        _ key: Key.Draft, hash: KeyHash, organization: UInt32, at now: Instant
    ) throws(AccessError) -> Key {
        try state.withLock { state throws(AccessError) in
            try state.book.check(key, organization: organization, at: now)
            return state.insert(key, hash: hash, organization: organization, at: now)
        }
    }

    public func rotate(
        _ id: KeyID, to hash: KeyHash, ending: String?, organization: UInt32, at now: Instant, oldUntil end: Instant
    ) throws(AccessError) -> (new: Key, old: Key?) {
        try state.withLock { state throws(AccessError) in
            let old = try state.book.key(id, organization: organization, at: now)
            let draft = old.key.successor(ending: ending)
            if end > now { try state.book.check(draft, organization: organization, at: now) }
            let new = state.insert(draft, hash: hash, organization: organization, at: now)
            let left = old.key.ending(by: end)
            state.book.keys[old.hash] = left.holds(at: now) ? left : nil
            return (new, state.book.keys[old.hash])
        }
    }

    public func revoke(_ id: KeyID, organization: UInt32, at now: Instant) throws(AccessError) {
        try state.withLock { state throws(AccessError) in
            let hash = try state.book.checkRevoking(id, organization: organization, at: now)
            state.book.keys[hash] = nil
        }
    }

    public func sources(of organization: UInt32) -> [Source] { state.withLock { $0.book.sources(of: organization) } }

    public func keys(of organization: UInt32, at now: Instant) -> [Key] {
        state.withLock { $0.book.keys(of: organization, at: now) }
    }

    public func source(_ number: UInt32) -> Source? { state.withLock { $0.book.sources[number] } }
}
