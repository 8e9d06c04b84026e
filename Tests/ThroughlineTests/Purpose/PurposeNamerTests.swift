import Testing
import Throughline

/// A person's purposes while they are named.
private struct Naming {
    private(set) var namer = PurposeNamer()

    mutating func open(
        _ eventName: String = "Message Sent", channel: String = "chat", amount: String = "", day: Int64 = 0
    ) -> Int {
        var (eventName, channel, amount) = (eventName, channel, amount)
        return eventName.withUTF8 { eventName in
            channel.withUTF8 { channel in
                amount.withUTF8 { amount in
                    namer.open(
                        PurposeNamer.Opening(
                            eventName: eventName, channel: channel, amount: amount,
                            timestamp: Instant(millisecondsSince1970: day * 86_400_000)))
                }
            }
        }
    }

    mutating func add(_ text: String, channel: String = "chat", to purpose: Int) {
        var (text, channel) = (text, channel)
        text.withUTF8 { text in channel.withUTF8 { namer.add(text, channel: $0, to: purpose) } }
    }

    /// A purpose of these texts.
    mutating func name(_ texts: [String], channel: String = "chat") -> String {
        let purpose = open()
        for text in texts { add(text, channel: channel, to: purpose) }
        return namer.name(of: purpose)
    }

    mutating func add(bytes: [UInt8], to purpose: Int) {
        bytes.withUnsafeBufferPointer { bytes in
            Array("web".utf8).withUnsafeBufferPointer { namer.add(bytes, channel: $0, to: purpose) }
        }
    }
}

@Suite("names of purposes")
struct PurposeNamerTests {
    private func name(_ texts: String..., channel: String = "chat") -> String {
        var naming = Naming()
        return naming.name(texts, channel: channel)
    }

    struct Example: Sendable, CustomTestStringConvertible {
        var texts: [String]
        var channel = "chat"
        var name: String
        var testDescription: String { name }
    }

    static let examples = [
        Example(
            texts: ["home loan", "home loan rates", "apply for a home loan"], channel: "web",
            name: "home loan"),
        Example(texts: ["I'm looking for a rental car.", "How much is it?"], name: "rental car"),
        Example(texts: ["how do i change my oil", "what is an oil change"], name: "oil change"),
        Example(texts: ["what do i pay in federal taxes"], name: "federal taxes"),
        Example(texts: ["tell me what the word arboreal means"], name: "arboreal"),
        Example(texts: ["what is the meaning of life"], name: "meaning of life"),
        Example(texts: ["I need a therapist", "Find me one in San Jose, please."], name: "therapist, San Jose"),
        Example(
            texts: ["destination: Paris, number of rooms: 2", "Paris - False - Hotel Lumen - 2"], channel: "web",
            name: "Paris, Hotel Lumen"),
        Example(texts: ["I have held the iPhone 17", "iPhone 17"], name: "iPhone 17"),
        Example(texts: ["48 inch kitchen hood"], channel: "web", name: "48 inch kitchen hood"),
        Example(texts: ["12 mill lane harbour hill"], channel: "web", name: "12 mill lane harbour hill"),
        Example(texts: ["rowing machine"], channel: "web", name: "rowing machine"),
        Example(texts: ["Check Tampere", "is the sauna open"], name: "sauna, Tampere"),
        Example(texts: ["i want to change my address"], name: "address change"),
        Example(texts: ["is there a sauna in tampere"], name: "sauna"),
        Example(texts: ["cancel my booking for anna at golden swan"], name: "booking"),
        Example(texts: ["in tampere", "somewhere in tampere"], name: "tampere"),
        Example(texts: ["account type: savings", "savings - 12.50"], channel: "web", name: "savings account"),
        Example(texts: ["city: Turku, event type: Sports"], channel: "web", name: "sports event, Turku"),
        Example(texts: ["location: Turku, number of rooms: 2"], channel: "web", name: "Turku, rooms"),
        Example(texts: ["Any Ada Lovelace biography?", "author: Ada Lovelace"], name: "Ada Lovelace biography"),
        Example(texts: ["my new app is at https://shop.example/a?b=1 see photo_12.png"], name: "new app"),
        Example(texts: ["ипотека для семьи", "ипотека"], name: "ипотека для семьи"),
        Example(texts: ["住宅ローン", "住宅ローン"], name: "住宅ローン"),
        Example(texts: ["it\u{2019}ll be my brother\u{2019}s birthday cake"], name: "brother\u{2019}s birthday cake"),
    ]

