import Foundation
import Throughline

@testable import ThroughlineEngine

extension Given {
    /// The record of an event that a trusted source sent as a line, which came the moment it happened.
    static func record(_ line: String, at time: Instant? = nil) throws -> EventRecord {
        let event = try event(line)
        let timestamp = time ?? event.timestamp
        return EventRecord(
            source: Folding.server, receivedAt: timestamp, timestamp: timestamp, isTimeSuspect: false,
            eventKind: event.kind, messageId: Array(event.bytes[event.messageId]), json: Array(line.utf8))
    }

    /// What a server comes to that is told of one person and left alone for two months: where each event is placed, as it came and in the
    /// end, in the order of the records.
    static func live(_ records: [EventRecord]) throws -> (
        atArrival: [PlacedEvent], repaired: [PlacedEvent], [PurposeChange]
    ) {
        let last = records.map(\.receivedAt).max()!
        let store = try Folding(
            records, tick: last.advanced(byMilliseconds: 61 * 86_400_000), discovering: .init()
        ).folded()
        let strands = Set(store.entries(of: store.allStrands).map(\.strand))
        let entries = store.entries(of: Array(strands))
        // As they came: without whatever repair moved.
        let changes = store.allPurposeChanges
        var first: [LogPosition: PurposeID] = [:]
        for change in changes.sorted(by: { $0.key < $1.key }) {
            if case .moved(let from) = change.kind, first[change.key.position] == nil {
                first[change.key.position] = from
            }
        }
        let atArrival = entries.map { entry in
            PlacedEvent(
                purpose: first[entry.key.position] ?? entry.placed!.purpose, isRoutine: entry.placed!.isRoutine,
                confidence: 0)
        }
        return (atArrival, entries.map { $0.placed! }, changes)
    }
}
