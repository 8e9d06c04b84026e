import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("purposes put right")
struct CorrectedPurposesTests {
    /// What was said of events 0, 1, 2, ... of a person in whom the model found some purposes, and what follows.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let found: [Int]
        let said: [Said]
        /// Her events that are left, with the purpose of each.
        let left: [Int]
        let truth: [Int32]
        /// The events that weigh fully.
        let certain: Set<Int>

        init(
            _ sentence: String, found: [Int] = [0, 0, 1, 1, 0, 1], _ said: [Said], left: [Int] = [0, 1, 2, 3, 4, 5],
            truth: [Int32], certain: Set<Int>
        ) {
            testDescription = sentence
            self.found = found
            self.said = said
            self.left = left
            self.truth = truth
            self.certain = certain
        }
    }

    enum Said: Sendable {
        case done(Int)
        case notMine(Int)
        case belongs(Int, to: Int)

        var correction: Correction {
            let (event, kind): (Int, Correction.Kind) =
                switch self {
                case .done(let event): (event, .done)
                case .notMine(let event): (event, .notMine)
                case .belongs(let event, let other): (event, .belongsTo("m\(other)"))
                }
            return Correction(messageId: "m\(event)", kind: kind, path: "c.tsv", line: 2)
        }
    }

    static let cases = [
        Case("nothing said, all a guess", [], truth: [0, 0, 1, 1, 0, 1], certain: []),
        Case("an event moves alone", [.belongs(4, to: 2)], truth: [0, 0, 1, 1, 1, 1], certain: [4]),
        Case("said where it is", [.belongs(4, to: 0)], truth: [0, 0, 1, 1, 0, 1], certain: [4]),
        Case(
            "moved to what comes later, that one was put to it", [.belongs(1, to: 2)], truth: [0, 1, 1, 1, 0, 1],
            certain: [1, 2]),
        Case("purposes are numbered anew", [.belongs(0, to: 2)], truth: [0, 1, 0, 0, 1, 0], certain: [0, 2]),
        Case("a purpose of somebody else goes whole", [.notMine(3)], left: [0, 1, 4], truth: [0, 0, 0], certain: []),
        Case(
            "what comes after the end is another purpose", [.done(1)], truth: [0, 0, 1, 1, 2, 1], certain: [4]),
        Case(
            "only the first of what comes after is certain", found: [0, 0, 0, 0, 0], [.done(1)],
            left: [0, 1, 2, 3, 4], truth: [0, 0, 1, 1, 1], certain: [2]),
        Case("the end of what has ended changes nothing", [.done(5)], truth: [0, 0, 1, 1, 0, 1], certain: []),
        Case(
            "ended twice, three purposes", found: [0, 0, 0], [.done(0), .done(1)], left: [0, 1, 2],
            truth: [0, 1, 2], certain: [1, 2]),
        Case(
            "in the order said: moved, then not hers", [.belongs(4, to: 2), .notMine(2)], left: [0, 1],
            truth: [0, 0], certain: []),
        Case(
            "in the order said: not hers, then moved back", [.notMine(2), .belongs(3, to: 1)], left: [0, 1, 3, 4],
            truth: [0, 0, 0, 0], certain: [3]),
        Case(
            "moved to what is not hers", [.notMine(2), .belongs(4, to: 2)], left: [0, 1], truth: [0, 0], certain: []),
        Case(
            "what is not hers does not end", [.notMine(2), .done(2)], left: [0, 1, 4], truth: [0, 0, 0], certain: []),
        Case(
            "moved and the end", [.belongs(2, to: 1), .done(2)], truth: [0, 0, 0, 1, 2, 1], certain: [2, 4]),
    ]

    @Test("her word wins, in the order said", arguments: cases)
    func corrects(_ example: Case) throws {
        var purposes = CorrectedPurposes(Self.person(found: example.found))
        for said in example.said { try purposes.apply(said.correction) }
        let events = example.found.indices.map { index in
            var event = Encounter()
            event.second = Int64(index)
            return event
        }
        let person = purposes.person(events, set: 7)
        #expect(person.set == 7)
        #expect(person.events.map { Int($0.second) } == example.left)
        #expect(person.truth == example.truth)
        let weights = example.left.map { example.certain.contains($0) ? 1 : CorrectedPurposes.guessWeight }
        #expect(person.weights == weights)
    }

    @Test(
        "an event that she does not have is an error by file and line", arguments: [Said.done(9), .belongs(1, to: 9)])
    func refuses(_ said: Said) {
        var purposes = CorrectedPurposes(Self.person(found: [0, 0]))
        let error = #expect(throws: FileError.self) { try purposes.apply(said.correction) }
        #expect(error?.description.hasPrefix("c.tsv: line 2: this userId has no event with ") == true)
    }

    /// A person with events m0, m1, ... in these purposes.
    private static func person(found: [Int]) -> DiscoveredPerson {
        var texts: [UInt8] = []
        let events = found.enumerated().map { number, purpose in
            let start = texts.count
            texts += Array("m\(number)".utf8)
            return DiscoveredEvent(
                timestamp: Instant(millisecondsSince1970: Int64(number) * 1_000), messageId: start..<texts.count,
                name: 0..<0, channel: 0..<0, text: 0..<0, amount: 0..<0, purpose: purpose, confidence: 1,
                isTentative: false)
        }
        let purposes = (0...(found.max() ?? 0)).map { number in
            Purpose(
                id: PurposeID(opening: "m\(number)", turn: 0), name: "", isRoutine: false, state: .open, outcome: nil,
                stage: nil, confidence: 1, first: events[0].timestamp, last: events[0].timestamp, eventCount: 1,
                channels: [],
                terms: [])
        }
        return DiscoveredPerson(key: "u", events: events, purposes: purposes, texts: texts)
    }
}
