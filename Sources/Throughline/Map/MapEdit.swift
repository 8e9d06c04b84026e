/// What somebody says of an organization's journey maps.
public enum MapEdit: Sendable, Equatable {
    /// One more version of a map, or the first. It holds at once, or waits as a proposal for somebody else's approval.
    case publish(MapName, text: String, isProposal: Bool)
    /// A proposal holds from now on.
    case approve(MapName, version: Int)
    /// A proposal never holds.
    case reject(MapName, version: Int)
    /// Purposes that are in one version go on in another.
    case migrate(MapName, from: Int, to: Int)
    /// No purpose is on the map any more, until a version of it holds anew.
    case retire(MapName)

    public var name: MapName {
        switch self {
        case .publish(let name, _, _), .approve(let name, _), .reject(let name, _), .migrate(let name, _, _),
            .retire(let name):
            name
        }
    }
}

/// Who says something, when, and where in the log that stands.
public struct MapSaying: Sendable, Equatable {
    /// The key that said it.
    public var by: String
    public var at: Instant
    /// The place in the log.
    public var position: UInt64

    public init(by: String, at: Instant, position: UInt64) {
        self.by = by
        self.at = at
        self.position = position
    }
}

/// Why what is said of a map has no effect.
public enum MapRefusal: Error, Sendable, Equatable {
    case unknown
    case unknownVersion
    case tooManyMaps
    case tooManyVersions
    case tooManyMigrations
    case tooLarge
    case tooMuch
    case unchanged
    case notProposed
    case ownProposal
    case superseded
    case neverHeld
    case sameVersion
    case retired

    /// A sentence without its end.
    public var reason: String {
        switch self {
        case .unknown: "there is no map of this name"
        case .unknownVersion: "the map has no such version"
        case .tooManyMaps: "an organization has at most \(MapShelf.mapsMax) maps"
        case .tooManyVersions: "a map has at most \(MapHistory.versionsMax) versions: publish under another name"
        case .tooManyMigrations:
            "a map is migrated at most \(MapHistory.migrationsMax) times: publish under another name"
        case .tooLarge: "a map has at most \(JourneyMap.bytesMax) bytes"
        case .tooMuch: "all versions of an organization's maps have at most \(MapShelf.bytesMax) bytes"
        case .unchanged: "the latest version says just this"
        case .notProposed: "this version is no proposal, or was decided on already"
        case .ownProposal: "whoever proposed a version does not approve it: another key does"
        case .superseded: "a later version holds already"
        case .neverHeld: "nobody is in a version that never held"
        case .sameVersion: "they are in this version already"
        case .retired: "the map is retired: publish it anew"
        }
    }
}
