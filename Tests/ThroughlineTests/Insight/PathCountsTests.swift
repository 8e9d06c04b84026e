import Foundation
import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("paths")
struct PathCountsTests {
    typealias Step = PathCounts.Step

    /// What is counted, by loops that anybody can check.
    private struct Reference: Equatable {
        var activities: [Int]
        var starts: [Int]
        var ends: [Int]
        var rework: [Int]
        var directly: [[Int]: Int] = [:]
        var eventually: [[Int]: Int] = [:]
        var gaps: [[Int]: [Int64]] = [:]
        var throughputs: [Int64] = []
        var variants: [[Int32]: Int] = [:]

        init(_ cases: [[Step]], count: Int) {
            activities = [Int](repeating: 0, count: count)
            starts = activities
            ends = activities
            rework = activities
            for steps in cases where !steps.isEmpty {
                let names = steps.map { Int($0.activity) }
                starts[names[0]] += 1
                ends[names[names.count - 1]] += 1
                for name in names { activities[name] += 1 }
                for name in Set(names) where names.count(where: { $0 == name }) > 1 { rework[name] += 1 }
                for one in names.indices {
                    for other in names.indices where other > one {
                        eventually[[names[one], names[other]], default: 0] += 1
                        guard other == one + 1 else { continue }
                        directly[[names[one], names[other]], default: 0] += 1
                        gaps[[names[one], names[other]], default: []].append(
                            steps[other].milliseconds - steps[one].milliseconds)
                    }
                }
                throughputs.append(steps[steps.count - 1].milliseconds - steps[0].milliseconds)
                variants[steps.map(\.activity), default: 0] += 1
            }
        }

        static func times(_ numbers: [Int64]) -> PathCounts.Times {
            let sorted = numbers.sorted()
            guard let first = sorted.first, let last = sorted.last else { return PathCounts.Times() }
            let sum = sorted.reduce(Int128(0)) { $0 + Int128($1) }
            let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
            return PathCounts.Times(
                count: sorted.count, min: first, median: (Double(low) + Double(high)) / 2,
                mean: Double(sum) / Double(sorted.count), max: last, sum: sum)
        }
    }

