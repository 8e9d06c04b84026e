import Foundation
import Testing
import Throughline

@testable import ThroughlineEngine

/// The shipped model on labelled streams: a guard against a change that spoils it, far below what `docs/quality.md`
/// says. The model was fitted on these people too, so this is no measure of quality.
@Suite("the shipped model on labelled data", .enabled(if: Given.shared != nil, "no labelled data beside the project"))
struct QualityTests {
    struct Bar: Sendable, CustomTestStringConvertible {
        var name: String
        var atArrival: Double
        var repaired: Double
        var testDescription: String { name }
    }

    static let bars = [
        Bar(name: "sgdx_dev", atArrival: 0.86, repaired: 0.88), Bar(name: "sgd_dev", atArrival: 0.88, repaired: 0.89),
        Bar(name: "clincx_dev", atArrival: 0.92, repaired: 0.94),
        Bar(name: "bpic12_dev", atArrival: 0.77, repaired: 0.77),
    ]

    @Test("macro B-cubed F", arguments: bars)
    func quality(_ bar: Bar) throws {
        let events = try #require(Given.sharedFile("data/discovery/\(bar.name).events.ndjson"))
        var labels = PurposeLabels()
        try labels.add(path: try #require(Given.sharedFile("data/discovery/\(bar.name).labels.tsv")))
        let truths = labels.purposes
        let rejects = try RejectLog(path: nil) { Issue.record("\($0)") }
        for (repairs, least) in [(false, bar.atArrival), (true, bar.repaired)] {
            let index = EventIndex(workers: 2)
            try index.read(
                try EventInput(path: events, format: nil, map: try CSVMap(), parser: EventParser(), rejects: rejects)
            ) { _ in }
            var scores: [Double] = []
            try FileDiscovery(
                model: Given.model, table: Given.table, repairs: repairs, describes: false,
                eventBytesMax: EventParser.eventBytesMax, workers: 2
            ).run(index) { person, output in
                let truth = person.events.map { truths[person.messageId(of: $0)]! }
                let score = bCubedF(truth: truth, found: person.events.map(\.purpose))
                withUnsafeBytes(of: score) { output.append(contentsOf: $0) }
            } write: { bytes, _ in
                for start in stride(from: 0, to: bytes.count, by: 8) {
                    scores.append(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Double.self) })
                }
            }
            let mean = scores.reduce(0, +) / Double(scores.count)
            #expect(mean >= least, "\(bar.name), repaired: \(repairs)")
        }
    }
}

extension QualityTests {
    @Test("as a server finds them: placed as they come, repaired when a visit ends", arguments: bars)
    func live(_ bar: Bar) throws {
        var labels = PurposeLabels()
        try labels.add(path: try #require(Given.sharedFile("data/discovery/\(bar.name).labels.tsv")))
        let path = try #require(Given.sharedFile("data/discovery/\(bar.name).events.ndjson"))
        var people: [String: [EventRecord]] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init) {
            let event = try Given.event(line)
            let who = event.userId.isEmpty ? event.anonymousId : event.userId
            people[event.string(who), default: []].append(try Given.record(line))
        }
        var scores: (atArrival: Double, repaired: Double) = (0, 0)
        let isLong = ProcessInfo.processInfo.environment["THROUGHLINE_LONG"] != nil
        let some = people.sorted { $0.key < $1.key }.prefix(isLong ? .max : 12).map(\.value)
        for records in some {
            let sorted = records.sorted { $0.timestamp < $1.timestamp }
            let truth = sorted.map { labels.purposes[String(decoding: $0.messageId, as: UTF8.self)]! }
            let found = try Given.live(sorted)
            scores.atArrival += bCubedF(truth: truth, found: found.atArrival.map(\.purpose.description.hashValue))
            scores.repaired += bCubedF(truth: truth, found: found.repaired.map(\.purpose.description.hashValue))
        }
        let count = Double(some.count)
        if isLong {
            print("\(bar.name), live: \(scores.atArrival / count) at arrival, \(scores.repaired / count) repaired")
        }
        // Of few people, less is certain.
        let slack = isLong ? 0 : 0.05
        #expect(scores.atArrival / count >= bar.atArrival - slack)
        #expect(scores.repaired / count >= bar.repaired - slack)
    }
}

/// B-cubed F of one person (Bagga and Baldwin 1998).
func bCubedF(truth: [String], found: [Int]) -> Double {
    var both: [String: Double] = [:]
    var ofTruth: [String: Double] = [:]
    var ofFound: [Int: Double] = [:]
    for (a, b) in zip(truth, found) {
        both["\(b)|\(a)", default: 0] += 1
        ofTruth[a, default: 0] += 1
        ofFound[b, default: 0] += 1
    }
    var precision = 0.0
    var recall = 0.0
    for (a, b) in zip(truth, found) {
        precision += both["\(b)|\(a)"]! / ofFound[b]!
        recall += both["\(b)|\(a)"]! / ofTruth[a]!
    }
    precision /= Double(truth.count)
    recall /= Double(truth.count)
    return 2 * precision * recall / (precision + recall)
}
