/// A journey map with all its versions: what each says, since when it holds, and who moved on from one to another.
///
/// A purpose stays in the version that held when its first event came, until somebody migrates that one; see
/// ``version(ofPurposeSince:)``. Nothing of that is kept with the purpose.
public struct MapHistory: Sendable, Equatable {
    /// Versions of one map, those that never held among them.
    public static let versionsMax = 256
    /// Migrations of one map.
    public static let migrationsMax = 256

    /// What a map was said to be.
    public struct Version: Sendable, Equatable {
        /// From 1 on.
        public let number: Int
        /// YAML, as it was sent.
        public let text: String
        public let published: MapSaying
        public internal(set) var standing: Standing

        /// The place in the log from which it holds; nil where it never did.
        public var since: UInt64? {
            switch standing {
            case .holds(let approved): (approved ?? published).position
            case .proposed, .rejected: nil
            }
        }

        package init(number: Int, text: String, published: MapSaying, standing: Standing) {
            self.number = number
            self.text = text
            self.published = published
            self.standing = standing
        }
    }

    public enum Standing: Sendable, Equatable {
        /// It waits for somebody's approval.
        case proposed
        case rejected(MapSaying)
        /// It holds for what comes, or did before a later version: since it was approved, where that was asked for.
        case holds(approved: MapSaying?)
    }

    /// Purposes that are in one version go on in another.
    public struct Migration: Sendable, Equatable {
        public let from: Int
        public let to: Int
        public let said: MapSaying

        package init(from: Int, to: Int, said: MapSaying) {
            self.from = from
            self.to = to
            self.said = said
        }
    }

    public let name: MapName
    /// By number.
    public private(set) var versions: [Version] = []
    /// In the order in which they were said.
    public private(set) var migrations: [Migration] = []
    /// Who retired it last; nil where it is not retired.
    public private(set) var retired: MapSaying?

    init(name: MapName) { self.name = name }

    /// Takes over what was kept.
    ///
    /// - Returns: nil where numbers are not 1, 2, 3 and so on, or lead nowhere.
    package init?(name: MapName, versions: [Version], migrations: [Migration], retired: MapSaying?) {
        guard versions.enumerated().allSatisfy({ $1.number == $0 + 1 }),
            migrations.allSatisfy({ versions.indices.contains($0.from - 1) && versions.indices.contains($0.to - 1) })
        else { return nil }
        self.name = name
        self.versions = versions
        self.migrations = migrations
        self.retired = retired
    }

    /// The version of a number; nil where there is none.
    public func version(_ number: Int) -> Version? {
        versions.indices.contains(number - 1) ? versions[number - 1] : nil
    }

    /// The version that purposes enter which begin now; nil where none ever held. A later version that holds has a greater number.
    public var current: Version? { versions.last { $0.since != nil } }

    /// Bytes of all its versions.
    var byteCount: Int { versions.reduce(0) { $0 + $1.text.utf8.count } }

    /// The version that a purpose is in: the one that held when its first event came, or else the first that did, and from there
    /// wherever those who were in it were migrated since.
    ///
    /// - Parameter position: where in the log that event lies.
    /// - Returns: nil where no version ever held.
    /// - Complexity: O(versions + migrations).
    public func version(ofPurposeSince position: UInt64) -> Int? {
        let held = versions.filter { $0.since != nil }
        guard var number = (held.last { $0.since! <= position } ?? held.first)?.number else { return nil }
        for migration in migrations where migration.said.position > position && migration.from == number {
            number = migration.to
        }
        return number
    }

    // MARK: What people say

    /// Why what somebody says has no effect; nil where it has one.
    func refusal(of edit: MapEdit, by key: String) -> MapRefusal? {
        switch edit {
        case .publish(_, let text, _):
            if versions.count >= MapHistory.versionsMax { return .tooManyVersions }
            guard let last = versions.last, retired == nil, last.text.utf8.elementsEqual(text.utf8) else { return nil }
            if case .rejected = last.standing { return nil }
            return .unchanged
        case .approve(_, let number):
            guard let version = version(number) else { return .unknownVersion }
            if version.standing != .proposed { return .notProposed }
            if version.published.by == key { return .ownProposal }
            return current.map { $0.number > number } ?? false ? .superseded : nil
        case .reject(_, let number):
            guard let version = version(number) else { return .unknownVersion }
            return version.standing == .proposed ? nil : .notProposed
        case .migrate(_, let from, let to):
            guard let old = version(from), let new = version(to) else { return .unknownVersion }
            if old.since == nil || new.since == nil { return .neverHeld }
            if from == to { return .sameVersion }
            if retired != nil { return .retired }
            return migrations.count >= MapHistory.migrationsMax ? .tooManyMigrations : nil
        case .retire: return retired == nil ? nil : .retired
        }
    }

    /// Does what somebody says, which is not refused.
    mutating func apply(_ edit: MapEdit, said: MapSaying) {
        switch edit {
        case .publish(_, let text, let isProposal):
            versions.append(
                Version(
                    number: versions.count + 1, text: text, published: said,
                    standing: isProposal ? .proposed : .holds(approved: nil)))
            if !isProposal { retired = nil }
        case .approve(_, let number):
            versions[number - 1].standing = .holds(approved: said)
            retired = nil
        case .reject(_, let number): versions[number - 1].standing = .rejected(said)
        case .migrate(_, let from, let to): migrations.append(Migration(from: from, to: to, said: said))
        case .retire: retired = said
        }
    }
}
