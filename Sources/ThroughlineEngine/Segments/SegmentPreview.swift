import Throughline

/// What a condition would come to, by some of an organization's people.
public struct SegmentPreview: Sendable {
    /// People who are looked at: some from each of ``partsMax`` parts of all, in the order in which they were met.
    public static let peopleMax = 1_000
    static let partsMax = 20

    public private(set) var peopleCount = 0
    /// For how many of them it holds.
    public private(set) var memberCount = 0
    /// For how many it ends with a fault, and one such fault in words. They are not in the segment.
    public private(set) var faultCount = 0
    public private(set) var fault: String?

    /// - Parameter end: of the log; people are numbered by it.
    public init(
        _ condition: SegmentCondition, organization: UInt32, in profiles: any Profiles, end: LogPosition,
        holdout: HoldoutGroup, now: Instant
    ) throws(StoreError) {
        let maker = SegmentFactMaker(holdout: holdout)
        let types = try profiles.typeBook(of: organization)
        let people = try SegmentPreview.people(of: organization, in: profiles, end: end)
        let subjects = try profiles.segmentSubjects(
            people, [organization: condition.inputs], eventsFrom: SegmentCrew.eventsFrom([condition.inputs], now))
        for subject in subjects {
            guard let subject else { continue }
            peopleCount += 1
            let facts = try maker.facts(of: subject, condition.inputs, types: types, now: now)
            do throws(ConditionFault) {
                if try condition.holds(facts.values(of: condition.inputs)) { memberCount += 1 }
            } catch {
                faultCount += 1
                fault = fault ?? "\(error)"
            }
        }
    }

    private static func people(
        of organization: UInt32, in profiles: any Profiles, end: LogPosition
    ) throws(StoreError) -> [IdentifierNumber] {
        let last = IdentifierNumber(record: end.rawValue, ordinal: 0, kind: .user).rawValue
        var people: Set<IdentifierNumber> = []
        for part in 0..<UInt64(partsMax) {
            let start = IdentifierNumber(rawValue: last / UInt64(partsMax) * part)
            people.formUnion(
                try profiles.people(
                    of: organization, after: start.rawValue == 0 ? nil : start, limit: peopleMax / partsMax))
        }
        return people.sorted()
    }
}
