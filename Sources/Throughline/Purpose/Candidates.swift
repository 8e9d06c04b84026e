/// The places an arrived event could go to, a lane each, with the signals of each: lane 0 is "a new purpose".
///
/// A worker has one and fills it again for every event.
public struct Candidates: Sendable {
    public static let lanesMax = 16
    /// Beyond this many open purposes the candidates are the most recent ones and the most similar ones.
    static let purposesMax = lanesMax - 1
    static let similarMax = 4

    public private(set) var count = 0
    /// `[signal * lanesMax + lane]`.
    public private(set) var signals = [Float](repeating: .nan, count: Signal.allCases.count * Candidates.lanesMax)
    /// The slot of each lane; -1 for "a new purpose".
    public private(set) var slots = InlineArray<16, Int32>(repeating: -1)

    public init() {}

    /// The lane of the purpose that names most of the things that the event names and no other purpose does; 0 where
    /// none does.
    var laneSharingThings: Int {
        var best = 0
        for lane in 1..<max(1, count) where value(.exclusiveEntities, lane: lane) >= 1 {
            if best == 0 || value(.exclusiveEntities, lane: lane) > value(.exclusiveEntities, lane: best) {
                best = lane
            }
        }
        return best
    }

    /// A signal of a candidate.
    public func value(_ signal: Signal, lane: Int) -> Float { signals[signal.rawValue * Candidates.lanesMax + lane] }

    /// Compares an arrived event with the person's open purposes. Reads nothing that came later.
    ///
    /// - Complexity: O(open purposes + 16 · signals).
    mutating func fill(_ event: Encounter, state: inout OpenPurposes, order: OrderTables) {
        let open = state.slots.count
        let hasText = event.text.hasMeaning
        var cosines = InlineArray<64, Float>(repeating: .nan)
        var best: Float = -2
        if hasText {
            for slot in 0..<open where state.slots[slot].sumLength > 0 {
                let cosine = event.text.vector.dot(state.slots[slot].sum) / state.slots[slot].sumLength
                cosines[slot] = cosine
                best = max(best, cosine)
            }
        }
        choose(open: open, state: state, cosines: cosines)
        var tokens = TokenCounts()
        countTokens(of: event, state: state, into: &tokens)

        let contextLength = state.context.length
        let place = EventPlace(ordinal: state.eventCount, visit: state.visit)
        let previousGap = state.eventCount > 0 ? logGap(event.second - state.lastSecond) : .nan
        let mean = state.cosineCount > 0 ? state.cosineSum / state.cosineCount : 0
        let variance = state.cosineCount > 1 ? state.cosineSquares / state.cosineCount - mean * mean : 0
        let deviation = max(0.02, max(0, variance).squareRoot())

        signals.withUnsafeMutableBufferPointer { signals in
            state.slots.withUnsafeBufferPointer { purposes in  // A summary is big: it is read where it lies.
                for lane in 1..<max(1, count) {
                    let slot = Int(slots[lane])
                    let row = LaneWriter(signals: signals, lane: lane)
                    Candidates.writeTopic(
                        event, purposes[slot], cosine: cosines[slot], context: state.context,
                        contextLength: contextLength, row)
                    row[.cosineZ] = state.cosineCount >= 3 ? (cosines[slot] - mean) / deviation : .nan
                    tokens.write(event, slot: slot, trigrams: purposes[slot].trigrams, row)
                    Candidates.writeTime(event, purposes[slot], previousGap: previousGap, row)
                    Candidates.writePlace(purposes[slot], slot: slot, place: place, state: state, row)
                    Candidates.writeOrder(event, purposes[slot], order: order, row)
                    Candidates.writeHandling(event, purposes[slot], row)
                }
            }
        }
        writeRecency(state: state)
        writeLeads()
        writeShared(event, state: state, previousGap: previousGap, tokens: tokens, order: order)

        if hasText {
            for slot in 0..<open where cosines[slot] == cosines[slot] {
                state.cosineCount += 1
                state.cosineSum += cosines[slot]
                state.cosineSquares += cosines[slot] * cosines[slot]
            }
        }
    }

