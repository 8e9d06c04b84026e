import CSimdjson
import Throughline

/// Makes what segments know of a person from what was read of her.
///
/// Not shared between threads: one to a worker.
final class SegmentFactMaker {
    /// Bytes of all traits of one person that conditions read, names among them; those behind them by name are not there.
    static let traitsBytesMax = 1 << 19

    private let holdout: HoldoutGroup
    // Its memory is wanted only where somebody asks for traits.
    private lazy var parser = JSONParser(bytesMax: SegmentFactMaker.traitsBytesMax)
    private var text: [UInt8] = []

    init(holdout: HoldoutGroup) { self.holdout = holdout }

    /// What is known of a person at a moment, as far as some inputs ask.
    func facts(
        of subject: SegmentSubject, _ inputs: SegmentInputs, types: TypeBook, now: Instant
    ) throws(StoreError) -> SegmentFacts {
        var facts = SegmentFacts(now: now)
        if inputs.contains(.traits) { facts.traits = values(of: subject.traits.filter(\.key.isTrusted)) }
        if inputs.contains(.claimed) { facts.claimed = values(of: subject.traits.filter { !$0.key.isTrusted }) }
        facts.isIdentified = subject.members.contains { [.user, .email, .phone].contains($0.kind) }
        if inputs.contains(.holdout) { facts.isHeldOut = holdout.holds(subject.naming) }
        if inputs.contains(.purposes), let bytes = subject.watch {
            do throws(StateError) {
                facts.purposes = try Watch(stored: bytes).threads.map { SegmentFactMaker.fact(of: $0, types) }
            } catch {
                throw StoreError(.damaged, "open purposes: \(error); make the state again with throughline rebuild")
            }
        }
        facts.last = subject.entries.first?.key.timestamp
        if inputs.windowDays != nil {
            facts.happenings = subject.entries.map { entry in
                SegmentFacts.Happening(
                    name: entry.gist?.name ?? "",
                    channel: entry.gist?.withChannel { String(decoding: $0, as: UTF8.self) } ?? "",
                    at: entry.key.timestamp)
            }
        }
        return facts
    }

    private static func fact(of thread: Watch.Thread, _ types: TypeBook) -> SegmentFacts.PurposeFact {
        let state: Purpose.State = thread.outcome != nil ? .closed : thread.told >= .dormant ? .dormant : .open
        var fact = SegmentFacts.PurposeFact(state: state, events: Int(thread.eventCount), last: thread.last)
        fact.type = types.entry(thread.type)?.name ?? ""
        fact.outcome = thread.outcome
        fact.stage = thread.stage
        if thread.outcome == nil { fact.missing = types.milestone(named: thread.missing, type: thread.type) ?? "" }
        return fact
    }

    /// What was said last of each thing on any strand; what was taken back, or is too long to be kept, is not there.
    private func values(of rows: [TraitRow]) -> ConditionMap {
        var latest: [String: TraitRow] = [:]
        for row in rows where row.key.subject == .person {
            if latest[row.key.name].map({ $0.said < row.said }) ?? true { latest[row.key.name] = row }
        }
        text.removeAll(keepingCapacity: true)
        text.append(UInt8(ascii: "{"))
        for (name, row) in latest.sorted(by: { $0.key < $1.key }) {
            guard let value = row.value, value != "null" else { continue }
            let start = text.count
            if start > 1 { text.append(UInt8(ascii: ",")) }
            text.append(json: name)
            text.append(UInt8(ascii: ":"))
            text.append(contentsOf: value.utf8)
            guard text.count < SegmentFactMaker.traitsBytesMax else {
                text.removeSubrange(start...)
                break
            }
        }
        guard text.count > 1 else { return ConditionMap() }
        text.append(UInt8(ascii: "}"))
        let count = text.count
        text.append(contentsOf: repeatElement(0, count: JSONParser.padding))
        return text.withUnsafeBufferPointer { bytes in
            guard let nodes = try? parser.nodes(of: UnsafeBufferPointer(rebasing: bytes[..<count])), nodes[0].isObject
            else { return ConditionMap() }
            return MapEventReader.map(0, nodes)
        }
    }
}
