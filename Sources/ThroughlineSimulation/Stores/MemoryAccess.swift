import Synchronization
import ThroughlineEngine

/// Organizations, sources and keys in memory.
public final class MemoryAccess: Access {
    private let state = Mutex(State())

    private struct State {
        var organizations = 0
        var sources: [Source] = []
        var grants: [KeyHash: Grant] = [:]
    }

    public init() {}

    public func grant(for key: KeyHash) -> Grant? { state.withLock { $0.grants[key] } }

    public var isFounded: Bool { state.withLock { $0.organizations > 0 } }

    @discardableResult
    public func found(
        _ organization: String, source: Source.Draft, keys: [(hash: KeyHash, scopes: Set<Scope>, isWrite: Bool)]
    ) -> Source {
        let number = state.withLock { state in
            state.organizations += 1
            return UInt32(state.organizations)
        }
        let source = add(source, organization: number)
        for key in keys {
            add(key.hash, organization: number, source: key.isWrite ? source.number : nil, scopes: key.scopes)
        }
        return source
    }

    public func add(_ source: Source.Draft, organization: UInt32) -> Source {
        state.withLock { state in
            state.sources.append(
                Source(
                    number: UInt32(state.sources.count + 1), organization: organization, name: source.name,
                    kind: source.kind))
            return state.sources.last!
        }
    }

    public func add(_ key: KeyHash, organization: UInt32, source: UInt32?, scopes: Set<Scope>) {
        state.withLock { state in
            state.grants[key] = Grant(
                organization: organization, source: state.sources.first { $0.number == source }, scopes: scopes)
        }
    }

    public func revoke(_ key: KeyHash) -> Bool { state.withLock { $0.grants.removeValue(forKey: key) != nil } }

    public func sources(of organization: UInt32) -> [Source] {
        state.withLock { $0.sources.filter { $0.organization == organization } }
    }

    public func organization(ofSource source: UInt32) -> UInt32? {
        state.withLock { $0.sources.first { $0.number == source }?.organization }
    }
}
