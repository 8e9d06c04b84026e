import Throughline

/// What is waited for in a person's stream: the end of her visit, and the silence of each purpose.
///
/// A visit ends when nothing of hers has come for a while, by logged time. What becomes true in a silence is told with the moment at
/// which it did: so it is the same whenever somebody looks.
struct Watch: Sendable, Equatable {
    /// How long nothing must come for a visit to end.
    static let visitGapMilliseconds = OpenPurposes.visitGapSeconds * 1_000
    /// Events that wait for repair at most: then it comes though the visit goes on, and sees each before it leaves its window.
    static let waitingMax = RepairWindow.eventsMax / 4 * 3
    /// So many events behind one whose place is not sure may yet tell where that one belongs, repaired or not.
    static let doubtMax: UInt8 = 16
    /// Purposes that are followed; the one that was silent longest is let go.
    static let threadsMax = OpenPurposes.openMax
    static let strandsMax = 4_096

    /// A purpose that she has events of.
    struct Thread: Sendable, Equatable {
        var id: PurposeID
        var eventCount: UInt32 = 0
        /// Its last event: when it was, and where it lies.
        var last: Instant
        var strand: IdentifierNumber
        var position: LogPosition
        var outcome: Outcome?
    }

    private(set) var organization: UInt32 = 0
    /// Those whose events were placed, as they came.
    private(set) var strands: [IdentifierNumber] = []
    private(set) var lastArrival = Instant(millisecondsSince1970: 0)
    /// Events that repair has not looked at, and where the first of them lies.
    private(set) var waiting: UInt32 = 0
    private(set) var waitingFrom = LogPosition.start
    /// Events of purposes since one whose place was not sure.
    private(set) var sinceDoubt = Watch.doubtMax
    /// Whether repair may change anything.
    private(set) var isInDoubt = false
    private(set) var threads: [Thread] = []
    private(set) var changeCount: UInt32 = 0

    private static let policy = SilencePolicy()

    /// When the visit ends of which something is in doubt, as long as nothing more comes.
    var visitEnd: Instant? {
        waiting > 0 && isInDoubt ? lastArrival.advanced(byMilliseconds: Watch.visitGapMilliseconds) : nil
    }

    /// When she must be looked at next, if nothing more comes.
    var due: Instant? {
        var due = visitEnd
        for thread in threads where thread.outcome == nil { due = min(due ?? lapse(of: thread), lapse(of: thread)) }
        return due
    }

    /// When a purpose counts as lapsed: not while she is here.
    private func lapse(of thread: Thread) -> Instant {
        max(
            thread.last.advanced(byMilliseconds: Watch.policy.lapsedAfterSeconds * 1_000),
            lastArrival.advanced(byMilliseconds: Watch.visitGapMilliseconds))
    }

    // MARK: What happens

    /// Takes an event that was placed.
    ///
    /// - Parameters:
    ///   - arrival: the logged time at which it came.
    ///   - isOpening: whether the event opened its purpose.
    mutating func note(
        _ entry: TimelineEntry, _ placed: PlacedEvent, arrival: Instant, isOpening: Bool,
        into changes: inout [PurposeChange]
    ) {
        organization = entry.organization
        if !strands.contains(entry.strand), strands.count < Watch.strandsMax { strands.append(entry.strand) }
        lastArrival = max(lastArrival, arrival)
        if waiting == 0 { waitingFrom = entry.key.position }
        waiting += 1
        guard !placed.isRoutine else { return }
        let isSure = Float(placed.confidence) / 1_000 >= Repairer.sureFrom
        sinceDoubt = isSure ? min(Watch.doubtMax, sinceDoubt + 1) : 0
        isInDoubt = isInDoubt || !isSure
        let place = place(of: placed.purpose, entry)
        if isOpening || threads[place].outcome == .lapsed {
            tell(.opened, of: placed.purpose, entry, at: entry.key.timestamp, into: &changes)
            threads[place].outcome = nil
        }
        add(entry, placed.stage?.outcome, to: place, at: entry.key.timestamp, into: &changes)
    }

