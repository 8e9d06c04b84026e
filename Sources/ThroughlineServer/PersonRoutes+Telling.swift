import Throughline
import ThroughlineEngine

/// What is known of a person, as it is told.
extension PersonRoutes {
    /// What somebody is about; routine is nothing that anybody is about.
    static func purposes(_ found: [PersonPurpose]) -> [JSON] {
        found.filter { !$0.purpose.isRoutine }.map { found in
            let purpose = found.purpose
            return [
                "purpose": .text("\(purpose.id)"), "name": .text(purpose.name),
                "state": .text(purpose.state.rawValue), "outcome": .text(purpose.outcome?.rawValue),
                "stage": .text(purpose.stage?.name), "type": .text(found.type),
                "missing": .text(found.missing), "map": found.map.map(told) ?? .null,
                "lateSeconds": found.lateSeconds.map { .number(Int($0)) } ?? .null,
                "confidence": .thousandths(Int((purpose.confidence * 1_000).rounded())),
                "first": .time(purpose.first), "last": .time(purpose.last), "events": .number(purpose.eventCount),
                "channels": .array(purpose.channels.map { .text($0) }),
                "terms": .array(purpose.terms.map { .text($0) }),
                "corrections": .array(found.words.map { .text($0.name) }),
                "evidence": .array(found.evidence.map(told)), "why": .text(why(found)),
            ]
        }
    }

    private static func told(_ evidence: PersonPurpose.Evidence) -> JSON {
        var told: JSON = [
            "at": .time(evidence.at), "event": .text(evidence.event), "text": .text(evidence.text),
            "confidence": .thousandths(Int(evidence.placed.confidence)), "stage": .text(evidence.placed.stage?.name),
        ]
        if evidence.placed.isTentative { told.add("tentative", .bool(true)) }
        if evidence.placed.given != .nothing { told.add("given", .bool(true)) }
        return told
    }

    private static func told(_ standing: MapStanding) -> JSON {
        [
            "name": .text(standing.map.rawValue), "version": .number(standing.version),
            "purpose": .text(standing.purpose), "last": .text(standing.last), "next": .text(standing.next),
            "reached": .array(standing.reached.map { .text($0) }),
            "undecided": .array(standing.undecided.map { .text($0) }),
        ]
    }

    /// In a sentence, what a purpose rests on.
    private static func why(_ found: PersonPurpose) -> String {
        let purpose = found.purpose
        let days = (purpose.last.secondsSince1970 - purpose.first.secondsSince1970) / 86_400 + 1
        var parts = [
            "\(purpose.eventCount) \(purpose.eventCount == 1 ? "event" : "events") within \(days) \(days == 1 ? "day" : "days")"
        ]
        if let stage = purpose.stage, stage.outcome == nil { parts.append("as far as \(stage.name)") }
        if !purpose.channels.isEmpty { parts.append("by \(purpose.channels.joined(separator: ", "))") }
        if !purpose.terms.isEmpty { parts.append("about \(purpose.terms.joined(separator: ", "))") }
        if !found.words.isEmpty { parts.append("corrected by people") }
        return parts.joined(separator: "; ")
    }

    static func told(_ contact: LastContact) -> JSON {
        var told: JSON = [
            "channel": .text(contact.channel), "at": .time(contact.at), "event": .text(contact.event),
            "events": .number(contact.count),
        ]
        if !contact.handledBy.isEmpty { told.add("handledBy", .text(contact.handledBy)) }
        return told
    }

    /// Messages that went out to her, by channel and window, and offers that she saw.
    static func told(_ sent: SentCounts, isCut: Bool) -> JSON {
        func windows(_ windows: SentCounts.Windows, unanswered word: String) -> [(String, JSON)] {
            zip(SentCounts.windowHours, windows.counts).map { ("within\($0)Hours", .number($1)) }
                + zip(SentCounts.windowHours, windows.unanswered).map { ("\(word)\($0)Hours", .number($1)) }
        }
        return [
            "channels": .array(
                sent.channels.map {
                    .object([("channel", .text($0.name))] + windows($0.messages, unanswered: "unopened"))
                }), "offers": .object(windows(sent.offers, unanswered: "notTaken")), "cut": .bool(isCut),
        ]
    }

    static func told(_ trait: PersonTrait) -> JSON {
        var told: JSON = [
            "name": .text(trait.name), "value": value(trait.saying), "verified": .bool(trait.isVerified),
            "at": .time(trait.saying.at),
        ]
        if trait.saying.value == nil { told.add("tooLong", .bool(true)) }
        if let claimed = trait.claimed {
            told.add("claimed", ["value": value(claimed), "at": .time(claimed.at)])
        }
        return told
    }

    private static func value(_ saying: PersonTrait.Saying) -> JSON {
        saying.value.map { .raw(Array($0.utf8)) } ?? .null
    }
}
