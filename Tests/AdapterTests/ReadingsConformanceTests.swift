import Foundation
import Testing
import Throughline
import ThroughlineEngine
import ThroughlineSimulation

@testable import ThroughlineEmbedded

/// What every implementation of ``Readings`` keeps.
@Suite("stores of readings")
struct ReadingsConformanceTests {
    enum Kind: CaseIterable { case memory, sqlite }

    private func withStore(
        _ kind: Kind, _ body: (any Readings, _ reopen: () throws -> any Readings) throws -> Void
    ) throws {
        guard kind == .sqlite else {
            let store = MemoryReadings()
            return try body(store) { store }
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "readings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "readings.sqlite").path
        try body(try SQLiteReadings(path: path)) { try SQLiteReadings(path: path) }
    }

    private func number(_ record: UInt64) -> IdentifierNumber {
        IdentifierNumber(record: record, ordinal: 0, kind: .user)
    }

    private func reading(_ subject: UInt64, _ at: Int64, actor: String? = nil) -> Reading {
        Reading(
            of: number(subject), at: Instant(millisecondsSince1970: at), key: "k", actor: actor,
            reason: actor.map { "\($0)'s" }, what: "profile")
    }

    @Test("tell the latest first, of several together, and forget", arguments: Kind.allCases)
    func tells(kind: Kind) throws {
        try withStore(kind) { store, reopen in
            let all = [reading(1, 5, actor: "a"), reading(2, 6), reading(1, 7), reading(3, 8, actor: "b")]
            for reading in all { try store.note(reading) }
            for store in [store, try reopen()] {
                #expect(try store.readings(of: [number(1), number(2)], limit: 9) == [all[2], all[1], all[0]])
                #expect(try store.readings(of: [number(1), number(2)], limit: 1) == [all[2]])
                #expect(try store.readings(of: [number(9)], limit: 9).isEmpty)
                #expect(try store.latestSubjects(limit: 2) == [number(1), number(3)])
            }
            try store.forget([number(1), number(9)])
            #expect(try reopen().readings(of: [number(1), number(2)], limit: 9) == [all[1]])
        }
    }

    @Test("keep so many of each, the latest", arguments: Kind.allCases)
    func limit(kind: Kind) throws {
        try withStore(kind) { store, _ in
            try store.note(reading(2, 0))
            for at in 0...Int64(Reading.perIdentifierMax) { try store.note(reading(1, at)) }
            let kept = try store.readings(of: [number(1)], limit: .max)
            #expect(kept.count == Reading.perIdentifierMax && kept.last == reading(1, 1))
            #expect(try store.readings(of: [number(2)], limit: 9).count == 1)
        }
    }
}
