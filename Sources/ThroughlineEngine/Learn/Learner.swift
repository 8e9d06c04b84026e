import Throughline

/// Fits a ``DiscoveryModel`` to labelled people. The same people and seed give the same bytes.
///
/// What happens, in order: counts of what follows what; two first placing forests on true states, each from half of the
/// people, to be run over the other half, so that the choices which a model meets in its own, partly wrong states are
/// learned too; the placing forest; two that stand in for it, from half of the people each, which say over the other
/// half how sure to be; a forest for pairs of events, again also of each half; the repair forest, on what these left.
public struct Learner {
    public var seed: UInt64 = 1
    public var firstTrees = 150
    public var placingTrees = 500
    public var pairTrees = 100
    /// How far each tree goes towards what is still missing. Half of it leaves the same number of trees short.
    public var placingRate: Float = 0.15
    public var pairRate: Float = 0.45
    public var repairRate: Float = 0.2
    public var repairTrees = 400
    public var stageRounds = 12
    /// Says what is being done, for a person who waits.
    public var report: (String) -> Void = { _ in }

    /// Order tables for a person are counted without her part of the people.
    private static let parts = 5

    public init() {}

    public func fit(_ given: LabelledPeople) -> DiscoveryModel {
        var people = given.people
        let names = OrderCounts.commonNames(of: people.filter { !$0.isMadeUp }.map(\.stream))
        let empty = OrderTables.empty(names: names)
        for index in people.indices {
            for event in people[index].events.indices {
                people[index].events[event].name = empty.index(of: people[index].events[event].nameHash)
            }
        }
        let tables = (0..<Learner.parts).map { part in
            var counts = OrderCounts(names: names)
            for (index, person) in people.enumerated() where index % Learner.parts != part && !person.isMadeUp {
                counts.add(person.stream)
            }
            return counts.tables()
        }
        var model = DiscoveryModel()
        var counts = OrderCounts(names: names)
        for person in people where !person.isMadeUp { counts.add(person.stream) }
        model.order = counts.tables()
        model.order.texts = names.map { given.names[$0] ?? "" }

        let weights = eventWeights(of: people, sets: given.sets.count)
        report(
            "\(people.count) people, \(people.reduce(0) { $0 + $1.events.count }) events, \(names.count) common names")
        var rows = placingRows(people, tables: tables, weights: weights)
        report("\(rows.all.choiceCount) choices, \(rows.all.rowCount) candidates")
        let firsts = rows.halves.map { DiscoveryModel(placing: fit($0, trees: firstTrees, "first placing")) }
        run(firsts, over: people, tables: tables) { index, event, placer, target, _ in
            rows.add(
                placer.candidates, target: target, weight: weights[index] * people[index].weights[event],
                half: Learner.half(index))
        }
        report("\(rows.all.choiceCount) choices with those of the model's own states")
        model.placing = fit(rows.all, trees: placingTrees, "placing")
        // Two more, each from half of the people, stand in for it where people must be new to it.
        var seconds = rows.halves.map { DiscoveryModel(placing: fit($0, trees: placingTrees, "placing of a half")) }
        var certainties: [Certainty] = []
        run(seconds, over: people, tables: tables) { index, event, placer, target, lane in
            certainties.append(
                Certainty(
                    probability: placer.scores.probability(of: lane), isRight: target == lane,
                    weight: weights[index] * people[index].weights[event]))
        }
        model.placingCalibration = .fitted(to: certainties)
        for half in seconds.indices { seconds[half].placingCalibration = model.placingCalibration }
        let pairs = PairLearner(
            trainer: trainer(trees: pairTrees, rate: pairRate), tables: tables, weights: weights, half: Learner.half,
            progress: { progress($0)($1) }
        )
        .fit(people, placing: seconds)
        model.pairs = pairs.all
        for half in seconds.indices { seconds[half].pairs = pairs.halves[half] }
        RepairLearner(
            first: trainer(trees: firstTrees, rate: placingRate),
            trainer: trainer(trees: repairTrees, rate: repairRate), tables: tables, weights: weights,
            half: Learner.half, progress: { progress($0)($1) }
        )
        .fit(people, placing: seconds, into: &model)
        model.stages = fitStages(given)
        return model
    }

    /// Fits what says the stage of an event, alone.
    ///
    /// - Returns: an empty model where no label names a stage.
    public func fitStages(_ given: LabelledPeople) -> StageModel {
        let count = given.people.reduce(0) { $0 + $1.steps.count(where: { $0.stage != nil }) }
        report("stages of \(count) events")
        return StageLearner(rounds: stageRounds, seed: seed).fit(given.people, sets: given.sets.count)
    }

    private func fit(_ rows: TrainingRows, trees: Int, _ what: String) -> Forest {
        var rows = rows
        rows.normalizeWeights()
        return trainer(trees: trees, rate: placingRate).fit(rows, progress: progress(what))
    }

    private func trainer(trees: Int, rate: Float) -> ForestTrainer {
        var trainer = ForestTrainer()
        trainer.trees = trees
        trainer.rate = rate
        trainer.seed = seed
        return trainer
    }

    private func progress(_ what: String) -> (Int) -> Void {
        { tree in if tree % 40 == 0 { report("\(what): \(tree) trees") } }
    }

