// Instants as people read them, and the ticks of a time axis. All in UTC: a report is read far from where it was made.

/// An instant taken apart by the Gregorian calendar, in UTC.
struct CalendarTime: Hashable {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int

    /// Any instant is accepted; those outside the years 1 to 9999 are shown as the nearest one inside.
    init(milliseconds: Int64) {
        let inside = min(max(milliseconds, -62_135_596_800_000), 253_402_300_799_999)
        let minutes = Int(inside.floored(by: 60_000))
        let days = minutes.floored(by: 1_440)
        hour = (minutes - days * 1_440) / 60
        minute = (minutes - days * 1_440) % 60

        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the leap day
        // comes last and a month's start is a linear function.
        let shifted = days + 719_468
        let era = shifted.floored(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The first instant of a month; months beyond 12 lead into later years.
    static func milliseconds(year: Int, month: Int) -> Int64 {
        let months = year * 12 + month - 1
        let (wholeYear, month) = (months.floored(by: 12), months - months.floored(by: 12) * 12 + 1)
        let marchYear = month <= 2 ? wholeYear - 1 : wholeYear
        let era = marchYear.floored(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Int64(days) * 86_400_000
    }

    /// `3 Mar 2024`
    var date: String { "\(day) \(monthName) \(year)" }
    /// `14:05`
    var clock: String { "\(hour.twoDigits):\(minute.twoDigits)" }
    /// `3 Mar 2024, 14:05`
    var dateAndClock: String { "\(date), \(clock)" }
    /// `2024-03-03T14:05Z`, for the `datetime` attribute.
    var machineReadable: String {
        let fourDigits = String(repeating: "0", count: max(0, 4 - String(year).count)) + String(year)
        return "\(fourDigits)-\(month.twoDigits)-\(day.twoDigits)T\(clock)Z"
    }
    var monthName: String {
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    }
}

/// One mark on a time axis.
struct AxisTick: Hashable {
    let milliseconds: Int64
    /// `14:00`, `3 Mar`, `Mar` or `2024`.
    let label: String
    /// What the label leaves unsaid, where it changes: the date under a time, the year under a month.
    let context: String?

    /// Round moments between two instants, at most `ticksMax` of them.
    static func ticks(from first: Int64, through last: Int64, ticksMax: Int) -> [AxisTick] {
        precondition(first < last && ticksMax > 0, "an axis has a length and room for a tick")
        let span = last - first
        guard let step = Step.ladder.first(where: { span / $0.milliseconds < Int64(ticksMax) }) else { return [] }
        var ticks: [AxisTick] = []
        var previous: String?
        for instant in step.instants(from: first, through: last).prefix(ticksMax) {
            let time = CalendarTime(milliseconds: instant)
            let (label, context): (String, String) =
                switch step {
                case .milliseconds(let length) where length < 86_400_000: (time.clock, time.date)
                case .milliseconds: ("\(time.day) \(time.monthName)", "\(time.year)")
                case .months(let count) where count < 12: (time.monthName, "\(time.year)")
                case .months: ("\(time.year)", "")
                }
            ticks.append(
                AxisTick(
                    milliseconds: instant, label: label,
                    context: context == previous || context.isEmpty ? nil : context))
            previous = context
        }
        return ticks
    }

    private enum Step {
        case milliseconds(Int64)
        case months(Int)

        static let ladder: [Step] =
            [1, 5, 15, 30, 60, 180, 360, 720, 1_440, 2_880, 10_080, 20_160].map { .milliseconds($0 * 60_000) }
            + [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000, 24_000, 60_000].map { .months($0) }

        /// The shortest this step gets.
        var milliseconds: Int64 {
            switch self {
            case .milliseconds(let length): length
            case .months(let count): Int64(count) * 28 * 86_400_000
            }
        }

        func instants(from first: Int64, through last: Int64) -> some Sequence<Int64> {
            sequence(state: next(notBefore: first)) { instant -> Int64? in
                guard instant <= last else { return nil }
                defer { instant = next(notBefore: instant + 1) }
                return instant
            }
        }

        private func next(notBefore instant: Int64) -> Int64 {
            switch self {
            case .milliseconds(let length):
                // Weeks begin on a Monday; the fifth of January 1970 was one.
                let origin: Int64 = length % 604_800_000 == 0 ? 4 * 86_400_000 : 0
                return (instant - origin + length - 1).floored(by: length) * length + origin
            case .months(let count):
                let time = CalendarTime(milliseconds: instant)
                var month = (time.year * 12 + time.month - 1).floored(by: count) * count
                while CalendarTime.milliseconds(year: 0, month: month + 1) < instant { month += count }
                return CalendarTime.milliseconds(year: 0, month: month + 1)
            }
        }
    }
}

extension BinaryInteger {
    /// Division that rounds down, before 1970 too.
    fileprivate func floored(by divisor: Self) -> Self {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate var twoDigits: String { self < 10 ? "0\(self)" : "\(self)" }
}
