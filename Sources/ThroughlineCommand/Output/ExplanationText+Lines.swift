import Throughline
import ThroughlineEngine

extension ExplanationText {
    /// A few lines for a person.
    ///
    /// - Parameter purposes: all that the person has after repair.
    func lines(among purposes: [Purpose]) -> String {
        let names = PurposeNames(purposes: purposes)
        var text = "\(arrival.timestamp.rfc3339)  \(forTerminal(arrival.name, width: 0))"
        if !arrival.text.isEmpty { text += "  \"\(forTerminal(arrival.text, width: 0))\"" }
        text += "  [\(forTerminal(arrival.messageId, width: 0))]\n"
        text += "    at arrival: \(placed(names))\n"
        if let choice = arrival.choice {
            text += reasons(of: choice, names)
        } else if !arrival.isRoutine, !arrival.isByRule {
            text += "        there was no open purpose to compare it with\n"
        }
        switch repair {
        case .decided(let choice, let isConfirmed):
            text += "    after repair: \(repaired(names, isConfirmed: isConfirmed)), sure \(percent(finalConfidence))\n"
            text += reasons(of: choice, names)
        case .left(let reason):
            if let reason = words(for: reason) { text += "    after repair: left where it was; \(reason)\n" }
        }
        return text
    }

    /// What became of the event as it arrived.
    private func placed(_ names: PurposeNames) -> String {
        if arrival.isRoutine {
            return "routine; events of this name open no purpose, and none that was open claimed it"
        }
        let purpose = names[arrival.purpose]
        if arrival.isByRule { return "joined \(purpose), which names the same order or account" }
        return "\(arrival.opened ? "opened" : "joined") \(purpose), sure \(percent(arrival.confidence))"
    }

    /// What repair did with the event.
    private func repaired(_ names: PurposeNames, isConfirmed: Bool) -> String {
        if final.id == arrival.purpose { return "still in \(names[final.id])" }
        // Two windows may see an event, and each may let it open a purpose.
        let isItsOwn = (1...2).contains { final.id == PurposeID(opening: arrival.messageId, turn: $0) }
        let moved = "moved to \(isItsOwn ? "a purpose of its own, " : "")\(names[final.id])"
        return isConfirmed ? moved + ", where it stayed when it was weighed again" : moved
    }

    /// Why repair left an event; nil where that goes without saying.
    private func words(for reason: RepairExplanation.Reason) -> String? {
        switch reason {
        case .routine: nil
        case .alone: "no other event around it serves a purpose"
        case .sure: "every event around it was placed surely, too"
        case .unlearned: "the model has learned nothing about repair"
        }
    }

    private func reasons(of choice: ExplainedChoice<ExplainedPlace>, _ names: PurposeNames) -> String {
        var text = "        score \(signed(choice.chosen.score)) = \(sum(of: choice.chosen))\n"
        text += "        second of \(choice.placeCount) places: \(names[choice.runnerUp.place]), "
        text += "score \(signed(choice.runnerUp.score)); \(defeat(of: choice))\n"
        return text + "        it turned on: \(turns(of: choice, names))\n"
    }

    /// What a score is made of, the greatest first; what is shown adds up to the score as it is shown.
    private func sum(of option: ExplainedChoice<ExplainedPlace>.Option) -> String {
        let shown = option.families.filter { abs($0.amount) >= ExplanationText.shownFrom }
            .sorted { abs($0.amount) > abs($1.amount) }
        var rest = hundredths(option.score) - hundredths(option.mean)
        var parts = ["\(signed(option.mean)) average place"]
        for part in shown {
            rest -= hundredths(part.amount)
            parts.append("\(signed(part.amount)) \(part.family.rawValue)")
        }
        if rest != 0 { parts.append("\(signed(hundredths: rest)) all else") }
        return parts.joined(separator: ", ")
    }

    /// Amounts that are smaller are told together.
    private static let shownFrom: Float = 0.095

    /// Why the second place lost.
    private func defeat(of choice: ExplainedChoice<ExplainedPlace>) -> String {
        if let lead = choice.leadAsked {
            return "it scored more, but it takes a lead of \(signed(lead, plus: false)) to draw in an event that "
                + "stands alone"
        }
        let lost = zip(choice.chosen.families, choice.runnerUp.families).map { ($0.family, $0.amount - $1.amount) }
        guard let most = lost.max(by: { $0.1 < $1.1 }), most.1 >= 0.005 else { return "it came close" }
        return "it lost most on \(most.0.rawValue) (\(signed(-most.1)))"
    }

    /// Without which family of signals the event would be where, the families of one place together.
    private func turns(of choice: ExplainedChoice<ExplainedPlace>, _ names: PurposeNames) -> String {
        var places: [ExplainedPlace] = []
        for point in choice.turningPoints where !places.contains(point.instead) { places.append(point.instead) }
        guard !places.isEmpty else { return "no one thing alone" }
        return places.map { place in
            let families = choice.turningPoints.filter { $0.instead == place }.map(\.family.rawValue)
            let without =
                switch families.count {
                case 1: "without it"
                case 2: "without either"
                default: "without any one of them"
                }
            return "\(families.joined(separator: ", ")) (\(without): \(names[place]))"
        }.joined(separator: "; ")
    }

    private func percent(_ share: Float) -> String { "\(Int((share * 100).rounded())) %" }
}

/// What places are called in front of a person.
private struct PurposeNames {
    let purposes: [Purpose]

    subscript(id: PurposeID) -> String {
        guard let purpose = purposes.first(where: { $0.id == id }) else {
            return "a purpose since repaired away (\(id))"
        }
        return "\"\(forTerminal(purpose.name, width: 0))\" (\(id))"
    }

    subscript(place: ExplainedPlace) -> String {
        switch place {
        case .purpose(let id): self[id]
        case .new: "a new purpose"
        case .routine: "no purpose, as routine"
        case .passing: "a purpose that repair opened and gave up again"
        }
    }
}
