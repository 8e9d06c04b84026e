import Testing
import Throughline

@Suite("what is kept of an event")
struct GistTests {
    private static func event(text: String, entities: Int = 1) -> Event {
        var event = Event()
        event.kind = .page
        event.timestamp = Given.receipt
        event.name = event.store("Search Performed")
        event.channel = event.store("web")
        event.amount = event.store("9000")
        event.text = event.store(text)
        event.entities = (0..<entities).map { UInt64($0) }
        return event
    }

    @Test("at its limits it is the event, and beyond them it says that something was cut")
    func limits() throws {
        let whole = String(repeating: "x", count: Gist.textBytesMax)
        for (text, entities, isWhole, kept) in [
            ("", 0, true, ""), (whole, Gist.entitiesMax, true, whole), (whole + "y", 1, false, whole),
            (whole.dropLast() + "é", 1, false, String(whole.dropLast())), (whole, Gist.entitiesMax + 1, false, whole),
        ] {
            let event = Self.event(text: text, entities: entities)
            let gist = Gist(bytes: Gist(event, arrival: Given.receipt, isTrusted: !isWhole).bytes)
            #expect(gist.isWhole == isWhole, "\(text.utf8.count) bytes, \(entities) entities")
            #expect(gist.arrival == Given.receipt && gist.isTrusted == !isWhole)
            var again = Event()
            try gist.read(at: event.timestamp, into: &again)
            #expect(again.kind == .page && again.timestamp == event.timestamp)
            #expect(again.string(again.text) == kept)
            #expect(again.string(again.name) == "Search Performed" && again.string(again.amount) == "9000")
            #expect(again.entities == Array(event.entities.prefix(Gist.entitiesMax)))
        }
        #expect(!Gist(bytes: []).isWhole)
    }
}
