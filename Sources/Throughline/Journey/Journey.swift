/// One purpose as what has become of it: what it is about, the steps it took, and how it ended. What types of purpose are made of.
public struct Journey: Sendable {
    /// Steps that are kept; of a longer one the first.
    public static let stepsMax = 256

    public struct Step: Sendable, Equatable {
        /// Stable hash of the folded name of what happened.
        public var name: UInt64
        public var stage: Stage?
        /// Whole seconds since 1970.
        public var second: Int64

        public init(name: UInt64, stage: Stage?, second: Int64 = 0) {
            self.name = name
            self.stage = stage
            self.second = second
        }
    }

    /// What it is about, of length one; zero where nothing says.
    public var meaning: PackedVector
    /// Of its texts: ``JourneyWords``.
    public var words: [UInt32]
    public var steps: [Step]
    public var outcome: Outcome?
    /// For how many seconds nothing has come; nil where it is over, and nothing is waited for.
    public var silence: Int64?
    /// What it is called, and the terms told beside that.
    public var name: String
    public var terms: [String]
    /// Whose it is: a number, the same for what is the same person's.
    public var person: UInt64

    public init(
        meaning: PackedVector, words: [UInt32] = [], steps: [Step], outcome: Outcome?, silence: Int64? = nil,
        name: String, terms: [String], person: UInt64 = 0
    ) {
        self.words = words
        self.person = person
        self.meaning = meaning
        self.steps = Array(steps.prefix(Journey.stepsMax))
        self.outcome = outcome
        self.silence = silence
        self.name = name
        self.terms = terms
    }
}

/// The meaning of a purpose while its events come in: the sum of what their texts say, by how much each says.
public struct JourneyMeaning: Sendable {
    private var sum: PackedSum?

    public init() {}

    public mutating func add(_ text: TextFeatures) {
        guard text.hasMeaning else { return }
        if sum == nil { sum = PackedSum() }
        sum!.add(text.vector, times: text.evidence)
    }

    /// Of length one; zero where no text said anything.
    public var direction: PackedVector { sum?.direction ?? PackedVector() }
}
