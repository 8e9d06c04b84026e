import Testing
import ThroughlineSimulation

@testable import Throughline
@testable import ThroughlineEngine

@Suite("types of purpose that stay")
struct TypeBookTests {
    private static let texts = [
        "home loan": [
            "home loan rates", "mortgage for a house", "how much can I borrow for a home", "home loan offer",
        ],
        "credit card": [
            "best credit card", "a credit card without a fee", "apply for a credit card", "credit card limit",
        ],
        "winter coat": ["warm winter coat", "red coat for winter", "coat in size 40", "return my winter coat"],
        "phone number": [
            "keep my phone number", "transfer my number to you", "phone number transfer", "move my old number",
        ],
    ]
    private static let now = Instant(millisecondsSince1970: 1_700_000_000_000)

    private static func meaning(_ text: String) -> PackedVector {
        TextEncoder(table: Given.table).features(of: text).vector
    }

    /// Journeys of so many people a topic, each about one of its texts.
    private static func maker(
        _ topics: [String], people: Int = 40, catalogue: Catalogue = Catalogue(),
        name: (String, Int) -> String = { topic, _ in topic }
    )
        -> TypeMaker
    {
        var maker = TypeMaker(catalogue: catalogue, table: Given.table)
        for person in 0..<people {
            for topic in topics {
                let texts = texts[topic]!
                maker.add(
                    Journey(
                        meaning: meaning(texts[person % texts.count]), steps: [], outcome: nil,
                        name: name(topic, person), terms: [], person: UInt64(person)))
            }
        }
        return maker
    }

    private static func book(_ topics: [String]) -> TypeBook {
        var book = TypeBook()
        book.adopt(maker(topics).making(of: book, at: now, eventCount: 100))
        return book
    }

    private static func id(_ book: TypeBook, _ topic: String) -> UInt16 { book.id(of: meaning(texts[topic]![0])) }

    @Test("made again, each is the one that it was, whatever else comes; what nobody is about any more is let go")
    func stays() throws {
        var book = Self.book(["home loan", "credit card"])
        let (loan, card) = (Self.id(book, "home loan"), Self.id(book, "credit card"))
        #expect(loan > 0 && card > 0 && loan != card)
        let count = book.entries.count
        let more = Self.maker(["winter coat", "credit card", "phone number", "home loan"])
        book.adopt(more.making(of: book, at: Self.now, eventCount: 200))
        #expect(Self.id(book, "home loan") == loan && Self.id(book, "credit card") == card)
        let coat = Self.id(book, "winter coat")
        #expect(coat > count)
        #expect(book.entry(loan)?.name.contains("home loan") == true)
        let share = try #require(book.entry(loan)?.share)
        #expect(share > 0 && book.entry(loan)?.shareBefore ?? 0 > share && book.entry(loan)?.drift != nil)
        book.adopt(Self.maker(["home loan", "credit card"]).making(of: book, at: Self.now, eventCount: 300))
        #expect(book.entry(coat)?.isRetired == true && Self.id(book, "winter coat") != coat)
        #expect(!book.current.contains { $0.id == coat })
    }

    @Test("the organization's own word wins over a name that was found, and a person's over that")
    func catalogue() throws {
        let topics = ["home loan", "credit card"]
        var book = Self.book(topics)
        let (loan, card) = (Self.id(book, "home loan"), Self.id(book, "credit card"))
        book.apply(.rename(loan, "Our own home"))
        let words = try Catalogue(words: ["Mortgage for a house", "Credit card without a fee"])
        book.adopt(words)
        #expect(book.catalogue.hash != book.catalogueHashThen)
        book.adopt(Self.maker(topics, catalogue: words).making(of: book, at: Self.now, eventCount: 200))
        #expect(book.catalogue.hash == book.catalogueHashThen)
        let called = try #require(book.entry(card)?.name)
        #expect(called.hasPrefix("Credit card without a fee"))
        #expect(book.entry(loan)?.name == "Our own home" && book.entry(loan)?.type.name.hasPrefix("Mortgage") == true)
        let bytes = try book.encoded()
        let again = try #require(TypeBook(bytes: bytes))
        #expect(try again.encoded() == bytes && again.catalogue == words)
        // Made again by the same words, all stays.
        let making = Self.maker(topics, catalogue: words).making(of: book, at: Self.now, eventCount: 300)
        book.adopt(making)
        #expect(book.entry(card)?.name == called)
    }

