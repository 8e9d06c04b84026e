import Throughline

/// What is known of one thing about a person.
public struct PersonTrait: Sendable, Equatable {
    /// Something that was said, and when.
    public struct Saying: Sendable, Equatable {
        /// JSON; nil where it is too long to be kept (``EventTrait/valueBytesMax``).
        public let value: String?
        public let at: Instant
    }

    public let subject: EventTrait.Subject
    public let name: String
    public let saying: Saying
    /// Whether a source that is believed said it.
    public let isVerified: Bool
    /// What a source that is not believed said since, where that is something else.
    public let claimed: Saying?

    /// What she belongs to, with what is said of that.
    fileprivate func facet(with traits: PersonTrait?) -> PersonTrait {
        PersonTrait(
            subject: .facet, name: name, saying: traits?.saying ?? Saying(value: "{}", at: saying.at),
            isVerified: isVerified && traits?.isVerified ?? true, claimed: traits?.claimed)
    }
}

extension PersonReader {
    /// What was said of a person and of what she belongs to, in the order of the names; and whether more was said than is kept.
    ///
    /// Of all her strands the latest counts that a source said which is believed; where none did, the latest that any said.
    public func traits(of identity: Identity) throws(StoreError) -> (traits: [PersonTrait], isCut: Bool) {
        let rows = try profiles.traits(of: identity.members.map(\.number).filter(\.kind.hasStrand))
        let isCut = [true, false].contains { isTrusted in
            Dictionary(grouping: rows.filter { $0.key.isTrusted == isTrusted }, by: \.key.strand).values.contains {
                $0.count >= TraitRow.perStrandMax
            }
        }
        struct Name: Hashable {
            let subject: EventTrait.Subject
            let name: String
        }
        let things = Dictionary(grouping: rows) { Name(subject: $0.key.subject, name: $0.key.name) }
        let known = things.mapValues(PersonReader.trait)
        let traits = known.values.compactMap { trait -> PersonTrait? in
            guard let trait, trait.subject != .facetTraits else { return nil }
            guard trait.subject == .facet else { return trait }
            return trait.facet(with: known[Name(subject: .facetTraits, name: trait.name)] ?? nil)
        }.sorted { a, b in
            a.subject == b.subject
                ? a.name.utf8.lexicographicallyPrecedes(b.name.utf8) : a.subject.rawValue < b.subject.rawValue
        }
        return (traits, isCut)
    }

    /// What holds of one thing by all that was said of it; nil where all was taken back.
    private static func trait(of rows: [TraitRow]) -> PersonTrait? {
        func latest(isTrusted: Bool) -> TraitRow? {
            rows.filter { $0.key.isTrusted == isTrusted }.max { $0.said < $1.said }
        }
        func told(_ row: TraitRow) -> PersonTrait.Saying? {
            row.value == "null" ? nil : PersonTrait.Saying(value: row.value, at: row.said.timestamp)
        }
        let verified = latest(isTrusted: true)
        var claimed = latest(isTrusted: false)
        if let known = verified, let claim = claimed, claim.said < known.said || claim.value == known.value {
            claimed = nil
        }
        let key = rows[0].key
        if let saying = verified.flatMap(told) {
            return PersonTrait(
                subject: key.subject, name: key.name, saying: saying, isVerified: true,
                claimed: claimed.flatMap(told))
        }
        return claimed.flatMap(told).map {
            PersonTrait(subject: key.subject, name: key.name, saying: $0, isVerified: false, claimed: nil)
        }
    }
}
