/// The steps of one purpose before they have a time: what happens, in what order, and how it ends.
struct PurposePath {
    struct Step {
        var touch: Int
        var stage: Truth.Stage
        /// Whether the step belongs to the same visit as the one before it, where hours and place allow.
        var continuesVisit: Bool
    }

    private(set) var steps: [Step] = []
    /// How it ends if the period leaves it the time.
    private(set) var outcome: Truth.Outcome

    /// Draws a way through `template`.
    init(_ template: PurposeTemplate, _ random: inout SplitMix64) {
        // Many an interest is one look and no more: a post that is liked, a page that is left.
        if random.chance(30) {
            outcome = .lapsed
            wander(template, .explore, stage: .explore, count: 1, &random)
            return
        }
        let endings = template.endings
        let ending = random.pickIndex(
            weights: [endings.fulfilled, endings.declined, endings.cancelled, endings.lapsed])
        outcome = [Truth.Outcome.fulfilled, .declined, .cancelled, .lapsed][ending]
        // Who lapses has looked around, and may have got as far as a choice.
        let furthest = outcome == .lapsed ? random.pickIndex(weights: [35, 40, 25]) : 3

        wander(template, .explore, stage: .explore, count: 1 + random.below(3), &random)
        if furthest >= 1 { wander(template, .compare, stage: .compare, count: random.below(4), &random) }
        if furthest >= 1 && random.chance(10) { wander(template, .explore, stage: .explore, count: 1, &random) }
        if furthest >= 2 { proceed(template, .choose, stage: .choose, percent: 60, &random) }
        guard furthest >= 3 else { return }
        proceed(template, .commit, stage: .commit, percent: 70, &random)
        switch outcome {
        case .fulfilled:
            wander(template, .fulfilled, stage: .fulfilled, count: 1, &random)
            proceed(template, .afterCare, stage: .fulfilled, percent: 40, &random)
        case .declined: wander(template, .declined, stage: .declined, count: 1, &random)
        case .cancelled: wander(template, .cancelled, stage: .cancelled, count: 1, &random)
        case .lapsed, .open, .unstated: break
        }
    }

    /// Adds `count` touches of a phase in any order, as people do who look around.
    private mutating func wander(
        _ template: PurposeTemplate, _ phase: PurposeTemplate.Phase, stage: Truth.Stage, count: Int,
        _ random: inout SplitMix64
    ) {
        let touches = template.touches(in: phase)
        guard !touches.isEmpty else { return }
        for _ in 0..<count {
            var touch = random.pickElement(of: touches)
            // A second look at the same page happens, but something new is likelier.
            for _ in 0..<2 where steps.contains(where: { $0.touch == touch }) {
                touch = random.pickElement(of: touches)
            }
            add(touch, of: template, stage: stage, &random)
        }
    }

    /// Adds touches of a phase in the order written down, each in `percent` of the cases: first the form, then its
    /// signature. What makes the commitment, the last touch of that phase, is never left out.
    private mutating func proceed(
        _ template: PurposeTemplate, _ phase: PurposeTemplate.Phase, stage: Truth.Stage, percent: Int,
        _ random: inout SplitMix64
    ) {
        let touches = template.touches(in: phase)
        for touch in touches {
            let isDue = phase == .commit && touch == touches.upperBound - 1
            if random.chance(percent) || isDue { add(touch, of: template, stage: stage, &random) }
        }
    }

    private mutating func add(
        _ touch: Int, of template: PurposeTemplate, stage: Truth.Stage, _ random: inout SplitMix64
    ) {
        let isMilestone = steps.last.map { $0.stage != stage } ?? true
        let continuation =
            switch stage {
            // An order is complete within minutes; a loan, a repair or a race takes its days.
            case .fulfilled where template.touches[touch].event == "Order Completed": 88
            case .fulfilled, .declined, .cancelled: 0
            default: isMilestone ? 45 : 68
            }
        steps.append(Step(touch: touch, stage: stage, continuesVisit: random.chance(continuation)))
        if template.touches[touch].channel == .chat && random.chance(45) {
            let reply = template.touches(in: .reply).lowerBound
            steps.append(Step(touch: reply, stage: stage, continuesVisit: true))
        }
    }
}
