import Testing
import Throughline
import ThroughlineSimulation

@Suite("Journey maps with their versions")
struct MapShelfTests {
    static let home = MapName("home")!

    private static func said(_ position: UInt64, by key: String = "a") -> MapSaying {
        MapSaying(by: key, at: Instant(millisecondsSince1970: Int64(position)), position: position)
    }

    private static func publish(_ text: String, proposal: Bool = false) -> MapEdit {
        .publish(home, text: text, isProposal: proposal)
    }

    /// A shelf on which some things were said, at positions 10, 20, 30 and so on.
    private static func shelf(_ said: [(MapEdit, String)]) -> MapShelf {
        var shelf = MapShelf()
        for (place, (edit, key)) in said.enumerated() {
            shelf.apply(edit, said: Self.said(UInt64(place + 1) * 10, by: key))
        }
        return shelf
    }

    @Test("a version holds at once, or when another key approves it; only a later one takes its place")
    func standing() throws {
        var shelf = Self.shelf([(Self.publish("1"), "a"), (Self.publish("2", proposal: true), "a")])
        #expect(shelf[Self.home]?.current?.number == 1)
        #expect(shelf.refusal(of: .approve(Self.home, version: 2), by: "a") == .ownProposal)
        shelf.apply(.approve(Self.home, version: 2), said: Self.said(30))
        #expect(shelf[Self.home]?.current?.number == 1)
        shelf.apply(.approve(Self.home, version: 2), said: Self.said(40, by: "b"))
        let map = try #require(shelf[Self.home])
        #expect(map.current?.number == 2 && map.current?.since == 40)
        #expect(map.version(ofPurposeSince: 39) == 1 && map.version(ofPurposeSince: 40) == 2)
        #expect(map.version(ofPurposeSince: 1) == 1, "before the first version they enter the first")
        shelf.apply(Self.publish("3", proposal: true), said: Self.said(50))
        shelf.apply(.reject(Self.home, version: 3), said: Self.said(60))
        shelf.apply(Self.publish("4"), said: Self.said(70))
        #expect(shelf[Self.home]?.versions.map(\.since) == [10, 40, nil, 70])
    }

    @Test("a retired map is none until a version holds anew, and nobody changes the version for that")
    func retiring() throws {
        var shelf = Self.shelf([(Self.publish("1"), "a"), (.retire(Self.home), "a")])
        #expect(!shelf.isInUse && shelf[Self.home]?.retired == Self.said(20))
        shelf.apply(Self.publish("1", proposal: true), said: Self.said(30))
        #expect(!shelf.isInUse)
        shelf.apply(.approve(Self.home, version: 2), said: Self.said(40, by: "b"))
        #expect(shelf.isInUse && shelf[Self.home]?.version(ofPurposeSince: 15) == 1)
    }

    /// What was said, what is said then by the key "a", and why it has no effect.
    private static let refusals: [([(MapEdit, String)], MapEdit, MapRefusal)] = [
        ([], .retire(home), .unknown), ([], .approve(home, version: 1), .unknown),
        ([(publish("1"), "a")], publish("1"), .unchanged),
        ([(publish("1"), "a")], .approve(home, version: 1), .notProposed),
        ([(publish("1"), "a")], .approve(home, version: 2), .unknownVersion),
        ([(publish("1"), "a")], .reject(home, version: 1), .notProposed),
        ([(publish("1"), "a")], .reject(home, version: 0), .unknownVersion),
        ([(publish("1"), "a")], .migrate(home, from: 1, to: 1), .sameVersion),
        ([(publish("1"), "a")], .migrate(home, from: 1, to: 9), .unknownVersion),
        ([(publish("1"), "a"), (publish("2", proposal: true), "a")], .migrate(home, from: 1, to: 2), .neverHeld),
        ([(publish("1", proposal: true), "b"), (publish("2"), "a")], .approve(home, version: 1), .superseded),
        ([(publish("1"), "a"), (.retire(home), "a")], .retire(home), .retired),
        ([(publish("1"), "a"), (publish("2"), "a"), (.retire(home), "a")], .migrate(home, from: 1, to: 2), .retired),
    ]

    @Test("what has no effect says why, and changes nothing")
    func refused() {
        for (before, edit, refusal) in Self.refusals {
            var shelf = Self.shelf(before)
            let kept = shelf
            #expect(shelf.refusal(of: edit, by: "a") == refusal, "\(edit)")
            let change = shelf.apply(edit, said: Self.said(99))
            #expect(change == nil && shelf == kept)
            #expect(!refusal.reason.isEmpty)
        }
    }

    @Test("a rejected text may be published again")
    func again() {
        let shelf = Self.shelf([(Self.publish("1", proposal: true), "a"), (.reject(Self.home, version: 1), "b")])
        #expect(shelf.refusal(of: Self.publish("1"), by: "a") == nil)
    }

