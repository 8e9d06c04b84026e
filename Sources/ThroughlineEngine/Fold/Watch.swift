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
        /// The number of its type; 0 for none.
        var type: UInt16 = 0
        /// Names of the furthest milestone that it reached and of the one behind that; 0 for none.
        var furthest: UInt64 = 0
        var missing: UInt64 = 0
        /// How many of its events stand at each stage on the way, the first ones of ``Stage``.
        var stages = SIMD4<UInt16>()
        /// How long purposes like it are silent where it is, as it was known when its last event came.
        var pace = TypeBook.Pace()
        /// What of its silence was told.
        var told = Quiet.not

        /// How far it has come on the way; nil where nobody read that of any of its events.
        var stage: Stage? { (0..<4).last { stages[$0] > 0 }.flatMap { Stage(rawValue: UInt8($0)) } }

        /// Counts an event, or one less.
        mutating func count(_ stage: Stage?, by step: Int) {
            guard let stage, stage.rawValue < 4 else { return }
            stages[Int(stage.rawValue)] = UInt16(clamping: Int(stages[Int(stage.rawValue)]) + step)
        }
    }

    /// How far a silence has come. A raw value is part of the state that is kept.
    enum Quiet: UInt8, Sendable, CaseIterable, Comparable {
        case not, stalled, dormant, lapsed

        static func < (one: Quiet, other: Quiet) -> Bool { one.rawValue < other.rawValue }
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
        for thread in threads {
            if let next = next(of: thread) { due = min(due ?? next.at, next.at) }
        }
        return due
    }

    func thread(of purpose: PurposeID) -> Thread? { threads.first { $0.id == purpose } }

    /// What is told next of the silence of a purpose, and when; nil of one that is over.
    private func next(of thread: Thread) -> (quiet: Quiet, at: Instant)? {
        guard thread.outcome == nil else { return nil }
        for quiet in Quiet.allCases where quiet > thread.told {
            if let seconds = Watch.seconds(until: quiet, of: thread) {
                // Not while she is here.
                let at = max(
                    thread.last.advanced(byMilliseconds: seconds * 1_000),
                    lastArrival.advanced(byMilliseconds: Watch.visitGapMilliseconds))
                return (quiet, at)
            }
        }
        return nil
    }

    /// How long a purpose must be silent; nil for what is never told of it.
    private static func seconds(until quiet: Quiet, of thread: Thread) -> Int64? {
        let pace = thread.pace
        let dormant = pace.dormantAfter > 0 ? Int64(pace.dormantAfter) : policy.dormantAfterSeconds
        switch quiet {
        case .not: return nil
        case .stalled:
            let seconds = Int64(pace.stalledAfter)
            return seconds > 0 && seconds < min(dormant, policy.lapsedAfterSeconds) ? seconds : nil
        case .dormant: return dormant < policy.lapsedAfterSeconds ? dormant : nil
        case .lapsed: return policy.lapsedAfterSeconds
        }
    }

    // MARK: What happens

    /// Takes an event that was placed.
    ///
    /// - Parameters:
    ///   - arrival: the logged time at which it came.
    ///   - isOpening: whether the event opened its purpose.
    ///   - types: those of purposes here.
    mutating func note(
        _ entry: TimelineEntry, _ placed: PlacedEvent, arrival: Instant, isOpening: Bool, types: TypeBook? = nil,
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
        add(entry, placed, to: place, at: entry.key.timestamp, types, into: &changes)
    }

    /// Takes an event that repair put somewhere else.
    mutating func move(
        _ entry: TimelineEntry, from: PurposeID, isOpening: Bool, at time: Instant, types: TypeBook? = nil,
        into changes: inout [PurposeChange]
    ) {
        guard let placed = entry.placed else { return }
        let outcome = placed.stage?.outcome
        if isOpening { tell(.opened, of: placed.purpose, entry, at: time, into: &changes) }
        tell(.moved(from: from), of: placed.purpose, entry, at: time, into: &changes)
        if let left = threads.firstIndex(where: { $0.id == from }) {
            threads[left].eventCount -= min(1, threads[left].eventCount)
            threads[left].count(placed.stage, by: -1)
            if let outcome, threads[left].outcome == outcome { threads[left].outcome = nil }
            if threads[left].furthest == entry.gist?.nameHash { threads[left].furthest = 0 }
            if threads[left].eventCount == 0 {
                tell(.merged(into: placed.purpose), of: from, entry, at: time, into: &changes)
                threads.remove(at: left)
            }
        }
        add(entry, placed, to: place(of: placed.purpose, entry), at: time, types, into: &changes)
    }

    /// Takes that a purpose is over, since somebody says so.
    mutating func end(_ purpose: PurposeID, with entry: TimelineEntry, into changes: inout [PurposeChange]) {
        guard let place = threads.firstIndex(where: { $0.id == purpose }) else { return }
        close(place, .fulfilled, entry.strand, entry.key.position, at: entry.key.timestamp, into: &changes)
    }

    /// Takes that purposes are of other types.
    mutating func retype(_ types: [PurposeID: UInt16]) {
        for place in threads.indices { if let type = types[threads[place].id] { threads[place].type = type } }
    }

    /// Takes that repair has looked at all that came.
    mutating func noteRepair() {
        waiting = 0
        isInDoubt = sinceDoubt < Watch.doubtMax
    }

    /// Tells what was silent for too long by some moment, and closes what was for much too long.
    mutating func fallSilent(by clock: Instant, into changes: inout [PurposeChange]) {
        while true {
            let first = threads.indices.compactMap { place in
                next(of: threads[place]).map { (at: $0.at, place: place, quiet: $0.quiet) }
            }.filter { $0.at <= clock }.min { ($0.at, $0.place) < ($1.at, $1.place) }
            guard let (at, place, quiet) = first else { return }
            tell(quiet, ofThread: place, at: at, into: &changes)
        }
    }

    private mutating func tell(
        _ quiet: Quiet, ofThread place: Int, at time: Instant, into changes: inout [PurposeChange]
    ) {
        let thread = threads[place]
        threads[place].told = quiet
        let silence = PurposeChange.Silence(
            type: thread.type, missing: thread.missing,
            seconds: time.secondsSince1970 - thread.last.secondsSince1970, usualSeconds: Int64(thread.pace.usual))
        switch quiet {
        case .not: break
        case .stalled: tell(.stalled(silence), of: thread.id, thread.strand, thread.position, at: time, into: &changes)
        case .dormant: tell(.dormant(silence), of: thread.id, thread.strand, thread.position, at: time, into: &changes)
        case .lapsed: close(place, .lapsed, thread.strand, thread.position, at: time, into: &changes)
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
        _ entry: TimelineEntry, _ placed: PlacedEvent, to place: Int, at time: Instant, _ types: TypeBook?,
        into changes: inout [PurposeChange]
    ) {
        let outcome = placed.stage?.outcome
        threads[place].eventCount += 1
        threads[place].count(placed.stage, by: 1)
        threads[place].type = placed.type
        if let types, let name = entry.gist?.nameHash {
            (threads[place].furthest, threads[place].missing) = types.advanced(
                threads[place].furthest, by: name, type: placed.type)
        }
        if entry.key >= TimelineEntry.Key(timestamp: threads[place].last, position: threads[place].position) {
            threads[place].last = entry.key.timestamp
            threads[place].strand = entry.strand
            threads[place].position = entry.key.position
            threads[place].pace = types?.pace(of: placed.type, at: placed.stage) ?? TypeBook.Pace()
            threads[place].told = .not
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
    private static let threadBytes = 10 + 4 + 8 + 8 + 8 + 1 + 2 + 8 + 8 + 8 + 4 + 4 + 4 + 1

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
            writer.write(thread.outcome?.code ?? 0)
            writer.write(thread.type)
            writer.write(thread.furthest)
            writer.write(thread.missing)
            for stage in 0..<4 { writer.write(thread.stages[stage]) }
            writer.write(thread.pace.usual)
            writer.write(thread.pace.stalledAfter)
            writer.write(thread.pace.dormantAfter)
            writer.write(thread.told.rawValue)
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
            guard outcome == 0 || Outcome(code: outcome) != nil else { throw StateError() }
            var thread = Thread(
                id: id, eventCount: eventCount, last: last, strand: strand, position: position,
                outcome: Outcome(code: outcome))
            thread.type = try reader.number()
            thread.furthest = try reader.number()
            thread.missing = try reader.number()
            for stage in 0..<4 { thread.stages[stage] = try reader.number() }
            thread.pace.usual = try reader.number()
            thread.pace.stalledAfter = try reader.number()
            thread.pace.dormantAfter = try reader.number()
            guard let told = Quiet(rawValue: try reader.number()) else { throw StateError() }
            thread.told = told
            threads.append(thread)
        }
    }
}

extension Instant {
    func advanced(byMilliseconds milliseconds: Int64) -> Instant {
        let (sum, overflows) = millisecondsSince1970.addingReportingOverflow(milliseconds)
        return Instant(millisecondsSince1970: overflows ? .max : sum)
    }
}
