import Synchronization
import Throughline
import ThroughlineEngine

/// Keeps the people that a report shows: those with the most purposes, whatever order the workers come in.
final class ReportCollector: Sendable {
    private let isWanted: Bool
    private let kept = Mutex<[DiscoveredPerson]>([])
    private let count = Atomic<Int>(0)

    init(isWanted: Bool) { self.isWanted = isWanted }

    func note(_ person: DiscoveredPerson) {
        guard isWanted else { return }
        count.add(1, ordering: .relaxed)
        kept.withLock { people in
            people.append(person)
            if people.count >= 4 * Report.peopleShownMax { people = ReportCollector.most(people) }
        }
    }

    private static func most(_ people: [DiscoveredPerson]) -> [DiscoveredPerson] {
        func purposes(_ person: DiscoveredPerson) -> Int {
            person.purposes.count { !$0.isRoutine && $0.eventCount > 1 }
        }
        let ranked = people.map { (person: $0, purposes: purposes($0)) }.sorted {
            $0.purposes != $1.purposes ? $0.purposes > $1.purposes : $0.person.key < $1.person.key
        }
        return ranked.prefix(Report.peopleShownMax).map(\.person)
    }

    /// The page.
    func page(files: [String], summary: RunSummary, span: (first: Instant, last: Instant)) -> String {
        let people = kept.withLock { ReportCollector.most($0) }
        let hasEvents = summary.events > 0
        let report = Report(
            title: "The purposes of \(summary.people) people",
            generatedFrom: files.map { $0 == "-" ? "standard input" : String($0.split(separator: "/").last ?? "") },
            summary: Report.Summary(
                people: summary.people, events: summary.events, purposes: summary.purposes ?? 0,
                routineEvents: summary.routine ?? 0,
                firstMilliseconds: hasEvents ? span.first.millisecondsSince1970 : nil,
                lastMilliseconds: hasEvents ? span.last.millisecondsSince1970 : nil),
            people: people.map(Report.Person.init), omittedPeople: count.load(ordering: .relaxed) - people.count)
        return ReportPage(report: report).html.rendered
    }
}

extension Report.Person {
    fileprivate init(_ person: DiscoveredPerson) {
        var moments = [[Report.Moment]](repeating: [], count: person.purposes.count)
        for event in person.events {
            moments[event.purpose].append(
                Report.Moment(
                    millisecondsSince1970: event.timestamp.millisecondsSince1970, title: person.text(event.name),
                    text: person.text(event.text), channel: person.text(event.channel),
                    confidence: Double(event.confidence), isTentative: event.isTentative))
        }
        let strands = zip(person.purposes, moments).filter { !$0.0.isRoutine }.map { purpose, moments in
            Report.Strand(
                id: purpose.id.description, name: purpose.name,
                state: Report.Strand.State(rawValue: purpose.state.rawValue)!,
                outcome: purpose.outcome?.rawValue, confidence: Double(purpose.confidence), moments: moments)
        }
        let routine = zip(person.purposes, moments).filter { $0.0.isRoutine }.flatMap { $0.1 }
        self.init(id: person.key, strands: strands, routine: routine)
    }
}
