/// Of one strand, for each use and channel named, where its last yes and its last no stand: all that the state depends on.
///
/// The state is worked out from four cells at most, whatever the number of lines.
struct ConsentMarks {
    /// Places in the history; -1 where there is no such line.
    private struct Mark {
        var trustedYes = -1
        var looseYes = -1
        var firmNo = -1
        var looseNo = -1

        /// The last of the yeses that can lift a no that is firm, or one that is not.
        func yes(liftingFirm isFirm: Bool) -> Int { isFirm ? trustedYes : max(trustedYes, looseYes) }
    }

    private let entries: [ConsentEntry]
    private let width: Int
    private var marks: [Mark]
    /// For each kind of use, where the line of the signal stands.
    private var signals: [Int]
    /// For each kind of use, where the last widened no stands, and the last one whose source is not trusted.
    private var widenedFirm: [Int]
    private var widenedLoose: [Int]

    init(of history: ConsentHistory, channels: [ChannelName], organizations: [OrganizationName]) {
        entries = history.entries
        width = 1 + channels.count
        let kinds = Use.Kind.allCases.count
        marks = [Mark](repeating: Mark(), count: (kinds + organizations.count) * width)
        signals = [Int](repeating: -1, count: kinds)
        widenedFirm = signals
        widenedLoose = signals
        for (place, entry) in entries.enumerated() where history.counts(entry) {
            guard entry.manner != .globalPrivacyControl else {
                signals[Int(entry.use.kind.rawValue)] = place
                continue
            }
            guard !entry.isWidened else {
                if entry.isFirm {
                    widenedFirm[Int(entry.use.kind.rawValue)] = place
                } else {
                    widenedLoose[Int(entry.use.kind.rawValue)] = place
                }
                continue
            }
            let row = entry.use.organization.flatMap { organizations.firstIndex(of: $0) }.map { kinds + $0 }
            let column = entry.channel.flatMap { channels.firstIndex(of: $0) }.map { $0 + 1 }
            let cell = (row ?? Int(entry.use.kind.rawValue)) * width + (column ?? 0)
            switch (entry.decision == .granted, entry.isTrusted) {
            case (true, true): marks[cell].trustedYes = place
            case (true, false): marks[cell].looseYes = place
            case (false, true): marks[cell].firmNo = place
            case (false, false): marks[cell].looseNo = place
            }
        }
    }

    /// What the strand says of one use and channel, counted row by row.
    func state(of cell: Int) -> ConsentState {
        let row = cell / width
        let column = cell % width
        let isOrganization = row >= Use.Kind.allCases.count
        let kind = isOrganization ? Int(Use.Kind.sharing.rawValue) : row
        // What is narrowest and what names no channel; then the same of all organizations.
        let own = marks[cell]
        let ownWide = marks[row * width]
        let all = marks[kind * width + column]
        let allWide = marks[kind * width]
        var standing = -1
        for isFirm in [true, false] {
            let narrow = own.yes(liftingFirm: isFirm)
            let wide = max(narrow, ownWide.yes(liftingFirm: isFirm))
            func no(_ mark: Mark) -> Int { isFirm ? mark.firmNo : mark.looseNo }
            // A yes for one organization on every channel names other things than a no to all of them on one channel.
            if no(own) > narrow { standing = max(standing, no(own)) }
            if no(all) > narrow { standing = max(standing, no(all)) }
            if no(ownWide) > wide { standing = max(standing, no(ownWide)) }
            let widest = isFirm ? max(no(allWide), signals[kind]) : no(allWide)
            if widest > wide { standing = max(standing, widest) }
            let widened = isFirm ? widenedFirm[kind] : widenedLoose[kind]
            // Only a yes that names the channel lifts it, and none that is for every channel.
            if widened > (column == 0 ? -1 : narrow) { standing = max(standing, widened) }
        }
        if standing >= 0 { return ConsentState(entries[standing].decision) }
        if max(own.trustedYes, ownWide.trustedYes) >= 0 { return .granted }
        return max(own.looseYes, ownWide.looseYes) >= 0 ? .provisional : .unknown
    }
}
