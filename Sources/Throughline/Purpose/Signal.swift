/// A family of signals, as a person would say why an event belongs somewhere.
public enum SignalFamily: String, CaseIterable, Sendable {
    case topic = "same topic"
    case words = "same words"
    case things = "same order, account or name"
    case timing = "timing"
    case visit = "how recent"
    case order = "usual next step"
    case handling = "same channel or clerk"
    case people = "same speaker"
    case pairs = "fits its other events"
    case breadth = "how much is going on"
    case standing = "its place so far"
}

/// What is compared between an event and an open purpose, or read off the event and the person alone.
///
/// The raw value is the row in a model, so cases are only ever appended. A signal that cannot be said (no text, no
/// clerk, the candidate "a new purpose") is not a number, and no tree splits it to the right.
public enum Signal: Int, CaseIterable, Sendable {
    // Meaning: cosines.
    case centreCosine, decayedCosine, bestRecentCosine, meanRecentCosine, lastCosine
    case contextCosine, twoContextsCosine, cosineZ
    // Words and things.
    case tokenCover, exclusiveCover, rarestSharedToken, trigramCover, sharedEntities, exclusiveEntities
    // Time.
    case gap, gapBeyondPrevious, age, rhythmZ, lastGap
    // Place in the stream.
    case size, sameVisit, visitsSince, eventsSince, eventsThisVisit, shareOfVisit, recencyRank, isPreviousPurpose, run
    // Order.
    case nextStep, nextOfTwo, gapLikelihood, history, repetition, sameName
    // Handling.
    case sameChannel, sameResource, resourceShare, sameAuthor, authorShare, addressesAuthor, authorAddressed
    case lastContentCount
    // Leads over the best other purpose.
    case cosineLead, recentCosineLead, gapLead, nextStepLead, historyLead, coverLead
    // Of the event and the person, the same for every candidate.
    case openPurposes, contentCount, evidence, startLikelihood, gapFromPrevious, eventsSoFar
    case bestCosine, bestRecent, bestNextStep, purposesThisVisit, eventsOfVisit, anyResourceMatch, entities
    case isNew, isUsuallyRoutine, unseenWeight, singleEventShare, bestCover, bestThings

    public var family: SignalFamily {
        switch self {
        case .centreCosine, .decayedCosine, .bestRecentCosine, .meanRecentCosine, .lastCosine, .contextCosine,
            .twoContextsCosine, .cosineZ, .cosineLead, .recentCosineLead, .bestCosine, .bestRecent, .evidence:
            .topic
        case .tokenCover, .exclusiveCover, .rarestSharedToken, .trigramCover, .coverLead, .bestCover, .unseenWeight,
            .contentCount, .lastContentCount:
            .words
        case .sharedEntities, .exclusiveEntities, .entities, .bestThings: .things
        case .gap, .gapBeyondPrevious, .age, .rhythmZ, .lastGap, .gapLead, .gapFromPrevious: .timing
        case .sameVisit, .visitsSince, .eventsSince, .eventsThisVisit, .shareOfVisit, .recencyRank, .isPreviousPurpose,
            .run, .purposesThisVisit, .eventsOfVisit:
            .visit
        case .nextStep, .nextOfTwo, .gapLikelihood, .history, .repetition, .sameName, .nextStepLead, .historyLead,
            .startLikelihood, .bestNextStep, .isUsuallyRoutine:
            .order
        case .sameChannel, .sameResource, .resourceShare, .anyResourceMatch: .handling
        case .sameAuthor, .authorShare, .addressesAuthor, .authorAddressed: .people
        case .size, .openPurposes, .eventsSoFar, .isNew, .singleEventShare: .breadth
        }
    }
}
