import Testing
import Throughline

/// A few people to whom things happen, counted as they happen.
struct CountedHistory {
    /// How much there is of everything.
    struct Size {
        var people = 3
        var purposes = 5
        var names = 5
        var types = 3
        var happenings = 30
        /// Between two steps at most.
        var gapMilliseconds = 20 * 86_400_000

        static let small = Size()
        /// Purposes beyond those that are followed.
        static let manyPurposes = Size(people: 1, purposes: 90, names: 3, happenings: 420, gapMilliseconds: 3_600_000)
        /// Names and steps beyond those that are kept.
        static let longPurposes = Size(people: 1, purposes: 2, names: 45, happenings: 300, gapMilliseconds: 90_000)
    }

    private let size: Size
    private var random: Chance
    private var people: [[CountedStep]]
    private var tallies: [PersonTally]
    private(set) var counts = Counts()
    private var ids: [[PurposeID]] = []
    private var types: [PurposeID: UInt32] = [:]
    private var now: Int64
    private var order: UInt64 = 0
    private(set) var recountCount = 0
    /// Purposes of one person that were followed at once, at most.
    var followedMax: Int { tallies.map(\.followed.count).max() ?? 0 }

    init(seed: UInt64, _ size: Size = .small) {
        self.size = size
        random = Chance(seed: seed)
        people = Array(repeating: [], count: size.people)
        tallies = Array(repeating: PersonTally(), count: size.people)
        // Somewhere in 2020 or 2021.
        now = 1_577_836_800_000 + Int64(random.below(700)) * 86_400_000
        for person in 0..<size.people {
            ids.append((0..<size.purposes).map { PurposeID(opening: "\(seed) \(person) \($0)") })
            for id in ids[person] { types[id] = UInt32(random.below(size.types)) }
        }
    }

    var expected: PlainCounts { PlainCounts(people) }

    /// Whether what is kept of each is what a recount of all her steps would keep.
    var isAsRecounted: Bool { zip(people, tallies).allSatisfy { PersonTally.counts(of: $0).tally == $1 } }

    /// Lets everything happen.
    mutating func run() {
        for _ in 0..<size.happenings {
            let person = random.below(size.people)
            switch random.below(100) {
            case ..<70: arrive(person, late: false)
            case ..<76: arrive(person, late: true)
            case ..<82: change(person) { $0[$1].purpose = $2 }
            case ..<87: retype(person)
            case ..<93: change(person) { steps, place, _ in steps.remove(at: place) }
            case ..<95: change(person) { steps, place, _ in steps[place].outcome = nil }
            case ..<97: merge(person)
            default: forget(person)
            }
        }
    }

    private mutating func arrive(_ person: Int, late: Bool) {
        // Now and then in the same millisecond as the one before.
        if !random.chance(15) { now += Int64(random.below(size.gapMilliseconds)) }
        order += 1
        let purpose = random.chance(15) ? nil : pickPurpose(of: person)
        let step = CountedStep(
            purpose: purpose, type: purpose.map { types[$0]! } ?? 0, name: UInt64(random.below(size.names)) * 7_919,
            channel: random.chance(5) ? 64 + UInt16(random.below(3)) : UInt16(random.below(4)),
            milliseconds: late ? now - Int64(random.below(4 * size.gapMilliseconds)) : now, order: order,
            outcome: random.chance(12) ? random.pick(Outcome.allCases) : nil)
        add(step, to: person)
    }

    private mutating func add(_ step: CountedStep, to person: Int) {
        let before = (tallies[person], counts)
        let steps = people[person] + [step]
        if !tallies[person].add(step, into: &counts) {
            #expect(tallies[person] == before.0 && counts == before.1, "what is refused changes nothing")
            recount(person, as: steps)
        }
        people[person] = steps
    }

    /// Mostly one that she is busy with, so that purposes get long.
    private mutating func pickPurpose(of person: Int) -> PurposeID {
        if let last = people[person].last(where: { $0.purpose != nil })?.purpose, random.chance(40) { return last }
        return random.pick(ids[person])
    }

    private mutating func change(_ person: Int, _ body: (inout [CountedStep], Int, PurposeID) -> Void) {
        guard !people[person].isEmpty else { return }
        var steps = people[person]
        let purpose = random.pick(ids[person])
        body(&steps, random.below(steps.count), purpose)
        for place in steps.indices { if let id = steps[place].purpose { steps[place].type = types[id]! } }
        recount(person, as: steps)
    }

    /// A purpose is of another type from now on: either all its steps are, or that is told by the next one alone.
    private mutating func retype(_ person: Int) {
        let id = pickPurpose(of: person)
        types[id] = UInt32(random.below(size.types))
        if random.chance(70) { change(person) { _, _, _ in } }
    }

    private mutating func merge(_ person: Int) {
        let other = random.below(size.people)
        guard other != person else { return }
        counts -= PersonTally.counts(of: people[other]).counts
        tallies[other].removeAll()
        recount(person, as: people[person] + people[other])
        people[other] = []
        ids[person] += ids[other]
    }

    /// Out of memory, and back from what was kept.
    private mutating func forget(_ person: Int) {
        let bytes = tallies[person].encoded()
        let before = tallies[person]
        do {
            try bytes.withUnsafeBytes { try tallies[person].decode($0) }
        } catch {
            Issue.record("what was written is read")
        }
        #expect(tallies[person] == before)
    }

    private mutating func recount(_ person: Int, as steps: [CountedStep]) {
        recountCount += 1
        let recount = PersonTally.recount(from: people[person], to: steps)
        tallies[person] = recount.tally
        counts += recount.change
        people[person] = steps
    }
}
