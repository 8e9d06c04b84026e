import Throughline

/// What a model learned, in words.
struct ModelText {
    let model: DiscoveryModel
    /// Lines of each list.
    let limit: Int

    var lines: String {
        var text = "places an event as it comes: \(model.placing.treeCount) trees\n"
        text += weights(of: Signal.allCases, in: model.placing)
        text += "\ntells whether two events belong together: \(model.pairs.treeCount) trees\n"
        text += weights(of: PairSignal.allCases, in: model.pairs)
        text += "\nrepairs when more is known: \(model.repair.treeCount) trees\n"
        text += weights(of: RepairSignal.allCases, in: model.repair)
        text += "\nhow sure it says it is, and how often it was right with people it had not seen\n"
        text += curve("at arrival", model.placingCalibration) + curve("after repair", model.repairCalibration)
        text += order
        return text
    }

    private func weights<Kind: ForestSignal>(of signals: [Kind], in forest: Forest) -> String {
        let importance = forest.importance(signals: signals.count)
        let whole = importance.reduce(0) { $0 + $1.amount }
        guard whole > 0 else { return "  nothing was learned\n" }
        var families: [SignalFamily: Float] = [:]
        for signal in signals { families[signal.family, default: 0] += importance[signal.rawValue].amount }
        var text = ""
        for (family, amount) in families.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }) {
            text += "  \(percent(amount / whole))  \(family.rawValue)\n"
        }
        text += "  of that, signal by signal\n"
        let ranked = signals.sorted { importance[$0.rawValue].amount > importance[$1.rawValue].amount }
        for signal in ranked.prefix(limit) where importance[signal.rawValue].amount > 0 {
            let (amount, direction) = importance[signal.rawValue]
            text += "    \(percent(amount / whole)) \(direction >= 0 ? "+" : "-") \(words("\(signal)"))\n"
        }
        return text
    }

    /// Points of a calibration curve, evenly spread.
    private func curve(_ name: String, _ curve: Calibration) -> String {
        let points = stride(from: Float(0.3), through: 0.95, by: 0.1).map { raw in
            "\(percent(raw, width: 0)) -> \(percent(curve.corrected(raw), width: 0))"
        }
        return "  \(name): " + points.joined(separator: ", ") + "\n"
    }

    private var order: String {
        let tables = model.order
        guard tables.count > 0 else { return "\nno order of events was learned\n" }
        var text = "\norder of \(tables.count) events\n"
        let starts = tables.texts.indices.map { (text: name($0), value: tables.startLikelihood(ofName: $0)) }
        text += list("  opens a purpose", starts)
        var steps: [(text: String, value: Float)] = []
        for before in tables.texts.indices {
            for after in tables.texts.indices {
                steps.append(("\(name(before)) > \(name(after))", tables.stepLikelihood(before, after)))
            }
        }
        text += list("  follows inside one purpose", steps)
        text += list("  follows across purposes, not inside", steps.map { ($0.text, -$0.value) }, sign: -1)
        return text
    }

    private func list(_ title: String, _ rows: [(text: String, value: Float)], sign: Float = 1) -> String {
        let best = rows.filter { $0.value > 0 }.sorted { ($1.value, $0.text) < ($0.value, $1.text) }.prefix(limit)
        return title + "\n" + best.map { "    \(signed($0.value * sign))  \($0.text)\n" }.joined()
    }

    private func name(_ place: Int) -> String {
        let text = model.order.texts[place]
        return text.isEmpty ? "(a name nobody noted)" : forTerminal(text, width: 0)
    }

    /// `gapBeyondPrevious` as "gap beyond previous".
    private func words(_ signal: String) -> String {
        signal.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
    }

    private func percent(_ share: Float, width: Int = 4) -> String {
        let thousandths = Int((share * 1000).rounded())
        let text = width == 0 ? "\(Int((share * 100).rounded()))%" : "\(thousandths / 10).\(thousandths % 10)%"
        return String(repeating: " ", count: max(0, width + 1 - text.count)) + text
    }

    private func signed(_ value: Float) -> String {
        let tenths = Int((abs(value) * 10).rounded())
        return (value < 0 ? "-" : "+") + "\(tenths / 10).\(tenths % 10)"
    }
}
