import Dispatch
import Testing
import Throughline

@testable import ThroughlineEngine

/// What an event must have. Each case is asked of an event that comes alone and of one in a batch.
@Suite("rules of an event at the intake")
struct EventRuleTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var json: String
        var fault: IntakeFault
        var kind: Event.Kind
        var testDescription: String { "\(kind) \(json.prefix(80)): \(fault.message)" }

        init(_ json: String, _ fault: IntakeFault, kind: Event.Kind = .track) {
            self.json = json
            self.fault = fault
            self.kind = kind
        }
    }

    static let long = String(repeating: "é", count: 512) + "x"

    static let members = [
        Refusal(#"{"event":"A"}"#, .idMissing),
        Refusal(#"{"event":"A","userId":"","anonymousId":null}"#, .idMissing),
        Refusal(#"{"event":"A","groupId":"g","previousId":"p"}"#, .idMissing),
        Refusal(#"{"userId":"u"}"#, .missing(at: "event")),
        Refusal(#"{"userId":"u","event":""}"#, .missing(at: "event")),
        Refusal(#"{"userId":"u","event":null}"#, .missing(at: "event")),
        Refusal(#"{"userId":"u","event":5}"#, .notText(at: "event")),
        Refusal(#"{"userId":"u"}"#, .missing(at: "groupId"), kind: .group),
        Refusal(#"{"userId":"u","groupId":""}"#, .missing(at: "groupId"), kind: .group),
        Refusal(#"{"userId":"u","previousId":null}"#, .missing(at: "previousId"), kind: .alias),
        Refusal(#"{"userId":"u","groupId":[]}"#, .notAnIdentifier(at: "groupId"), kind: .page),
    ]

    static let identifiers = ["userId", "anonymousId", "groupId", "previousId", "messageId"].flatMap { (key: String) in
        let faults: [(String, IntakeFault)] = [
            ("{}", .notAnIdentifier(at: key)), ("[1]", .notAnIdentifier(at: key)), ("true", .notAnIdentifier(at: key)),
            ("1.5", .notAnIdentifier(at: key)), ("1e400", .notAnIdentifier(at: key)),
            ("99999999999999999999999", .notAnIdentifier(at: key)), ("\"\(long)\"", .tooLong(at: key, bytes: 1_025)),
            (#""a\tb""#, .controlCharacter(at: key)), (#""\u0000""#, .controlCharacter(at: key)),
            (#""a\u007f""#, .controlCharacter(at: key)), (#""a\u0085""#, .controlCharacter(at: key)),
            ("\"\u{9f}\"", .controlCharacter(at: key)),
        ]
        return faults.map { Refusal(#"{"event":"A","userId":"u","\#(key)":\#($0)}"#, $1) }
    }

    static let objects = ["properties", "traits", "context"].flatMap { (key: String) in
        ["[1]", #""x""#, "5", "false"].map { (value: String) in
            Refusal(#"{"event":"A","userId":"u","\#(key)":\#(value)}"#, .notAnObject(at: key))
        }
    }

    static let times = ["timestamp", "originalTimestamp", "sentAt"].flatMap { (key: String) in
        let faults: [(String, InstantError?)] = [
            (#""gestern""#, .malformed), (#""""#, .malformed), (#""2026-03-10T12:00:00""#, .zoneMissing),
            (#""2026-02-30T12:00:00Z""#, .fieldOutOfRange("day")), ("1773144010", nil), ("{}", nil), ("1e400", nil),
        ]
        return faults.map { Refusal(#"{"event":"A","userId":"u","\#(key)":\#($0)}"#, .notATime(at: key, why: $1)) }
    }

    @Test(
        "an event without what its kind needs is refused with its reason and place",
        arguments: members + identifiers + objects + times)
    func refuses(_ example: Refusal) throws {
        let alone = try Given.intake(.one(example.kind), " \(example.json)\n")
        #expect(alone.records.isEmpty)
        #expect(alone.refusals.map(\.fault) == [example.fault])
        #expect(alone.refusals[0].json == Array(example.json.utf8))
        let typed = #"{"type":"\#(example.kind)","# + example.json.dropFirst()
        let batch = try Given.intake(.batch, #"{"batch":[\#(typed)]}"#)
        #expect(batch.records.isEmpty)
        #expect(batch.refusals.map(\.fault) == [example.fault])
        #expect(!example.fault.message.isEmpty && !example.fault.code.isEmpty)
        if let at = example.fault.at { #expect(example.fault.message.contains("\"\(at)\"")) }
    }

    struct Taken: Sendable, CustomTestStringConvertible {
        var name: String
        var json: String
        var userId = "u"
        var kind = Event.Kind.track
        var testDescription: String { name }
    }

    static let taken = [
        Taken(
            name: "null stands for absent everywhere",
            json:
                #"{"userId":"u","event":"A","anonymousId":null,"groupId":null,"previousId":null,"messageId":null,"timestamp":null,"originalTimestamp":null,"sentAt":null,"properties":null,"traits":null,"context":null}"#
        ),
        Taken(name: "a whole number is an id", json: #"{"userId":-7,"event":"A"}"#, userId: "-7"),
        Taken(
            name: "of 64 bits too",
            json: #"{"userId":18446744073709551615,"event":"A","messageId":9223372036854775808}"#,
            userId: "18446744073709551615"),
        Taken(
            name: "1,024 bytes of an id", json: "{\"userId\":\"\(long.dropLast())\",\"event\":\"A\"}",
            userId: String(long.dropLast())),
        Taken(
            name: "U+00A0 is no control character", json: "{\"userId\":\"\u{a0}\",\"event\":\"A\"}", userId: "\u{a0}"),
        Taken(name: "any text in the name of an event", json: #"{"userId":"u","event":"\u0000\n"}"#),
        Taken(name: "a page needs no name", json: #"{"userId":"u","name":{}}"#, kind: .page),
        Taken(name: "traits in the context", json: #"{"userId":"u","context":{"traits":{"a":1}}}"#, kind: .identify),
        Taken(name: "the path says the kind, not the body", json: #"{"userId":"u","type":5}"#, kind: .screen),
        Taken(
            name: "of members with one name the last counts", json: #"{"userId":{},"event":5,"userId":"u","event":"A"}"#
        ),
        Taken(
            name: "numbers beyond a double stay",
            json: #"{"userId":"u","event":"A","properties":{"e":[1e400,-99999999999999999999999]}}"#),
        Taken(name: "a name written with escapes", json: #"{"u\u0073erId":"u","event":"A"}"#),
    ]

    @Test("is taken, kept as it was sent, and read from the log", arguments: taken)
    func takes(_ example: Taken) throws {
        let result = try Given.intake(.one(example.kind), "\u{feff}\r\n\t \(example.json) ")
        #expect(result.refusals == [])
        let record = try #require(result.events.first)
        #expect(record.json == Array(example.json.utf8))
        #expect(record.source == 7 && record.receivedAt == Given.receipt && record.eventKind == example.kind)
        #expect(record.timestamp == Given.receipt && !record.isTimeSuspect)
        let event = try record.event()
        #expect(event.string(event.userId) == example.userId)
        #expect(event.kind == example.kind)
    }

    @Test("an id of a message is kept, as text; one that has none is given one")
    func messageIds() throws {
        for (sent, kept) in [(#""m-1""#, "m-1"), ("5", "5"), (#""""#, "made"), ("null", "made"), (#""\u00e9""#, "é")] {
            let result = try Given.intake(.one(.page), #"{"userId":"u","messageId":\#(sent)}"#)
            #expect(String(decoding: result.events[0].messageId, as: UTF8.self) == kept)
            let refused = try Given.intake(.one(.track), #"{"userId":"u","messageId":\#(sent)}"#)
            #expect(refused.refusals[0].messageId == (kept == "made" ? nil : kept))
        }
        #expect(try Given.intake(.one(.track), #"{"userId":"u","messageId":"\n"}"#).refusals[0].messageId == nil)
    }

    @Test("a random UUID where nothing else is given, never the same")
    func randomIds() throws {
        let pool = IntakePool()
        var ids: Set<[UInt8]> = []
        for _ in 0..<50 {
            let body = Array(#"{"userId":"u"}"#.utf8)
            let result = try body.withUnsafeBufferPointer {
                try pool.take($0, of: IntakeRequest(.one(.page), from: .known(1), receivedAt: Given.receipt))
            }
            ids.insert(result.events[0].messageId)
        }
        #expect(ids.count == 50 && ids.allSatisfy { $0.count == 36 })
    }

    @Test("a pool serves several at a time")
    func pool() {
        let pool = IntakePool(makeMessageId: { "made" })
        DispatchQueue.concurrentPerform(iterations: 200) { index in
            let body = Array(#"{"batch":[{"type":"page","userId":\#(index)},5]}"#.utf8)
            let result = try? body.withUnsafeBufferPointer {
                try pool.take($0, of: IntakeRequest(.batch, from: .known(1), receivedAt: Given.receipt))
            }
            #expect(result?.events.map { String(decoding: $0.json, as: UTF8.self).contains("\(index)}") } == [true])
            #expect(result?.refusals.map(\.fault) == [.notAnObject(at: nil)])
        }
    }

    @Test("every path names its call")
    func names() {
        let letters: [(Event.Kind, String)] = [
            (.track, "t"), (.identify, "i"), (.page, "p"), (.screen, "s"), (.group, "g"), (.alias, "a"),
        ]
        #expect(letters.count == Event.Kind.allCases.count)
        for (kind, letter) in letters {
            #expect(IntakeCall(name: letter) == .one(kind))
            #expect(IntakeCall(name: "\(kind)") == .one(kind))
        }
        for name in ["batch", "b", "import"] { #expect(IntakeCall(name: name) == .batch) }
        for name in ["", "Track", "x", "tracks"] { #expect(IntakeCall(name: name) == nil) }
    }
}
