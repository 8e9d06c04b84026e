/// What is compared between an event and a place for it when both what came before and what came after are known.
///
/// The raw value is the row in a model, so cases are only ever appended.
public enum RepairSignal: Int, CaseIterable, Sendable {
    // Meaning.
    case centroidCosine, bestCosine, topThreeCosine, meanCosine, cosineBefore, cosineAfter, contextCosine
    // Words and things.
    case bestSharedWeight, trigramCover, sharedEntities
    // Time on both sides.
    case gapBefore, gapAfter, smallerGap, rankBefore, rankAfter, sameVisitBefore, sameVisitAfter, eventsThisVisit
    case shareOfVisit, membersBefore, membersAfter, size, adjacentBefore, adjacentAfter
    // Order on both sides.
    case nextStep, nextOfTwo, stepAfter, bridge, gapLikelihoodBefore, gapLikelihoodAfter, history, repetition
    case sameNameBefore, sameNameAfter
    // How likely the event and each of the place's events belong together.
    case bestPair, topThreePairs, meanPair, pairBefore, pairAfter, bestPairLead, topThreePairsLead, meanPairLead
    // Handling.
    case channelBefore, channelAfter, sameResource, resourceShare, sameAuthorBefore, sameAuthorAfter, authorShare
    case addressed
    // Standing.
    case isPresentPlace, presentSize, arrivalConfidence
    // Leads over the best other place.
    case centroidLead, bestCosineLead, gapLead, nextStepLead, bridgeLead, topThreeLead
    // The same for every place.
    case places, contentCount, evidence, startLikelihood, isAlone, isUsuallyRoutine, bestCentroid
    case bestOfBest, bestNextStep, bestOfBestPair

    public var family: SignalFamily {
        switch self {
        case .centroidCosine, .bestCosine, .topThreeCosine, .meanCosine, .cosineBefore, .cosineAfter, .contextCosine,
            .centroidLead, .bestCosineLead, .topThreeLead, .evidence, .bestCentroid, .bestOfBest:
            .topic
        case .bestPair, .topThreePairs, .meanPair, .pairBefore, .pairAfter, .bestPairLead, .topThreePairsLead,
            .meanPairLead, .bestOfBestPair:
            .pairs
        case .bestSharedWeight, .trigramCover, .contentCount: .words
        case .sharedEntities: .things
        case .gapBefore, .gapAfter, .smallerGap, .gapLead: .timing
        case .rankBefore, .rankAfter, .sameVisitBefore, .sameVisitAfter, .eventsThisVisit, .shareOfVisit,
            .adjacentBefore, .adjacentAfter:
            .visit
        case .nextStep, .nextOfTwo, .stepAfter, .bridge, .gapLikelihoodBefore, .gapLikelihoodAfter, .history,
            .repetition, .sameNameBefore, .sameNameAfter, .nextStepLead, .bridgeLead, .startLikelihood,
            .isUsuallyRoutine, .bestNextStep:
            .order
        case .channelBefore, .channelAfter, .sameResource, .resourceShare: .handling
        case .sameAuthorBefore, .sameAuthorAfter, .authorShare, .addressed: .people
        case .membersBefore, .membersAfter, .size, .places: .breadth
        case .isPresentPlace, .presentSize, .isAlone, .arrivalConfidence: .standing
        }
    }
}