    @Test("there are limits on maps, versions, migrations and bytes")
    func limits() throws {
        var shelf = MapShelf()
        for number in 0..<MapShelf.mapsMax {
            let name = try #require(MapName("m\(number)"))
            shelf.apply(.publish(name, text: "1", isProposal: false), said: Self.said(1))
        }
        #expect(shelf.maps.count == MapShelf.mapsMax)
        #expect(shelf.refusal(of: Self.publish("1"), by: "a") == .tooManyMaps)

        shelf = MapShelf()
        for number in 1...MapHistory.versionsMax { shelf.apply(Self.publish("\(number)"), said: Self.said(1)) }
        #expect(shelf.refusal(of: Self.publish("x"), by: "a") == .tooManyVersions)
        for _ in 0..<MapHistory.migrationsMax {
            shelf.apply(.migrate(Self.home, from: 1, to: 2), said: Self.said(2))
        }
        #expect(shelf.refusal(of: .migrate(Self.home, from: 1, to: 2), by: "a") == .tooManyMigrations)

        shelf = MapShelf()
        let long = String(repeating: "x", count: JourneyMap.bytesMax)
        #expect(shelf.refusal(of: Self.publish(long + "x"), by: "a") == .tooLarge)
        for number in 0..<MapShelf.bytesMax / JourneyMap.bytesMax {
            let name = try #require(MapName("m\(number)"))
            shelf.apply(.publish(name, text: long, isProposal: false), said: Self.said(1))
        }
        let name = try #require(MapName("m0"))
        #expect(shelf.refusal(of: .publish(name, text: "x", isProposal: false), by: "a") == .tooMuch)
    }

    @Test("names are small letters, digits and hyphens")
    func names() {
        for name in ["a", "home-and-money", "0", "a-", String(repeating: "x", count: MapName.lengthMax)] {
            #expect(MapName(name)?.rawValue == name)
        }
        for name in ["", "-a", "Home", "a b", "ä", "a/b", String(repeating: "x", count: MapName.lengthMax + 1)] {
            #expect(MapName(name) == nil, "\(name)")
        }
    }

    @Test("the version of a purpose is the one that it would have been led to step by step")
    func versions() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        for _ in 0..<300 {
            var shelf = MapShelf()
            // Each purpose with the version that it is in; nil before there is one.
            var purposes: [(since: UInt64, version: Int?)] = []
            for position in 0..<UInt64(Int.random(in: 1...40, using: &random)) {
                let versions = shelf[Self.home]?.versions.count ?? 0
                let one = Int.random(in: 0...versions + 1, using: &random)
                let other = Int.random(in: 0...versions + 1, using: &random)
                let key = Bool.random(using: &random) ? "a" : "b"
                let edit: MapEdit
                switch Int.random(in: 0..<9, using: &random) {
                case 0, 1: edit = Self.publish("\(position)", proposal: Bool.random(using: &random))
                case 2: edit = .approve(Self.home, version: one)
                case 3: edit = .reject(Self.home, version: one)
                case 4, 5: edit = .migrate(Self.home, from: one, to: other)
                case 6: edit = .retire(Self.home)
                default:
                    purposes.append((position, shelf[Self.home]?.current?.number))
                    continue
                }
                guard shelf.apply(edit, said: Self.said(position, by: key)) != nil else { continue }
                for place in purposes.indices {
                    if purposes[place].version == nil { purposes[place].version = shelf[Self.home]?.current?.number }
                    if case .migrate(_, let from, let to) = edit, purposes[place].version == from {
                        purposes[place].version = to
                    }
                }
            }
            for purpose in purposes {
                #expect(
                    shelf[Self.home]?.version(ofPurposeSince: purpose.since) == purpose.version, "seed \(seed)")
            }
        }
    }

    @Test("what a version says otherwise is told, a milestone of the same events as renamed")
    func differences() {
        func milestone(_ name: String, _ event: String, feeling: String? = nil) -> DrawnMilestone {
            DrawnMilestone(name: name, stage: .explore, rule: MilestoneRule(names: [event]), feeling: feeling)
        }
        func map(_ purposes: [DrawnPurpose]) -> JourneyMap {
            JourneyMap(name: "m", objectives: [MapObjective(name: "o", purposes: purposes)])
        }
        let before = map([
            DrawnPurpose(name: "Loan", milestones: [milestone("A", "a"), milestone("B", "b"), milestone("C", "c")]),
            DrawnPurpose(name: "Card"),
        ])
        let after = map([
            DrawnPurpose(
                name: "Home loan", type: "loan",
                milestones: [
                    milestone("a", "a", feeling: "glad"), milestone("B2", "b"), milestone("D", "d"),
                ]), DrawnPurpose(name: "Moving"),
        ])
        #expect(
            before.differences(to: after) == [
                .milestoneChanged("a", of: "Home loan"), .milestoneRenamed("B", to: "B2", of: "Home loan"),
                .milestoneAdded("D", of: "Home loan"), .milestoneRemoved("C", of: "Home loan"),
                .purposeAdded("Moving"), .purposeRemoved("Card"),
            ])
        #expect(before.differences(to: before).isEmpty)
    }

    @Test("the next milestone comes behind the furthest, and is no end that nobody wants")
    func next() {
        let stages: [Stage] = [.explore, .choose, .cancelled, .fulfilled]
        let purpose = DrawnPurpose(
            name: "p",
            milestones: stages.map {
                DrawnMilestone(name: "\($0)", stage: $0, rule: MilestoneRule(names: ["\($0)"]))
            })
        let cases: [(Set<Int>, Int?)] = [([], 0), ([0], 1), ([1], 3), ([0, 2], 1), ([2], 0), ([3], nil)]
        for (reached, next) in cases { #expect(purpose.next(after: reached) == next, "\(reached)") }
    }
}
