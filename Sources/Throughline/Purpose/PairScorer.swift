/// Says of every two events of a window how likely they belong to one purpose, wherever they are placed now.
///
/// A worker has one.
package struct PairScorer: Sendable {
    /// Beyond this a score says no more.
    static let scoreMax: Float = 8

    /// `[signal * Candidates.lanesMax + lane]`: a pair a lane.
    package private(set) var signals = [Float](
        repeating: .nan, count: PairSignal.allCases.count * Candidates.lanesMax)
    private var pairs = [(earlier: Int, later: Int)](repeating: (0, 0), count: Candidates.lanesMax)
    private var count = 0
    private var scores = LaneScores()
    private var events: [Surroundings] = []
    private let forest: Forest
    private let order: OrderTables

    /// What an event finds in its window, the same for every pair it is in.
    private struct Surroundings {
        var gapBefore: Float = .nan
        var gapAfter: Float = .nan
        var eventsOfVisit: Float = 0
        /// Of its cosines with the other events.
        var best: Float = -1
        var second: Float = -1
        var count: Float = 0
        var sum: Float = 0
        var squares: Float = 0

        mutating func note(_ cosine: Float) {
            second = max(second, min(best, cosine))
            best = max(best, cosine)
            count += 1
            sum += cosine
            squares += cosine * cosine
        }

        /// By how much a cosine is ahead of the best of the others.
        func lead(of cosine: Float) -> Float { count > 1 ? cosine - (cosine == best ? second : best) : .nan }

        func unusualness(of cosine: Float) -> Float {
            guard count >= 3 else { return .nan }
            let mean = sum / count
            return (cosine - mean) / max(0.02, max(0, squares / count - mean * mean).squareRoot())
        }
    }

    package init(model: DiscoveryModel) {
        forest = model.pairs
        order = model.order
    }

    /// Scores every pair of a compared window. O(events² · trees / 8).
    mutating func score(_ window: inout RepairWindow) {
        guard forest.treeCount > 0 else { return }
        look(at: window)
        count = 0
        for later in 1..<max(1, window.count) where !window.seats[later].isRoutine {
            for earlier in 0..<later where !window.seats[earlier].isRoutine {
                pairs[count] = (earlier, later)
                count += 1
                if count == Candidates.lanesMax { flush(&window) }
            }
        }
        flush(&window)
    }

    private mutating func flush(_ window: inout RepairWindow) {
        guard count > 0 else { return }
        write(window)
        forest.scoreAll(signals, count: count, into: &scores)
        for lane in 0..<count {
            let score = min(PairScorer.scoreMax, max(-PairScorer.scoreMax, scores[lane]))
            window.set(affinity: score, of: pairs[lane].earlier, pairs[lane].later)
        }
        count = 0
    }

    /// Fills the first lane with a pair of a window that was compared and looked at, for whoever learns from pairs.
    package mutating func consider(_ earlier: Int, _ later: Int, in window: RepairWindow) {
        pairs[0] = (earlier, later)
        count = 1
        write(window)
        count = 0
    }

    /// Gathers what is the same for every pair an event is in.
    package mutating func look(at window: RepairWindow) {
        events.removeAll(keepingCapacity: true)
        events.append(contentsOf: repeatElement(Surroundings(), count: window.count))
        for index in 0..<window.count {
            let seat = window.seats[index]
            if index > 0 { events[index].gapBefore = logGap(seat.second - window.seats[index - 1].second) }
            if index + 1 < window.count {
                events[index].gapAfter = logGap(window.seats[index + 1].second - seat.second)
            }
            for other in 0..<window.count where !window.seats[other].isRoutine {
                if window.seats[other].visit == seat.visit { events[index].eventsOfVisit += 1 }
                if other != index, seat.hasMeaning, window.seats[other].hasMeaning {
                    events[index].note(window.cosine(index, other))
                }
            }
        }
    }

    /// Writes the signals of the pairs that were gathered.
    private mutating func write(_ window: RepairWindow) {
        signals.withUnsafeMutableBufferPointer { values in
            let rows = SignalRows<PairSignal>(values: values, count: Candidates.lanesMax)
            events.withUnsafeBufferPointer { events in
                for lane in 0..<count {
                    let (earlier, later) = pairs[lane]
                    let row = rows.lane(lane)
                    PairScorer.writeMeaning(earlier, later, window, events, row)
                    PairScorer.writeTime(earlier, later, window, events, order, row)
                    PairScorer.writeHandling(window.seats[earlier], window.seats[later], row)
                    row[.addressed] =
                        window.seats[earlier].author == 0 || window.seats[later].author == 0
                        ? .nan : window.addresses(earlier, later) ? 1 : 0
                }
            }
        }
    }

    private static func writeMeaning(
        _ earlier: Int, _ later: Int, _ window: RepairWindow, _ events: UnsafeBufferPointer<Surroundings>,
        _ row: SignalRows<PairSignal>.Lane
    ) {
        let first = window.seats[earlier]
        let second = window.seats[later]
        let isComparable = first.hasMeaning && second.hasMeaning
        let cosine = isComparable ? window.cosine(earlier, later) : .nan
        row[.cosine] = cosine
        row[.twoContextsCosine] = window.contexts.dot(earlier, later)
        row[.laterInContextCosine] =
            second.hasMeaning ? window.contexts.dot(earlier, later, of: window.meanings) : .nan
        row[.earlierInContextCosine] =
            first.hasMeaning ? window.contexts.dot(later, earlier, of: window.meanings) : .nan
        row[.cosineLeadOfEarlier] = isComparable ? events[earlier].lead(of: cosine) : .nan
        row[.cosineLeadOfLater] = isComparable ? events[later].lead(of: cosine) : .nan
        row[.cosineZOfEarlier] = isComparable ? events[earlier].unusualness(of: cosine) : .nan
        row[.cosineZOfLater] = isComparable ? events[later].unusualness(of: cosine) : .nan
        let less = min(first.weightSum, second.weightSum)
        let shared = less > 0 ? window.sharedWeight(earlier, later) : .nan
        row[.sharedWeight] = shared
        row[.sharedOfLess] = shared / less
        row[.sharedOfBoth] = shared / (first.weightSum + second.weightSum - shared)
        row[.trigramCoverOfEarlier] = window.trigramCover(of: earlier, by: window.trigrams[later])
        row[.trigramCoverOfLater] = window.trigramCover(of: later, by: window.trigrams[earlier])
        row[.sharedEntities] =
            first.hasThings && second.hasThings ? window.sharedThings(earlier, later) : .nan
        row[.lessContent] = min(first.contentCount, second.contentCount)
        row[.moreContent] = max(first.contentCount, second.contentCount)
        row[.lessEvidence] = min(first.evidence, second.evidence)
        row[.moreEvidence] = max(first.evidence, second.evidence)
    }

    private static func writeTime(
        _ earlier: Int, _ later: Int, _ window: RepairWindow, _ events: UnsafeBufferPointer<Surroundings>,
        _ order: OrderTables, _ row: SignalRows<PairSignal>.Lane
    ) {
        let first = window.seats[earlier]
        let second = window.seats[later]
        let gap = window.gap(earlier, later)
        row[.gap] = gap
        row[.rank] = logOfCount(later - earlier)
        row[.sameVisit] = first.visit == second.visit ? 1 : 0
        row[.visitsBetween] = logOfCount(1 + Int(second.visit - first.visit))
        row[.gapBeforeLater] = events[later].gapBefore
        row[.gapBeyondBeforeLater] = gap - events[later].gapBefore
        row[.gapAfterEarlier] = events[earlier].gapAfter
        row[.gapBeyondAfterEarlier] = gap - events[earlier].gapAfter
        row[.eventsOfVisit] = events[later].eventsOfVisit
        row[.nextStep] = order.next(after: first.name, name: second.name)
        row[.gapLikelihood] = order.gapLikelihood(before: first.name, name: second.name, gap: gap)
        row[.sameName] = first.nameHash == second.nameHash ? 1 : 0
        row[.startOfEarlier] = order.start(first.name)
        row[.startOfLater] = order.start(second.name)
    }

    private static func writeHandling(
        _ first: RepairWindow.Seat, _ second: RepairWindow.Seat, _ row: SignalRows<PairSignal>.Lane
    ) {
        func same(_ own: UInt64, _ other: UInt64) -> Float { own == 0 || other == 0 ? .nan : own == other ? 1 : 0 }
        row[.sameChannel] = same(first.channel, second.channel)
        row[.sameResource] = same(first.resource, second.resource)
        row[.sameAuthor] = same(first.author, second.author)
    }
}
