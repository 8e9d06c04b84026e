import Testing
import Throughline

@Suite("whose identifiers are")
struct IdentityGraphTests {
    /// An identifier by its name: `u` of a user, `v` of a visitor, `e` an address, `p` a phone, `d` a device.
    private static func number(_ name: String) -> IdentifierNumber {
        let kinds: [Character: Identifier.Kind] = [
            "u": .user, "v": .anonymous, "e": .email, "p": .phone, "d": .device,
        ]
        return IdentifierNumber(record: UInt64(name.dropFirst())!, ordinal: 0, kind: kinds[name.first!]!)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// `u1=u2` was stated, `u1-v1` is trusted, `u1~v1` is provisional.
        let ties: String
        /// People, each with her identifiers.
        let people: String

        init(_ testDescription: String, _ ties: String, gives people: String) {
            self.testDescription = testDescription
            self.ties = ties
            self.people = people
        }
    }

    static let cases = [
        Case("a visitor is the user she was seen with", "u1-v1 u1-v2", gives: "u1 v1 v2"),
        Case("a visitor who was seen with two users is neither", "u1-v1 u2-v1", gives: "u1|u2|v1"),
        Case("users who were stated to be one share their visitor", "u1-v1 u2-v1 u1=u2", gives: "u1 u2 v1"),
        Case("users who were met together are two all the same", "u1-u2", gives: "u1|u2"),
        Case("an address ties a visitor to its user", "u1-e1 e1-v1", gives: "u1 e1 v1"),
        Case("an address of two users ties nobody to them", "u1-e1 u2-e1 e1-v1", gives: "u1|u2|e1|v1"),
        Case("visitors without a user are who they say", "v1-v2 v2-e1", gives: "e1 v1 v2"),
        Case("two visitors who are one belong to the user of either", "v1-v2 u1-v2", gives: "u1 v1 v2"),
        Case("two visitors who are of two users are not one", "v1-v2 u1-v1 u2-v2", gives: "u1 v1|u2 v2"),
        Case("a browser shows whose a visitor is", "u1~v1", gives: "u1 v1"),
        Case("a browser merges no users", "u1~u2", gives: "u1|u2"),
        Case("what a browser says does not stand against what is trusted", "u1-v1 u2~v1", gives: "u1 v1|u2"),
        Case("two browsers that say otherwise make a visitor nobody's", "u1~v1 u2~v1", gives: "u1|u2|v1"),
        Case("what a browser said of an address is not passed on", "u1~e1 e1-v1", gives: "u1 e1|v1"),
        Case("addresses that a browser told together are not one", "e1~p1", gives: "e1|p1"),
        Case("an address and a number of one event are one", "e1-p1 p1-v1", gives: "e1 p1 v1"),
        Case("a shared device ties no visitor", "u1-d1 u2-d1 d1-v1 u1-v2", gives: "u1 v2|u2|d1|v1"),
        Case("the weaker of two sayings does not take the stronger back", "u1=u2 u1~u2", gives: "u1 u2"),
        Case(
            "more users than may be one are all apart",
            "u1=u2 u2=u3 u3=u4 u4=u5 u5=u6 u6=u7 u7=u8 u8=u9", gives: "u1|u2|u3|u4|u5|u6|u7|u8|u9"),
        Case(
            "as many users as may be one are one",
            "u1=u2 u2=u3 u3=u4 u4=u5 u5=u6 u6=u7 u7=u8", gives: "u1 u2 u3 u4 u5 u6 u7 u8"),
        Case(
            "as many addresses as one person has are hers", "u1-e1 u1-e2 u1-e3 u1-e4 u1-e5",
            gives: "u1 e1 e2 e3 e4 e5"),
        Case(
            "more addresses than one person has are nobody's", "u1-e1 u1-e2 u1-e3 u1-e4 u1-e5 u1-e6 u1-v1",
            gives: "u1 v1|e1|e2|e3|e4|e5|e6"),
        Case(
            "what browsers say crowds out nothing that is trusted", "u1-e1 u1~e2 u1~e3 u1~e4 u1~e5 u1~e6",
            gives: "u1 e1|e2|e3|e4|e5|e6"),
    ]

    private static func ties(_ text: String) -> [IdentityTie] {
        text.split(separator: " ").map { word in
            let signs: [Character: IdentityTie.Strength] = ["=": .stated, "-": .trusted, "~": .provisional]
            let sign = word.first { signs[$0] != nil }!
            let ends = word.split(separator: sign).map(String.init)
            return IdentityTie(number(ends[0]), number(ends[1]), signs[sign]!)
        }
    }

    private static func people(_ ties: some Sequence<IdentityTie>) -> Set<Set<IdentifierNumber>> {
        var graph = IdentityGraph()
        for tie in ties { graph.add(tie) }
        let standings = graph.standings()
        return Set(Dictionary(grouping: standings.keys) { standings[$0]!.person }.values.map { Set($0) })
    }

    @Test("ties", arguments: cases)
    func ties(_ example: Case) {
        let wanted = Set(
            example.people.split(separator: "|").map { Set($0.split(separator: " ").map { Self.number(String($0)) }) })
        #expect(Self.people(Self.ties(example.ties)) == wanted)
    }

    @Test("a person is named after the first of those of the lowest rank")
    func names() {
        var graph = IdentityGraph()
        for tie in Self.ties("u5=u7 u7-v1 e2-v3") { graph.add(tie) }
        let standings = graph.standings()
        #expect(standings[Self.number("v1")]?.person == Self.number("u5"))
        #expect(standings[Self.number("u7")] == .init(person: Self.number("u5"), reason: .together))
        #expect(standings[Self.number("v3")]?.person == Self.number("e2"))
    }