    private static func check(_ counts: PathCounts, _ reference: Reference, _ comment: Comment) {
        #expect(counts.activities == reference.activities, comment)
        #expect(counts.starts == reference.starts && counts.ends == reference.ends, comment)
        #expect(counts.rework == reference.rework, comment)
        for one in 0..<counts.activityCount {
            for other in 0..<counts.activityCount {
                #expect(counts.directly(one, other) == reference.directly[[one, other]] ?? 0, comment)
                #expect(counts.eventually(one, other) == reference.eventually[[one, other]] ?? 0, comment)
                #expect(counts.gap(one, other) == Reference.times(reference.gaps[[one, other]] ?? []), comment)
            }
        }
        #expect(counts.throughput == Reference.times(reference.throughputs), comment)
        let variants = counts.orderedVariants()
        #expect(
            Dictionary(variants.map { (Array($0.activities), $0.cases) }, uniquingKeysWith: +) == reference.variants,
            comment)
        #expect(variants.map(\.cases) == variants.map(\.cases).sorted(by: >), comment)
    }

    @Test("are what plain loops count, and cases that are taken back leave nothing")
    func reference() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let count = 1 + random.below(6)
            let cases = (0..<random.below(40)).map { _ in
                var time = Int64(random.below(1_000))
                return (0..<random.below(9)).map { _ in
                    time += Int64(random.below(50))
                    return Step(activity: Int32(random.below(count)), milliseconds: time)
                }
            }
            var counts = PathCounts(activityCount: count)
            for steps in cases { steps.withUnsafeBufferPointer { counts.add($0) } }
            Self.check(counts, Reference(cases, count: count), "seed \(seed)")
            // Counted in two parts it is the same.
            var parts = [PathCounts(activityCount: count), PathCounts(activityCount: count)]
            for steps in cases { steps.withUnsafeBufferPointer { parts[random.below(2)].add($0) } }
            parts[0].add(parts[1])
            Self.check(parts[0], Reference(cases, count: count), "seed \(seed)")
            let kept = cases.filter { _ in random.below(2) == 0 }
            var left = kept[...]
            for steps in cases {
                if left.first == steps {
                    left.removeFirst()
                } else {
                    steps.withUnsafeBufferPointer { counts.add($0, times: -1) }
                }
            }
            // Of equal cases any may have stayed: what is counted is the same.
            Self.check(counts, Reference(kept, count: count), "seed \(seed)")
        }
    }

    @Test("of a case that is longer than the limit the first steps count")
    func limit() {
        let steps = [Step](repeating: Step(activity: 0, milliseconds: 1), count: PathCounts.stepsMax + 5)
        var counts = PathCounts(activityCount: 1)
        steps.withUnsafeBufferPointer { counts.add($0) }
        #expect(counts.eventCount == PathCounts.stepsMax && counts.cutCount == 1)
        steps.withUnsafeBufferPointer { counts.add($0, times: -1) }
        #expect(counts.eventCount == 0 && counts.cutCount == 0 && counts.orderedVariants().isEmpty)
    }

    @Test("sums of the longest times there are do not run over")
    func longTimes() throws {
        let (first, last) = (try Instant(rfc3339: "0001-01-01T00:00:00Z"), try Instant(rfc3339: "9999-12-31T00:00:00Z"))
        let steps = [first, last].map { Step(activity: 0, milliseconds: $0.millisecondsSince1970) }
        var counts = PathCounts(activityCount: 1)
        for _ in 0..<40_000 { steps.withUnsafeBufferPointer { counts.add($0) } }
        let times = counts.throughput
        #expect(times.sum == Int128(times.max) * 40_000 && times.mean == Double(times.max))
    }

    @Test("more events than there is room for are refused with a sentence, by either reader", arguments: ["", "\""])
    func events(quote: String) throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("e.csv")
        let rows = (0..<5).map { "u,Event,2026-01-01T00:00:0\($0)Z" }
        try Data(("userId,event,\(quote)timestamp\(quote)\n" + rows.joined(separator: "\n")).utf8).write(to: file)
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        for (limit, isRefused) in [(4, true), (5, false)] {
            let reader = PathReader(workers: 2, pieceBytes: 1_000, eventsMax: limit)
            let input = try EventInput(
                path: file.path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
            var told: String?
            do { try reader.read(input) { _ in } } catch { told = "\(error)" }
            #expect(told.map { $0.hasSuffix("more than 4 events") } == (isRefused ? true : nil))
            #expect(reader.counts().eventCount <= limit)
        }
    }

    @Test("more kinds of events than there is room for are refused with a sentence")
    func activities() throws {
        let folder = try Given.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("e.csv")
        let rows = (0...PathCounts.activitiesMax).map { "u,Event \($0),2026-01-01T00:00:00Z" }
        try Data(("userId,event,timestamp\n" + rows.joined(separator: "\n")).utf8).write(to: file)
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        let input = try EventInput(path: file.path, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
        let reader = PathReader(workers: 2)
        let error = #expect(throws: FileError.self) { try reader.read(input) { _ in } }
        #expect(reader.counts().activityCount == PathCounts.activitiesMax)
        #expect(error.map { "\($0)".contains("more than 2048 different events") } == true)
    }
}

@Suite("paths of real logs", .enabled(if: Given.shared != nil, "no logs of processes beside the project"))
struct PathsOnDataTests {
    private struct Expected: Decodable {
        struct Gap: Decodable {
            var from: String
            var to: String
            var min: Int64
            var median: Double
            var mean: Double
            var max: Int64
            var sum: Int64
        }
        struct Variant: Decodable {
            var activities: [String]
            var cases: Int
        }
        struct Times: Decodable {
            var min: Int64
            var median: Double
            var mean: Double
            var max: Int64
            var sum: Int64
        }
        struct Edge: Decodable {
            var from: String
            var to: String
            var times: Int

