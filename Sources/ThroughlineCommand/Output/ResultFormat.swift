import ArgumentParser
import Throughline
import ThroughlineEngine

/// How results are written.
enum ResultFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table, ndjson, csv
}

/// Writes an object an event.
struct EventLines: Sendable {
    let format: ResultFormat

    var header: String? {
        switch format {
        case .ndjson: nil
        case .csv: "messageId,userId,purpose,routine,confidence,tentative,stage,milestone,outcome,type\n"
        case .table:
            "\(forTerminal("message", width: 24))  \(forTerminal("person", width: 20))  "
                + "\(forTerminal("purpose", width: 22))  sure  stage      remark\n"
        }
    }

    func append(_ event: ArrivalDiscovery.Placed, to output: inout [UInt8]) {
        var messageId = event.messageId
        var person = event.person
        messageId.withUTF8 { messageId in
            person.withUTF8 { person in
                append(
                    messageId: messageId, person: person, purpose: event.purpose, isRoutine: event.isRoutine,
                    confidence: event.confidence, isTentative: event.isTentative, stage: event.stage,
                    outcome: event.stage?.outcome, to: &output)
            }
        }
    }

    func append(_ person: DiscoveredPerson, to output: inout [UInt8]) {
        var key = person.key
        key.withUTF8 { key in
            person.texts.withUnsafeBufferPointer { texts in
                var last = [Int](repeating: 0, count: person.purposes.count)
                for (index, event) in person.events.enumerated() { last[event.purpose] = index }
                for (index, event) in person.events.enumerated() {
                    let outcome = last[event.purpose] == index ? person.purposes[event.purpose].outcome : nil
                    append(
                        messageId: UnsafeBufferPointer(rebasing: texts[event.messageId]), person: key,
                        purpose: person.purposes[event.purpose].id,
                        given: person.given.isEmpty ? nil : person.given[event.purpose],
                        isRoutine: person.purposes[event.purpose].isRoutine, confidence: event.confidence,
                        isTentative: event.isTentative, stage: event.stage?.stage,
                        milestone: person.milestoneName(of: event), outcome: outcome,
                        type: person.typeName(ofPurpose: event.purpose), to: &output)
                }
            }
        }
    }

    private func append(
        messageId: UnsafeBufferPointer<UInt8>, person: UnsafeBufferPointer<UInt8>, purpose: PurposeID,
        given: String? = nil,
        isRoutine: Bool, confidence: Float, isTentative: Bool, stage: Stage?, milestone: String? = nil,
        outcome: Outcome?,
        type: String? = nil, to output: inout [UInt8]
    ) {
        switch format {
        case .ndjson:
            output.append("{\"messageId\":")
            output.append(json: messageId)
            output.append(",\"userId\":")
            output.append(json: person)
            output.append(",\"purpose\":")
            if let given { output.append(json: given) } else { output.append(id: purpose) }
            output.append(isRoutine ? ",\"routine\":true,\"confidence\":" : ",\"routine\":false,\"confidence\":")
            output.append(share: confidence)
            output.append(isTentative ? ",\"tentative\":true,\"stage\":" : ",\"tentative\":false,\"stage\":")
            output.append(word: stage?.name)
            output.append(",\"milestone\":")
            output.append(word: milestone)
            output.append(",\"outcome\":")
            output.append(word: outcome?.rawValue)
            output.append(",\"type\":")
            output.append(word: type)
            output.append("}\n")
        case .csv:
            output.append(csv: String(decoding: messageId, as: UTF8.self))
            output.append(",")
            output.append(csv: String(decoding: person, as: UTF8.self))
            output.append(",")
            if let given { output.append(csv: given) } else { purpose.append(to: &output) }
            output.append(isRoutine ? ",true," : ",false,")
            output.append(share: confidence)
            output.append(isTentative ? ",true," : ",false,")
            output.append(plain: "\(stage?.name ?? ""),")
            output.append(csv: milestone ?? "")
            output.append(plain: ",\(outcome?.rawValue ?? ""),")
            output.append(csv: type ?? "")
            output.append("\n")
        case .table:
            output.append(plain: forTerminal(String(decoding: messageId, as: UTF8.self), width: 24) + "  ")
            output.append(plain: forTerminal(String(decoding: person, as: UTF8.self), width: 20) + "  ")
            output.append(plain: forTerminal(given ?? purpose.description, width: 22) + "  ")
            output.append(share: confidence)
            output.append(plain: "  " + forTerminal(stage?.name ?? "", width: 9))
            output.append(plain: isRoutine ? "  routine\n" : isTentative ? "  tentative\n" : "\n")
        }
    }
}

/// Writes an object a purpose. Routine events are none.
struct PurposeLines: Sendable {
    let format: ResultFormat
    /// Whether routine events get a line too (not in a table).
    let withRoutine: Bool

    var header: String? {
        switch format {
        case .ndjson: nil
        case .csv: "userId,id,name,type,routine,state,outcome,stage,confidence,first,last,events,channels,terms\n"
        case .table:
            forTerminal("person", width: 16) + "  " + forTerminal("purpose", width: 30) + "  "
                + forTerminal("state", width: 10) + "   sure  events  " + forTerminal("first", width: 10) + "  "
                + forTerminal("last", width: 10) + "  channels\n"
        }
    }

    func append(_ person: DiscoveredPerson, to output: inout [UInt8]) {
        var isFirst = true
        for (place, purpose) in person.purposes.enumerated() where withRoutine || !purpose.isRoutine {
            let given = person.given.isEmpty ? nil : person.given[place]
            let type = person.typeName(ofPurpose: place)
            switch format {
            case .ndjson: append(json: purpose, given: given, type: type, of: person.key, to: &output)
            case .csv: append(csv: purpose, given: given, type: type, of: person.key, to: &output)
            case .table: append(row: purpose, of: isFirst ? person.key : "", to: &output)
            }
            isFirst = false
        }
    }

    private func append(
        json purpose: Purpose, given: String?, type: String?, of person: String, to output: inout [UInt8]
    ) {
        output.append("{\"userId\":")
        output.append(json: person)
        output.append(",\"id\":")
        if let given { output.append(json: given) } else { output.append(id: purpose.id) }
        output.append(",\"name\":")
        output.append(json: purpose.name)
        output.append(",\"type\":")
        output.append(word: type)
        output.append(purpose.isRoutine ? ",\"routine\":true,\"state\":" : ",\"routine\":false,\"state\":")
        output.append(json: purpose.state.rawValue)
        output.append(",\"outcome\":")
        output.append(word: purpose.outcome?.rawValue)
        output.append(",\"stage\":")
        output.append(word: purpose.stage?.name)
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
        csv purpose: Purpose, given: String?, type: String?, of person: String, to output: inout [UInt8]
    ) {
        output.append(csv: person)
        output.append(",")
        if let given { output.append(csv: given) } else { purpose.id.append(to: &output) }
        output.append(",")
        output.append(csv: purpose.name)
        output.append(",")
        output.append(csv: type ?? "")
        output.append(
            plain:
                ",\(purpose.isRoutine),\(purpose.state.rawValue),\(purpose.outcome?.rawValue ?? ""),\(purpose.stage?.name ?? ""),"
        )
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
