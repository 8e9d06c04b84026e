import Throughline

/// Writes which steps cases take: as one JSON object, or as a page of text.
struct PathLines {
    /// Edges and variants of a text; JSON has all.
    static let rowsMax = 20

    let counts: PathCounts
    let activities: [String]

    // MARK: JSON

    func json(first: Instant?, last: Instant?) -> [UInt8] {
        var output: [UInt8] = []
        output.append(
            plain:
                "{\"cases\":\(counts.caseCount),\"events\":\(counts.eventCount),\"casesCut\":\(counts.cutCount),\"first\":"
        )
        output.append(word: first?.rfc3339)
        output.append(",\"last\":")
        output.append(word: last?.rfc3339)
        append("activities", counts.activities, to: &output)
        append("startActivities", counts.starts, to: &output)
        append("endActivities", counts.ends, to: &output)
        append("casesWithRework", counts.rework, to: &output)
        append("directlyFollows", counts.directly, to: &output)
        append("eventuallyFollows", counts.eventually, to: &output)
        appendGaps(to: &output)
        appendVariants(to: &output)
        output.append(",\"throughputMilliseconds\":{")
        append(counts.throughput, to: &output)
        output.append("}}\n")
        return output
    }

    private var named: [Int] { activities.indices.sorted { activities[$0] < activities[$1] } }

    private func append(_ key: StaticString, _ numbers: [Int], to output: inout [UInt8]) {
        output.append(",\"")
        output.append(key)
        output.append("\":{")
        var isFirst = true
        for activity in named where numbers[activity] > 0 {
            if !isFirst { output.append(",") }
            isFirst = false
            output.append(json: activities[activity])
            output.append(plain: ":\(numbers[activity])")
        }
        output.append("}")
    }

    private func append(_ key: StaticString, _ times: (Int, Int) -> Int, to output: inout [UInt8]) {
        output.append(",\"")
        output.append(key)
        output.append("\":[")
        forEachEdge(times) { isFirst, one, other, count in
            output.append(isFirst ? "[" : ",[")
            output.append(json: activities[one])
            output.append(",")
            output.append(json: activities[other])
            output.append(plain: ",\(count)]")
        }
        output.append("]")
    }

    private func appendGaps(to output: inout [UInt8]) {
        output.append(",\"gapMilliseconds\":[")
        forEachEdge(counts.directly) { isFirst, one, other, _ in
            output.append(isFirst ? "{\"from\":" : ",{\"from\":")
            output.append(json: activities[one])
            output.append(",\"to\":")
            output.append(json: activities[other])
            output.append(",")
            append(counts.gap(one, other), to: &output)
            output.append("}")
        }
        output.append("]")
    }

    private func append(_ times: PathCounts.Times, to output: inout [UInt8]) {
        output.append(plain: "\"min\":\(times.min),\"median\":\(PathLines.thousandths(times.median)),")
        output.append(plain: "\"mean\":\(PathLines.thousandths(times.mean)),\"max\":\(times.max),\"sum\":\(times.sum)")
    }

    private func appendVariants(to output: inout [UInt8]) {
        let names = activities.map { name in
            var bytes: [UInt8] = []
            bytes.append(json: name)
            return bytes
        }
        output.append(",\"variants\":[")
        for (place, variant) in counts.orderedVariants().enumerated() {
            output.append(place == 0 ? "{\"activities\":[" : ",{\"activities\":[")
            for (step, activity) in variant.activities.enumerated() {
                if step > 0 { output.append(",") }
                output.append(contentsOf: names[Int(activity)])
            }
            output.append(plain: "],\"cases\":\(variant.cases)}")
        }
        output.append("]")
    }

    private func forEachEdge(_ times: (Int, Int) -> Int, _ body: (Bool, Int, Int, Int) -> Void) {
        var isFirst = true
        let named = named
        for one in named {
            for other in named {
                let count = times(one, other)
                guard count > 0 else { continue }
                body(isFirst, one, other, count)
                isFirst = false
            }
        }
    }

    /// Milliseconds to a thousandth.
    private static func thousandths(_ value: Double) -> String {
        let whole = Int64((abs(value) * 1_000).rounded(.toNearestOrEven))
        let rest = String(whole % 1_000)
        let text = "\(value < 0 ? "-" : "")\(whole / 1_000)"
        return whole % 1_000 == 0 ? text : text + "." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    // MARK: Text

    func text() -> [UInt8] {
        var output: [UInt8] = []
        var edges: [(one: Int, other: Int, count: Int)] = []
        forEachEdge(counts.directly) { edges.append(($1, $2, $3)) }
        output.append(plain: "what follows what\n")
        for edge in edges.sorted(by: { $1.count < $0.count }).prefix(PathLines.rowsMax) {
            output.append(plain: right("\(edge.count)", 10) + "  ")
            output.append(terminal: activities[edge.one], width: 32)
            output.append(" > ")
            output.append(terminal: activities[edge.other], width: 32)
            output.append(
                plain: right(PathLines.span(seconds: Int64(counts.gap(edge.one, edge.other).median / 1_000)), 10) + "\n"
            )
        }
        let variants = counts.orderedVariants()
        output.append(plain: "\(variants.count) ways, the commonest first\n")
        for variant in variants.prefix(PathLines.rowsMax) {
            output.append(plain: right("\(variant.cases)", 10) + "  ")
            let steps = variant.activities.map { forTerminal(activities[Int($0)], width: 0) }
            output.append(plain: forTerminal(steps.joined(separator: " > "), width: 100))
            while output.last == UInt8(ascii: " ") { output.removeLast() }
            output.append("\n")
        }
        return output
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    /// A time for people: "3 d", "40 min".
    static func span(seconds: Int64) -> String {
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7_200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