    /// Takes an event that repair put somewhere else.
    mutating func move(
        _ entry: TimelineEntry, from: PurposeID, isOpening: Bool, at time: Instant,
        into changes: inout [PurposeChange]
    ) {
        guard let placed = entry.placed else { return }
        let outcome = placed.stage?.outcome
        if isOpening { tell(.opened, of: placed.purpose, entry, at: time, into: &changes) }
        tell(.moved(from: from), of: placed.purpose, entry, at: time, into: &changes)
        if let left = threads.firstIndex(where: { $0.id == from }) {
            threads[left].eventCount -= min(1, threads[left].eventCount)
            if let outcome, threads[left].outcome == outcome { threads[left].outcome = nil }
            if threads[left].eventCount == 0 {
                tell(.merged(into: placed.purpose), of: from, entry, at: time, into: &changes)
                threads.remove(at: left)
            }
        }
        add(entry, outcome, to: place(of: placed.purpose, entry), at: time, into: &changes)
    }

    /// Takes that a purpose is over, since somebody says so.
    mutating func end(_ purpose: PurposeID, with entry: TimelineEntry, into changes: inout [PurposeChange]) {
        guard let place = threads.firstIndex(where: { $0.id == purpose }) else { return }
        close(place, .fulfilled, entry.strand, entry.key.position, at: entry.key.timestamp, into: &changes)
    }

    /// Takes that repair has looked at all that came.
    mutating func noteRepair() {
        waiting = 0
        isInDoubt = sinceDoubt < Watch.doubtMax
    }

    /// Closes what was silent for too long by some moment.
    mutating func lapse(by clock: Instant, into changes: inout [PurposeChange]) {
        let over = threads.indices.filter { threads[$0].outcome == nil && lapse(of: threads[$0]) <= clock }
        for place in over.sorted(by: { (lapse(of: threads[$0]), $0) < (lapse(of: threads[$1]), $1) }) {
            let thread = threads[place]
            close(place, .lapsed, thread.strand, thread.position, at: lapse(of: thread), into: &changes)
        }
    }

    /// Takes in what is waited for of somebody who turned out to be the same person.
    mutating func absorb(_ other: Watch) {
        guard !other.strands.isEmpty else { return }
        guard !strands.isEmpty else {
            self = other
            return
        }
        for strand in other.strands where !strands.contains(strand) && strands.count < Watch.strandsMax {
            strands.append(strand)
        }
        lastArrival = max(lastArrival, other.lastArrival)
        if other.waiting > 0 {
            waitingFrom = waiting > 0 ? min(waitingFrom, other.waitingFrom) : other.waitingFrom
            waiting += other.waiting
        }
        sinceDoubt = min(sinceDoubt, other.sinceDoubt)
        isInDoubt = isInDoubt || other.isInDoubt
        changeCount += other.changeCount
        threads += other.threads
        while threads.count > Watch.threadsMax { threads.remove(at: quietest) }
    }

    // MARK: Purposes

    private var quietest: Int {
        threads.indices.min { (threads[$0].last, threads[$0].position) < (threads[$1].last, threads[$1].position) }!
    }

    private mutating func place(of purpose: PurposeID, _ entry: TimelineEntry) -> Int {
        if let place = threads.firstIndex(where: { $0.id == purpose }) { return place }
        if threads.count == Watch.threadsMax { threads.remove(at: quietest) }
        threads.append(
            Thread(
                id: purpose, last: entry.key.timestamp, strand: entry.strand, position: entry.key.position))
        return threads.count - 1
    }

    private mutating func add(
        _ entry: TimelineEntry, _ outcome: Outcome?, to place: Int, at time: Instant,
        into changes: inout [PurposeChange]
    ) {
        threads[place].eventCount += 1
        if entry.key >= TimelineEntry.Key(timestamp: threads[place].last, position: threads[place].position) {
            threads[place].last = entry.key.timestamp
            threads[place].strand = entry.strand
            threads[place].position = entry.key.position
        }
        guard let outcome, threads[place].outcome != outcome else { return }
        close(place, outcome, entry.strand, entry.key.position, at: time, into: &changes)
    }

