import Throughline

/// A map beside what is counted of everybody's steps: what it leaves open, how many purposes come by the names of its milestones, and
/// which names come often and are not drawn.
public struct MapCoverage: Sendable {
    /// Names that no milestone draws are told from this share of the purposes on.
    public static let undrawnShareMin = 0.1
    /// And from so many purposes on.
    public static let undrawnPurposesMin = 3
    /// Names that are told of one purpose, those of most purposes first.
    public static let undrawnMax = 20

    /// A drawn purpose and the types that bind to it.
    public struct Purpose: Sendable {
        public let drawn: DrawnPurpose
        /// Numbers of the types; none where there is no such type.
        public internal(set) var types: [UInt16] = []
        /// Purposes of these.
        public internal(set) var purposeCount = 0
        /// One for each drawn milestone; nil for one that has no names.
        public internal(set) var milestones: [Reach?] = []
        public internal(set) var undrawn: [UndrawnName] = []
    }

    /// How many purposes have an event of a milestone's names. Of a milestone with a condition too it is not known how many of them do.
    public struct Reach: Sendable, Equatable {
        /// Of the name that most have.
        public var least: Int
        /// Were there none that have two of its names.
        public var most: Int
    }

    public struct UndrawnName: Sendable, Equatable {
        public var name: String
        public var purposeCount: Int
    }

    /// In the order drawn.
    public private(set) var purposes: [Purpose]

    /// - Complexity: O(names that are counted) for each purpose of the map.
    public init(of map: ReadMap, organization: UInt32, over profiles: some Profiles) throws(StoreError) {
        let book = try profiles.typeBook(of: organization)
        var ids: [String: [UInt16]] = [:]
        for entry in book.entries {
            guard let drawn = book.entry(entry.id).flatMap(map.purpose) else { continue }
            ids[drawn.typeName.lowercased(), default: []].append(entry.id)
        }
        let names = try profiles.stepNames().first { $0.organization == organization }?.names ?? []
        let texts = Dictionary(names.map { ($0.hash, $0.text) }) { first, _ in first }
        purposes = []
        for drawn in map.map.purposes {
            var purpose = Purpose(drawn: drawn)
            let bound = ids[drawn.typeName.lowercased()] ?? []
            purpose.types = Set(bound.map(book.resolved)).sorted()
            let counts = try MapCoverage.counts(bound, organization, profiles)
            purpose.purposeCount = counts.purposes
            purpose.milestones = drawn.milestones.map { MapCoverage.reach(of: $0, counts) }
            purpose.undrawn = MapCoverage.undrawn(of: drawn, counts, texts)
            purposes.append(purpose)
        }
    }

    private struct Reached {
        var purposes = 0
        /// Purposes by the hash of a name.
        var names: [UInt64: Int] = [:]
    }

    private static func counts(
        _ ids: [UInt16], _ organization: UInt32, _ profiles: some Profiles
    ) throws(StoreError) -> Reached {
        var found = Reached()
        guard !ids.isEmpty else { return found }
        let types = ids.map(UInt32.init)
        for (_, tally) in try profiles.tallies(of: organization, .purposes, types: types) {
            found.purposes += Int(tally.count)
        }
        for (key, tally) in try profiles.tallies(of: organization, .reached, types: types) {
            found.names[key.a, default: 0] += Int(tally.count)
        }
        return found
    }

    private static func reach(of milestone: DrawnMilestone, _ counts: Reached) -> Reach? {
        guard !milestone.rule.names.isEmpty else { return nil }
        let reached = milestone.rule.names.map { counts.names[MapEvent.hash(ofName: $0)] ?? 0 }
        return Reach(
            least: milestone.rule.condition == nil ? reached.max() ?? 0 : 0,
            most: min(reached.reduce(0, +), counts.purposes))
    }

    private static func undrawn(
        of drawn: DrawnPurpose, _ counts: Reached, _ texts: [UInt64: String?]
    ) -> [UndrawnName] {
        let known = Set(drawn.milestones.flatMap(\.rule.names).map(MapEvent.hash(ofName:)))
        let least = max(Double(undrawnPurposesMin), Double(counts.purposes) * undrawnShareMin)
        let found: [UndrawnName] = counts.names.compactMap { hash, count in
            guard Double(count) >= least, !known.contains(hash), let name = texts[hash] ?? nil,
                !MapEvent(name: name).isRoutine
            else { return nil }
            return UndrawnName(name: name, purposeCount: count)
        }
        return Array(
            found.sorted { ($1.purposeCount, $0.name) < ($0.purposeCount, $1.name) }.prefix(undrawnMax))
    }
}
