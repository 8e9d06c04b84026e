import Throughline

/// When an event happened, by the clock of the server, and whether that can be.
struct EventTime: Equatable {
    /// Earlier times are suspect: nobody sent events then, and clocks that were never set begin at 1, 1970 or 1980.
    static let earliest = Instant(millisecondsSince1970: 631_152_000_000)  // 1990-01-01
    /// Later than so long after receipt, a time is suspect.
    static let aheadMillisecondsMax: Int64 = 86_400_000

    let timestamp: Instant
    /// Kept all the same, and never used as "now".
    let isSuspect: Bool

    /// - Parameters:
    ///   - told: when it happened, by the sender's clock; nil where it does not say.
    ///   - sentAt: when it was sent, by the same clock: how far that is from `receivedAt` is how wrong the clock is. Nil
    ///     where it does not say: then its clock is believed.
    init(told: Instant?, sentAt: Instant?, receivedAt: Instant) {
        guard let told else {
            timestamp = receivedAt
            isSuspect = false
            return
        }
        timestamp = sentAt.map { EventTime.corrected(told, sentAt: $0, receivedAt: receivedAt) } ?? told
        let (ahead, overflows) = timestamp.millisecondsSince1970.subtractingReportingOverflow(
            receivedAt.millisecondsSince1970)
        isSuspect = timestamp < EventTime.earliest || overflows || ahead > EventTime.aheadMillisecondsMax
    }

    /// receivedAt - (sentAt - told), within the years that can be written.
    private static func corrected(_ told: Instant, sentAt: Instant, receivedAt: Instant) -> Instant {
        let (age, ageOverflows) = sentAt.millisecondsSince1970.subtractingReportingOverflow(told.millisecondsSince1970)
        let (time, overflows) = receivedAt.millisecondsSince1970.subtractingReportingOverflow(age)
        guard !ageOverflows, !overflows else { return told }
        return Instant(
            millisecondsSince1970: min(max(time, writable.lowerBound), writable.upperBound))
    }

    /// From the first millisecond of the year 1 to the last of 9999, UTC.
    private static let writable: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
}
