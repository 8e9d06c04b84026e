import Foundation
import GRDB
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every implementation of ``Access`` keeps.
@Suite("stores of who may do what")
struct AccessConformanceTests {
    enum Kind: CaseIterable, CustomTestStringConvertible {
        case memory, sqlite

        var testDescription: String { "\(self)" }
    }

    private static let admin: Set<Scope> = [.admin, .read]

    /// A store with two organizations, each with one source, a key that writes and one that administers.
    private struct Fixture {
        let store: any Access
        let reopen: () throws -> any Access
        let ours: Source
        let theirs: Source

        var write: KeyHash { KeyHash(of: "write") }
        var api: KeyHash { KeyHash(of: "api") }

        func keys(_ moment: Int64 = 0) -> [Key] { store.keys(of: ours.organization, at: at(moment)) }
        func id(_ label: String) throws -> KeyID { try #require(keys().first { $0.label == label }).id }
        func add(_ draft: Key.Draft, _ text: String, _ moment: Int64 = 0) throws(AccessError) -> Key {
            try store.add(draft, hash: KeyHash(of: text), organization: ours.organization, at: at(moment))
        }
    }

    private static func at(_ second: Int64) -> Instant { Instant(millisecondsSince1970: second * 1_000) }

    private func withStore(_ kind: Kind, _ body: (Fixture) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "access.sqlite").path
        let store: any Access = kind == .memory ? MemoryAccess() : try SQLiteAccess(path: path)
        #expect(!store.isFounded)
        let (ours, theirs) = (try found("ours", "", in: store), try found("theirs", "their ", in: store))
        try body(
            Fixture(
                store: store, reopen: { kind == .memory ? store : try SQLiteAccess(path: path) }, ours: ours,
                theirs: theirs))
    }

    private func found(_ name: String, _ prefix: String, in store: any Access) throws -> Source {
        try store.found(
            name, source: Source.Draft(name: "first", kind: .server),
            keys: [
                (KeyHash(of: prefix + "write"), Key.Draft(label: "write", scopes: [.write])),
                (KeyHash(of: prefix + "api"), Key.Draft(label: "api", scopes: Self.admin)),
            ], at: Self.at(-1))
    }

    @Test("keep what was made, also when they are opened again", arguments: Kind.allCases)
    func keeps(kind: Kind) throws {
        try withStore(kind) { fixture in
            let shop = try fixture.store.add(
                Source.Draft(name: "Laden 🛒", kind: .browser), organization: fixture.ours.organization)
            let made = try fixture.add(
                Key.Draft(
                    label: "shop", source: shop.number, scopes: [.write], expiresAt: Self.at(50), ending: "wxyz"),
                "shop key")
            for store in [fixture.store, try fixture.reopen()] {
                #expect(store.isFounded)
                #expect(store.sources(of: fixture.ours.organization) == [fixture.ours, shop])
                #expect(store.sources(of: fixture.theirs.organization) == [fixture.theirs])
                #expect(store.source(shop.number) == shop)
                #expect(store.source(999) == nil)
                let keys = store.keys(of: fixture.ours.organization, at: Self.at(1))
                #expect(Set(keys.map(\.label)) == ["write", "api", "shop"])
                #expect(keys.last == made)
                #expect(made.createdAt == Self.at(0))
                let grant = try #require(store.grant(for: KeyHash(of: "shop key"), at: Self.at(1)))
                #expect(grant.key == made.id)
                #expect(grant.source == shop)
                #expect(grant.scopes == [.write])
                let api = try #require(store.grant(for: fixture.api, at: Self.at(1)))
                #expect(api.source == nil)
                #expect(api.scopes == Self.admin)
                #expect(store.grant(for: KeyHash(of: "nobody's"), at: Self.at(1)) == nil)
            }
        }
    }

