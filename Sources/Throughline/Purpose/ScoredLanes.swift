/// The candidates of one event as a forest scored them, kept so that the choice among them can be explained.
struct ScoredLanes<Signal: ForestSignal> {
    /// `[signal * Candidates.lanesMax + lane]`.
    var signals: [Float]
    var scores: LaneScores

    /// Explains a choice among at least two lanes.
    ///
    /// - Parameters:
    ///   - forest: the one that scored them.
    ///   - decide: which lane is chosen, by scores; asked again about what the scores would have been.
    func explain(by forest: Forest, decide: (ScoredLanes) -> Int) -> ExplainedChoice<Int> {
        let lane = decide(self)
        return ExplainedChoice(
            chosen: option(lane, forest), runnerUp: option(scores.best(besides: lane), forest), leadAsked: nil,
            turningPoints: SignalFamily.allCases.compactMap { family in
                let instead = decide(scored(without: family, by: forest))
                return instead == lane ? nil : (family, instead)
            },
            placeCount: scores.count)
    }

    private func option(_ lane: Int, _ forest: Forest) -> ExplainedChoice<Int>.Option {
        let (mean, bySignal) = forest.contributions(signals, lane: lane, trees: scores.treesAsked)
        var families: [SignalFamily: Float] = [:]
        for signal in Signal.allCases { families[signal.family, default: 0] += bySignal[signal.rawValue] }
        return ExplainedChoice.Option(
            place: lane, score: scores[lane], mean: mean,
            families: SignalFamily.allCases.map { ($0, families[$0] ?? 0) })
    }

    /// What the scores would have been if nothing had been known of one family of signals.
    private func scored(without family: SignalFamily, by forest: Forest) -> ScoredLanes {
        var lanes = self
        for signal in Signal.allCases where signal.family == family {
            for lane in 0..<scores.count { lanes.signals[signal.rawValue * Candidates.lanesMax + lane] = .nan }
        }
        forest.score(lanes.signals, count: scores.count, into: &lanes.scores)
        return lanes
    }
}

extension ScoredLanes: Sendable {}
