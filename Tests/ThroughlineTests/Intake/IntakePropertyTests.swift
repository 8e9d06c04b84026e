import Testing
import Throughline

@testable import ThroughlineEngine

/// Bodies broken at random. Nothing crashes, nothing is lost, and what is taken is what was sent.
@Suite("any body at the intake")
struct IntakePropertyTests {
    private static let events = [
        #"{"type":"track","userId":"u-1","event":"Käufe 🛒","properties":{"n":9007199254740993,"e":1e400,"a":[1,{"b":null}]},"messageId":"m-1","timestamp":"2026-03-10T12:00:00Z"}"#,
        #"{"type":"page","anonymousId":"a-1","name":"Home \"quoted\" \\","context":{"page":{"title":"T"}},"originalTimestamp":"2026-03-10T11:00:00.000Z","sentAt":"2026-03-10T11:00:05.000Z"}"#,
        #"{"type":"group","userId":7,"groupId":"g-7","traits":{"name":"Haushalt"}}"#,
        #"{"type":"alias","userId":"u-1","previousId":"a-1"}"#, #"{"type":"track","userId":"u-1"}"#, "[5]", "{}",
    ]

    private static func batch(_ random: inout TestRandom) -> [UInt8] {
        let items = (0..<Int.random(in: 0...5, using: &random)).map { _ in events.randomElement(using: &random)! }
        let array = "\"batch\":[\(items.joined(separator: [",", " ,\n"].randomElement(using: &random)!))]"
        let members = [#""sentAt":"2026-03-10T12:00:10Z""#, #""writeKey":"k""#, #""context":{"a":[1,"]"]}"#]
            .filter { _ in Bool.random(using: &random) }
        return Array("{\((members + [array]).shuffled(using: &random).joined(separator: ","))}".utf8)
    }

    private static func broken(_ bytes: [UInt8], _ random: inout TestRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] = Array("{}[],:\"\\ 0".utf8).randomElement(using: &random)!
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    /// What must be so of every answer.
    private static func check(_ call: IntakeCall, _ body: [UInt8], _ seed: UInt64) throws {
        let note: Comment = "seed \(seed): \(String(decoding: body, as: UTF8.self))"
        let result: IntakeResult
        do throws(IntakeFault) { result = try Given.intake(call, body) } catch {
            #expect(!error.message.isEmpty && !error.code.isEmpty, note)
            return
        }
        let events = result.events
        // What is accepted and what is refused lies one behind the other in the body, and is all of it.
        let refused = Dictionary(uniqueKeysWithValues: result.refusals.map { ($0.index, $0) })
        #expect(refused.count == result.refusals.count, note)
        var accepted = events.makeIterator()
        var position = 0
        for index in 0..<events.count + refused.count {
            let bytes = refused[index]?.json ?? accepted.next()?.json
            let item = try #require(bytes, note)
            let place = try #require(find(item, in: body, from: position), note)
            if call == .batch, index > 0 {
                let between = body[position..<place].filter { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }
                // Before the first array that counts, another may stand; behind it there are only commas.
                #expect(between == [UInt8(ascii: ",")], note)
            }
            position = place + item.count
        }
        #expect(accepted.next() == nil, note)
        for record in events {
            let event = try record.event()
            #expect(event.timestamp == record.timestamp && event.kind == record.eventKind, note)
            #expect(event.withBytes(of: event.messageId) { Array($0) } == record.messageId, note)
            #expect(!event.userId.isEmpty || !event.anonymousId.isEmpty, note)
            #expect((try? Instant(rfc3339: record.timestamp.rfc3339)) == record.timestamp, note)
        }
    }

    private static func find(_ item: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard body.count - start >= item.count else { return nil }
        return (start...body.count - item.count).first { body[$0..<$0 + item.count].elementsEqual(item) }
    }

    @Test("a body as it should be: the good is taken, the bad refused, in order", arguments: [1, 2] as [UInt64])
    func whole(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<300 { try IntakePropertyTests.check(.batch, IntakePropertyTests.batch(&random), seed) }
    }

    @Test("a batch broken at random", arguments: [3, 4, 5] as [UInt64])
    func brokenBatch(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<3_000 {
            let body = IntakePropertyTests.broken(IntakePropertyTests.batch(&random), &random)
            try IntakePropertyTests.check(.batch, body, seed)
        }
    }

    @Test("an event broken at random", arguments: [6, 7] as [UInt64])
    func brokenEvent(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<3_000 {
            let event = Array(IntakePropertyTests.events.randomElement(using: &random)!.utf8)
            let kind = Event.Kind.allCases.randomElement(using: &random)!
            try IntakePropertyTests.check(.one(kind), IntakePropertyTests.broken(event, &random), seed)
        }
    }

    @Test("a batch of one is its event alone", arguments: [8] as [UInt64])
    func alike(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<2_000 {
            let event = IntakePropertyTests.broken(Array(IntakePropertyTests.events[0].utf8), &random)
            guard let alone = try? Given.intake(.one(.track), event) else { continue }
            let typed = Array(#"{"batch":["#.utf8) + event + Array("]}".utf8)
            let batch = try Given.intake(.batch, typed)
            guard batch.refusals.first?.fault.at != "type", batch.events.first?.eventKind ?? .track == .track else {
                continue
            }
            #expect(batch.events == alone.events, "seed \(seed)")
            #expect(batch.refusals.map(\.fault) == alone.refusals.map(\.fault), "seed \(seed)")
        }
    }
}
