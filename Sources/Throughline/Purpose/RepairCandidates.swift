/// The places an event of a window could have, a lane each, when it is taken out and all others are left: lane 0 is
/// "alone".
public struct RepairCandidates: Sendable {
    static let nearestMax = 10

    public private(set) var count = 0
    public private(set) var signals = [Float](
        repeating: .nan, count: RepairSignal.allCases.count * Candidates.lanesMax)
    /// The place of each lane; -1 for "alone".
    public private(set) var places = [Int32](repeating: -1, count: Candidates.lanesMax)

    private var members: [Members] = []
    private var memberOfLane = [Int](repeating: -1, count: Candidates.lanesMax)
    /// Where the members of each group of the window are, -1 for nowhere.
    private var memberOfGroup: [Int] = []

    /// What one pass over the window gathers of a place.
    private struct Members {
        var place: Int32
        var group: Int
        var size: Float = 0
        var texts: Float = 0
        var cosineSum: Float = 0
        var squaredLength: Float = 0
        var best: SIMD4<Float> = SIMD4(repeating: -1)
        var sharedWeight: Float = 0
        var pairSum: Float = 0
        var bestPairs: SIMD4<Float> = SIMD4(repeating: -.infinity)
        var trigrams = SIMD8<UInt64>.zero
        var entities: Float = 0
        var before = -1
        var twoBefore = -1
        var after = -1
        var countBefore: Float = 0
        var inVisit: Float = 0
        var heldNames: UInt64 = 0
        var sameName = 0
        /// Whether an event of the same name is there, before or after.
        var holdsName = false
        var resourceHits: Float = 0
        var resources: Float = 0
        var authorHits: Float = 0
        var authors: Float = 0
        var addressed: Float = 0

        /// Whether it has a lane already.
        var isPicked = false

        init(place: Int32, group: Int) {
            self.place = place
            self.group = group
        }

        /// Takes in one more event of the place.
        mutating func take(_ other: Int, comparedTo index: Int, in window: RepairWindow) {
            let own = window.seats[index]
            let seat = window.seats[other]
            size += 1
            if seat.nameHash == own.nameHash { holdsName = true }
            if own.hasMeaning, seat.hasMeaning { note(cosine: window.cosine(index, other)) }
            note(affinity: window.affinity(index, other))
            if own.hasText, seat.hasText {
                sharedWeight = max(sharedWeight, window.sharedWeight(index, other))
                trigrams |= window.trigrams[other]
            }
            entities = max(entities, window.sharedThings(index, other))
            if other < index {
                twoBefore = before
                before = other
                countBefore += 1
                if seat.name >= 0 {
                    heldNames |= 1 << UInt64(seat.name)
                    if seat.name == own.name { sameName += 1 }
                }
            } else if after < 0 {
                after = other
            }
            if seat.visit == own.visit { inVisit += 1 }
            if seat.resource != 0 {
                resources += 1
                if seat.resource == own.resource { resourceHits += 1 }
            }
            if seat.author != 0, own.author != 0 {
                authors += 1
                if seat.author == own.author { authorHits += 1 }
                if window.addresses(index, other) { addressed = 1 }
            }
        }

        private func distance(to index: Int) -> Int {
            min(before < 0 ? .max : index - before, after < 0 ? .max : after - index)
        }

        /// Whether it stands nearer to an event; the present place stands nearest.
        func isNearer(than other: Members, to index: Int, present: Int32) -> Bool {
            if (place == present) != (other.place == present) { return place == present }
            return distance(to: index) < other.distance(to: index)
        }

        func isMoreSimilar(than other: Members) -> Bool {
            best[0] != other.best[0] ? best[0] > other.best[0] : place < other.place
        }

        private mutating func note(cosine: Float) {
            cosineSum += cosine
            texts += 1
            Members.keep(cosine, in: &best)
        }

        private mutating func note(affinity: Float) {
            pairSum += affinity
            Members.keep(affinity, in: &bestPairs)
        }

        /// Keeps the best three, in order.
        private static func keep(_ value: Float, in best: inout SIMD4<Float>) {
            if value > best[0] {
                best = SIMD4(value, best[0], best[1], 0)
            } else if value > best[1] {
                best = SIMD4(best[0], value, best[1], 0)
            } else if value > best[2] {
                best[2] = value
            }
        }
    }

