import Foundation
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every implementation of ``Maps`` keeps.
@Suite("stores of journey maps")
struct MapsConformanceTests {
    private func withStores(_ body: (any Profiles, _ reopen: () throws -> any Profiles) throws -> Void) throws {
        let memory = MemoryProfiles()
        try body(memory) { memory }
        let folder = FileManager.default.temporaryDirectory.appending(path: "maps-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "state.sqlite").path
        try body(try SQLiteProfiles(path: path)) { try SQLiteProfiles(path: path) }
    }

    /// A shelf with versions of every standing, migrations and a retired map.
    private static func shelf() throws -> MapShelf {
        let (home, cards) = (try #require(MapName("home")), try #require(MapName("cards")))
        var shelf = MapShelf()
        let edits: [MapEdit] = [
            .publish(home, text: "map: \"ä\"\n", isProposal: false), .publish(home, text: "2", isProposal: true),
            .publish(home, text: "3", isProposal: true), .publish(home, text: "4", isProposal: true),
            .approve(home, version: 2), .reject(home, version: 3), .migrate(home, from: 1, to: 2),
            .publish(cards, text: "c", isProposal: false), .retire(cards),
        ]
        for (place, edit) in edits.enumerated() {
            let said = MapSaying(
                by: place < 4 ? "a" : "b", at: Instant(millisecondsSince1970: Int64(place)), position: 1 << 54)
            let map = shelf.apply(edit, said: said)
            #expect(map?.name == edit.name)
        }
        return shelf
    }

    @Test("what was kept is read, and nothing else is")
    func bytes() throws {
        for map in try Self.shelf().maps {
            let bytes = try map.encoded()
            #expect(MapHistory(bytes: bytes) == map)
            #expect(MapHistory(bytes: bytes.dropLast()) == nil)
        }
        #expect(MapHistory(bytes: Array(#"{"name":"a b","versions":[],"migrations":[]}"#.utf8)) == nil)
        let nowhere =
            #"{"name":"a","versions":[],"migrations":[{"from":1,"to":2,"said":{"by":"k","at":1,"position":1}}]}"#
        #expect(MapHistory(bytes: Array(nowhere.utf8)) == nil)
    }

    @Test("keep the latest of each map, by organization, until another model empties them")
    func keep() throws {
        try withStores { store, reopen in
            #expect(try store.mapShelf(of: 1) == MapShelf())
            var shelf = try Self.shelf()
            var changes = FoldChanges(end: LogPosition(1))
            changes.maps = shelf.maps.map { (1, $0) }
            try store.commit(changes)
            #expect(try store.mapShelf(of: 1) == shelf)
            let home = try #require(MapName("home"))
            let said = MapSaying(by: "c", at: Instant(millisecondsSince1970: 9), position: 99)
            let change = shelf.apply(.retire(home), said: said)
            let retired = try #require(change)
            changes = FoldChanges(end: LogPosition(2))
            changes.maps = [(1, retired), (.max, retired)]
            try store.commit(changes)
            for store in [store, try reopen()] {
                #expect(try store.mapShelf(of: 1) == shelf)
                #expect(try store.mapShelf(of: .max).maps == [retired])
                #expect(try store.mapShelf(of: 7) == MapShelf())
            }
            #expect(try store.adopt(model: 5))
            #expect(try store.mapShelf(of: 1) == MapShelf())
        }
    }
}
