import Throughline

/// Fits the forest that says whether two events of a window belong together.
struct PairLearner {
    /// Pairs of one person to learn from, drawn from all of hers.
    static let pairsMax: Float = 400
    /// Pairs so near to each other are drawn so many times as often.
    static let nearEvents = 8
    static let nearTimes: Float = 4

    let trainer: ForestTrainer
    let tables: [OrderTables]
    let weights: [Float]
    let half: (Int) -> Int
    let progress: (String, Int) -> Void

    /// - Parameter placing: the models of the two halves, which place where pairs are only compared if they are not routine.
    /// - Returns: the forest of all people, and those of each half.
    func fit(_ people: [LabelledPeople.Person], placing: [DiscoveryModel]) -> (all: Forest, halves: [Forest]) {
        var finder = EdgeFinder(signals: PairSignal.allCases.count)
        for index in people.indices where StableHash.mixed(UInt64(index)) % 8 == 0 {
            forEachPair(people[index], at: index, models: placing) { scorer, _, _ in
                finder.add(scorer.signals, count: 1)
            }
        }
        var all = TrainingRows(edges: finder.edges(), hasNone: true)
        var halves = [all, all]
        for index in people.indices {
            forEachPair(people[index], at: index, models: placing) { scorer, isTogether, weight in
                all.add(scorer.signals, count: 1, target: isTogether ? 0 : 1, weight: weight)
                halves[half(index)].add(scorer.signals, count: 1, target: isTogether ? 0 : 1, weight: weight)
            }
        }
        func fitted(_ rows: TrainingRows, _ what: String) -> Forest {
            var rows = rows
            rows.normalizeWeights()
            return trainer.fit(rows) { progress(what, $0) }
        }
        return (fitted(all, "pairs"), halves.map { fitted($0, "pairs of a half") })
    }

    private func forEachPair(
        _ person: LabelledPeople.Person, at index: Int, models: [DiscoveryModel],
        _ pair: (PairScorer, _ isTogether: Bool, _ weight: Float) -> Void
    ) {
        var model = models[1 - half(index)]
        model.order = tables[index % tables.count]
        var scorer = PairScorer(model: model)
        let share = PairLearner.shareDrawn(ofStream: person.events.count)
        var seen: UInt64 = 0
        person.forEachWindow(placedBy: model) { window, truth in
            window.compare()
            scorer.look(at: window)
            for later in 0..<window.count where !window.isRoutine(later) {
                for earlier in 0..<later where !window.isRoutine(earlier) {
                    seen += 1
                    let times = later - earlier <= PairLearner.nearEvents ? PairLearner.nearTimes : 1
                    let chance = Float(StableHash.mixed(UInt64(index) << 32 | seen) >> 40) * 0x1p-24
                    guard chance < share * times else { continue }
                    scorer.consider(earlier, later, in: window)
                    let (one, other) = (truth.startIndex + earlier, truth.startIndex + later)
                    // What is known of one event is known of its pairs.
                    let weight = weights[index] * max(person.weights[one], person.weights[other])
                    pair(scorer, truth[one] == truth[other], weight)
                }
            }
        }
    }

    /// Which share of the pairs that are not near to draw, so that ``pairsMax`` come together.
    private static func shareDrawn(ofStream events: Int) -> Float {
        var drawn: Float = 0
        for start in stride(from: 0, to: events, by: RepairWindow.eventsMax) {
            let count = Float(min(RepairWindow.eventsMax, events - start))
            let near = min(count, Float(nearEvents))
            drawn += count * (count - 1) / 2 + (nearTimes - 1) * near * (count - near / 2)
        }
        return drawn > 0 ? min(1, pairsMax / drawn) : 1
    }
}

extension LabelledPeople.Person {
    /// Places the stream as it arrives and hands out each full window of it, with where its events truly belong.
    func forEachWindow(placedBy model: DiscoveryModel, _ body: (inout RepairWindow, ArraySlice<Int32>) -> Void) {
        var placer = Placer(model: model)
        var state = OpenPurposes()
        var window = RepairWindow()
        var first = 0
        for (index, event) in events.enumerated() {
            window.append(event, placement: placer.place(event, in: &state))
            if window.count == RepairWindow.eventsMax || index == events.count - 1 {
                body(&window, truth[first...index])
                window.removeAll()
                first = index + 1
            }
        }
    }
}
