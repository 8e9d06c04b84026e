import Throughline
import ThroughlineEngine

/// What is to be said of one drawn purpose: by the map alone, or beside what people really do.
struct MapFindings {
    /// Something that whoever draws the map may want to change.
    struct Finding {
        /// A word for machines.
        let kind: String
        /// A place among the milestones; nil where it is about the purpose.
        var milestone: Int?
        let sentence: String
    }

    let drawn: DrawnPurpose
    /// Nil where the map was checked alone.
    let measured: MeasuredPurpose?
    private(set) var findings: [Finding]

    init(_ drawn: DrawnPurpose) {
        self.drawn = drawn
        measured = nil
        findings = MapFindings.gaps(of: drawn)
    }

    /// - Parameter types: what types there are.
    init(_ measured: MeasuredPurpose, types: [String]) {
        drawn = measured.drawn
        self.measured = measured
        findings = MapFindings.gaps(of: drawn)
        guard measured.isBound else {
            let known = MapFindings.nearest(types, to: drawn.typeName)
            note("unknownType", "no purpose is of a type called \(drawn.typeName)" + MapFindings.listed(known))
            return
        }
        noteMilestones(of: measured)
        for reversal in measured.reversals {
            note(
                "reversed",
                "\(drawn.milestones[reversal.later].name) comes before \(drawn.milestones[reversal.earlier].name) in "
                    + "\(reversal.reversedCount) of the \(reversal.bothCount) purposes that reach both",
                at: reversal.later)
        }
        for step in measured.undrawnSteps {
            note("undrawnStep", "no milestone matches \(step.names[0]): \(told(step))")
        }
        for pair in measured.undrawnPairs {
            note("undrawnPair", "nobody drew \(pair.names[0]) > \(pair.names[1]): \(told(pair))")
        }
        if measured.uncountedSteps > 0 {
            note(
                "uncounted",
                "\(measured.uncountedSteps) events have names beyond the first \(MapMeasure.namesMax) and are not looked at"
            )
        }
        if measured.faultCount > 0, let fault = measured.firstFault {
            note("noAnswer", "a condition has no answer for \(measured.faultCount) events, the first as \(fault)")
        }
    }

    private static func gaps(of drawn: DrawnPurpose) -> [Finding] {
        drawn.gaps.map { gap in
            switch gap {
            case .noMilestone(let stage):
                Finding(kind: "noStage", sentence: "no milestone is at the stage \(stage.name)")
            case .nowhere(let milestone):
                Finding(
                    kind: "nowhere", milestone: milestone,
                    sentence: "\(drawn.milestones[milestone].name) has neither a touchpoint nor a channel")
            }
        }
    }

    private mutating func note(_ kind: String, _ sentence: String, at milestone: Int? = nil) {
        findings.append(Finding(kind: kind, milestone: milestone, sentence: sentence))
    }

    private mutating func noteMilestones(of measured: MeasuredPurpose) {
        for (place, found) in measured.milestones.enumerated() {
            let name = drawn.milestones[place].name
            guard found.reachedCount > 0 else {
                note("neverReached", "\(name) is never reached", at: place)
                continue
            }
            if let times = found.meanTimes {
                note(
                    "repeated",
                    "\(name) is reached more than once in \(found.repeatedCount) purposes, "
                        + "\(MapFindings.tenths(times)) times on average",
                    at: place)
            }
            for (kind, use) in [("channel", found.channels), ("touchpoint", found.touchpoints)] {
                if !use.undrawn.isEmpty {
                    let names = use.used.filter { use.undrawn.contains($0.name) }.map {
                        "\($0.name) (\($0.events) events)"
                    }
                    note(
                        "undrawn\(kind.capitalized)",
                        "\(name) is also reached by the \(kind) " + MapFindings.joined(names), at: place)
                }
                if !use.unused.isEmpty {
                    note(
                        "unused\(kind.capitalized)",
                        "\(name) is never reached by the \(kind) " + MapFindings.joined(use.unused), at: place)
                }
            }
        }
    }

    private func told(_ path: MeasuredPurpose.UndrawnPath) -> String {
        "\(path.times) times in \(path.purposeCount) purposes"
            + (measured.map { " (\(MapFindings.percent(path.purposeCount, of: $0.purposeCount)))" } ?? "")
    }

    // MARK: Words

    /// Names that are listed in a sentence.
    private static let listedMax = 20

    private static func joined(_ names: [String]) -> String {
        let rest = names.count - listedMax
        return names.prefix(listedMax).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    /// Types that share a word with a name, then the others.
    private static func nearest(_ types: [String], to name: String) -> [String] {
        let words = Set(name.lowercased().split(separator: " "))
        let isNear = { (type: String) in !words.isDisjoint(with: type.lowercased().split(separator: " ")) }
        return types.filter(isNear) + types.filter { !isNear($0) }
    }

    /// What there is, behind a sentence that something is not.
    static func listed(_ names: [String]) -> String { names.isEmpty ? "" : "; there are \(joined(names))" }

    static func percent(_ part: Int, of whole: Int) -> String {
        "\(Int((Double(part) / Double(max(1, whole)) * 100).rounded())) %"
    }

    static func tenths(_ value: Double) -> String {
        let whole = Int64((max(-1e15, min(1e15, value)) * 10).rounded())
        return (whole < 0 ? "-" : "") + "\(abs(whole) / 10).\(abs(whole) % 10)"
    }
}
