import Throughline
import ThroughlineEngine

/// Writes a checked map.
struct MapLines {
    /// Findings of one kind and purpose in a table; JSON has all.
    static let rowsMax = 10

    let format: ResultFormat

    func header(of map: JourneyMap) -> [UInt8] {
        let purposes = map.purposes
        let milestones = purposes.reduce(0) { $0 + $1.milestones.count }
        var output: [UInt8] = []
        if format == .ndjson {
            output.append("{\"map\":")
            output.append(json: map.name)
            output.append(
                plain:
                    ",\"objectives\":\(map.objectiveCount),\"purposes\":\(purposes.count),\"milestones\":\(milestones)}\n"
            )
        } else {
            output.append(plain: "map \(forTerminal(map.name, width: 0)): \(map.objectiveCount) objectives, ")
            output.append(plain: "\(purposes.count) purposes, \(milestones) milestones\n")
        }
        return output
    }

    func text(of purpose: MapFindings) -> [UInt8] {
        var output: [UInt8] = []
        if format == .ndjson { append(json: purpose, to: &output) } else { append(block: purpose, to: &output) }
        return output
    }

    // MARK: JSON

    private func append(json purpose: MapFindings, to output: inout [UInt8]) {
        output.append("{\"purpose\":")
        output.append(json: purpose.drawn.name)
        output.append(",\"type\":")
        output.append(json: purpose.drawn.typeName)
        output.append(",\"serves\":")
        output.append(word: purpose.drawn.serves)
        if let measured = purpose.measured {
            output.append(plain: ",\"bound\":\(measured.isBound),\"purposes\":\(measured.purposeCount)")
        }
        output.append(",\"milestones\":[")
        for (place, milestone) in purpose.drawn.milestones.enumerated() {
            output.append(place > 0 ? ",{\"name\":" : "{\"name\":")
            output.append(json: milestone.name)
            output.append(plain: ",\"stage\":\"\(milestone.stage.name)\",\"feeling\":")
            output.append(word: milestone.feeling)
            if let measured = purpose.measured { append(json: measured, place, to: &output) }
            output.append("}")
        }
        output.append("],\"findings\":[")
        for (place, finding) in purpose.findings.enumerated() {
            output.append(plain: "\(place > 0 ? "," : ""){\"kind\":\"\(finding.kind)\",\"milestone\":")
            output.append(word: finding.milestone.map { purpose.drawn.milestones[$0].name })
            output.append(",\"finding\":")
            output.append(json: finding.sentence)
            output.append("}")
        }
        output.append("]}\n")
    }

    private func append(json measured: MeasuredPurpose, _ place: Int, to output: inout [UInt8]) {
        let milestone = measured.milestones[place]
        output.append(plain: ",\"reached\":\(milestone.reachedCount),\"share\":")
        output.append(share: Float(milestone.reachedCount) / Float(max(1, measured.purposeCount)))
        output.append(plain: ",\"medianSeconds\":\(milestone.medianSeconds.map { "\($0)" } ?? "null")")
        output.append(plain: ",\"repeated\":\(milestone.repeatedCount),\"meanTimes\":")
        output.append(plain: milestone.meanTimes.map { MapFindings.tenths($0) } ?? "null")
        append(json: "channels", milestone.channels, to: &output)
        append(json: "touchpoints", milestone.touchpoints, to: &output)
        output.append(",\"surveys\":[")
        for (place, answers) in milestone.answers.enumerated() {
            output.append(plain: "\(place > 0 ? "," : ""){\"key\":\"\(answers.key)\",\"count\":\(answers.count)")
            output.append(plain: ",\"mean\":\(MapFindings.tenths(answers.mean))}")
        }
        output.append("]")
    }

    private func append(json key: StaticString, _ use: MeasuredMilestone.PlaceUse, to output: inout [UInt8]) {
        output.append(",\"")
        output.append(key)
        output.append("\":{")
        for (place, used) in use.used.enumerated() {
            if place > 0 { output.append(",") }
            output.append(json: used.name)
            output.append(plain: ":\(used.events)")
        }
        output.append("}")
    }

    // MARK: Text

    private func append(block purpose: MapFindings, to output: inout [UInt8]) {
        output.append(terminal: purpose.drawn.name, width: 32)
        if let measured = purpose.measured {
            output.append(plain: " \(measured.purposeCount) purposes")
        } else {
            output.append(plain: " \(purpose.drawn.milestones.count) milestones")
        }
        if let serves = purpose.drawn.serves { output.append(plain: "; serves \(forTerminal(serves, width: 0))") }
        output.append("\n")
        if let measured = purpose.measured, measured.isBound { appendMilestones(of: measured, to: &output) }
        var told: [String: Int] = [:]
        for finding in purpose.findings {
            told[finding.kind, default: 0] += 1
            guard told[finding.kind]! <= MapLines.rowsMax else { continue }
            output.append(plain: "    \(forTerminal(finding.sentence, width: 0))\n")
        }
        for (kind, count) in told.sorted(by: { $0.key < $1.key }) where count > MapLines.rowsMax {
            output.append(plain: "    and \(count - MapLines.rowsMax) more of the kind \(kind)\n")
        }
    }

    private func appendMilestones(of measured: MeasuredPurpose, to output: inout [UInt8]) {
        guard !measured.milestones.isEmpty else { return }
        output.append(plain: "    " + forTerminal("milestone", width: 32))
        output.append("  stage      reached   share    after  feeling\n")
        for (drawn, milestone) in zip(measured.drawn.milestones, measured.milestones) {
            output.append("    ")
            output.append(terminal: drawn.name, width: 32)
            output.append(plain: "  \(forTerminal(drawn.stage.name, width: 9))")
            append(right: "\(milestone.reachedCount)", 9, to: &output)
            append(right: MapFindings.percent(milestone.reachedCount, of: measured.purposeCount), 8, to: &output)
            append(right: milestone.medianSeconds.map { PathLines.span(seconds: $0) } ?? "", 9, to: &output)
            let said = milestone.answers.map { "\($0.key) \(MapFindings.tenths($0.mean)) of \($0.count)" }
            let feeling = [drawn.feeling.map { forTerminal($0, width: 0) }].compactMap { $0 } + said
            if !feeling.isEmpty { output.append(plain: "  \(feeling.joined(separator: ", "))") }
            output.append("\n")
        }
    }

    private func append(right text: String, _ width: Int, to output: inout [UInt8]) {
        output.append(plain: String(repeating: " ", count: max(1, width - text.utf8.count)) + text)
    }
}
