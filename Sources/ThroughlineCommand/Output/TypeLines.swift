import Throughline

/// Writes types of purpose with their milestones.
struct TypeLines: Sendable {
    let format: ResultFormat

    func text(of type: PurposeType) -> [UInt8] {
        var output: [UInt8] = []
        if format == .ndjson { append(json: type, to: &output) } else { append(block: type, to: &output) }
        return output
    }

    private func append(json type: PurposeType, to output: inout [UInt8]) {
        output.append("{\"type\":")
        output.append(json: type.name)
        output.append(plain: ",\"purposes\":\(type.purposeCount)")
        for outcome in Outcome.allCases where outcome != .lapsed {
            output.append(plain: ",\"\(outcome.rawValue)\":\(type.outcomes[outcome] ?? 0)")
        }
        output.append(",\"terms\":[")
        for (place, term) in type.terms.enumerated() {
            if place > 0 { output.append(",") }
            output.append(json: term)
        }
        output.append("],\"milestones\":[")
        for (place, milestone) in type.milestones.enumerated() {
            output.append(place > 0 ? ",{\"name\":" : "{\"name\":")
            output.append(json: milestone.name)
            output.append(",\"ends\":")
            output.append(word: milestone.ending?.rawValue)
            output.append(",\"share\":")
            output.append(share: milestone.share)
            output.append(plain: ",\"lift\":\(TypeLines.hundredths(milestone.lift)),\"precedence\":")
            if let precedence = milestone.precedence { output.append(share: precedence) } else { output.append("null") }
            output.append(plain: ",\"reached\":\(milestone.reachedCount)")
            output.append(plain: ",\"wentOn\":\(milestone.wentOnCount.map { "\($0)" } ?? "null")}")
        }
        output.append("],\"silences\":[")
        for (place, silence) in silences(of: type).enumerated() {
            output.append(place > 0 ? ",{\"stage\":" : "{\"stage\":")
            output.append(json: silence.stage.name)
            output.append(plain: ",\"gaps\":\(silence.curve.endedCount),\"open\":\(silence.curve.openCount)")
            for (key, seconds) in [
                ("median", silence.curve.median), ("stalledAfter", silence.curve.stalledAfter),
                ("dormantAfter", silence.curve.dormantAfter),
            ] {
                output.append(plain: ",\"\(key)Seconds\":\(seconds.map { "\($0)" } ?? "null")")
            }
            output.append("}")
        }
        output.append("]}\n")
    }

    private func silences(of type: PurposeType) -> [(stage: Stage, curve: SilenceCurve)] {
        Stage.allCases.compactMap { stage in type.silences[stage].map { (stage, $0) } }
    }

    private func append(block type: PurposeType, to output: inout [UInt8]) {
        let ended = Outcome.allCases.compactMap { outcome in
            type.outcomes[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        output.append(terminal: type.name, width: 32)
        output.append(plain: " \(type.purposeCount) purposes")
        if !ended.isEmpty { output.append(plain: ": \(ended.joined(separator: ", "))") }
        output.append("\n")
        appendSilences(of: type, to: &output)
        guard !type.milestones.isEmpty else { return }
        output.append(plain: "    " + forTerminal("milestone", width: 32))
        output.append("  reached   go on   share    lift  in order\n")
        for milestone in type.milestones {
            output.append("    ")
            output.append(terminal: milestone.name, width: 32)
            append(right: "\(milestone.reachedCount)", to: &output)
            append(right: TypeLines.percent(milestone.wentOnCount, of: milestone.reachedCount), to: &output)
            append(right: TypeLines.hundredths(milestone.share), to: &output)
            append(right: TypeLines.hundredths(milestone.lift), to: &output)
            if let precedence = milestone.precedence {
                append(right: TypeLines.hundredths(precedence), to: &output)
            } else if let ending = milestone.ending {
                output.append(plain: "  \(ending.rawValue)")
            }
            output.append("\n")
        }
    }

    private func append(right text: String, to output: inout [UInt8]) {
        output.append(plain: String(repeating: " ", count: max(1, 8 - text.utf8.count)) + text)
    }

    private static func percent(_ part: Int?, of whole: Int) -> String {
        part.map { "\(Int((Double($0) / Double(max(1, whole)) * 100).rounded())) %" } ?? ""
    }

    /// Rows of what is known of silences.
    private func appendSilences(of type: PurposeType, to output: inout [UInt8]) {
        for silence in silences(of: type) {
            guard let median = silence.curve.median, let stalled = silence.curve.stalledAfter,
                let dormant = silence.curve.dormantAfter
            else { continue }
            output.append("    at ")
            output.append(terminal: silence.stage.name, width: 29)
            output.append(plain: " half go on within \(PathLines.span(seconds: median)); in silence stalled after ")
            output.append(
                plain: "\(PathLines.span(seconds: stalled)), dormant after \(PathLines.span(seconds: dormant))\n")
        }
    }

    private static func hundredths(_ value: Float) -> String {
        let whole = Int((min(value, 1e6) * 100).rounded())
        return "\(whole / 100).\(whole / 10 % 10)\(whole % 10)"
    }
}