            init(from decoder: any Decoder) throws {
                var list = try decoder.unkeyedContainer()
                from = try list.decode(String.self)
                to = try list.decode(String.self)
                times = try list.decode(Int.self)
            }
        }
        enum CodingKeys: String, CodingKey {
            case cases, events, activities, variants
            case startActivities = "start_activities"
            case endActivities = "end_activities"
            case directlyFollows = "directly_follows"
            case eventuallyFollows = "eventually_follows"
            case gaps = "gap_ms"
            case rework = "cases_with_rework"
            case throughput = "throughput_ms"
            case caseThroughputs = "case_throughput_ms"
        }

        var cases: Int
        var events: Int
        var activities: [String: Int]
        var startActivities: [String: Int]
        var endActivities: [String: Int]
        var directlyFollows: [Edge]
        var eventuallyFollows: [Edge]
        var gaps: [Gap]
        var variants: [Variant]
        var rework: [String: Int]
        var throughput: Times
        var caseThroughputs: [String: Int64]
    }

    @Test("are the figures that every tool gives", arguments: ["running_example", "receipt"])
    func known(log: String) throws {
        let events = try #require(Given.sharedFile("data/process/\(log).events.ndjson"))
        let figures = try #require(Given.sharedFile("data/process/\(log).expected.json"))
        let expected = try JSONDecoder().decode(
            Expected.self, from: try Data(contentsOf: URL(fileURLWithPath: figures)))
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        let reader = PathReader(workers: 2)
        try reader.read(
            EventInput(path: events, format: nil, map: CSVMap(), parser: EventParser(), rejects: rejects)
        ) { _ in }
        var throughputs: [String: Int64] = [:]
        let counts = reader.counts { key, steps in
            throughputs[key] = steps[steps.count - 1].milliseconds - steps[0].milliseconds
        }
        let names = reader.activities
        let number = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        func named(_ numbers: [Int]) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: zip(names, numbers)).filter { $0.value > 0 }
        }
        #expect(counts.caseCount == expected.cases && counts.eventCount == expected.events)
        #expect(named(counts.activities) == expected.activities)
        #expect(named(counts.starts) == expected.startActivities && named(counts.ends) == expected.endActivities)
        #expect(named(counts.rework) == expected.rework)
        func total(_ times: (Int, Int) -> Int) -> Int {
            names.indices.reduce(0) { sum, one in sum + names.indices.reduce(0) { $0 + times(one, $1) } }
        }
        for edge in expected.directlyFollows {
            #expect(counts.directly(number[edge.from]!, number[edge.to]!) == edge.times)
        }
        for edge in expected.eventuallyFollows {
            #expect(counts.eventually(number[edge.from]!, number[edge.to]!) == edge.times)
        }
        #expect(total(counts.directly) == expected.directlyFollows.reduce(0) { $0 + $1.times })
        #expect(total(counts.eventually) == expected.eventuallyFollows.reduce(0) { $0 + $1.times })
        for gap in expected.gaps {
            let found = counts.gap(number[gap.from]!, number[gap.to]!)
            #expect(
                found.min == gap.min && found.max == gap.max && found.sum == Int128(gap.sum)
                    && found.median == gap.median)
            #expect(abs(found.mean - gap.mean) <= 0.0005)
        }
        let all = counts.throughput
        #expect(all.min == expected.throughput.min && all.max == expected.throughput.max)
        #expect(all.median == expected.throughput.median && all.sum == Int128(expected.throughput.sum))
        #expect(abs(all.mean - expected.throughput.mean) <= 0.0005)
        #expect(throughputs == expected.caseThroughputs)
        let variants = counts.orderedVariants().map { ($0.activities.map { names[Int($0)] }, $0.cases) }
        #expect(
            Dictionary(variants, uniquingKeysWith: +)
                == Dictionary(expected.variants.map { (Array($0.activities), $0.cases) }, uniquingKeysWith: +))
    }
}
