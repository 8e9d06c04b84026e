/// A moment of a condition, to the nanosecond: from the year 1 to the end of 9999, UTC.
public struct ConditionTimestamp: Hashable, Comparable, Sendable {
    public let secondsSince1970: Int64
    /// 0 to 999,999,999, counted on from the second.
    public let nanoseconds: Int32

    /// Nil where the years 1 to 9999 do not have the moment.
    public init?(secondsSince1970: Int64, nanoseconds: Int32 = 0) {
        guard ConditionTimestamp.seconds.contains(secondsSince1970), (0..<1_000_000_000).contains(nanoseconds) else {
            return nil
        }
        self.secondsSince1970 = secondsSince1970
        self.nanoseconds = nanoseconds
    }

    /// Nil where the years 1 to 9999 do not have the moment.
    public init?(_ instant: Instant) {
        // The earliest instants of all have no whole second before them.
        guard instant.millisecondsSince1970 >= ConditionTimestamp.seconds.lowerBound * 1000 else { return nil }
        let seconds = instant.secondsSince1970
        let milliseconds = Int32(instant.millisecondsSince1970 - seconds * 1000)
        self.init(secondsSince1970: seconds, nanoseconds: milliseconds * 1_000_000)
    }

    private static let seconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    public static func < (one: ConditionTimestamp, other: ConditionTimestamp) -> Bool {
        (one.secondsSince1970, one.nanoseconds) < (other.secondsSince1970, other.nanoseconds)
    }

    private var sinceEpoch: Duration { .seconds(secondsSince1970) + .nanoseconds(nanoseconds) }

    func adding(_ duration: Duration) throws(ConditionFault) -> ConditionTimestamp {
        guard Duration.writable.contains(duration) else { throw .timeOutOfRange }
        let (seconds, attoseconds) = (sinceEpoch + duration).components
        let nanoseconds = attoseconds / 1_000_000_000
        let isBefore = nanoseconds < 0
        guard
            let moment = ConditionTimestamp(
                secondsSince1970: isBefore ? seconds - 1 : seconds,
                nanoseconds: Int32(isBefore ? nanoseconds + 1_000_000_000 : nanoseconds))
        else { throw .timeOutOfRange }
        return moment
    }

    /// How long it is since another moment.
    func since(_ other: ConditionTimestamp) throws(ConditionFault) -> Duration {
        let duration = sinceEpoch - other.sinceEpoch
        guard Duration.writable.contains(duration) else { throw .timeOutOfRange }
        return duration
    }
}

extension Duration {
    /// What a condition reckons with: 292 years either way, as many nanoseconds as an int holds.
    static let writable: ClosedRange<Duration> = .nanoseconds(Int64.min) ... .nanoseconds(Int64.max)
}

extension ConditionTimestamp {
    /// A part of the date or of the time, in UTC or so many seconds ahead of it.
    func part(_ function: ConditionFunction, secondsAheadOfUTC: Int = 0) -> Int64? {
        let seconds = secondsSince1970 + Int64(secondsAheadOfUTC)
        let inDay = ((seconds % 86_400) + 86_400) % 86_400
        let days = (seconds - inDay) / 86_400
        switch function {
        case .getHours: return inDay / 3600
        case .getMinutes: return inDay / 60 % 60
        case .getSeconds: return inDay % 60
        case .getMilliseconds: return Int64(nanoseconds) / 1_000_000
        // The first of January 1970 was a Thursday.
        case .getDayOfWeek: return ((days + 4) % 7 + 7) % 7
        case .getFullYear: return Day(days).year
        case .getMonth: return Day(days).month
        case .getDate: return Day(days).dayOfMonth + 1
        case .getDayOfMonth: return Day(days).dayOfMonth
        case .getDayOfYear: return Day(days).dayOfYear
        default: return nil
        }
    }

    /// A day of the proleptic Gregorian calendar. All but the year are counted from 0.
    private struct Day {
        let year: Int64
        let month: Int64
        let dayOfMonth: Int64
        let dayOfYear: Int64

        /// Counts eras of 400 years that begin in March, so that a leap day is the last of its year.
        init(_ daysSince1970: Int64) {
            let shifted = daysSince1970 + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let sinceMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let monthSinceMarch = (5 * sinceMarch + 2) / 153
            let isNextYear = monthSinceMarch >= 10
            year = yearOfEra + era * 400 + (isNextYear ? 1 : 0)
            month = isNextYear ? monthSinceMarch - 10 : monthSinceMarch + 2
            dayOfMonth = sinceMarch - (153 * monthSinceMarch + 2) / 5
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            dayOfYear = isNextYear ? sinceMarch - 306 : sinceMarch + 59 + (isLeap ? 1 : 0)
        }
    }
}
