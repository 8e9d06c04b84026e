import Throughline
import ThroughlineEngine

/// Records of the log: what is read can be written again, and is read as the same.
enum RecordsFuzz {
    static func take(_ bytes: UnsafeRawBufferPointer) {
        let bytes = bytes.bindMemory(to: UInt8.self)
        var again: [UInt8] = []
        if let event = EventRecord(bytes) {
            event.append(to: &again)
            require(again.withUnsafeBufferPointer { EventRecord($0) } == event, "an event is read otherwise")
        }
        guard let command = CommandRecord(bytes) else { return }
        again.removeAll()
        do { try command.append(to: &again) } catch { fatalError("a command that cannot be written: \(error)") }
        require(again.withUnsafeBufferPointer { CommandRecord($0) } == command, "a command is read otherwise")
        if case .consent(_, let statement) = command.command {
            do throws(ConsentError) {
                let entry = try statement.entry(at: LogPosition(7))
                var history = ConsentHistory(.user)
                history.append(entry)
                require(history.entries == [entry], "a line that is not kept")
            } catch { require(!error.description.isEmpty) }
        }
    }
}

/// Stored bytes with a hash that fits, as damage would have to make it: a history of consent, or nothing.
enum ConsentsFuzz {
    private static let email = try! ChannelName("email")

    static func take(_ bytes: UnsafeRawBufferPointer) {
        let stored = withFittingHash(Array(bytes))
        let history: ConsentHistory
        do throws(StateError) {
            history = try stored.withUnsafeBufferPointer { bytes throws(StateError) in
                try ConsentHistory(decoding: UnsafeRawBufferPointer(bytes))
            }
        } catch { return }
        require(history.encoded() == stored, "a history is written otherwise than it was read")
        let table = ConsentTable(of: [history])
        for use in [Use.service, .recommendation, .marketing] {
            require(table.state(of: use, on: email) == history.state(of: use, on: email), "two answers to one question")
        }
    }
}

/// The state of a person who did something (lines of NDJSON) with some of its bytes altered (the first line: three bytes
/// each, the place and what is put there) and a hash that fits: it is refused, or somebody's state that goes on.
enum StatesFuzz {
    nonisolated(unsafe) private static let parser = EventParser(eventBytesMax: 4_096)
    nonisolated(unsafe) private static var placer = Placer(model: Carried.model)
    nonisolated(unsafe) private static let reader = EncounterReader(table: Carried.table, order: Carried.model.order)
    private static let eventsMax = 16

    static func take(_ bytes: UnsafeRawBufferPointer) {
        let parts = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return }
        var events: [Encounter] = []
        var event = Event()
        for line in parts[1].split(separator: 10).prefix(eventsMax) {
            withPadded(line) { text in
                do throws(EventError) { try parser.parse(text, into: &event) } catch { return }
                events.append(reader.read(event))
            }
        }
        var state = OpenPurposes()
        for event in events { _ = placer.place(event, in: &state) }
        var stored = state.encoded()
        require(decoded(stored)?.encoded() == stored, "a state is written otherwise than it was read")

        stored.removeLast(8)
        let edits = Array(parts[0])
        for edit in stride(from: 0, to: edits.count - edits.count % 3, by: 3) {
            let place = (Int(edits[edit]) << 8 | Int(edits[edit + 1])) % stored.count
            stored[place] = edits[edit + 2]
        }
        stored = withFittingHash(stored)
        guard var altered = decoded(stored) else { return }
        for event in events {
            let placement = placer.place(event, in: &altered)
            require((0...1).contains(placement.confidence), "a confidence that is none")
        }
        require(decoded(altered.encoded()) != nil, "a state that was written is not read")
    }

    private static func decoded(_ bytes: [UInt8]) -> OpenPurposes? {
        do throws(StateError) {
            return try bytes.withUnsafeBufferPointer { bytes throws(StateError) in
                try OpenPurposes(decoding: UnsafeRawBufferPointer(bytes))
            }
        } catch { return nil }
    }
}

private func withFittingHash(_ bytes: [UInt8]) -> [UInt8] {
    let hash = bytes.withUnsafeBytes { StableHash.ofMany($0) }
    return bytes + (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
}
