/// All that placing keeps of one open purpose: a fixed number of bytes, however many events it has. Its vectors lie in
/// the ``VectorRows`` of the person, at ``Row``.
struct PurposeSummary: Sendable {
    /// Vectors kept of the latest events with a text.
    static let recentMax = 4

    /// Which vector of a purpose.
    enum Row: Int {
        /// Sum of the members' vectors by their evidence.
        case sum
        /// Sum of the members' vectors, older ones fading by 0.85 at each event.
        case centre
        /// Sum of the members' contexts, fading by 0.7.
        case context
        case lastContext
        /// The first of ``recentMax``.
        case recent

        static let perPurpose = Row.recent.rawValue + recentMax

        /// The row of the visit's context comes before those of the purposes.
        func of(_ slot: Int) -> Int { 1 + slot * Row.perPurpose + rawValue }
    }

    /// The purpose's number within the person, counted from 0 in order of opening.
    var ordinal: Int32 = 0
    var id: PurposeID?
    var size: Int32 = 0

    // Meaning.
    var sumLength: Float = 0
    var centreLength: Float = 0
    var contextLength: Float = 0
    var hasContext = false
    /// Which trigrams the latest texts have: those of a full turn of ``recentMax``/2, and of the turn that is running.
    var earlierTrigrams = SIMD8<UInt64>.zero
    var runningTrigrams = SIMD8<UInt64>.zero
    var recentCount: Int32 = 0
    var trigrams: SIMD8<UInt64> { earlierTrigrams | runningTrigrams }
    var lastContentCount: Int32 = 0

    // Time.
    var firstSecond: Int64 = 0
    var lastSecond: Int64 = 0
    var gapCount: Float = 0
    var gapSum: Float = 0
    var gapSquares: Float = 0
    var lastGap: Float = .nan
    /// Ordinal of the person's event that came last.
    var lastEvent: Int64 = 0
    var lastVisit: Int64 = 0
    var eventsInLastVisit: Int32 = 0

    // Order.
    var lastName: Int32 = -1
    var nameBefore: Int32 = -1
    var lastNameHash: UInt64 = 0
    var heldNames: UInt64 = 0
    var nameCounts = InlineArray<64, UInt8>(repeating: 0)

    /// Whether an event of its fulfilled it.
    var isFulfilled = false
    /// What tells the stage of its next event.
    var trail = StageTrail()

    // Handling.
    var lastChannel: UInt64 = 0
    var lastResource: UInt64 = 0
    var recentResources = InlineArray<4, UInt64>(repeating: 0)
    var resourceCount: Int32 = 0
    var lastAuthor: UInt64 = 0
    var recentAuthors = InlineArray<4, UInt64>(repeating: 0)
    var authorCount: Int32 = 0

    init() {}

    /// Takes an event in.
    ///
    /// - Parameters:
    ///   - current: the context of the visit, of length one.
    ///   - vectors: the person's, in which this purpose has the rows of `slot`.
    mutating func add(
        _ event: Encounter, context current: PackedVector, place: EventPlace, vectors: inout VectorRows, slot: Int
    ) {
        addMeaning(event, context: current, vectors: &vectors, slot: slot)
        addTime(event, place: place)
        addOrder(event)
        trail.add(event.stage)
        if event.channel != 0 { lastChannel = event.channel }
        if event.resource != 0 {
            lastResource = event.resource
            recentResources[Int(resourceCount) & 3] = event.resource
            resourceCount += 1
        }
        if event.author != 0 {
            lastAuthor = event.author
            recentAuthors[Int(authorCount) & 3] = event.author
            authorCount += 1
        }
        size += 1
    }

    /// Goes over to other tables of names.
    ///
    /// - Parameter places: of each name of the tables before, its place in these, -1 where they do not know it.
    mutating func adopt(_ order: OrderTables, places: [Int32]) {
        lastName = size > 0 ? order.index(of: lastNameHash) : -1
        nameBefore = nameBefore < 0 ? -1 : places[Int(nameBefore)]
        let (held, counts) = (heldNames, nameCounts)
        heldNames = 0
        nameCounts = InlineArray(repeating: 0)
        for (before, place) in places.enumerated() where place >= 0 {
            if held & (1 << UInt64(before)) != 0 { heldNames |= 1 << UInt64(place) }
            nameCounts[Int(place)] = counts[before]
        }
    }

    private mutating func addMeaning(
        _ event: Encounter, context current: PackedVector, vectors: inout VectorRows, slot: Int
    ) {
        let text = event.text
        if !text.isEmpty {
            vectors.fade(Row.sum.of(slot), by: 1, adding: text.vector, times: text.evidence)
            vectors.fade(Row.centre.of(slot), by: 0.85, adding: text.vector)
            sumLength = vectors.length(Row.sum.of(slot))
            centreLength = vectors.length(Row.centre.of(slot))
            let turn = Int(recentCount) & (PurposeSummary.recentMax - 1)
            vectors.set(Row.recent.of(slot) + turn, to: text.vector)
            if recentCount > 0, Int(recentCount) % (PurposeSummary.recentMax / 2) == 0 {
                earlierTrigrams = runningTrigrams
                runningTrigrams = .zero
            }
            runningTrigrams |= text.trigrams
            recentCount += 1
            lastContentCount = text.contentCount
        }
        vectors.fade(Row.context.of(slot), by: 0.7, adding: current)
        contextLength = vectors.length(Row.context.of(slot))
        vectors.set(Row.lastContext.of(slot), to: current)
        hasContext = hasContext || current.scale > 0
    }

    private mutating func addTime(_ event: Encounter, place: EventPlace) {
        if size == 0 {
            firstSecond = event.second
        } else {
            let gap = logGap(event.second - lastSecond)
            gapCount += 1
            gapSum += gap
            gapSquares += gap * gap
            lastGap = gap
        }
        lastSecond = max(lastSecond, event.second)
        if size == 0 { lastSecond = event.second }
        eventsInLastVisit = size > 0 && lastVisit == place.visit ? eventsInLastVisit + 1 : 1
        lastEvent = place.ordinal
        lastVisit = place.visit
    }

    private mutating func addOrder(_ event: Encounter) {
        nameBefore = lastName
        lastName = event.name
        lastNameHash = event.nameHash
        if event.name >= 0 {
            heldNames |= 1 << UInt64(event.name)
            if nameCounts[Int(event.name)] < 255 { nameCounts[Int(event.name)] += 1 }
        }
    }

    /// How far a gap lies from the purpose's own rhythm, in deviations; two pseudo-gaps of e^6 s keep it calm.
    func rhythmZ(_ gap: Float) -> Float {
        guard gapCount >= 1 else { return .nan }
        let mean = (gapSum + 12) / (gapCount + 2)
        let variance = max(0.25, (gapSquares + 84) / (gapCount + 2) - mean * mean)
        return (gap - mean) / variance.squareRoot()
    }
}

/// Where an event stands in the person's stream.
struct EventPlace: Sendable {
    /// Events before it.
    var ordinal: Int64
    /// Visits before its own; a visit ends with half an hour of silence.
    var visit: Int64
}

/// ln(1 + seconds); a clock that ran backward counts as no time.
@inline(__always)
func logGap(_ seconds: Int64) -> Float { naturalLog(1 + Float(max(0, seconds))) }
