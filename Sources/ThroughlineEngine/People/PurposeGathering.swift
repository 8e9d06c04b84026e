import Throughline

/// What a person is about, with what was said of it.
public struct PersonPurpose: Sendable {
    /// An event that shows it.
    public struct Evidence: Sendable {
        public var at: Instant
        /// The name of what happened, and its words, cut as timelines keep them.
        public var event: String
        public var text: String
        public var placed: PlacedEvent
    }

    /// Events that are told as its evidence: the one that opened it, and the latest.
    public static let evidenceMax = 4

    public var purpose: Purpose
    /// In the order of its events.
    public var words: [CorrectionRow.Word]
    public var evidence: [Evidence]
    /// What its type is called; nil where it is of none.
    public var type: String?
    /// The number of its type; 0 where it is of none.
    public var typeNumber: UInt16 = 0
    /// The milestone that comes next; nil where it is over, or that is not known.
    public var missing: String?
    /// By how many seconds it has been silent for longer than nearly all like it that went on; nil where it has not.
    public var lateSeconds: Int64?
    /// Where it stands on the journey map that it is bound to; nil where it is on none.
    public var map: MapStanding?
}

/// Gathers the purposes of a person from her events as they were placed, and names them.
struct PurposeGathering {
    private struct Thread {
        var id: PurposeID
        var isRoutine: Bool
        var name = ""
        /// Its number with the namer; nil for routine.
        var named: Int?
        var count = 0
        var confidence: Float = 0
        var first: Instant
        var last: Instant
        var outcome: Outcome?
        var stage: Stage?
        var channels: [String] = []
        var evidence: [PersonPurpose.Evidence] = []
        /// What was said of it, and up to where in the log it is left alone.
        var words: [CorrectionRow.Word] = []
        var quietFrom: LogPosition?
        var type: UInt16 = 0
        var furthest: UInt64 = 0
        var missing: UInt64 = 0
    }

    private var threads: [Thread] = []
    private var places: [PurposeID: Int] = [:]
    private var namer = PurposeNamer()
    private let types: TypeBook

    /// - Parameter types: those of the organization.
    init(types: TypeBook = TypeBook()) { self.types = types }

    /// Takes the next event, in the order of their times.
    ///
    /// - Parameter corrected: what was said of her events.
    mutating func add(_ event: Event, _ placed: PlacedEvent, at position: LogPosition, _ corrected: Corrected) {
        let place = places[placed.purpose] ?? open(placed, event)
        defer { note(corrected, of: position, in: place) }
        threads[place].count += 1
        if !placed.isRoutine {
            if threads[place].evidence.count == PersonPurpose.evidenceMax { threads[place].evidence.remove(at: 1) }
            threads[place].evidence.append(
                PersonPurpose.Evidence(
                    at: event.timestamp, event: event.string(event.name), text: event.string(event.text),
                    placed: placed))
        }
        threads[place].confidence += Float(placed.confidence) / 1_000
        threads[place].type = placed.type
        if !types.isEmpty, placed.type > 0 {
            let name = event.withBytes(of: event.cut(event.name, toBytes: Gist.textBytesMax), StableHash.folded)
            (threads[place].furthest, threads[place].missing) = types.advanced(
                threads[place].furthest, by: name, type: placed.type)
        }
        threads[place].first = min(threads[place].first, event.timestamp)
        threads[place].last = max(threads[place].last, event.timestamp)
        let channel = event.string(event.channel)
        if !channel.isEmpty, !threads[place].channels.contains(channel) { threads[place].channels.append(channel) }
        if let stage = placed.stage {
            threads[place].stage = threads[place].stage.map { max($0, stage) } ?? stage
            if let outcome = stage.outcome { threads[place].outcome = outcome }
        }
        guard let named = threads[place].named else { return }
        event.bytes.withUnsafeBufferPointer { bytes in
            namer.add(
                UnsafeBufferPointer(rebasing: bytes[event.shortText]),
                channel: UnsafeBufferPointer(rebasing: bytes[event.channel]), to: named)
        }
    }

    private mutating func note(_ corrected: Corrected, of position: LogPosition, in place: Int) {
        if let row = corrected[position, .place] { threads[place].words.append(row.word) }
        if let row = corrected[position, .end] {
            threads[place].words.append(row.word)
            threads[place].outcome = .fulfilled
        }
        if let row = corrected[position, .name] { threads[place].words.append(row.word) }
        // She takes it up again where she does something for it.
        if let quiet = threads[place].quietFrom, quiet < position { threads[place].quietFrom = nil }
        if let row = corrected[position, .pause] {
            threads[place].words.append(row.word)
            threads[place].quietFrom = row.said
        }
    }

    private mutating func open(_ placed: PlacedEvent, _ event: Event) -> Int {
        var thread = Thread(
            id: placed.purpose, isRoutine: placed.isRoutine, name: event.string(event.name), first: event.timestamp,
            last: event.timestamp)
        if !placed.isRoutine {
            thread.named = event.bytes.withUnsafeBufferPointer { bytes in
                namer.open(
                    PurposeNamer.Opening(
                        eventName: UnsafeBufferPointer(rebasing: bytes[event.name]),
                        channel: UnsafeBufferPointer(rebasing: bytes[event.channel]),
                        amount: UnsafeBufferPointer(rebasing: bytes[event.amount]), timestamp: event.timestamp))
            }
        }
        places[placed.purpose] = threads.count
        threads.append(thread)
        return threads.count - 1
    }

    /// All that came in.
    ///
    /// - Parameter now: the moment that silences are counted to.
    func purposes(now: Instant) -> [PersonPurpose] {
        let silence = SilencePolicy()
        return threads.map { thread in
            var standing =
                thread.isRoutine
                ? (state: Purpose.State.closed, outcome: nil)
                : silence.standing(
                    told: thread.outcome, silence: now.secondsSince1970 - thread.last.secondsSince1970)
            let quiet = now.secondsSince1970 - thread.last.secondsSince1970
            let pace = types.pace(of: thread.type, at: thread.stage)
            if standing.outcome == nil, pace.dormantAfter > 0 {
                standing.state = quiet >= Int64(pace.dormantAfter) ? .dormant : .open
            }
            if thread.quietFrom != nil, standing.state == .open { standing.state = .dormant }
            var given: String?
            for case .name(let name) in thread.words { given = name }
            let purpose = Purpose(
                id: thread.id, name: given ?? thread.named.map { namer.name(of: $0) } ?? thread.name,
                isRoutine: thread.isRoutine, state: standing.state, outcome: standing.outcome,
                stage: thread.outcome.map { Stage($0) } ?? thread.stage,
                confidence: thread.confidence / Float(max(1, thread.count)), first: thread.first,
                last: thread.last,
                eventCount: thread.count, channels: thread.channels,
                terms: thread.named.map { namer.terms(of: $0) } ?? [])
            var told = PersonPurpose(purpose: purpose, words: thread.words, evidence: thread.evidence)
            guard !thread.isRoutine else { return told }
            told.type = types.entry(thread.type)?.name
            told.typeNumber = types.resolved(thread.type)
            guard standing.outcome == nil else { return told }
            told.missing = types.milestone(named: thread.missing, type: thread.type)
            if pace.stalledAfter > 0, quiet > Int64(pace.stalledAfter) {
                told.lateSeconds = quiet - Int64(pace.stalledAfter)
            }
            return told
        }
    }
}
