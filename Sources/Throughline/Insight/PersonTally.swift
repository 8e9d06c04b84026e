/// What must be kept of one person so that her next step can be counted without looking at those before it.
///
/// ```swift
/// if !tally.add(step, into: &change) {
///     // It came late, or its purpose is of another type now: `steps` holds it, in its place.
///     let recount = PersonTally.recount(from: stepsAsCounted, to: steps)
///     tally = recount.tally
///     change += recount.change
/// }
/// ```
///
/// What is counted is told by ``CountKind``. There is one machine that counts, for a step that comes last as for a whole history: so
/// after any history the counts are those of a recount, with all that is let go for want of room.
public struct PersonTally: Sendable, Equatable {
    /// Purposes that are followed; where one more begins, the one that was silent longest is let go. What was counted of it stays,
    /// and a step that comes to it later begins another.
    public static let purposesMax = 64
    /// Different names of a purpose that are told apart for what is counted once per purpose.
    public static let namesMax = 32
    /// Steps of a purpose that its sequence is made of; of a longer one what comes behind is cut, and said.
    public static let variantStepsMax = 32
    /// Places in a purpose from which steps are followed to the next.
    public static let sankeyPositionsMax = 8
    /// Purposes open at once that are told apart; of more it is as many.
    public static let parallelMax = 16
    /// Numbers of channels, 0 among them; a greater one counts as not known.
    public static let channelsMax: UInt16 = 64
    /// How long after its last step a purpose without an outcome counts as open.
    public static let openMilliseconds: Int64 = 30 * 86_400_000

    /// The last step that was counted.
    private(set) var lastMilliseconds: Int64 = 0
    private(set) var lastOrder: UInt64 = 0
    /// Steps that were counted; the number of each is how many came before it.
    public private(set) var stepCount: UInt64 = 0
    private(set) var firstMonth: Int64 = 0
    /// The channels of the month of the last step, one bit each.
    private(set) var channels: UInt64 = 0
    /// In the order in which they began.
    private(set) var purposes: [FollowedPurpose] = []
    /// Those of one purpose behind those of another, in the order of the purposes.
    private(set) var names: [KeptName] = []

    public init() {}

    /// Whether nothing was counted.
    public var isEmpty: Bool { stepCount == 0 }

    /// The purposes that are followed, each with the type that it is counted under.
    public var followed: [(id: PurposeID, type: UInt32)] { purposes.map { ($0.id, $0.type) } }

    /// Forgets the person, and keeps the room for the next one.
    public mutating func removeAll() {
        lastMilliseconds = 0
        lastOrder = 0
        stepCount = 0
        firstMonth = 0
        channels = 0
        purposes.removeAll(keepingCapacity: true)
        names.removeAll(keepingCapacity: true)
    }

    // MARK: Adding

    /// Counts a step that comes last; false, and nothing is changed, where it cannot be counted so and the person must be recounted.
    ///
    /// It cannot where it comes before a step that was counted, by time and then by place in the log, and where its purpose is followed
    /// under another type.
    ///
    /// - Complexity: O(names of its purpose + purposes followed).
    public mutating func add(_ step: CountedStep, into counts: inout Counts) -> Bool {
        guard isEmpty || (lastMilliseconds, lastOrder) <= (step.milliseconds, step.order) else { return false }
        let place = place(of: step.purpose)
        if let place, purposes[place].type != step.type { return false }
        count(step, at: place, into: &counts)
        return true
    }

    /// What comes of all steps of a person, in any order: each is added as ``add(_:into:)`` does, the first first.
    ///
    /// Steps of a purpose that name different types count under that of the first of them, until it is let go.
    public static func counts(of steps: [CountedStep]) -> (tally: PersonTally, counts: Counts) {
        var tally = PersonTally()
        var counts = Counts(minimumCapacity: 4 * steps.count)
        for step in sorted(steps) { tally.count(step, at: tally.place(of: step.purpose), into: &counts) }
        return (tally, counts)
    }

    /// What is kept of a person from now on, and what to add to the counts, where her steps were counted as one list and are another
    /// now. See ``Counts/difference(from:to:)``.
    public static func recount(from old: [CountedStep], to new: [CountedStep]) -> (tally: PersonTally, change: Counts) {
        var (tally, change) = counts(of: new)
        change -= counts(of: old).counts
        return (tally, change)
    }

    private static func sorted(_ steps: [CountedStep]) -> [CountedStep] {
        let areSorted = zip(steps, steps.dropFirst()).allSatisfy { !$1.precedes($0) }
        return areSorted ? steps : steps.sorted { $0.precedes($1) }
    }

    private func place(of purpose: PurposeID?) -> Int? {
        guard let purpose else { return nil }
        return purposes.lastIndex { $0.id == purpose }
    }

    private mutating func count(_ step: CountedStep, at place: Int?, into counts: inout Counts) {
        let month = CivilMonth.number(ofMilliseconds: step.milliseconds)
        let channel = step.channel < PersonTally.channelsMax ? step.channel : 0
        countPresence(in: month, by: channel, into: &counts)
        lastMilliseconds = step.milliseconds
        lastOrder = step.order
        if let place {
            countGoingOn(place, with: step, into: &counts)
            countStep(step, by: channel, in: month, of: place, into: &counts)
        } else if let purpose = step.purpose {
            open(purpose, with: step, in: month, into: &counts)
            countStep(step, by: channel, in: month, of: purposes.count - 1, into: &counts)
        }
        stepCount &+= 1
    }

    // MARK: The person