    /// Ties among a few identifiers by chance, so that much comes together.
    private static func someTies(_ random: inout TestRandom) -> [IdentityTie] {
        let names = (1...4).map { "u\($0)" } + ["e1", "e2", "p1", "d1", "d2"] + (1...4).map { "v\($0)" }
        return (0..<Int.random(in: 1...14, using: &random)).map { _ in
            let a = names.randomElement(using: &random)!
            let b = names.filter { $0 != a }.randomElement(using: &random)!
            return IdentityTie(number(a), number(b), IdentityTie.Strength.allCases.randomElement(using: &random)!)
        }
    }

    @Test("a thousand orders of the same ties give the same people")
    func shuffles() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        for _ in 0..<20 {
            let ties = Self.someTies(&random)
            let people = Self.people(ties)
            for _ in 0..<50 {
                #expect(Self.people(ties.shuffled(using: &random)) == people, "seed \(seed), \(ties)")
            }
        }
    }

    @Test("the people are those of a slow reference")
    func reference() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        for _ in 0..<2_000 {
            let ties = Self.someTies(&random)
            #expect(Self.people(ties) == SlowIdentity(ties).people, "seed \(seed), \(ties)")
        }
    }

    @Test("looked at alone, with those around it held, an identifier stands as among all")
    func neighbourhoods() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        for _ in 0..<2_000 {
            let ties = Self.someTies(&random)
            var whole = IdentityGraph()
            for tie in ties { whole.add(tie) }
            let standings = whole.standings()
            // What one more tie can change: from its higher rank down, along ties.
            let start = ties.randomElement(using: &random)!
            var inside: Set = [start.a.kind.rank > start.b.kind.rank ? start.a : start.b]
            if start.a.kind.rank == start.b.kind.rank { inside.insert(start.a) }
            while let next = ties.lazy.flatMap({ [($0.a, $0.b), ($0.b, $0.a)] }).first(where: {
                inside.contains($0.0) && !inside.contains($0.1) && $0.1.kind.rank >= $0.0.kind.rank
            }) { inside.insert(next.1) }
            var part = IdentityGraph()
            for tie in ties where inside.contains(tie.a) || inside.contains(tie.b) {
                part.add(tie)
                for end in [tie.a, tie.b] where !inside.contains(end) { part.hold(end, at: standings[end]!) }
            }
            #expect(part.standings() == standings.filter { inside.contains($0.key) }, "seed \(seed), \(ties)")
        }
    }
}

/// Whose identifiers are, by the plain words of the rule: everything is compared with everything.
private struct SlowIdentity {
    private var person: [IdentifierNumber: IdentifierNumber] = [:]
    private var speaks: Set<IdentifierNumber> = []

    init(_ ties: [IdentityTie]) {
        let all = Set(ties.flatMap { [$0.a, $0.b] }).sorted()
        func strength(_ a: IdentifierNumber, _ b: IdentifierNumber) -> IdentityTie.Strength? {
            ties.filter { $0.a == min(a, b) && $0.b == max(a, b) }.map(\.strength).max()
        }
        func isOne(_ a: IdentifierNumber, _ b: IdentifierNumber) -> Bool {
            guard let strength = strength(a, b), a.kind.rank == b.kind.rank else { return false }
            return a.kind == .user ? strength == .stated : a.kind == .anonymous || strength != .provisional
        }
        for rank in 0..<4 {
            let members = all.filter { $0.kind.rank == rank }
            var group = Dictionary(uniqueKeysWithValues: members.map { ($0, $0) })
            for _ in members {
                for a in members { for b in members where isOne(a, b) { group[a] = min(group[a]!, group[b]!) } }
            }
            for name in Set(group.values) {
                let together = members.filter { group[$0] == name }
                let owners = owners(of: together, all, strength)
                let many = Identifier.Kind.allCases.contains { kind in
                    together.count(where: { $0.kind == kind }) > kind.togetherMax
                }
                if together.count == 1 || (owners.people.count < 2 && !many) {
                    settle(together, owners)
                } else {
                    for one in together { settle([one], self.owners(of: [one], all, strength)) }
                }
            }
        }
    }

    private func owners(
        of group: [IdentifierNumber], _ all: [IdentifierNumber],
        _ strength: (IdentifierNumber, IdentifierNumber) -> IdentityTie.Strength?
    ) -> (people: Set<IdentifierNumber>, areSure: Bool) {
        func people(_ wanted: (IdentityTie.Strength) -> Bool) -> Set<IdentifierNumber> {
            var found: Set<IdentifierNumber> = []
            for one in group {
                for above in speaks where above.kind.rank < one.kind.rank {
                    guard let said = strength(above, one), wanted(said) else { continue }
                    let counted = all.filter { other in
                        guard other.kind == one.kind, let said = strength(above, other) else { return false }
                        return wanted(.provisional) || wanted(said)
                    }
                    guard counted.count <= one.kind.perProfileMax else { continue }
                    found.insert(person[above]!)
                }
            }
            return found
        }
        let sure = people { $0 != .provisional }
        return sure.isEmpty ? (people { $0 == .provisional }, false) : (sure, true)
    }

    private mutating func settle(
        _ group: [IdentifierNumber], _ owners: (people: Set<IdentifierNumber>, areSure: Bool)
    ) {
        for one in group {
            person[one] = owners.people.count == 1 ? owners.people.first! : group.min()!
            if owners.people.isEmpty || owners.people.count == 1 && owners.areSure { speaks.insert(one) }
        }
    }

    var people: Set<Set<IdentifierNumber>> {
        Set(Dictionary(grouping: person.keys) { person[$0]! }.values.map { Set($0) })
    }
}