    /// A set weighs as the square root of the number of its people, half of that if they are made up; within it each
    /// person weighs the same, and within her each event (short streams a little less).
    private func eventWeights(of people: [LabelledPeople.Person], sets: Int) -> [Float] {
        var members = [Float](repeating: 0, count: sets)
        for person in people { members[person.set] += 1 }
        return people.map { person in
            let share = (person.isMadeUp ? 0.5 : 1) / members[person.set].squareRoot()
            return share / Float(max(20, person.events.count))
        }
    }

    /// Which half a person is in, 0 or 1.
    private static func half(_ index: Int) -> Int { Int(StableHash.mixed(UInt64(index) &+ 77) & 1) }

    /// The choices of everybody, and those of each half of the people.
    private struct PlacingRows {
        var all: TrainingRows
        var halves: [TrainingRows]

        init(edges: [[Float]]) {
            all = TrainingRows(edges: edges)
            halves = [all, all]
        }

        mutating func add(_ candidates: Candidates, target: Int, weight: Float, half: Int) {
            all.add(candidates.signals, count: candidates.count, target: target, weight: weight)
            halves[half].add(candidates.signals, count: candidates.count, target: target, weight: weight)
        }
    }

    /// The choices that true states pose.
    private func placingRows(
        _ people: [LabelledPeople.Person], tables: [OrderTables], weights: [Float]
    ) -> PlacingRows {
        var finder = EdgeFinder(signals: Signal.allCases.count)
        for index in people.indices where StableHash.mixed(UInt64(index)) % 8 == 0 {
            followTruth(people[index], order: tables[index % Learner.parts]) { _, candidates, _ in
                finder.add(candidates.signals, count: candidates.count)
            }
        }
        var rows = PlacingRows(edges: finder.edges())
        for (index, person) in people.enumerated() {
            followTruth(person, order: tables[index % Learner.parts]) { event, candidates, target in
                rows.add(
                    candidates, target: target, weight: weights[index] * person.weights[event],
                    half: Learner.half(index))
            }
        }
        return rows
    }

    /// Walks a stream with every event put where it truly belongs, and hands out each choice on the way.
    private func followTruth(
        _ person: LabelledPeople.Person, order: OrderTables,
        _ choice: (_ event: Int, Candidates, _ target: Int) -> Void
    ) {
        var model = DiscoveryModel()
        model.order = order
        var placer = Placer(model: model)
        var state = OpenPurposes()
        var ordinals: [Int32: Int32] = [:]
        for (index, (event, purpose)) in zip(person.events, person.truth).enumerated() {
            placer.consider(event, in: &state)
            let wanted = ordinals[purpose]
            let lane = wanted.map { placer.lane(ofOrdinal: $0, in: state) } ?? 0
            if let lane, placer.candidates.count > 1, placer.laneByRule(event, in: state) == nil {
                choice(index, placer.candidates, lane)
            }
            let placement = placer.settle(event, lane: lane ?? 0, in: &state)
            if !placement.isRoutine { ordinals[purpose] = placement.ordinal }
        }
    }

    /// Runs each model over the people it never saw and hands out the choices that its own states pose, with the right
    /// lane and the one it took. The right place for an event is the purpose that holds most of its true purpose's
    /// events so far, weighted by how pure it is; "new" where none is pure enough.
    private func run(
        _ halves: [DiscoveryModel], over people: [LabelledPeople.Person], tables: [OrderTables],
        _ choice: (_ person: Int, _ event: Int, Placer, _ target: Int, _ lane: Int) -> Void
    ) {
        for (index, person) in people.enumerated() {
            var model = halves[1 - Learner.half(index)]
            model.order = tables[index % Learner.parts]
            var placer = Placer(model: model)
            var state = OpenPurposes()
            var standing = Standing()
            for (place, (event, purpose)) in zip(person.events, person.truth).enumerated() {
                placer.consider(event, in: &state)
                let byRule = placer.laneByRule(event, in: state)
                let lane = byRule ?? placer.scores.best
                if placer.candidates.count > 1, byRule == nil {
                    let wanted = standing.rightOrdinal(for: purpose)
                    if let target = wanted.map({ placer.lane(ofOrdinal: $0, in: state) }) ?? 0 {
                        choice(index, place, placer, target, lane)
                    }
                }
                let placement = placer.settle(event, lane: lane, isByRule: byRule != nil, in: &state)
                standing.note(purpose, at: placement.ordinal)
            }
        }
    }
}

/// How the events of true purposes lie in the purposes that a model made.
struct Standing {
    private var sizes: [Int32: Float] = [:]
    private var shared: [Int32: [Int32: Float]] = [:]

    /// The least purity at which a purpose counts as the home of a true one.
    static let purityMin: Float = 0.34

    /// The made purpose with the greatest (own events)² / size, or nil where none is pure enough.
    func rightOrdinal(for purpose: Int32) -> Int32? {
        guard let homes = shared[purpose] else { return nil }
        var best: (ordinal: Int32, worth: Float)?
        for (ordinal, own) in homes.sorted(by: { $0.key < $1.key }) {
            let size = sizes[ordinal]!
            guard own > 0, own / size >= Standing.purityMin else { continue }
            let worth = own * own / size
            if best == nil || worth > best!.worth { best = (ordinal, worth) }
        }
        return best?.ordinal
    }

    mutating func note(_ purpose: Int32, at ordinal: Int32, times: Float = 1) {
        sizes[ordinal, default: 0] += times
        shared[purpose, default: [:]][ordinal, default: 0] += times
    }
}
