extension Placer {
    /// Why the considered event goes where it scores highest, place by lane; nil where there is nothing to compare it
    /// with.
    package var explained: ExplainedChoice<Int>? {
        guard candidates.count > 1 else { return nil }
        let lanes = ScoredLanes<Signal>(signals: candidates.signals, scores: scores)
        return lanes.explain(by: model.placing) { $0.scores.best }
    }
}
