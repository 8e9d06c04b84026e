import Throughline
import ThroughlineEngine

/// An explanation as JSON; in words: ``lines(among:)``.
struct ExplanationText {
    let arrival: PlacementExplanation
    let repair: RepairExplanation
    /// Where the event is after repair.
    let final: Purpose
    let finalConfidence: Float

    /// One object on a line.
    var json: String {
        var bytes: [UInt8] = []
        bytes.append("{\"messageId\":")
        bytes.append(json: arrival.messageId)
        bytes.append(",\"timestamp\":")
        bytes.append(json: arrival.timestamp.rfc3339)
        bytes.append(",\"event\":")
        bytes.append(json: arrival.name)
        bytes.append(",\"atArrival\":")
        bytes.append(id: arrival.purpose)
        bytes.append(plain: ",\"opened\":\(arrival.opened),\"routine\":\(arrival.isRoutine),\"confidence\":")
        bytes.append(share: arrival.confidence)
        bytes.append(",\"afterRepair\":")
        bytes.append(id: final.id)
        bytes.append(",")
        appendMembers(of: arrival.choice, to: &bytes)
        bytes.append(",\"repair\":")
        switch repair {
        case .decided(let choice, let isConfirmed):
            bytes.append("{\"confidence\":")
            bytes.append(share: finalConfidence)
            bytes.append(plain: ",\"confirmed\":\(isConfirmed),")
            appendMembers(of: choice, to: &bytes)
            bytes.append("},\"leftBecause\":null")
        case .left(let reason):
            bytes.append("null,\"leftBecause\":")
            bytes.append(json: reason.rawValue)
        }
        bytes.append("}\n")
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The members that tell a choice, at arrival and after repair alike.
    private func appendMembers(of choice: ExplainedChoice<ExplainedPlace>?, to bytes: inout [UInt8]) {
        bytes.append("\"chosen\":")
        append(choice?.chosen, to: &bytes)
        bytes.append(",\"runnerUp\":")
        append(choice?.runnerUp, to: &bytes)
        bytes.append(",\"leadAsked\":")
        if let lead = choice?.leadAsked { bytes.append(plain: signed(lead, plus: false)) } else { bytes.append("null") }
        bytes.append(",\"turnedOn\":[")
        for (index, point) in (choice?.turningPoints ?? []).enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append("{\"without\":")
            bytes.append(json: point.family.rawValue)
            bytes.append(",\"purpose\":")
            append(point.instead, to: &bytes)
            bytes.append("}")
        }
        bytes.append("]")
    }

    private func append(_ option: ExplainedChoice<ExplainedPlace>.Option?, to bytes: inout [UInt8]) {
        guard let option else { return bytes.append("null") }
        bytes.append("{\"purpose\":")
        append(option.place, to: &bytes)
        bytes.append(
            plain: ",\"score\":\(signed(option.score, plus: false)),\"mean\":\(signed(option.mean, plus: false))")
        bytes.append(",\"because\":{")
        for (index, part) in option.families.enumerated() {
            if index > 0 { bytes.append(",") }
            bytes.append(json: part.family.rawValue)
            bytes.append(plain: ":\(signed(part.amount, plus: false))")
        }
        bytes.append("}}")
    }

    /// The id of a place; null for one that has none.
    private func append(_ place: ExplainedPlace, to bytes: inout [UInt8]) {
        if case .purpose(let id) = place { bytes.append(id: id) } else { bytes.append("null") }
    }

    /// A number with two decimals.
    func signed(_ value: Float, plus: Bool = true) -> String { signed(hundredths: hundredths(value), plus: plus) }

    func hundredths(_ value: Float) -> Int { Int((value * 100).rounded()) }

    func signed(hundredths: Int, plus: Bool = true) -> String {
        let size = abs(hundredths)
        let digits = size % 100 < 10 ? "0\(size % 100)" : "\(size % 100)"
        return (hundredths < 0 ? "-" : plus ? "+" : "") + "\(size / 100).\(digits)"
    }
}
