/// Which steps cases take, which follows which, and how long it takes: the directly-follows graph, the variants and the times of
/// a log (van der Aalst, "Process Mining", 2016), added up case by case. A case is what the events are gathered by: a person, or
/// one purpose.
///
/// Times are whole milliseconds. What was added can be taken back, in any order.
public struct PathCounts: Sendable {
    /// Distinct steps that are told apart; of two steps there is one place each in the tables.
    public static let activitiesMax = 2_048
    /// Steps of a case that everything is counted of; of a longer one what comes behind is left out, and said.
    public static let stepsMax = 10_000

    public struct Step: Sendable, Equatable {
        /// The number of what happened, from 0 on.
        public var activity: Int32
        public var milliseconds: Int64

        public init(activity: Int32, milliseconds: Int64) {
            self.activity = activity
            self.milliseconds = milliseconds
        }
    }

    /// Numbers of milliseconds and what they come to.
    public struct Times: Sendable, Equatable {
        public var count = 0
        public var min: Int64 = 0
        /// Of an even number the mean of the middle two.
        public var median: Double = 0
        public var mean: Double = 0
        public var max: Int64 = 0
        public var sum: Int128 = 0

        public init() {}

        public init(count: Int, min: Int64, median: Double, mean: Double, max: Int64, sum: Int128) {
            self.count = count
            self.min = min
            self.median = median
            self.mean = mean
            self.max = max
            self.sum = sum
        }
    }

    public let activityCount: Int
    public private(set) var caseCount = 0
    public private(set) var eventCount = 0
    /// Cases of which steps were left out.
    public private(set) var cutCount = 0
    /// By activity: how often it comes, how many cases begin and end with it, and in how many it comes more than once.
    public private(set) var activities: [Int]
    public private(set) var starts: [Int]
    public private(set) var ends: [Int]
    public private(set) var rework: [Int]
    /// By activity and the one that follows: how often one comes right behind the other, and anywhere behind it.
    private var directly: [Int]
    private var eventually: [Int]
    /// By the place of an edge, where its gaps are; -1 where there are none.
    private var gapPlaces: [Int32]
    private var gaps: [Multiset] = []
    private var throughputs = Multiset()
    private var variants = VariantTable()

    public init(activityCount: Int) {
        precondition(activityCount <= PathCounts.activitiesMax, "more activities than there is room for")
        self.activityCount = activityCount
        activities = [Int](repeating: 0, count: activityCount)
        starts = activities
        ends = activities
        rework = activities
        directly = [Int](repeating: 0, count: activityCount * activityCount)
        eventually = directly
        gapPlaces = [Int32](repeating: -1, count: directly.count)
    }

    /// Adds a case, its steps in time order; with -1 takes back one that was added.
    ///
    /// - Complexity: O(steps × distinct steps of the case).
    public mutating func add(_ steps: UnsafeBufferPointer<Step>, times sign: Int = 1) {
        guard !steps.isEmpty else { return }
        if steps.count > PathCounts.stepsMax { cutCount += sign }
        let steps = UnsafeBufferPointer(rebasing: steps.prefix(PathCounts.stepsMax))
        caseCount += sign
        eventCount += sign * steps.count
        starts[Int(steps[0].activity)] += sign
        ends[Int(steps[steps.count - 1].activity)] += sign
        throughputs.add(steps[steps.count - 1].milliseconds - steps[0].milliseconds, times: sign)
        variants.add(steps, times: sign)
        countFollowers(steps, sign)
        for place in 1..<max(1, steps.count) {
            let edge = Int(steps[place - 1].activity) * activityCount + Int(steps[place].activity)
            directly[edge] += sign
            gaps[gapPlace(edge)].add(steps[place].milliseconds - steps[place - 1].milliseconds, times: sign)
        }
    }

    /// Where the gaps of an edge are, from now on.
    private mutating func gapPlace(_ edge: Int) -> Int {
        if gapPlaces[edge] < 0 {
            gapPlaces[edge] = Int32(gaps.count)
            gaps.append(Multiset())
        }
        return Int(gapPlaces[edge])
    }

