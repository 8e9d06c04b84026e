/// Months of the Gregorian calendar in UTC as numbers, one more from each to the next: twelve times the year, and 0 for January.
public enum CivilMonth {
    /// The month of a moment in milliseconds since 1970.
    ///
    /// Counts eras of 400 years that begin in March, as ``Instant`` does.
    public static func number(ofMilliseconds milliseconds: Int64) -> Int64 {
        let shifted = floored(milliseconds, 86_400_000) + 719_468
        let era = floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        return (era * 400 + yearOfEra) * 12 + monthFromMarch + 2
    }

    /// A month as RFC 3339 begins a date: `2026-03`. A year has four digits, or more where it must.
    public static func text(of number: Int64) -> String {
        let year = floored(number, 12)
        let digits = String(year.magnitude)
        let zeroes = String(repeating: "0", count: max(0, 4 - digits.count))
        let month = number - year * 12 + 1
        return "\(year < 0 ? "-" : "")\(zeroes)\(digits)-\(month < 10 ? "0" : "")\(month)"
    }

    @inline(__always)
    private static func floored(_ number: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