    @Test("let a key expire", arguments: Kind.allCases)
    func expires(kind: Kind) throws {
        try withStore(kind) { fixture in
            let made = try fixture.add(Key.Draft(label: "guest", scopes: [.debug], expiresAt: Self.at(5)), "guest")
            for (second, holds) in [(0, true), (4, true), (5, false), (6, false)] as [(Int64, Bool)] {
                #expect((fixture.store.grant(for: KeyHash(of: "guest"), at: Self.at(second)) != nil) == holds)
                #expect(fixture.keys(second).contains(made) == holds)
            }
            let error = #expect(throws: AccessError.self) {
                try fixture.store.revoke(made.id, organization: fixture.ours.organization, at: Self.at(5))
            }
            #expect(error == .unknownKey)
        }
    }

    @Test("replace a key, and let the old one go on for as long as was said", arguments: Kind.allCases)
    func rotates(kind: Kind) throws {
        try withStore(kind) { fixture in
            let id = try fixture.id("write")
            let (new, old) = try fixture.store.rotate(
                id, to: KeyHash(of: "write 2"), ending: "2222", organization: fixture.ours.organization,
                at: Self.at(10), oldUntil: Self.at(20))
            #expect(old?.id == id)
            #expect(old?.expiresAt == Self.at(20))
            #expect(new.id != id)
            #expect(new.label == "write")
            #expect(new.source == fixture.ours.number)
            #expect(new.expiresAt == nil)
            #expect(new.ending == "2222")
            for store in [fixture.store, try fixture.reopen()] {
                #expect(store.grant(for: fixture.write, at: Self.at(19))?.source == fixture.ours)
                #expect(store.grant(for: fixture.write, at: Self.at(20)) == nil)
                #expect(store.grant(for: KeyHash(of: "write 2"), at: Self.at(20))?.source == fixture.ours)
            }
            // Once more, at once: the second is gone, the first is not given more time.
            let (_, gone) = try fixture.store.rotate(
                new.id, to: KeyHash(of: "write 3"), ending: nil, organization: fixture.ours.organization,
                at: Self.at(11), oldUntil: Self.at(11))
            #expect(gone == nil)
            for store in [fixture.store, try fixture.reopen()] {
                #expect(store.grant(for: KeyHash(of: "write 2"), at: Self.at(11)) == nil)
                #expect(store.grant(for: KeyHash(of: "write 3"), at: Self.at(11)) != nil)
                #expect(store.grant(for: fixture.write, at: Self.at(11)) != nil)
            }
        }
    }

    @Test("a key that expires is replaced by one that expires then, and gets no more time", arguments: Kind.allCases)
    func rotatesExpiring(kind: Kind) throws {
        try withStore(kind) { fixture in
            let made = try fixture.add(Key.Draft(label: "guest", scopes: [.debug], expiresAt: Self.at(5)), "guest")
            let (new, old) = try fixture.store.rotate(
                made.id, to: KeyHash(of: "guest 2"), ending: nil, organization: fixture.ours.organization,
                at: Self.at(1), oldUntil: Self.at(100))
            #expect(new.expiresAt == Self.at(5))
            #expect(old?.expiresAt == Self.at(5))
        }
    }

    @Test("revoke a key at once, but never the last that administers for good", arguments: Kind.allCases)
    func revokes(kind: Kind) throws {
        try withStore(kind) { fixture in
            let organization = fixture.ours.organization
            let (write, api) = (try fixture.id("write"), try fixture.id("api"))
            try fixture.store.revoke(write, organization: organization, at: Self.at(0))
            _ = try fixture.add(
                Key.Draft(label: "for now", scopes: Self.admin, expiresAt: Self.at(99)), "for now")
            let error = #expect(throws: AccessError.self) {
                try fixture.store.revoke(api, organization: organization, at: Self.at(0))
            }
            #expect(error == .lastAdministrator)
            for store in [fixture.store, try fixture.reopen()] {
                #expect(store.grant(for: fixture.write, at: Self.at(0)) == nil)
                #expect(store.grant(for: fixture.api, at: Self.at(0)) != nil)
                #expect(store.grant(for: KeyHash(of: "their write"), at: Self.at(0)) != nil)
            }
            _ = try fixture.add(Key.Draft(label: "second", scopes: Self.admin), "second")
            try fixture.store.revoke(api, organization: organization, at: Self.at(0))
            #expect(fixture.store.grant(for: fixture.api, at: Self.at(0)) == nil)
        }
    }

    @Test("what is another organization's is not there", arguments: Kind.allCases)
    func foreign(kind: Kind) throws {
        try withStore(kind) { fixture in
            let (store, now, theirs) = (fixture.store, Self.at(0), fixture.theirs.organization)
            for id in [try fixture.id("write"), try fixture.id("api"), KeyID("nobody")] {
                let errors = [
                    #expect(throws: AccessError.self) { try store.revoke(id, organization: theirs, at: now) },
                    #expect(throws: AccessError.self) {
                        _ = try store.rotate(
                            id, to: KeyHash(of: "x"), ending: nil, organization: theirs, at: now, oldUntil: now)
                    },
                ]
                #expect(errors == [.unknownKey, .unknownKey])
            }
            for source in [fixture.theirs.number, 999] {
                let error = #expect(throws: AccessError.self) {
                    _ = try fixture.add(Key.Draft(label: "l", source: source, scopes: [.write]), "x")
                }
                #expect(error == .unknownSource)
            }
            #expect(store.grant(for: KeyHash(of: "x"), at: now) == nil)
        }
    }

    @Test("refuse what cannot be, and change nothing", arguments: Kind.allCases)
    func refuses(kind: Kind) throws {
        try withStore(kind) { fixture in
            let organization = fixture.ours.organization
            let browser = try fixture.store.add(
                Source.Draft(name: "shop", kind: .browser), organization: organization)
            _ = try fixture.store.add(
                Source.Draft(name: "shop", kind: .browser), organization: fixture.theirs.organization)
            let taken = #expect(throws: AccessError.self) {
                _ = try fixture.store.add(Source.Draft(name: "shop", kind: .server), organization: organization)
            }
            #expect(taken == .nameTaken)
            let cases: [(UInt32?, Set<Scope>, AccessError)] = [
                (nil, [.write], .sourceWithoutWrite), (fixture.ours.number, [.read], .sourceWithoutWrite),
                (browser.number, [.write, .read], .browserKeyOnlyWrites),
            ]
            for (source, scopes, expected) in cases {
                let error = #expect(throws: AccessError.self) {
                    _ = try fixture.add(Key.Draft(label: "l", source: source, scopes: scopes), "x")
                }
                #expect(error == expected)
            }
            #expect(fixture.keys().count == 2)
        }
    }

    @Test("have a limit, to which expired keys do not count", arguments: Kind.allCases)
    func limits(kind: Kind) throws {
        try withStore(kind) { fixture in
            for number in 2..<Key.countMax where kind == .memory {
                _ = try fixture.add(Key.Draft(label: "l", scopes: [.read], expiresAt: Self.at(9)), "k\(number)")
            }
            guard kind == .memory else { return }  // A sync each: the rule is the same value's.
            let error = #expect(throws: AccessError.self) {
                _ = try fixture.add(Key.Draft(label: "l", scopes: [.read]), "one more")
            }
            #expect(error == .tooManyKeys(max: Key.countMax))
            _ = try fixture.add(Key.Draft(label: "l", scopes: [.read]), "one more", 9)
        }
    }
}

