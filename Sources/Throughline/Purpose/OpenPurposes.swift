/// The state of discovery for one person: her open purposes and the rhythm of her stream.
///
/// Everything that placing the next event needs, and nothing else; it grows with the number of open purposes and
/// distinct words, never with the number of events.
public struct OpenPurposes: Sendable {
    /// The greatest number of open purposes; the one that was silent longest closes when another opens.
    public static let openMax = 64
    /// A visit ends with so many seconds of silence.
    public static let visitGapSeconds: Int64 = 1_800

    var slots: [PurposeSummary] = []
    /// The fading sum of the vectors of this visit, then what each slot is about: ``PurposeSummary/Row``.
    var vectors = VectorRows()
    static let contextRow = 0
    var tokens = TokenTable()

    /// Events so far, routine ones included.
    public internal(set) var eventCount: Int64 = 0
    var visit: Int64 = 0
    var eventsOfVisit: Int32 = 0
    var lastSecond: Int64 = 0
    /// Slot of the purpose that the last event went to, -1 for none.
    var lastSlot: Int32 = -1
    var run: Int32 = 0
    var singleEventPurposes: Int32 = 0
    public internal(set) var purposeCount: Int32 = 0

    // All cosines this person has produced so far, for how unusual one is to her.
    var cosineCount: Float = 0
    var cosineSum: Float = 0
    var cosineSquares: Float = 0

    public init() { vectors.append(rows: 1) }

    /// Forgets the person, and keeps the room for the next one.
    public mutating func removeAll() {
        var slots = slots
        self.slots = []
        slots.removeAll(keepingCapacity: true)
        var vectors = vectors
        self.vectors = VectorRows()
        vectors.removeAll()
        vectors.append(rows: 1)
        var tokens = tokens
        self.tokens = TokenTable()
        tokens.removeAll()
        self = OpenPurposes()
        self.slots = slots
        self.vectors = vectors
        self.tokens = tokens
    }

    /// Where an event stands that comes next.
    func place(of event: Encounter) -> EventPlace {
        let isNewVisit = eventCount > 0 && event.second - lastSecond > OpenPurposes.visitGapSeconds
        return EventPlace(ordinal: eventCount, visit: isNewVisit ? visit + 1 : visit)
    }

    /// Whether a visit of hers ends before an event that comes next.
    package func isVisitOver(before event: Encounter) -> Bool { place(of: event).visit != visit }

    /// The time of the last event, in seconds since 1970.
    package var latestSecond: Int64 { lastSecond }

    /// What an open purpose is about, of length one, by all texts of its events; nil where it is not open.
    ///
    /// - Complexity: O(open purposes).
    package func meaning(of id: PurposeID) -> PackedVector? {
        slots.firstIndex { $0.id == id }.map { vectors.direction(of: PurposeSummary.Row.sum.of($0)) }
    }

    /// Moves the clock and the context of the visit on to an event, before it is placed.
    mutating func arrive(_ event: Encounter) {
        let place = place(of: event)
        if place.visit != visit {
            visit = place.visit
            eventsOfVisit = 0
            vectors.clear(OpenPurposes.contextRow..<OpenPurposes.contextRow + 1)
        } else {
            vectors.fade(OpenPurposes.contextRow, by: 0.513_417_1)  // e^(-1/1.5)
        }
        if event.text.hasMeaning {
            vectors.fade(
                OpenPurposes.contextRow, by: 1, adding: event.text.vector,
                times: 0.3 + min(event.text.evidence, usualEvidence) / usualEvidence)
        }
    }

    /// Puts an arrived event into an open purpose.
    mutating func add(_ event: Encounter, context: PackedVector, toSlot slot: Int) {
        let place = EventPlace(ordinal: eventCount, visit: visit)
        if slots[slot].size == 1 { singleEventPurposes -= 1 }
        slots[slot].add(event, context: context, place: place, vectors: &vectors, slot: slot)
        register(event, slot: slot)
        run = Int32(slot) == lastSlot ? run + 1 : 1
        lastSlot = Int32(slot)
        depart(event)
    }

