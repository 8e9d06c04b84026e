import Foundation
import Testing

@testable import Throughline
@testable import ThroughlineEngine

@Suite("A drafted map")
struct MapDraftTests {
    private static func type(_ name: String, _ milestones: [(String, Outcome?)]) -> PurposeType {
        PurposeType(
            name: name, terms: [], purposeCount: 30, outcomes: [:],
            milestones: milestones.map { name, ending in
                Milestone(
                    name: name, nameHash: MapEvent.hash(ofName: name), ending: ending, share: 0.75, lift: 1,
                    precedence: nil)
            }, centre: PackedVector())
    }

    /// A draft of which every milestone was reached once, but those that nobody reaches.
    private static func text(_ types: [PurposeType], never: Set<String> = []) throws -> (text: String, map: JourneyMap)
    {
        var draft = MapDraft(types)
        let drawn = draft.map.purposes
        var measure = MapMeasure(drawn, isBound: drawn.map { _ in true })
        for (place, purpose) in drawn.enumerated() {
            let steps = purpose.milestones.enumerated().filter { !never.contains($1.name) }.map { number, milestone in
                MapTrace.Step(
                    milliseconds: Int64(number), milestone: number, stage: .choose, fault: nil, name: milestone.name,
                    channel: number % 2 == 0 ? "web" : "Web\u{7}", touchpoint: "", answers: [])
            }
            var bytes: [UInt8] = []
            MapTrace(purpose: place, steps: steps).append(to: &bytes)
            measure.take(bytes)
        }
        draft.fill(measure.purposes)
        let text = draft.text
        return (text, try MapReader.read(Array(text.utf8)))
    }

    @Test("milestones have the stage and the places that were found; endings and what nobody reaches are left out")
    func fills() throws {
        let (text, map) = try Self.text(
            [Self.type("home loan", [("Applied", nil), ("Seen", nil), ("Signed", nil), ("Refused", .declined)])],
            never: ["Seen"])
        let milestones = map.purposes[0].milestones
        #expect(milestones.map(\.name) == ["Applied", "Signed"])
        #expect(milestones.map(\.stage) == [.choose, .choose])
        #expect(milestones.map(\.channels) == [["web"], ["web"]])
        #expect(text.contains("# 75 % of those that were fulfilled reach it\n          - name: Applied"))
        #expect(text.contains("# ends it as declined: Refused"))
        #expect(text.contains("# 1 purposes in these files"))
    }

    @Test("names that a map cannot have are left out, and that is said")
    func leavesOut() throws {
        let long = String(repeating: "x", count: 300)
        let (text, map) = try Self.text([
            Self.type(
                "loan",
                [("A\u{1B}[2J", nil), (long, nil), (" B ", nil), ("b", nil), ("É", nil), ("é", nil), (" ", nil)]),
            Self.type("LOAN", []), Self.type("a\nb", [("C", nil)]), Self.type("none: #", [("true", nil)]),
        ])
        #expect(map.purposes.map(\.name) == ["loan", "none: #"])
        #expect(map.purposes[0].milestones.map(\.name) == ["B", "É"])
        #expect(map.purposes[0].milestones[0].rule.names == [" B "])
        #expect(map.purposes[1].milestones.map(\.rule.names) == [["true"]])
        #expect(text.split(separator: "\n").count { $0.contains("# left out: ") } == 7)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
    }

    @Test("a draft of more than a map holds is a map all the same, of the largest types")
    func staysWithinLimits() throws {
        let milestones = (0..<40).map { ("\(String(repeating: "event ", count: 30))\($0)", nil as Outcome?) }
        let types = (0..<300).map { Self.type("type \($0)", milestones) }
        let (text, map) = try Self.text(types)
        #expect(text.utf8.count <= JourneyMap.bytesMax)
        #expect(map.purposes.first?.name == "type 0")
        #expect(map.purposes.count < 300)
        #expect(text.contains("# left out: \"type 299\", as a map has at most 256 purposes"))
        #expect(text.contains("# left out: \"type 255\", as the map is full"))
    }
}
