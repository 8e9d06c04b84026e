import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("corrections in the fold")
struct CorrectionFoldTests {
    typealias Said = IdentityFoldTests.Said

    private static let a = Identifier(organization: 1, kind: .user, value: "a")
    private static let b = Identifier(organization: 1, kind: .user, value: "b")

    /// Searches of one person, one topic each.
    private static func said(_ topics: [String], user: String = "a") -> [Said] {
        topics.enumerated().map { Said(user: user, minute: 4_000 * $0, topic: $1) }
    }

    private static func correct(_ kind: PurposeCorrection.Kind, of event: UInt64) -> CommandRecord.Command {
        .correct(a, PurposeCorrection(kind, of: .event(LogPosition(event))))
    }

    /// Where the events of somebody are placed, in the order of the log; commands lie between.
    private static func placed(_ store: MemoryProfiles, _ identifier: Identifier = a) -> [PurposeID?] {
        guard let row = store.identities(of: [identifier])[0] else { return [] }
        return store.entries(of: store.members(of: row.standing.person)).map { $0.placed?.purpose }
    }

    private static func fold(
        _ said: [Said], _ commands: [(Int, CommandRecord.Command)], endingAt ends: Set<Int> = []
    ) throws -> MemoryProfiles {
        try Folding(IdentityFoldTests.log(said, saying: commands), discovering: .init()).folded(endingAt: ends)
    }

    private static let loans = ["home loan rates", "home loan calculator", "home loan for a flat", "home loan offer"]

    @Test("what is done is over: what is like it later is another purpose")
    func done() throws {
        let plain = Self.placed(try Self.fold(Self.said(Self.loans), []))
        #expect(Set(plain).count == 1)
        let placed = Self.placed(try Self.fold(Self.said(Self.loans), [(1, Self.correct(.done, of: 1))]))
        #expect(placed[0] == placed[1] && placed[1] != placed[2] && placed[2] == placed[3])
        // Of the purpose as a whole: it ends with the last event that it has by then.
        let whole = PurposeCorrection(.done, of: .purpose(plain[0]!))
        #expect(Self.placed(try Self.fold(Self.said(Self.loans), [(1, .correct(Self.a, whole))])) == placed)
    }

    @Test("what is not hers is in no purpose, and nothing is found to be like it")
    func notMine() throws {
        let plain = Self.placed(try Self.fold(Self.said(Self.loans), []))
        let placed = Self.placed(
            try Self.fold(
                Self.said(Self.loans), [(1, .correct(Self.a, PurposeCorrection(.notMine, of: .purpose(plain[0]!))))]))
        #expect(placed[0] == nil && placed[1] == nil)
        #expect(placed[2] != nil && placed[2] == placed[3] && placed[2] != plain[0])
    }

    @Test("what belongs together is together, and what comes later is like both")
    func belongs() throws {
        let said = Self.said(["home loan rates", "running shoes", "shoes for running", "home loan calculator"])
        let plain = Self.placed(try Self.fold(said, []))
        #expect(plain[0] != plain[1] && plain[1] == plain[2] && plain[3] == plain[0])
        let event = PurposeCorrection.Target.event(LogPosition(0))
        let placed = Self.placed(try Self.fold(said, [(1, Self.correct(.belongsTo(event), of: 1))]))
        #expect(Set(placed) == [plain[0]])
        // The other way round it is the same purpose: that of the one that came first.
        let other = PurposeCorrection.Target.event(LogPosition(1))
        #expect(Self.placed(try Self.fold(said, [(1, Self.correct(.belongsTo(other), of: 0))])) == placed)
    }

