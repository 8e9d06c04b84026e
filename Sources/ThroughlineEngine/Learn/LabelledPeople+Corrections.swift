import Throughline

extension LabelledPeople {
    /// Adds the people who corrected what a model found, as one set: their purposes are those that it finds, put right.
    ///
    /// Who has labels is left out: these say already what is true.
    ///
    /// - Parameters:
    ///   - index: all events of the input; it is taken apart.
    ///   - base: the model whose answers were corrected.
    /// - Returns: the number of people who have labels.
    public mutating func add(
        _ corrections: Corrections, of index: EventIndex, labels: PurposeLabels, base: DiscoveryModel,
        table: EmbeddingTable, reader: EncounterReader
    ) throws(FileError) -> Int {
        let set = addSet("corrections")
        let adapted = try FileDiscovery(
            model: base, table: table, repairs: true, describes: false, eventBytesMax: EventParser.eventBytesMax,
            workers: 1
        )
        .adapted(to: index)
        let discovery = PersonDiscovery(model: adapted.model, table: table, repairs: true, describes: false)
        let now = index.latest
        var unseen = Set(corrections.ofPerson.keys)
        var labelled = 0
        var events: [Encounter] = []
        try index.forEachPerson(in: unseen, eventBytesMax: EventParser.eventBytesMax) { event in
            discovery.add(event)
            events.append(read(event, by: reader))
        } end: { (person) throws(FileError) in
            unseen.remove(person)
            let found = discovery.finish(person: person, now: now)
            var corrected = CorrectedPurposes(found)
            for correction in corrections.ofPerson[person]! { try corrected.apply(correction) }
            if found.events.contains(where: { labels.purposes[found.messageId(of: $0)] != nil }) {
                labelled += 1
            } else {
                add(corrected.person(events, set: set))
            }
            events.removeAll(keepingCapacity: true)
        }
        try corrections.refuse(unseen)
        return labelled
    }

    /// Adds a person of whom something is left.
    private mutating func add(_ person: Person) {
        if !person.events.isEmpty { people.append(person) }
    }
}

extension Corrections {
    /// Refuses corrections of people who are not in the input, the first of them by file and line.
    fileprivate func refuse(_ unknown: Set<String>) throws(FileError) {
        let first = unknown.flatMap { ofPerson[$0]! }.min { ($0.path, $0.line) < ($1.path, $1.line) }
        if let first { throw first.error("nobody in this input has this userId") }
    }
}
