/// A step that journeys of one type take on the way to being fulfilled, or by which they end otherwise, with what shows it.
public struct Milestone: Sendable, Equatable {
    /// What happens.
    public var name: String
    /// Stable hash of the folded name.
    public var nameHash: UInt64
    /// How it ends a purpose, where it ends it otherwise than by fulfilling it.
    public var ending: Outcome?
    /// Share of the fulfilled journeys that reach it, 0...1; of an ending, of those that end so.
    public var share: Float
    /// How many times likelier than any journey one that has reached it is to be fulfilled; of an ending, to end so.
    public var lift: Float
    /// Of the fulfilled journeys that reach this one and the one before it, the share that comes to that one first; nil for the
    /// first, and for endings.
    public var precedence: Float?
    /// Journeys that reach it, however they end, and those still under way.
    public var reachedCount = 0
    /// Of those, the ones that reach the next milestone too, before or behind it; nil for the last, and for endings.
    public var wentOnCount: Int?

    package init(
        name: String, nameHash: UInt64, ending: Outcome?, share: Float, lift: Float, precedence: Float?,
        reachedCount: Int = 0, wentOnCount: Int? = nil
    ) {
        self.name = name
        self.nameHash = nameHash
        self.ending = ending
        self.share = share
        self.lift = lift
        self.precedence = precedence
        self.reachedCount = reachedCount
        self.wentOnCount = wentOnCount
    }
}

/// What journeys of one type have in common, counted: which steps they take and in which order. What is counted can be taken back.
struct MilestoneCounts {
    /// Kinds of steps that are told apart in one type, the commonest; fewer than a word has bits.
    static let kindsMax = 48
    /// Milestones are learned from so many fulfilled journeys on, and endings from so many that end so.
    static let journeysMin = 5
    /// A milestone is reached by this share of the fulfilled journeys.
    static let shareMin: Float = 2.0 / 3
    /// And does not come more often than so, in one that reaches it: what comes again and again is work, no step.
    static let timesMax: Float = 2
    /// One that every journey reaches tells nothing of how it ends; one that makes it less likely is none.
    static let liftMin: Float = 0.98
    /// An ending is reached by this share of the journeys that end so, and of those that reach it this share ends so.
    static let endingShareMin: Float = 1.0 / 3
    static let endingPurityMin: Float = 0.9
    /// Of the fulfilled journeys at most this share reaches it.
    static let endingFulfilledMax: Float = 0.1

    private let kinds: [UInt64: Int]
    private let names: [UInt64]
    private var journeys = 0
    private var journeysEnded = [Int](repeating: 0, count: Outcome.allCases.count)
    /// Of each kind: journeys that reach it, by outcome; those of no outcome last.
    private var reached: [[Int]]
    /// Of each kind: how often it comes in fulfilled journeys, and the sum of the places where it comes first.
    private var times: [Int]
    /// Of two kinds: fulfilled journeys that come to the first before the second, and journeys that reach both.
    private var before: [Int]
    private var both: [Int]

    /// - Parameter kinds: the names of the steps to tell apart, at most ``kindsMax``.
    init(kinds names: [UInt64]) {
        self.names = Array(names.prefix(MilestoneCounts.kindsMax))
        kinds = Dictionary(uniqueKeysWithValues: self.names.enumerated().map { ($1, $0) })
        let count = self.names.count
        reached = Array(repeating: [Int](repeating: 0, count: Outcome.allCases.count + 1), count: count)
        times = [Int](repeating: 0, count: count)
        before = [Int](repeating: 0, count: count * count)
        both = before
    }

    /// Counts a journey, or, with -1, takes one back.
    ///
    /// - Complexity: O(steps + kinds²).
    mutating func add(_ journey: Journey, times sign: Int = 1) {
        journeys += sign
        let outcome = journey.outcome.flatMap { Outcome.allCases.firstIndex(of: $0) }
        if let outcome { journeysEnded[outcome] += sign }
        let isFulfilled = journey.outcome == .fulfilled
        var order: [Int] = []
        for step in journey.steps {
            guard let kind = kinds[step.name] else { continue }
            if isFulfilled { times[kind] += sign }
            guard !order.contains(kind) else { continue }
            order.append(kind)
            reached[kind][outcome ?? Outcome.allCases.count] += sign
        }
        for (place, kind) in order.enumerated() {
            for other in order[(place + 1)...] {
                both[min(kind, other) * names.count + max(kind, other)] += sign
                if isFulfilled { before[kind * names.count + other] += sign }
            }
        }
    }

