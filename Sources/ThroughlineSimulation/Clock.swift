/// Calendar arithmetic in whole numbers, the same on every machine.
enum Clock {
    static let second: Int64 = 1_000
    static let minute: Int64 = 60 * second
    static let hour: Int64 = 60 * minute
    static let day: Int64 = 24 * hour

    struct CivilDate {
        let year: Int64
        /// From 1 to 12.
        let month: Int64
        /// From 1 to 31.
        let day: Int64
    }

    /// The date in the Gregorian calendar of a day counted from 1 January 1970.
    ///
    /// Counts in eras of 400 years that begin on 1 March, so that the leap day comes last (Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms").
    static func civilDate(daysSince1970: Int64) -> CivilDate {
        let shifted = daysSince1970 + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return CivilDate(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// Whether the day, counted from 1 January 1970, a Thursday, is a Sunday.
    static func isSunday(daysSince1970: Int64) -> Bool {
        let sinceThursday = daysSince1970 - floorDivide(daysSince1970, 7) * 7
        return sinceThursday == 3
    }

    /// The quotient rounded down, also for what lies before 1970.
    static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        let quotient = dividend / divisor
        return dividend % divisor < 0 ? quotient - 1 : quotient
    }
}
