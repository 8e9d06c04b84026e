/// The places an event of a window could have, a lane each, when it is taken out and all others are left: lane 0 is
/// "alone".
public struct RepairCandidates: Sendable {
    static let nearestMax = 10

    public private(set) var count = 0
    public private(set) var signals = [Float](
        repeating: .nan, count: RepairSignal.allCases.count * Candidates.lanesMax)
    /// The place of each lane; -1 for "alone".
    public private(set) var places = InlineArray<16, Int32>(repeating: -1)

    private var members: [Members] = []
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

        init(place: Int32, group: Int) {
            self.place = place
            self.group = group
        }

        mutating func note(cosine: Float) {
            cosineSum += cosine
            texts += 1
            if cosine > best[0] {
                best = SIMD4(cosine, best[0], best[1], 0)
            } else if cosine > best[1] {
                best = SIMD4(best[0], cosine, best[1], 0)
            } else if cosine > best[2] {
                best[2] = cosine
            }
        }
    }

    public init() {}

    /// Whether the place of a lane holds an event of the same name as the one compared.
    func holdsName(lane: Int) -> Bool { members[lane - 1].holdsName }

    /// Compares an event with every place in its window.
    ///
    /// - Parameter index: the event that is taken out.
    /// - Complexity: O(events of the window).
    mutating func fill(_ index: Int, window: RepairWindow, order: OrderTables) {
        gather(index, window: window)
        choose(window: window, present: window.places[index], index: index)
        let present = window.places[index]
        let isAlone = !members.contains { $0.place == present }
        signals.withUnsafeMutableBufferPointer { signals in
            for lane in 0..<count {
                let row = RepairLaneWriter(signals: signals, lane: lane)
                if lane == 0 {
                    for signal in 0..<RepairSignal.places.rawValue { signals[signal * Candidates.lanesMax] = .nan }
                    row[.isPresentPlace] = isAlone ? 1 : 0
                } else {
                    let found = members[lane - 1]
                    row[.isPresentPlace] = found.place == present ? 1 : 0
                    RepairCandidates.writeMeaning(found, index, window, row)
                    RepairCandidates.writeTime(found, index, window, row)
                    RepairCandidates.writeOrder(found, index, window, order, row)
                    RepairCandidates.writeHandling(found, index, window, row)
                }
            }
        }
        writeLeads()
        writeShared(index, window: window, order: order, isAlone: isAlone)
    }

    private mutating func gather(_ index: Int, window: RepairWindow) {
        members.removeAll(keepingCapacity: true)
        memberOfGroup.removeAll(keepingCapacity: true)
        memberOfGroup.append(contentsOf: repeatElement(-1, count: window.squaredLengths.count))
        let event = window.events[index]
        for other in 0..<window.count where other != index && !window.routine[other] {
            let group = window.groups[other]
            if memberOfGroup[group] < 0 {
                memberOfGroup[group] = members.count
                members.append(Members(place: window.places[other], group: group))
            }
            let slot = memberOfGroup[group]
            members[slot].size += 1
            if window.events[other].nameHash == event.nameHash { members[slot].holdsName = true }
            if event.text.hasMeaning, window.events[other].text.hasMeaning {
                members[slot].note(cosine: window.cosine(index, other))
            }
            if !event.text.isEmpty, !window.events[other].text.isEmpty {
                members[slot].sharedWeight = max(members[slot].sharedWeight, window.sharedWeight(index, other))
                members[slot].trigrams |= window.events[other].text.trigrams
            }
            if event.entityCount > 0, window.events[other].entityCount > 0 {
                members[slot].entities = max(members[slot].entities, window.sharedEntities(index, other))
            }
            if other < index {
                members[slot].twoBefore = members[slot].before
                members[slot].before = other
                members[slot].countBefore += 1
                if window.events[other].name >= 0 {
                    members[slot].heldNames |= 1 << UInt64(window.events[other].name)
                    if window.events[other].name == event.name { members[slot].sameName += 1 }
                }
            } else if members[slot].after < 0 {
                members[slot].after = other
            }
            if window.visits[other] == window.visits[index] { members[slot].inVisit += 1 }
            if window.events[other].resource != 0 {
                members[slot].resources += 1
                if window.events[other].resource == event.resource { members[slot].resourceHits += 1 }
            }
            if window.events[other].author != 0, event.author != 0 {
                members[slot].authors += 1
                if window.events[other].author == event.author { members[slot].authorHits += 1 }
                if window.addresses(index, other) { members[slot].addressed = 1 }
            }
        }
    }

    /// Keeps the present place, the most similar ones and the nearest ones, where there are too many.
    private mutating func choose(window: RepairWindow, present: Int32, index: Int) {
        if members.count > Candidates.purposesMax {
            func distance(_ found: Members) -> Int {
                min(found.before < 0 ? .max : index - found.before, found.after < 0 ? .max : found.after - index)
            }
            members.sort { a, b in
                if (a.place == present) != (b.place == present) { return a.place == present }
                return distance(a) < distance(b)
            }
            let rest = members[(1 + RepairCandidates.nearestMax)...].sorted { a, b in
                a.best[0] != b.best[0] ? a.best[0] > b.best[0] : a.place < b.place
            }
            members.removeSubrange((1 + RepairCandidates.nearestMax)...)
            members.append(contentsOf: rest.prefix(Candidates.purposesMax - members.count))
        }
        count = members.count + 1
        places[0] = -1
        for (lane, found) in members.enumerated() {
            places[lane + 1] = found.place
            var squared = window.squaredLengths[found.group]
            if found.place == present, window.events[index].text.hasMeaning { squared -= 1 + 2 * found.cosineSum }
            members[lane].squaredLength = squared
        }
    }
}