    public init() {}

    /// Whether the place of a lane holds an event of the same name as the one compared.
    func holdsName(lane: Int) -> Bool { members[memberOfLane[lane]].holdsName }

    /// Compares an event with every place in its window.
    ///
    /// - Parameter index: the event that is taken out.
    /// - Complexity: O(events of the window).
    mutating func fill(_ index: Int, window: RepairWindow, order: OrderTables) {
        gather(index, window: window)
        let present = window.seats[index].place
        choose(window: window, present: present, index: index)
        var presentSize: Float = 0
        var inVisit: Float = 0
        for slot in members.indices {
            if members[slot].place == present { presentSize = members[slot].size }
            inVisit += members[slot].inVisit
        }
        signals.withUnsafeMutableBufferPointer { values in
            let rows = SignalRows<RepairSignal>(values: values, count: count)
            rows.clearFirstLane(before: .places)
            rows[.isPresentPlace, 0] = presentSize == 0 ? 1 : 0
            members.withUnsafeBufferPointer { members in
                for lane in 1..<max(1, count) {
                    let row = rows.lane(lane)
                    let found = members.baseAddress! + memberOfLane[lane]
                    row[.isPresentPlace] = found.pointee.place == present ? 1 : 0
                    row[.shareOfVisit] = inVisit > 0 ? found.pointee.inVisit / inVisit : .nan
                    RepairCandidates.writeMeaning(found, index, window, row)
                    RepairCandidates.writePairs(found, index, window, row)
                    RepairCandidates.writeTime(found, index, window, row)
                    RepairCandidates.writeOrder(found, index, window, order, row)
                    RepairCandidates.writeHandling(found, index, window, row)
                }
                RepairCandidates.writeShared(index, window, order, presentSize: presentSize, rows)
            }
        }
    }

    private mutating func gather(_ index: Int, window: RepairWindow) {
        members.removeAll(keepingCapacity: true)
        memberOfGroup.removeAll(keepingCapacity: true)
        memberOfGroup.append(contentsOf: repeatElement(-1, count: window.squaredLengths.count))
        for other in 0..<window.count where other != index && !window.seats[other].isRoutine {
            let group = Int(window.seats[other].group)
            var slot = memberOfGroup[group]
            if slot < 0 {
                slot = members.count
                memberOfGroup[group] = slot
                members.append(Members(place: window.seats[other].place, group: group))
            }
            members[slot].take(other, comparedTo: index, in: window)
        }
    }

    /// Picks the lanes: all places where they fit, else the present one, the nearest and the most similar ones.
    private mutating func choose(window: RepairWindow, present: Int32, index: Int) {
        count = min(members.count, Candidates.purposesMax) + 1
        places[0] = -1
        if members.count <= Candidates.purposesMax {
            for lane in 1..<max(1, count) { memberOfLane[lane] = lane - 1 }
        } else {
            for lane in 1..<count { memberOfLane[lane] = pick(lane: lane, present: present, index: index) }
        }
        for lane in 1..<max(1, count) {
            let slot = memberOfLane[lane]
            places[lane] = members[slot].place
            var squared = window.squaredLengths[members[slot].group]
            if members[slot].place == present, window.seats[index].hasMeaning {
                squared -= 1 + 2 * members[slot].cosineSum
            }
            members[slot].squaredLength = squared
        }
    }

    /// The member for the next lane. O(members).
    private mutating func pick(lane: Int, present: Int32, index: Int) -> Int {
        let isNear = lane <= 1 + RepairCandidates.nearestMax
        var pick = -1
        for slot in members.indices where !members[slot].isPicked {
            if pick < 0
                || (isNear
                    ? members[slot].isNearer(than: members[pick], to: index, present: present)
                    : members[slot].isMoreSimilar(than: members[pick]))
            {
                pick = slot
            }
        }
        members[pick].isPicked = true
        return pick
    }
}

