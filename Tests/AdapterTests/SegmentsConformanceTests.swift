import Foundation
import GRDB
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every store keeps of segments.
@Suite("stores of segments")
struct SegmentsConformanceTests {
    enum Kind: CaseIterable, CustomTestStringConvertible {
        case memory, sqlite

        var testDescription: String { "\(self)" }
    }

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

    private static let day: Int64 = 86_400_000

    private static func number(_ record: UInt64, _ kind: Identifier.Kind = .user) -> IdentifierNumber {
        IdentifierNumber(record: record, ordinal: 0, kind: kind)
    }

    private static func at(_ milliseconds: Int64) -> Instant { Instant(millisecondsSince1970: milliseconds) }

    /// Two users, a visitor of the first, and somebody of another organization.
    private static func people() -> FoldChanges {
        var changes = FoldChanges(end: LogPosition(9))
        func row(_ value: String, _ record: UInt64, _ kind: Identifier.Kind = .user, of person: UInt64? = nil)
            -> IdentityRow
        {
            IdentityRow(
                Identifier(organization: record == 3 ? 2 : 1, kind: kind, value: value), number: number(record, kind),
                standing: .init(
                    person: person.map { number($0) } ?? number(record, kind), reason: person == nil ? .own : .attached)
            )
        }
        changes.identities = [
            row("anna", 0), row("v-1", 1, .anonymous, of: 0), row("otto", 2), row("eve", 3),
            row("a@example.com", 4, .email, of: 0),
        ]
        changes.timeline = [(0, 5), (1, 6), (2, 7), (2, 8), (0, 9)].map { record, position in
            TimelineEntry(
                organization: 1, strand: number(record, record == 1 ? .anonymous : .user),
                key: TimelineEntry.Key(timestamp: at(Int64(position) * day), position: LogPosition(UInt64(position))))
        }
        changes.traits = [(0, true), (1, false), (2, true)].map { record, isTrusted in
            TraitRow(
                TraitRow.Key(
                    strand: number(record, record == 1 ? .anonymous : .user), subject: .person, name: "plan",
                    isTrusted: isTrusted),
                organization: 1, value: "\"gold\"", said: .init(timestamp: at(1), position: LogPosition(5)), words: [])
        }
        return changes
    }

