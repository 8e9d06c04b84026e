import Throughline

/// People with their events in time order and the true purpose of each: what a model is fitted on.
public struct LabelledPeople: Sendable {
    public struct Person: Sendable {
        public var events: [Encounter]
        /// The purpose of each event, numbered by first appearance.
        public var truth: [Int32]
        /// Which set the person came with; each set weighs the same whatever its size.
        public var set: Int
        /// Whether somebody made the person up: then the order of her steps is no knowledge and is not counted.
        public var isMadeUp: Bool
        /// How much what there is to learn from each event counts: 1 where somebody said where it belongs, less where
        /// that is a guess.
        public var weights: [Float]
        /// What tells the stage of each event; none where nobody said any.
        public var steps: [StagedEvent] = []

        /// For whoever counts what follows what.
        var stream: PlacedStream { PlacedStream(events: events, purposes: truth, weights: weights) }
    }

    public var people: [Person] = []
    public private(set) var sets: [String] = []
    /// The names of events, by their hashes.
    private(set) var names: [UInt64: String] = [:]

    public init() {}

    /// Adds the people of an events file whose labels are given; events without a label are left out and counted.
    ///
    /// - Returns: the number of events that no label names.
    public mutating func add(
        events path: String, labels: PurposeLabels, reader encounters: EncounterReader, areMadeUp: Bool = false
    ) throws -> Int {
        let set = addSet(path)
        var byPerson: [String: [(instant: Instant, order: Int, event: Encounter, purpose: String, step: StagedEvent)]] =
            [:]
        var unlabelled = 0
        var order = 0
        let parser = EventParser()
        let reader = LineReader(source: try ByteSource(path: path), lineBytesMax: EventParser.eventBytesMax)
        var event = Event()
        while let next = try reader.next() {
            guard case .line(let line, _) = next else { throw FileError(path, "line \(reader.lineNumber): too long") }
            guard !line.isEmpty else { continue }
            do throws(EventError) { try parser.parse(line, into: &event) } catch {
                throw FileError(path, "line \(reader.lineNumber): \(error)")
            }
            guard let purpose = labels.purposes[event.string(event.messageId)] else {
                unlabelled += 1
                continue
            }
            let person = event.string(event.userId.isEmpty ? event.anonymousId : event.userId)
            let encounter = read(event, by: encounters)
            let step = StagedEvent(event, encounter: encounter, stage: labels.stages[event.string(event.messageId)])
            byPerson[person, default: []].append((event.timestamp, order, encounter, purpose, step))
            order += 1
        }
        // By name, so that one input gives one model.
        for (_, rows) in byPerson.sorted(by: { $0.key < $1.key }) {
            let sorted = rows.sorted { ($0.instant, $0.order) < ($1.instant, $1.order) }
            people.append(
                Person(
                    events: sorted.map(\.event), truth: LabelledPeople.numbered(sorted.map(\.purpose)), set: set,
                    isMadeUp: areMadeUp, weights: [Float](repeating: 1, count: sorted.count), steps: sorted.map(\.step))
            )
        }
        return unlabelled
    }

    /// Begins a set of people.
    ///
    /// - Returns: its number.
    mutating func addSet(_ name: String) -> Int {
        sets.append(name)
        return sets.count - 1
    }

    /// Reads an event and keeps its name.
    mutating func read(_ event: Event, by reader: EncounterReader) -> Encounter {
        let encounter = reader.read(event)
        if names[encounter.nameHash] == nil, event.name.count <= DiscoveryModel.nameBytesMax {
            names[encounter.nameHash] = event.string(event.name)
        }
        return encounter
    }

    /// Numbers purposes by first appearance.
    static func numbered<Purpose: Hashable>(_ purposes: [Purpose]) -> [Int32] {
        var numbers: [Purpose: Int32] = [:]
        return purposes.map { purpose in
            if let known = numbers[purpose] { return known }
            let number = Int32(numbers.count)
            numbers[purpose] = number
            return number
        }
    }
}

/// The labels of a TSV file: a header line, then `messageId`, `userId`, `purpose`, and where it is known `stage`; whatever follows
/// is not read.
public struct PurposeLabels: Sendable {
    public private(set) var purposes: [String: String] = [:]
    public private(set) var stages: [String: Stage] = [:]

    public init() {}

    public mutating func add(path: String) throws {
        let reader = LineReader(source: try ByteSource(path: path), lineBytesMax: EventParser.eventBytesMax)
        while let next = try reader.next() {
            guard case .line(let line, _) = next else { throw FileError(path, "line \(reader.lineNumber): too long") }
            guard !line.isEmpty, reader.lineNumber > 1 else { continue }
            let columns = String(decoding: line, as: UTF8.self).split(
                separator: "\t", omittingEmptySubsequences: false)
            guard columns.count >= 3 else {
                throw FileError(path, "line \(reader.lineNumber): fewer than three columns")
            }
            guard purposes.updateValue(String(columns[2]), forKey: String(columns[0])) == nil else {
                throw FileError(path, "line \(reader.lineNumber): this messageId has a label already")
            }
            if columns.count > 3 { stages[String(columns[0])] = Stage(label: String(columns[3])) }
        }
    }
}