extension RepairCandidates {
    private static func writeMeaning(
        _ found: UnsafePointer<Members>, _ index: Int, _ window: RepairWindow, _ row: SignalRows<RepairSignal>.Lane
    ) {
        let own = window.seats[index]
        if !own.hasMeaning || found.pointee.texts == 0 {
            row[.centroidCosine] = .nan
            row[.bestCosine] = .nan
            row[.topThreeCosine] = .nan
            row[.meanCosine] = .nan
        } else {
            row[.centroidCosine] = found.pointee.cosineSum / max(found.pointee.squaredLength, 1e-6).squareRoot()
            row[.bestCosine] = found.pointee.best[0]
            let kept = min(3, found.pointee.texts)
            var top: Float = 0
            for rank in 0..<Int(kept) { top += found.pointee.best[rank] }
            row[.topThreeCosine] = top / kept
            row[.meanCosine] = found.pointee.cosineSum / found.pointee.texts
        }
        func neighbour(_ other: Int) -> Float {
            other < 0 || !own.hasMeaning || !window.seats[other].hasMeaning ? .nan : window.cosine(index, other)
        }
        row[.cosineBefore] = neighbour(found.pointee.before)
        row[.cosineAfter] = neighbour(found.pointee.after)
        var context: Float = .nan
        if found.pointee.before >= 0 { context = window.contexts.dot(index, found.pointee.before) }
        if found.pointee.after >= 0 {
            let value = window.contexts.dot(index, found.pointee.after)
            if !(value <= context) { context = value }
        }
        row[.contextCosine] = context
        row[.bestSharedWeight] = own.weightSum > 0 ? found.pointee.sharedWeight / own.weightSum : .nan
        row[.trigramCover] = window.trigramCover(of: index, by: found.pointee.trigrams)
        row[.sharedEntities] = own.hasThings ? found.pointee.entities : .nan
    }

    private static func writePairs(
        _ found: UnsafePointer<Members>, _ index: Int, _ window: RepairWindow, _ row: SignalRows<RepairSignal>.Lane
    ) {
        let kept = min(3, found.pointee.size)
        var top: Float = 0
        for rank in 0..<Int(kept) { top += found.pointee.bestPairs[rank] }
        row[.bestPair] = found.pointee.bestPairs[0]
        row[.topThreePairs] = top / kept
        row[.meanPair] = found.pointee.pairSum / found.pointee.size
        row[.pairBefore] = found.pointee.before < 0 ? .nan : window.affinity(index, found.pointee.before)
        row[.pairAfter] = found.pointee.after < 0 ? .nan : window.affinity(index, found.pointee.after)
    }

    private static func writeTime(
        _ found: UnsafePointer<Members>, _ index: Int, _ window: RepairWindow, _ row: SignalRows<RepairSignal>.Lane
    ) {
        let before = found.pointee.before < 0 ? Float.nan : window.gap(index, found.pointee.before)
        let after = found.pointee.after < 0 ? Float.nan : window.gap(index, found.pointee.after)
        row[.gapBefore] = before
        row[.gapAfter] = after
        row[.smallerGap] = before < after || after.isNaN ? before : after
        row[.rankBefore] = found.pointee.before < 0 ? .nan : logOfCount(index - found.pointee.before)
        row[.rankAfter] = found.pointee.after < 0 ? .nan : logOfCount(found.pointee.after - index)
        row[.sameVisitBefore] =
            found.pointee.before < 0
            ? .nan : window.seats[found.pointee.before].visit == window.seats[index].visit ? 1 : 0
        row[.sameVisitAfter] =
            found.pointee.after < 0
            ? .nan : window.seats[found.pointee.after].visit == window.seats[index].visit ? 1 : 0
        row[.eventsThisVisit] = found.pointee.inVisit
        row[.membersBefore] = found.pointee.countBefore
        row[.membersAfter] = found.pointee.size - found.pointee.countBefore
        row[.size] = logOfCount(Int(found.pointee.size))
        row[.adjacentBefore] = found.pointee.before == index - 1 && index > 0 ? 1 : 0
        row[.adjacentAfter] = found.pointee.after == index + 1 ? 1 : 0
    }

