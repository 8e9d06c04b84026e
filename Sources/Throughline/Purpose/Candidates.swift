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
    public private(set) var slots = [Int32](repeating: -1, count: Candidates.lanesMax)
    /// Of each open purpose with the event's text.
    private var cosines = [Float](repeating: .nan, count: OpenPurposes.openMax)
    private var tokens = TokenCounts()

    public init() {}

    /// The lane of the purpose that names most of the things that the event names and no other purpose does; 0 where
    /// none does.
    var laneSharingThings: Int {
        var best = 0
        var most: Float = 0
        for lane in 1..<max(1, count) {
            let things = min(3, tokens.sharedAlone[Int(slots[lane])])
            if things > most {
                most = things
                best = lane
            }
        }
        return best
    }

    /// The lane of the one fulfilled purpose that names what the event names and no other purpose does; nil where there is none, or more.
    func laneOfAftercare(in state: OpenPurposes) -> Int? {
        var found: Int?
        for lane in 1..<max(1, count) where value(.exclusiveEntities, lane: lane) >= 1 {
            guard state.slots[Int(slots[lane])].isFulfilled, found == nil else { return nil }
            found = lane
        }
        return found
    }

    /// A signal of a candidate.
    public func value(_ signal: Signal, lane: Int) -> Float { signals[signal.rawValue * Candidates.lanesMax + lane] }

    /// Compares an arrived event with the person's open purposes. Reads nothing that came later.
    ///
    /// - Complexity: O(open purposes + 16 · signals).
    mutating func fill(_ event: Encounter, state: inout OpenPurposes, order: OrderTables) {
        gather(event, state: state)
        let arrival = state.arrival(of: event)
        signals.withUnsafeMutableBufferPointer { values in
            let rows = SignalRows<Signal>(values: values, count: count)
            state.slots.withUnsafeBufferPointer { purposes in  // A summary is big: it is read where it lies.
                for lane in 1..<max(1, count) {
                    let slot = Int(slots[lane])
                    let purpose = purposes.baseAddress! + slot
                    let row = rows.lane(lane)
                    row[.centreCosine] = cosines[slot]
                    row[.cosineZ] = arrival.unusualness(of: cosines[slot])
                    Candidates.writeTopic(event.text, purpose, slot: slot, state.vectors, row)
                    Candidates.writeContext(
                        event.text, purpose, slot: slot, state.vectors, arrival, row)
                    tokens.write(event, slot: slot, trigrams: purpose.pointee.trigrams, row)
                    Candidates.writeTime(event, purpose, arrival, row)
                    Candidates.writePlace(purpose, slot: slot, arrival, row)
                    Candidates.writeOrder(event, purpose, order: order, row)
                    Candidates.writeHandling(event, purpose, row)
                }
                Candidates.writeRecency(purposes, slots: slots, rows)
                Candidates.writeShared(event, purposes, arrival, unseen: tokens.unseen, order: order, rows)
            }
        }
        note(event, in: &state)
    }

    /// The same for an event that goes where a rule says: without signals.
    ///
    /// - Complexity: O(open purposes).
    mutating func fillForRule(_ event: Encounter, state: inout OpenPurposes) {
        gather(event, state: state)
        note(event, in: &state)
    }

    /// Picks the lanes and counts what the event shares with each.
    private mutating func gather(_ event: Encounter, state: OpenPurposes) {
        compare(event.text, state: state)
        choose(state.slots)
        tokens.count(event, in: state.tokens, open: state.slots.count, events: state.eventCount)
    }

    private func note(_ event: Encounter, in state: inout OpenPurposes) {
        if event.text.hasMeaning { state.note(cosines: cosines[..<state.slots.count]) }
    }

    /// How like the text each open purpose is.
    private mutating func compare(_ text: TextFeatures, state: OpenPurposes) {
        for slot in state.slots.indices {
            let length = state.slots[slot].sumLength
            cosines[slot] =
                text.hasMeaning && length > 0
                ? state.vectors.dot(PurposeSummary.Row.sum.of(slot), text.vector) / length : .nan
        }
    }

    /// Picks the lanes: all open purposes where they fit, else the most recent and the most similar ones.
    private mutating func choose(_ purposes: [PurposeSummary]) {
        slots[0] = -1
        if purposes.count <= Candidates.purposesMax {
            count = purposes.count + 1
            for slot in purposes.indices { slots[slot + 1] = Int32(slot) }
            return
        }
        count = 1
        var chosen: UInt64 = 0
        for turn in 0..<Candidates.purposesMax {
            let bySimilarity = turn < Candidates.similarMax
            var pick = -1
            for slot in purposes.indices where chosen & (1 << UInt64(slot)) == 0 {
                if bySimilarity && cosines[slot].isNaN { continue }
                if pick < 0
                    || (bySimilarity
                        ? cosines[slot] > cosines[pick] : purposes[slot].lastEvent > purposes[pick].lastEvent)
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
}

extension Candidates {
    fileprivate static func writeTopic(
        _ text: TextFeatures, _ purpose: UnsafePointer<PurposeSummary>, slot: Int, _ vectors: VectorRows,
        _ row: SignalRows<Signal>.Lane
    ) {
        guard text.hasMeaning, purpose.pointee.sumLength > 0 else {
            row[.decayedCosine] = .nan
            row[.bestRecentCosine] = .nan
            row[.meanRecentCosine] = .nan
            row[.lastCosine] = .nan
            return
        }
        row[.decayedCosine] =
            vectors.dot(PurposeSummary.Row.centre.of(slot), text.vector) / max(purpose.pointee.centreLength, 1e-6)
        var best: Float = -1
        var sum: Float = 0
        let kept = min(Int(purpose.pointee.recentCount), PurposeSummary.recentMax)
        let latest = (Int(purpose.pointee.recentCount) - 1) & (PurposeSummary.recentMax - 1)
        for index in 0..<kept {
            let value = vectors.dot(PurposeSummary.Row.recent.of(slot) + index, text.vector)
            best = max(best, value)
            sum += value
            if index == latest { row[.lastCosine] = value }
        }
        row[.bestRecentCosine] = best
        row[.meanRecentCosine] = sum / Float(kept)
    }

    fileprivate static func writeContext(
        _ text: TextFeatures, _ purpose: UnsafePointer<PurposeSummary>, slot: Int, _ vectors: VectorRows,
        _ arrival: Arrival, _ row: SignalRows<Signal>.Lane
    ) {
        guard purpose.pointee.hasContext, arrival.contextLength > 1e-6 else {
            row[.contextCosine] = .nan
            row[.twoContextsCosine] = .nan
            return
        }
        row[.contextCosine] =
            text.hasMeaning ? vectors.dot(PurposeSummary.Row.lastContext.of(slot), text.vector) : .nan
        row[.twoContextsCosine] =
            vectors.dot(PurposeSummary.Row.context.of(slot), OpenPurposes.contextRow)
            / (arrival.contextLength * max(purpose.pointee.contextLength, 1e-6))
    }

    fileprivate static func writeTime(
        _ event: Encounter, _ purpose: UnsafePointer<PurposeSummary>, _ arrival: Arrival, _ row: SignalRows<Signal>.Lane
    ) {
        let gap = logGap(event.second - purpose.pointee.lastSecond)
        row[.gap] = gap
        row[.gapBeyondPrevious] = gap - arrival.previousGap
        row[.age] = logGap(event.second - purpose.pointee.firstSecond)
        row[.rhythmZ] = purpose.pointee.rhythmZ(gap)
        row[.lastGap] = purpose.pointee.lastGap
    }

    fileprivate static func writePlace(
        _ purpose: UnsafePointer<PurposeSummary>, slot: Int, _ arrival: Arrival, _ row: SignalRows<Signal>.Lane
    ) {
        let place = arrival.place
        let isSameVisit = purpose.pointee.lastVisit == place.visit
        row[.size] = logOfCount(Int(purpose.pointee.size))
        row[.sameVisit] = isSameVisit ? 1 : 0
        row[.visitsSince] = logOfCount(1 + Int(place.visit - purpose.pointee.lastVisit))
        row[.eventsSince] = logOfCount(Int(place.ordinal - purpose.pointee.lastEvent))
        row[.eventsThisVisit] = isSameVisit ? Float(purpose.pointee.eventsInLastVisit) : 0
        row[.shareOfVisit] =
            isSameVisit && arrival.eventsOfVisit > 0
            ? Float(purpose.pointee.eventsInLastVisit) / Float(arrival.eventsOfVisit) : 0
        row[.isPreviousPurpose] = Int32(slot) == arrival.lastSlot ? 1 : 0
        row[.run] = Int32(slot) == arrival.lastSlot ? Float(arrival.run) : 0
    }

    fileprivate static func writeOrder(
        _ event: Encounter, _ purpose: UnsafePointer<PurposeSummary>, order: OrderTables,
        _ row: SignalRows<Signal>.Lane
    ) {
        row[.nextStep] = order.next(after: purpose.pointee.lastName, name: event.name)
        row[.nextOfTwo] = order.nextOfTwo(after: purpose.pointee.nameBefore, purpose.pointee.lastName, name: event.name)
        row[.gapLikelihood] = order.gapLikelihood(before: purpose.pointee.lastName, name: event.name, gap: row[.gap])
        row[.history] = order.history(holding: purpose.pointee.heldNames, name: event.name)
        let times = event.name >= 0 ? Int(purpose.pointee.nameCounts.span[Int(event.name)]) : 0
        row[.repetition] = order.repetition(of: event.name, times: times)
        row[.sameName] = purpose.pointee.lastNameHash == event.nameHash ? 1 : 0
    }

    fileprivate static func writeHandling(
        _ event: Encounter, _ purpose: UnsafePointer<PurposeSummary>, _ row: SignalRows<Signal>.Lane
    ) {
        row[.lastContentCount] = Float(purpose.pointee.lastContentCount)
        row[.sameChannel] =
            event.channel == 0 || purpose.pointee.lastChannel == 0
            ? .nan : event.channel == purpose.pointee.lastChannel ? 1 : 0
        if event.resource == 0 || purpose.pointee.resourceCount == 0 {
            row[.sameResource] = .nan
            row[.resourceShare] = .nan
        } else {
            row[.sameResource] = event.resource == purpose.pointee.lastResource ? 1 : 0
            row[.resourceShare] = share(
                of: event.resource, in: purpose.pointee.recentResources, count: purpose.pointee.resourceCount)
        }
        if event.author == 0 || purpose.pointee.authorCount == 0 {
            row[.sameAuthor] = .nan
            row[.authorShare] = .nan
        } else {
            row[.sameAuthor] = event.author == purpose.pointee.lastAuthor ? 1 : 0
            row[.authorShare] = share(
                of: event.author, in: purpose.pointee.recentAuthors, count: purpose.pointee.authorCount)
        }
    }

    private static func share(of value: UInt64, in recent: InlineArray<4, UInt64>, count: Int32) -> Float {
        let kept = min(4, Int(count))
        var hits: Float = 0
        let recent = recent.span
        for index in 0..<kept where recent[index] == value { hits += 1 }
        return hits / Float(kept)
    }

    /// 0 for the purpose with the latest event, 1 for the next.
    fileprivate static func writeRecency(
        _ purposes: UnsafeBufferPointer<PurposeSummary>, slots: [Int32], _ rows: SignalRows<Signal>
    ) {
        for lane in 1..<max(1, rows.count) {
            let last = purposes[Int(slots[lane])].lastEvent
            var rank: Float = 0
            for other in 1..<rows.count where purposes[Int(slots[other])].lastEvent > last { rank += 1 }
            rows[.recencyRank, lane] = rank
        }
    }

    /// The leads, what is the same for every lane, and the whole of lane 0.
    fileprivate static func writeShared(
        _ event: Encounter, _ purposes: UnsafeBufferPointer<PurposeSummary>, _ arrival: Arrival, unseen: Float,
        order: OrderTables, _ rows: SignalRows<Signal>
    ) {
        rows.writeLead(of: .centreCosine, to: .cosineLead)
        rows.writeLead(of: .bestRecentCosine, to: .recentCosineLead)
        rows.writeLead(of: .gap, to: .gapLead, sign: -1)
        rows.writeLead(of: .nextOfTwo, to: .nextStepLead)
        rows.writeLead(of: .history, to: .historyLead)
        rows.writeLead(of: .tokenCover, to: .coverLead)
        rows.clearFirstLane(before: .openPurposes)
        var purposesThisVisit: Float = 0
        if arrival.eventsOfVisit > 0 {
            for slot in purposes.indices where purposes[slot].lastVisit == arrival.place.visit {
                purposesThisVisit += 1
            }
        }
        rows.write(.openPurposes, Float(purposes.count))
        rows.write(.contentCount, Float(event.text.contentCount))
        rows.write(.evidence, event.text.hasMeaning ? event.text.evidence : .nan)
        rows.write(.startLikelihood, order.start(event.name))
        rows.write(.gapFromPrevious, arrival.previousGap)
        rows.write(.eventsSoFar, logOfCount(1 + Int(arrival.place.ordinal)))
        rows.write(.bestCosine, rows.best(.centreCosine))
        rows.write(.bestRecent, rows.best(.bestRecentCosine))
        rows.write(.bestNextStep, rows.best(.nextOfTwo))
        rows.write(.purposesThisVisit, purposesThisVisit)
        rows.write(.eventsOfVisit, Float(arrival.eventsOfVisit))
        rows.write(.anyResourceMatch, rows.best(.resourceShare))
        rows.write(.entities, Float(event.things.count))
        rows.write(.isNew, 0)
        rows[.isNew, 0] = 1
        rows.write(.isUsuallyRoutine, event.habit == .none ? 0 : 1)
        rows.write(.unseenWeight, event.text.weightSum > 0 ? unseen / event.text.weightSum : .nan)
        rows.write(.singleEventShare, Float(arrival.singleEventPurposes) / Float(max(1, purposes.count)))
        rows.write(.bestCover, rows.best(.tokenCover))
        rows.write(.bestThings, rows.best(.exclusiveEntities))
    }
}
