import Testing
import Throughline

@Suite("names of purposes")
struct PurposeNamerTests {
    private func name(_ texts: [(String, Float)], others: [[String]] = []) -> String? {
        var namer = PurposeNamer()
        let sources = texts.map { PurposeNamer.Source(text: $0.0, weight: $0.1) }
        let reading = namer.note(sources)
        for other in others { _ = namer.note(other.map { PurposeNamer.Source(text: $0, weight: 1) }) }
        return namer.name(of: reading)?.name
    }

    @Test("the phrase that comes again wins")
    func repeated() {
        #expect(
            name([("Home loan calculator", 2), ("home loan rates", 2), ("Apply for a home loan", 2)]) == "home loan")
    }

    @Test("words that her other purposes have too say less")
    func distinct() {
        let found = name(
            [("blue card offer", 2), ("blue card fees", 2)],
            others: [["gold card offer"], ["card lost"], ["card payment"]])
        #expect(found == "blue card" || found == "blue")
    }

    @Test(
        "neither stop words nor talk nor marks alone make a name",
        arguments: ["yes please", "Hi, can you help me?", "???", ""])
    func nothing(text: String) { #expect(name([(text, 1)]) == nil) }

    @Test("a phrase never runs over a stop word or a mark")
    func runs() {
        #expect(name([("flights to Rome", 2)])?.contains("to") == false)
        #expect(name([("laptop, mouse", 2)])?.contains(",") == false)
    }

    @Test("a text that is no UTF-8 boundary friend: letters beyond ASCII stay whole")
    func beyondASCII() {
        #expect(name([("Wohnungskredit für Beamte", 2), ("Wohnungskredit", 2)])?.hasPrefix("wohnungskredit") == true)
    }
}
