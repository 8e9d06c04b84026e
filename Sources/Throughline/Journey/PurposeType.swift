/// What like purposes of many people have in common.
public struct PurposeType: Sendable {
    /// No two types of one making have the same.
    public var name: String
    public var terms: [String]
    /// The purposes that it was made of, and how those ended that did.
    public var purposeCount: Int
    public var outcomes: [Outcome: Int]
    /// In the order in which they are reached, then the endings.
    public var milestones: [Milestone]
    /// How long they are silent at each stage before they go on.
    public var silences: [Stage: SilenceCurve] = [:]
    /// What they are about, of length one.
    public var centre: PackedVector

    package init(
        name: String, terms: [String], purposeCount: Int, outcomes: [Outcome: Int], milestones: [Milestone],
        silences: [Stage: SilenceCurve] = [:], centre: PackedVector
    ) {
        self.name = name
        self.terms = terms
        self.purposeCount = purposeCount
        self.outcomes = outcomes
        self.milestones = milestones
        self.silences = silences
        self.centre = centre
    }
}

/// The types of purpose of one organization.
public struct PurposeTypes: Sendable {
    /// Types that are told apart; the smallest are let go.
    public static let countMax = 512
    /// A purpose that is less like every type than this is of none.
    public static let likenessMin: Float = 0.25

    public let types: [PurposeType]
    /// The centres of the types, one after the other, and the names of the milestones of each: what is asked for everybody.
    private let centres: [PackedVector]
    private let milestones: [[UInt64]]
    /// The type of what says nothing.
    private let typeOfNothing: Int?

    public init(_ types: [PurposeType] = []) {
        self.types = types
        centres = types.map(\.centre)
        milestones = types.map { $0.milestones.map(\.nameHash) }
        typeOfNothing = types.firstIndex { $0.centre.scale == 0 }
    }

    /// The type that a purpose is most like; nil where it is like none. What says nothing is like what says nothing.
    ///
    /// - Complexity: O(types).
    public func type(of meaning: PackedVector) -> Int? {
        guard meaning.scale > 0 else { return typeOfNothing }
        return centres.withUnsafeBufferPointer { centres in
            var best: Int?
            var likeness = PurposeTypes.likenessMin
            for place in centres.indices {
                let cosine = centres[place].dot(meaning)
                if cosine > likeness { (best, likeness) = (place, cosine) }
            }
            return best
        }
    }

    /// Which milestone of a type a step of a name is; nil where it is none.
    public func milestone(ofType type: Int, named name: UInt64) -> Int? { milestones[type].firstIndex(of: name) }
}
