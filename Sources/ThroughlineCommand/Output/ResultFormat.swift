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
