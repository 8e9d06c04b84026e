import Throughline

/// What the sets of an organization ask, ready to be asked of everybody.
struct SegmentPlan: Sendable {
    enum Rule: Sendable {
        case condition(SegmentCondition)
        case list
        /// A condition that this version of the program does not read.
        case nobody
    }

    struct Asked: Sendable {
        var set: SegmentSet
        var rule: Rule
        /// The set whose place it takes.
        var before: Int64?
    }

    private(set) var sets: [Asked] = []
    private(set) var inputs: SegmentInputs = []
    let types: TypeBook

    init(types: TypeBook) { self.types = types }

    mutating func add(_ set: SegmentSet, _ rule: Rule, before: Int64?) {
        sets.append(Asked(set: set, rule: rule, before: before))
        switch rule {
        case .condition(let condition): inputs.formUnion(condition.inputs)
        case .list: inputs.insert(.lists)
        case .nobody: break
        }
    }

    /// The same for some of the sets.
    func only(_ numbers: Set<Int64>) -> SegmentPlan {
        var plan = SegmentPlan(types: types)
        for asked in sets where numbers.contains(asked.set.number) {
            plan.add(asked.set, asked.rule, before: asked.before)
        }
        return plan
    }

    /// In which of the sets a person is, and when that may be otherwise though nothing happens.
    func answer(
        of subject: SegmentSubject, now: Instant, by maker: SegmentFactMaker
    ) throws(StoreError) -> (sets: Set<Int64>, due: Instant?) {
        let facts = try maker.facts(of: subject, inputs, types: types, now: now)
        let values = facts.values(of: inputs)
        var found: Set<Int64> = []
        for asked in sets {
            let isMember =
                switch asked.rule {
                // Who makes it end with a fault is not in.
                case .condition(let condition): (try? condition.holds(values)) ?? false
                case .list: subject.lists.contains(asked.set.segment)
                case .nobody: false
                }
            if isMember { found.insert(asked.set.number) }
        }
        return (found, facts.nextChange(of: inputs))
    }
}
