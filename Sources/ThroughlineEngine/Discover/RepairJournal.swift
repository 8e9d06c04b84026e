import Throughline

/// What repair said of each event of a person, kept while her events are discovered.
struct RepairJournal {
    /// What was said of one event; places are ordinals, nil for a purpose that was not there yet.
    private enum Entry {
        case decided(ExplainedChoice<Int32?>, isConfirmed: Bool)
        case left(RepairExplanation.Reason)
    }

    private var entries: [Entry] = []

    /// Notes what repair did to a window. What was decided about an event in an earlier window stands where this one
    /// decided nothing about it.
    ///
    /// - Parameter start: which event of the person is the first of the window.
    mutating func note(_ window: RepairWindow, at start: Int, repairedBy repairer: Repairer) {
        for place in 0..<window.count {
            let entry = RepairJournal.entry(place, of: window, repairedBy: repairer)
            if start + place == entries.count {
                entries.append(entry)
            } else if case (.left, .decided) = (entry, entries[start + place]) {
                continue
            } else {
                entries[start + place] = entry
            }
        }
    }

    private static func entry(_ place: Int, of window: RepairWindow, repairedBy repairer: Repairer) -> Entry {
        guard let decision = repairer.decisions?[place] else {
            return .left(reason(place, of: window, model: repairer.model))
        }
        return .decided(repairer.explain(decision), isConfirmed: decision.isConfirmed)
    }

    private static func reason(_ place: Int, of window: RepairWindow, model: DiscoveryModel) -> RepairExplanation.Reason
    {
        if window.isRoutine(place) { return .routine }
        if !(0..<window.count).contains(where: { $0 != place && !window.isRoutine($0) }) { return .alone }
        return model.repair.treeCount > 0 ? .sure : .unlearned
    }

    /// Everything noted, event by event.
    ///
    /// - Parameter idOf: the id of the purpose with an ordinal, if it came to have one.
    func explanations(idOf: (Int32) -> PurposeID?) -> [RepairExplanation] {
        entries.map { entry in
            switch entry {
            case .left(let reason): .left(reason)
            case .decided(let choice, let isConfirmed):
                .decided(
                    choice.mapPlaces { ordinal in
                        guard let ordinal else { return .new }
                        return idOf(ordinal).map { .purpose($0) } ?? .passing
                    }, isConfirmed: isConfirmed)
            }
        }
    }

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