    /// The milestones in the order in which they are reached, then the endings.
    ///
    /// - Parameter name: what a kind is called.
    /// - Complexity: O(kinds²).
    func milestones(name: (UInt64) -> String) -> [Milestone] {
        let fulfilled = count(.fulfilled)
        var found: [Milestone] = []
        if fulfilled >= MilestoneCounts.journeysMin {
            let base = Float(fulfilled) / Float(max(1, journeys))
            let steps = names.indices.filter { kind in
                let of = reached[kind][Outcome.fulfilled.place]
                guard Float(of) >= MilestoneCounts.shareMin * Float(fulfilled) else { return false }
                return Float(times[kind]) <= MilestoneCounts.timesMax * Float(of)
                    && lift(kind, .fulfilled, base) >= MilestoneCounts.liftMin
            }
            let order = ordered(steps)
            for (place, kind) in order.enumerated() {
                found.append(
                    Milestone(
                        name: name(names[kind]), nameHash: names[kind], ending: nil,
                        share: Float(reached[kind][Outcome.fulfilled.place]) / Float(fulfilled),
                        lift: lift(kind, .fulfilled, base),
                        precedence: place == 0 ? nil : precedence(order[place - 1], kind),
                        reachedCount: reached[kind].reduce(0, +),
                        wentOnCount: place + 1 < order.count ? together(kind, order[place + 1]) : nil))
            }
        }
        for outcome in [Outcome.declined, .cancelled] { found += endings(by: outcome, name: name) }
        return found
    }

    /// What many of those that end so reach, and hardly any other.
    private func endings(by outcome: Outcome, name: (UInt64) -> String) -> [Milestone] {
        let all = count(outcome)
        guard all >= MilestoneCounts.journeysMin else { return [] }
        let base = Float(all) / Float(max(1, journeys))
        let fulfilledMost = MilestoneCounts.endingFulfilledMax * Float(count(.fulfilled))
        let likely = names.indices.filter { kind in
            Float(reached[kind][outcome.place]) >= MilestoneCounts.endingShareMin * Float(all)
                && lift(kind, outcome, base) * base >= MilestoneCounts.endingPurityMin
                && Float(reached[kind][Outcome.fulfilled.place]) <= fulfilledMost
        }
        return likely.map { kind in
            Milestone(
                name: name(names[kind]), nameHash: names[kind], ending: outcome,
                share: Float(reached[kind][outcome.place]) / Float(all), lift: lift(kind, outcome, base),
                precedence: nil, reachedCount: reached[kind].reduce(0, +))
        }
    }

    private func together(_ one: Int, _ other: Int) -> Int { both[min(one, other) * names.count + max(one, other)] }

    private func count(_ outcome: Outcome) -> Int { journeysEnded[outcome.place] }

    private func lift(_ kind: Int, _ outcome: Outcome, _ base: Float) -> Float {
        let all = reached[kind].reduce(0, +)
        guard all > 0, base > 0 else { return 0 }
        return Float(reached[kind][outcome.place]) / Float(all) / base
    }

    /// Of fulfilled journeys that reach both, the share that comes to one before the other.
    private func precedence(_ one: Int, _ other: Int) -> Float {
        let (first, second) = (before[one * names.count + other], before[other * names.count + one])
        return first + second == 0 ? 0.5 : Float(first) / Float(first + second)
    }

    /// By how many of the others each mostly comes before (Copeland's rule): what always comes before wins against all behind it, and of
    /// a circle the weaker side gives way.
    private func ordered(_ steps: [Int]) -> [Int] {
        let wins = steps.map { one in
            steps.reduce(Float(0)) { sum, other in
                guard other != one else { return sum }
                let share = precedence(one, other)
                return sum + (share > 0.5 ? 1 : share == 0.5 ? 0.5 : 0) + share / 1_000
            }
        }
        return steps.indices.sorted { (wins[$1], steps[$0]) < (wins[$0], steps[$1]) }.map { steps[$0] }
    }
}

extension Outcome {
    /// Its place among all.
    var place: Int { Outcome.allCases.firstIndex(of: self)! }
}
