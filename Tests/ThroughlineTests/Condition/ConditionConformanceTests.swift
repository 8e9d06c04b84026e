import Foundation
import Testing

@testable import Throughline

/// The conformance cases of the language, all that are in its practical subset.
@Suite("conformance of conditions")
struct ConditionConformanceTests {
    /// Cases that are left out on purpose, by file, section and name, with the reason.
    static let leftOut: [String: String] = [:]

    private static let path = Given.sharedFile("data/cel/conformance.jsonl")

    @Test("every case of the subset passes", .enabled(if: path != nil, "the conformance cases are not at hand"))
    func subset() throws {
        var counts: [String: (passed: Int, failed: Int, leftOut: Int)] = [:]
        for example in try ConditionConformanceCase.all(at: #require(Self.path)) where example.needs.isEmpty {
            let title = example.file + "/" + example.name
            var count = counts[example.file] ?? (0, 0, 0)
            if Self.leftOut[title] != nil {
                count.leftOut += 1
            } else if example.passes {
                count.passed += 1
            } else {
                count.failed += 1
                Issue.record("\(title): \(example.expression) gives \(example.ending)")
            }
            counts[example.file] = count
        }
        let page = try String(contentsOf: Given.root.appendingPathComponent("docs/conditions.md"), encoding: .utf8)
        for (file, count) in counts.sorted(by: { $0.key < $1.key }) {
            #expect(page.contains("| \(file) | \(count.passed) | \(count.failed) | \(count.leftOut) |"), "\(file)")
            print("\(file): \(count.passed) passed, \(count.failed) failed, \(count.leftOut) left out")
        }
    }

    /// Beyond the subset nothing need be known, but what is answered has to be right.
    @Test("no case outside the subset has a wrong value", .enabled(if: path != nil, "the cases are not at hand"))
    func noWrongValue() throws {
        var counts: [String: Int] = [:]
        for example in try ConditionConformanceCase.all(at: #require(Self.path)) where !example.needs.isEmpty {
            switch example.ending {
            case .value(let value):
                counts["the value", default: 0] += 1
                #expect(!example.expectsFault, "\(example.expression) gives \(value)")
                if let expected = example.expected {
                    #expect(ConditionConformanceCase.areSame(value, expected), "\(example.expression) gives \(value)")
                }
                if let type = example.expectedType { #expect(example.deducedType == type, "\(example.expression)") }
            case .refusal: counts["refused", default: 0] += 1
            case .fault(let fault):
                counts["a fault", default: 0] += 1
                // Where the types are checked, a function that is missing is known when the expression is read.
                if case .unknownFunction = fault, example.checksTypes {
                    Issue.record("\(example.expression) is refused too late: \(fault)")
                }
            }
        }
        print("outside the subset: \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })")
    }
}
