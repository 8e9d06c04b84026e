import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("Writing a journey map")
struct MapWriterTests {
    @Test("what was written is read as the same map", arguments: 0..<40)
    func roundTrip(number: UInt64) throws {
        let seed = 0x6d61_7000 &+ number
        var random = TestRandom(seed: seed)
        let map = try MapMaker.map(&random)
        let text = MapWriter.text(of: map)
        do {
            let again = try MapReader.read(Array(text.utf8))
            #expect(again == map, "seed \(seed)\n\(text)")
            #expect(MapWriter.text(of: again) == text, "seed \(seed)")
        } catch { Issue.record("seed \(seed): \(error)\n\(text)") }
    }

    @Test("notes are comments, whatever they say, and change nothing of the map")
    func writesNotes() throws {
        var random = TestRandom(seed: 7)
        let map = try MapMaker.map(&random)
        var notes = MapWriter.Notes()
        notes.map = ["a\nmap: b", "\u{1B}[2J", "\u{2028}x: y"]
        for purpose in map.purposes {
            notes.purposes[purpose.name] = ["\r- name: c"]
            notes.endings[purpose.name] = ["d"]
            for milestone in purpose.milestones { notes.milestones[purpose.name, default: [:]][milestone.name] = ["e"] }
        }
        let text = MapWriter.text(of: map, notes: notes)
        #expect(text.hasPrefix("# a map: b\n#  [2J\n#  x: y\nmap: "))
        #expect(try MapReader.read(Array(text.utf8)) == map)
    }
}

/// Makes maps by chance: all that a map may hold, in texts of every kind.
enum MapMaker {
    private static let pieces = [
        "a", "Z", "loan", " ", "-", ":", "#", "\"", "'", "\\", "&x", "*y", "[", "]", "{", "}", ",", "|", ">", "%", "@",
        "`",
        "é", "e\u{301}", "ß", "漢", "🏠", "\u{200B}", "\u{E000}", "!", "?", "~", "=", "<<", "true", "1", "0x1F", ".",
    ]

    static func map(_ random: inout TestRandom) throws -> JourneyMap {
        var number = 0
        return JourneyMap(
            name: name(&random),
            objectives: try (0..<Int.random(in: 1...3, using: &random)).map { _ in
                try objective(&random, depth: 1, &number)
            })
    }

    private static func objective(_ random: inout TestRandom, depth: Int, _ number: inout Int) throws -> MapObjective {
        number += 1
        var objective = MapObjective(name: name(&random) + "\(number)")
        if depth < 4, Bool.random(using: &random) {
            objective.objectives = [try self.objective(&random, depth: depth + 1, &number)]
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            number += 1
            objective.purposes.append(try purpose(&random, number))
        }
        return objective
    }

    private static func purpose(_ random: inout TestRandom, _ number: Int) throws -> DrawnPurpose {
        var purpose = DrawnPurpose(name: name(&random) + "\(number)")
        if Bool.random(using: &random) { purpose.type = name(&random) + "t\(number)" }
        if Bool.random(using: &random) { purpose.serves = text(&random) }
        for stage in Stage.allCases where Int.random(in: 0..<4, using: &random) == 0 {
            purpose.welcomes[stage] = kinds(&random)
        }
        purpose.milestones = try (0..<Int.random(in: 0...4, using: &random)).map { try milestone(&random, $0) }
        return purpose
    }

    private static func milestone(_ random: inout TestRandom, _ number: Int) throws -> DrawnMilestone {
        let condition = try MapCondition(
            ["event == \"a: #\" &&\n  channel != 'web'", "properties.x * 2.0 > 1.5", "has(properties.a)||routine"]
                .randomElement(using: &random)!, of: .event)
        let names = (0..<Int.random(in: 0...3, using: &random)).map { " \(name(&random))\(number)/\($0)" }
        var milestone = DrawnMilestone(
            name: name(&random) + "\(number)", stage: Stage.allCases.randomElement(using: &random)!,
            rule: MilestoneRule(names: names, condition: names.isEmpty || Bool.random(using: &random) ? condition : nil)
        )
        milestone.touchpoints = places(&random)
        milestone.channels = places(&random)
        if Bool.random(using: &random) { milestone.need = text(&random) }
        if Bool.random(using: &random) { milestone.feeling = text(&random) }
        if Bool.random(using: &random) { milestone.welcomes = kinds(&random) }
        if Bool.random(using: &random) {
            milestone.critical = CriticalInteraction(
                handler: name(&random), channel: Bool.random(using: &random) ? name(&random) : nil,
                condition: Bool.random(using: &random) ? try MapCondition("traits.tier == 'gold'", of: .person) : nil,
                failure: Bool.random(using: &random) ? text(&random) : nil)
        }
        return milestone
    }

    private static func places(_ random: inout TestRandom) -> [String] {
        (0..<Int.random(in: 0...3, using: &random)).map { name(&random) + "\($0)" }
    }

    private static func kinds(_ random: inout TestRandom) -> [NudgeKind] {
        NudgeKind.allCases.filter { _ in Bool.random(using: &random) }
    }

    private static func name(_ random: inout TestRandom) -> String {
        let text = (0..<Int.random(in: 1...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            .joined()
        let trimmed = MapText.trimmed(text)
        return trimmed.isEmpty ? "x" : trimmed
    }

    private static func text(_ random: inout TestRandom) -> String {
        Bool.random(using: &random) ? name(&random) : name(&random) + "\n\t" + name(&random)
    }
}
