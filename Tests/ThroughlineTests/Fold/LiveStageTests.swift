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

    /// - Parameter isMadeAgain: whether she says something at the end that has her made again from what her timeline keeps.
    private static func folded(by source: UInt32, isMadeAgain: Bool) throws -> MemoryProfiles {
        var log = LogRecords()
        for (number, step) in steps.enumerated() {
            var record = try Given.record(
                #"{"type":"track","timestamp":"2026-01-01T00:00:00Z","userId":"u","messageId":"m\#(number)","event":"\#(step.0)","properties":{"product":"\#(step.1)","order_id":"o-1"}}"#,
                at: Instant(millisecondsSince1970: 1_700_000_000_000 + Int64(number) * 60_000))
            record.source = source
            log.append { record.append(to: &$0) }
        }
        guard isMadeAgain else { return try Folding(log, discovering: .init()).folded() }
        let her = Identifier(organization: 1, kind: .user, value: "u")
        var bytes: [UInt8] = []
        try CommandRecord(
            organization: 1, receivedAt: Instant(millisecondsSince1970: 1_700_000_400_000), actor: "k",
            command: .correct(her, PurposeCorrection(.notMine, of: .event(LogPosition(1))))
        ).append(to: &bytes)
        log.append { $0.append(contentsOf: bytes) }
        return try Folding(log, discovering: .init()).folded()
    }

    @Test("a source that is believed fulfils a purpose, and closes it; what a browser says of it goes as far as commit")
    func trust() throws {
        for (source, last) in [(Folding.server, Stage.fulfilled), (Folding.browser, .commit)] {
            for isMadeAgain in [false, true] {
                let store = try Self.folded(by: source, isMadeAgain: isMadeAgain)
                let entries = store.entries(of: store.allStrands).sorted { $0.key < $1.key }
                #expect(entries.count == Self.steps.count)
                #expect((entries[1].placed == nil) == isMadeAgain)
                #expect(entries.first?.placed?.stage == .explore && entries.last?.placed?.stage == last)
                let kinds = store.allPurposeChanges.map(\.kind)
                #expect(kinds.contains(.closed(.fulfilled)) == (source == Folding.server), "\(kinds)")
            }
        }
    }
}
