import Foundation
import Throughline

/// A trait as an event said it, on its way to a strand.
struct SaidTrait {
    private let subject: EventTrait.Subject
    private let name: String
    private let value: String?

    init(_ trait: EventTrait, of event: Event) {
        subject = trait.subject
        name = event.string(trait.name)
        value = trait.value.map(event.string)
    }

    /// What the state keeps of it.
    ///
    /// - Parameter receivedAt: when the event came: nothing was said later than that, whatever a clock says.
    func row(by entry: TimelineEntry, receivedAt: Instant, isTrusted: Bool) -> TraitRow {
        TraitRow(
            TraitRow.Key(strand: entry.strand, subject: subject, name: name, isTrusted: isTrusted),
            organization: entry.organization, value: value,
            said: TimelineEntry.Key(timestamp: min(entry.key.timestamp, receivedAt), position: entry.key.position),
            words: words)
    }

    private var words: [String] {
        guard subject == .person, PersonName.isSaid(by: name), let value,
            let called = try? JSONDecoder().decode(String.self, from: Data(value.utf8))
        else { return [] }
        return PersonName.words(of: called)
    }
}
