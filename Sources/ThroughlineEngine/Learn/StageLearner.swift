import Throughline

/// An event whose stage somebody said, and what tells it.
public struct StagedEvent: Sendable {
    /// Nil where nobody said it: it is a step of its purpose all the same.
    public var stage: Stage?
    var name: UInt64
    var words: UInt64
    var own: [UInt16]
    var behind: [UInt16]

    init(_ event: Event, encounter: Encounter, stage: Stage?) {
        self.stage = stage
        let text = event.withBytes(of: event.text) { StageClues(text: $0) }
        name = encounter.nameHash
        words = text.words
        own = event.withBytes(of: event.name) { StageClues(name: $0) }.own + text.own
        own.append(StageClues.place(of: event.kind))
        own.append(StageClues.place(ofChannel: encounter.channel))
        behind = text.behind
    }
}

/// Fits a ``StageModel`` to people whose events somebody gave stages, with their purposes as they truly are.
///
/// Stochastic gradient descent on the softmax over the stages, a step size for each weight (AdaGrad; Duchi, Hazan and Singer
/// 2011), then rounded to 8 bits. The same people and seed give the same bytes.
struct StageLearner {
    var rounds = 12
    var rate: Float = 0.15
    /// Ridge on a weight, for each time it is met.
    var ridge: Float = 2e-5
    var seed: UInt64 = 1

    /// A row to learn from.
    private struct Row {
        var places: [UInt16]
        var stage: Int
        var weight: Float
    }

    /// - Returns: the model; an empty one where nobody said a stage.
    func fit(_ people: [LabelledPeople.Person], sets: Int) -> StageModel {
        var rows = rows(of: people, sets: sets)
        guard !rows.isEmpty else { return StageModel() }
        var weights = [SIMD8<Float>](repeating: .zero, count: StageModel.placeCount)
        var squares = [SIMD8<Float>](repeating: .init(repeating: 1e-6), count: StageModel.placeCount)
        var random = LearnRandom(state: seed)
        for _ in 0..<rounds {
            for last in stride(from: rows.count - 1, to: 0, by: -1) {
                rows.swapAt(last, min(last, Int(random.uniform() * Double(last + 1))))
            }
            for row in rows { learn(row, &weights, &squares) }
        }
        return rounded(weights)
    }

    private func learn(_ row: Row, _ weights: inout [SIMD8<Float>], _ squares: inout [SIMD8<Float>]) {
        var scores = SIMD8<Float>.zero
        for place in row.places { scores += weights[Int(place)] }
        var shares = SIMD8<Float>.zero
        let highest = Stage.allCases.indices.reduce(-Float.infinity) { max($0, scores[$1]) }
        for stage in Stage.allCases.indices { shares[stage] = exponential(scores[stage] - highest) }
        shares /= shares.sum()
        shares[row.stage] -= 1
        let gradient = shares * row.weight
        for place in row.places {
            let place = Int(place)
            let slope = gradient + weights[place] * ridge
            squares[place] += slope * slope
            weights[place] -= slope * rate / squares[place].squareRoot()
        }
    }

    /// Each person's purposes, an event after the other. A set weighs as the square root of its rows.
    private func rows(of people: [LabelledPeople.Person], sets: Int) -> [Row] {
        var counts = [Float](repeating: 0, count: sets)
        for person in people { for event in person.steps where event.stage != nil { counts[person.set] += 1 } }
        let all = counts.reduce(0, +)
        let norm = counts.reduce(0) { $0 + $1.squareRoot() } / max(1, all)
        var rows: [Row] = []
        for person in people where !person.steps.isEmpty {
            var trails: [Int32: (trail: StageTrail, behind: [UInt16])] = [:]
            for (event, purpose) in zip(person.steps, person.truth) {
                var before = trails[purpose] ?? (StageTrail(), [])
                if let stage = event.stage {
                    var places = event.own + before.behind
                    before.trail.forEachClue(of: event.name, words: event.words) { places.append($0) }
                    let weight = 1 / (counts[person.set].squareRoot() * norm)
                    rows.append(Row(places: places, stage: Int(stage.rawValue), weight: weight))
                }
                before.trail.add(name: event.name, words: event.words)
                before.behind = event.behind
                trails[purpose] = before
            }
        }
        return rows
    }

    private func rounded(_ weights: [SIMD8<Float>]) -> StageModel {
        var largest: Float = 0
        for row in weights {
            for lane in Stage.allCases.indices { largest = max(largest, abs(row[lane])) }
        }
        guard largest > 0 else { return StageModel() }
        var model = StageModel()
        model.unit = largest / 127
        model.weights = weights.map { row in
            let whole = (row / model.unit).rounded(.toNearestOrEven).clamped(
                lowerBound: .init(repeating: -127), upperBound: .init(repeating: 127))
            return SIMD8<Int8>(whole)
        }
        return model
    }
}
