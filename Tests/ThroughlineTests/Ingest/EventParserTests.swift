import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("events from JSON")
struct EventParserTests {
    private func refusal(_ line: String) -> String? {
        do {
            _ = try Given.event(line)
            return nil
        } catch { return "\(error)" }
    }

    static let tail = #""userId":"u","timestamp":"2026-03-01T09:30:00Z""#

    struct Refusal: Sendable, CustomTestStringConvertible {
        var line: String
        var says: String
        var testDescription: String { says }

        init(_ line: String, says: String) {
            self.line = line
            self.says = says
        }
    }

    static let refusals = [
        Refusal("", says: "not JSON"),
        Refusal("{", says: "not JSON"),
        Refusal("[1,2]", says: "not a JSON object"),
        Refusal("null", says: "not a JSON object"),
        Refusal(#"{"type":"track","event":"A","userId":"u"}"#, says: "nobody knows when"),
        Refusal(#"{"type":"track","event":"A","timestamp":"2026-03-01T09:30:00Z"}"#, says: "nobody did this"),
        Refusal(
            #"{"type":"track","event":"A","userId":"","anonymousId":null,"timestamp":"2026-03-01T09:30:00Z"}"#,
            says: "nobody did this"),
        Refusal(#"{"type":"track",\#(tail)}"#, says: "without the name"),
        Refusal(#"{"type":"bogus",\#(tail)}"#, says: "none of track"),
        Refusal(#"{\#(tail)}"#, says: "this is not an event"),
        Refusal(
            #"{"type":"track","event":"A","userId":{},"timestamp":"2026-03-01T09:30:00Z"}"#, says: "neither a text nor"),
        Refusal(
            #"{"type":"track","event":"A","userId":"u","timestamp":"2026-02-30T09:30:00Z"}"#,
            says: "day that does not exist"),
        Refusal(#"{"type":"track","event":"A","userId":"u","timestamp":17}"#, says: "not a text like"),
        Refusal(
            #"{"type":"track","event":"A","userId":"\#(String(repeating: "u", count: 1_025))","timestamp":"2026-03-01T09:30:00Z"}"#,
            says: "the limit is 1024"),
        Refusal(
            #"{"type":"track","event":"A","properties":"# + String(repeating: "[", count: 200)
                + String(repeating: "]", count: 200) + "}", says: "deeper than 64"),
        Refusal(
            #"{"type":"track","event":"\#(String(repeating: "x", count: 33_000))",\#(tail)}"#,
            says: "the limit is 32768"),
    ]

    @Test("refuses with a sentence", arguments: refusals)
    func refuses(_ example: Refusal) throws {
        let message = try #require(refusal(example.line))
        #expect(message.contains(example.says), "said: \(message)")
    }

    @Test("an envelope is refused with the same sentence", arguments: refusals)
    func refusesEnvelope(_ example: Refusal) throws {
        #expect(throws: EventError.self) { try Given.event(example.line, part: .envelope) }
        do { _ = try Given.event(example.line, part: .envelope) } catch { #expect("\(error)" == refusal(example.line)) }
    }

    @Test("an envelope says who, when and which as the whole does")
    func envelope() throws {
        let ids = #""messageId":"m","anonymousId":"v","previousId":"w","context":{"userId":"x"}"#
        for properties in ["{}", #"{"userId":"y","a":[{"timestamp":1e999}]}"#] {
            let line = #"{"type":"alias",\#(ids),"properties":\#(properties),\#(EventParserTests.tail)}"#
            let whole = try Given.event(line)
            let envelope = try Given.event(line, part: .envelope)
            #expect(envelope.timestamp == whole.timestamp)
            for field in [\Event.messageId, \.userId, \.anonymousId, \.previousId, \.name] {
                #expect(envelope.string(envelope[keyPath: field]) == whole.string(whole[keyPath: field]))
            }
            #expect(envelope.string(envelope.userId) == "u")
        }
    }

    @Test("says where JSON goes wrong")
    func column() {
        let line = #"{"type":"track","event":"A","userId":nope}"#
        do {
            _ = try Given.event(line)
            Issue.record("read it")
        } catch let error as EventError {
            #expect(error.offset.map { (30...45).contains($0) } ?? true)
        } catch { Issue.record("\(error)") }
    }

    @Test("takes the time from timestamp, then receivedAt, then sentAt")
    func times() throws {
        let all = #""sentAt":"2026-03-03T00:00:00Z","receivedAt":"2026-03-02T00:00:00Z""#
        let first = try Given.event(#"{"type":"page","userId":"u","timestamp":"2026-03-01T00:00:00Z",\#(all)}"#)
        let second = try Given.event(#"{"type":"page","userId":"u","timestamp":null,\#(all)}"#)
        let third = try Given.event(#"{"type":"page","userId":"u","sentAt":"2026-03-03T00:00:00Z"}"#)
        #expect(first.timestamp.rfc3339 == "2026-03-01T00:00:00.000Z")
        #expect(second.timestamp.rfc3339 == "2026-03-02T00:00:00.000Z")
        #expect(third.timestamp.rfc3339 == "2026-03-03T00:00:00.000Z")
    }

    @Test("the same line has the same derived message id, another line another")
    func derived() throws {
        let line = #"{"type":"page",\#(EventParserTests.tail)}"#
        let a = try Given.event(line)
        let b = try Given.event(line)
        let c = try Given.event(line.replacing("09:30", with: "09:31"))
        #expect(a.string(a.messageId) == b.string(b.messageId))
        #expect(a.string(a.messageId) != c.string(c.messageId))
        #expect(a.string(a.messageId).hasPrefix("content-"))
    }

    @Test("finds texts, entities, author and resource by the words of their keys")
    func properties() throws {
        let event = try Given.event(
            #"{"type":"track","event":"Call Logged",\#(EventParserTests.tail),"context":{"channel":"phone"},"properties":{"note":"asks for a home loan","order_id":"ORD-1","url":"https://example.com/x","resource":112,"author":"ana","price":3.5,"items":[{"name":"table"},{"name":"chair"}],"clicked":["a.example","b.example"]}}"#
        )
        #expect(event.string(event.text) == "asks for a home loan. table. chair")
        #expect(event.entities.count == 3)
        #expect(event.string(event.author) == "ana")
        #expect(event.string(event.resource) == "112")
        #expect(event.string(event.channel) == "phone")
    }

    @Test("a page is named by its title once, and its channel is the web")
    func page() throws {
        let event = try Given.event(
            #"{"type":"page","name":"Home loans",\#(EventParserTests.tail),"context":{"page":{"title":"Something long"}}}"#
        )
        #expect(event.string(event.text) == "Home loans")
        #expect(event.string(event.channel) == "web")
        #expect(event.string(event.name) == "Page Viewed")
    }

    @Test("a whole number is an identifier too")
    func number() throws {
        let event = try Given.event(#"{"type":"page","userId":123456789012,"timestamp":"2026-03-01T09:30:00Z"}"#)
        #expect(event.string(event.userId) == "123456789012")
    }

    @Test("a whole number that says how much is kept as it was written; one in quotes is a text")
    func amount() throws {
        func amount(_ properties: String) throws -> (String, String) {
            let event = try Given.event(
                "{\"event\":\"E\",\"userId\":\"u\",\"timestamp\":\"2026-03-01T00:00:00Z\",\"properties\":\(properties)}"
            )
            return (event.string(event.amount), event.string(event.text))
        }
        #expect(try amount(#"{"amountRequested":9000,"title":"Loan"}"#) == ("9000", "Loan"))
        #expect(try amount(#"{"amount":"9000"}"#) == ("", "9000"))
        #expect(try amount(#"{"amount":14.99}"#) == ("", ""))
    }

    private func record(_ json: String) -> EventRecord {
        EventRecord(
            source: 1, receivedAt: Given.receipt, timestamp: Instant(millisecondsSince1970: -1), isTimeSuspect: true,
            eventKind: .screen, messageId: Array("m-of-record".utf8), json: Array(json.utf8))
    }

    @Test(
        "of a record, its kind, time and message id count, whatever the object says",
        arguments: [
            #"{"userId":"u"}"#, #"{"userId":"u","type":5,"timestamp":"never","messageId":[],"event":{}}"#,
            #"{"userId":"u","type":"track","timestamp":"2026-03-01T09:30:00Z","messageId":"m-of-object"}"#,
        ])
    func record(json: String) throws {
        let parser = EventParser()
        for part in [EventParser.Part.whole, .envelope] {
            var event = Event()
            try parser.parse(record(json), into: &event, part: part)
            #expect(event.kind == .screen)
            #expect(event.timestamp == Instant(millisecondsSince1970: -1))
            #expect(event.string(event.messageId) == "m-of-record")
            #expect(event.string(event.userId) == "u")
            #expect(event.string(event.name) == "Screen Viewed")
            #expect(event.string(event.channel) == (part == .whole ? "app" : ""))
        }
    }

    @Test(
        "a record whose object is no event is refused", arguments: [#"{"userId":"u""#, "[]", #"{"type":"page"}"#, ""])
    func brokenRecord(json: String) {
        var event = Event()
        #expect(throws: EventError.self) { try EventParser().parse(record(json), into: &event) }
    }

    /// The traits of a record, as "subject name value".
    private func traits(_ kind: Event.Kind, _ json: String) throws -> [String] {
        var record = record(json)
        record.eventKind = kind
        var event = Event()
        try EventParser().parse(record, into: &event)
        return event.traits.map { "\($0.subject) \(event.string($0.name)) \($0.value.map(event.string) ?? "-")" }
    }

    @Test("traits are those of an identify, of any event's context, and of what a group names, as JSON")
    func traits() throws {
        let values =
            #"{"a":"x\"\u00e9","b":-3,"c":2.5,"d":true,"e":null,"f":[1,{"g":[]}],"":1,"h":18446744073709551615}"#
        let told = [
            #"person a "x\"é""#, "person b -3", "person c 2.5", "person d true", "person e null",
            #"person f [1,{"g":[]}]"#, "person h 18446744073709551615",
        ]
        #expect(try traits(.identify, #"{"userId":"u","traits":\#(values)}"#) == told)
        #expect(try traits(.track, #"{"userId":"u","event":"E","context":{"traits":\#(values)}}"#) == told)
        #expect(try traits(.track, #"{"userId":"u","event":"E","traits":\#(values)}"#) == [])
        #expect(try traits(.identify, #"{"userId":"u","traits":[1],"context":{"traits":"x"}}"#) == [])
        #expect(
            try traits(.group, #"{"userId":"u","groupId":"g","traits":{"n":1}}"#) == [
                "facet g true", #"facetTraits g {"n":1}"#,
            ])
        #expect(try traits(.group, #"{"userId":"u","groupId":"g"}"#) == ["facet g true"])
        #expect(
            try traits(.group, #"{"userId":"u","groupId":"g","traits":null}"#) == [
                "facet g null", "facetTraits g null",
            ])
        #expect(try traits(.group, #"{"userId":"u","traits":{"n":1}}"#) == [])
    }

    @Test("a trait at its limits is kept, one beyond them is not, or without its value")
    func traitLimits() throws {
        let name = String(repeating: "n", count: EventTrait.nameBytesMax)
        let text = String(repeating: "v", count: EventTrait.valueBytesMax - 2)
        #expect(
            try traits(
                .identify, #"{"userId":"u","traits":{"\#(name)":1,"\#(name)n":2,"a":"\#(text)","b":"\#(text)v"}}"#)
                == ["person \(name) 1", "person a \"\(text)\"", "person b -"])
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(try traits(.identify, #"{"userId":"u","traits":{"a":\#(deep)}}"#) == ["person a \(deep)"])
        let vast = "123456789012345678901234"
        #expect(
            try traits(.identify, #"{"userId":"u","traits":{"a":\#(vast),"b":[\#(vast)],"c":1e19}}"#)
                == ["person a -", "person b -", "person c 1e+19"])
        let many = (0...EventTrait.perEventMax).map { #""t\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(try traits(.identify, #"{"userId":"u","traits":{\#(many)}}"#).count == EventTrait.perEventMax)
    }

    @Test("a group says which")
    func group() throws {
        let event = try Given.event(#"{"type":"group","groupId":18446744073709551615,\#(EventParserTests.tail)}"#)
        #expect(event.string(event.groupId) == "18446744073709551615")
        let other = try Given.event(#"{"type":"page","groupId":{},\#(EventParserTests.tail)}"#)
        #expect(other.string(other.groupId) == "")
    }

    @Test("a number that no machine holds names nobody and no time, and is no matter elsewhere")
    func vast() throws {
        #expect(refusal(#"{"type":"page","anonymousId":"a","userId":1e400,"timestamp":"2026-03-01T09:30:00Z"}"#) != nil)
        #expect(refusal(#"{"type":"page","userId":"u","timestamp":1e400,"sentAt":"2026-03-01T09:30:00Z"}"#) != nil)
        #expect(refusal(#"{"type":"page","properties":{"amount":1e400},\#(EventParserTests.tail)}"#) == nil)
    }
}
