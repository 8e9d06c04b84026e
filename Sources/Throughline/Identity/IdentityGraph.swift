/// Which identifiers are one person, by all that was said of them.
///
/// The answer follows from the set of ties, whatever their order:
///
/// * Identifiers are looked at by rank: users, then addresses and numbers, devices, visitors. Whose one is, those of lower
///   ranks say that it is tied to; it never says whose they are. So two customers who share a tablet stay two.
/// * Tied to identifiers of exactly one person, it is hers. Tied to those of several, it is **shared**: nobody's, and from
///   then on it says nothing of others. Tied to none, it is somebody by itself.
/// * Identifiers of one rank are taken together first: users where somebody **stated** that they are one, addresses, numbers and
///   devices by trusted ties, visitors by any. Where together they would be several people's, or more than
///   ``Identifier/Kind/perProfileMax``, each is looked at alone: a merge past a limit is refused, not made in part.
/// * What a browser said counts where nothing better did, and is not passed on: who is hers by a **provisional** tie says
///   nothing of others.
/// * An identifier that is tied to more of one kind than one person has is a shared value's doing: none of these ties counts.
///   What browsers say cannot bring that about for what is trusted: against trusted ties only trusted ones are counted.
public struct IdentityGraph: Sendable {
    /// Whose an identifier is.
    public struct Standing: Hashable, Sendable {
        public enum Reason: UInt8, Sendable {
            /// It is somebody by itself, or the one of those it is together with that was met first.
            case own = 1
            /// It is together with others of its rank.
            case together = 2
            /// It is tied to somebody.
            case attached = 3
            /// The same, by what a browser said.
            case provisional = 4
            /// It is tied to several people, and nobody's.
            case shared = 5
        }

        /// The identifier that the person is named after.
        public let person: IdentifierNumber
        public let reason: Reason

        public init(person: IdentifierNumber, reason: Reason) {
            self.person = person
            self.reason = reason
        }

        /// Whether it says whose others are that are tied to it.
        public var passesOn: Bool { reason != .provisional && reason != .shared }
    }

    private var ties: [IdentifierNumber: [IdentifierNumber: IdentityTie.Strength]] = [:]
    /// Those whose standing is known from before, and not looked at.
    private var known: [IdentifierNumber: Standing] = [:]
    private var full: Set<Fullness> = []

    /// An identifier that is tied to too many of one kind.
    private struct Fullness: Hashable {
        var number: IdentifierNumber
        var kind: Identifier.Kind
        /// Whether by trusted ties alone.
        var isFirm: Bool
    }

    public init() {}

    /// Adds an identifier that may be tied to nothing.
    public mutating func add(_ number: IdentifierNumber) { ties[number, default: [:]] = ties[number] ?? [:] }

    /// Adds what was said of two identifiers. Of what was said of the same two, the strongest counts.
    public mutating func add(_ tie: IdentityTie) {
        for (one, other) in [(tie.a, tie.b), (tie.b, tie.a)] {
            ties[one, default: [:]][other] = max(tie.strength, ties[one]?[other] ?? .provisional)
        }
    }

    /// Takes a standing as it is: for those around the identifiers that are looked at.
    public mutating func hold(_ number: IdentifierNumber, at standing: Standing) { known[number] = standing }

    /// Notes that an identifier is tied to more of a kind than is said here.
    ///
    /// - Parameter isFirm: whether by trusted ties alone.
    public mutating func fill(_ number: IdentifierNumber, of kind: Identifier.Kind, isFirm: Bool) {
        full.insert(Fullness(number: number, kind: kind, isFirm: isFirm))
    }

    /// The standings of all that are not held.
    ///
    /// - Complexity: O(*n* log *n*) in identifiers and ties.
    public func standings() -> [IdentifierNumber: Standing] {
        var standings = known
        let wanted = ties.keys.filter { known[$0] == nil }.sorted()
        for rank in 0..<Identifier.Kind.ranks {
            for group in together(wanted.filter { $0.kind.rank == rank }) {
                stand(group, in: &standings)
            }
        }
        for number in known.keys { standings[number] = nil }
        return standings
    }

    /// Those of one rank that are taken together, each group in order.
    private func together(_ members: [IdentifierNumber]) -> [[IdentifierNumber]] {
        var seen: Set<IdentifierNumber> = []
        return members.compactMap { first in
            guard seen.insert(first).inserted else { return nil }
            var group = [first]
            var next = 0
            while next < group.count {
                let member = group[next]
                next += 1
                for (other, strength) in ties[member] ?? [:]
                where joins(member, other, strength) && seen.insert(other).inserted { group.append(other) }
            }
            return group.sorted()
        }
    }

    private func joins(_ a: IdentifierNumber, _ b: IdentifierNumber, _ strength: IdentityTie.Strength) -> Bool {
        guard a.kind.rank == b.kind.rank, known[b] == nil else { return false }
        return switch a.kind {
        case .user: strength == .stated
        case .email, .phone, .device: strength >= .trusted
        case .anonymous: true
        }
    }

    private func stand(_ group: [IdentifierNumber], in standings: inout [IdentifierNumber: Standing]) {
        let owners = owners(of: group, standings)
        let isTooLarge = Identifier.Kind.allCases.contains { kind in
            group.count(where: { $0.kind == kind }) > kind.togetherMax
        }
        if group.count > 1, owners.people.count > 1 || isTooLarge {
            for member in group { stand([member], in: &standings) }
            return
        }
        for member in group {
            standings[member] =
                switch owners.people.count {
                case 0: Standing(person: group[0], reason: member == group[0] ? .own : .together)
                case 1: Standing(person: owners.people.first!, reason: owners.areTrusted ? .attached : .provisional)
                default: Standing(person: member, reason: .shared)
                }
        }
    }

    /// Who some identifiers of one rank are tied to.
    private func owners(
        of group: [IdentifierNumber], _ standings: [IdentifierNumber: Standing]
    ) -> (people: Set<IdentifierNumber>, areTrusted: Bool) {
        var trusted: Set<IdentifierNumber> = []
        var provisional: Set<IdentifierNumber> = []
        for member in group {
            for (other, strength) in ties[member] ?? [:] where other.kind.rank < member.kind.rank {
                guard let standing = standings[other], standing.passesOn,
                    !isFull(other, of: member.kind, isFirm: strength >= .trusted)
                else { continue }
                if strength >= .trusted { trusted.insert(standing.person) } else { provisional.insert(standing.person) }
            }
        }
        return trusted.isEmpty ? (provisional, false) : (trusted, true)
    }

    private func isFull(_ number: IdentifierNumber, of kind: Identifier.Kind, isFirm: Bool) -> Bool {
        if full.contains(Fullness(number: number, kind: kind, isFirm: isFirm)) { return true }
        let around = ties[number] ?? [:]
        return around.count > kind.perProfileMax
            && around.count(where: { $0.kind == kind && (!isFirm || $1 >= .trusted) }) > kind.perProfileMax
    }
}
