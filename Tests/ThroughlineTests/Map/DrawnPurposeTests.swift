import Testing
import Throughline

@Suite("A drawn purpose")
struct DrawnPurposeTests {
    static func milestone(
        _ name: String, _ stage: Stage = .commit, on names: [String] = [], when condition: String? = nil,
        channels: [String] = [], welcomes: [NudgeKind]? = nil
    ) throws -> DrawnMilestone {
        let condition = try condition.map { try MapCondition($0, of: .event) }
        return DrawnMilestone(
            name: name, stage: stage, rule: MilestoneRule(names: names, condition: condition), channels: channels,
            welcomes: welcomes)
    }

    @Test("an event reaches the first milestone whose rule it fits; names fold as everywhere")
    func matchesFirst() throws {
        let purpose = DrawnPurpose(
            name: "loan",
            milestones: [
                try Self.milestone("sent on the web", on: ["Application Submitted"], when: "channel == \"web\""),
                try Self.milestone("sent", on: ["Application Submitted", "Form Sent"]),
                try Self.milestone("large", when: "properties.amount >= 10000.0"),
            ])
        var event = MapEvent(name: "APPLICATION submitted", channel: "web")
        #expect(purpose.match(event) == MilestoneMatch(milestone: 0))
        event.channel = "branch"
        #expect(purpose.match(event) == MilestoneMatch(milestone: 1))
        event.name = "Form Sent"
        #expect(purpose.match(event) == MilestoneMatch(milestone: 1))
        event.name = "Call Logged"
        #expect(purpose.match(event) == MilestoneMatch(milestone: nil, fault: .noKey("amount")))
        event.properties = try ConditionMap(["amount": .double(20_000)])
        #expect(purpose.match(event) == MilestoneMatch(milestone: 2))
    }

    static let conditions: [(String, Bool)] = [
        ("event == 'Loan Paid Out'", true), ("event == 'loan paid out'", false), ("kind == 'page'", true),
        ("channel == 'web' && touchpoint == 'website'", true), ("stage == 'fulfilled'", true),
        ("outcome == 'fulfilled'", true), ("routine", false), ("time > timestamp('2026-01-01T00:00:00Z')", true),
        ("has(properties.amount) && properties.amount == 7", true), ("'x' in properties", false),
    ]

    @Test("every variable of an event can be asked", arguments: conditions)
    func asks(condition: String, holds: Bool) throws {
        let event = MapEvent(
            name: "Loan Paid Out", kind: .page, channel: "web", touchpoint: "website", stage: .fulfilled,
            time: Instant(millisecondsSince1970: 1_772_000_000_000),
            properties: try ConditionMap(["amount": .double(7)]))
        #expect(try MapCondition(condition, of: .event).holds(event) == holds)
    }

    @Test("what is known of nothing is empty")
    func asksNothing() throws {
        let condition = "stage == '' && outcome == '' && channel == '' && touchpoint == '' && routine"
        #expect(try MapCondition(condition, of: .event).holds(MapEvent(name: "Logged In")))
    }

    @Test("a milestone says what it welcomes, or else its stage does, or else nobody")
    func welcomes() throws {
        let purpose = DrawnPurpose(
            name: "loan", welcomes: [.commit: [.remind]],
            milestones: [
                try Self.milestone("a", on: ["A"], welcomes: [.help]), try Self.milestone("b", on: ["B"]),
                try Self.milestone("c", .choose, on: ["C"]), try Self.milestone("d", on: ["D"], welcomes: []),
            ])
        #expect(purpose.welcome(at: 0) == [.help])
        #expect(purpose.welcome(at: 1) == [.remind])
        #expect(purpose.welcome(at: 2) == nil)
        #expect(purpose.welcome(at: 3) == [])
    }

    @Test("stages without a milestone are gaps, and milestones without a place")
    func gaps() throws {
        let purpose = DrawnPurpose(
            name: "loan",
            milestones: [
                try Self.milestone("a", .explore, on: ["A"], channels: ["web"]),
                try Self.milestone("b", .commit, on: ["B"]), try Self.milestone("c", .fulfilled, on: ["C"]),
            ])
        #expect(
            purpose.gaps == [
                .noMilestone(at: .compare), .noMilestone(at: .choose), .nowhere(milestone: 1), .nowhere(milestone: 2),
            ])
    }
}
