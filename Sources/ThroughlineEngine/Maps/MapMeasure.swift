import Throughline

/// Counts what purposes really did, beside a map. The same purposes in the same order give the same counts.
public struct MapMeasure {
    /// Names of steps that no milestone matches which are told apart, of one drawn purpose; the first that come.
    public static let namesMax = 2_048

    private let drawn: [DrawnPurpose]
    private let isBound: [Bool]
    private var tallies: [Tally]

    init(_ drawn: [DrawnPurpose], isBound: [Bool]) {
        self.drawn = drawn
        self.isBound = isBound
        tallies = drawn.map { Tally(milestones: $0.milestones.count) }
    }

    /// Takes what workers wrote of some people.
    mutating func take(_ bytes: [UInt8]) {
        MapTrace.read(bytes) { tallies[$0.purpose].add($0) }
    }

    /// What was counted of each drawn purpose, in the order of the map.
    ///
    /// - Complexity: O(*n* log *n*) in what was counted.
    public var purposes: [MeasuredPurpose] {
        zip(zip(drawn, isBound), tallies).map { $1.measured($0.0, isBound: $0.1) }
    }
}

/// What is counted of one drawn purpose.
private struct Tally {
    private struct Reach {
        var purposes = 0
        var repeated = 0
        var repeatedTimes = 0
        var gaps: [Int64] = []
        var channels: [String: Int] = [:]
        var touchpoints: [String: Int] = [:]
        var answers = [[Double]](repeating: [], count: SurveyScale.keys.count)
        var stages: [Stage: Int] = [:]
    }

    private struct Count {
        var purposes = 0
        var times = 0
        /// The purpose that it was counted for last.
        var latest = -1

        mutating func add(in purpose: Int) {
            times += 1
            if latest != purpose { purposes += 1 }
            latest = purpose
        }
    }

    private var purposes = 0
    private var reaches: [Reach]
    /// Of two milestones: purposes that reach both, and those that reach the one drawn later first.
    private var both: [Int]
    private var reversed: [Int]
    private var numbers: [String: Int] = [:]
    private var names: [String] = []
    private var steps: [Count] = []
    private var pairs: [Int: Count] = [:]
    private var uncounted = 0
    private var faults = 0
    private var firstFault: String?

    init(milestones: Int) {
        reaches = Array(repeating: Reach(), count: milestones)
        both = [Int](repeating: 0, count: milestones * milestones)
        reversed = both
    }

    mutating func add(_ trace: MapTrace) {
        var firsts = [Int?](repeating: nil, count: reaches.count)
        var times = [Int](repeating: 0, count: reaches.count)
        var before: Int?
        for (place, step) in trace.steps.enumerated() {
            if let fault = step.fault {
                faults += 1
                firstFault = firstFault ?? fault
            }
            guard let milestone = step.milestone else {
                before = noteUndrawn(step.name, after: before)
                continue
            }
            before = nil
            note(step, at: milestone)
            times[milestone] += 1
            firsts[milestone] = firsts[milestone] ?? place
        }
        for milestone in reaches.indices where times[milestone] > 0 {
            reaches[milestone].purposes += 1
            if times[milestone] > 1 {
                reaches[milestone].repeated += 1
                reaches[milestone].repeatedTimes += times[milestone]
            }
        }
        noteOrder(of: firsts, in: trace)
        purposes += 1
    }

    private mutating func note(_ step: MapTrace.Step, at milestone: Int) {
        if !step.channel.isEmpty { reaches[milestone].channels[step.channel, default: 0] += 1 }
        if !step.touchpoint.isEmpty { reaches[milestone].touchpoints[step.touchpoint, default: 0] += 1 }
        if let stage = step.stage { reaches[milestone].stages[stage, default: 0] += 1 }
        for answer in step.answers { reaches[milestone].answers[answer.scale].append(answer.value) }
    }

    /// - Returns: the number of its name; nil where that is not told apart.
    private mutating func noteUndrawn(_ name: String, after before: Int?) -> Int? {
        if numbers[name] == nil, names.count < MapMeasure.namesMax {
            numbers[name] = names.count
            names.append(name)
            steps.append(Count())
        }
        guard let number = numbers[name] else {
            uncounted += 1
            return nil
        }
        steps[number].add(in: purposes)
        if let before { pairs[before * MapMeasure.namesMax + number, default: Count()].add(in: purposes) }
        return number
    }