    private mutating func close(
        _ place: Int, _ outcome: Outcome, _ strand: IdentifierNumber, _ position: LogPosition, at time: Instant,
        into changes: inout [PurposeChange]
    ) {
        threads[place].outcome = outcome
        tell(.closed(outcome), of: threads[place].id, strand, position, at: time, into: &changes)
    }

    private mutating func tell(
        _ kind: PurposeChange.Kind, of purpose: PurposeID, _ entry: TimelineEntry, at time: Instant,
        into changes: inout [PurposeChange]
    ) {
        tell(kind, of: purpose, entry.strand, entry.key.position, at: time, into: &changes)
    }

    private mutating func tell(
        _ kind: PurposeChange.Kind, of purpose: PurposeID, _ strand: IdentifierNumber, _ position: LogPosition,
        at time: Instant, into changes: inout [PurposeChange]
    ) {
        changeCount += 1
        changes.append(
            PurposeChange(
                organization: organization, strand: strand,
                key: TimelineEntry.Key(timestamp: time, position: position, ordinal: changeCount), purpose: purpose,
                kind: kind))
    }
}

// MARK: Bytes

extension Watch {
    private static let headBytes = 4 + 4 + 8 + 4 + 8 + 1 + 1 + 4 + 4
    private static let threadBytes = 10 + 4 + 8 + 8 + 8 + 1

    var encodedBytes: Int { Watch.headBytes + 8 * strands.count + Watch.threadBytes * threads.count }

    func encode(to writer: inout StateWriter) {
        writer.write(organization)
        writer.write(UInt32(strands.count))
        for strand in strands { writer.write(strand.rawValue) }
        writer.write(lastArrival.millisecondsSince1970)
        writer.write(waiting)
        writer.write(waitingFrom.rawValue)
        writer.write(sinceDoubt)
        writer.write(isInDoubt)
        writer.write(changeCount)
        writer.write(UInt32(threads.count))
        for thread in threads {
            thread.id.bytes.withUnsafeBytes { writer.write(raw: $0) }
            writer.write(thread.eventCount)
            writer.write(thread.last.millisecondsSince1970)
            writer.write(thread.strand.rawValue)
            writer.write(thread.position.rawValue)
            writer.write(thread.outcome?.number ?? 0)
        }
    }

    init(from reader: inout StateReader) throws(StateError) {
        organization = try reader.number()
        for _ in 0..<(try reader.count(atMost: Watch.strandsMax)) {
            strands.append(IdentifierNumber(rawValue: try reader.number()))
        }
        lastArrival = Instant(millisecondsSince1970: try reader.number())
        waiting = try reader.number()
        waitingFrom = LogPosition(try reader.number())
        sinceDoubt = try reader.number()
        guard sinceDoubt <= Watch.doubtMax else { throw StateError() }
        isInDoubt = try reader.flag()
        changeCount = try reader.number()
        for _ in 0..<(try reader.count(atMost: Watch.threadsMax)) {
            guard let id = PurposeID(bytes: try reader.raw(10)) else { throw StateError() }
            let eventCount: UInt32 = try reader.number()
            let last = Instant(millisecondsSince1970: try reader.number())
            let strand = IdentifierNumber(rawValue: try reader.number())
            let position = LogPosition(try reader.number())
            let outcome: UInt8 = try reader.number()
            guard outcome == 0 || Outcome(number: outcome) != nil else { throw StateError() }
            threads.append(
                Thread(
                    id: id, eventCount: eventCount, last: last, strand: strand, position: position,
                    outcome: Outcome(number: outcome)))
        }
    }
}

extension Outcome {
    /// The number that it has in the state: from 1 on.
    package var number: UInt8 { UInt8(Outcome.allCases.firstIndex(of: self)!) + 1 }

    package init?(number: UInt8) {
        guard (1...Outcome.allCases.count).contains(Int(number)) else { return nil }
        self = Outcome.allCases[Int(number) - 1]
    }
}

extension Instant {
    func advanced(byMilliseconds milliseconds: Int64) -> Instant {
        let (sum, overflows) = millisecondsSince1970.addingReportingOverflow(milliseconds)
        return Instant(millisecondsSince1970: overflows ? .max : sum)
    }
}
