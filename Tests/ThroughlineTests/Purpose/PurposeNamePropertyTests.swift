import Foundation
import Testing
import ThroughlineEngine
import ThroughlineSimulation

@testable import Throughline

/// What holds of every name, over simulated people always and over the labelled sets where they are at hand.
@Suite("properties of names")
struct PurposeNamePropertyTests {
    static let seed: UInt64 = 20_260

    enum Source: String, CaseIterable, Sendable {
        case simulated
        case sgdx = "sgdx_dev"
        case sgd = "sgd_dev"
        case clincx = "clincx_dev"
        case bpic12 = "bpic12_dev"
        case irc = "irc_dev"

        var isAtHand: Bool { self == .simulated || path != nil }
        var path: String? { Given.sharedFile("data/discovery/\(rawValue).events.ndjson") }

        /// The events of each person, in time order.
        func people() throws -> [[String]] {
            var lines: [String] = []
            if let path {
                lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
            } else {
                Simulation(people: 60, days: 30, seed: PurposeNamePropertyTests.seed).run { line, _ in
                    lines.append(String(decoding: line, as: UTF8.self))
                }
            }
            var places: [String: Int] = [:]
            var people: [[String]] = []
            for line in lines {
                let event = try Given.event(line)
                let user = event.string(event.userId.isEmpty ? event.anonymousId : event.userId)
                if places[user] == nil {
                    places[user] = people.count
                    people.append([])
                }
                people[places[user]!].append(line)
            }
            return people
        }
    }

    /// Forty purposes of each source make 200 over the sets.
    static let purposesPerSource = 40

    @Test("of 40 purposes of a source", arguments: Source.allCases.filter(\.isAtHand))
    func properties(_ source: Source) throws {
        var random = TestRandom(seed: PurposeNamePropertyTests.seed)
        var looked = 0
        for lines in try source.people().shuffled(using: &random) where looked < Self.purposesPerSource {
            let person = try Given.discover(lines)
            let again = try Given.discover(lines)
            #expect(person.purposes.map(\.name) == again.purposes.map(\.name), "seed \(Self.seed)")
            let purposes = person.purposes.indices.filter { !person.purposes[$0].isRoutine }
            let open = purposes.filter { person.purposes[$0].state == .open }.map { person.purposes[$0].name }
            #expect(Set(open).count == open.count, "seed \(Self.seed): \(open)")
            for place in purposes.shuffled(using: &random).prefix(8) {
                looked += 1
                try expectGood(person.purposes[place], try words(of: place, in: person, lines))
            }
        }
        #expect(looked >= Self.purposesPerSource)
    }

    /// Everything that the events of a purpose say, in small letters.
    private func words(of purpose: Int, in person: DiscoveredPerson, _ lines: [String]) throws -> String {
        var said = ""
        for (event, line) in zip(person.events, lines) where event.purpose == purpose {
            let whole = try Given.event(line)
            let fields = [whole.text, whole.name, whole.channel, whole.amount]
            said += fields.map { whole.string($0) + " " }.joined().lowercased()
        }
        return said
    }

    private func expectGood(_ purpose: Purpose, _ said: String) throws {
        let name = purpose.name
        let comment: Comment = "seed \(Self.seed): \"\(name)\""
        let parts = name.components(separatedBy: ", ")
        let phrases = parts.map { $0.split(separator: " ").map(String.init) }
        #expect(!name.isEmpty && phrases.allSatisfy { !$0.isEmpty }, comment)
        // A phrase, a detail, an amount, a day, a number.
        #expect(phrases.joined().count <= PurposeNamer.wordsMax + 4, comment)
        for word in phrases.joined() where !isOccasion(parts.last ?? "", word) {
            #expect(said.contains(word.lowercased()), comment)
        }
        let kinds = phrases.map { $0.map(kind(of:)) }
        let isBare = purpose.terms.isEmpty  // Named after an event.
        #expect(isBare || kinds.joined().contains { $0.isDisjoint(with: [.function, .talk, .occasion]) }, comment)
        for phrase in kinds.prefix(isBare ? 0 : 1) {
            #expect(!phrase.allSatisfy { $0.contains(.talk) }, comment)
            #expect(!phrase[0].contains(.function), comment)
            #expect(!phrase[phrase.count - 1].contains(.function), comment)
        }
        #expect(Int(parts[0]) == nil && !name.contains("://") && !name.contains("_") && !name.contains("@"), comment)
    }

    /// The day that tells two purposes apart, or their number, is in no text.
    private func isOccasion(_ part: String, _ word: String) -> Bool {
        Int(word) != nil || kind(of: word).contains(.occasion)
    }

    private func kind(of word: String) -> WordKind {
        var word = word.lowercased()
        return word.withUTF8 { WordKind.of(StableHash.folded($0)) }
    }

    // MARK: As events arrive

    /// Names that may change in ten events of a person, of purposes that were there before; and those of them that
    /// become another name, and not the same with a detail more ("hotel", "hotel, Paris").
    static let changesPerTenEventsMax = 1.6
    static let renamingsPerTenEventsMax = 1.2
    /// Share of purposes that keep their name when one more event of the person comes.
    static let keptMin = 0.9

    @Test("a name seldom changes as events arrive", arguments: Source.allCases.filter(\.isAtHand))
    func sticky(_ source: Source) throws {
        var random = TestRandom(seed: Self.seed)
        let people = try source.people().filter { (3...200).contains($0.count) }.shuffled(using: &random).prefix(10)
        var (events, names, changes, renamings) = (0, 0, 0, 0)
        for lines in people {
            var before: [PurposeID: String] = [:]
            for count in 1...min(lines.count, 30) {
                let person = try Given.discover(Array(lines.prefix(count)))
                var now: [PurposeID: String] = [:]
                for purpose in person.purposes where !purpose.isRoutine { now[purpose.id] = purpose.name }
                for (id, name) in now {
                    guard let old = before[id] else { continue }
                    names += 1
                    if old != name { changes += 1 }
                    if !name.hasPrefix(old) { renamings += 1 }
                }
                events += 1
                before = now
            }
        }
        guard events > 0 else { return }
        let perTen = { (count: Int) in 10 * Double(count) / Double(events) }
        let kept = 1 - Double(changes) / Double(max(1, names))
        let comment: Comment = "seed \(Self.seed): \(changes) changes, \(renamings) renamings in \(events) events"
        #expect(perTen(changes) <= Self.changesPerTenEventsMax, comment)
        #expect(perTen(renamings) <= Self.renamingsPerTenEventsMax, comment)
        #expect(kept >= Self.keptMin, comment)
    }
}
