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

    @Test("what comes after a purpose is fulfilled belongs to it by what both name, and does not open it again")
    func aftercare() throws {
        var records: [EventRecord] = []
        let after = [("Order Shipped", "parcel on its way"), ("Order Delivered", "parcel at the door")]
        for (number, step) in (Self.steps + after).enumerated() {
            let days = Int64(max(0, number - Self.steps.count + 1)) * 2
            let time = Instant(millisecondsSince1970: 1_700_000_000_000 + days * 86_400_000 + Int64(number) * 60_000)
            records.append(
                try Given.record(
                    #"{"type":"track","timestamp":"\#(time.rfc3339)","userId":"u","messageId":"m\#(number)","event":"\#(step.0)","properties":{"product":"\#(step.1)","order_id":"o-7731"}}"#,
                    at: time))
        }
        let store = try Folding(
            records, tick: records.last!.receivedAt.advanced(byMilliseconds: 100 * 86_400_000), discovering: .init()
        ).folded()
        let entries = store.entries(of: store.allStrands).sorted { $0.key < $1.key }
        let purpose = try #require(entries.first?.placed?.purpose)
        #expect(entries.suffix(after.count).allSatisfy { $0.placed?.purpose == purpose }, "\(entries.map(\.placed))")
        let told = try store.changes(of: "u").filter { $0.purpose == purpose }.map(\.kind)
        #expect(told.filter { $0 == .opened }.count == 1 && told.contains(.closed(.fulfilled)), "\(told)")
        #expect(!told.contains { $0.silence != nil || $0 == .closed(.lapsed) }, "nothing is waited for: \(told)")
    }
}