    @Test("a catalogue takes words up to its limits, each once, and says why it takes one not")
    func words() throws {
        var words = Catalogue()
        for word in ["Card", "", "  ", "Card", "card"] { try words.add(word.utf8) }
        #expect(words.words == ["Card", "card"])
        let longest = String(repeating: "x", count: Catalogue.wordBytesMax)
        try words.add(longest.utf8)
        #expect(throws: CatalogueError.tooLong) { try words.add((longest + "x").utf8) }
        #expect(throws: CatalogueError.notText) { try words.add([0xFF]) }
        #expect(throws: CatalogueError.controlCharacter) { try words.add("a\u{7}".utf8) }
        let many = try Catalogue(words: (0..<Catalogue.wordsMax).map(String.init))
        #expect(many.words.count == Catalogue.wordsMax)
        var full = many
        #expect(throws: CatalogueError.tooMany) { try full.add("one more".utf8) }
        #expect(throws: CatalogueError.tooManyBytes) {
            _ = try Catalogue(
                words: (0...1_024).map { "\($0) \(longest)".prefix(Catalogue.wordBytesMax) }.map(String.init))
        }
        #expect(full == many && Catalogue().hash == 0 && many.hash != words.hash)
    }

    @Test("what people decide holds over every making")
    func decided() throws {
        let topics = ["home loan", "credit card", "winter coat"]
        var book = Self.book(topics)
        let ids = topics.map { Self.id(book, $0) }
        let (loan, card, coat) = (ids[0], ids[1], ids[2])
        book.apply(.rename(loan, "Our own home"))
        book.apply(.merge(card, into: loan))
        book.apply(.pin(coat, true))
        let centre = try #require(book.entry(coat)?.type.centre.bytes)
        for round in 0..<3 {
            // Coats are gone for a while, and somebody wants phones.
            let now = round == 1 ? ["home loan", "credit card", "phone number"] : topics
            let maker = Self.maker(now, people: 40 + round)
            book.adopt(maker.making(of: book, at: Self.now, eventCount: 100 * round))
            #expect(Self.id(book, "home loan") == loan && Self.id(book, "credit card") == loan, "round \(round)")
            #expect(Self.id(book, "winter coat") == coat && book.entry(coat)?.type.centre.bytes == centre)
            #expect(book.entry(card)?.name == "Our own home")
            let both = maker.journeys.count { book.id(of: $0.meaning) == loan }
            #expect(try #require(book.entry(loan)).type.purposeCount == both && both > 0, "both count")
            #expect(!book.current.contains { $0.id == card })
        }
        book.apply(.rename(loan, nil))
        #expect(book.entry(loan)?.name != "Our own home")
        book.apply(.unmerge(card))
        #expect(Self.id(book, "credit card") == card)
    }

    @Test("a type that is divided is two from then on, and stays two")
    func divided() throws {
        var book = Self.book(["home loan", "credit card"])
        let (loan, card) = (Self.id(book, "home loan"), Self.id(book, "credit card"))
        book.apply(.merge(card, into: loan))
        book.apply(.split(loan))
        for round in 0..<3 {
            book.adopt(Self.maker(["home loan", "credit card"]).making(of: book, at: Self.now, eventCount: round))
            #expect(book.entry(loan)?.isRetired == true)
            let parts = [Self.id(book, "home loan"), Self.id(book, "credit card")]
            #expect(parts[0] != parts[1] && !parts.contains(loan), "round \(round): \(parts)")
            #expect(parts.allSatisfy { book.entry($0)?.isPinned == true })
        }
    }

    @Test("what has no effect is refused, and says why; done all the same it changes nothing")
    func refused() throws {
        var book = Self.book(["home loan", "credit card", "winter coat"])
        book.adopt(Self.maker(["home loan", "credit card"]).making(of: book, at: Self.now, eventCount: 1))
        let (loan, card) = (Self.id(book, "home loan"), Self.id(book, "credit card"))
        let gone = try #require(book.entries.first { $0.isRetired }).id
        book.apply(.rename(card, "Cards"))
        let cases: [(TypeEdit, TypeRefusal)] = [
            (.rename(0, "x"), .unknown), (.rename(999, "x"), .unknown), (.rename(loan, "cards"), .taken),
            (.rename(loan, ""), .badName), (.rename(loan, String(repeating: "x", count: 129)), .badName),
            (.rename(loan, "a\nb"), .badName), (.merge(loan, into: loan), .circle), (.merge(loan, into: 999), .unknown),
            (.merge(loan, into: gone), .retired), (.unmerge(loan), .notMerged), (.split(gone), .retired),
            (.pin(gone, true), .retired),
        ]
        let before = try book.encoded()
        for (edit, refusal) in cases {
            #expect(book.refusal(of: edit) == refusal, "\(edit)")
            book.apply(edit)
            #expect(try book.encoded() == before, "\(edit)")
        }
        book.apply(.merge(card, into: loan))
        #expect(book.refusal(of: .merge(loan, into: card)) == .circle)
        #expect(book.refusal(of: .pin(card, true)) == .merged)
    }

    @Test("a name is said by three people at least: types are told of others")
    func names() {
        var book = TypeBook()
        let maker = Self.maker(["home loan", "credit card"]) { topic, person in
            topic == "home loan" ? "Anna Meier's house \(person)" : topic
        }
        book.adopt(maker.making(of: book, at: Self.now, eventCount: 1))
        let names = book.current.flatMap { [$0.name] + $0.type.terms }
        #expect(names.contains { $0.contains("credit card") })
        #expect(!names.contains { $0.lowercased().contains("anna") }, "\(names)")
    }

    @Test("a step of one person alone is no milestone, however often she takes it")
    func milestones() {
        func milestones(_ person: (Int) -> UInt64) -> [String] {
            var maker = TypeMaker(table: Given.table)
            maker.note(name: "Anna Meier called")
            for number in 0..<8 {
                let step = Journey.Step(name: StableHash.of("anna meier called"), stage: .fulfilled)
                maker.add(
                    Journey(
                        meaning: Self.meaning("home loan"), steps: [step], outcome: .fulfilled, name: "home loan",
                        terms: [], person: person(number)))
            }
            let making = maker.making(of: TypeBook(), at: Self.now, eventCount: 1)
            return making.types.flatMap { $0.type.milestones.map(\.name) }
        }
        #expect(milestones { UInt64($0) } == ["Anna Meier called"])
        #expect(milestones { UInt64($0 % 2) }.isEmpty)
    }

    @Test("is the same when it is read again; other bytes are none, and none crashes")
    func bytes() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        var book = Self.book(["home loan", "credit card"])
        book.apply(.merge(1, into: 2))
        book.apply(.rename(2, "Money"))
        let bytes = try book.encoded()
        #expect(try TypeBook(bytes: bytes)?.encoded() == bytes)
        for _ in 0..<300 {
            var altered = bytes
            altered[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if let read = TypeBook(bytes: altered) { _ = read.id(of: Self.meaning("home loan")) }
        }
        #expect(TypeBook(bytes: Array("{}".utf8)) == nil && TypeBook(bytes: []) == nil)
    }

    @Test("no more types are kept than there may be")
    func full() {
        var book = TypeBook()
        let type = PurposeType(
            name: "x", terms: [], purposeCount: 1, outcomes: [:], milestones: [], centre: PackedVector())
        let made = TypeMaking.Made(id: 0, type: type, isDivided: false, share: 0, drift: nil)
        for _ in 0..<3 {
            book.adopt(
                TypeMaking(
                    madeAt: Self.now, eventCount: 0,
                    types: Array(repeating: made, count: TypeBook.entriesMax / 2 + 1), retired: []))
        }
        #expect(book.entries.count == TypeBook.entriesMax)
        #expect(
            TypeBook(entries: book.entries + [TypeBook.Entry(id: 2_049, type: type)], madeAt: nil, eventCountThen: 0)
                == nil)
    }

    @Test("a record of types that is too long keeps those of most purposes")
    func records() throws {
        let milestones = (0..<40).map {
            Milestone(
                name: String(repeating: "m", count: 150) + "\($0)", nameHash: UInt64($0), ending: nil, share: 1,
                lift: 1,
                precedence: nil)
        }
        let types = (0..<512).map { number in
            TypeMaking.Made(
                id: 0,
                type: PurposeType(
                    name: "\(number)", terms: [], purposeCount: 1_000 - number, outcomes: [:], milestones: milestones,
                    centre: PackedVector()), isDivided: false, share: 0, drift: nil)
        }
        var bytes: [UInt8] = []
        try TypesRecord(
            organization: 7, receivedAt: Self.now,
            making: TypeMaking(madeAt: Self.now, eventCount: 3, types: types, retired: [])
        ).append(to: &bytes)
        #expect(bytes.count <= TypesRecord.bytesMax + 16)
        let read = try #require(bytes.withUnsafeBufferPointer { TypesRecord($0) })
        #expect(read.organization == 7 && read.making.eventCount == 3)
        #expect(read.making.types.count > 50 && read.making.types.first?.type.name == "0")
    }
}
