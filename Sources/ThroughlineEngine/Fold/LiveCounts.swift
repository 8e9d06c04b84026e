import Throughline

/// Counts what people do as they are followed: a step that comes last as it comes, and whoever else something happens to anew, behind
/// the group.
struct LiveCounts {
    /// What was counted of a person before something became otherwise: of whom, each with her strands, and what the store may not
    /// have of it yet.
    private struct Mark {
        var people: [[IdentifierNumber]]
        var news: [TimelineEntry]
        /// All her events from now on, where she was made again.
        var made: [TimelineEntry]?
    }

    private var marks: [Int: Mark] = [:]
    private var changes: [UInt32: Counts] = [:]
    private var newNames: [(organization: UInt32, name: StepName)] = []
    /// By organization, the names that are counted, and whether they have a text; nil until they are asked for.
    private var names: [UInt32: [UInt64: Bool]]?
    /// Strands that were counted of somebody who is marked.
    private var covered: Set<IdentifierNumber> = []

    /// Those who are to be counted anew.
    var marked: [Int] { marks.keys.sorted() }

    mutating func knowNames(
        _ stored: () throws(StoreError) -> [(organization: UInt32, names: [StepName])]
    ) throws(StoreError) {
        guard names == nil else { return }
        var known: [UInt32: [UInt64: Bool]] = [:]
        for (organization, found) in try stored() {
            known[organization] = Dictionary(found.map { ($0.hash, $0.text != nil) }) { first, _ in first }
        }
        names = known
    }

    /// Counts an event that was placed.
    ///
    /// - Returns: false where the person is to be counted anew.
    mutating func append(_ entry: TimelineEntry, to tally: inout PersonTally, at seat: Int) -> Bool {
        learnName(of: entry)
        guard marks[seat] == nil else { return true }
        guard let step = step(entry) else { return true }
        return tally.add(step, into: &changes[entry.organization, default: Counts()])
    }

    // MARK: Those who are counted anew

    mutating func mark(_ seat: Int, _ strands: [IdentifierNumber], news: [TimelineEntry]) {
        guard marks[seat] == nil else { return }
        marks[seat] = Mark(people: strands.isEmpty ? [] : [strands], news: news)
        covered.formUnion(strands)
    }

    /// Takes what was counted of one for what was counted of another.
    mutating func unite(_ seat: Int, into other: Int) {
        guard let mark = marks[seat] else { return }
        marks[other]?.people += mark.people
        marks[other]?.news += mark.news
        marks[seat] = Mark(people: [], news: [])
    }

    mutating func replace(_ entries: [TimelineEntry], at seat: Int) { marks[seat]?.made = entries }

    /// Counts a person anew who was marked.
    ///
    /// - Parameters:
    ///   - strands: who she is now.
    ///   - news: what the store may not have of her yet.
    ///   - stored: the events of some strands, in any order.
    /// - Returns: what is kept of her, and those of her events that are of the type of their purpose from now on, which was another.
    mutating func recount(
        _ seat: Int, _ strands: [IdentifierNumber], news: [TimelineEntry],
        _ stored: ([IdentifierNumber]) throws -> [TimelineEntry]
    ) throws -> (tally: PersonTally, retyped: [TimelineEntry]) {
        guard let mark = marks.removeValue(forKey: seat) else { return (PersonTally(), []) }
        var base = mark.made
        for person in mark.people {
            let entries = try stored(person)
            if base == nil, person == strands { base = entries }
            subtract(LiveCounts.overlaid(entries, mark.news, of: person))
        }
        let all = try base ?? (strands.isEmpty ? [] : stored(strands))
        var now = LiveCounts.overlaid(all, news, of: strands)
        let retyped = LiveCounts.settleTypes(&now)
        for entry in now { learnName(of: entry) }
        guard let organization = now.first?.organization else { return (PersonTally(), retyped) }
        let (tally, counts) = PersonTally.counts(of: now.compactMap(step))
        changes[organization, default: Counts()] += counts
        return (tally, retyped)
    }

