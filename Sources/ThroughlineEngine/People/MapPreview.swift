import Throughline

/// Who would go on in another version of a map, were it migrated now.
public struct MapPreview: Sendable, Equatable {
    /// People who are looked at: all of them, or so many drawn by a hash.
    public static let peopleMax = 1_000
    /// Records of the log that are read for each, where a milestone asks for the properties of an event.
    public static let recordsOfOneMax = 4

    /// Purposes of these that are not over and are in the version.
    public internal(set) var affectedCount = 0
    /// Of the affected ones those that reached a milestone that the other version does not have.
    public internal(set) var losingCount = 0
    /// People who have at least one of the affected.
    public internal(set) var affectedPeople = 0
    /// People who were looked at, and how many there are.
    public internal(set) var lookedPeople = 0
    public internal(set) var peopleCount = 0

    /// How many there are of all people, by those who were looked at.
    public func estimate(_ count: Int) -> Int {
        guard lookedPeople > 0, lookedPeople < peopleCount else { return count }
        return Int((Double(count) * Double(peopleCount) / Double(lookedPeople)).rounded())
    }
}

extension PersonReader {
    /// Looks who would be affected, and changes nothing.
    ///
    /// - Complexity: O(people) to draw them, then the latest events of at most ``MapPreview/peopleMax``.
    public func preview(
        migrating map: MapHistory, from: Int, to: Int, organization: UInt32, now: Instant,
        peopleMax: Int = MapPreview.peopleMax
    ) throws -> MapPreview {
        let types = try profiles.typeBook(of: organization)
        let new = map.version(to).flatMap { readMap?(organization, map.name, $0) }
        let sample = try PeopleSample.drawn(of: organization, from: profiles, most: peopleMax)
        var preview = MapPreview()
        preview.peopleCount = sample.peopleCount
        preview.lookedPeople = sample.people.count
        for person in sample.people {
            let activity = try activity(
                of: try profiles.members(of: person), organization: organization, now: now,
                recordsMax: MapPreview.recordsOfOneMax)
            let affected = activity.purposes.filter {
                $0.purpose.outcome == nil && $0.map?.map == map.name && $0.map?.version == from
            }
            preview.affectedCount += affected.count
            preview.affectedPeople += affected.isEmpty ? 0 : 1
            preview.losingCount += affected.count { purpose in
                let drawn = types.entry(purpose.typeNumber).flatMap { new?.purpose(of: $0) }
                return purpose.map?.reached.contains { drawn?.milestone(named: $0) == nil } ?? false
            }
        }
        return preview
    }
}
