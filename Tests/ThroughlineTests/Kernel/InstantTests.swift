import Foundation
import Testing
import Throughline

@Suite("dates and times")
struct InstantTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var expected: Result<Int64, InstantError>

        init(_ name: String, _ text: String, _ milliseconds: Int64) {
            testDescription = name
            self.text = text
            expected = .success(milliseconds)
        }

        init(_ name: String, _ text: String, _ error: InstantError) {
            testDescription = name
            self.text = text
            expected = .failure(error)
        }
    }

    static let cases = [
        Case("the beginning", "1970-01-01T00:00:00Z", 0),
        Case("a fraction", "1970-01-01T00:00:00.25Z", 250),
        Case("digits beyond milliseconds are cut off", "1970-01-01T00:00:00.123999Z", 123),
        Case("an offset to the east is earlier", "1970-01-01T02:00:00+02:00", 0),
        Case("an offset to the west is later", "1969-12-31T19:00:00-05:00", 0),
        Case("an offset without its colon", "1970-01-01T02:00:00+0200", 0),
        Case("a blank for T", "1970-01-01 00:00:01Z", 1_000),
        Case("the leap day of a leap year", "2024-02-29T00:00:00Z", 1_709_164_800_000),
        Case("a leap second is the second before", "2016-12-31T23:59:60Z", 1_483_228_799_000),
        Case("the last second of all", "9999-12-31T23:59:59Z", 253_402_300_799_000),
        Case("the first of all", "0001-01-01T00:00:00Z", -62_135_596_800_000),
        Case("the year 0", "0000-01-01T00:00:00Z", .fieldOutOfRange("year")),
        Case("February 30th", "2026-02-30T00:00:00Z", .fieldOutOfRange("day")),
        Case("the leap day of another year", "2025-02-29T00:00:00Z", .fieldOutOfRange("day")),
        Case("the leap day of 1900", "1900-02-29T00:00:00Z", .fieldOutOfRange("day")),
        Case("month 13", "2026-13-01T00:00:00Z", .fieldOutOfRange("month")),
        Case("hour 24", "2026-01-01T24:00:00Z", .fieldOutOfRange("hour")),
        Case("second 61", "2026-01-01T00:00:61Z", .fieldOutOfRange("second")),
        Case("an offset of a day", "2026-01-01T00:00:00+24:00", .fieldOutOfRange("zone")),
        Case("no zone", "2026-01-01T00:00:00", .zoneMissing),
        Case("a date alone", "2026-01-01", .malformed),
        Case("something after the zone", "2026-01-01T00:00:00Zulu", .malformed),
        Case("the year 10000", "10000-01-01T00:00:00Z", .malformed),
        Case("nothing", "", .malformed),
    ]

    @Test("whole seconds are rounded down, at both ends of time too")
    func wholeSeconds() {
        for (milliseconds, seconds) in [
            (0, 0), (999, 0), (1_000, 1), (-1, -1), (-1_000, -1), (-1_001, -2), (Int64.max, Int64.max / 1_000),
            (Int64.min, Int64.min / 1_000 - 1),
        ] as [(Int64, Int64)] {
            #expect(Instant(millisecondsSince1970: milliseconds).secondsSince1970 == seconds)
        }
    }

    @Test("reads", arguments: cases)
    func reads(_ example: Case) {
        let found = Result { () throws(InstantError) in try Instant(rfc3339: example.text).millisecondsSince1970 }
        #expect(found == example.expected)
    }

    @Test("what is written reads back, and agrees with Foundation", arguments: [1, 2, 3])
    func roundTrip(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for _ in 0..<2_000 {
            let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            let instant = Instant(millisecondsSince1970: milliseconds)
            #expect(try Instant(rfc3339: instant.rfc3339) == instant, "seed \(seed)")
            guard milliseconds > -10_000_000_000_000 else { continue }  // Foundation goes Julian before 1582.
            let date = try #require(formatter.date(from: instant.rfc3339))
            #expect(Int64((date.timeIntervalSince1970 * 1000).rounded()) == milliseconds, "seed \(seed)")
        }
    }
}

@Suite("our own logarithm and exponential")
struct LogarithmTests {
    @Test("agree with the platform's to a few units in the last place")
    func agree() {
        var random = TestRandom(seed: 5)
        for _ in 0..<20_000 {
            let x = Float(bitPattern: UInt32.random(in: 1..<0x7F80_0000, using: &random))
            #expect(abs(naturalLog(x) - Float(log(Double(x)))) <= 4e-7 * max(1, abs(Float(log(Double(x))))))
            let y = Float.random(in: -80...80, using: &random)
            #expect(abs(exponential(y) / Float(exp(Double(y))) - 1) < 4e-6)
        }
        #expect(naturalLog(1) == 0)
        #expect(exponential(0) == 1)
        #expect(exponential(-1000) == 0)
    }
}
