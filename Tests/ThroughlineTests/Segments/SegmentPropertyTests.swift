import Testing
import ThroughlineSimulation

@testable import Throughline
@testable import ThroughlineEngine

@Suite("segments, whatever happens")
struct SegmentPropertyTests {
    private static let conditions = [
        "identified", "!identified", #""plan" in traits && traits.plan == "gold""#, #"traits.plan == "silver""#,
        "claimed.size() > 0", "silentDays > 2", "silentDays >= 1 && silentDays < 9", "holdout",
        #"purposes.exists(p, p.state == "open" && p.silentDays > 1)"#, #"purposes.exists(p, p.stage == "commit")"#,
        #"purposes.exists(p, p.state == "dormant" || p.outcome == "lapsed")"#, "purposes.size() > 1",
        #"purposes.exists(p, p.outcome == "fulfilled" && p.events > 1)"#,
        #""Rates Viewed" in last7 && last7["Rates Viewed"] >= 2"#, #"last30["Rates Viewed"] > 2"#,
        "last90.size() == 0", "channels7.size() == 0 && channels90.size() > 0", #""web" in channels30"#, "true",
        "false",
    ]
    private static let names = ["a", "b", "c", "d", "e"]
    private static let events = [
        "Rates Viewed", "Application Submitted", "Loan Approved", "Card Compared", "Logged In", "Order Cancelled",
    ]

    private static func happen(_ world: SegmentWorld, _ random: inout TestRandom) async throws {
        let user = "u\(Int.random(in: 0..<6, using: &random))"
        let visitor = "v\(Int.random(in: 0..<4, using: &random))"
        let name = events.randomElement(using: &random)!
        let source = Bool.random(using: &random) ? Folding.server : Folding.browser
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<6:
            try await world.track(user, name, ago: Int64.random(in: 0..<3 * SegmentWorld.day, using: &random))
        case 6, 7:
            try await world.event(#""type":"track","event":"\#(name)","anonymousId":"\#(visitor)""#, source: source)
        case 8:
            try await world.event(
                #""type":"track","event":"\#(name)","anonymousId":"\#(visitor)","userId":"\#(user)""#, source: source)
        case 9, 10:
            let plan = ["\"gold\"", "\"silver\"", "null"].randomElement(using: &random)!
            try await world.event(
                #""type":"identify","userId":"\#(user)","traits":{"plan":\#(plan),"email":"\#(user)@example.com"}"#,
                source: source)
        case 11: try await world.say(.merge(world.user(user), world.user("u\(Int.random(in: 0..<6, using: &random))")))
        case 12: try await world.say(.separate([world.user(user)]))
        case 13:
            try world.settle()
            if let number = world.number(user), Int.random(in: 0..<3, using: &random) == 0 {
                try await world.say(.erase(number))
            }
        case 14, 15:
            world.advance(days: Double.random(in: 0..<3, using: &random))
            try await world.tick()
        case 16:
            world.advance(days: Double.random(in: 0..<40, using: &random))
            try await world.tick()
        case 17:
            try await world.define(names.randomElement(using: &random)!, conditions.randomElement(using: &random)!)
        case 18:
            let list = ["list", "list2"].randomElement(using: &random)!
            try await world.define(list, nil)
            let edit: SegmentEdit =
                Int.random(in: 0..<3, using: &random) > 0
                ? .list(world.user(user), on: list) : .unlist(world.user(user), from: list)
            try await world.say(.segment(edit))
        default:
            if Bool.random(using: &random) {
                try await world.say(.segment(.delete(name: (names + ["list"]).randomElement(using: &random)!)))
            } else {
                try world.restart()
            }
        }
    }

    @Test(
        "who is in is who a plain look at everybody finds, with merges, their ends, erasures, time, other definitions, stops and failures",
        arguments: 0..<4)
    func plain(_ round: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = TestRandom(seed: seed)
        let failing = round == 0 ? [] : Set((0..<40).map { _ in Int.random(in: 0..<900, using: &random) })
        let world = try SegmentWorld(failingAt: failing)
        for _ in 0..<2 { try await Self.happen(world, &random) }
        for name in Self.names.prefix(3) {
            try await world.define(name, Self.conditions.randomElement(using: &random)!)
        }
        for step in 0..<150 {
            try await Self.happen(world, &random)
            if Bool.random(using: &random) { try? world.fold.foldAll { _ in } }
            for _ in 0..<Int.random(in: 0..<3, using: &random) { _ = try? world.service.step() }
            if step % 10 == 9 {
                try await world.tick()
                try world.settle()
                try world.expectPlain("seed \(seed), round \(round), step \(step)")
            }
        }
    }
}
