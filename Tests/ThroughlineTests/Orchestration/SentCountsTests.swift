import Testing
import Throughline
import ThroughlineEngine

@Suite("messages that went out")
struct SentCountsTests {
    private static let now = try! Instant(rfc3339: "2026-03-31T12:00:00Z")

    private static func event(_ name: String, _ time: String, channel: String = "web") throws -> Event {
        try Given.event(
            #"{"type":"track","userId":"anna","messageId":"m","event":"\#(name)","timestamp":"\#(time)","context":{"channel":"\#(channel)"}}"#
        )
    }

    @Test(
        "a name says what went out by which channel",
        arguments: [
            ("Email Delivered", "email"), ("email_sent", "email"), ("smsSent", "sms"),
            ("Push Notification Delivered", "push"),
            ("Message Sent", "web"), ("Letter Sent", "letter"),
        ])
    func names(name: String, channel: String) throws {
        var counts = SentCounts(now: Self.now)
        counts.add(try Self.event(name, "2026-03-31T11:00:00Z"))
        #expect(counts.channels.map(\.name) == [channel])
        #expect(counts.channels.first?.messages.counts == [1, 1, 1])
    }

    @Test(
        "what she does with a message is none that went out",
        arguments: ["Order Sent", "Sent", "Link Clicked", "Email Changed"])
    func others(name: String) throws {
        var counts = SentCounts(now: Self.now)
        counts.add(try Self.event(name, "2026-03-31T11:00:00Z"))
        #expect(counts.channels.isEmpty)
    }

    @Test("each window has its own count; sent and delivered are one message; older and future ones are none")
    func windows() throws {
        var counts = SentCounts(now: Self.now)
        for (name, time) in [
            ("Email Sent", "2026-03-31T09:00:00Z"), ("Email Delivered", "2026-03-31T09:00:02Z"),
            ("Email Sent", "2026-03-26T09:00:00Z"), ("Email Sent", "2026-03-03T12:00:00Z"),
            ("Email Sent", "2026-03-01T12:00:00Z"), ("Email Sent", "2026-04-01T12:00:00Z"),
        ] { counts.add(try Self.event(name, time)) }
        #expect(counts.channels.first?.messages.counts == [1, 2, 3])
    }

    @Test(
        "what she opened is not left unopened; opened and clicked is opened once; what was opened and not sent owes nothing"
    )
    func unopened() throws {
        var counts = SentCounts(now: Self.now)
        for (name, time) in [
            ("Email Delivered", "2026-03-30T09:00:00Z"), ("Email Delivered", "2026-03-26T09:00:00Z"),
            ("Email Delivered", "2026-03-05T09:00:00Z"), ("Email Opened", "2026-03-30T10:00:00Z"),
            ("Email Link Clicked", "2026-03-30T10:01:00Z"), ("SMS Read", "2026-03-31T10:01:00Z"),
        ] { counts.add(try Self.event(name, time)) }
        #expect(counts.channels.map(\.name) == ["email", "sms"])
        #expect(
            counts.channels[0].messages.counts == [0, 2, 3] && counts.channels[0].messages.unanswered == [0, 1, 2])
        #expect(counts.channels[1].messages.unanswered == [0, 0, 0])
    }

    @Test("an offer that she saw and did not answer is not taken; accepted and clicked is answered once")
    func offers() throws {
        var counts = SentCounts(now: Self.now)
        for (name, time) in [
            ("Promotion Viewed", "2026-03-31T09:00:00Z"), ("Promotion Viewed", "2026-03-26T09:00:00Z"),
            ("offer_presented", "2026-03-26T09:01:00Z"), ("Coupon Shown", "2026-03-03T12:00:00Z"),
            ("Promotion Clicked", "2026-03-26T09:02:00Z"), ("Offer Accepted", "2026-03-26T09:03:00Z"),
            ("Offer Accepted", "2026-03-05T09:03:00Z"), ("Offer Viewed", "2026-04-01T12:00:00Z"),
            ("Special Offers Viewed", "2026-03-31T09:00:00Z"), ("Product Viewed", "2026-03-31T09:00:00Z"),
        ] { counts.add(try Self.event(name, time)) }
        #expect(counts.offers.counts == [1, 3, 4] && counts.offers.unanswered == [1, 2, 2])
        #expect(counts.channels.isEmpty)
        counts.add(try Self.event("Email Offer Sent", "2026-03-31T09:00:00Z"))
        #expect(counts.offers.counts == [1, 3, 4] && counts.channels.map(\.name) == ["email"])
    }

    @Test("channels that nobody can have are counted together")
    func channels() throws {
        var counts = SentCounts(now: Self.now)
        for number in 0..<100 {
            counts.add(try Self.event("Message Sent", "2026-03-31T09:00:00Z", channel: "c\(number)"))
        }
        #expect(counts.channels.count == SentCounts.channelsMax)
        #expect(counts.channels.reduce(0) { $0 + $1.messages.counts[0] } == 100)
    }
}
