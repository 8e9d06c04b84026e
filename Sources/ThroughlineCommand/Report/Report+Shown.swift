// How much of a report one page shows. A page that takes a minute to open shows nothing, so every list has a bound, and
// whatever is left out is counted and said.

extension Report {
    /// The people on one page.
    static let peopleShownMax = 200
    /// The events of one person, the latest ones.
    static let momentsShownPerPersonMax = 2_000
    /// The purposes of one person, those with the most events.
    static let purposesShownPerPersonMax = 100
    /// The events on one page; people after that are left out. Above this a browser on a phone begins to struggle.
    static let momentsShownMax = 20_000

    /// The people a page shows, each within bounds, and how many are left out in all.
    func shown() -> (people: [ShownPerson], omittedPeople: Int) {
        var result: [ShownPerson] = []
        var momentCount = 0
        for person in people.prefix(Report.peopleShownMax) {
            let shown = ShownPerson(person)
            momentCount += shown.moments.count
            guard momentCount <= Report.momentsShownMax else { break }
            result.append(shown)
        }
        return (result, people.count - result.count + omittedPeople)
    }
}

/// One person, with the purposes and events that fit on the page.
struct ShownPerson {
    /// An event, and the strand it lies on by its place in ``ShownPerson/strands``; nil for a routine event.
    struct PlacedMoment {
        let moment: Report.Moment
        let strand: Int?
    }

    let id: String
    /// The purposes shown, by their first event.
    let strands: [Report.Strand]
    /// The events shown, in time order.
    let moments: [PlacedMoment]
    let purposeCount: Int
    let eventCount: Int
    let routineCount: Int

    var omittedPurposes: Int { purposeCount - strands.count }
    var omittedEvents: Int { eventCount - moments.count }

    init(_ person: Report.Person) {
        id = person.id
        purposeCount = person.strands.count
        routineCount = person.routine.count
        eventCount = person.strands.reduce(person.routine.count) { $0 + $1.moments.count }

        // The most eventful purposes stay; then they are read by when they began.
        let largest = person.strands.indices
            .sorted { (person.strands[$0].moments.count, $1) > (person.strands[$1].moments.count, $0) }
            .prefix(Report.purposesShownPerPersonMax)
        strands = largest.map { (index: $0, begin: person.strands[$0].begin) }
            .sorted { ($0.begin, $0.index) < ($1.begin, $1.index) }
            .map { person.strands[$0.index] }

        var placed = person.routine.map { PlacedMoment(moment: $0, strand: nil) }
        for (index, strand) in strands.enumerated() {
            placed += strand.moments.map { PlacedMoment(moment: $0, strand: index) }
        }
        placed.sort { $0.moment.millisecondsSince1970 < $1.moment.millisecondsSince1970 }
        moments = Array(placed.suffix(Report.momentsShownPerPersonMax))
    }
}

extension Report.Strand {
    fileprivate var begin: Int64 { moments.lazy.map(\.millisecondsSince1970).min() ?? .max }
}