    @Test("the last word counts, and words of events that are not there say nothing")
    func lastWord() throws {
        let said = Self.said(["home loan rates", "garden furniture", "credit card"])
        let target = PurposeCorrection.Target.event(LogPosition(0))
        let commands: [(Int, CommandRecord.Command)] = [
            (2, Self.correct(.notMine, of: 1)), (2, Self.correct(.belongsTo(target), of: 1)),
            (2, Self.correct(.notMine, of: 99)), (2, Self.correct(.belongsTo(.event(LogPosition(77))), of: 0)),
            (2, .correct(Self.a, PurposeCorrection(.notMine, of: .purpose(PurposeID(opening: "none"))))),
        ]
        let store = try Self.fold(said, commands)
        let placed = Self.placed(store)
        #expect(placed[0] == placed[1])
        let rows = store.corrections(of: store.identities(of: [Self.a]).map { $0!.number })
        #expect(rows.map(\.word) == [.belongs(LogPosition(0))])
    }

    @Test("events round in a circle are together")
    func circle() throws {
        let said = Self.said(["home loan rates", "garden furniture", "credit card"])
        let commands: [(Int, CommandRecord.Command)] = [(0, 1), (1, 2), (2, 0)].map { from, to in
            (2, Self.correct(.belongsTo(.event(LogPosition(to))), of: from))
        }
        #expect(Set(Self.placed(try Self.fold(said, commands))).count == 1)
    }

    @Test("corrections outlive a merge and its end, on the side whose events they are of, however the log is cut")
    func survives() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        for _ in 0..<25 {
            let topics = ["home loan", "credit card", "travel insurance"]
            var said = [Said(user: "a", minute: 0), Said(user: "b", minute: 0)]
            for _ in 0..<Int.random(in: 6...16, using: &random) {
                let isA = Bool.random(using: &random)
                said.append(
                    Said(
                        user: isA ? "a" : "b", minute: said.last!.minute + Int.random(in: 1...90, using: &random),
                        topic: topics.randomElement(using: &random)!))
            }
            let merged = Int.random(in: 1..<said.count, using: &random)
            let apart = Int.random(in: merged..<said.count, using: &random)
            // What is said of the events of one of them; of the log with the merge, records lie further behind.
            let own = said.indices.filter { said[$0].user == "a" && $0 <= apart }
            let (event, other) = (own.randomElement(using: &random)!, own.randomElement(using: &random)!)
            func commands(_ isMerged: Bool) -> [(Int, CommandRecord.Command)] {
                func lies(_ place: Int) -> LogPosition {
                    LogPosition(UInt64(place + (isMerged && place > merged ? 1 : 0)))
                }
                let kinds: [PurposeCorrection.Kind] = [
                    .done, .notMine, .belongsTo(.event(lies(other))), .wrongName("x"), .notNow,
                ]
                let correction = PurposeCorrection(kinds[event % kinds.count], of: .event(lies(event)))
                let merge: [(Int, CommandRecord.Command)] = [(merged, .merge(Self.a, Self.b))]
                let separate: [(Int, CommandRecord.Command)] = [(apart, .separate([Self.b]))]
                return isMerged
                    ? merge + [(apart, .correct(Self.a, correction))] + separate
                    : [(apart, .correct(Self.a, correction))]
            }
            let ends = Set((0..<4).map { _ in Int.random(in: 0..<said.count, using: &random) })
            let with = try Self.fold(said, commands(true), endingAt: ends)
            let without = try Self.fold(said, commands(false))
            for identifier in [Self.a, Self.b] {
                #expect(Self.placed(with, identifier) == Self.placed(without, identifier), "seed \(seed)")
                let people = try [with, without].map { store in
                    let stored = store.people([ProfileNumber(store.identities(of: [identifier])[0]!.number)])[0]
                    var person = LivePerson()
                    try stored?.state.withUnsafeBytes { try person.decode($0) }
                    return person.purposes.encoded()
                }
                #expect(people[0] == people[1], "seed \(seed)")
                let changes = try [with, without].map { try $0.changes(of: identifier.value).map(\.purpose) }
                #expect(changes[0] == changes[1], "seed \(seed)")
            }
        }
    }
}
