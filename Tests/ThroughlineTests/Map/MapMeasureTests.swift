import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

@Suite("A map beside what people do")
struct MapMeasureTests {
    private static func step(
        _ name: String, _ seconds: Int64, at milestone: Int? = nil, channel: String = "", touchpoint: String = "",
        fault: String? = nil, answers: [MapEventReader.Answer] = []
    ) -> MapTrace.Step {
        MapTrace.Step(
            milliseconds: seconds * 1_000, milestone: milestone, stage: milestone == nil ? nil : .commit, fault: fault,
            name: name, channel: channel, touchpoint: touchpoint, answers: answers)
    }

    private static func measured(
        _ milestones: [DrawnMilestone], _ purposes: [[MapTrace.Step]]
    ) -> MeasuredPurpose {
        var measure = MapMeasure([DrawnPurpose(name: "p", milestones: milestones)], isBound: [true])
        for steps in purposes {
            var bytes: [UInt8] = []
            MapTrace(purpose: 0, steps: steps).append(to: &bytes)
            measure.take(bytes)
        }
        return measure.purposes[0]
    }

    private static func milestone(_ name: String, channels: [String] = []) -> DrawnMilestone {
        DrawnMilestone(name: name, stage: .commit, rule: MilestoneRule(names: [name]), channels: channels)
    }

    @Test("what is written of purposes is read again")
    func codes() {
        let traces = [
            MapTrace(purpose: 3, steps: []),
            MapTrace(
                purpose: 0,
                steps: [
                    Self.step(
                        "é", -7, at: 63, channel: "web", touchpoint: "x", fault: "why",
                        answers: [.init(scale: 2, value: -0.5)]), Self.step("", 0),
                ]),
        ]
        var bytes: [UInt8] = []
        for trace in traces { trace.append(to: &bytes) }
        var read: [MapTrace] = []
        MapTrace.read(bytes) { read.append($0) }
        #expect(read == traces)
    }

    @Test("times are those from one milestone to the next, where they are reached first, the median of them")
    func times() {
        let found = Self.measured(
            [Self.milestone("A"), Self.milestone("B")],
            [
                [Self.step("A", 0, at: 0), Self.step("A", 5, at: 0), Self.step("B", 10, at: 1)],
                [Self.step("A", 0, at: 0), Self.step("B", 20, at: 1), Self.step("B", 90, at: 1)],
                [Self.step("A", 0, at: 0), Self.step("B", 500, at: 1)],
                [Self.step("B", 0, at: 1), Self.step("A", 1, at: 0)],
                [Self.step("A", 0, at: 0)], [],
            ])
        #expect(found.purposeCount == 6)
        #expect(found.milestones.map(\.reachedCount) == [5, 4])
        #expect(found.milestones.map(\.medianSeconds) == [nil, 20])
        #expect(found.milestones.map(\.repeatedCount) == [1, 1])
        #expect(found.milestones.map(\.meanTimes) == [2, 2])
    }

    @Test(
        "channels that are drawn and not used, and used and not drawn, are told; nothing where nothing says a channel")
    func channels() {
        let found = Self.measured(
            [
                Self.milestone("A", channels: ["Web", "call"]), Self.milestone("B", channels: ["web"]),
                Self.milestone("C"),
            ],
            [
                [
                    Self.step("A", 0, at: 0, channel: "web"), Self.step("A", 1, at: 0, channel: "app"),
                    Self.step("A", 2, at: 0, channel: "app"), Self.step("B", 3, at: 1),
                    Self.step("C", 4, at: 2, channel: "web"),
                ]
            ])
        #expect(found.milestones[0].channels.used.map(\.name) == ["app", "web"])
        #expect(found.milestones[0].channels.undrawn == ["app"])
        #expect(found.milestones[0].channels.unused == ["call"])
        #expect(found.milestones[1].channels == MeasuredMilestone.PlaceUse())
        #expect(found.milestones[2].channels.undrawn.isEmpty)
    }

    @Test("an order that most contradict is told, one that some do is not")
    func reversals() {
        let forth = [Self.step("A", 0, at: 0), Self.step("B", 0, at: 1)]
        let back = [Self.step("B", 0, at: 1), Self.step("A", 0, at: 0), Self.step("B", 9, at: 1)]
        let milestones = [Self.milestone("A"), Self.milestone("B")]
        #expect(Self.measured(milestones, [forth, forth, back, back]).reversals.isEmpty)
        #expect(Self.measured(milestones, [back, back, back, back]).reversals.isEmpty)
        let found = Self.measured(milestones, [forth, forth, back, back, back])
        #expect(found.reversals == [.init(earlier: 0, later: 1, reversedCount: 3, bothCount: 5)])
    }

    @Test("ways that nobody drew are told from a share on, with how many go them")
    func undrawn() {
        let way = [Self.step("X", 0), Self.step("Y", 1), Self.step("A", 2, at: 0), Self.step("X", 3)]
        let plain = [Self.step("A", 0, at: 0)]
        let often = Self.measured(
            [Self.milestone("A")], Array(repeating: way, count: 3) + Array(repeating: plain, count: 27))
        #expect(
            often.undrawnSteps == [
                .init(names: ["X"], purposeCount: 3, times: 6), .init(names: ["Y"], purposeCount: 3, times: 3),
            ])
        #expect(often.undrawnPairs == [.init(names: ["X", "Y"], purposeCount: 3, times: 3)])
        let rarely = Self.measured(
            [Self.milestone("A")], Array(repeating: way, count: 3) + Array(repeating: plain, count: 28))
        #expect(rarely.undrawnSteps.isEmpty)
    }

    @Test("names beyond those that are told apart are counted")
    func boundsNames() {
        let steps = (0..<MapMeasure.namesMax + 5).map { Self.step("n\($0)", 0) }
        let found = Self.measured([], [steps, steps, steps])
        #expect(found.undrawnSteps.count == MapMeasure.namesMax)
        #expect(found.uncountedSteps == 15)
    }

    @Test("what surveys say is told by question, and conditions without an answer are counted")
    func surveys() {
        let found = Self.measured(
            [Self.milestone("A")],
            [
                [Self.step("A", 0, at: 0, answers: [.init(scale: 2, value: 9)]), Self.step("X", 0, fault: "first")],
                [
                    Self.step("A", 0, at: 0, answers: [.init(scale: 2, value: 4), .init(scale: 0, value: 1)]),
                    Self.step("X", 0, fault: "second"),
                ],
            ])
        #expect(
            found.milestones[0].answers == [
                .init(key: "score", count: 1, mean: 1), .init(key: "nps", count: 2, mean: 6.5),
            ])
        #expect(found.faultCount == 2)
        #expect(found.firstFault == "first")
    }

    // MARK: Lines

    @Test("a line is read again for its kind, its place, its properties and what it answers")
    func readsLine() throws {
        let store = LineStore()
        let line = #"""
            {"type":"track","event":"A","context":{"touchpoint":"kiosk"},"properties":{"NPS":"9","score":true,"rating":4.5,
            "a":[1,null,{"b":"c"}],"touchpoint":"","a":{"last":-2}}}
            """#
        let place = try Array(line.utf8).withUnsafeBufferPointer { try store.append($0) }
        try store.flush()
        var event = MapEvent(name: "A")
        let answers = try MapEventReader(eventBytesMax: 32_768).read(place, at: store, into: &event)
        #expect(answers == [.init(scale: 2, value: 9), .init(scale: 1, value: 4.5)])
        #expect(event.touchpoint == "kiosk")
        #expect(try MapCondition("properties.a.last == -2.0 && properties.score", of: .event).holds(event))
    }
}
