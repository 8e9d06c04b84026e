/// When people come: the hours they keep, the pauses they make. All in whole numbers; nothing depends on a machine's
/// floating point.
enum VisitTimes {
    /// Where a visit happens decides its hours: a branch closes, a phone lies by the bed.
    enum Setting { case online, counter, inbox }

    /// By hour of the local day, in the order of ``Person/Rhythm``.
    private static let onlineWeights = [
        [0, 0, 0, 0, 1, 6, 14, 16, 10, 6, 5, 4, 6, 4, 3, 3, 4, 6, 7, 6, 4, 2, 1, 0],
        [0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 9, 8, 13, 9, 7, 6, 6, 6, 5, 6, 6, 4, 2, 1],
        [2, 1, 0, 0, 0, 0, 1, 3, 3, 3, 3, 3, 6, 4, 3, 3, 4, 6, 9, 13, 16, 15, 9, 5],
    ]
    private static let counterWeights = [0, 0, 0, 0, 0, 0, 0, 0, 1, 9, 13, 12, 9, 7, 9, 10, 11, 9, 3, 0, 0, 0, 0, 0]
    private static let inboxWeights = [0, 0, 0, 0, 0, 1, 4, 10, 14, 12, 8, 6, 8, 6, 5, 5, 6, 7, 8, 8, 7, 5, 2, 1]

    /// Pauses in percent of the usual one: quantiles of an exponential distribution with a long last step.
    private static let pausePercents = [4, 9, 15, 21, 29, 37, 47, 58, 70, 84, 100, 120, 145, 180, 240, 400]

    static func setting(of channel: Touch.Channel) -> Setting {
        switch channel {
        case .web, .app, .chat: .online
        case .branch, .call, .pos: .counter
        case .email, .sms, .push, .social: .inbox
        }
    }

    /// The time to the next event of the same visit, in milliseconds.
    static func step(_ random: inout SplitMix64) -> Int64 {
        let seconds = random.chance(75) ? 6 + random.below(85) : 60 + random.below(420)
        return Int64(seconds) * Clock.second + Int64(random.below(1_000))
    }

    /// The time to the next visit, in milliseconds, before habit moves it to a suitable hour.
    static func pause(usualHours: Int, _ random: inout SplitMix64) -> Int64 {
        // One pause in ten is a long one: a holiday, a pay day to wait for, something else on the mind.
        if random.chance(10) { return (Int64(6 + random.below(12)) * 24 + Int64(random.below(24))) * Clock.hour }
        return Int64(usualHours) * Clock.hour * Int64(random.pick(pausePercents)) / 100
    }

    /// The first suitable moment at or after `earliest`, by the hours of the setting and the habit of the person.
    static func visit(
        atOrAfter earliest: Int64, setting: Setting, person: Person, _ random: inout SplitMix64
    ) -> Int64 {
        let weights =
            switch setting {
            case .online: onlineWeights[person.rhythm.rawValue]
            case .counter: counterWeights
            case .inbox: inboxWeights
            }
        var day = Clock.floorDivide(earliest + person.timeZoneOffset, Clock.day)
        while true {
            let isClosed = setting == .counter && Clock.isSunday(daysSince1970: day)
            let timeOfDay =
                Int64(random.pickIndex(weights: weights)) * Clock.hour + Int64(random.below(Int(Clock.hour)))
            let instant = day * Clock.day + timeOfDay - person.timeZoneOffset
            if !isClosed && instant >= earliest { return instant }
            day += 1
        }
    }
}
