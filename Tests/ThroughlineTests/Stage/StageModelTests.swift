import Foundation
import Testing
import ThroughlineSimulation

@testable import Throughline

@Suite("stages of events")
struct StageModelTests {
    private static func clues(_ text: String) -> StageClues {
        var text = text
        return text.withUTF8 { StageClues(text: $0) }
    }

    /// Weights from a seed, of any size that there is.
    private static func model(seed: UInt64, weight: (inout SplitMix64) -> Int8) -> StageModel {
        var random = SplitMix64(seed: seed)
        var model = StageModel()
        model.unit = 0.05
        model.weights = (0..<StageModel.placeCount).map { _ in
            var row = SIMD8<Int8>.zero
            for lane in Stage.allCases.indices { row[lane] = weight(&random) }
            return row
        }
        return model
    }

    private static func encounters(_ lines: [(name: String, text: String)], by model: StageModel) throws -> [Encounter]
    {
        let reader = EncounterReader(table: Given.table, order: OrderTables(), stages: model)
        return lines.map { line in
            var event = Event()
            event.name = event.store(line.name)
            event.kind = line.name == "Page Viewed" ? .page : .track
            event.channel = event.store(line.name == "Message Sent" ? "chat" : "web")
            event.text = event.store(line.text)
            return reader.read(event)
        }
    }

