import Foundation
import GRDB
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every implementation of ``Profiles`` keeps.
@Suite("stores of profiles")
struct ProfilesConformanceTests {
    enum Kind: CaseIterable, CustomTestStringConvertible {
        case memory, sqlite

        var testDescription: String { "\(self)" }
    }

    /// Does something with a new store of a kind.
    private func withStore(_ kind: Kind, _ body: (any Profiles, _ reopen: () throws -> any Profiles) throws -> Void)
        throws
    {
        switch kind {
        case .memory:
            let store = MemoryProfiles()
            try body(store) { store }
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let path = folder.appending(path: "state.sqlite").path
            try body(try SQLiteProfiles(path: path)) { try SQLiteProfiles(path: path) }
        }
    }

    private let anna = Identifier(organization: 1, kind: .user, value: "anna")
    private let visitor = Identifier(organization: 1, kind: .anonymous, value: "v-1")

    /// Types of some names, with all that is kept of a type.
    private static func making(_ names: [String]) throws -> TypeMaking {
        var curve = SilenceCurve()
        for seconds in 0..<30 { curve.add(seconds: Int64(seconds) * 977, isOpen: seconds % 3 == 0) }
        let milestone = Milestone(
            name: "Ordered", nameHash: 7, ending: .declined, share: 0.5, lift: 1.25, precedence: nil, reachedCount: 3)
        let centre = try #require(PackedVector(bytes: (0..<128).map { UInt8($0) } + [0, 0, 0x80, 0x3F]))
        return TypeMaking(
            madeAt: Instant(millisecondsSince1970: 5), eventCount: 9,
            types: names.map {
                let type = PurposeType(
                    name: $0, terms: ["rates"], purposeCount: 4, outcomes: [.fulfilled: 2, .lapsed: 1],
                    milestones: [milestone], silences: [.explore: curve], centre: centre)
                return TypeMaking.Made(id: 0, type: type, isDivided: false, share: 0.25, drift: nil)
            }, retired: [])
    }

    /// The number of the strand that a record begins.
    private func number(_ record: UInt64, _ kind: Identifier.Kind = .user) -> IdentifierNumber {
        IdentifierNumber(record: record, ordinal: 0, kind: kind)
    }

    /// An identifier that stands for itself, or for somebody else.
    private func row(_ identifier: Identifier, _ record: UInt64, of person: IdentifierNumber? = nil) -> IdentityRow {
        let own = number(record, identifier.kind)
        return IdentityRow(
            identifier, number: own,
            standing: .init(person: person ?? own, reason: person == nil ? .own : .attached))
    }

    private func entry(
        _ record: UInt64, _ milliseconds: Int64, _ position: UInt64, organization: UInt32 = 1,
        kind: Identifier.Kind = .user
    ) -> TimelineEntry {
        TimelineEntry(
            organization: organization, strand: number(record, kind),
            key: TimelineEntry.Key(
                timestamp: Instant(millisecondsSince1970: milliseconds), position: LogPosition(position)))
    }

    private func stored(_ byte: UInt8, due milliseconds: Int64? = nil) -> StoredPerson {
        StoredPerson(state: [byte], due: milliseconds.map { Instant(millisecondsSince1970: $0) })
    }

    private static func placed(_ item: TimelineItem) -> PlacedEvent? {
        if case .event(let entry) = item { entry.placed } else { nil }
    }

    @Test("begin empty", arguments: Kind.allCases)
    func empty(kind: Kind) throws {
        try withStore(kind) { store, _ in
            let (position, counts) = (try store.position(), try store.counts())
            #expect(position == .start)
            #expect(counts == StoreCounts())
            let known = try store.areKnown([MessageKey(hash: 1, day: 0)])
            #expect(known == [false])
            let rows = try store.identities(of: [anna])
            #expect(rows == [nil])
            let page = try store.timeline(of: "anna", organization: 1, after: nil, limit: 10, withChanges: true)
            #expect(page == nil)
        }
    }

