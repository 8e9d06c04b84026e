import Foundation
import Testing

@testable import Throughline

@Suite("the page about conditions")
struct ConditionDocumentTests {
    private let page: String

    init() throws {
        page = try String(contentsOf: Given.root.appendingPathComponent("docs/conditions.md"), encoding: .utf8)
    }

    @Test("names every function, operator and macro")
    func functions() {
        for function in ConditionFunction.allCases {
            switch function.style {
            case .mark where function == .negate: #expect(page.contains("`!` `-`"))
            case .mark where function == .index: #expect(page.contains("a[b]"))
            case .mark: #expect(page.contains("`\(function.rawValue)`"), "\(function.rawValue)")
            case .function: #expect(page.contains("`\(function.rawValue)(x)`"), "\(function.rawValue)")
            case .method, .functionOrMethod: #expect(page.contains(".\(function.rawValue)("), "\(function.rawValue)")
            }
        }
        for macro in ConditionMacro.allCases { #expect(page.contains(".\(macro.rawValue)(x"), "\(macro.rawValue)") }
    }

    @Test("names every limit with its value")
    func limits() {
        let limits = ConditionLimits()
        let named = [
            ("sourceBytesMax", limits.sourceBytesMax), ("nodesMax", limits.nodesMax), ("stepsMax", limits.stepsMax),
            ("nestingMax", ConditionLimits.nestingMax), ("patternBytesMax", ConditionLimits.patternBytesMax),
            ("patternInstructionsMax", ConditionLimits.patternInstructionsMax),
            ("patternNestingMax", ConditionLimits.patternNestingMax),
            ("patternRepeatMax", ConditionLimits.patternRepeatMax),
            ("valueNestingMax", ConditionLimits.valueNestingMax),
        ]
        for (name, value) in named {
            let digits = value < 1000 ? "\(value)" : "\(value / 1000),\("\(1000 + value % 1000)".dropFirst())"
            #expect(page.contains("| `\(name)` | \(digits) "), "\(name)")
        }
    }
}
