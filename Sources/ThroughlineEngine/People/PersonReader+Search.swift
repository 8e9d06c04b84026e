import Throughline

extension PersonReader {
    /// People who were found.
    public struct Found: Sendable {
        /// Each with what she is known by and what she is called.
        public var people: [(identity: Identity, names: [PersonTrait])]
        /// Whether there are others.
        public var areMore: Bool
    }

    /// People that a search tells at most.
    public static let foundMax = 50
    /// Identifiers, or words of names, that a search looks at.
    static let lookedAtMax = 1_000
    /// The shortest beginning of an identifier that is searched for, in bytes.
    public static let prefixBytesMin = 3

    /// People of an organization by the beginning of an identifier, in the order of these.
    public func search(identifier prefix: String, organization: UInt32, limit: Int) throws(StoreError) -> Found {
        var rows: [IdentityRow] = []
        // As it was typed, and as addresses and numbers are kept.
        let spellings = Set([prefix] + [.email, .phone].map { EventIdentifiers.spelled(prefix, $0) })
        for spelling in spellings.sorted() where spelling.utf8.count >= PersonReader.prefixBytesMin {
            rows += try profiles.identities(
                beginning: spelling, organization: organization, limit: PersonReader.lookedAtMax)
        }
        return try found(rows.map(\.standing.person), limit: limit, isCut: rows.count >= PersonReader.lookedAtMax)
    }

    /// People of an organization by words of their names or beginnings of such, in the order in which they were met.
    public func search(name: String, organization: UInt32, limit: Int) throws(StoreError) -> Found {
        let named = try profiles.strands(
            named: PersonName.words(of: name), organization: organization, limit: PersonReader.lookedAtMax)
        let rows = try profiles.identities(of: named.strands).compactMap { $0 }
        return try found(rows.map(\.standing.person).sorted(), limit: limit, isCut: named.isCut)
    }

    private func found(
        _ people: [IdentifierNumber], limit: Int, isCut: Bool
    ) throws(StoreError) -> Found {
        var found = Found(people: [], areMore: isCut)
        var seen: Set<IdentifierNumber> = []
        for person in people where seen.insert(person).inserted {
            // What is nobody's alone is nobody.
            guard let asked = try profiles.identities(of: [person])[0], asked.isProfile else { continue }
            guard found.people.count < limit else {
                found.areMore = true
                break
            }
            let members = try profiles.identities(of: try profiles.members(of: person)).compactMap { $0 }
            let identity = Identity(asked: asked, members: members, evidence: [], isEvidenceCut: false)
            let names = try traits(of: identity).traits.filter {
                $0.subject == .person && PersonName.isSaid(by: $0.name)
            }
            found.people.append((identity, names))
        }
        return found
    }
}
