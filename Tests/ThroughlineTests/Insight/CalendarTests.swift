import Foundation
import Testing
import Throughline

@Suite("months and spans of what is counted")
struct CalendarTests {
    @Test("months are those of the Gregorian calendar in UTC, to the millisecond")
    func equalsFoundation() {
        // Its own calendar is Julian before October 1582.
        for month in stride(from: 1600 * 12, to: 2600 * 12, by: 1) {
            let parts = DateComponents(year: month / 12, month: month % 12 + 1, day: 1)
            let first = Int64(PlainCounts.calendar.date(from: parts)!.timeIntervalSince1970) * 1_000
            #expect(CivilMonth.number(ofMilliseconds: first) == Int64(month))
            #expect(CivilMonth.number(ofMilliseconds: first - 1) == Int64(month) - 1)
        }
        var random = Chance(seed: 5)
        for _ in 0..<2_000 {
            let milliseconds = Int64(random.below(1 << 32)) * 4_000 - 8_000_000_000_000
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            let parts = PlainCounts.calendar.dateComponents([.year, .month], from: date)
            #expect(CivilMonth.number(ofMilliseconds: milliseconds) == Int64(parts.year! * 12 + parts.month! - 1))
        }
    }

    @Test("the first and the last moment that can be written have months, years of 400 years apart alike")
    func takesAnyMoment() {
        #expect(CivilMonth.number(ofMilliseconds: .max) > 12 * 292_000_000)
        #expect(CivilMonth.number(ofMilliseconds: .min) < -12 * 292_000_000)
        let era: Int64 = 146_097 * 86_400_000
        for year in -3...3 {
            let shifted = 951_782_400_000 + Int64(year) * era
            #expect(CivilMonth.number(ofMilliseconds: shifted) == 2000 * 12 + 1 + Int64(year) * 4_800)
        }
    }

    @Test(
        "a month is written as a date begins, in the years before the thousandth too",
        arguments: [
            (2026 * 12 + 2, "2026-03"), (2026 * 12 + 11, "2026-12"), (5 * 12, "0005-01"), (0, "0000-01"),
            (-1, "-0001-12"), (170 * 12 + 9, "0170-10"), (10_000 * 12, "10000-01"),
        ] as [(Int64, String)])
    func writesMonths(_ number: Int64, _ text: String) {
        #expect(CivilMonth.text(of: number) == text)
    }

    @Test("a bin holds twice as many seconds as the one before, and each second lies in one")
    func bins() {
        #expect([0, 1, 2, 3, 4, 7, 8].map { SpanBin.number(ofSeconds: $0) } == [0, 1, 2, 2, 3, 3, 4])
        #expect(SpanBin.number(ofSeconds: -5) == 0)
        #expect(SpanBin.number(ofSeconds: .max) == 63)
        var next: Int64 = 0
        for bin in 0...63 as ClosedRange<UInt64> {
            let seconds = SpanBin.seconds(of: bin)
            #expect(seconds?.lowerBound == next)
            #expect(seconds.map { SpanBin.number(ofSeconds: $0.upperBound) } == bin)
            next = (seconds?.upperBound ?? 0) &+ 1
        }
        #expect(next == .min)
        #expect(SpanBin.seconds(of: 64) == nil)
    }
}
