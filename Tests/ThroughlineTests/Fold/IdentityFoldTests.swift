import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("who is who in the fold")
struct IdentityFoldTests {
    /// An event: who, where, what for.
    struct Said: Sendable {
        var user: String?
        var visitor: String?
        var previous: String?
        var email: String?
        var isBrowser = false
        var minute: Int
        var topic = "home loan"
        /// A trait of hers, in the context.
        var city: String?

        func record(_ number: Int) -> EventRecord {
            let at = Instant(millisecondsSince1970: Int64(20_000_000 + minute * 60) * 1_000)
            let kind: Event.Kind = previous != nil ? .alias : email != nil ? .identify : .track
            var members = [#""event":"Search","properties":{"query":"\#(topic)"}"#]
            for (key, value) in [("userId", user), ("anonymousId", visitor), ("previousId", previous)] {
                if let value { members.append(#""\#(key)":"\#(value)""#) }
            }
            if let city { members.append(#""context":{"traits":{"city":"\#(city)"}}"#) }
            if let email { members.append(#""traits":{"email":"\#(email)"}"#) }
            return EventRecord(
                source: isBrowser ? Folding.browser : Folding.server, receivedAt: at, timestamp: at,
                isTimeSuspect: false, eventKind: kind, messageId: Array("m\(number)".utf8),
                json: Array("{\(members.joined(separator: ","))}".utf8))
        }
    }

    private static func fold(_ said: [Said], endingAt ends: Set<Int> = []) throws -> MemoryProfiles {
        try Folding(said.enumerated().map { $1.record($0) }).folded(endingAt: ends)
    }

    /// Events by what is told of them: "u visitor@minute".
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let said: [Said]
        /// By identifier, the places of the events on her timeline, the latest first.
        let timelines: [String: [UInt64]]
    }

    static let cases = [
        Case(
            testDescription: "a tablet of two customers is theirs while each is signed in, and nobody's else",
            said: [
                Said(visitor: "v", minute: 0), Said(user: "a", visitor: "v", minute: 100),
                Said(visitor: "v", minute: 110), Said(user: "b", visitor: "v", minute: 300),
                Said(visitor: "v", minute: 310), Said(visitor: "v", minute: 500),
            ], timelines: ["a": [2, 1], "b": [4, 3], "v": [5, 0]]),
        Case(
            testDescription: "a session goes on as long as something happens",
            said: [Said(user: "a", visitor: "v", minute: 0)]
                + (1...5).map { Said(visitor: "v", minute: 20 * $0) } + [Said(user: "b", visitor: "v", minute: 900)],
            timelines: ["a": [5, 4, 3, 2, 1, 0], "b": [6], "v": []]),
        Case(
            testDescription: "a customer who got another number is one, by a source that is believed",
            said: [
                Said(user: "old", minute: 0), Said(user: "new", previous: "old", minute: 1),
                Said(user: "old", minute: 2),
            ], timelines: ["old": [2, 1, 0], "new": [2, 1, 0]]),
        Case(
            testDescription: "a browser makes nobody another",
            said: [
                Said(user: "old", minute: 0), Said(user: "new", previous: "old", isBrowser: true, minute: 1),
            ], timelines: ["old": [0], "new": [1]]),
        Case(
            testDescription: "a visitor who signs up is the customer, by a browser's word",
            said: [
                Said(visitor: "v", isBrowser: true, minute: 0),
                Said(user: "new", previous: "v", isBrowser: true, minute: 1),
            ], timelines: ["v": [1, 0], "new": [1, 0]]),
        Case(
            testDescription: "who was known before under a name that is met later, is one all the same",
            said: [Said(user: "new", previous: "old", minute: 0), Said(user: "old", minute: 1)],
            timelines: ["old": [1, 0], "new": [1, 0]]),
        Case(
            testDescription: "two visitors of one address are one customer, once it is known whose it is",
            said: [
                Said(visitor: "v", email: "Anna@Mail.example ", minute: 0),
                Said(visitor: "w", email: "anna@mail.example", minute: 1),
                Said(user: "a", email: "anna@mail.example", minute: 2),
            ], timelines: ["a": [2, 1, 0], "anna@mail.example": [2, 1, 0]]),
        Case(
            testDescription: "values that are nobody's tie nobody",
            said: [
                Said(user: "null", visitor: "v", minute: 0), Said(user: "null", visitor: "w", minute: 1),
                Said(visitor: "00000000-0000-0000-0000-000000000000", minute: 2),
            ], timelines: ["v": [0], "w": [1]]),
    ]

    @Test("timelines", arguments: cases)
    func timelines(_ example: Case) throws {
        for ends in [Set<Int>(), Set(example.said.indices)] {
            let store = try Self.fold(example.said, endingAt: ends)
            for (id, places) in example.timelines {
                let page = try store.timeline(of: id, organization: 1, after: nil, limit: 99, withChanges: true)
                #expect(page?.events.map(\.key.position.rawValue) == places, "\(id)")
            }
        }
    }

    @Test("browsers that say of a customer that she is thousands take nothing from her, and give her nobody")
    func flood() throws {
        let most = Identifier.Kind.anonymous.perProfileMax
        for count in [most - 1, most] {
            let flood = (0..<count).map { Said(user: "a", visitor: "w\($0)", isBrowser: true, minute: 9 + $0) }
            let store = try Self.fold([Said(user: "a", visitor: "v", minute: 0)] + flood)
            let names = ["v", "w0", "w\(count - 1)"].map { Identifier(organization: 1, kind: .anonymous, value: $0) }
            let reasons = store.identities(of: names).map { $0?.standing.reason }
            let isTooMany = count + 1 > most
            #expect(reasons == [.attached] + [isTooMany ? .own : .provisional, isTooMany ? .own : .provisional])
            #expect(store.counts().profiles == (isTooMany ? count + 1 : 1))
        }
    }

    @Test("events that name nobody are counted")
    func nobodys() throws {
        let counts = try Self.fold([Said(user: "null", minute: 0), Said(user: "a", minute: 1)]).counts()
        #expect(counts.nobodys == 1 && counts.events == 1 && counts.profiles == 1)
    }

    /// The last one is longer than timelines keep.
    static let topics = [
        "home loan", "credit card", "travel insurance",
        "credit card " + String(repeating: "for whoever travels much ", count: 8) + "or has a home loan",
    ]

    /// Some people, devices and topics that get mixed up.
    static func history(_ random: inout TestRandom) -> [Said] {
        var minute = 0
        // Everybody is known at the start: what a name means does not depend on what else is in the log.
        let known =
            [Said(user: "a", minute: 0), Said(user: "b", minute: 0), Said(user: "c", minute: 0)]
            + ["v", "w", "x"].map { Said(visitor: $0, minute: 0) }
        return known
            + (0..<Int.random(in: 5...40, using: &random)).map { _ in
                minute += [1, 1, 7, 25, 200].randomElement(using: &random)!
                let topic = Self.topics.randomElement(using: &random)!
                let user = ["a", "b", "c"].randomElement(using: &random)!
                let visitor = ["v", "w", "x"].randomElement(using: &random)!
                var said = Said(isBrowser: Int.random(in: 0..<3, using: &random) == 0, minute: minute, topic: topic)
                switch Int.random(in: 0..<12, using: &random) {
                case 0..<3: said.user = user
                case 3..<7: said.visitor = visitor
                case 7..<10: (said.user, said.visitor) = (user, visitor)
                case 10: (said.user, said.previous) = (user, ["a", "b", "v"].randomElement(using: &random)!)
                default:
                    (said.visitor, said.email) = (
                        visitor, ["e@x.example", "f@x.example"].randomElement(using: &random)!
                    )
                }
                if said.previous == said.user { said.previous = nil }
                if Int.random(in: 0..<4, using: &random) == 0 { said.city = "Bern \(minute)" }
                return said
            }
    }

    /// Who is found in a history, by her identifiers, with where each of her events is placed and what is open.
    struct Found: Equatable {
        var people: [Set<String>: [String]] = [:]

        init(_ store: MemoryProfiles, messages: (Int) -> String) throws {
            for name in ["a", "b", "c", "v", "w", "x", "e@x.example", "f@x.example"] {
                let kinds = Identifier.Kind.allCases.map { Identifier(organization: 1, kind: $0, value: name) }
                for row in store.identities(of: kinds).compactMap({ $0 }) {
                    let members = store.members(of: row.standing.person)
                    let names = store.identities(of: members).map { "\($0!.identifier.kind) \($0!.identifier.value)" }
                    var told = store.entries(of: members).map { entry in
                        "\(messages(Int(entry.key.position.rawValue))) \(entry.placed.map { "\($0)" } ?? "nowhere")"
                    }
                    for change in try store.changes(of: row.identifier.value) {
                        told.append(
                            "\(change.key.timestamp) \(messages(Int(change.key.position.rawValue))) \(change.key.ordinal): "
                                + "\(change.purpose) \(change.kind)")
                    }
                    // Addresses are said of somebody else where they tie nobody.
                    let traits = store.traits(of: members).filter { $0.key.name == "city" }.map { row in
                        "\(store.identities(of: [row.key.strand])[0]!.identifier) \(row.key.name) \(row.key.isTrusted) "
                            + "\(row.value ?? "-") \(messages(Int(row.said.position.rawValue)))"
                    }
                    told += traits.sorted()
                    told.append(try Self.kept(store, of: row.standing.person, messages))
                    people[Set(names)] = told
                }
            }
        }

        /// What the fold keeps of a person, without numbers that say where in the log something lies.
        private static func kept(
            _ store: MemoryProfiles, of person: IdentifierNumber, _ messages: (Int) -> String
        ) throws -> String {
            guard let stored = store.people([ProfileNumber(person)])[0] else { return "nothing" }
            var kept = LivePerson()
            try stored.state.withUnsafeBytes { try kept.decode($0) }
            let watch = kept.watch
            let strands = store.identities(of: watch.strands).map { "\($0!.identifier)" }
            let threads = watch.threads.map { thread in
                "\(thread.id) \(thread.eventCount) \(thread.last) \(messages(Int(thread.position.rawValue))) "
                    + "\(store.identities(of: [thread.strand])[0]!.identifier) \(String(describing: thread.outcome))"
            }
            return
                "\(strands) \(watch.lastArrival) \(watch.waiting) \(watch.sinceDoubt) \(watch.changeCount) \(threads) "
                + "\(kept.purposes.encoded())"
        }
    }

    @Test("however a log is cut, everybody is who she is, with the same purposes")
    func groups() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        for _ in 0..<25 {
            let records = Self.history(&random).enumerated().map { $1.record($0) }
            let tick = Self.tick(behind: records, &random)
            let whole = try Found(Folding(records, tick: tick, discovering: .init()).folded()) { "\($0)" }
            for _ in 0..<3 {
                let ends = Set((0..<6).map { _ in Int.random(in: records.indices, using: &random) })
                var limits = LiveDiscovery.Limits()
                (limits.keptMax, limits.readAtOnce) = (Int.random(in: 0..<4, using: &random), 1)
                limits.broughtBytesMax = Int.random(in: 1..<20_000, using: &random)
                limits.lookedAtMax = Int.random(in: 1..<4, using: &random)
                let cut = try Folding(records, tick: tick, discovering: limits).folded(
                    endingAt: ends, failingAt: ends.filter { _ in Bool.random(using: &random) })
                #expect(try Found(cut) { "\($0)" } == whole, "seed \(seed)")
            }
        }
    }

    @Test("what is known of a person is what her own events alone give, whoever was taken for her on the way")
    func remaking() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let isLong = ProcessInfo.processInfo.environment["THROUGHLINE_LONG"] != nil
        var strippedCount = 0
        for _ in 0..<(isLong ? 20_000 : 60) {
            let records = Self.history(&random).enumerated().map { $1.record($0) }
            let tick = Self.tick(behind: records, &random)
            let store = try Folding(records, tick: tick, discovering: .init()).folded()
            let whole = try Found(store) { "\($0)" }
            // Of whom an address is known, what ties it to her may have been said in somebody else's session.
            for (names, told) in whole.people where told.count > 1 && !names.contains(where: { $0.hasPrefix("email") })
            {
                // Her events, without what else they name.
                var own: [(number: Int, record: EventRecord)] = []
                let kinds: [Identifier] = names.map { name in
                    let words = name.split(separator: " ").map(String.init)
                    let kind = Identifier.Kind.allCases.first { "\($0)" == words[0] }
                    return Identifier(organization: 1, kind: kind!, value: words[1])
                }
                let rows: [IdentityRow] = store.identities(of: kinds).compactMap { $0 }
                var members: [IdentifierNumber: Identifier] = [:]
                for row in rows { members[row.number] = row.identifier }
                for entry in store.entries(of: Array(members.keys)) {
                    let number = Int(entry.key.position.rawValue)
                    let record = try Self.stripped(records[number], to: kinds, strand: members[entry.strand]!)
                    own.append((number, record))
                    if record.json.count != records[number].json.count { strippedCount += 1 }
                }
                let alone = try Folding(own.map(\.record), tick: tick, discovering: .init()).folded()
                let found = try Found(alone) { "\(own[$0].number)" }
                let sent = records.map { String(decoding: $0.json, as: UTF8.self) }
                let again = found.people[names] ?? []
                let other = zip(again, told).first { $0 != $1 }.map { "\($0) and not \($1)" } ?? "all"
                #expect(again == told, "seed \(seed), \(names), \(found.people.keys), \(other): \(sent)")
            }
        }
        #expect(strippedCount > 0, "seed \(seed)")
    }

    /// Some time behind the last of some records: while a visit goes on, behind it, after purposes were silent for long.
    private static func tick(behind records: [EventRecord], _ random: inout TestRandom) -> Instant {
        records.last!.receivedAt.advanced(byMilliseconds: [0, 40, 100_000].randomElement(using: &random)! * 60_000)
    }

    /// What somebody says of two people who have nothing to do with each other, among their events.
    static func log(
        _ said: [Said], saying commands: [(behind: Int, CommandRecord.Command)]
    ) throws -> LogRecords {
        var log = LogRecords()
        for (number, event) in said.enumerated() {
            log.append { event.record(number).append(to: &$0) }
            for (behind, command) in commands where behind == number {
                var bytes: [UInt8] = []
                try CommandRecord(
                    organization: 1, receivedAt: event.record(number).receivedAt, actor: "k", command: command
                ).append(to: &bytes)
                log.append { $0.append(contentsOf: bytes) }
            }
        }
        return log
    }

    @Test("a merge by hand that is taken back leaves everybody what she had, whatever came in between")
    func unmerging() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let isLong = ProcessInfo.processInfo.environment["THROUGHLINE_LONG"] != nil
        let (a, b) = (
            Identifier(organization: 1, kind: .user, value: "a"), Identifier(organization: 1, kind: .user, value: "b")
        )
        for _ in 0..<(isLong ? 100_000 : 60) {
            // Two who share nothing.
            var said = [Said(user: "a", minute: 0), Said(user: "b", minute: 0)]
            for _ in 0..<Int.random(in: 3...20, using: &random) {
                let isA = Bool.random(using: &random)
                var event = Said(minute: said.last!.minute + [1, 7, 300].randomElement(using: &random)!)
                event.topic = Self.topics.randomElement(using: &random)!
                event.isBrowser = Bool.random(using: &random)
                if Bool.random(using: &random) { event.user = isA ? "a" : "b" }
                if event.user == nil || Bool.random(using: &random) { event.visitor = isA ? "v" : "w" }
                said.append(event)
            }
            let merged = Int.random(in: 1..<said.count, using: &random)
            let apart = Int.random(in: merged..<said.count, using: &random)
            // Whoever is hers by then goes with her.
            let whole = try Folding(Self.log(Array(said[...apart]), saying: []), discovering: nil).folded()
            let w = Identifier(organization: 1, kind: .anonymous, value: "w")
            let goes = whole.identities(of: [b, w]).compactMap { $0 }.filter {
                $0.standing.person == whole.identities(of: [b])[0]?.standing.person
            }.map(\.identifier)
            let commands: [(Int, CommandRecord.Command)] = [(merged, .merge(a, b)), (apart, .separate(goes))]
            let log = try Self.log(said, saying: commands)
            let ends = Set((0..<4).map { _ in Int.random(in: 0..<log.count, using: &random) })
            let store = try Folding(log, discovering: .init()).folded(endingAt: ends)
            // In the log without them, records lie before.
            let events = (0..<log.count).filter { log.withRecord($0, EventRecord.init) != nil }
            let found = try Found(store) { "\(events.firstIndex(of: $0)!)" }
            let plain = try Found(Folding(Self.log(said, saying: []), discovering: .init()).folded()) { "\($0)" }
            #expect(found == plain, "seed \(seed)")
        }
    }

    @Test("consent is kept by strand, and a merge makes it stricter while it lasts")
    func consents() throws {
        let (a, b) = (
            Identifier(organization: 1, kind: .user, value: "a"), Identifier(organization: 1, kind: .user, value: "b")
        )
        func statement(_ decision: ConsentDecision) -> ConsentStatement {
            ConsentStatement(
                use: .marketing, channel: nil, decision: decision, at: Instant(millisecondsSince1970: 5),
                manner: .stated,
                place: "", notice: nil)
        }
        let said = [Said(user: "a", minute: 0), Said(user: "b", minute: 1), Said(user: "b", minute: 2)]
        var commands: [(Int, CommandRecord.Command)] = [
            (1, .consent(a, statement(.granted))), (1, .consent(b, statement(.withdrawn))),
        ]
        func states(_ commands: [(Int, CommandRecord.Command)]) throws -> [ConsentState] {
            let log = try Self.log(said, saying: commands)
            let store = try Folding(log).folded(endingAt: [2])
            return try [a, b].map { identifier in
                let person = store.identities(of: [identifier])[0]!.standing.person
                let strands = store.members(of: person)
                let histories = try zip(strands, store.consents(of: strands)).map { strand, bytes in
                    try ConsentBook.history(bytes, of: strand)
                }
                return ConsentHistory.state(of: .marketing, on: nil, over: histories)
            }
        }
        #expect(try states(commands) == [.granted, .withdrawn])
        commands.append((1, .merge(a, b)))
        #expect(try states(commands) == [.withdrawn, .withdrawn])
        commands.append((2, .separate([b])))
        #expect(try states(commands) == [.granted, .withdrawn])
    }

    /// A record that names nobody but some; where it names none of them, whose strand it lies on.
    private static func stripped(_ record: EventRecord, to kept: [Identifier], strand: Identifier) throws -> EventRecord
    {
        var json = try #require(try JSONSerialization.jsonObject(with: Data(record.json)) as? [String: Any])
        func keeps(_ kind: Identifier.Kind, _ key: String) -> Bool {
            kept.contains { $0.kind == kind && $0.value == json[key] as? String }
        }
        if !keeps(.user, "userId") { json["userId"] = nil }
        if !keeps(.anonymous, "anonymousId") { json["anonymousId"] = nil }
        if json["previousId"] != nil, !keeps(.user, "previousId"), !keeps(.anonymous, "previousId") {
            json["previousId"] = "null"  // Which is nobody.
        }
        if let traits = json["traits"] as? [String: String], !kept.contains(where: { $0.value == traits["email"] }) {
            json["traits"] = nil
        }
        // In somebody's session, where the visitor herself is another.
        if json["userId"] == nil, json["anonymousId"] == nil { json["userId"] = strand.value }
        var stripped = record
        stripped.json = Array(try JSONSerialization.data(withJSONObject: json, options: .sortedKeys))
        return stripped
    }
}
