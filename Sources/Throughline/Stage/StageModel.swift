/// Sums of weights, a lane a stage by its raw value; the last lane is nobody's.
///
/// So many clues as an event can have add up to less than a lane holds: a name's 15, a text's 66, two more of the event, 12
/// of the words before it and 69 of its purpose, each at most 127.
public typealias StageScores = SIMD8<Int16>

/// Says what stage an event is: a multinomial logistic regression over hashed clues (Weinberger et al. 2009, "Feature
/// hashing for large scale multitask learning"), its weights in 8 bits.
///
/// A score is a sum of one row of weights a clue, so what each clue adds is what it weighs.
public struct StageModel: Sendable, Equatable {
    /// Places of clues. The clue of a stage has one row of weights, whichever other clues fall on it.
    public static let placeCount = 1 << 14

    /// A row a place; empty where nothing was learned.
    package var weights: [SIMD8<Int8>] = []
    /// What a weight of one adds to the logarithm of a stage's odds.
    package var unit: Float = 0

    public init() {}

    public var isEmpty: Bool { weights.isEmpty }

    /// The sum of what clues tell.
    public func scores(of places: some Sequence<UInt16>) -> StageScores {
        var sum = StageScores.zero
        guard !isEmpty else { return sum }
        for place in places { add(place, to: &sum) }
        return sum
    }

    @inline(__always)
    func add(_ place: UInt16, to sum: inout StageScores) {
        sum &+= StageScores(truncatingIfNeeded: weights[Int(place)])
    }

    /// The stage of an event that comes next in a purpose. Where nothing was learned it is what the name tells, or nil.
    ///
    /// - Complexity: O(distinct names that the purpose has seen).
    public func reading(of event: StageEvidence, after trail: StageTrail) -> StageReading? {
        guard !isEmpty else { return event.told.map { StageReading(stage: Stage($0), probability: 1) } }
        var sum = event.own &+ trail.behind
        trail.forEachClue(of: event.name, words: event.words) { add($0, to: &sum) }
        var best = 0
        for lane in 1..<Stage.allCases.count where sum[lane] > sum[best] { best = lane }
        var total: Float = 0
        for lane in Stage.allCases.indices { total += exponential(Float(Int(sum[lane]) - Int(sum[best])) * unit) }
        return StageReading(stage: Stage.allCases[best], probability: 1 / total)
    }
}

/// What an event itself tells of its stage, added up.
public struct StageEvidence: Sendable, Equatable {
    var own = StageScores.zero
    /// What its words tell of the event behind it.
    var behind = StageScores.zero
    var words: UInt64 = 0
    var name: UInt64 = 0
    /// How events of its name end a purpose, if they do.
    var told: Outcome?
}

extension StageTrail {
    /// Takes the next event in.
    public mutating func add(_ event: StageEvidence) { add(name: event.name, words: event.words, behind: event.behind) }
}

extension StageModel {
    /// What an event tells, from what its name and its text do.
    func evidence(
        _ name: StageShare, _ text: StageShare, of features: NameFeatures, kind: Event.Kind, channel: UInt64
    ) -> StageEvidence {
        var own = name.own &+ text.own
        if !isEmpty {
            add(StageClues.place(of: kind), to: &own)
            add(StageClues.place(ofChannel: channel), to: &own)
        }
        return StageEvidence(
            own: own, behind: text.behind, words: text.words, name: features.hash, told: features.outcome)
    }
}

/// What one text, or one name, adds to the ``StageEvidence`` of every event that has it.
struct StageShare: Sendable {
    var own = StageScores.zero
    var behind = StageScores.zero
    var words: UInt64 = 0

    init() {}

    init(_ clues: StageClues, by model: StageModel) {
        own = model.scores(of: clues.own)
        behind = model.scores(of: clues.behind)
        words = clues.words
    }
}