    /// Opens a purpose with an arrived event.
    mutating func open(_ event: Encounter, context: PackedVector) -> (slot: Int32, ordinal: Int32) {
        let slot: Int
        if slots.count < OpenPurposes.openMax {
            slots.reserveCapacity(slots.count + 1)  // No more: there are many people.
            slots.append(PurposeSummary())
            vectors.append(rows: PurposeSummary.Row.perPurpose)
            slot = slots.count - 1
        } else {
            slot = slots.indices.min { slots[$0].lastEvent < slots[$1].lastEvent }!
            slots[slot] = PurposeSummary()
            vectors.clear(PurposeSummary.Row.sum.of(slot)..<PurposeSummary.Row.sum.of(slot + 1))
            tokens.clear(slot: slot)
        }
        slots[slot].ordinal = purposeCount
        purposeCount += 1
        singleEventPurposes += 1
        let place = EventPlace(ordinal: eventCount, visit: visit)
        slots[slot].add(event, context: context, place: place, vectors: &vectors, slot: slot)
        register(event, slot: slot)
        lastSlot = Int32(slot)
        run = 1
        depart(event)
        return (Int32(slot), slots[slot].ordinal)
    }

    /// Notes an arrived event that serves no purpose; it can never be a candidate.
    mutating func passRoutine(_ event: Encounter) -> Int32 {
        defer { purposeCount += 1 }
        depart(event)
        return purposeCount
    }

    /// Goes over to other tables of names: ``PurposeSummary/adopt(_:places:)``.
    package mutating func adopt(_ order: OrderTables, places: [Int32]) {
        for slot in slots.indices { slots[slot].adopt(order, places: places) }
    }

    /// Notes how like the open purposes an event was.
    mutating func note(cosines: ArraySlice<Float>) {
        for cosine in cosines where !cosine.isNaN {
            cosineCount += 1
            cosineSum += cosine
            cosineSquares += cosine * cosine
        }
    }

    private mutating func depart(_ event: Encounter) {
        eventCount += 1
        eventsOfVisit += 1
        lastSecond = event.second
    }

    private mutating func register(_ event: Encounter, slot: Int) {
        let mask: UInt64 = 1 << UInt64(slot)
        for index in 0..<event.text.pieceCount {
            tokens.insert(TokenTable.key(.piece, UInt64(event.text.piece(index))), mask: mask)
        }
        for index in 0..<event.things.count {
            tokens.insert(TokenTable.key(.entity, event.things[index]), mask: mask)
        }
        guard event.author != 0 else { return }
        tokens.insert(TokenTable.key(.author, event.author), mask: mask)
        for index in 0..<event.text.wordCount {
            tokens.insert(TokenTable.key(.word, event.text.word(index)), mask: mask)
        }
    }

    /// The slot of an open purpose; nil where it is not open.
    func slot(of id: PurposeID) -> Int? { slots.firstIndex { $0.id == id } }

    /// The ids of the open purposes, as whoever opens them notes them.
    public subscript(idOf slot: Int32) -> PurposeID? {
        get { slots[Int(slot)].id }
        set { slots[Int(slot)].id = newValue }
    }
}

extension OpenPurposes {
    /// What is asked of memory for a person whose event is soon to come: each step needs the one before it. The raw
    /// value is how many events ahead.
    package enum Ahead: Int, CaseIterable {
        case contents = 2
        case arrays = 4
        case state = 6
    }

    /// Asks the memory for a person's state.
    package static func prefetch(_ state: UnsafePointer<OpenPurposes>, _ ahead: Ahead) {
        switch ahead {
        case .state: Prefetch.value(at: state)
        case .arrays:
            for array in [slotsOffset, blocksOffset, scalesOffset, entriesOffset] {
                Prefetch.arrayHead(array, behind: state)
            }
        case .contents:
            let purposes = min(state.pointee.slots.count, prefetchedPurposesMax)
            let rows = PurposeSummary.Row.sum.of(purposes)
            Prefetch.array(slotsOffset, behind: state, bytes: purposes * MemoryLayout<PurposeSummary>.stride)
            Prefetch.array(blocksOffset, behind: state, bytes: rows * VectorRows.blockBytesPerRow)
            Prefetch.array(scalesOffset, behind: state, bytes: rows * MemoryLayout<Float>.stride)
            Prefetch.array(entriesOffset, behind: state, bytes: min(state.pointee.tokens.entryBytes, 2_048))
        }
    }

    /// Purposes of a person that are asked for; those who have more have them in caches.
    private static let prefetchedPurposesMax = 8
    private static let slotsOffset = MemoryLayout<OpenPurposes>.offset(of: \.slots)!
    private static let blocksOffset = MemoryLayout<OpenPurposes>.offset(of: \.vectors.blocks)!
    private static let scalesOffset = MemoryLayout<OpenPurposes>.offset(of: \.vectors.scales)!
    private static let entriesOffset = MemoryLayout<OpenPurposes>.offset(of: \.tokens.entries)!
}

/// The median length of an event's summed vector in training: what counts as a usual amount of evidence.
let usualEvidence: Float = 6.6
