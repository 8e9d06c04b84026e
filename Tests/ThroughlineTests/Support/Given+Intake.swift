import CZlib
import Throughline

@testable import ThroughlineEngine

extension Given {
    /// When the calls of tests are received, unless they say otherwise: 2026-03-10T12:00:10Z.
    static let receipt = Instant(millisecondsSince1970: 1_773_144_010_000)

    /// Takes a call as the server would; an event without an id is called "made".
    static func intake(
        _ call: IntakeCall, _ body: [UInt8], from source: IntakeRequest.Source = .known(7),
        receivedAt: Instant = receipt, isGzip: Bool = false
    ) throws(IntakeFault) -> IntakeResult {
        let intake = Intake(makeMessageId: { "made" })
        return try body.withUnsafeBufferPointer { body throws(IntakeFault) in
            try intake.take(
                body, of: IntakeRequest(call, from: source, receivedAt: receivedAt, isGzip: isGzip))
        }
    }

    static func intake(_ call: IntakeCall, _ body: String) throws(IntakeFault) -> IntakeResult {
        try intake(call, Array(body.utf8))
    }

    /// What a body as a whole is not taken for.
    static func fault(_ call: IntakeCall, _ body: [UInt8], isGzip: Bool = false) -> IntakeFault? {
        do throws(IntakeFault) {
            _ = try intake(call, body, isGzip: isGzip)
            return nil
        } catch { return error }
    }

    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<count])
    }
}

extension IntakeResult {
    var events: [EventRecord] {
        (0..<records.count).map { index in records.withRecord(index) { EventRecord($0)! } }
    }
}

extension EventRecord {
    /// The event as the fold reads it.
    func event() throws -> Event {
        var event = Event()
        try EventParser().parse(self, into: &event)
        return event
    }
}