/// Writes the signals of one lane.
struct RepairLaneWriter {
    let signals: UnsafeMutableBufferPointer<Float>
    let lane: Int

    subscript(signal: RepairSignal) -> Float {
        get { signals[signal.rawValue * Candidates.lanesMax + lane] }
        nonmutating set { signals[signal.rawValue * Candidates.lanesMax + lane] = newValue }
    }
}

extension RepairCandidates {
    private static func writeMeaning(_ found: Members, _ index: Int, _ window: RepairWindow, _ row: RepairLaneWriter) {
        let text = window.events[index].text
        if !text.hasMeaning || found.texts == 0 {
            row[.centroidCosine] = .nan
            row[.bestCosine] = .nan
            row[.topThreeCosine] = .nan
            row[.meanCosine] = .nan
        } else {
            row[.centroidCosine] = found.cosineSum / max(found.squaredLength, 1e-6).squareRoot()
            row[.bestCosine] = found.best[0]
            let kept = min(3, found.texts)
            var top: Float = 0
            for rank in 0..<Int(kept) { top += found.best[rank] }
            row[.topThreeCosine] = top / kept
            row[.meanCosine] = found.cosineSum / found.texts
        }
        func neighbour(_ other: Int) -> Float {
            other < 0 || !text.hasMeaning || !window.events[other].text.hasMeaning ? .nan : window.cosine(index, other)
        }
        row[.cosineBefore] = neighbour(found.before)
        row[.cosineAfter] = neighbour(found.after)
        var context: Float = .nan
        for other in [found.before, found.after] where other >= 0 {
            let value = window.contexts[index].dot(window.contexts[other])
            if !(value <= context) { context = value }
        }
        row[.contextCosine] = context
        row[.bestSharedWeight] = text.weightSum > 0 ? found.sharedWeight / text.weightSum : .nan
        row[.trigramCover] = text.hasTrigrams ? text.trigramCover(by: found.trigrams) : .nan
        row[.sharedEntities] = window.events[index].entityCount > 0 ? found.entities : .nan
    }

    private static func writeTime(_ found: Members, _ index: Int, _ window: RepairWindow, _ row: RepairLaneWriter) {
        let second = window.events[index].second
        let before = found.before < 0 ? Float.nan : logGap(second - window.events[found.before].second)
        let after = found.after < 0 ? Float.nan : logGap(window.events[found.after].second - second)
        row[.gapBefore] = before
        row[.gapAfter] = after
        row[.smallerGap] = before < after || after.isNaN ? before : after
        row[.rankBefore] = found.before < 0 ? .nan : naturalLog(Float(index - found.before))
        row[.rankAfter] = found.after < 0 ? .nan : naturalLog(Float(found.after - index))
        row[.sameVisitBefore] = found.before < 0 ? .nan : window.visits[found.before] == window.visits[index] ? 1 : 0
        row[.sameVisitAfter] = found.after < 0 ? .nan : window.visits[found.after] == window.visits[index] ? 1 : 0
        row[.eventsThisVisit] = found.inVisit
        row[.membersBefore] = found.countBefore
        row[.membersAfter] = found.size - found.countBefore
        row[.size] = naturalLog(found.size)
        row[.adjacentBefore] = found.before == index - 1 && index > 0 ? 1 : 0
        row[.adjacentAfter] = found.after == index + 1 ? 1 : 0
    }