    /// Adds what was counted of other cases, over the same activities.
    ///
    /// - Complexity: O(activities² + distinct sequences + cases).
    public mutating func add(_ other: PathCounts) {
        precondition(activityCount == other.activityCount, "both count the same activities")
        caseCount += other.caseCount
        eventCount += other.eventCount
        cutCount += other.cutCount
        func sum(_ own: inout [Int], _ others: [Int]) { for place in own.indices { own[place] += others[place] } }
        sum(&activities, other.activities)
        sum(&starts, other.starts)
        sum(&ends, other.ends)
        sum(&rework, other.rework)
        sum(&directly, other.directly)
        sum(&eventually, other.eventually)
        for (edge, place) in other.gapPlaces.enumerated() where place >= 0 {
            gaps[gapPlace(edge)].add(other.gaps[Int(place)])
        }
        throughputs.add(other.throughputs)
        variants.add(other.variants)
    }

    /// Counts what comes anywhere behind what: each step once for every step before it.
    private mutating func countFollowers(_ steps: UnsafeBufferPointer<Step>, _ sign: Int) {
        var met: [(activity: Int, count: Int)] = []
        for step in steps {
            let activity = Int(step.activity)
            activities[activity] += sign
            for before in met { eventually[before.activity * activityCount + activity] += sign * before.count }
            if let place = met.firstIndex(where: { $0.activity == activity }) {
                met[place].count += 1
                if met[place].count == 2 { rework[activity] += sign }
            } else {
                met.append((activity, 1))
            }
        }
    }

    /// How often one comes right behind another.
    public func directly(_ one: Int, _ other: Int) -> Int { directly[one * activityCount + other] }
    /// How often one comes anywhere behind another.
    public func eventually(_ one: Int, _ other: Int) -> Int { eventually[one * activityCount + other] }
    /// From one to what comes right behind it.
    public func gap(_ one: Int, _ other: Int) -> Times {
        let place = gapPlaces[one * activityCount + other]
        return place < 0 ? Times() : gaps[Int(place)].times
    }
    /// From the first step of a case to its last.
    public var throughput: Times { throughputs.times }

    /// Sequences of steps, those of most cases first; of as many, by the numbers of their activities.
    public func orderedVariants() -> [(activities: ArraySlice<Int32>, cases: Int)] { variants.ordered() }
}

/// Numbers, each as often as it was added and not taken back.
struct Multiset: Sendable {
    private var numbers: [Int64] = []
    /// Those that were taken back and are still among the numbers.
    private var gone: [Int64] = []

    mutating func add(_ number: Int64, times sign: Int) {
        if sign > 0 { numbers.append(number) } else { gone.append(number) }
    }

    mutating func add(_ other: Multiset) {
        numbers += other.numbers
        gone += other.gone
    }

    /// - Complexity: O(*n*) on average; O(*n* log *n*) where something was taken back.
    var times: PathCounts.Times {
        var left = gone.isEmpty ? numbers : remaining()
        var times = PathCounts.Times()
        guard let some = left.first else { return times }
        (times.count, times.min, times.max) = (left.count, some, some)
        for number in left {
            times.min = Swift.min(times.min, number)
            times.max = Swift.max(times.max, number)
            times.sum += Int128(number)
        }
        times.mean = Double(times.sum) / Double(left.count)
        let middle = left.count / 2
        let upper = Multiset.number(at: middle, of: &left)
        // What is below it lies before it.
        times.median =
            left.count % 2 == 1 ? Double(upper) : (Double(left[..<middle].max()!) + Double(upper)) / 2
        return times
    }

    /// The number that would be at a place were they in order (Hoare's selection, 1961); what is not above it lies before it.
    private static func number(at place: Int, of numbers: inout [Int64]) -> Int64 {
        numbers.withUnsafeMutableBufferPointer { numbers in
            var (low, high) = (0, numbers.count - 1)
            while low < high {
                let pivot = middle(numbers[low], numbers[low + (high - low) / 2], numbers[high])
                var (left, right) = (low, high)
                while left <= right {
                    while numbers[left] < pivot { left += 1 }
                    while numbers[right] > pivot { right -= 1 }
                    guard left <= right else { break }
                    numbers.swapAt(left, right)
                    left += 1
                    right -= 1
                }
                if place <= right { high = right } else if place >= left { low = left } else { break }
            }
            return numbers[place]
        }
    }

    private static func middle(_ a: Int64, _ b: Int64, _ c: Int64) -> Int64 { max(min(a, b), min(max(a, b), c)) }

    private func remaining() -> [Int64] {
        let sorted = numbers.sorted()
        guard !gone.isEmpty else { return sorted }
        var kept: [Int64] = []
        var taken = gone.sorted()[...]
        for number in sorted {
            if number == taken.first { taken.removeFirst() } else { kept.append(number) }
        }
        return kept
    }
}