    /// Takes back what was counted of those who are erased, as far as they were not marked.
    ///
    /// - Parameter person: who each of some strands was.
    mutating func subtract(
        _ erased: Set<IdentifierNumber>, _ stored: ([IdentifierNumber]) throws -> [TimelineEntry],
        person: ([IdentifierNumber]) throws -> [IdentifierNumber]
    ) throws {
        let rest = erased.subtracting(covered).sorted()
        guard !rest.isEmpty else { return }
        let people = Dictionary(grouping: zip(try person(rest), rest), by: \.0)
        for (_, strands) in people { subtract(try stored(strands.map(\.1)).sorted { $0.key < $1.key }) }
    }

    private mutating func subtract(_ entries: [TimelineEntry]) {
        guard let organization = entries.first?.organization else { return }
        changes[organization, default: Counts()] -= PersonTally.counts(of: entries.compactMap(step)).counts
    }

    /// What this group changes.
    mutating func take() -> CountChanges {
        var taken = CountChanges()
        for (organization, var counts) in changes.sorted(by: { $0.key < $1.key }) where !counts.isEmpty {
            counts.addSums()
            taken.counts.append((organization, counts))
        }
        taken.names = newNames
        changes.removeAll(keepingCapacity: true)
        newNames = []
        covered = []
        return taken
    }

    /// What the store has, and what it has not yet, in the order of their times.
    private static func overlaid(
        _ stored: [TimelineEntry], _ news: [TimelineEntry], of strands: [IdentifierNumber]
    ) -> [TimelineEntry] {
        let isHers = Set(strands)
        var entries: [TimelineEntry.Key: TimelineEntry] = [:]
        entries.reserveCapacity(stored.count + news.count)
        for entry in stored where isHers.contains(entry.strand) { entries[entry.key] = entry }
        for entry in news where isHers.contains(entry.strand) { entries[entry.key] = entry }
        return entries.values.sorted { $0.key < $1.key }
    }

    /// All events of a purpose are of the type of its last.
    private static func settleTypes(_ entries: inout [TimelineEntry]) -> [TimelineEntry] {
        var types: [PurposeID: UInt16] = [:]
        for entry in entries { if let placed = entry.placed { types[placed.purpose] = placed.type } }
        var changed: [TimelineEntry] = []
        for place in entries.indices {
            guard let placed = entries[place].placed, let type = types[placed.purpose], type != placed.type else {
                continue
            }
            entries[place].placed?.type = type
            changed.append(entries[place])
        }
        return changed
    }

    // MARK: Steps

    /// An event as it is counted; nil where it was placed nowhere.
    private func step(_ entry: TimelineEntry) -> CountedStep? {
        guard let placed = entry.placed, let gist = entry.gist else { return nil }
        let name = placed.isRoutine ? StepName.other : gist.nameHash
        let isCounted = names?[entry.organization]?[name] != nil
        return CountedStep(
            purpose: placed.isRoutine ? nil : placed.purpose, type: UInt32(placed.type),
            name: isCounted ? name : StepName.other, channel: gist.withChannel(KnownChannel.number),
            milliseconds: entry.key.timestamp.millisecondsSince1970, order: entry.key.position.rawValue,
            outcome: placed.given == .end ? .fulfilled : placed.stage?.outcome)
    }

    private mutating func learnName(of entry: TimelineEntry) {
        guard let placed = entry.placed, !placed.isRoutine, let gist = entry.gist else { return }
        let hash = gist.nameHash
        let known = names?[entry.organization]?[hash]
        if known == true { return }
        if known == nil, names?[entry.organization]?.count ?? 0 >= StepName.perOrganizationMax { return }
        names?[entry.organization, default: [:]][hash] = true
        newNames.append((entry.organization, StepName(hash: hash, text: gist.name)))
    }
}
