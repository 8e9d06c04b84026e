import Throughline
import ThroughlineEngine

/// Lines of NDJSON, each parsed into one event that is used again and again.
enum EventsFuzz {
    nonisolated(unsafe) private static let parser = EventParser(eventBytesMax: 4_096)
    nonisolated(unsafe) private static var event = Event()

    static func take(_ bytes: UnsafeRawBufferPointer) {
        for line in bytes.split(separator: 10) {
            withPadded(line) { text in
                do throws(EventError) { try parser.parse(text, into: &event) } catch {
                    require(!error.message.isEmpty)
                    require(error.offset.map { (0...text.count).contains($0) } ?? true, "a fault outside the line")
                    return
                }
                check(event)
                let first = event.bytes
                let time = event.timestamp
                do throws(EventError) { try parser.parse(text, into: &event) } catch {
                    fatalError("a line was an event once only")
                }
                require(event.bytes == first && event.timestamp == time, "one line, two events")
            }
        }
    }

    static func check(_ event: Event) {
        let fields = [
            event.messageId, event.userId, event.anonymousId, event.previousId, event.name, event.channel, event.author,
            event.resource, event.text,
        ]
        for field in fields {
            require(field.upperBound <= event.bytes.count, "a field outside of the event")
            require(String(validating: event.bytes[field], as: UTF8.self) != nil, "a field that is no UTF-8")
        }
        require(!event.messageId.isEmpty, "an event without an id")
        require(!event.name.isEmpty, "an event without a name")
        require(!event.userId.isEmpty || !event.anonymousId.isEmpty, "an event of nobody")
        require(event.entities.count <= 8, "more entities than are kept")
    }
}

/// Lines of NDJSON, placed at arrival and discovered in the whole, with the model that the program carries.
enum DiscoveryFuzz {
    nonisolated(unsafe) private static let parser = EventParser(eventBytesMax: 4_096)
    nonisolated(unsafe) private static let discovery = PersonDiscovery(
        model: Carried.model, table: Carried.table, repairs: true, describes: true)
    private static let eventsMax = 64

    static func take(_ bytes: UnsafeRawBufferPointer) {
        let arrival = ArrivalDiscovery(model: Carried.model, table: Carried.table)
        let explainer = PlacementExplainer(model: Carried.model, table: Carried.table)
        var event = Event()
        var events: [Event] = []
        for line in bytes.split(separator: 10).prefix(eventsMax) {
            withPadded(line) { text in
                do throws(EventError) { try parser.parse(text, into: &event) } catch { return }
                events.append(event)
            }
        }
        for event in events {
            if let placed = arrival.place(event) {
                require(placed.purpose.description.utf8.count == 22 && (0...1).contains(placed.confidence))
            }
        }
        events.sort { $0.timestamp < $1.timestamp }
        for event in events {
            require((0...1).contains(explainer.place(event).confidence))
            discovery.add(event)
        }
        let now = events.last?.timestamp ?? Instant(millisecondsSince1970: 0)
        let person = discovery.finish(person: "u", now: now)
        require(person.events.count == events.count, "an event was lost")
        require(person.purposes.reduce(0) { $0 + $1.eventCount } == events.count, "purposes miss an event")
        for event in person.events {
            require(person.purposes.indices.contains(event.purpose) && (0...1).contains(event.confidence))
        }
        for purpose in person.purposes {
            require(!purpose.name.isEmpty, "a purpose without a name")
            require(purpose.first <= purpose.last && (0...1).contains(purpose.confidence))
        }
    }
}
