import Throughline
import ThroughlineEngine

/// Writes an object a purpose. Routine events are none.
struct PurposeLines: Sendable {
    let format: ResultFormat
    /// Whether routine events get a line too (not in a table).
    let withRoutine: Bool

    var header: String? {
        switch format {
        case .ndjson: nil
        case .csv:
            "userId,id,name,type,routine,state,outcome,stage,missing,lateSeconds,confidence,first,last,events,channels,terms\n"
        case .table:
            forTerminal("person", width: 16) + "  " + forTerminal("purpose", width: 30) + "  "
                + forTerminal("state", width: 10) + "   sure  events  " + forTerminal("first", width: 10) + "  "
                + forTerminal("last", width: 10) + "  channels\n"
        }
    }

    func append(_ person: DiscoveredPerson, to output: inout [UInt8]) {
        var isFirst = true
        for (place, purpose) in person.purposes.enumerated() where withRoutine || !purpose.isRoutine {
            switch format {
            case .ndjson: append(json: purpose, at: place, of: person, to: &output)
            case .csv: append(csv: purpose, at: place, of: person, to: &output)
            case .table: append(row: purpose, of: isFirst ? person.key : "", to: &output)
            }
            isFirst = false
        }
    }

    private func append(
        json purpose: Purpose, at place: Int, of person: DiscoveredPerson, to output: inout [UInt8]
    ) {
        output.append("{\"userId\":")
        output.append(json: person.key)
        output.append(",\"id\":")
        if let given = person.given(place) { output.append(json: given) } else { output.append(id: purpose.id) }
        output.append(",\"name\":")
        output.append(json: purpose.name)
        output.append(",\"type\":")
        output.append(word: person.typeName(ofPurpose: place))
        output.append(purpose.isRoutine ? ",\"routine\":true,\"state\":" : ",\"routine\":false,\"state\":")
        output.append(json: purpose.state.rawValue)
        output.append(",\"outcome\":")
        output.append(word: purpose.outcome?.rawValue)
        output.append(",\"stage\":")
        output.append(word: purpose.stage?.name)
        output.append(",\"missing\":")
        output.append(word: person.missingName(ofPurpose: place))
        output.append(",\"lateSeconds\":")
        output.append(plain: person.lateSeconds(ofPurpose: place).map { "\($0)" } ?? "null")
        output.append(",\"confidence\":")
        output.append(share: purpose.confidence)
        output.append(",\"first\":")
        output.append(json: purpose.first.rfc3339)
        output.append(",\"last\":")
        output.append(json: purpose.last.rfc3339)
        output.append(plain: ",\"events\":\(purpose.eventCount),\"channels\":")
        append(list: purpose.channels, to: &output)
        output.append(",\"terms\":")
        append(list: purpose.terms, to: &output)
        output.append("}\n")
    }

    private func append(list: [String], to output: inout [UInt8]) {
        output.append("[")
        for (index, text) in list.enumerated() {
            if index > 0 { output.append(",") }
            output.append(json: text)
        }
        output.append("]")
    }

    private func append(
        csv purpose: Purpose, at place: Int, of person: DiscoveredPerson, to output: inout [UInt8]
    ) {
        output.append(csv: person.key)
        output.append(",")
        if let given = person.given(place) { output.append(csv: given) } else { purpose.id.append(to: &output) }
        output.append(",")
        output.append(csv: purpose.name)
        output.append(",")
        output.append(csv: person.typeName(ofPurpose: place) ?? "")
        output.append(plain: ",\(purpose.isRoutine),\(purpose.state.rawValue),\(purpose.outcome?.rawValue ?? ""),")
        output.append(plain: "\(purpose.stage?.name ?? ""),")
        output.append(csv: person.missingName(ofPurpose: place) ?? "")
        output.append(plain: ",\(person.lateSeconds(ofPurpose: place).map { "\($0)" } ?? ""),")
        output.append(share: purpose.confidence)
        output.append(plain: ",\(purpose.first.rfc3339),\(purpose.last.rfc3339),\(purpose.eventCount),")
        output.append(csv: purpose.channels.joined(separator: ";"))
        output.append(",")
        output.append(csv: purpose.terms.joined(separator: ";"))
        output.append("\n")
    }

    private func append(row purpose: Purpose, of person: String, to output: inout [UInt8]) {
        output.append(terminal: person, width: 16)
        output.append("  ")
        output.append(terminal: purpose.name, width: 30)
        output.append("  ")
        output.append(terminal: purpose.outcome?.rawValue ?? purpose.state.rawValue, width: 10)
        output.append("  ")
        output.append(share: purpose.confidence)
        let count = String(purpose.eventCount)
        output.append(plain: String(repeating: " ", count: max(1, 8 - count.utf8.count)) + count + "  ")
        output.append(plain: "\(purpose.first.rfc3339.prefix(10))  \(purpose.last.rfc3339.prefix(10))  ")
        output.append(terminal: purpose.channels.joined(separator: " "), width: 30)
        while output.last == UInt8(ascii: " ") { output.removeLast() }
        output.append("\n")
    }
}
