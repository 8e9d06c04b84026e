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
    /// What parts of them are about, at most ``aspectsMax``: a purpose is of the type whose aspect it is most like. Where there are
    /// none, the centre is the only one.
    public var aspects: [PackedVector]

    public static let aspectsMax = LikeGroup.aspectsMax

    package init(
        name: String, terms: [String], purposeCount: Int, outcomes: [Outcome: Int], milestones: [Milestone],
        silences: [Stage: SilenceCurve] = [:], centre: PackedVector, aspects: [PackedVector] = []
    ) {
        self.aspects = aspects
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
    /// The aspects of the types, one after the other, of which type each is, and the names of the milestones of each type: what is
    /// asked for everybody.
    private let aspects: [PackedVector]
    private let owners: [Int32]
    private let milestones: [[UInt64]]
    /// The type of what says nothing.
    private let typeOfNothing: Int?

    public init(_ types: [PurposeType] = []) {
        self.types = types
        let all = types.map { $0.aspects.isEmpty ? [$0.centre] : $0.aspects }
        aspects = all.flatMap(\.self)
        owners = all.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1.count) }
        milestones = types.map { $0.milestones.map(\.nameHash) }
        typeOfNothing = types.firstIndex { $0.centre.scale == 0 }
    }

    /// The type that a purpose is most like; nil where it is like none. What says nothing is like what says nothing.
    ///
    /// - Complexity: O(aspects of types).
    public func type(of meaning: PackedVector) -> Int? {
        guard meaning.scale > 0 else { return typeOfNothing }
        return aspects.withUnsafeBufferPointer { aspects in
            var best: Int?
            var likeness = PurposeTypes.likenessMin
            for place in aspects.indices {
                let cosine = aspects[place].dot(meaning)
                if cosine > likeness { (best, likeness) = (place, cosine) }
            }
            return best.map { Int(owners[$0]) }
        }
    }

    /// Which milestone of a type a step of a name is; nil where it is none.
    public func milestone(ofType type: Int, named name: UInt64) -> Int? { milestones[type].firstIndex(of: name) }
}

extension LikeGroup {
    /// What a type is about.
    init(_ type: PurposeType) { self.init(centre: type.centre, aspects: type.aspects) }
}
