import Throughline

/// Reads what is counted of everybody's steps: where purposes of a type get stuck, which ways they take, by which channels people are
/// in touch. All of it is kept as events come; ``CountKind`` says exactly what each number is a number of.
public struct InsightReader: Sendable {
    /// Ways, bands and pairs that are told at once, those first of which there are most.
    public static let pairsMax = 1_000
    public static let variantsMax = 200

    private let profiles: any Profiles
    private let organization: UInt32

    public init(profiles: any Profiles, organization: UInt32) {
        self.profiles = profiles
        self.organization = organization
    }

    /// What is counted of a kind, types taken together, each key once.
    private func counted(_ kind: CountKind, _ types: [UInt32]) throws(StoreError) -> [(key: CountKey, tally: Tally)] {
        let found = try profiles.tallies(of: organization, kind, types: types)
        guard types.count > 1 else { return found }
        var sums: [CountKey: Tally] = [:]
        for (key, tally) in found { sums[CountKey(kind, key.a, key.b, key.c), default: .zero] += tally }
        return sums.map { ($0.key, $0.value) }
    }

    /// What is counted of a kind by `a` alone, types taken together.
    private func countedByName(_ kind: CountKind, _ types: [UInt32]) throws(StoreError) -> [UInt64: Tally] {
        var sums: [UInt64: Tally] = [:]
        for (key, tally) in try profiles.tallies(of: organization, kind, types: types) {
            sums[key.a, default: .zero] += tally
        }
        return sums
    }

    private func purposeCount(_ types: [UInt32]) throws(StoreError) -> Int {
        Int(try profiles.tallies(of: organization, .purposes, types: types).reduce(0) { $0 + $1.tally.count })
    }

    /// The numbers that purposes of a type are counted under: its own, and those of types that count as it; for nil that of all types.
    private func numbers(of type: UInt16?, in book: TypeBook) -> [UInt32] {
        guard let type else { return [CountKey.anyType] }
        return book.entries.map(\.id).filter { book.resolved($0) == type }.map(UInt32.init)
    }

    /// What is counted of a kind that knows types.
    func tallies(
        _ kind: CountKind, of type: UInt16?, in book: TypeBook
    ) throws(StoreError) -> [(key: CountKey, tally: Tally)] {
        try profiles.tallies(of: organization, kind, types: numbers(of: type, in: book))
    }

    /// What is counted of a kind whatever the type.
    func tallies(_ kind: CountKind) throws(StoreError) -> [(key: CountKey, tally: Tally)] {
        try profiles.tallies(of: organization, kind, types: [0])
    }

    private func names() throws(StoreError) -> [UInt64: String] {
        let found = try profiles.stepNames().first { $0.organization == organization }?.names ?? []
        var names: [UInt64: String] = [:]
        for name in found { names[name.hash] = name.text }
        return names
    }

    // MARK: Funnel

    /// How far purposes of a type come on its way.
    public struct Funnel: Sendable {
        public struct Step: Sendable {
            public var name: String
            /// Purposes that reach it.
            public var reached: Int
            /// Of those, the ones that reach the next step behind it; nil for the last.
            public var wentOn: Int?
            /// Seconds from the one to the other, their mean, and a bin that has the median.
            public var meanSeconds: Int?
            public var medianSeconds: ClosedRange<Int64>?

            /// Purposes that reach it and not the next step behind it.
            public var dropped: Int? { wentOn.map { max(0, reached - $0) } }
        }

        public var purposes: Int
        public var outcomes: [(outcome: Outcome, count: Int, meanSeconds: Int)]
        public var steps: [Step]
    }

    /// - Parameter type: a number that stands for itself.
    /// - Complexity: O(steps²) look-ups, whatever there are of purposes.
    public func funnel(of type: UInt16, in book: TypeBook) throws(StoreError) -> Funnel {
        let milestones = (book.entry(type)?.type.milestones ?? []).filter { $0.ending == nil }
        let types = numbers(of: type, in: book)
        let reached = try countedByName(.reached, types)
        var steps: [Funnel.Step] = []
        for (place, milestone) in milestones.enumerated() {
            var step = Funnel.Step(
                name: milestone.name, reached: Int(reached[milestone.nameHash]?.count ?? 0))
            if place + 1 < milestones.count {
                let spans = try spans(from: milestone.nameHash, to: milestones[place + 1].nameHash, types)
                let all = spans.reduce(Tally.zero) { $0 + $1.tally }
                step.wentOn = Int(all.count)
                if all.count > 0 { step.meanSeconds = Int(all.total / all.count) }
                step.medianSeconds = InsightReader.median(of: spans, count: all.count)
            }
            steps.append(step)
        }
        let ended = try countedByName(.outcome, types)
        return Funnel(
            purposes: try purposeCount(types),
            outcomes: Outcome.allCases.compactMap { outcome in
                let tally = ended[UInt64(outcome.code)] ?? .zero
                return tally.count == 0 ? nil : (outcome, Int(tally.count), Int(tally.total / tally.count))
            }, steps: steps)
    }

