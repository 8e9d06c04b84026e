import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

/// The calls of data/events, with what must come of them.
@Suite("calls of data/events", .enabled(if: Given.sharedFile("data/events/calls.jsonl") != nil, "no calls at hand"))
struct CallsTests {
    struct Call: Decodable {
        struct Accepted: Decodable {
            var type: String
            var timestamp: String
            var userId, anonymousId, previousId, groupId, event, name, messageId: String?
            var suspectTime: Bool?
        }

        struct Refused: Decodable {
            var index: Int
            var why: String
        }

        struct Partial: Decodable {
            var accept: [Accepted]
            var refuse: [Refused]
        }

        struct Expected: Decodable {
            var accept: [Accepted]?
            var refuse: String?
            var at: String?
            var partial: Partial?
            var either: [Expected]?
        }

        var id, path: String
        var body: String?
        var bodyBase64: Data?
        var receivedAt: String
        var expect: Expected
    }

    private func calls() throws -> [Call] {
        let file = try #require(Given.sharedFile("data/events/calls.jsonl"))
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Call.self, from: Data($0.utf8))
        }
    }

    /// One answer to a call: events taken and refused, a fault of the whole body counting as a refusal.
    private func answer(to call: Call) throws -> (events: [EventRecord], refused: [Int: IntakeFault]) {
        let name = try #require(call.path.split(separator: "/").last)
        let kind = try #require(IntakeCall(name: name))
        let bytes = call.bodyBase64.map { [UInt8]($0) } ?? Array(call.body?.utf8 ?? "".utf8)
        let receivedAt = try Instant(rfc3339: call.receivedAt)
        do throws(IntakeFault) {
            let result = try Given.intake(kind, bytes, receivedAt: receivedAt)
            return (result.events, Dictionary(uniqueKeysWithValues: result.refusals.map { ($0.index, $0.fault) }))
        } catch { return ([], [0: error]) }
    }

    @Test("get the answers they state")
    func answers() throws {
        let calls = try calls()
        #expect(calls.count == 34)
        for call in calls {
            let first = try answer(to: call)
            let again = try answer(to: call)
            #expect(first.events == again.events && first.refused == again.refused, "\(call.id): two answers")
            if let either = call.expect.either {
                // What the intake chose of the two: the last key counts, a vast number is kept as it stands.
                #expect(either.contains { $0.accept != nil })
                try check(first, either.first { $0.accept != nil }!, call.id)
            } else {
                try check(first, call.expect, call.id)
            }
        }
    }

    private func check(
        _ answer: (events: [EventRecord], refused: [Int: IntakeFault]), _ expected: Call.Expected, _ id: String
    ) throws {
        if let refuse = expected.refuse {
            #expect(answer.events.isEmpty, "\(id)")
            let fault = try #require(answer.refused[0], "\(id) was taken")
            #expect(fault.at == expected.at, "\(id): \(fault)")
            #expect(says(fault, refuse), "\(id): \(fault.message), not \(refuse)")
            return
        }
        let accepted = try #require(expected.accept ?? expected.partial?.accept)
        let refused = expected.partial?.refuse ?? []
        #expect(answer.refused.count == refused.count, "\(id): \(answer.refused)")
        for refusal in refused {
            let fault = try #require(answer.refused[refusal.index])
            #expect(says(fault, refusal.why), "\(id): \(fault.message)")
        }
        #expect(answer.events.count == accepted.count, "\(id)")
        for (record, expected) in zip(answer.events, accepted) { try check(record, expected, id) }
    }

    private func check(_ record: EventRecord, _ expected: Call.Accepted, _ id: String) throws {
        let event = try record.event()
        #expect("\(record.eventKind)" == expected.type, "\(id)")
        #expect(event.kind == record.eventKind)
        #expect(record.timestamp.rfc3339 == expected.timestamp, "\(id)")
        #expect(event.timestamp == record.timestamp)
        #expect(record.isTimeSuspect == (expected.suspectTime ?? false), "\(id)")
        #expect(String(decoding: record.messageId, as: UTF8.self) == expected.messageId ?? "made", "\(id)")
        #expect(event.string(event.messageId) == expected.messageId ?? "made")
        #expect(event.string(event.userId) == expected.userId ?? "", "\(id)")
        #expect(event.string(event.anonymousId) == expected.anonymousId ?? "", "\(id)")
        #expect(event.string(event.previousId) == expected.previousId ?? "", "\(id)")
        #expect(event.string(event.groupId) == expected.groupId ?? "", "\(id)")
        if let name = expected.event { #expect(event.string(event.name) == name, "\(id)") }
        guard let name = expected.name else { return }
        let json = try JSONSerialization.jsonObject(with: Data(record.json)) as? [String: Any]
        #expect(json?["name"] as? String == name, "\(id)")
    }

    /// The wording is free; the words that matter are there.
    private func says(_ fault: IntakeFault, _ why: String) -> Bool {
        let codes = [
            "not JSON": "not_json", "not an object": "not_an_object", "not UTF-8": "not_utf8", "too deep": "too_deep",
            "userId or anonymousId is missing": "id_missing", "event is not text": "not_text",
            "timestamp is not a time": "not_a_time", "type purchase is unknown": "unknown_type",
            "properties is not an object": "not_an_object", "userId has a control character": "control_character",
        ]
        return fault.code == codes[why] ?? (why.hasSuffix(" is missing") ? "missing" : why) && !fault.message.isEmpty
    }
}