    @Test("words are cut at their limit, and count by what they are")
    func words() {
        let long = (0..<StageClues.wordsMax + 20).map { "w\(String(repeating: "a", count: $0))" }
        #expect(
            Self.clues(long.joined(separator: " ")).own
                == Self.clues(long.prefix(StageClues.wordsMax).joined(separator: " ")).own)
        #expect(Self.clues(long.joined(separator: " ")).behind.count == StageClues.wordsBehindMax)
        #expect(Self.clues("").own.isEmpty && Self.clues(" ... ").own.isEmpty)
        for (one, other, areAlike) in [
            ("Yes, please", "yes please!", true), ("at 12", "at 37", true), ("at 12", "at 371", false),
            ("Which one?", "which one", false), ("don't", "dont", false), ("it is $5", "it is 5", false),
            ("für mich", "fur mich", false),
        ] {
            #expect((Self.clues(one).own == Self.clues(other).own) == areAlike, "\(one) | \(other)")
        }
    }

    @Test("what is added up once is what every clue adds, one by one")
    func sums() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let model = Self.model(seed: seed) { Int8(truncatingIfNeeded: Int($0.below(255)) - 127) }
        let words = ["yes", "please", "which", "Order", "loan?", "12", "the", "$9", "book", "it"]
        let lines = (0..<60).map { _ in
            (
                name: "Name \(random.below(9))",
                text: (0..<random.below(50)).map { _ in words[random.below(words.count)] }.joined(separator: " ")
            )
        }
        var trail = StageTrail()
        var before: [UInt16] = []
        for (line, encounter) in zip(lines, try Self.encounters(lines, by: model)) {
            var (name, channel) = (line.name, "web")
            let text = Self.clues(line.text)
            var places = name.withUTF8 { StageClues(name: $0).own } + text.own + before
            places.append(StageClues.place(of: .track))
            places.append(StageClues.place(ofChannel: channel.withUTF8 { StableHash.folded($0) }))
            trail.forEachClue(of: encounter.nameHash, words: text.words) { places.append($0) }
            var sums = [Int](repeating: 0, count: Stage.allCases.count)
            for place in places { for lane in sums.indices { sums[lane] += Int(model.weights[Int(place)][lane]) } }
            let reading = try #require(model.reading(of: encounter.stage, after: trail))
            #expect(sums[Int(reading.stage.rawValue)] == sums.max(), "seed \(seed)")
            #expect((0...1).contains(reading.probability), "seed \(seed)")
            trail.add(encounter.stage)
            before = text.behind
        }
    }

    @Test("no text and no purpose is so long that a sum leaves its lane", arguments: [127, -127] as [Int8])
    func extremes(weight: Int8) throws {
        let model = Self.model(seed: 1) { _ in weight }
        let text = (0..<200).map { "word\(String(repeating: "x", count: $0 % 50))y? $" }.joined(separator: " ")
        let lines = (0..<200).map {
            (
                name: "A\($0) b c d e f g h confirmed i j k l m n".replacing(
                    "A", with: "A\(Character(Unicode.Scalar(97 + $0 % 26)!))\(Character(Unicode.Scalar(97 + $0 / 26)!))"
                ), text: text
            )
        }
        var trail = StageTrail()
        for encounter in try Self.encounters(lines, by: model) {
            let reading = try #require(model.reading(of: encounter.stage, after: trail))
            // All stages have the same sum: had a lane run over, they still would, but not with this sign.
            #expect(reading.stage == .explore)
            #expect(
                (encounter.stage.own[0] > 0) == (weight > 0) && (trail.behind[0] > 0) == (weight > 0)
                    || trail.steps == 0)
            trail.add(encounter.stage)
        }
    }

    @Test("a model that learned no stages tells only the ends that names tell")
    func untrained() throws {
        let lines = [
            ("Order Completed", ""), ("Application Declined", ""), ("Order Cancelled", ""), ("Page Viewed", "Loans"),
        ]
        let found = try Self.encounters(lines, by: StageModel()).map {
            StageModel().reading(of: $0.stage, after: StageTrail())?.stage
        }
        #expect(found == [.fulfilled, .declined, .cancelled, nil])
    }

    @Test("a purpose's trail is the same when it is read again; what is cut or too large is refused")
    func bytes() throws {
        var trail = StageTrail()
        trail.add(name: 7, words: 0xF0, behind: StageScores(1, -2, 3, -1_524, 1_524, 0, 9, 0))
        func encoded(_ trail: StageTrail) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: StageTrail.encodedBytes) { room, count in
                var writer = StateWriter(UnsafeMutableRawBufferPointer(room))
                trail.encode(to: &writer)
                count = writer.count
            }
        }
        func read(_ bytes: [UInt8]) throws -> StageTrail {
            try bytes.withUnsafeBytes { bytes in
                var reader = StateReader(bytes)
                return try StageTrail(from: &reader)
            }
        }
        let bytes = encoded(trail)
        #expect(bytes.count == StageTrail.encodedBytes)
        #expect(try read(bytes) == trail)
        for count in bytes.indices { #expect(throws: StateError.self) { try read(Array(bytes[..<count])) } }
        var large = bytes
        large[bytes.count - 1] = 0x7F
        #expect(throws: StateError.self) { try read(large) }
        var late = bytes
        late[0] = StageTrail.stepsMax + 1
        #expect(throws: StateError.self) { try read(late) }
    }

    struct Story: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [(name: String, text: String, stage: Stage)]
    }

    static let stories = [
        Story(
            testDescription: "a table at a restaurant, by chat",
            steps: [
                ("Message Sent", "I am looking for a restaurant in Oakland that serves Thai food", .explore),
                ("Search Performed", "category: Thai, location: Oakland", .explore),
                ("Order Submitted", "party size: 2, time: 19:00", .commit),
                ("Confirmation Received", "restaurant: Thai Orchid", .fulfilled),
            ]),
        Story(
            testDescription: "a loan application that is declined",
            steps: [
                ("Search Performed", "car loan 9500", .explore), ("Application Submitted", "car loan", .commit),
                ("Application Declined", "car loan, affordability", .declined),
            ]),
        Story(
            testDescription: "an order in a shop",
            steps: [
                ("Products Searched", "winter coat", .explore), ("Checkout Started", "", .commit),
                ("Order Completed", "winter coat", .fulfilled),
            ]),
    ]

    @Test("the shipped model reads these as people do", arguments: stories)
    func shipped(_ story: Story) throws {
        var trail = StageTrail()
        var found: [Stage] = []
        for encounter in try Self.encounters(story.steps.map { ($0.name, $0.text) }, by: Given.model.stages) {
            found.append(try #require(Given.model.stages.reading(of: encounter.stage, after: trail)).stage)
            trail.add(encounter.stage)
        }
        #expect(found == story.steps.map(\.stage))
    }
}
