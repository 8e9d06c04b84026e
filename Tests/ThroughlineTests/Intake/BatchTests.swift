import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("batches at the intake")
struct BatchTests {
    static let good = #"{"type":"track","userId":"u","event":"A"}"#

    struct Body: Sendable, CustomTestStringConvertible {
        var json: String
        var code: String
        var at: String?
        var testDescription: String { "\(code): \(json)" }

        init(_ json: String, _ code: String, at: String? = nil) {
            self.json = json
            self.code = code
            self.at = at
        }
    }

    static let bodies = [
        Body("", "not_json"), Body("  ", "not_json"), Body("{", "not_json"), Body("nope", "not_json"),
        Body("[]", "not_an_object"), Body("[\(good)]", "not_an_object"), Body("null", "not_an_object"),
        Body("5", "not_an_object"), Body(#""batch""#, "not_an_object"),
        Body("{}", "missing", at: "batch"), Body(#"{"batch":null}"#, "missing", at: "batch"),
        Body(good, "missing", at: "batch"), Body(#"{"x":{"batch":[]}}"#, "missing", at: "batch"),
        Body(#"{"batch":{}}"#, "not_an_array", at: "batch"), Body(#"{"batch":"[]"}"#, "not_an_array", at: "batch"),
        Body(#"{"batch":[\#(good)],"batch":5}"#, "not_an_array", at: "batch"),
        // Where the array or an item of it ends is open.
        Body(#"{"batch":[\#(good)"#, "not_json"), Body(#"{"batch":[\#(good)]"#, "not_json"),
        Body(#"{"batch":[\#(good),]}"#, "not_json"), Body(#"{"batch":[,\#(good)]}"#, "not_json"),
        Body(#"{"batch":[\#(good),,\#(good)]}"#, "not_json"), Body(#"{"batch":[\#(good)}"#, "not_json"),
        Body(#"{"batch":[{]}]}"#, "not_json"), Body(#"{"batch":[{"a":"b},\#(good)]}"#, "not_json"),
        Body(#"{"batch":[{"a":"\"}]}"#, "not_json"), Body(#"{"batch":[{"a":"\"#, "not_json"),
        // What stands beside it is broken.
        Body(#"{"batch":[\#(good)]} x"#, "not_json"), Body(#"{"batch":[\#(good)]}{}"#, "not_json"),
        Body(#"{"batch":[\#(good)],}"#, "not_json"), Body(#"{"batch":[\#(good)] "a":1}"#, "not_json"),
        Body(#"{"batch":[\#(good)],"a":nope}"#, "not_json"), Body(#"{"batch":[\#(good)],"a":}"#, "not_json"),
        Body(#"{"batch":[\#(good)],"a":[}]}"#, "not_json"), Body(#"{batch:[]}"#, "not_json"),
        Body(#"{"batch" []}"#, "not_json"), Body(#"{"batch":[],5:6}"#, "not_json"),
        Body(#"{"batch":[\#(good)],"sentAt":"gestern"}"#, "not_a_time", at: "sentAt"),
        Body(#"{"batch":[\#(good)],"sentAt":5}"#, "not_a_time", at: "sentAt"),
        Body(
            #"{"batch":[],"a":\#(String(repeating: "[", count: 90) + String(repeating: "]", count: 90))}"#, "too_deep",
            at: "a"),
    ]

    @Test("a body that is no batch has one fault, with its place", arguments: bodies)
    func bodyFaults(_ example: Body) throws {
        let fault = try #require(Given.fault(.batch, Array(example.json.utf8)))
        #expect(fault.code == example.code)
        #expect(fault.at == example.at)
        #expect(!fault.message.isEmpty)
    }

    @Test("bytes that are no UTF-8 beside the events fail the body, inside of one that event alone")
    func encoding() throws {
        let beside = Array(#"{"batch":[\#(BatchTests.good)],"a":""#.utf8) + [0xFF] + Array("\"}".utf8)
        #expect(Given.fault(.batch, beside) == .notUTF8(offset: beside.count - 3))
        let inside = Array(#"{"batch":[{"a":""#.utf8) + [0xC3] + Array(#""},\#(BatchTests.good)]}"#.utf8)
        let result = try Given.intake(.batch, inside)
        #expect(result.refusals.map(\.fault) == [.notUTF8(offset: 6)])
        #expect(result.records.count == 1)
        #expect(Given.fault(.batch, [0xFF, 0xFE])?.code == "not_utf8")
    }

    struct Item: Sendable, CustomTestStringConvertible {
        var json: String
        var code: String
        var at: String?
        var testDescription: String { "\(code): \(json.prefix(60))" }

        init(_ json: String, _ code: String, at: String? = nil) {
            self.json = json
            self.code = code
            self.at = at
        }
    }

    static let items = [
        Item("5", "not_an_object"), Item("null", "not_an_object"), Item(#""x""#, "not_an_object"),
        Item("[\(good)]", "not_an_object"), Item("[]", "not_an_object"), Item("nope", "not_json"),
        Item("{}", "missing", at: "type"), Item(#"{"userId":"u"}"#, "missing", at: "type"),
        Item(#"{"type":null,"userId":"u"}"#, "missing", at: "type"), Item(#"{"type":5}"#, "unknown_type", at: "type"),
        Item(#"{"type":"Track","event":"A"}"#, "unknown_type", at: "type"), Item("{]", "not_json"),
        Item(#"{"a":}"#, "not_json"), Item(#"{"a":[1}}"#, "not_json"), Item(#"{"a":nope}"#, "not_json"),
        Item(#"{"a":"\q"}"#, "not_json"), Item("{\"a\":\"\n\"}", "not_json"), Item("\(good) \(good)", "not_json"),
        Item(
            #"{"a":{"b":\#(String(repeating: "[", count: 2_000) + String(repeating: "]", count: 2_000))}}"#, "too_deep",
            at: "a"),
        Item(#"{"type":"track","userId":"u"}"#, "missing", at: "event"),
    ]

    @Test("an item that is no event is refused, and the others are taken", arguments: items)
    func itemFaults(_ example: Item) throws {
        let body = #" { "batch" : [ \#(BatchTests.good) , \#(example.json) ,\#(BatchTests.good)] } "#
        let result = try Given.intake(.batch, body)
        #expect(result.events.map(\.json) == [Array(BatchTests.good.utf8), Array(BatchTests.good.utf8)])
        try #require(result.refusals.count == 1)
        #expect(result.refusals[0].index == 1)
        #expect(result.refusals[0].fault.code == example.code)
        #expect(result.refusals[0].fault.at == example.at)
        #expect(result.refusals[0].json == Array(example.json.utf8))
    }

    @Test("an item without a type that has an event's name is a track, as in files")
    func typeless() throws {
        #expect(try Given.intake(.batch, #"{"batch":[{"userId":"u","event":"A"}]}"#).events[0].eventKind == .track)
    }

    @Test("the last of several arrays counts, however its name is written")
    func lastArray() throws {
        for name in ["batch", #"b\u0061tch"#, #"\u0062\u0061\u0074\u0063\u0068"#] {
            let result = try Given.intake(
                .batch, #"{"batch":[5,6],"\#(name)":[\#(BatchTests.good)],"b\u0041tch":[7],"\\u0062atch":8}"#)
            #expect(result.records.count == 1)
            #expect(result.refusals.isEmpty)
        }
        #expect(try Given.intake(.batch, #"{"batch":5,"batch":[]}"#).records.isEmpty)
    }

    @Test("brackets, commas and quotes in texts divide nothing")
    func texts() throws {
        let item = #"{"type":"page","userId":"u]},{[\"\\","name":"\\\\\"],}"}"#
        let result = try Given.intake(.batch, #"{"a":"\"batch\":[","batch":[\#(item),\#(item)],"b":"]}"}"#)
        #expect(result.events.map(\.json) == [Array(item.utf8), Array(item.utf8)])
    }

    @Test("the key of the body is handed out, and says whose it is where nobody else has")
    func writeKey() throws {
        let batch = #"{"writeKey":"k1","batch":[\#(BatchTests.good)],"writeKey":"k2"}"#
        #expect(try Given.intake(.batch, batch).writeKey == "k2")
        #expect(try Given.intake(.one(.page), #"{"userId":"u","writeKey":"k3"}"#).writeKey == "k3")
        #expect(try Given.intake(.one(.page), #"{"userId":"u","writeKey":5}"#).writeKey == nil)
        let source = IntakeRequest.Source.byWriteKey { $0 == "k2" ? 12 : nil }
        let result = try Given.intake(.batch, Array(batch.utf8), from: source)
        #expect(result.source == 12 && result.events[0].source == 12)
        #expect(throws: IntakeFault.unknownWriteKey) {
            try Given.intake(.batch, Array(#"{"batch":[]}"#.utf8), from: source)
        }
        #expect(throws: IntakeFault.unknownWriteKey) {
            try Given.intake(.one(.page), Array(#"{"writeKey":"k3"}"#.utf8), from: source)
        }
    }
}
