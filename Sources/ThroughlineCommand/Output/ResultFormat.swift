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
        case .csv: "messageId,userId,purpose,routine,confidence,tentative\n"
        case .table:
            "\(forTerminal("message", width: 24))  \(forTerminal("person", width: 20))  "
                + "\(forTerminal("purpose", width: 22))  sure  remark\n"
        }
    }

    func append(_ event: ArrivalDiscovery.Placed, to output: inout [UInt8]) {
        var messageId = event.messageId
        var person = event.person
        messageId.withUTF8 { messageId in
            person.withUTF8 { person in
                append(
                    messageId: messageId, person: person, purpose: event.purpose, isRoutine: event.isRoutine,
                    confidence: event.confidence, isTentative: event.isTentative, to: &output)
            }
        }
    }

    func append(_ person: DiscoveredPerson, to output: inout [UInt8]) {
        var key = person.key
        key.withUTF8 { key in
            person.texts.withUnsafeBufferPointer { texts in
                for event in person.events {
                    append(
                        messageId: UnsafeBufferPointer(rebasing: texts[event.messageId]), person: key,
                        purpose: person.purposes[event.purpose].id,
                        isRoutine: person.purposes[event.purpose].isRoutine, confidence: event.confidence,
                        isTentative: event.isTentative, to: &output)
                }
            }
        }
    }

    private func append(
        messageId: UnsafeBufferPointer<UInt8>, person: UnsafeBufferPointer<UInt8>, purpose: PurposeID,
        isRoutine: Bool, confidence: Float, isTentative: Bool, to output: inout [UInt8]
    ) {
        switch format {
        case .ndjson:
            output.append("{\"messageId\":")
            output.append(json: messageId)
            output.append(",\"userId\":")
            output.append(json: person)
            output.append(",\"purpose\":")
            output.append(id: purpose)
            output.append(isRoutine ? ",\"routine\":true,\"confidence\":" : ",\"routine\":false,\"confidence\":")
            output.append(share: confidence)
            output.append(isTentative ? ",\"tentative\":true}\n" : ",\"tentative\":false}\n")
        case .csv:
            output.append(csv: String(decoding: messageId, as: UTF8.self))
            output.append(",")
            output.append(csv: String(decoding: person, as: UTF8.self))
            output.append(",")
            purpose.append(to: &output)
            output.append(isRoutine ? ",true," : ",false,")
            output.append(share: confidence)
            output.append(isTentative ? ",true\n" : ",false\n")
        case .table:
            output.append(plain: forTerminal(String(decoding: messageId, as: UTF8.self), width: 24) + "  ")
            output.append(plain: forTerminal(String(decoding: person, as: UTF8.self), width: 20) + "  ")
            output.append(plain: "\(purpose)  ")
            output.append(share: confidence)
            output.append(plain: isRoutine ? " routine\n" : isTentative ? " tentative\n" : "\n")
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
        case .csv: "userId,id,name,routine,state,outcome,confidence,first,last,events,channels,terms\n"
        case .table:
            forTerminal("person", width: 16) + "  " + forTerminal("purpose", width: 30) + "  "
                + forTerminal("state", width: 10) + "   sure  events  " + forTerminal("first", width: 10) + "  "
                + forTerminal("last", width: 10) + "  channels\n"
        }
    }

    func append(_ person: DiscoveredPerson, to output: inout [UInt8]) {
        var isFirst = true
        for purpose in person.purposes where withRoutine || !purpose.isRoutine {
            switch format {
            case .ndjson: append(json: purpose, of: person.key, to: &output)
            case .csv: append(csv: purpose, of: person.key, to: &output)
            case .table: append(row: purpose, of: isFirst ? person.key : "", to: &output)
            }
            isFirst = false
        }
    }

    private func append(json purpose: Purpose, of person: String, to output: inout [UInt8]) {
        output.append("{\"userId\":")
        output.append(json: person)
        output.append(",\"id\":")
        output.append(id: purpose.id)
        output.append(",\"name\":")
        output.append(json: purpose.name)
        output.append(purpose.isRoutine ? ",\"routine\":true,\"state\":" : ",\"routine\":false,\"state\":")
        output.append(json: purpose.state.rawValue)
        output.append(",\"outcome\":")
        if let outcome = purpose.outcome { output.append(json: outcome.rawValue) } else { output.append("null") }
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

    private func append(csv purpose: Purpose, of person: String, to output: inout [UInt8]) {
        output.append(csv: person)
        output.append(plain: ",\(purpose.id),")
        output.append(csv: purpose.name)
        output.append(plain: ",\(purpose.isRoutine),\(purpose.state.rawValue),\(purpose.outcome?.rawValue ?? ""),")
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
