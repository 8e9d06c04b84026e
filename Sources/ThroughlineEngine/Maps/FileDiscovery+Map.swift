import Synchronization
import Throughline

extension FileDiscovery {
    /// Discovers everybody's purposes and holds them against a map.
    ///
    /// - Parameters:
    ///   - types: what types there are, as ``types(of:)`` tells them.
    ///   - progress: takes the number of events done.
    /// - Throws: `FileError`, where the input cannot be read again.
    public func measure(
        _ map: JourneyMap, types: PurposeTypes, in index: EventIndex, progress: (Int) -> Void
    ) throws -> MapMeasure {
        let drawn = map.purposes
        let targets = types.types.map { type in drawn.firstIndex { $0.binds(toType: type.name) } }
        var measure = MapMeasure(drawn, isBound: drawn.indices.map { targets.contains($0) })
        var run = self
        run.findsTypes = false
        run.types = types
        run.keepsPlaces = true
        let crew = MapCrew(drawn, targets: targets, store: index.store, eventBytesMax: eventBytesMax)
        var done = 0
        try run.run(index) { person, output in
            crew.render(person, to: &output)
        } write: { bytes, events in
            try crew.check()
            measure.take(bytes)
            done += events
            progress(done)
        }
        return measure
    }
}

/// Writes what the purposes of people did beside a map, on as many threads as call it.
private final class MapCrew: Sendable {
    private let drawn: [DrawnPurpose]
    /// Of each type the drawn purpose that binds to it.
    private let targets: [Int?]
    private let store: LineStore
    private let eventBytesMax: Int
    private let idle = Mutex<[Reader]>([])
    private let failure = Mutex<FileError?>(nil)

    /// Only one thread has it at a time.
    private struct Reader: @unchecked Sendable {
        let events: MapEventReader
    }

    init(_ drawn: [DrawnPurpose], targets: [Int?], store: LineStore, eventBytesMax: Int) {
        self.drawn = drawn
        self.targets = targets
        self.store = store
        self.eventBytesMax = eventBytesMax
    }

    /// - Throws: what went wrong while somebody was written of.
    func check() throws(FileError) {
        if let error = failure.withLock({ $0 }) { throw error }
    }

    func render(_ person: DiscoveredPerson, to output: inout [UInt8]) {
        guard person.progress.contains(where: { $0.flatMap { targets[$0.type] } != nil }) else { return }
        let reader = idle.withLock { $0.popLast() } ?? Reader(events: MapEventReader(eventBytesMax: eventBytesMax))
        defer { idle.withLock { $0.append(reader) } }
        var members = [[Int]](repeating: [], count: person.purposes.count)
        for (index, event) in person.events.enumerated() { members[event.purpose].append(index) }
        for (purpose, events) in members.enumerated() where !person.purposes[purpose].isRoutine && !events.isEmpty {
            guard let progress = person.progress[purpose], let target = targets[progress.type] else { continue }
            do throws(FileError) {
                try trace(events, of: person, beside: target, reader.events).append(to: &output)
            } catch { failure.withLock { $0 = $0 ?? error } }
        }
    }

    private func trace(
        _ events: [Int], of person: DiscoveredPerson, beside target: Int, _ reader: MapEventReader
    ) throws(FileError) -> MapTrace {
        var trace = MapTrace(purpose: target, steps: [])
        for index in events {
            let told = person.events[index]
            var event = MapEvent(
                name: person.text(told.name), channel: person.text(told.channel), stage: told.stage?.stage,
                time: told.timestamp)
            let answers = try reader.read(person.places[index], at: store, into: &event)
            let match = drawn[target].match(event)
            // A log-in on the way is no way that anybody would draw.
            if match.milestone == nil, event.isRoutine { continue }
            trace.steps.append(
                MapTrace.Step(
                    milliseconds: told.timestamp.millisecondsSince1970, milestone: match.milestone, stage: event.stage,
                    fault: match.fault.map { "\($0)" }, name: event.name, channel: event.channel,
                    touchpoint: event.touchpoint, answers: match.milestone == nil ? [] : answers))
        }
        return trace
    }
}
