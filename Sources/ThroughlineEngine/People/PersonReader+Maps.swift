import Throughline

extension PersonReader {
    /// Records of the log that are read for one person, where a milestone asks for the properties of an event.
    public static let mapRecordsMax = 64

    /// Says of purposes where they stand on the maps that they are bound to.
    ///
    /// - Parameters:
    ///   - entries: the latest events of the person, the latest first.
    ///   - isCut: whether there may be more.
    ///   - recordsMax: records of the log that are read.
    func hold(
        _ purposes: inout [PersonPurpose], against organization: UInt32, types: TypeBook, _ entries: [TimelineEntry],
        isCut: Bool, recordsMax: Int
    ) throws {
        guard let readMap, !types.isEmpty else { return }
        let shelf = try profiles.mapShelf(of: organization)
        guard shelf.isInUse else { return }
        let maps = DrawnMaps(shelf, of: organization, read: readMap)
        var steps: [PurposeID: [TimelineEntry]] = [:]
        for entry in entries.reversed() {
            if let placed = entry.placed, !placed.isRoutine { steps[placed.purpose, default: []].append(entry) }
        }
        let beginnings = try beginnings(of: entries, isCut: isCut && maps.haveVersions)
        var events = MapEvents(reader: self, room: recordsMax)
        for place in purposes.indices {
            let id = purposes[place].purpose.id
            guard let steps = steps[id], let type = types.entry(purposes[place].typeNumber),
                let beginning = beginnings[id], let drawn = maps.place(of: type, since: beginning)
            else { continue }
            var trail = MapTrail(drawn)
            for step in steps {
                guard let event = try events.kept(step) else { continue }
                try trail.add(event) { try events.whole(step, event) }
            }
            let isOver = purposes[place].purpose.outcome != nil
            purposes[place].map = trail.standing(isOver: isOver)
            if !isOver, !drawn.drawn.milestones.isEmpty { purposes[place].missing = purposes[place].map?.next }
        }
    }

    /// Where in the log the first event of each purpose lies.
    private func beginnings(of entries: [TimelineEntry], isCut: Bool) throws(StoreError) -> [PurposeID: LogPosition] {
        let all = isCut ? try profiles.entries(of: Set(entries.map(\.strand)).sorted()) : entries
        var beginnings: [PurposeID: LogPosition] = [:]
        for entry in all {
            guard let purpose = entry.placed?.purpose else { continue }
            beginnings[purpose] = min(beginnings[purpose] ?? entry.key.position, entry.key.position)
        }
        return beginnings
    }
}

/// Reads a person's events as maps see them: from her timeline, and a few of them whole from the log.
private struct MapEvents {
    private let reader: PersonReader
    private var event = Event()
    /// Records that may still be read.
    private var room: Int
    private lazy var records = MapEventReader(eventBytesMax: EventParser.eventBytesMax)

    init(reader: PersonReader, room: Int) {
        self.reader = reader
        self.room = room
    }

    /// What a timeline keeps of an event; nil where it keeps nothing.
    mutating func kept(_ entry: TimelineEntry) throws(StateError) -> MapEvent? {
        guard let gist = entry.gist else { return nil }
        try gist.read(at: entry.key.timestamp, into: &event)
        var kept = MapEvent(
            name: event.string(event.name), kind: event.kind, channel: event.string(event.channel),
            stage: entry.placed?.stage, time: entry.key.timestamp)
        kept.isWhole = false
        return kept
    }

    /// The same with its properties; nil where it was erased, or enough were read.
    mutating func whole(_ entry: TimelineEntry, _ kept: MapEvent) throws(LogError) -> MapEvent? {
        guard room > 0 else { return nil }
        room -= 1
        guard let record = try reader.source(of: entry.key.position).record else { return nil }
        var whole = kept
        whole.isWhole = true
        guard records.read(record.json, into: &whole) else { return nil }
        whole.kind = kept.kind
        return whole
    }
}