    private mutating func noteOrder(of firsts: [Int?], in trace: MapTrace) {
        for (later, place) in firsts.enumerated() {
            guard let place else { continue }
            for earlier in 0..<later {
                guard let other = firsts[earlier] else { continue }
                both[earlier * reaches.count + later] += 1
                if place < other { reversed[earlier * reaches.count + later] += 1 }
            }
            guard later > 0, let other = firsts[later - 1], other < place else { continue }
            reaches[later].gaps.append(trace.steps[place].milliseconds - trace.steps[other].milliseconds)
        }
    }

    // MARK: What it comes to

    func measured(_ drawn: DrawnPurpose, isBound: Bool) -> MeasuredPurpose {
        MeasuredPurpose(
            drawn: drawn, isBound: isBound, purposeCount: purposes,
            milestones: zip(drawn.milestones, reaches).map { measured($0, $1) },
            undrawnSteps: frequent(steps.enumerated().map { ([names[$0]], $1) }),
            undrawnPairs: frequent(
                pairs.map { pair, count in
                    ([names[pair / MapMeasure.namesMax], names[pair % MapMeasure.namesMax]], count)
                }),
            reversals: reversals, faultCount: faults, firstFault: firstFault, uncountedSteps: uncounted)
    }

    private func measured(_ drawn: DrawnMilestone, _ reach: Reach) -> MeasuredMilestone {
        var milestone = MeasuredMilestone()
        milestone.reachedCount = reach.purposes
        milestone.medianSeconds = Tally.median(reach.gaps).map { $0 / 1_000 }
        milestone.repeatedCount = reach.repeated
        milestone.repeatedTimes = reach.repeatedTimes
        milestone.channels = Tally.use(of: drawn.channels, reach.channels)
        milestone.touchpoints = Tally.use(of: drawn.touchpoints, reach.touchpoints)
        milestone.stages = reach.stages
        milestone.answers = zip(SurveyScale.keys, reach.answers).filter { !$1.isEmpty }.map { key, values in
            // In order of size, so that the sum is the same whoever came first.
            MeasuredMilestone.Answers(
                key: key, count: values.count, mean: values.sorted().reduce(0, +) / Double(values.count))
        }
        return milestone
    }

    /// The lower one of the two in the middle, where there are two.
    private static func median(_ values: [Int64]) -> Int64? {
        values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
    }

    private static func use(of drawn: [String], _ counts: [String: Int]) -> MeasuredMilestone.PlaceUse {
        var use = MeasuredMilestone.PlaceUse()
        use.used = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        let known = Set(drawn.map { $0.lowercased() })
        let seen = Set(counts.keys.map { $0.lowercased() })
        if !drawn.isEmpty { use.undrawn = use.used.map(\.name).filter { !known.contains($0.lowercased()) } }
        // Where no event says a place at all, nothing is known of those that are drawn.
        if !seen.isEmpty { use.unused = drawn.filter { !seen.contains($0.lowercased()) } }
        return use
    }

    private func frequent(_ counts: [([String], Count)]) -> [MeasuredPurpose.UndrawnPath] {
        counts.filter { isFrequent($1.purposes) }
            .map { MeasuredPurpose.UndrawnPath(names: $0, purposeCount: $1.purposes, times: $1.times) }
            .sorted {
                if $0.purposeCount != $1.purposeCount { return $0.purposeCount > $1.purposeCount }
                if $0.times != $1.times { return $0.times > $1.times }
                return $0.names.lexicographicallyPrecedes($1.names)
            }
    }

    private func isFrequent(_ count: Int) -> Bool {
        count >= MeasuredPurpose.undrawnPurposesMin
            && Double(count) >= MeasuredPurpose.undrawnShareMin * Double(purposes)
    }

    private var reversals: [MeasuredPurpose.Reversal] {
        reaches.indices.flatMap { later in
            (0..<later).compactMap { earlier in
                let place = earlier * reaches.count + later
                guard both[place] >= MeasuredPurpose.reversedPurposesMin,
                    Double(reversed[place]) > MeasuredPurpose.reversedShareMin * Double(both[place])
                else { return nil }
                return MeasuredPurpose.Reversal(
                    earlier: earlier, later: later, reversedCount: reversed[place], bothCount: both[place])
            }
        }
    }
}
