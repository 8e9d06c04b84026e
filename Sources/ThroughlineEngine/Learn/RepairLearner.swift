import Throughline

/// Fits the repair forest: on what placing at arrival really leaves, by a forest that never saw these people.
struct RepairLearner {
    let trainer: ForestTrainer
    let tables: [OrderTables]
    let weights: [Float]
    let progress: (Int) -> Void

    /// One person in five is kept for the calibration.
    private func isKept(_ index: Int) -> Bool { StableHash.mixed(UInt64(index) &+ 991) % 5 == 0 }

    func fit(
        _ people: [LabelledPeople.Person], unseenBy first: (Int) -> DiscoveryModel, into model: inout DiscoveryModel
    ) {
        var finder = EdgeFinder(signals: RepairSignal.allCases.count)
        for index in people.indices where StableHash.mixed(UInt64(index)) % 8 == 0 {
            forEachChoice(people[index], model: first(index), order: tables[index % tables.count]) { repairer, _ in
                finder.add(repairer.candidates.signals, count: repairer.candidates.count)
            }
        }
        var rows = TrainingRows(edges: finder.edges())
        for index in people.indices where !isKept(index) {
            forEachChoice(people[index], model: first(index), order: tables[index % tables.count]) { repairer, target in
                rows.add(
                    repairer.candidates.signals, count: repairer.candidates.count, target: target,
                    weight: weights[index])
            }
        }
        rows.normalizeWeights()
        model.repair = trainer.fit(rows, progress: progress)
        var certainties: [Certainty] = []
        for index in people.indices where isKept(index) {
            var fitted = first(index)
            fitted.repair = model.repair
            forEachChoice(people[index], model: fitted, order: tables[index % tables.count]) { repairer, target in
                let lane = repairer.bestLane
                certainties.append(
                    Certainty(
                        probability: repairer.probability(of: lane), isRight: lane == target, weight: weights[index]))
            }
        }
        model.repairCalibration = .fitted(to: certainties)
    }

    /// Places a stream, and hands out for each event the choice that repair would face, with the right lane.
    private func forEachChoice(
        _ person: LabelledPeople.Person, model: DiscoveryModel, order: OrderTables,
        _ choice: (Repairer, Int) -> Void
    ) {
        var model = model
        model.order = order
        var placer = Placer(model: model)
        var repairer = Repairer(model: model)
        var state = OpenPurposes()
        var window = RepairWindow()
        var first = 0
        for (index, event) in person.events.enumerated() {
            window.append(event, placement: placer.place(event, in: &state))
            if window.count == RepairWindow.eventsMax || index == person.events.count - 1 {
                handOut(window, truth: Array(person.truth[first...index]), repairer: &repairer, choice)
                window.removeAll()
                first = index + 1
            }
        }
    }

    private func handOut(
        _ window: RepairWindow, truth: [Int32], repairer: inout Repairer, _ choice: (Repairer, Int) -> Void
    ) {
        var window = window
        window.prepare()
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
            if let target { choice(repairer, target) }
        }
    }
}
