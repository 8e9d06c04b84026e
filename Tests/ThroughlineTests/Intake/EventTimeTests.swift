import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("when an event was, by the clock of the server")
struct EventTimeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var members: String
        var time: String
        var isSuspect: Bool

        init(_ name: String, _ members: String, _ time: String, suspect: Bool = false) {
            testDescription = name
            self.members = members
            self.time = time
            isSuspect = suspect
        }
    }

    // Received at 2026-03-10T12:00:10Z.
    static let cases = [
        Case("says nothing: time of receipt", "", "2026-03-10T12:00:10.000Z"),
        Case(
            "says only when it was sent: time of receipt", #","sentAt":"2026-03-10T11:00:00Z""#,
            "2026-03-10T12:00:10.000Z"),
        Case("no sentAt: the clock is believed", #","timestamp":"2026-03-09T00:00:00Z""#, "2026-03-09T00:00:00.000Z"),
        Case(
            "no sentAt: timestamp before originalTimestamp",
            #","timestamp":"2026-03-09T00:00:00Z","originalTimestamp":"2026-03-08T00:00:00Z""#,
            "2026-03-09T00:00:00.000Z"),
        Case("originalTimestamp alone", #","originalTimestamp":"2026-03-08T00:00:00Z""#, "2026-03-08T00:00:00.000Z"),
        Case(
            "timestamp put right", #","timestamp":"2026-03-10T10:00:00Z","sentAt":"2026-03-10T10:00:05Z""#,
            "2026-03-10T12:00:05.000Z"),
        Case(
            "originalTimestamp put right, whatever timestamp says",
            #","timestamp":"2020-01-01T00:00:00Z","originalTimestamp":"2026-03-10T10:00:00Z","sentAt":"2026-03-10T10:00:05Z""#,
            "2026-03-10T12:00:05.000Z"),
        Case(
            "null is absent", #","timestamp":"2026-03-09T00:00:00Z","originalTimestamp":null,"sentAt":null"#,
            "2026-03-09T00:00:00.000Z"),
        Case(
            "receivedAt of the sender counts for nothing", #","receivedAt":"2020-01-01T00:00:00Z""#,
            "2026-03-10T12:00:10.000Z"),
        Case("the first of 1990", #","timestamp":"1990-01-01T00:00:00Z""#, "1990-01-01T00:00:00.000Z"),
        Case(
            "a millisecond before 1990", #","timestamp":"1989-12-31T23:59:59.999Z""#, "1989-12-31T23:59:59.999Z",
            suspect: true),
        Case("a day ahead", #","timestamp":"2026-03-11T12:00:10Z""#, "2026-03-11T12:00:10.000Z"),
        Case(
            "a day and a millisecond ahead", #","timestamp":"2026-03-11T12:00:10.001Z""#, "2026-03-11T12:00:10.001Z",
            suspect: true),
        Case(
            "a sentAt that was never set", #","timestamp":"2026-03-10T12:00:00Z","sentAt":"0001-01-01T00:00:00Z""#,
            "4051-05-18T00:00:10.000Z", suspect: true),
        Case(
            "put right beyond the year 1", #","timestamp":"0001-01-01T00:00:00Z","sentAt":"9999-12-31T23:59:59Z""#,
            "0001-01-01T00:00:00.000Z", suspect: true),
        Case(
            "put right beyond the year 9999", #","timestamp":"9999-12-31T23:59:59Z","sentAt":"0001-01-01T00:00:00Z""#,
            "9999-12-31T23:59:59.999Z", suspect: true),
    ]

    @Test("an event alone", arguments: cases)
    func alone(_ example: Case) throws {
        let record = try #require(Given.intake(.one(.page), #"{"userId":"u"\#(example.members)}"#).events.first)
        #expect(record.timestamp.rfc3339 == example.time)
        #expect(record.isTimeSuspect == example.isSuspect)
    }

    @Test("sentAt of the batch counts where the event has none")
    func batch() throws {
        let result = try Given.intake(
            .batch,
            #"{"batch":[{"type":"page","userId":"u","timestamp":"2026-03-10T11:00:00Z"},"#
                + #"{"type":"page","userId":"u","timestamp":"2026-03-10T11:00:00Z","sentAt":"2026-03-10T11:00:10Z"}],"#
                + #""sentAt":"2026-03-10T11:00:20Z"}"#)
        #expect(result.events.map(\.timestamp.rfc3339) == ["2026-03-10T11:59:50.000Z", "2026-03-10T12:00:00.000Z"])
    }

    @Test("no clock overflows")
    func overflow() {
        let edges = [Int64.min, -62_135_596_800_000, 0, 253_402_300_799_999, .max].map {
            Instant(millisecondsSince1970: $0)
        }
        for told in edges {
            for sentAt in edges {
                for receivedAt in edges {
                    let time = EventTime(told: told, sentAt: sentAt, receivedAt: receivedAt)
                    _ = time.timestamp < receivedAt || time.isSuspect
                    _ = EventTime(told: told, sentAt: nil, receivedAt: receivedAt)
                }
            }
        }
    }
}
