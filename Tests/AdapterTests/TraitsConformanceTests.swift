import Foundation
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every implementation of ``Traits`` and ``PeopleSearch`` keeps.
@Suite("stores of what is said of people")
struct TraitsConformanceTests {
    private func withStores(_ body: (any Profiles, _ reopen: () throws -> any Profiles) throws -> Void) throws {
        let memory = MemoryProfiles()
        try body(memory) { memory }
        let folder = FileManager.default.temporaryDirectory.appending(path: "traits-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "state.sqlite").path
        try body(try SQLiteProfiles(path: path)) { try SQLiteProfiles(path: path) }
    }

    private static func strand(_ number: UInt64) -> IdentifierNumber {
        IdentifierNumber(record: number, ordinal: 0, kind: .user)
    }

    private static func row(
        _ strand: UInt64, _ name: String, _ value: String?, _ milliseconds: Int64, _ position: UInt64,
        subject: EventTrait.Subject = .person, isTrusted: Bool = true, organization: UInt32 = 1, words: [String] = []
    ) -> TraitRow {
        TraitRow(
            TraitRow.Key(strand: Self.strand(strand), subject: subject, name: name, isTrusted: isTrusted),
            organization: organization, value: value,
            said: TimelineEntry.Key(
                timestamp: Instant(millisecondsSince1970: milliseconds), position: LogPosition(position)),
            words: words)
    }

    private static func commit(_ rows: [TraitRow], to store: any Profiles, end: UInt64) throws {
        var changes = FoldChanges(end: LogPosition(end))
        changes.traits = rows
        try store.commit(changes)
    }

    @Test("keep the latest of each thing, whatever the order, apart by strand, subject, name and trust")
    func latest() throws {
        let rows = [
            Self.row(1, "city", #""Bern""#, 20, 1), Self.row(1, "city", #""Basel""#, 10, 2),
            Self.row(1, "city", #""Chur""#, 20, 3, isTrusted: false), Self.row(2, "city", #""Olten""#, 5, 4),
            Self.row(1, "city", "{}", 1, 5, subject: .facet), Self.row(1, "City", "7", 30, 6),
            Self.row(1, "city", #""Biel""#, 20, 7), Self.row(1, "age", nil, 20, 8), Self.row(1, "gone", "null", 20, 9),
        ]
        try withStores { store, reopen in
            // In one commit, and in one each.
            try Self.commit(Array(rows[..<4]), to: store, end: 5)
            for (index, row) in rows[4...].enumerated() { try Self.commit([row], to: store, end: UInt64(6 + index)) }
            for store in [store, try reopen()] {
                let found = try store.traits(of: [Self.strand(2), Self.strand(1)])
                #expect(found == [rows[5], rows[7], rows[2], rows[6], rows[8], rows[4], rows[3]])
                #expect(try store.traits(of: [Self.strand(9)]) == [])
            }
        }
    }

    @Test("keep so many things of a strand and no more, and go on hearing of those")
    func full() throws {
        let many = (0..<TraitRow.perStrandMax + 3).map { Self.row(1, "t\($0)", "\($0)", 1, UInt64($0)) }
        try withStores { store, _ in
            try Self.commit(many, to: store, end: 300)
            try Self.commit(
                [Self.row(1, "t0", #""news""#, 9, 300), Self.row(2, "other", "1", 1, 301)], to: store, end: 302)
            let found = try store.traits(of: [Self.strand(1)])
            #expect(Set(found.map(\.key)) == Set(many[..<TraitRow.perStrandMax].map(\.key)))
            #expect(found.first { $0.key.name == "t0" }?.value == #""news""#)
            #expect(try store.traits(of: [Self.strand(2)]).count == 1)
            // Whoever is not believed has room of its own, and takes none from others.
            let claimed = many.map {
                Self.row(3, $0.key.name, "1", 1, 400 + $0.said.position.rawValue, isTrusted: false)
            }
            try Self.commit(claimed + [Self.row(3, "name", #""Anna""#, 1, 900)], to: store, end: 901)
            let third = try store.traits(of: [Self.strand(3)])
            #expect(third.count { !$0.key.isTrusted } == TraitRow.perStrandMax && third.contains { $0.key.isTrusted })
        }
    }

    @Test("find people by beginnings of all words of what they are called now")
    func names() throws {
        try withStores { store, reopen in
            try Self.commit(
                [
                    Self.row(1, "firstName", #""Anna""#, 1, 1, words: ["anna"]),
                    Self.row(1, "lastName", #""Müller""#, 1, 2, words: ["muller"]),
                    Self.row(2, "name", #""Annabel Moor""#, 1, 3, isTrusted: false, words: ["annabel", "moor"]),
                    Self.row(3, "name", #""Anna Moor""#, 1, 4, organization: 2, words: ["anna", "moor"]),
                    Self.row(4, "name", #""Old Name""#, 1, 5, words: ["name", "old"]),
                    Self.row(4, "name", #""New Name""#, 2, 6, words: ["name", "new"]),
                    Self.row(4, "name", #""Older""#, 0, 7, words: ["older"]),
                ], to: store, end: 8)
            for store in [store, try reopen()] {
                for (words, organization, strands) in [
                    (["anna"], 1, [1, 2]), (["ann", "m"], 1, [1, 2]), (["muller"], 1, [1]), (["anna", "moor"], 1, [2]),
                    (["anna"], 2, [3]), (["old"], 1, []), (["new"], 1, [4]), (["zoe"], 1, []), ([], 1, []),
                ] as [([String], UInt32, [UInt64])] {
                    let found = try store.strands(named: words, organization: organization, limit: 4)
                    #expect(found == NamedStrands(strands: strands.map(Self.strand), isCut: false), "\(words)")
                }
            }
        }
    }

    @Test("find whoever is called by a rare word and a common one, and say that many are called alike")
    func commonNames() throws {
        try withStores { store, _ in
            let annas = (0..<30).map { Self.row(UInt64($0), "firstName", #""Anna""#, 1, UInt64($0), words: ["anna"]) }
            let moors = [29, 40, 41].map { Self.row($0, "lastName", #""Moor""#, 1, 50 + $0, words: ["moor"]) }
            try Self.commit(annas + moors, to: store, end: 100)
            let both = try store.strands(named: ["anna", "moor"], organization: 1, limit: 5)
            #expect(both == NamedStrands(strands: [Self.strand(29)], isCut: false))
            #expect(try store.strands(named: ["anna"], organization: 1, limit: 5).isCut)
            #expect(try !store.strands(named: ["anna"], organization: 1, limit: 30).isCut)
        }
    }

    @Test("find identifiers by how they begin, in the order of their bytes, of one organization")
    func prefixes() throws {
        let values = ["anna", "anna@x.example", "Anna", "annaé", "ann", "bert", "an_", "an%"]
        try withStores { store, reopen in
            var changes = FoldChanges(end: LogPosition(20))
            for (index, value) in values.enumerated() {
                let own = Self.strand(UInt64(index))
                changes.identities.append(
                    IdentityRow(
                        Identifier(organization: 1, kind: .user, value: value), number: own,
                        standing: .init(person: own, reason: .own)))
            }
            let foreign = Self.strand(12)
            changes.identities.append(
                IdentityRow(
                    Identifier(organization: 2, kind: .user, value: "annabel"), number: foreign,
                    standing: .init(person: foreign, reason: .own)))
            try store.commit(changes)
            for store in [store, try reopen()] {
                for (prefix, limit, expected) in [
                    ("ann", 10, ["ann", "anna", "anna@x.example", "annaé"]), ("ann", 2, ["ann", "anna"]),
                    ("Ann", 10, ["Anna"]), ("an_", 10, ["an_"]), ("an%", 10, ["an%"]), ("zoe", 10, []),
                ] {
                    let found = try store.identities(beginning: prefix, organization: 1, limit: limit)
                    #expect(found.map(\.identifier.value) == expected, "\(prefix)")
                }
            }
        }
    }

    private static func link(_ a: UInt64, _ b: UInt64, _ kind: LinkKind, _ said: UInt64, isEnded: Bool = false)
        -> LinkRow
    {
        LinkRow(strand(a), strand(b), kind, said: LogPosition(said), isEnded: isEnded)
    }

    @Test("keep links from both sides, the last word of each, so many of a strand")
    func links() throws {
        try withStores { store, reopen in
            var changes = FoldChanges(end: LogPosition(4))
            changes.links = [
                Self.link(1, 2, .household, 0), Self.link(1, 2, .partner, 1), Self.link(3, 1, .care, 2),
                Self.link(2, 1, .household, 3, isEnded: true),
            ]
            try store.commit(changes)
            for store in [store, try reopen()] {
                #expect(
                    try store.links(of: [Self.strand(1)]) == [
                        Self.link(1, 2, .household, 3, isEnded: true), Self.link(1, 2, .partner, 1),
                        Self.link(1, 3, .care, 2),
                    ])
                #expect(
                    try store.links(of: [Self.strand(3), Self.strand(2)]) == [
                        Self.link(2, 1, .household, 3, isEnded: true), Self.link(2, 1, .partner, 1),
                        Self.link(3, 1, .care, 2),
                    ])
            }
            var many = FoldChanges(end: LogPosition(900))
            many.links = (0..<UInt64(LinkRow.keptMax) + 2).map { Self.link(9, 100 + $0, .business, 5 + $0) }
            many.links.append(Self.link(9, 100, .business, 800, isEnded: true))
            try store.commit(many)
            let found = try store.links(of: [Self.strand(9)])
            #expect(found.count == LinkRow.keptMax && found[0].isEnded)
            #expect(try store.links(of: [Self.strand(100 + UInt64(LinkRow.keptMax))]) == [])
        }
    }

    @Test("forget what was said of whoever is erased")
    func erased() throws {
        try withStores { store, reopen in
            try Self.commit(
                [
                    Self.row(1, "name", #""Anna""#, 1, 1, words: ["anna"]),
                    Self.row(2, "name", #""Ana""#, 1, 2, words: ["ana"]),
                ],
                to: store, end: 3)
            var linked = FoldChanges(end: LogPosition(3))
            linked.links = [
                Self.link(1, 2, .family, 2), Self.link(2, 3, .family, 2), Self.link(2, 7, .family, 2),
            ]
            try store.commit(linked)
            var changes = FoldChanges(end: LogPosition(4))
            changes.erasure = Erasure(
                request: LogPosition(3), identifiers: [Self.strand(1), Self.strand(7)], strands: [Self.strand(1)],
                names: [])
            try store.commit(changes)
            for store in [store, try reopen()] {
                #expect(try store.traits(of: [Self.strand(1), Self.strand(2)]).map(\.key.strand) == [Self.strand(2)])
                #expect(try store.strands(named: ["an"], organization: 1, limit: 9).strands == [Self.strand(2)])
                #expect(try store.links(of: (1...3).map(Self.strand)).map(\.other) == [Self.strand(3), Self.strand(2)])
            }
        }
    }
}
