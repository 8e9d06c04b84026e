/// What is compared between two events of a window, the earlier and the later, when what stands around both is known.
///
/// The raw value is the row in a model, so cases are only ever appended.
public enum PairSignal: Int, CaseIterable, Sendable {
    // Meaning: of the two texts, of what surrounds them, and against the other events of the window.
    case cosine, twoContextsCosine, laterInContextCosine, earlierInContextCosine
    case cosineLeadOfEarlier, cosineLeadOfLater, cosineZOfEarlier, cosineZOfLater
    // Words and things.
    case sharedOfLess, sharedOfBoth, sharedWeight, trigramCoverOfEarlier, trigramCoverOfLater, sharedEntities
    // Time.
    case gap, rank, sameVisit, visitsBetween, gapBeforeLater, gapBeyondBeforeLater, gapAfterEarlier
    case gapBeyondAfterEarlier
    // Order.
    case nextStep, gapLikelihood, sameName, startOfLater, startOfEarlier
    // Handling.
    case sameChannel, sameResource, sameAuthor, addressed
    // How much the texts say.
    case lessContent, moreContent, lessEvidence, moreEvidence, eventsOfVisit

    public var family: SignalFamily {
        switch self {
        case .cosine, .twoContextsCosine, .laterInContextCosine, .earlierInContextCosine, .cosineLeadOfEarlier,
            .cosineLeadOfLater, .cosineZOfEarlier, .cosineZOfLater, .lessEvidence, .moreEvidence:
            .topic
        case .sharedOfLess, .sharedOfBoth, .sharedWeight, .trigramCoverOfEarlier, .trigramCoverOfLater, .lessContent,
            .moreContent:
            .words
        case .sharedEntities: .things
        case .gap, .gapBeforeLater, .gapBeyondBeforeLater, .gapAfterEarlier, .gapBeyondAfterEarlier: .timing
        case .rank, .sameVisit, .visitsBetween, .eventsOfVisit: .visit
        case .nextStep, .gapLikelihood, .sameName, .startOfLater, .startOfEarlier: .order
        case .sameChannel, .sameResource: .handling
        case .sameAuthor, .addressed: .people
        }
    }
}
