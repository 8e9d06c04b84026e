import Synchronization
import Throughline
import ThroughlineEngine

/// What came in lately and what was refused, for whoever connects a tracker. In memory only, and little of it.
final class EventDebugger: Sendable {
    /// Entries kept of one organization, of those taken and of those refused each.
    static let entriesMax = 200
    /// Bytes kept of one event.
    static let bytesMax = 2_048
    /// Entries kept of one call that was taken: of a big batch the last few.
    static let takenPerCallMax = 5

    struct Entry: Sendable {
        var receivedAt: Instant
        var source: UInt32
        /// Nil where it has none that can be read.
        var messageId: String?
        /// Why it was refused; nil where it was taken.
        var refusal: Refusal?
        /// The event, or the beginning of it.
        var sent: [UInt8]

        struct Refusal: Sendable {
            var code: String
            var message: String
            var at: String?
        }
    }

    private struct Kept {
        var taken: [Entry] = []
        var refused: [Entry] = []
    }

    private let kept = Mutex<[UInt32: Kept]>([:])

    /// Keeps what came of a call, the latest of it.
    func note(_ result: IntakeResult, organization: UInt32, receivedAt: Instant) {
        let first = max(0, result.records.count - EventDebugger.takenPerCallMax)
        let taken = (first..<result.records.count).compactMap {
            result.records.withRecord($0, EventRecord.init)
        }.map { record in
            Entry(
                receivedAt: record.receivedAt, source: record.source,
                messageId: String(decoding: record.messageId, as: UTF8.self),
                sent: Array(record.json.prefix(EventDebugger.bytesMax)))
        }
        let refused = result.refusals.suffix(EventDebugger.entriesMax).map { refusal in
            Entry(
                receivedAt: receivedAt, source: result.source, messageId: refusal.messageId,
                refusal: Entry.Refusal(
                    code: refusal.fault.code, message: refusal.fault.message, at: refusal.fault.at),
                sent: Array(refusal.json.prefix(EventDebugger.bytesMax)))
        }
        kept.withLock { kept in
            kept[organization, default: Kept()].taken.append(taken, atMost: EventDebugger.entriesMax)
            kept[organization, default: Kept()].refused.append(refused, atMost: EventDebugger.entriesMax)
        }
    }

    /// The latest entries, the latest first.
    func entries(of organization: UInt32, refused: Bool) -> [Entry] {
        kept.withLock { kept in
            let kept = kept[organization] ?? Kept()
            return (refused ? kept.refused : kept.taken).reversed()
        }
    }
}

extension [EventDebugger.Entry] {
    fileprivate mutating func append(_ more: [EventDebugger.Entry], atMost countMax: Int) {
        append(contentsOf: more)
        if count > countMax { removeFirst(count - countMax) }
    }
}