    @Test("says what the person is after", arguments: examples)
    func saysWhat(_ example: Example) {
        var naming = Naming()
        #expect(naming.name(example.texts, channel: example.channel) == example.name)
    }

    @Test(
        "small talk, numbers, dates, ids and addresses name nothing: the event does",
        arguments: [
            "yes please", "Hi, can you help me?", "???", "", "Thanks a lot, that will be all.", "on March 3rd, 11:30",
            "TM6208072", "2019-03-01", "https://a.example/b", "😀 👍", "False",
        ])
    func nothing(text: String) { #expect(name(text) == "message") }

    @Test(
        "who is called at the beginning of a line is no topic",
        arguments: [
            ["hilda77: the printer driver is too old"], ["Hilda, you need a printer driver"],
            ["hilda77: yes", "hilda77, where do I get the printer driver?"],
        ])
    func addressee(texts: [String]) {
        var naming = Naming()
        #expect(naming.name(texts) == "printer driver")
        #expect(name("hilda77: hi") == "hilda77")
        #expect(name("Sofas: the winter sale", channel: "email") == "winter sale, Sofas")
        #expect(name("Paris, please") == "Paris")
    }

    @Test(
        "an adjective that stands alone is no topic",
        arguments: [
            "tell me something unusual", "how humid", "a cheaper one please", "how long", "of course", "the seventh",
        ])
    func adjective(text: String) { #expect(name(text) == "message") }

    @Test("a name without a topic is thought over with every text, one with a topic less and less often")
    func thoughtOver() {
        #expect(name("Turku", "in Turku", "what is the humidity like") == "humidity, Turku")
        #expect(name("the sauna", "a sauna", "i want a winter coat, a winter coat") == "sauna")
    }

    @Test("an event without a text is named by its object, its process and its amount")
    func withoutText() {
        var naming = Naming()
        func name(_ event: String, _ channel: String, _ amount: String = "", day: Int64 = 0) -> String {
            let purpose = naming.open(event, channel: channel, amount: amount, day: day)
            return naming.namer.name(of: purpose)
        }
        #expect(name("Loan Calculated", "web") == "loan")
        #expect(name("runLogged", "app") == "run")
        #expect(name("A_SUBMITTED", "application", "9000") == "application, 9000")
        #expect(name("A_SUBMITTED", "application", "5000") == "application, 5000")
        #expect(name("A_SUBMITTED", "application", "9000", day: 63) == "application, 9000, 5 March")
        #expect(name("A_SUBMITTED", "application", "9000", day: 63) == "application, 9000, 5 March, 2")
    }

    @Test("of two purposes with one name the later has a detail that people would say")
    func distinct() {
        var naming = Naming()
        #expect(naming.name(["book me a hotel room"]) == "hotel room")
        #expect(naming.name(["a hotel room", "near the harbour"]) == "hotel room, harbour")
        let third = naming.open(day: 63)
        naming.add("hotel room", to: third)
        #expect(naming.namer.name(of: third) == "hotel room, 5 March")
    }

    @Test("a name is held until another is clearly better, and thought over less and less often")
    func sticky() {
        var naming = Naming()
        let purpose = naming.open()
        naming.add("is there a charge for the card", to: purpose)
        let first = naming.namer.name(of: purpose)
        naming.add("the blue one has a limit", to: purpose)
        #expect(naming.namer.name(of: purpose) == first)
        var names: Set<String> = [first]
        for text in ["travel insurance"] + Array(repeating: "i want travel insurance", count: 20) {
            naming.add(text, to: purpose)
            names.insert(naming.namer.name(of: purpose))
        }
        #expect(names.count == 2)
        #expect(naming.namer.name(of: purpose) == "travel insurance")
    }

    @Test("a word that the limit of a text cuts is left out")
    func cut() {
        let text = String(repeating: "so, ", count: 38) + "mortgage"
        #expect(name(text) == "message")
    }

    @Test("bytes that are no UTF-8 and texts without end are taken in")
    func hostile() {
        var random = TestRandom(seed: 7)
        var naming = Naming()
        for _ in 0..<2_000 {
            let purpose = naming.open()
            let count = Int.random(in: 0..<200, using: &random)
            let alphabet: [UInt8] = [
                0x20, 0x20, 0x41, 0x61, 0x27, 0x2D, 0x2E, 0x3A, 0x2F, 0xC3, 0xE2, 0x80, 0x99, 0xF0,
            ]
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random)! }
            naming.add(bytes: bytes, to: purpose)
            #expect(!naming.namer.name(of: purpose).isEmpty, "seed 7")
        }
    }
}