    private static func writeOrder(
        _ found: Members, _ index: Int, _ window: RepairWindow, _ order: OrderTables, _ row: RepairLaneWriter
    ) {
        let name = window.events[index].name
        let before = found.before < 0 ? -1 : window.events[found.before].name
        let twoBefore = found.twoBefore < 0 ? -1 : window.events[found.twoBefore].name
        let after = found.after < 0 ? -1 : window.events[found.after].name
        row[.nextStep] = found.before < 0 ? .nan : order.next(after: before, name: name)
        row[.nextOfTwo] = found.before < 0 ? .nan : order.nextOfTwo(after: twoBefore, before, name: name)
        row[.stepAfter] = found.after < 0 ? .nan : order.next(after: name, name: after)
        let unbridged = found.before < 0 ? order.start(after) : order.next(after: before, name: after)
        row[.bridge] = found.after < 0 ? .nan : order.next(after: name, name: after) - unbridged
        row[.gapLikelihoodBefore] =
            found.before < 0 ? .nan : order.gapLikelihood(before: before, name: name, gap: row[.gapBefore])
        row[.gapLikelihoodAfter] =
            found.after < 0 ? .nan : order.gapLikelihood(before: name, name: after, gap: row[.gapAfter])
        row[.history] = order.history(holding: found.heldNames, name: name)
        row[.repetition] = order.repetition(of: name, times: found.sameName)
        func same(_ other: Int) -> Float {
            other < 0 ? .nan : window.events[other].nameHash == window.events[index].nameHash ? 1 : 0
        }
        row[.sameNameBefore] = same(found.before)
        row[.sameNameAfter] = same(found.after)
    }

    private static func writeHandling(_ found: Members, _ index: Int, _ window: RepairWindow, _ row: RepairLaneWriter) {
        let event = window.events[index]
        func same(_ own: UInt64, _ other: UInt64?) -> Float {
            guard own != 0, let other, other != 0 else { return .nan }
            return own == other ? 1 : 0
        }
        let before = found.before < 0 ? nil : window.events[found.before]
        let after = found.after < 0 ? nil : window.events[found.after]
        row[.channelBefore] = same(event.channel, before?.channel)
        row[.channelAfter] = same(event.channel, after?.channel)
        row[.sameResource] = same(event.resource, before?.resource)
        row[.resourceShare] = event.resource == 0 || found.resources == 0 ? .nan : found.resourceHits / found.resources
        row[.sameAuthorBefore] = same(event.author, before?.author)
        row[.sameAuthorAfter] = same(event.author, after?.author)
        row[.authorShare] = event.author == 0 || found.authors == 0 ? .nan : found.authorHits / found.authors
        row[.addressed] = event.author == 0 ? .nan : found.addressed
    }

    private static let leads: [(of: RepairSignal, lead: RepairSignal, sign: Float)] = [
        (.centroidCosine, .centroidLead, 1), (.bestCosine, .bestCosineLead, 1), (.smallerGap, .gapLead, -1),
        (.nextOfTwo, .nextStepLead, 1), (.bridge, .bridgeLead, 1), (.topThreeCosine, .topThreeLead, 1),
    ]

    private mutating func writeLeads() {
        for (signal, lead, sign) in RepairCandidates.leads {
            Leads.write(&signals, from: signal.rawValue, to: lead.rawValue, sign: sign, count: count)
        }
    }

    private func best(_ signal: RepairSignal) -> Float {
        var best: Float = .nan
        for lane in 1..<max(1, count) {
            let value = signals[signal.rawValue * Candidates.lanesMax + lane]
            if !value.isNaN, !(value <= best) { best = value }
        }
        return best
    }

    private mutating func writeShared(_ index: Int, window: RepairWindow, order: OrderTables, isAlone: Bool) {
        let event = window.events[index]
        var inVisit: Float = 0
        var presentSize: Float = 0
        for found in members {
            inVisit += found.inVisit
            if found.place == window.places[index] { presentSize = found.size }
        }
        for lane in 1..<max(1, count) {
            signals[RepairSignal.shareOfVisit.rawValue * Candidates.lanesMax + lane] =
                inVisit > 0 ? members[lane - 1].inVisit / inVisit : .nan
        }
        write(.presentSize, presentSize)
        write(.arrivalConfidence, window.confidences[index])
        write(.places, Float(members.count))
        write(.contentCount, Float(event.text.contentCount))
        write(.evidence, event.text.hasMeaning ? event.text.evidence : .nan)
        write(.startLikelihood, order.start(event.name))
        write(.isAlone, isAlone ? 1 : 0)
        write(.isUsuallyRoutine, event.habit == .none ? 0 : 1)
        write(.bestCentroid, best(.centroidCosine))
        write(.bestOfBest, best(.bestCosine))
        write(.bestNextStep, best(.nextOfTwo))
    }

    private mutating func write(_ signal: RepairSignal, _ value: Float) {
        for lane in 0..<count { signals[signal.rawValue * Candidates.lanesMax + lane] = value }
    }
}
