import Throughline
import ThroughlineEngine

/// Bodies of calls: the first byte says which call and whether it is packed, the others are the body.
enum IntakeFuzz {
    nonisolated(unsafe) private static let intake = Intake(makeMessageId: { "made" })
    nonisolated(unsafe) private static let parser = EventParser()
    nonisolated(unsafe) private static var event = Event()
    private static let receivedAt = Instant(millisecondsSince1970: 1_773_144_010_000)

    static func take(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let call = Event.Kind(rawValue: first & 7).map { IntakeCall.one($0) } ?? .batch
        let request = IntakeRequest(call, from: .known(7), receivedAt: receivedAt, isGzip: first & 8 != 0)
        // No padding: the intake makes its own.
        let body = Array(bytes.dropFirst())
        let result: IntakeResult
        do throws(IntakeFault) {
            result = try body.withUnsafeBufferPointer { body throws(IntakeFault) in
                try intake.take(body, of: request)
            }
        } catch { return require(!error.message.isEmpty && !error.code.isEmpty) }
        require(call == .batch || result.records.count + result.refusals.count == 1, "one event, several answers")
        for refusal in result.refusals {
            require(refusal.index < result.records.count + result.refusals.count, "a refusal of no event")
            require(!refusal.fault.message.isEmpty)
        }
        for index in 0..<result.records.count {
            guard let record = result.records.withRecord(index, { EventRecord($0) }) else {
                fatalError("a record that is none")
            }
            do throws(EventError) { try parser.parse(record, into: &event) } catch {
                fatalError("taken, and not to be read: \(error)")
            }
            require(event.kind == record.eventKind && event.timestamp == record.timestamp)
            EventsFuzz.check(event)
        }
    }
}