@Suite("access.sqlite of an earlier version")
struct AccessMigrationTests {
    @Test("keeps its keys, which get ids")
    func migrates() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "access.sqlite").path
        let queue = try DatabaseQueue(path: path)
        try AccessSchema.migrator.migrate(queue, upTo: "0001 keys")
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO organization VALUES (1, 'bank');
                    INSERT INTO source VALUES (1, 1, 'first', 'server');
                    """)
            for (key, source, scopes) in [("w", 1, "write"), ("a", nil, "admin read")] as [(String, Int?, String)] {
                try db.execute(
                    sql: "INSERT INTO key VALUES (?, 1, ?, ?)",
                    arguments: [Data(KeyHash(of: key).bytes), source, scopes])
            }
        }
        try queue.close()
        let now = Instant(millisecondsSince1970: 0)
        for _ in 0..<2 {
            let access = try SQLiteAccess(path: path)
            #expect(access.grant(for: KeyHash(of: "w"), at: now)?.source?.name == "first")
            #expect(access.grant(for: KeyHash(of: "a"), at: now)?.scopes == [.admin, .read])
            let keys = access.keys(of: 1, at: now)
            #expect(Set(keys.map(\.label)) == ["write key", "API key"])
            #expect(Set(keys.map(\.id)).count == 2)
            #expect(keys.allSatisfy { $0.id.text.count == 16 && $0.createdAt == nil && $0.expiresAt == nil })
        }
    }
}
