import Synchronization
import Throughline
import ThroughlineEngine

/// What came in lately and what was refused, for whoever connects a tracker. In memory only, and little of it.
final class EventDebugger: Sendable {
    /// Entries kept of one organization, of those taken and of those refused each.
    static let entriesMax = 200
    /// Bytes kept of one event.
    static let bytesMax = 2_048
    /// Entries kept of one call that was taken: of a big batch the last few. Who listens is told of more.
    static let takenPerCallMax = 5

    struct Entry: Sendable {
        var receivedAt: Instant
        var source: UInt32
        /// Nil where it has none that can be read.
        var messageId: String?
        /// Why it was refused; nil where it was taken.
        var refusal: Refusal?
        var content: Content

        struct Refusal: Sendable {
            var code: String
            var message: String
            var at: String?
        }

        enum Content: Sendable {
            /// An event, or the beginning of it, without the key it may carry.
            case event([UInt8])
            /// A body that was refused as a whole, and its length as it travelled, where all of it came.
            case body(bytes: Int?)
        }
    }

    private struct Kept {
        var taken: [Entry] = []
        var refused: [Entry] = []
    }

    let listeners = DebuggerListeners()
    private let kept = Mutex<[UInt32: Kept]>([:])

    /// Keeps what came of a call, the latest of it, and tells who listens.
    func note(_ result: IntakeResult, organization: UInt32, receivedAt: Instant) {
        let count = result.records.count
        let listeners = listeners.all(of: organization)
        let taken = entries(of: result, from: max(0, count - EventDebugger.takenPerCallMax), to: count)
        let refused = result.refusals.suffix(EventDebugger.entriesMax).map { refusal in
            Entry(
                receivedAt: receivedAt, source: result.source, messageId: refusal.messageId,
                refusal: Entry.Refusal(
                    code: refusal.fault.code, message: refusal.fault.message, at: refusal.fault.at),
                content: .event(EventDebugger.shown(refusal.json[...], key: result.writeKey)))
        }
        keep(taken: taken, refused: refused, organization: organization)
        guard !listeners.isEmpty else { return }
        let told = entries(of: result, from: 0, to: min(count, DebuggerListener.entriesMax)) + refused
        let more = count + result.refusals.count - told.count
        for listener in listeners { listener.tell(told, more: more) }
    }

    /// Keeps that a body was refused as a whole.
    ///
    /// - Parameter bytes: its length, where all of it came.
    func note(_ problem: Problem, bytes: Int?, source: UInt32, organization: UInt32, receivedAt: Instant) {
        let entry = Entry(
            receivedAt: receivedAt, source: source, messageId: nil,
            refusal: Entry.Refusal(code: problem.code, message: problem.message, at: problem.at),
            content: .body(bytes: bytes))
        keep(taken: [], refused: [entry], organization: organization)
        for listener in listeners.all(of: organization) { listener.tell([entry]) }
    }

    /// The latest entries, the latest first.
    func entries(of organization: UInt32, refused: Bool) -> [Entry] {
        kept.withLock { kept in
            let kept = kept[organization] ?? Kept()
            return (refused ? kept.refused : kept.taken).reversed()
        }
    }

    /// Forgets what came in of an organization: somebody is to be erased whose events may be among it.
    func forget(_ organization: UInt32) { kept.withLock { $0[organization] = nil } }

    private func keep(taken: [Entry], refused: [Entry], organization: UInt32) {
        kept.withLock { kept in
            kept[organization, default: Kept()].taken.append(taken, atMost: EventDebugger.entriesMax)
            kept[organization, default: Kept()].refused.append(refused, atMost: EventDebugger.entriesMax)
        }
    }

    /// Entries of some of the records that were taken.
    private func entries(of result: IntakeResult, from first: Int, to end: Int) -> [Entry] {
        (first..<end).compactMap { result.records.withRecord($0, EventRecord.init) }.map { record in
            Entry(
                receivedAt: record.receivedAt, source: record.source,
                messageId: String(decoding: record.messageId, as: UTF8.self),
                content: .event(EventDebugger.shown(record.json[...], key: result.writeKey)))
        }
    }

    /// The beginning of an event, with stars in the place of the key that came in it.
    private static func shown(_ json: ArraySlice<UInt8>, key: String?) -> [UInt8] {
        guard let key = key.map({ Array($0.utf8) }), !key.isEmpty else { return Array(json.prefix(bytesMax)) }
        // A key that the cut goes through is looked for as well.
        let text = Array(json.prefix(bytesMax + key.count))
        return Array(text.replacing(key, with: Array("***".utf8)).prefix(bytesMax))
    }
}

extension [EventDebugger.Entry] {
    fileprivate mutating func append(_ more: [EventDebugger.Entry], atMost countMax: Int) {
        append(contentsOf: more)
        if count > countMax { removeFirst(count - countMax) }
    }
}