    @Test(
        "tell what is asked for of people and nothing else, and nobody for a number that is no profile",
        arguments: Kind.allCases)
    func subjects(kind: Kind) throws {
        try withStore(kind) { store, _ in
            var changes = Self.people()
            changes.segments.listed = [
                (70, Self.number(1, .anonymous), true), (71, Self.number(2), true), (71, Self.number(2), false),
            ]
            try store.commit(changes)
            let people = [Self.number(0), Self.number(1, .anonymous), Self.number(3), Self.number(99)]
            func ask(_ inputs: SegmentInputs, from: Int64 = 0) throws -> [SegmentSubject?] {
                try store.segmentSubjects(people, [1: inputs], eventsFrom: Self.at(from))
            }
            let all = try ask([.traits, .claimed, .lists, .events90])
            #expect(all.map { $0 != nil } == [true, false, true, false])
            let anna = try #require(all[0])
            #expect(anna.organization == 1 && anna.naming.value == "anna" && anna.lists == [70] && anna.watch == nil)
            #expect(anna.members == [Self.number(0), Self.number(1, .anonymous), Self.number(4, .email)])
            #expect(anna.traits.map(\.key.isTrusted).sorted { $0 && !$1 } == [true, false])
            #expect(anna.entries.map(\.key.position.rawValue) == [9, 6, 5])
            #expect(try ask([.events90], from: 6 * Self.day)[0]?.entries.map(\.key.position.rawValue) == [9, 6])
            #expect(
                try ask([.events90], from: 60 * Self.day)[0]?.entries.map(\.key.position.rawValue) == [9],
                "the last is told")
            #expect(try ask([.silence])[0]?.entries.map(\.key.position.rawValue) == [9])
            let little = try #require(try ask([.identified])[0])
            #expect(little.entries.isEmpty && little.traits.isEmpty && little.lists.isEmpty)
            #expect(try store.profileCount(of: 1) == 2)
            #expect(try store.profileCount(of: 2) == 1)
        }
    }

    @Test("keep definitions, sets, members, who waits and who is due, also behind a restart", arguments: Kind.allCases)
    func kept(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            var changes = Self.people()
            var book = SegmentBook()
            book.apply(.define(SegmentDefinition(name: "a", title: "A", rule: .condition("true"))), id: 7)
            book.apply(.define(SegmentDefinition(name: "l", title: "é", rule: .list)), id: 8)
            changes.segments.books = [(1, book)]
            changes.segments.touched = [Self.number(0), Self.number(2)]
            try store.commit(changes)
            changes = FoldChanges(end: LogPosition(10))
            changes.segments.touched = [Self.number(2)]
            try store.commit(changes)
            #expect(try store.segmentsWaiting(after: nil, limit: 9).map(\.noted) == [1, 2])
            #expect(try store.segmentsWaiting(after: Self.number(0), limit: 9).map(\.person) == [Self.number(2)])
            #expect(try store.segmentsWaiting(after: nil, limit: 1).map(\.person) == [Self.number(0)])

            var set = SegmentSet(number: 1, organization: 1, segment: 7, rule: .condition("true"))
            set.basis = .max
            var other = SegmentSet(number: 2, organization: 1, segment: 8, rule: .list)
            other.isShown = true
            other.cursor = nil
            var segments = SegmentChanges()
            segments.sets = [set, other]
            segments.entering = [0, 2, 99].map {
                .init(set: 2, person: Self.number($0), since: Self.at(5), before: nil)
            }
            segments.settled = [.init(person: Self.number(0), noted: 1), .init(person: Self.number(2), noted: 1)]
            segments.dues = [
                .init(person: Self.number(0), at: Self.at(9), keepsEarlier: false),
                .init(person: Self.number(0), at: Self.at(12), keepsEarlier: true),
                .init(person: Self.number(2), at: Self.at(8), keepsEarlier: true),
                .init(person: Self.number(99), at: Self.at(1), keepsEarlier: false),
            ]
            try store.commit(segments)
            let again = try reopen()
            #expect(try again.segmentBooks().first?.book == book)
            #expect(
                try again.segmentsWaiting(after: nil, limit: 9) == [.init(person: Self.number(2), noted: 2)],
                "noted again meanwhile")
            other.memberCount = 2
            #expect(try again.segmentSets() == [set, other], "whoever is not there enters nothing")
            #expect(try again.segmentsDue(by: Self.at(9), limit: 9) == [Self.number(2), Self.number(0)])
            #expect(try again.segmentsDue(by: Self.at(8), limit: 9) == [Self.number(2)])
            #expect(try again.segmentsDue(by: Self.at(9), limit: 1) == [Self.number(2)])

            segments = SegmentChanges()
            segments.entering = [.init(set: 1, person: Self.number(2), since: Self.at(77), before: 2)]
            segments.leaving = [(2, Self.number(0)), (2, Self.number(0))]
            segments.dues = [
                .init(person: Self.number(2), at: nil, keepsEarlier: false),
                .init(person: Self.number(0), at: nil, keepsEarlier: true),
            ]
            try again.commit(segments)
            #expect(
                try again.segmentMembers(of: 1, after: nil, limit: 9) == [
                    .init(person: Self.number(2), since: Self.at(5))
                ])
            #expect(try again.segmentMemberships(of: Self.number(2)).map(\.set) == [1, 2])
            #expect(try again.segmentMembers(of: 2, after: Self.number(2), limit: 9).isEmpty)
            #expect(try again.segmentSets().map(\.memberCount) == [1, 1])
            #expect(try again.segmentsDue(by: Self.at(99), limit: 9) == [Self.number(0)])

            segments = SegmentChanges()
            segments.emptying = (2, 1)
            try again.commit(segments)
            #expect(try again.segmentMembers(of: 2, after: nil, limit: 9).isEmpty)
            try again.commit(segments)
            #expect(try again.segmentSets().map(\.number) == [1], "it goes with the last of its members")
        }
    }

    @Test("have nothing of whoever is erased, and a deleted list is empty", arguments: Kind.allCases)
    func erased(kind: Kind) throws {
        try withStore(kind) { store, _ in
            var changes = Self.people()
            changes.segments.listed = [0, 2].flatMap { record in [70, 71].map { ($0, Self.number(record), true) } }
            try store.commit(changes)
            var segments = SegmentChanges()
            segments.sets = [SegmentSet(number: 1, organization: 1, segment: 7, rule: .list)]
            segments.entering = [0, 2].map { .init(set: 1, person: Self.number($0), since: Self.at(5), before: nil) }
            segments.dues = [.init(person: Self.number(0), at: Self.at(9), keepsEarlier: false)]
            try store.commit(segments)
            changes = FoldChanges(end: LogPosition(10))
            changes.erasure = Erasure(
                request: LogPosition(9), identifiers: [Self.number(0)], strands: [Self.number(0)], names: [])
            changes.segments.goneLists = [71]
            try store.commit(changes)
            #expect(try store.segmentMembers(of: 1, after: nil, limit: 9).map(\.person) == [Self.number(2)])
            #expect(try store.segmentSets().map(\.memberCount) == [1])
            #expect(try store.segmentsDue(by: Self.at(99), limit: 9).isEmpty)
            let otto = try store.segmentSubjects([Self.number(2)], [1: [.lists]], eventsFrom: Self.at(0))[0]
            #expect(otto?.lists == [70])
            // What was found before she was erased comes too late.
            segments.sets = []
            try store.commit(segments)
            #expect(try store.segmentMembers(of: 1, after: nil, limit: 9).map(\.person) == [Self.number(2)])
            #expect(try store.segmentsDue(by: Self.at(99), limit: 9).isEmpty)
        }
    }

    @Test("of many events tell those of the window, and the latest of too many", arguments: Kind.allCases)
    func manyEvents(kind: Kind) throws {
        try withStore(kind) { store, _ in
            var changes = Self.people()
            let count = SegmentSubject.entriesMax + 100
            changes.timeline = (0..<count).map { place in
                TimelineEntry(
                    organization: 1, strand: Self.number(0),
                    key: .init(timestamp: Self.at(Int64(place)), position: LogPosition(UInt64(10 + place))))
            }
            try store.commit(changes)
            func entries(from: Int) throws -> Int {
                try store.segmentSubjects([Self.number(0)], [1: [.events7]], eventsFrom: Self.at(Int64(from)))[0]!
                    .entries.count
            }
            #expect(try entries(from: 0) == SegmentSubject.entriesMax)
            for wanted in [1, 31, 32, 33, 127, 129, 700, SegmentSubject.entriesMax] {
                #expect(try entries(from: count - wanted) == wanted)
            }
        }
    }
}