    @Test(
        "take somebody out of all tables, keep everybody else, and know what the log has of her",
        arguments: Kind.allCases)
    func erasing(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            let otto = Identifier(organization: 1, kind: .user, value: "otto")
            let hers = number(0)
            var changes = FoldChanges(end: LogPosition(9))
            changes.identities = [row(anna, 0), row(visitor, 1, of: hers), row(otto, 2)]
            changes.ties = [
                TieRow(hers, number(1, .anonymous), said: [nil, LogPosition(1), nil], cut: nil),
                TieRow(number(2), number(1, .anonymous), said: [LogPosition(2), nil, nil], cut: nil),
            ]
            changes.timeline = [
                entry(0, 5, 0), entry(1, 5, 1, kind: .anonymous), entry(2, 5, 2), entry(0, 4, 3), entry(0, 6, 4),
                entry(2, 4, 5),
            ]
            changes.people = [(ProfileNumber(hers), stored(1)), (ProfileNumber(number(2)), stored(2, due: 7))]
            changes.consents = [(hers, [3]), (number(2), [4])]
            let opened = [hers, number(2)].map { strand in
                PurposeChange(
                    organization: 1, strand: strand,
                    key: TimelineEntry.Key(
                        timestamp: Instant(millisecondsSince1970: 5), position: LogPosition(strand == hers ? 0 : 2),
                        ordinal: 1), purpose: PurposeID(opening: "1"), kind: .opened)
            }
            changes.purposeChanges = opened
            changes.mentions = [
                Mention(of: anna, at: LogPosition(6)), Mention(of: anna, at: LogPosition(3)),
                Mention(of: otto, at: LogPosition(7)),
            ]
            changes.corrections = [
                CorrectionRow(of: LogPosition(0), on: hers, .name("House"), said: LogPosition(7)),
                CorrectionRow(of: LogPosition(2), on: number(2), .notMine, said: LogPosition(7)),
                CorrectionRow(of: LogPosition(2), on: number(2), .done, said: LogPosition(7)),
                CorrectionRow(of: LogPosition(0), on: hers, .notNow, said: LogPosition(7)),
            ]
            let corrections = changes.corrections
            (changes.newProfiles, changes.duplicates) = (2, 2)
            try store.commit(changes)
            #expect(
                try store.corrections(of: [number(2), hers])
                    == [corrections[3], corrections[0], corrections[1], corrections[2]])

