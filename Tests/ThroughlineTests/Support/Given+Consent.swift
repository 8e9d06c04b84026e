import Throughline

extension Given {
    static let email = try! ChannelName("email")
    static let sms = try! ChannelName("sms")
    static let acme = try! OrganizationName("acme")
    static let beta = try! OrganizationName("beta")

    /// A line of a trusted source; the minute is also its position in the log.
    static func line(
        _ decision: ConsentDecision, _ use: Use, on channel: ChannelName? = nil, at minute: Int, position: Int? = nil,
        isTrusted: Bool = true, notice: ConsentNotice? = nil
    ) -> ConsentEntry {
        try! ConsentEntry(
            decision, of: use, on: channel, at: instant(minute), position: UInt64(position ?? minute),
            isTrusted: isTrusted, notice: notice)
    }

    /// A line of a browser, whose word does not count.
    static func browserLine(
        _ decision: ConsentDecision, _ use: Use, on channel: ChannelName? = nil, at minute: Int
    ) -> ConsentEntry {
        line(decision, use, on: channel, at: minute, isTrusted: false)
    }

    /// What a signal withdraws of one use.
    static func signal(_ use: Use, at minute: Int) -> ConsentEntry {
        try! ConsentEntry(
            .withdrawn, of: use, at: instant(minute), position: UInt64(minute), manner: .globalPrivacyControl,
            isTrusted: false)
    }

    static func instant(_ minute: Int) -> Instant {
        Instant(millisecondsSince1970: 1_772_000_000_000 + Int64(minute) * 60_000)
    }

    static func history(_ strand: ConsentHistory.Strand, _ lines: [ConsentEntry]) -> ConsentHistory {
        var history = ConsentHistory(strand)
        for line in lines { history.append(line) }
        return history
    }
}
