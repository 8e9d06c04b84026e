import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("records of events")
struct EventRecordTests {
    private let record = EventRecord(
        source: 7, receivedAt: Instant(millisecondsSince1970: 1_773_144_010_000),
        timestamp: Instant(millisecondsSince1970: -62_135_596_800_000), isTimeSuspect: true, eventKind: .screen,
        messageId: Array("m-1".utf8), json: Array(#"{"anonymousId":"a"}"#.utf8))

    private func bytes(_ record: EventRecord) -> [UInt8] {
        var records = LogRecords()
        records.append { record.append(to: &$0) }
        return records.bytes
    }

    @Test("are read as they were written")
    func roundTrip() {
        for kind in Event.Kind.allCases {
            for isSuspect in [false, true] {
                var record = record
                record.eventKind = kind
                record.isTimeSuspect = isSuspect
                #expect(bytes(record).withUnsafeBufferPointer { EventRecord($0) } == record)
            }
        }
    }

    @Test("that were cut in the head, or are something else, are none")
    func others() {
        let bytes = bytes(record)
        for cut in 0..<EventRecord.headBytes + record.messageId.count {
            #expect(bytes[..<cut].withUnsafeBufferPointer { EventRecord($0) } == nil)
        }
        for (place, value) in [(0, 9), (2, 200)] as [(Int, UInt8)] {
            var other = bytes
            other[place] = value
            #expect(other.withUnsafeBufferPointer { EventRecord($0) } == nil)
        }
    }
}
