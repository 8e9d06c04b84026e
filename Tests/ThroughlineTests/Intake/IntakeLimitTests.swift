import Testing
import Throughline

@testable import ThroughlineEngine

/// Each limit, hit exactly and passed by one.
@Suite("limits of the intake")
struct IntakeLimitTests {
    private func event(bytes: Int) -> String {
        let frame = #"{"type":"page","userId":"u","x":""}"#
        return frame.dropLast(2) + String(repeating: "x", count: bytes - frame.utf8.count) + "\"}"
    }

    @Test("32 KB an event, without the blanks around it")
    func eventBytes() throws {
        let most = event(bytes: 32 * 1024)
        let more = event(bytes: 32 * 1024 + 1)
        #expect(try Given.intake(.one(.page), "\n \(most)   ").records.count == 1)
        #expect(Given.fault(.one(.page), Array(more.utf8)) == .eventTooLarge(bytes: 32_769))
        let batch = try Given.intake(.batch, "{\"batch\":[ \(most) , \(more) ,\(most)]}")
        #expect(batch.records.count == 2)
        #expect(batch.refusals.map(\.index) == [1])
        #expect(batch.refusals[0].fault == .eventTooLarge(bytes: 32_769))
        #expect(batch.refusals[0].json == Array(more.utf8.prefix(32_768)))
        #expect(batch.refusals[0].fault.message == "an event of 32769 bytes; the limit is 32768")
    }

    @Test("4 MB a body, unpacked, wherever its bytes are")
    func bodyBytes() throws {
        let most = Intake.bodyBytesMax
        #expect(most == 4 * 1024 * 1024)
        let head = #"{"batch":[\#(BatchTests.good)],"x":"#
        let blank = head + "1}" + String(repeating: " ", count: most - head.utf8.count - 2)
        let text = head + "\"" + String(repeating: "y", count: most - head.utf8.count - 3) + "\"}"
        let members = head + "[" + String(repeating: "1,", count: (most - head.utf8.count - 4) / 2) + "1]}"
        for body in [blank, text, members] {
            #expect(body.utf8.count == most || body.utf8.count == most - 1)
            #expect(try Given.intake(.batch, body).records.count == 1)
            let packed = Given.gzip(Array(body.utf8))
            #expect(try Given.intake(.batch, packed, isGzip: true).records.count == 1)
        }
        let over = Array((blank + " ").utf8)
        #expect(Given.fault(.batch, over) == .tooLarge(bytesMax: most))
        #expect(Given.fault(.batch, Given.gzip(over), isGzip: true) == .tooLarge(bytesMax: most))
    }

    @Test("2,500 events a batch")
    func events() throws {
        #expect(Intake.eventsMax == 2_500)
        let most = Array(repeating: BatchTests.good, count: 2_500).joined(separator: ",")
        #expect(try Given.intake(.batch, "{\"batch\":[\(most)]}").records.count == 2_500)
        let fault = Given.fault(.batch, Array("{\"batch\":[\(most),5]}".utf8))
        #expect(fault == .tooManyEvents(2_501))
        #expect(fault?.message == "a batch of 2501 events; the limit is 2500")
    }

    @Test("64 levels, of an event alone, in a batch, and beside one")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        // The root is a level too.
        let most = #"{"type":"page","userId":"u","a":1,"properties":{"b":\#(nested(62))}}"#
        let more = #"{"type":"page","userId":"u","a":1,"properties":{"b":\#(nested(63))}}"#
        #expect(try Given.intake(.one(.page), most).records.count == 1)
        #expect(Given.fault(.one(.page), Array(more.utf8)) == .tooDeep(at: "properties"))
        let batch = try Given.intake(.batch, "{\"batch\":[\(more),\(most)]}")
        #expect(batch.records.count == 1)
        #expect(batch.refusals.map(\.fault) == [.tooDeep(at: "properties")])
        #expect(try Given.intake(.batch, "{\"batch\":[],\"a\":\(nested(63))}").records.isEmpty)
        #expect(Given.fault(.batch, Array("{\"batch\":[],\"a\":\(nested(64))}".utf8)) == .tooDeep(at: "a"))
        for record in try Given.intake(.batch, "{\"batch\":[\(most)]}").events { _ = try record.event() }
    }
}