    /// Picks the lanes: all open purposes where they fit, else the most recent and the most similar ones.
    private mutating func choose(open: Int, state: OpenPurposes, cosines: InlineArray<64, Float>) {
        slots[0] = -1
        if open <= Candidates.purposesMax {
            count = open + 1
            for slot in 0..<open { slots[slot + 1] = Int32(slot) }
            return
        }
        count = 1
        var chosen: UInt64 = 0
        for turn in 0..<Candidates.purposesMax {
            let bySimilarity = turn < Candidates.similarMax
            var pick = -1
            for slot in 0..<open where chosen & (1 << UInt64(slot)) == 0 {
                if bySimilarity && cosines[slot].isNaN { continue }
                if pick < 0
                    || (bySimilarity
                        ? cosines[slot] > cosines[pick] : state.slots[slot].lastEvent > state.slots[pick].lastEvent)
                {
                    pick = slot
                }
            }
            guard pick >= 0 else { continue }
            chosen |= 1 << UInt64(pick)
            slots[count] = Int32(pick)
            count += 1
        }
    }

    private func countTokens(of event: Encounter, state: OpenPurposes, into tokens: inout TokenCounts) {
        let events = Float(state.eventCount)
        for index in 0..<event.text.pieceCount {
            let found = state.tokens.find(TokenTable.key(.piece, UInt64(event.text.pieces[index])))
            tokens.add(
                piece: event.text.weights[index], mask: found.mask,
                rarity: naturalLog((events + 2) / (Float(found.events) + 1)))
        }
        for index in 0..<event.entityCount {
            tokens.add(entity: state.tokens.find(TokenTable.key(.entity, event.entities[index])).mask)
        }
        guard event.author != 0 else { return }
        tokens.authorAddressed = state.tokens.find(TokenTable.key(.word, event.author)).mask
        for index in 0..<event.text.wordCount {
            tokens.addressed |= state.tokens.find(TokenTable.key(.author, event.text.words[index])).mask
        }
    }
}

/// Writes the signals of one lane.
struct LaneWriter {
    let signals: UnsafeMutableBufferPointer<Float>
    let lane: Int

    subscript(signal: Signal) -> Float {
        get { signals[signal.rawValue * Candidates.lanesMax + lane] }
        nonmutating set { signals[signal.rawValue * Candidates.lanesMax + lane] = newValue }
    }
}

extension Candidates {
    fileprivate static func writeTopic(
        _ event: Encounter, _ purpose: PurposeSummary, cosine: Float, context: Vector,
        contextLength: Float, _ row: LaneWriter
    ) {
        row[.centreCosine] = cosine
        let vector = event.text.vector
        if cosine.isNaN {
            row[.decayedCosine] = .nan
            row[.bestRecentCosine] = .nan
            row[.meanRecentCosine] = .nan
            row[.lastCosine] = .nan
        } else {
            row[.decayedCosine] = vector.dot(purpose.centre) / max(purpose.centreLength, 1e-6)
            var best: Float = -1
            var sum: Float = 0
            let kept = min(Int(purpose.recentCount), PurposeSummary.recentMax)
            let latest = (Int(purpose.recentCount) - 1) & (PurposeSummary.recentMax - 1)
            for index in 0..<kept {
                let value = vector.dot(purpose.recent[index])
                best = max(best, value)
                sum += value
                if index == latest { row[.lastCosine] = value }
            }
            row[.bestRecentCosine] = best
            row[.meanRecentCosine] = sum / Float(kept)
        }
        guard purpose.hasContext, contextLength > 1e-6 else {
            row[.contextCosine] = .nan
            row[.twoContextsCosine] = .nan
            return
        }
        row[.contextCosine] = !event.text.hasMeaning ? .nan : vector.dot(purpose.lastContext)
        row[.twoContextsCosine] = context.dot(purpose.context) / (contextLength * max(purpose.contextLength, 1e-6))
    }

    fileprivate static func writeTime(
        _ event: Encounter, _ purpose: PurposeSummary, previousGap: Float, _ row: LaneWriter
    ) {
        let gap = logGap(event.second - purpose.lastSecond)
        row[.gap] = gap
        row[.gapBeyondPrevious] = gap - previousGap
        row[.age] = logGap(event.second - purpose.firstSecond)
        row[.rhythmZ] = purpose.rhythmZ(gap)
        row[.lastGap] = purpose.lastGap
    }

