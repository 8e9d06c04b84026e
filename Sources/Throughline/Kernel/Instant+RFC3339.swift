/// Why a text is not a date and time.
public enum InstantError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text does not have the shape `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`.
    case malformed
    /// The text has a date and time but says no zone, so it names no moment.
    case zoneMissing
    /// A field is outside its range, February 30th for one.
    case fieldOutOfRange(String)

    public var description: String {
        switch self {
        case .malformed: "is not a date and time like 2026-03-01T09:30:00Z"
        case .zoneMissing: "has no zone; write Z or an offset like +02:00 at its end"
        case .fieldOutOfRange(let field): "has a \(field) that does not exist"
        }
    }
}

extension Instant {
    /// Reads a date and time as RFC 3339, section 5.6, has it: `2026-03-01T09:30:00.250+02:00`.
    ///
    /// Also accepted, as real clients write them: a blank for `T`, an offset without its colon, a comma before the
    /// fraction, digits of a second beyond milliseconds (cut off), second 60 (read as 59, as POSIX time has no such
    /// second). Years 0001 to 9999.
    ///
    /// - Complexity: O(*n*) in the length of the text; no allocation.
    public init(rfc3339 text: UnsafeBufferPointer<UInt8>) throws(InstantError) {
        var reader = DigitReader(text: text)
        let year = try reader.number(digits: 4)
        try reader.expect("-")
        let month = try reader.number(digits: 2)
        try reader.expect("-")
        let day = try reader.number(digits: 2)
        guard reader.skip("T") || reader.skip("t") || reader.skip(" ") else { throw .malformed }
        let hour = try reader.number(digits: 2)
        try reader.expect(":")
        let minute = try reader.number(digits: 2)
        try reader.expect(":")
        let second = try reader.number(digits: 2)
        let milliseconds = try reader.fraction()
        guard !reader.isAtEnd else { throw .zoneMissing }
        let offsetMinutes = try reader.zone()
        guard reader.isAtEnd else { throw .malformed }

        guard (1...9999).contains(year) else { throw .fieldOutOfRange("year") }
        guard (1...12).contains(month) else { throw .fieldOutOfRange("month") }
        guard day >= 1, day <= Instant.days(inMonth: month, year: year) else { throw .fieldOutOfRange("day") }
        guard hour <= 23 else { throw .fieldOutOfRange("hour") }
        guard minute <= 59 else { throw .fieldOutOfRange("minute") }
        guard second <= 60 else { throw .fieldOutOfRange("second") }

        let days = Instant.daysSince1970(year: year, month: month, day: day)
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + min(second, 59)) - Int64(offsetMinutes * 60)
        // The offset may carry the moment out of the years that can be written.
        guard Instant.writableSeconds.contains(seconds) else { throw .fieldOutOfRange("year") }
        self.init(millisecondsSince1970: seconds * 1000 + Int64(milliseconds))
    }

    /// Reads a date and time from a string; see ``init(rfc3339:)-(UnsafeBufferPointer<UInt8>)``.
    public init(rfc3339 text: String) throws(InstantError) {
        var text = text
        let result: Result<Instant, InstantError> = text.withUTF8 { bytes in
            do throws(InstantError) { return .success(try Instant(rfc3339: bytes)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// `2026-03-01T09:30:00.250Z`: always UTC, always milliseconds, so that equal instants are equal texts.
    public var rfc3339: String {
        let days =
            (millisecondsSince1970 >= 0 ? millisecondsSince1970 : millisecondsSince1970 - 86_399_999) / 86_400_000
        let inDay = Int(millisecondsSince1970 - days * 86_400_000)
        let date = Instant.civil(daysSince1970: days)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
            + "\(padded(inDay / 3_600_000, 2)):\(padded(inDay / 60_000 % 60, 2)):\(padded(inDay / 1000 % 60, 2))"
            + ".\(padded(inDay % 1000, 3))Z"
    }

    /// From the first second of the year 1 to the last of 9999, UTC.
    private static let writableSeconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    private static func days(inMonth month: Int, year: Int) -> Int {
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar, by counting eras of 400 years that begin in March.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    private static func civil(daysSince1970 days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

/// Walks over the digits and marks of a date.
private struct DigitReader {
    let text: UnsafeBufferPointer<UInt8>
    var position = 0

    init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    mutating func number(digits: Int) throws(InstantError) -> Int {
        var value = 0
        for _ in 0..<digits {
            guard position < text.count, let digit = digit(text[position]) else { throw .malformed }
            value = value * 10 + digit
            position += 1
        }
        return value
    }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ mark: Unicode.Scalar) throws(InstantError) {
        guard skip(mark) else { throw .malformed }
    }

    /// The milliseconds of an optional fraction.
    mutating func fraction() throws(InstantError) -> Int {
        guard skip(".") || skip(",") else { return 0 }
        var milliseconds = 0
        var digits = 0
        while position < text.count, let digit = digit(text[position]) {
            if digits < 3 { milliseconds = milliseconds * 10 + digit }
            digits += 1
            position += 1
        }
        guard digits > 0 else { throw .malformed }
        for _ in digits..<max(3, digits) { milliseconds *= 10 }
        return milliseconds
    }

    /// The offset from UTC in minutes.
    mutating func zone() throws(InstantError) -> Int {
        if skip("Z") || skip("z") { return 0 }
        let isNegative = skip("-")
        guard isNegative || skip("+") else { throw .malformed }
        let hours = try number(digits: 2)
        _ = skip(":")
        let minutes = try number(digits: 2)
        guard hours <= 23, minutes <= 59 else { throw .fieldOutOfRange("zone") }
        return (isNegative ? -1 : 1) * (hours * 60 + minutes)
    }

    private func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
    }
}
