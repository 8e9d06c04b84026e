extension ConsentHistory {
    /// What this strand alone says of a use on a channel; nil is what was said of every channel.
    ///
    /// The rule. Of the lines that speak of this use and channel:
    ///
    /// * A no stands until a later yes lifts it. A yes lifts a no that names no more than the yes does: one for email lifts a
    ///   no to every channel, for email; one for every channel leaves a no to email standing.
    /// * A yes of a source that is not trusted lifts nothing that a trusted one said, nor a signal.
    /// * While a no stands, the latest standing one is the state. Otherwise a yes is; a trusted one before others.
    /// * Of the signals for one use only the first is kept: who says yes after it has said so in spite of it.
    ///
    /// - Complexity: O(*n*) in the number of lines; no allocation.
    public func answer(of use: Use, on channel: ChannelName?) -> ConsentAnswer {
        var trustedYes = ConsentBreadth.Group()
        var anyYes = ConsentBreadth.Group()
        var latestTrustedYes: Int?
        var latestYes: Int?
        for place in entries.indices.reversed() {
            let entry = entries[place]
            guard entry.covers(use, on: channel), counts(entry) else { continue }
            if entry.decision == .granted {
                anyYes.insert(entry.breadth)
                latestYes = latestYes ?? place
                guard entry.isTrusted else { continue }
                trustedYes.insert(entry.breadth)
                latestTrustedYes = latestTrustedYes ?? place
            } else {
                let lifting = entry.isFirm ? trustedYes : anyYes
                guard !lifting.containsNarrowerOrSame(as: entry.breadthToLift) else { continue }
                // From the end, the first that stands is the latest.
                return ConsentAnswer(state: ConsentState(entry.decision), entry: entry)
            }
        }
        if let latestTrustedYes { return ConsentAnswer(state: .granted, entry: entries[latestTrustedYes]) }
        if let latestYes { return ConsentAnswer(state: .provisional, entry: entries[latestYes]) }
        return .unknown
    }

    public func state(of use: Use, on channel: ChannelName?) -> ConsentState { answer(of: use, on: channel).state }

    /// What holds for the person whose strands these are: the strictest of what each strand says.
    ///
    /// Once one of them is that of a user id she is a known person, and what is ``ConsentState/provisional`` counts as
    /// nothing said. The answer depends on which strands there are and on nothing else, so that taking one away gives what
    /// the others say.
    public static func answer(
        of use: Use, on channel: ChannelName?, over strands: some Sequence<ConsentHistory>
    ) -> ConsentAnswer {
        var strictest = ConsentAnswer.unknown
        var isKnown = false
        for history in strands {
            strictest = .stricter(strictest, history.answer(of: use, on: channel))
            isKnown = isKnown || history.strand == .user
        }
        return isKnown && strictest.state == .provisional ? .unknown : strictest
    }

    public static func state(
        of use: Use, on channel: ChannelName?, over strands: some Sequence<ConsentHistory>
    ) -> ConsentState { answer(of: use, on: channel, over: strands).state }

    /// Where the line of the signal for a use stands; there is one at most.
    func placeOfSignal(for use: Use) -> Int? {
        entries.firstIndex { $0.manner == .globalPrivacyControl && $0.use == use }
    }
}
