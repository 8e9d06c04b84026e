import Throughline

/// All sources and keys, as a value: what may be changed is decided here, whatever keeps them.
public struct AccessBook: Sendable {
    public var sources: [UInt32: Source] = [:]
    public var keys: [KeyHash: Key] = [:]

    public init() {}

    public func grant(for hash: KeyHash, at now: Instant) -> Grant? {
        guard let key = keys[hash], key.holds(at: now) else { return nil }
        return Grant(
            key: key.id, organization: key.organization, source: key.source.flatMap { sources[$0] }, scopes: key.scopes)
    }

    public func sources(of organization: UInt32) -> [Source] {
        sources.values.filter { $0.organization == organization }.sorted { $0.number < $1.number }
    }

    /// Those that have not expired, in the order they were made.
    public func keys(of organization: UInt32, at now: Instant) -> [Key] {
        keys.values.filter { $0.organization == organization && $0.holds(at: now) }.sorted {
            ($0.createdAt?.millisecondsSince1970 ?? .min, $0.id.text)
                < ($1.createdAt?.millisecondsSince1970 ?? .min, $1.id.text)
        }
    }

    /// The key of an id, while it holds.
    public func key(_ id: KeyID, organization: UInt32, at now: Instant) throws(AccessError) -> (hash: KeyHash, key: Key)
    {
        let found = keys.first { $0.value.id == id && $0.value.organization == organization }
        guard let found, found.value.holds(at: now) else { throw .unknownKey }
        return (found.key, found.value)
    }
}

extension AccessBook {
    /// Whether a source may be made.
    public func check(_ draft: Source.Draft, organization: UInt32) throws(AccessError) {
        let present = sources(of: organization)
        guard !present.contains(where: { $0.name == draft.name }) else { throw .nameTaken }
        guard present.count < Source.countMax else { throw .tooManySources(max: Source.countMax) }
    }

    /// Whether a key may be made.
    public func check(_ draft: Key.Draft, organization: UInt32, at now: Instant) throws(AccessError) {
        guard keys(of: organization, at: now).count < Key.countMax else { throw .tooManyKeys(max: Key.countMax) }
        guard draft.scopes.contains(.write) == (draft.source != nil) else { throw .sourceWithoutWrite }
        guard let number = draft.source else { return }
        guard let source = sources[number], source.organization == organization else { throw .unknownSource }
        guard source.kind != .browser || draft.scopes == [.write] else { throw .browserKeyOnlyWrites }
    }

    /// The hash of a key that may be revoked.
    public func checkRevoking(_ id: KeyID, organization: UInt32, at now: Instant) throws(AccessError) -> KeyHash {
        let (hash, key) = try key(id, organization: organization, at: now)
        let isLast = !keys.values.contains {
            $0.organization == organization && $0.id != id && $0.administersForGood
        }
        if key.administersForGood, isLast { throw .lastAdministrator }
        return hash
    }
}