    private mutating func countPresence(in month: Int64, by channel: UInt16, into counts: inout Counts) {
        let number = UInt64(bitPattern: month)
        counts.add(CountKey(.interactions, number, UInt64(channel)))
        if isEmpty { firstMonth = month }
        if isEmpty || month != CivilMonth.number(ofMilliseconds: lastMilliseconds) {
            channels = 0
            counts.add(CountKey(.customers, number, CountKey.anyChannel))
            counts.add(
                CountKey(.retention, UInt64(bitPattern: firstMonth), UInt64(bitPattern: month - firstMonth)))
        }
        let bit: UInt64 = 1 << UInt64(channel)
        guard channels & bit == 0 else { return }
        channels |= bit
        counts.add(CountKey(.customers, number, UInt64(channel)))
    }

    private mutating func open(
        _ purpose: PurposeID, with step: CountedStep, in month: Int64, into counts: inout Counts
    ) {
        if purposes.count == PersonTally.purposesMax { letGoOfQuietest() }
        var openCount = 1
        for other in purposes where other.isOpen(at: step.milliseconds) { openCount += 1 }
        purposes.append(FollowedPurpose(purpose, with: step, number: stepCount))
        counts.add(CountKey(.parallel, UInt64(min(openCount, PersonTally.parallelMax))))
        counts.add(CountKey(.purposes, type: step.type))
        counts.add(CountKey(.cohortSize, type: step.type, UInt64(bitPattern: month)))
        counts.add(CountKey(.start, type: step.type, step.name))
        counts.add(CountKey(.end, type: step.type, step.name))
    }

    private mutating func letGoOfQuietest() {
        var quietest = 0
        for place in purposes.indices where purposes[place].lastNumber < purposes[quietest].lastNumber {
            quietest = place
        }
        names.removeSubrange(namesRange(of: quietest))
        purposes.remove(at: quietest)
    }

    private func namesRange(of place: Int) -> Range<Int> {
        var start = 0
        for earlier in 0..<place { start += Int(purposes[earlier].nameCount) }
        return start..<start + Int(purposes[place].nameCount)
    }

    // MARK: A purpose

    /// Counts what ties a step to the one before it.
    private func countGoingOn(_ place: Int, with step: CountedStep, into counts: inout Counts) {
        let purpose = purposes[place]
        let type = purpose.type
        counts.add(
            CountKey(.follows, type: type, purpose.lastName, step.name),
            total: span(from: purpose.lastMilliseconds, to: step.milliseconds))
        let position = Int(purpose.stepCount) - 1
        if position < PersonTally.sankeyPositionsMax {
            counts.add(CountKey(.sankey, type: type, purpose.lastName, step.name, UInt64(position)))
        }
        if purpose.lastName != step.name {
            counts.add(CountKey(.end, type: type, purpose.lastName), -1)
            counts.add(CountKey(.end, type: type, step.name))
        }
        // One that began behind its last step so far has a step behind its first one, which is itself; now each has.
        for other in purposes where other.firstNumber > purpose.lastNumber {
            let (one, greater) = (UInt64(min(type, other.type)), UInt64(max(type, other.type)))
            counts.add(CountKey(.overlap, one, greater))
        }
    }

    /// Counts a step of a purpose, and takes it into what is kept of it.
    private mutating func countStep(
        _ step: CountedStep, by channel: UInt16, in month: Int64, of place: Int, into counts: inout Counts
    ) {
        counts.add(CountKey(.step, type: purposes[place].type, step.name))
        countName(step, of: place, into: &counts)
        purposes[place].countSequence(step.name, into: &counts)
        purposes[place].countHandover(to: channel, at: step.milliseconds, into: &counts)
        if let outcome = step.outcome {
            purposes[place].countOutcome(outcome, at: step.milliseconds, in: month, into: &counts)
        }
        purposes[place].lastName = step.name
        purposes[place].lastMilliseconds = step.milliseconds
        purposes[place].lastNumber = stepCount
    }

    private mutating func countName(_ step: CountedStep, of place: Int, into counts: inout Counts) {
        let range = namesRange(of: place)
        let type = purposes[place].type
        if let known = names[range].firstIndex(where: { $0.name == step.name }) {
            guard !names[known].isRepeated else { return }
            names[known].isRepeated = true
            counts.add(CountKey(.rework, type: type, step.name))
        } else if range.count < PersonTally.namesMax {
            for earlier in names[range] {
                let seconds = span(from: earlier.milliseconds, to: step.milliseconds) / 1_000
                counts.add(
                    CountKey(.between, type: type, earlier.name, step.name, SpanBin.number(ofSeconds: seconds)),
                    total: seconds)
            }
            names.insert(KeptName(name: step.name, milliseconds: step.milliseconds), at: range.upperBound)
            purposes[place].nameCount += 1
            counts.add(CountKey(.reached, type: type, step.name))
        } else if !purposes[place].areNamesCut {
            purposes[place].areNamesCut = true
            counts.add(CountKey(.namesCut, type: type))
        }
    }
}

// MARK: Bytes

extension PersonTally {
    /// Becomes what is in bytes: see ``decode(_:)``.
    mutating func readHead(from reader: inout StateReader) throws(StateError) {
        removeAll()
        stepCount = try reader.compact()
        guard stepCount > 0 else { return }
        // Too many to have been counted, and near to where they would begin anew.
        guard stepCount < 1 << 63 else { throw StateError() }
        lastMilliseconds = try reader.number()
        lastOrder = try reader.number()
        channels = try reader.compact()
        let months = try reader.compact()
        // More than there are between the first moment and the last.
        guard channels != 0, months < 1 << 40 else { throw StateError() }
        firstMonth = CivilMonth.number(ofMilliseconds: lastMilliseconds) - Int64(months)
    }

    mutating func readPurpose(from reader: inout StateReader) throws(StateError) {
        purposes.append(try FollowedPurpose(from: &reader, lastMilliseconds, stepCount: stepCount, into: &names))
    }
}
