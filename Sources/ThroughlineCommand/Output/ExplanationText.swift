import Throughline
import ThroughlineEngine

/// An explanation in words and as JSON.
struct ExplanationText {
    let explanation: PlacementExplanation
    /// Where the event is after repair.
    let final: Purpose
    let finalConfidence: Float

    /// A few lines for a person.
    func lines(among purposes: [Purpose]) -> String {
        func called(_ id: PurposeID?) -> String {
            guard let id else { return "a new purpose" }
            guard let purpose = purposes.first(where: { $0.id == id }) else { return "\(id) (since repaired away)" }
            return "\"\(forTerminal(purpose.name, width: 0))\" (\(id))"
        }
        var text = "\(explanation.timestamp.rfc3339)  \(forTerminal(explanation.name, width: 0))"
        if !explanation.text.isEmpty { text += "  \"\(forTerminal(explanation.text, width: 0))\"" }
        text += "  [\(forTerminal(explanation.messageId, width: 0))]\n"
        if explanation.isRoutine {
            text += "    routine: events of this name open no purpose, and none that was open claimed it\n"
        } else if explanation.isByRule {
            text += "    at arrival: joined \(called(explanation.purpose)), which names the same order or account\n"
        } else {
            text += "    at arrival: \(explanation.opened ? "opened" : "joined") \(called(explanation.purpose)), "
            text += "sure \(percent(explanation.confidence))\n"
        }
        if let chosen = explanation.chosen, let runnerUp = explanation.runnerUp {
            text += "    score \(signed(chosen.score)) = mean \(signed(chosen.mean))"
            for part in sorted(chosen.families) { text += ", \(part.family.rawValue) \(signed(part.amount))" }
            text += "\n    second of \(explanation.placeCount) places: \(called(runnerUp.purpose)), "
            text += "score \(signed(runnerUp.score))"
            let lost = zip(chosen.families, runnerUp.families).map { ($0.family, $0.amount - $1.amount) }
            if let reason = lost.max(by: { $0.1 < $1.1 }), reason.1 > 0 {
                text += "; it lost most on \(reason.0.rawValue) (\(signed(-reason.1)))"
            }
            text += "\n    it turned on: "
            let points = explanation.turningPoints.map {
                "\($0.family.rawValue) (without it: \(called($0.instead)))"
            }
            text += points.isEmpty ? "no one thing alone" : points.joined(separator: "; ")
            text += "\n"
        } else if !explanation.isRoutine, !explanation.isByRule {
            text += "    there was no open purpose to compare with\n"
        }
        if final.id != explanation.purpose {
            text += "    after repair: \(called(final.id)), sure \(percent(finalConfidence))\n"
        }
        return text
    }

    /// One object on a line.
    var json: String {
        var bytes: [UInt8] = []
        bytes.append("{\"messageId\":")
        bytes.append(json: explanation.messageId)
        bytes.append(",\"timestamp\":")
        bytes.append(json: explanation.timestamp.rfc3339)
        bytes.append(",\"event\":")
        bytes.append(json: explanation.name)
        bytes.append(",\"atArrival\":")
        bytes.append(id: explanation.purpose)
        bytes.append(plain: ",\"opened\":\(explanation.opened),\"routine\":\(explanation.isRoutine),\"confidence\":")
        bytes.append(share: explanation.confidence)
        bytes.append(",\"afterRepair\":")
        bytes.append(id: final.id)
        bytes.append(",\"chosen\":")
        append(explanation.chosen, to: &bytes)
        bytes.append(",\"runnerUp\":")
        append(explanation.runnerUp, to: &bytes)
        bytes.append(",\"turnedOn\":[")
        for (index, point) in explanation.turningPoints.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append("{\"without\":")
            bytes.append(json: point.family.rawValue)
            bytes.append(",\"purpose\":")
            if let purpose = point.instead { bytes.append(id: purpose) } else { bytes.append("null") }
            bytes.append("}")
        }
        bytes.append("]")
        bytes.append("}\n")
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ place: PlacementExplanation.Place?, to bytes: inout [UInt8]) {
        guard let place else { return bytes.append("null") }
        bytes.append("{\"purpose\":")
        if let purpose = place.purpose { bytes.append(id: purpose) } else { bytes.append("null") }
        bytes.append(
            plain: ",\"score\":\(signed(place.score, plus: false)),\"mean\":\(signed(place.mean, plus: false))")
        bytes.append(",\"because\":{")
        for (index, part) in place.families.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append(json: part.family.rawValue)
            bytes.append(plain: ":\(signed(part.amount, plus: false))")
        }
        bytes.append("}}")
    }

    private func sorted(
        _ families: [(family: SignalFamily, amount: Float)]
    ) -> [(family: SignalFamily, amount: Float)] {
        families.filter { abs($0.amount) >= 0.005 }.sorted { abs($0.amount) > abs($1.amount) }
    }

    private func percent(_ share: Float) -> String { "\(Int((share * 100).rounded())) %" }

    private func signed(_ value: Float, plus: Bool = true) -> String {
        let hundredths = Int((abs(value) * 100).rounded())
        let digits = hundredths % 100 < 10 ? "0\(hundredths % 100)" : "\(hundredths % 100)"
        return (value < 0 && hundredths > 0 ? "-" : plus ? "+" : "") + "\(hundredths / 100).\(digits)"
    }
}
