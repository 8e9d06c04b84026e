import Throughline

/// A segment, and how far people were looked at for it.
public struct SegmentStanding: Sendable {
    public var id: UInt64
    public var definition: SegmentDefinition
    /// The set whose members are told; nil until everybody was looked at once.
    public var shown: SegmentSet?
    /// Whether everybody was looked at for what is defined now.
    public var isComplete: Bool
    /// How many were, of about how many.
    public var done: Int
    public var total: Int
}

extension Segments {
    /// The segments of an organization, in the order of their names.
    public func segmentStandings(of organization: UInt32) throws(StoreError) -> [SegmentStanding] {
        let book = try segmentBooks().first { $0.organization == organization }?.book ?? SegmentBook()
        guard !book.isEmpty else { return [] }
        let sets = try segmentSets().filter { $0.organization == organization && !$0.isRetired }
        return book.entries.map { entry in
            let own = sets.filter { $0.segment == entry.id }
            let current = own.first { $0.rule == entry.definition.rule }
            return SegmentStanding(
                id: entry.id, definition: entry.definition, shown: own.first(where: \.isShown),
                isComplete: current.map { $0.cursor == nil } ?? false, done: current?.done ?? 0,
                total: max(current?.total ?? 0, current?.done ?? 0))
        }
    }

    /// The segments that a person is in, by name, each with since when.
    public func segments(
        of person: IdentifierNumber, organization: UInt32
    ) throws(StoreError) -> [(definition: SegmentDefinition, since: Instant)] {
        let standings = try segmentStandings(of: organization)
        guard !standings.isEmpty else { return [] }
        let memberships = try segmentMemberships(of: person)
        return standings.compactMap { standing in
            memberships.first { $0.set == standing.shown?.number }.map { (standing.definition, $0.since) }
        }
    }
}
