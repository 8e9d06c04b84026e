import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("packed bodies")
struct GunzipTests {
    private func unpacked(_ packed: [UInt8], bytesMax: Int = 1 << 20) throws(IntakeFault) -> [UInt8] {
        var bytes: [UInt8] = [1]
        try packed.withUnsafeBufferPointer { packed throws(IntakeFault) in
            try Gunzip().unpack(packed, into: &bytes, bytesMax: bytesMax)
        }
        #expect(bytes[0] == 1)
        return Array(bytes.dropFirst())
    }

    private func code(_ packed: [UInt8], bytesMax: Int = 1 << 20) -> String? {
        do throws(IntakeFault) {
            _ = try unpacked(packed, bytesMax: bytesMax)
            return nil
        } catch { return error.code }
    }

    private let text = Array(String(repeating: "a text of some length. ", count: 9_000).utf8)

    @Test("one member, several, an empty one, and zeros behind")
    func members() throws {
        #expect(try unpacked(Given.gzip(text)) == text)
        #expect(try unpacked(Given.gzip([])) == [])
        let several = Given.gzip(text) + Given.gzip([]) + Given.gzip([7]) + [0, 0, 0]
        #expect(try unpacked(several) == text + [7])
    }

    @Test("as much as the limit, and not a byte more, in one member or in several")
    func limit() throws {
        #expect(try unpacked(Given.gzip(text), bytesMax: text.count) == text)
        #expect(code(Given.gzip(text), bytesMax: text.count - 1) == "too_large")
        let several = Given.gzip(text) + Given.gzip(text)
        #expect(try unpacked(several, bytesMax: 2 * text.count).count == 2 * text.count)
        #expect(code(several, bytesMax: 2 * text.count - 1) == "too_large")
    }

    @Test("a bomb is not unpacked beyond the limit, however many members it has")
    func bomb() {
        let bomb = Given.gzip([UInt8](repeating: 0x20, count: 1 << 26))
        #expect(code(bomb, bytesMax: 1 << 22) == "too_large")
        #expect(Given.fault(.batch, bomb, isGzip: true)?.code == "too_large")
        let many = Array(repeatElement(Given.gzip([UInt8](repeating: 0x20, count: 1 << 16)), count: 100).joined())
        #expect(Given.fault(.batch, many, isGzip: true)?.code == "too_large")
    }

    @Test("cut at any byte, it is bad")
    func cut() {
        let packed = Given.gzip(Array("a text of some length".utf8))
        for count in 0..<packed.count { #expect(code(Array(packed[..<count])) == "bad_gzip", "cut at \(count)") }
        #expect(code(packed + [0x1F]) == "bad_gzip")
        #expect(code(packed + [1]) == "bad_gzip")
        #expect(code(Array("{}".utf8)) == "bad_gzip")
    }

    @Test("with any bit turned it is bad or the same", arguments: [4] as [UInt64])
    func damaged(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let packed = Given.gzip(text)
        for _ in 0..<300 {
            var other = packed
            other[Int.random(in: 0..<other.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            // The head has bytes that say nothing of the content.
            let answer: [UInt8]? = try? unpacked(other)
            #expect(answer == nil || answer == text, "seed \(seed)")
        }
    }

    @Test("an intake unpacks one body after the other, bad ones between them")
    func again() throws {
        let intake = Intake(makeMessageId: { "made" })
        let request = IntakeRequest(.batch, from: .known(1), receivedAt: Given.receipt, isGzip: true)
        let good = Given.gzip(Array(#"{"batch":[\#(BatchTests.good)]}"#.utf8))
        for body in [good, Array(good.dropLast(3)), good, Array("{}".utf8), good] {
            let result = try? body.withUnsafeBufferPointer { try intake.take($0, of: request) }
            #expect(result?.records.count == (body == good ? 1 : nil))
        }
    }
}