    fileprivate static func writePlace(
        _ purpose: PurposeSummary, slot: Int, place: EventPlace, state: OpenPurposes,
        _ row: LaneWriter
    ) {
        let isSameVisit = purpose.lastVisit == place.visit
        row[.size] = naturalLog(Float(purpose.size))
        row[.sameVisit] = isSameVisit ? 1 : 0
        row[.visitsSince] = naturalLog(1 + Float(place.visit - purpose.lastVisit))
        row[.eventsSince] = naturalLog(Float(place.ordinal - purpose.lastEvent))
        row[.eventsThisVisit] = isSameVisit ? Float(purpose.eventsInLastVisit) : 0
        row[.shareOfVisit] =
            isSameVisit && state.eventsOfVisit > 0 ? Float(purpose.eventsInLastVisit) / Float(state.eventsOfVisit) : 0
        row[.isPreviousPurpose] = Int32(slot) == state.lastSlot ? 1 : 0
        row[.run] = Int32(slot) == state.lastSlot ? Float(state.run) : 0
    }

    fileprivate static func writeOrder(
        _ event: Encounter, _ purpose: PurposeSummary, order: OrderTables,
        _ row: LaneWriter
    ) {
        row[.nextStep] = order.next(after: purpose.lastName, name: event.name)
        row[.nextOfTwo] = order.nextOfTwo(after: purpose.nameBefore, purpose.lastName, name: event.name)
        row[.gapLikelihood] = order.gapLikelihood(before: purpose.lastName, name: event.name, gap: row[.gap])
        row[.history] = order.history(holding: purpose.heldNames, name: event.name)
        let times = event.name >= 0 ? Int(purpose.nameCounts[Int(event.name)]) : 0
        row[.repetition] = order.repetition(of: event.name, times: times)
        row[.sameName] = purpose.lastNameHash == event.nameHash ? 1 : 0
    }

    fileprivate static func writeHandling(
        _ event: Encounter, _ purpose: PurposeSummary, _ row: LaneWriter
    ) {
        row[.lastContentCount] = Float(purpose.lastContentCount)
        row[.sameChannel] =
            event.channel == 0 || purpose.lastChannel == 0 ? .nan : event.channel == purpose.lastChannel ? 1 : 0
        if event.resource == 0 || purpose.resourceCount == 0 {
            row[.sameResource] = .nan
            row[.resourceShare] = .nan
        } else {
            row[.sameResource] = event.resource == purpose.lastResource ? 1 : 0
            row[.resourceShare] = share(of: event.resource, in: purpose.recentResources, count: purpose.resourceCount)
        }
        if event.author == 0 || purpose.authorCount == 0 {
            row[.sameAuthor] = .nan
            row[.authorShare] = .nan
        } else {
            row[.sameAuthor] = event.author == purpose.lastAuthor ? 1 : 0
            row[.authorShare] = share(of: event.author, in: purpose.recentAuthors, count: purpose.authorCount)
        }
    }

    private static func share(of value: UInt64, in recent: InlineArray<4, UInt64>, count: Int32) -> Float {
        let kept = min(4, Int(count))
        var hits: Float = 0
        for index in 0..<kept where recent[index] == value { hits += 1 }
        return hits / Float(kept)
    }

    /// 0 for the purpose with the latest event, 1 for the next.
    fileprivate mutating func writeRecency(state: OpenPurposes) {
        for lane in 1..<max(1, count) {
            let last = state.slots[Int(slots[lane])].lastEvent
            var rank: Float = 0
            for other in 1..<count where state.slots[Int(slots[other])].lastEvent > last { rank += 1 }
            signals[Signal.recencyRank.rawValue * Candidates.lanesMax + lane] = rank
        }
    }

    private static let leads: [(of: Signal, lead: Signal, sign: Float)] = [
        (.centreCosine, .cosineLead, 1), (.bestRecentCosine, .recentCosineLead, 1), (.gap, .gapLead, -1),
        (.nextOfTwo, .nextStepLead, 1), (.history, .historyLead, 1), (.tokenCover, .coverLead, 1),
    ]

    /// By how much each purpose is ahead of the best other one.
    fileprivate mutating func writeLeads() {
        for (signal, lead, sign) in Candidates.leads {
            Leads.write(&signals, from: signal.rawValue, to: lead.rawValue, sign: sign, count: count)
        }
    }

    private func best(_ signal: Signal) -> Float {
        var best: Float = .nan
        for lane in 1..<max(1, count) {
            let value = signals[signal.rawValue * Candidates.lanesMax + lane]
            if !(value <= best) && !value.isNaN { best = value }
        }
        return best
    }

