import Throughline

/// Fits the repair forest, on what placing at arrival really leaves by a model that never saw these people, and then on
/// what is left when a first such forest has gone over it.
struct RepairLearner {
    let first: ForestTrainer
    let trainer: ForestTrainer
    let tables: [OrderTables]
    let weights: [Float]
    let half: (Int) -> Int
    let progress: (String, Int) -> Void

    /// One person in five is kept for the calibration.
    private func isKept(_ index: Int) -> Bool { StableHash.mixed(UInt64(index) &+ 991) % 5 == 0 }

    /// - Parameter unseen: the models of the two halves; the other half's is used for each person.
    func fit(_ people: [LabelledPeople.Person], placing unseen: [DiscoveryModel], into model: inout DiscoveryModel) {
        var finder = EdgeFinder(signals: RepairSignal.allCases.count)
        for index in people.indices where StableHash.mixed(UInt64(index)) % 8 == 0 {
            forEachChoice(people[index], at: index, models: unseen) { repairer, _, _ in
                finder.add(repairer.candidates.signals, count: repairer.candidates.count)
            }
        }
        var all = TrainingRows(edges: finder.edges())
        var halves = [all, all]
        func add(_ models: [DiscoveryModel]) {
            for index in people.indices where !isKept(index) {
                forEachChoice(people[index], at: index, models: models) { repairer, target, weight in
                    all.add(
                        repairer.candidates.signals, count: repairer.candidates.count, target: target,
                        weight: weight)
                    guard models[0].repair.treeCount == 0 else { return }
                    halves[half(index)].add(
                        repairer.candidates.signals, count: repairer.candidates.count, target: target,
                        weight: weight)
                }
            }
        }
        add(unseen)
        var models = unseen
        for index in halves.indices {
            halves[index].normalizeWeights()
            models[index].repair = first.fit(halves[index]) { progress("first repair", $0) }
        }
        add(models)
        all.normalizeWeights()
        model.repair = trainer.fit(all) { progress("repair", $0) }
        var certainties: [Certainty] = []
        models = unseen
        for index in models.indices { models[index].repair = model.repair }
        for index in people.indices where isKept(index) {
            forEachChoice(people[index], at: index, models: models) { repairer, target, weight in
                let lane = repairer.scores.best
                certainties.append(
                    Certainty(
                        probability: repairer.scores.probability(of: lane), isRight: lane == target, weight: weight))
            }
        }
        model.repairCalibration = .fitted(to: certainties)
    }

    /// Places a stream, repairs it where the model can, and hands out for each event the choice that repair would face
    /// then, with the right lane.
    private func forEachChoice(
        _ person: LabelledPeople.Person, at index: Int, models: [DiscoveryModel],
        _ choice: (Repairer, _ target: Int, _ weight: Float) -> Void
    ) {
        var model = models[1 - half(index)]
        model.order = tables[index % tables.count]
        var repairer = Repairer(model: model)
        var moved = Int32(1) << 30
        person.forEachWindow(placedBy: model) { window, truth in
            _ = repairer.repair(&window, nextOrdinal: &moved)
            handOut(window, truth: truth, repairer: &repairer) { event, repairer, target in
                choice(repairer, target, weights[index] * person.weights[event])
            }
        }
    }

    private func handOut(
        _ window: RepairWindow, truth: ArraySlice<Int32>, repairer: inout Repairer,
        _ choice: (_ event: Int, Repairer, _ target: Int) -> Void
    ) {
        var window = window
        let first = truth.startIndex
        let truth = Array(truth)
        repairer.prepare(&window)
        var standing = Standing()
        for (index, purpose) in truth.enumerated() { standing.note(purpose, at: window.place(of: index)) }
        for index in truth.indices where !window.isRoutine(index) {
            repairer.consider(index, in: window)
            guard repairer.candidates.count > 1 else { continue }
            standing.note(truth[index], at: window.place(of: index), times: -1)
            let wanted = standing.rightOrdinal(for: truth[index])
            standing.note(truth[index], at: window.place(of: index))
            var target: Int? = wanted == nil ? 0 : nil
            for lane in 1..<repairer.candidates.count where repairer.candidates.places[lane] == wanted { target = lane }
            if let target { choice(first + index, repairer, target) }
        }
    }
}