    private static func writeOrder(
        _ found: UnsafePointer<Members>, _ index: Int, _ window: RepairWindow, _ order: OrderTables,
        _ row: SignalRows<RepairSignal>.Lane
    ) {
        let name = window.seats[index].name
        let before = found.pointee.before < 0 ? -1 : window.seats[found.pointee.before].name
        let twoBefore = found.pointee.twoBefore < 0 ? -1 : window.seats[found.pointee.twoBefore].name
        let after = found.pointee.after < 0 ? -1 : window.seats[found.pointee.after].name
        row[.nextStep] = found.pointee.before < 0 ? .nan : order.next(after: before, name: name)
        row[.nextOfTwo] = found.pointee.before < 0 ? .nan : order.nextOfTwo(after: twoBefore, before, name: name)
        row[.stepAfter] = found.pointee.after < 0 ? .nan : order.next(after: name, name: after)
        let unbridged = found.pointee.before < 0 ? order.start(after) : order.next(after: before, name: after)
        row[.bridge] = found.pointee.after < 0 ? .nan : order.next(after: name, name: after) - unbridged
        row[.gapLikelihoodBefore] =
            found.pointee.before < 0 ? .nan : order.gapLikelihood(before: before, name: name, gap: row[.gapBefore])
        row[.gapLikelihoodAfter] =
            found.pointee.after < 0 ? .nan : order.gapLikelihood(before: name, name: after, gap: row[.gapAfter])
        row[.history] = order.history(holding: found.pointee.heldNames, name: name)
        row[.repetition] = order.repetition(of: name, times: found.pointee.sameName)
        func same(_ other: Int) -> Float {
            other < 0 ? .nan : window.seats[other].nameHash == window.seats[index].nameHash ? 1 : 0
        }
        row[.sameNameBefore] = same(found.pointee.before)
        row[.sameNameAfter] = same(found.pointee.after)
    }

    private static func writeHandling(
        _ found: UnsafePointer<Members>, _ index: Int, _ window: RepairWindow, _ row: SignalRows<RepairSignal>.Lane
    ) {
        let event = window.seats[index]
        func same(_ own: UInt64, _ other: UInt64?) -> Float {
            guard own != 0, let other, other != 0 else { return .nan }
            return own == other ? 1 : 0
        }
        let before = found.pointee.before < 0 ? nil : window.seats[found.pointee.before]
        let after = found.pointee.after < 0 ? nil : window.seats[found.pointee.after]
        row[.channelBefore] = same(event.channel, before?.channel)
        row[.channelAfter] = same(event.channel, after?.channel)
        row[.sameResource] = same(event.resource, before?.resource)
        row[.resourceShare] =
            event.resource == 0 || found.pointee.resources == 0
            ? .nan : found.pointee.resourceHits / found.pointee.resources
        row[.sameAuthorBefore] = same(event.author, before?.author)
        row[.sameAuthorAfter] = same(event.author, after?.author)
        row[.authorShare] =
            event.author == 0 || found.pointee.authors == 0 ? .nan : found.pointee.authorHits / found.pointee.authors
        row[.addressed] = event.author == 0 ? .nan : found.pointee.addressed
    }

    /// The leads, and what is the same for every place.
    private static func writeShared(
        _ index: Int, _ window: RepairWindow, _ order: OrderTables, presentSize: Float, _ rows: SignalRows<RepairSignal>
    ) {
        rows.writeLead(of: .centroidCosine, to: .centroidLead)
        rows.writeLead(of: .bestCosine, to: .bestCosineLead)
        rows.writeLead(of: .smallerGap, to: .gapLead, sign: -1)
        rows.writeLead(of: .nextOfTwo, to: .nextStepLead)
        rows.writeLead(of: .bridge, to: .bridgeLead)
        rows.writeLead(of: .topThreeCosine, to: .topThreeLead)
        rows.writeLead(of: .bestPair, to: .bestPairLead)
        rows.writeLead(of: .topThreePairs, to: .topThreePairsLead)
        rows.writeLead(of: .meanPair, to: .meanPairLead)
        let seat = window.seats[index]
        rows.write(.presentSize, presentSize)
        rows.write(.arrivalConfidence, seat.confidence)
        rows.write(.places, Float(rows.count - 1))
        rows.write(.contentCount, seat.contentCount)
        rows.write(.evidence, seat.hasMeaning ? seat.evidence : .nan)
        rows.write(.startLikelihood, order.start(seat.name))
        rows.write(.isAlone, presentSize == 0 ? 1 : 0)
        rows.write(.isUsuallyRoutine, seat.isHabitual ? 1 : 0)
        rows.write(.bestCentroid, rows.best(.centroidCosine))
        rows.write(.bestOfBest, rows.best(.bestCosine))
        rows.write(.bestNextStep, rows.best(.nextOfTwo))
        rows.write(.bestOfBestPair, rows.best(.bestPair))
    }
}