    /// What is the same for every lane, and the whole of lane 0.
    fileprivate mutating func writeShared(
        _ event: Encounter, state: OpenPurposes, previousGap: Float, tokens: TokenCounts,
        order: OrderTables
    ) {
        for signal in 0..<Signal.openPurposes.rawValue { signals[signal * Candidates.lanesMax] = .nan }
        var purposesThisVisit: Float = 0
        for slot in state.slots.indices where state.slots[slot].lastVisit == state.visit && state.eventsOfVisit > 0 {
            purposesThisVisit += 1
        }
        write(.openPurposes, Float(state.slots.count))
        write(.contentCount, Float(event.text.contentCount))
        write(.evidence, event.text.hasMeaning ? event.text.evidence : .nan)
        write(.startLikelihood, order.start(event.name))
        write(.gapFromPrevious, previousGap)
        write(.eventsSoFar, naturalLog(1 + Float(state.eventCount)))
        write(.bestCosine, best(.centreCosine))
        write(.bestRecent, best(.bestRecentCosine))
        write(.bestNextStep, best(.nextOfTwo))
        write(.purposesThisVisit, purposesThisVisit)
        write(.eventsOfVisit, Float(state.eventsOfVisit))
        write(.anyResourceMatch, best(.resourceShare))
        write(.entities, Float(event.entityCount))
        write(.isNew, 0)
        signals[Signal.isNew.rawValue * Candidates.lanesMax] = 1
        write(.isUsuallyRoutine, event.habit == .none ? 0 : 1)
        write(.unseenWeight, event.text.weightSum > 0 ? tokens.unseen / event.text.weightSum : .nan)
        let purposes = Float(max(1, state.slots.count))
        write(.singleEventShare, Float(state.singleEventPurposes) / purposes)
        write(.bestCover, best(.tokenCover))
        write(.bestThings, best(.exclusiveEntities))
    }

    private mutating func write(_ signal: Signal, _ value: Float) {
        for lane in 0..<count { signals[signal.rawValue * Candidates.lanesMax + lane] = value }
    }
}

/// Shared tokens between one event and every open purpose at once.
struct TokenCounts {
    private var cover = InlineArray<64, Float>(repeating: 0)
    private var exclusive = InlineArray<64, Float>(repeating: 0)
    private var rarest = InlineArray<64, Float>(repeating: 0)
    private var shared = InlineArray<64, Float>(repeating: 0)
    private var sharedAlone = InlineArray<64, Float>(repeating: 0)
    /// Weight of the pieces that no open purpose holds.
    private(set) var unseen: Float = 0
    /// Purposes whose speakers the event names, and purposes that named its author.
    var addressed: UInt64 = 0
    var authorAddressed: UInt64 = 0

    mutating func add(piece weight: Float, mask: UInt64, rarity: Float) {
        guard mask != 0 else {
            unseen += weight
            return
        }
        let isExclusive = mask & (mask - 1) == 0
        let rare = weight * rarity
        var rest = mask
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            cover[slot] += weight
            if isExclusive { exclusive[slot] += weight }
            rarest[slot] = max(rarest[slot], rare)
            rest &= rest - 1
        }
    }

    mutating func add(entity mask: UInt64) {
        let isExclusive = mask & (mask &- 1) == 0
        var rest = mask
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            shared[slot] += 1
            if isExclusive { sharedAlone[slot] += 1 }
            rest &= rest - 1
        }
    }

    func write(_ event: Encounter, slot: Int, trigrams: SIMD8<UInt64>, _ row: LaneWriter) {
        let weight = event.text.weightSum
        row[.tokenCover] = weight > 0 ? cover[slot] / weight : .nan
        row[.exclusiveCover] = weight > 0 ? exclusive[slot] / weight : .nan
        row[.rarestSharedToken] = weight > 0 ? rarest[slot] : .nan
        row[.trigramCover] = event.text.hasTrigrams ? event.text.trigramCover(by: trigrams) : .nan
        row[.sharedEntities] = event.entityCount > 0 ? min(3, shared[slot]) : .nan
        row[.exclusiveEntities] = event.entityCount > 0 ? min(3, sharedAlone[slot]) : .nan
        let bit: UInt64 = 1 << UInt64(slot)
        row[.addressesAuthor] = event.author != 0 ? (addressed & bit != 0 ? 1 : 0) : .nan
        row[.authorAddressed] = event.author != 0 ? (authorAddressed & bit != 0 ? 1 : 0) : .nan
    }
}
