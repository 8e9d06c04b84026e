import Testing
import Throughline
import ThroughlineSimulation

@testable import ThroughlineEngine

@Suite("stages in the fold")
struct LiveStageTests {
    private static let steps = [
        ("Products Searched", "winter coat"), ("Product Viewed", "winter coat, red"),
        ("Checkout Started", "winter coat"),
        ("Order Completed", "winter coat"),
    ]

    private static func folded(by source: UInt32) throws -> MemoryProfiles {
        let records = try steps.enumerated().map { number, step in
            var record = try Given.record(
                #"{"type":"track","timestamp":"2026-01-01T00:00:00Z","userId":"u","messageId":"m\#(number)","event":"\#(step.0)","properties":{"product":"\#(step.1)","order_id":"o-1"}}"#,
                at: Instant(millisecondsSince1970: 1_700_000_000_000 + Int64(number) * 60_000))
            record.source = source
            return record
        }
        return try Folding(records, discovering: .init()).folded()
    }

    @Test("a source that is believed fulfils a purpose, and closes it; what a browser says of it goes as far as commit")
    func trust() throws {
        for (source, last) in [(Folding.server, Stage.fulfilled), (Folding.browser, .commit)] {
            let store = try Self.folded(by: source)
            let entries = store.entries(of: store.allStrands).sorted { $0.key < $1.key }
            #expect(entries.count == Self.steps.count)
            #expect(entries.first?.placed?.stage == .explore && entries.last?.placed?.stage == last)
            let kinds = store.allPurposeChanges.map(\.kind)
            #expect(kinds.contains(.closed(.fulfilled)) == (source == Folding.server), "\(kinds)")
        }
    }
}