            changes = FoldChanges(end: LogPosition(10))
            // The last word counts.
            let belongs = CorrectionRow(
                of: LogPosition(2), on: number(2), .belongs(LogPosition(5)), said: LogPosition(8))
            changes.corrections = [belongs]
            changes.erasure = Erasure(
                request: LogPosition(9), identifiers: [hers, number(1, .anonymous)],
                strands: [hers, number(1, .anonymous)],
                names: [Mention.name(of: anna), Mention.name(of: visitor)])
            changes.ties = [TieRow(hers, number(1, .anonymous)), TieRow(number(2), number(1, .anonymous))]
            changes.newProfiles = -1
            try store.commit(changes)
            for store in [store, try reopen()] {
                #expect(try store.identities(of: [anna, visitor]) == [nil, nil])
                #expect(try store.identities(of: [otto])[0]?.number == number(2))
                #expect(try store.members(of: hers).isEmpty)
                #expect(try store.ties(of: [hers, number(1, .anonymous), number(2)], limit: 9) == [[], [], []])
                #expect(try store.entries(of: [hers, number(1, .anonymous)]).isEmpty)
                #expect(try store.entries(of: [number(2)]) == [entry(2, 5, 2), entry(2, 4, 5)])
                let page = try store.timeline(of: "otto", organization: 1, after: nil, limit: 9, withChanges: true)
                #expect(page?.items.contains(.change(opened[1])) == true && page?.items.count == 3)
                #expect(try store.people([ProfileNumber(hers), ProfileNumber(number(2))]) == [nil, stored(2, due: 7)])
                #expect(try store.consents(of: [hers, number(2)]) == [nil, [4]])
                #expect(try store.corrections(of: [hers, number(2)]) == [belongs, corrections[2]])
                #expect(try store.correctedStrands() == [number(2)])
                #expect(try store.waiting(limit: 99).map(\.rawValue) == [0, 1, 3, 4, 6])
                #expect(try store.waiting(limit: 2).map(\.rawValue) == [0, 1])
                #expect(try store.isWaiting(for: LogPosition(9)) && !store.isWaiting(for: LogPosition(8)))
                let counts = try store.counts()
                #expect(counts.profiles == 1 && counts.events == 2 && counts.duplicates == 2)
            }
            try store.settle([0, 1, 3].map { LogPosition($0) })
            #expect(try store.waiting(limit: 99).map(\.rawValue) == [4, 6])
            // Another model empties the state, and the log has of her what it had.
            #expect(try store.adopt(model: 5))
            #expect(try reopen().waiting(limit: 99).map(\.rawValue) == [4, 6])
            try store.settle([LogPosition(4), LogPosition(6)])
            #expect(try !store.isWaiting(for: LogPosition(9)))
        }
    }

    @Test("keep what was committed, also when they are opened again", arguments: Kind.allCases)
    func commits(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            var changes = FoldChanges(end: LogPosition(3))
            changes.today = 20_000
            changes.messages = [MessageKey(hash: .max, day: 20_000), MessageKey(hash: 0, day: 19_990)]
            var visiting = row(visitor, 1, of: number(0))
            (visiting.hasEvents, visiting.hasPrivacySignal) = (true, true)
            visiting.session = .init(user: number(0), at: Instant(millisecondsSince1970: -5))
            visiting.tied = TieCounts(rawValue: .max >> 9)
            visiting.tiedFirmly = TieCounts(rawValue: 3)
            let identities = [row(anna, 0), visiting]
            var tie = TieRow(number(0), number(1, .anonymous), said: [nil, LogPosition(2), nil], cut: nil)
            changes.identities = identities
            changes.ties = [tie]
            changes.consents = [(number(0), [1, 2]), (number(1, .anonymous), [3])]
            changes.timeline = [entry(0, 5, 0), entry(0, -5, 1)]
            changes.duplicates = 1
            changes.newProfiles = 1
            try store.commit(changes)
            for store in [store, try reopen()] {
                let position = try store.position()
                #expect(position == LogPosition(3))
                let known = try store.areKnown([
                    MessageKey(hash: .max, day: 20_030), MessageKey(hash: .max, day: 20_031),
                    MessageKey(hash: 0, day: 20_000), MessageKey(hash: 7, day: 20_000),
                ])
                #expect(known == [true, false, true, false])
                let byName = try store.identities(of: [visitor, anna])
                #expect(byName == identities.reversed())
                let byNumber = try store.identities(of: [number(0), number(1, .anonymous), number(7)])
                #expect(byNumber == identities + [nil])
                #expect(try store.members(of: number(0)) == [number(0), number(1, .anonymous)])
                #expect(try store.members(of: number(1, .anonymous)).isEmpty)
                #expect(try store.ties(of: [number(1, .anonymous), number(7)], limit: 9) == [[tie], []])
                let between = try store.ties(between: [(number(1, .anonymous), number(0)), (number(0), number(7))])
                #expect(between == [tie, nil])
                #expect(try store.consents(of: [number(1, .anonymous), number(0), number(7)]) == [[3], [1, 2], nil])
                let counts = try store.counts()
                #expect(counts.profiles == 1)
                #expect(counts.events == 2)
                #expect(counts.duplicates == 1)
                #expect(counts.unreadable == 0)
            }
            // And what changes of identifiers that are there.
            changes = FoldChanges(end: LogPosition(4))
            visiting.standing = .init(person: visiting.number, reason: .shared)
            visiting.session = nil
            tie = TieRow(tie.a, tie.b, said: [nil, nil, nil], cut: LogPosition(3))
            changes.identities = [visiting]
            changes.ties = [tie]
            changes.replaced = [entry(0, 5, 0), entry(0, -5, 1)]
            changes.replaced[0].placed = PlacedEvent(purpose: PurposeID(opening: "a"), isRoutine: false, confidence: 9)
            changes.replaced[1].placed = PlacedEvent(purpose: PurposeID(opening: "b"), isRoutine: true, confidence: 8)
            let replaced = changes.replaced
            try store.commit(changes)
            for store in [store, try reopen()] {
                #expect(try store.identities(of: [visitor]) == [visiting])
                #expect(try store.members(of: number(0)) == [number(0)])
                #expect(try store.members(of: visiting.number) == [visiting.number])
                #expect(try store.ties(of: [number(0)], limit: .max) == [[tie]])
                #expect(try store.entries(of: [number(0), number(7)]) == replaced)
            }
        }
    }

    @Test("give a timeline in pages, the latest first, and nobody else's", arguments: Kind.allCases)
    func pages(kind: Kind) throws {
        try withStore(kind) { store, _ in
            var changes = FoldChanges(end: LogPosition(10))
            changes.identities = [
                row(anna, 0), row(visitor, 3), row(Identifier(organization: 2, kind: .user, value: "anna"), 4),
            ]
            changes.timeline = [
                entry(0, 10, 0), entry(0, 30, 1), entry(0, 30, 2), entry(3, 20, 3, kind: .anonymous),
                entry(4, 99, 4, organization: 2),
                entry(0, 20, 5), entry(0, -62_135_596_800_000, 6),
            ]
            try store.commit(changes)
            for limit in 1...6 {
                #expect(try positions(of: "anna", in: store, limit: limit) == [2, 1, 5, 0, 6])
            }
            for (id, organization, count) in [("anna", 2, 1), ("anna", 3, nil), ("v-1", 1, 1)]
                as [(String, UInt32, Int?)]
            {
                let page = try store.timeline(
                    of: id, organization: organization, after: nil, limit: 9, withChanges: true)
                #expect(page?.items.count == count)
            }
        }
    }

    /// The positions of all entries of a timeline, page by page.
    private func positions(of id: String, in store: any Profiles, limit: Int) throws -> [UInt64] {
        var positions: [UInt64] = []
        var after: TimelineCursor?
        repeat {
            let page = try #require(
                try store.timeline(of: id, organization: 1, after: after, limit: limit, withChanges: true))
            #expect(page.items.count == limit || page.next == nil)
            positions += page.items.map(\.key.position.rawValue)
            after = page.next
        } while after != nil
        return positions
    }

    @Test("give events in the order of their time, in whatever order they came", arguments: Kind.allCases)
    func lateEvents(kind: Kind) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        try withStore(kind) { store, reopen in
            var expected: [(time: Int64, position: UInt64)] = []
            var position: UInt64 = 0
            for group in 0..<12 {
                var changes = FoldChanges(end: LogPosition(position))
                if group == 0 { changes.identities = [row(anna, 0), row(visitor, 1)] }
                for _ in 0..<Int.random(in: 0...9, using: &random) {
                    let time = Int64.random(in: 0...40, using: &random) + Int64(group)
                    let isAnna = Bool.random(using: &random)
                    changes.timeline.append(
                        isAnna ? entry(0, time, position) : entry(1, time, position, kind: .anonymous))
                    if isAnna { expected.append((time, position)) }
                    position += 1
                }
                changes.end = LogPosition(position)
                try store.commit(changes)
            }
            expected.sort { ($1.time, $1.position) < ($0.time, $0.position) }
            for store in [store, try reopen()] {
                for limit in [1, 2, 3, 7, 500] {
                    let found = try positions(of: "anna", in: store, limit: limit)
                    #expect(found == expected.map(\.position), "seed \(seed), limit \(limit)")
                }
            }
        }
    }

    @Test("give as many ties as are asked for, the first ones", arguments: Kind.allCases)
    func tieLimits(kind: Kind) throws {
        try withStore(kind) { store, _ in
            var changes = FoldChanges(end: LogPosition(1))
            changes.ties = (1...5).reversed().map {
                TieRow(number(0), number($0, .anonymous), said: [LogPosition($0), nil, nil], cut: nil)
            }
            try store.commit(changes)
            for limit in [0, 1, 4, 5, 6, .max] {
                let found = try store.ties(of: [number(0)], limit: limit)
                #expect(found == [Array(changes.ties.reversed().prefix(limit))])
            }
        }
    }

    @Test("give a person's events whichever of her strands they lie on", arguments: Kind.allCases)
    func strands(kind: Kind) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        try withStore(kind) { store, _ in
            var changes = FoldChanges(end: LogPosition(0))
            // More strands than a cursor tells of.
            let strands = TimelineChains.strandsInCursorMax + 9
            changes.identities = [row(anna, 0)]
            for strand in 1..<strands {
                let visitor = Identifier(organization: 1, kind: .anonymous, value: "v\(strand)")
                changes.identities.append(row(visitor, UInt64(strand), of: number(0)))
            }
            var expected: [(time: Int64, position: UInt64)] = []
            for position in 0..<300 {
                let strand = UInt64.random(in: 0..<UInt64(strands), using: &random)
                let time = Int64(position) + Int64.random(in: -9...9, using: &random)
                changes.timeline.append(
                    entry(strand, time, UInt64(position), kind: strand == 0 ? .user : .anonymous))
                expected.append((time, UInt64(position)))
            }
            changes.end = LogPosition(300)
            try store.commit(changes)
            expected.sort { ($1.time, $1.position) < ($0.time, $0.position) }
            for (id, limit) in [("anna", 1), ("v1", 7), ("v2", 64), ("anna", 500)] {
                let found = try positions(of: id, in: store, limit: limit)
                #expect(found == expected.map(\.position), "seed \(seed), limit \(limit)")
            }
        }
    }

    @Test("refuse a cursor that they did not give out for this person", arguments: Kind.allCases)
    func cursors(kind: Kind) throws {
        try withStore(kind) { store, _ in
            var changes = FoldChanges(end: LogPosition(2))
            changes.identities = [row(anna, 0), row(visitor, 1)]
            changes.timeline = [entry(0, 1, 0), entry(1, 2, 1, kind: .anonymous)]
            try store.commit(changes)
            for text in [
                "", "x", "1", "1.2", "1.2.3.4", "1.-2.0", "1.x.0", "99999999999999999999.1.0", "7.0.-1", "1.2.0.-3.4",
                "1.2.4294967296",
            ] {
                let error = #expect(throws: StoreError.self, "\(text)") {
                    _ = try store.timeline(
                        of: "anna", organization: 1, after: TimelineCursor(text), limit: 1, withChanges: true)
                }
                #expect(error?.code == .badCursor, "\(text)")
            }
        }
        try withStore(.sqlite) { store, _ in
            var changes = FoldChanges(end: LogPosition(2))
            changes.identities = [row(anna, 0), row(visitor, 1)]
            changes.timeline = [entry(0, 1, 0), entry(1, 2, 1, kind: .anonymous)]
            try store.commit(changes)
            // The visitor's event is at 1, and nobody's at 7.
            for next in [1, 7] {
                let cursor = TimelineCursor("9.9.0.\(number(0).rawValue).\(next)")
                let error = #expect(throws: StoreError.self) {
                    _ = try store.timeline(of: "anna", organization: 1, after: cursor, limit: 1, withChanges: true)
                }
                #expect(error?.code == .badCursor)
            }
        }
    }

    @Test("a chain that lacks a link is damage, and no fault of whoever asks")
    func brokenChain() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "state.sqlite").path
        let store = try SQLiteProfiles(path: path)
        var changes = FoldChanges(end: LogPosition(3))
        changes.identities = [row(anna, 0)]
        changes.timeline = [entry(0, 1, 0), entry(0, 2, 1), entry(0, 3, 2)]
        try store.commit(changes)
        for lost in [1, 2] {
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "DELETE FROM timeline WHERE position = ?", arguments: [lost])
            }
            let error = #expect(throws: StoreError.self) {
                _ = try store.timeline(of: "anna", organization: 1, after: nil, limit: 9, withChanges: true)
            }
            #expect(error?.code == .damaged)
        }
    }

    @Test("keep the types of purpose, the latest of each organization, and list people", arguments: Kind.allCases)
    func types(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            #expect(try store.typeBooks().isEmpty && store.organizations().isEmpty)
            let other = Identifier(organization: 3, kind: .user, value: "anna")
            var book = TypeBook()
            book.adopt(try Self.making(["home loan", "credit card"]))
            book.apply(.rename(2, "Cards"))
            var changes = FoldChanges(end: LogPosition(1))
            changes.identities = [row(anna, 0), row(visitor, 1, of: number(0)), row(other, 2)]
            changes.typeBooks = [(1, TypeBook()), (3, book)]
            try store.commit(changes)
            book.apply(.merge(1, into: 2))
            changes = FoldChanges(end: LogPosition(2))
            changes.typeBooks = [(3, book)]
            try store.commit(changes)
            for store in [store, try reopen()] {
                #expect(try store.typeBooks().map(\.organization) == [1, 3])
                let kept = try store.typeBook(of: 3)
                #expect(try kept.encoded() == book.encoded())
                #expect(kept.current.map(\.name) == ["Cards"] && kept.resolved(1) == 2)
                #expect(try store.typeBook(of: 9).isEmpty)
                let organization = other.organization
                #expect(try store.organizations() == Set([1, organization]).sorted())
                #expect(try store.people(of: 1, after: nil, limit: 9) == [number(0)])
                #expect(try store.people(of: organization, after: nil, limit: 9) == [number(2)])
                #expect(try store.people(of: 1, after: number(0), limit: 9).isEmpty)
                #expect(try store.people(of: 1, after: nil, limit: 0).isEmpty)
            }
        }
    }

    @Test("keep the stage of an event beside what was said of it", arguments: Kind.allCases)
    func stages(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            let stages = Stage.allCases.map(Optional.some) + [nil]
            let marks: [(Bool, PlacedEvent.Given)] = [
                (false, .nothing), (true, .nothing), (false, .place), (true, .end),
            ]
            let placed = stages.flatMap { stage in
                marks.map { isRoutine, given in
                    PlacedEvent(
                        purpose: PurposeID(opening: "a"), isRoutine: isRoutine, confidence: 500, given: given,
                        stage: stage, type: UInt16(stage?.rawValue ?? 255) * 257)
                }
            }
            var changes = FoldChanges(end: LogPosition(UInt64(placed.count)))
            changes.identities = [row(anna, 0)]
            changes.timeline = placed.enumerated().map { index, place in
                var entry = entry(0, Int64(index), UInt64(index))
                entry.placed = place
                return entry
            }
            try store.commit(changes)
            for store in [store, try reopen()] {
                let page = try store.timeline(of: "anna", organization: 1, after: nil, limit: 100, withChanges: false)
                #expect(page?.items.reversed().map(Self.placed) == placed)
            }
        }
    }

    @Test("keep where events were placed and what is open, the latest of each person", arguments: Kind.allCases)
    func placedEvents(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            let placed = [
                PlacedEvent(purpose: PurposeID(opening: "a"), isRoutine: false, confidence: 870),
                PlacedEvent(purpose: PurposeID(opening: "b"), isRoutine: true, confidence: 1_000, given: .end), nil,
            ]
            var changes = FoldChanges(end: LogPosition(3))
            changes.identities = [row(anna, 0)]
            changes.timeline = [entry(0, 5, 0), entry(0, 3, 1), entry(0, 9, 2)]
            for (index, place) in placed.enumerated() { changes.timeline[index].placed = place }
            changes.people = [(ProfileNumber(0), stored(1, due: 5)), (ProfileNumber(7), stored(3))]
            try store.commit(changes)
            changes = FoldChanges(end: LogPosition(3))
            changes.people = [(ProfileNumber(0), stored(4)), (ProfileNumber(7), nil)]
            try store.commit(changes)
            for store in [store, try reopen()] {
                let states = try store.people([ProfileNumber(7), ProfileNumber(1), ProfileNumber(0)])
                #expect(states == [nil, nil, stored(4)])
                let page = try store.timeline(of: "anna", organization: 1, after: nil, limit: 9, withChanges: true)
                #expect(page?.items.map(Self.placed) == [placed[2], placed[0], placed[1]])
            }
        }
    }

    @Test("know who must be looked at, those first who must first, until nobody must", arguments: Kind.allCases)
    func due(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            #expect(try store.nextDue() == nil)
            var changes = FoldChanges(end: LogPosition(1))
            changes.clock = Instant(millisecondsSince1970: 40)
            changes.people = [
                (ProfileNumber(1), stored(1, due: 30)), (ProfileNumber(2), stored(2)),
                (ProfileNumber(3), stored(3, due: 10)), (ProfileNumber(4), stored(4, due: 20)),
            ]
            try store.commit(changes)
            func due(_ clock: Int64, _ limit: Int = 9, in store: any Profiles) throws -> [UInt64] {
                try store.due(by: Instant(millisecondsSince1970: clock), limit: limit).map(\.rawValue)
            }
            for store in [store, try reopen()] {
                #expect(try store.clock() == changes.clock)
                #expect(try store.nextDue() == Instant(millisecondsSince1970: 10))
                #expect(try due(9, in: store).isEmpty)
                #expect(try due(20, in: store) == [3, 4])
                #expect(try due(99, in: store) == [3, 4, 1])
                #expect(try due(99, 2, in: store) == [3, 4])
            }
            changes = FoldChanges(end: LogPosition(1))
            changes.people = [
                (ProfileNumber(3), stored(5, due: 10)), (ProfileNumber(4), nil), (ProfileNumber(1), stored(1, due: 5)),
                (ProfileNumber(2), stored(2, due: 40)),
            ]
            try store.commit(changes)
            #expect(try due(99, in: store) == [1, 3, 2])
            #expect(try store.people([ProfileNumber(3)]) == [stored(5, due: 10)])
            changes.people = [1, 2, 3].map { (ProfileNumber($0), stored(1)) }
            try store.commit(changes)
            #expect(try store.nextDue() == nil)
        }
    }

    @Test("tell what became of purposes among the events, and again where it is otherwise", arguments: Kind.allCases)
    func purposeChanges(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            let (one, other) = (PurposeID(opening: "1"), PurposeID(opening: "2"))
            func change(
                _ milliseconds: Int64, _ position: UInt64, _ ordinal: UInt32, _ kind: PurposeChange.Kind,
                of record: UInt64 = 0
            ) -> PurposeChange {
                PurposeChange(
                    organization: 1, strand: number(record),
                    key: TimelineEntry.Key(
                        timestamp: Instant(millisecondsSince1970: milliseconds), position: LogPosition(position),
                        ordinal: ordinal), purpose: one, kind: kind)
            }
            let silence = PurposeChange.Silence(type: 7, missing: .max - 5, seconds: 99, usualSeconds: 11)
            var changes = FoldChanges(end: LogPosition(9))
            changes.identities = [row(anna, 0), row(visitor, 1, of: number(0))]
            changes.timeline = [entry(0, 5, 0), entry(1, 6, 1, kind: .anonymous), entry(0, 3, 2)]
            for index in changes.timeline.indices { changes.timeline[index].gist = Gist(bytes: [UInt8(index)]) }
            let told = [
                change(5, 0, 1, .opened), change(5, 0, 2, .closed(.cancelled)), change(8, 1, 3, .moved(from: other)),
                change(8, 1, 4, .merged(into: other)), change(4, 2, 5, .closed(.lapsed)),
                change(4, 2, 6, .stalled(silence)), change(4, 2, 7, .dormant(silence)),
            ]
            changes.purposeChanges = told + [change(5, 7, 1, .opened, of: 7)]
            try store.commit(changes)
            let events = changes.timeline.map { TimelineItem.event($0) }
            let whole = [
                .change(told[3]), .change(told[2]), events[1], .change(told[1]), .change(told[0]), events[0],
                .change(told[6]), .change(told[5]), .change(told[4]), events[2],
            ]
            for store in [store, try reopen()] {
                for limit in 1...11 {
                    for withChanges in [true, false] {
                        var (items, after) = ([TimelineItem](), TimelineCursor?.none)
                        repeat {
                            let page = try #require(
                                try store.timeline(
                                    of: "v-1", organization: 1, after: after, limit: limit, withChanges: withChanges))
                            items += page.items
                            after = page.next
                        } while after != nil
                        #expect(items == (withChanges ? whole : [events[1], events[0], events[2]]), "limit \(limit)")
                    }
                }
                let latest = try store.latest(
                    of: [[number(1, .anonymous), number(0)], [], [number(0)]], limit: 2)
                let timeline = changes.timeline
                #expect(latest == [[timeline[1], timeline[0]], [], [timeline[0], timeline[2]]])
            }
            changes = FoldChanges(end: LogPosition(9))
            changes.toldAgain = [number(0)]
            changes.purposeChanges = [change(5, 0, 1, .opened)]
            try store.commit(changes)
            let page = try store.timeline(of: "anna", organization: 1, after: nil, limit: 9, withChanges: true)
            #expect(page?.items == [events[1], .change(told[0]), events[0], events[2]])
        }
    }

    @Test("are emptied when the model is another one, and only then", arguments: Kind.allCases)
    func models(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            var emptied = try store.adopt(model: 5)
            #expect(!emptied, "there was nothing in it")
            var changes = FoldChanges(end: LogPosition(1))
            changes.identities = [row(anna, 0)]
            changes.messages = [MessageKey(hash: 1, day: 20_000)]
            changes.timeline = [entry(0, 5, 0)]
            changes.people = [(ProfileNumber(0), stored(1, due: 1))]
            try store.commit(changes)
            let again = try reopen()
            emptied = try again.adopt(model: 5)
            #expect(!emptied)
            #expect(try again.position() == LogPosition(1))
            emptied = try again.adopt(model: 6)
            #expect(emptied)
            for store in [again, try reopen()] {
                #expect(try store.position() == .start)
                #expect(try store.counts() == StoreCounts())
                let known = try store.areKnown([MessageKey(hash: 1, day: 20_000)])
                #expect(known == [false])
                let rows = try store.identities(of: [anna])
                #expect(rows == [nil])
                #expect(try store.members(of: number(0)).isEmpty)
                let states = try store.people([ProfileNumber(0)])
                #expect(states == [nil])
            }
            // And can be filled again.
            try again.commit(changes)
            emptied = try again.adopt(model: 6)
            #expect(!emptied)
            let known = try again.areKnown([MessageKey(hash: 1, day: 20_000)])
            #expect(known == [true])
        }
    }
}
