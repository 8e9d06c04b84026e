import Throughline

/// Some of an organization's people, drawn by a hash, so that they stay the same as others come.
struct PeopleSample {
    /// In the order of their numbers.
    var people: [IdentifierNumber]
    /// How many people there are.
    var peopleCount: Int

    /// - Parameters:
    ///   - most: how many are drawn; all where there are no more.
    ///   - page: how many are looked at at once.
    /// - Complexity: O(*n* log *n*) in the people of the organization.
    static func drawn(
        of organization: UInt32, from profiles: some Types, most: Int, page pageMax: Int = 10_000
    ) throws(StoreError) -> PeopleSample {
        var drawn: [(hash: UInt64, person: IdentifierNumber)] = []
        var count = 0
        var last: IdentifierNumber?
        while true {
            let page = try profiles.people(of: organization, after: last, limit: pageMax)
            count += page.count
            drawn += page.map { (StableHash.mixed($0.rawValue), $0) }
            if drawn.count > most {
                drawn.sort { $0.hash < $1.hash }
                drawn.removeLast(drawn.count - most)
            }
            guard page.count == pageMax, let end = page.last else { break }
            last = end
        }
        return PeopleSample(people: drawn.map(\.person).sorted(), peopleCount: count)
    }
}