    /// By bin, how many took so long from one step to another.
    private func spans(
        from one: UInt64, to other: UInt64, _ types: [UInt32]
    ) throws(StoreError) -> [(bin: UInt64, tally: Tally)] {
        var sums = [Tally](repeating: .zero, count: 64)
        for type in types {
            let keys = (0..<64).map { CountKey(.between, type: type, one, other, UInt64($0)) }
            for (bin, tally) in try profiles.tallies(of: organization, keys).enumerated() { sums[bin] += tally }
        }
        return sums.enumerated().compactMap { $1 == .zero ? nil : (UInt64($0), $1) }
    }

    private static func median(of spans: [(bin: UInt64, tally: Tally)], count: Int64) -> ClosedRange<Int64>? {
        var seen: Int64 = 0
        for (bin, tally) in spans {
            seen += tally.count
            if 2 * seen >= count { return SpanBin.seconds(of: bin) }
        }
        return nil
    }

    // MARK: Paths

    /// The directly-follows graph of purposes (van der Aalst, "Process Mining", 2016), and the bands of its first steps.
    public struct Paths: Sendable {
        public struct Step: Sendable {
            public var name: String
            public var count: Int
            /// Purposes that reach it, and those that do more than once.
            public var purposes: Int
            public var repeated: Int
            /// Purposes that begin, and that end so far, with it.
            public var starts: Int
            public var ends: Int
        }

        public struct Way: Sendable {
            public var from: String
            public var to: String
            public var count: Int
            public var meanSeconds: Double
        }

        public struct Band: Sendable {
            /// How many steps come before the one it begins at.
            public var position: Int
            public var from: String
            public var to: String
            public var count: Int
        }

        public var purposes: Int
        public var steps: [Step]
        public var ways: [Way]
        public var bands: [Band]
        /// Whether there are more ways or bands than are told.
        public var isCut: Bool
    }

    /// - Parameter type: a number that stands for itself; nil for all.
    public func paths(of type: UInt16?, in book: TypeBook) throws(StoreError) -> Paths {
        let types = numbers(of: type, in: book)
        let names = try names()
        func name(_ hash: UInt64) -> String { names[hash] ?? InsightReader.otherName }
        let (reached, rework) = (try countedByName(.reached, types), try countedByName(.rework, types))
        let (starts, ends) = (try countedByName(.start, types), try countedByName(.end, types))
        let steps = try counted(.step, types).sorted(by: InsightReader.isMore).map { key, tally in
            Paths.Step(
                name: name(key.a), count: Int(tally.count), purposes: Int(reached[key.a]?.count ?? 0),
                repeated: Int(rework[key.a]?.count ?? 0), starts: Int(starts[key.a]?.count ?? 0),
                ends: Int(ends[key.a]?.count ?? 0))
        }
        let (follows, sankey) = (try counted(.follows, types), try counted(.sankey, types))
        let ways = InsightReader.most(follows).map { key, tally in
            Paths.Way(
                from: name(key.a), to: name(key.b), count: Int(tally.count),
                meanSeconds: Double(tally.total) / Double(tally.count) / 1_000)
        }
        let bands = InsightReader.most(sankey).map { key, tally in
            Paths.Band(position: Int(key.c), from: name(key.a), to: name(key.b), count: Int(tally.count))
        }
        return Paths(
            purposes: try purposeCount(types), steps: steps, ways: ways, bands: bands,
            isCut: max(follows.count, sankey.count) > InsightReader.pairsMax)
    }

    /// What steps are called whose own name is not counted, or not known any more.
    public static let otherName = "(other)"

    private static func isMore(_ one: (key: CountKey, tally: Tally), _ other: (key: CountKey, tally: Tally)) -> Bool {
        (other.tally.count, one.key) < (one.tally.count, other.key)
    }

    /// Those of which there are most, ``pairsMax`` at most; only what may be among them is put in order.
    private static func most(_ found: [(key: CountKey, tally: Tally)]) -> [(key: CountKey, tally: Tally)] {
        let least = found.count > pairsMax ? found.map(\.tally.count).sorted(by: >)[pairsMax - 1] : .min
        return Array(found.filter { $0.tally.count >= least }.sorted(by: isMore).prefix(pairsMax))
    }

    // MARK: Variants

    /// A sequence of steps, and how many purposes took it.
    public struct Variant: Sendable {
        public var steps: [String]
        /// Whether there are more steps behind these.
        public var isCut: Bool
        public var purposes: Int
    }

    /// The sequences of most purposes, and how many there are.
    ///
    /// - Parameters:
    ///   - type: a number that stands for itself; nil for all.
    ///   - limit: at most ``variantsMax``.
    /// - Complexity: that of ``VariantSearch/most(_:)``; where other types count as this one also O(distinct sequences).
    public func variants(
        of type: UInt16?, in book: TypeBook, limit: Int
    ) throws(StoreError) -> (variants: [Variant], count: Int) {
        let types = numbers(of: type, in: book)
        let search = VariantSearch(profiles: profiles, organization: organization, types: types)
        let names = try names()
        let variants = try search.most(min(limit, InsightReader.variantsMax)).map { found in
            Variant(
                steps: found.steps.map { names[$0] ?? InsightReader.otherName }, isCut: found.isCut,
                purposes: Int(found.count))
        }
        return (variants, try sequenceCount(types))
    }

    private func sequenceCount(_ types: [UInt32]) throws(StoreError) -> Int {
        types.count == 1
            ? try profiles.sequenceCount(of: organization, type: types[0]) : try counted(.variant, types).count
    }
}
