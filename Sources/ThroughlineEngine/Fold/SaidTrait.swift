import Foundation
import Throughline

/// A trait as an event said it, on its way to a strand.
struct SaidTrait {
    private let subject: EventTrait.Subject
    private let name: String
    private let value: String?
    private let words: [String]

    init(_ trait: EventTrait, of event: Event) {
        subject = trait.subject
        name = event.string(trait.name)
        value = trait.value.map(event.string)
        guard subject == .person, PersonName.isSaid(by: name), let value,
            let called = try? JSONDecoder().decode(String.self, from: Data(value.utf8))
        else {
            words = []
            return
        }
        words = PersonName.words(of: called)
    }

    /// What the state keeps of it.
    func row(by entry: TimelineEntry, isTrusted: Bool) -> TraitRow {
        TraitRow(
            TraitRow.Key(strand: entry.strand, subject: subject, name: name, isTrusted: isTrusted),
            organization: entry.organization, value: value, said: entry.key, words: words)
    }
}
