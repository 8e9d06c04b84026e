/// What is kept of a purpose that a ``PersonTally`` follows, beside the names that it reached.
struct FollowedPurpose: Sendable, Equatable {
    var id: PurposeID
    var type: UInt32
    /// At most one more than its sequence is made of.
    var stepCount: UInt8 = 0
    /// How many of the names of the person are its own.
    var nameCount: UInt8 = 0
    /// Whether it has names that are not kept.
    var areNamesCut = false
    /// The latest channel that is known, 0 where none is.
    var channel: UInt16 = 0
    var outcome: Outcome?
    var firstMilliseconds: Int64
    var lastMilliseconds: Int64
    /// The numbers of its first and last step among all of the person.
    var firstNumber: UInt64
    var lastNumber: UInt64
    var lastName: UInt64
    /// Where its names lead to, of as many steps as its sequence is made of.
    var node = VariantNode.root
    /// When the latest step by a channel that is known was.
    var channelMilliseconds: Int64 = 0
    /// When the latest step with an outcome was.
    var outcomeMilliseconds: Int64 = 0

    init(_ id: PurposeID, with step: CountedStep, number: UInt64) {
        self.id = id
        type = step.type
        firstMilliseconds = step.milliseconds
        lastMilliseconds = step.milliseconds
        firstNumber = number
        lastNumber = number
        lastName = step.name
    }

    func isOpen(at milliseconds: Int64) -> Bool {
        outcome == nil && span(from: lastMilliseconds, to: milliseconds) <= PersonTally.openMilliseconds
    }

    // MARK: Counting

    mutating func countSequence(_ name: UInt64, into counts: inout Counts) {
        let stepsMax = UInt8(PersonTally.variantStepsMax)
        guard stepCount <= stepsMax else { return }
        if stepCount > 0 { counts.add(CountKey(.variant, type: type, node), -1) }
        if stepCount < stepsMax {
            let child = VariantNode.child(of: node, name)
            counts.add(CountKey(.node, type: type, node, name))
            counts.add(CountKey(.variant, type: type, child))
            node = child
        } else {
            counts.add(CountKey(.variant, type: type, node, 1))
        }
        stepCount += 1
    }

    mutating func countHandover(to next: UInt16, at milliseconds: Int64, into counts: inout Counts) {
        guard next != 0 else { return }
        if channel != 0, channel != next {
            counts.add(
                CountKey(.handover, type: type, UInt64(channel), UInt64(next)),
                total: span(from: channelMilliseconds, to: milliseconds) / 1_000)
        }
        channel = next
        channelMilliseconds = milliseconds
    }

    mutating func countOutcome(
        _ latest: Outcome, at milliseconds: Int64, in month: Int64, into counts: inout Counts
    ) {
        let opened = CivilMonth.number(ofMilliseconds: firstMilliseconds)
        if let outcome {
            let before = CivilMonth.number(ofMilliseconds: outcomeMilliseconds)
            count(outcome, -1, at: outcomeMilliseconds, in: before, opened: opened, into: &counts)
        }
        count(latest, 1, at: milliseconds, in: month, opened: opened, into: &counts)
        outcome = latest
        outcomeMilliseconds = milliseconds
    }

    private func count(
        _ outcome: Outcome, _ sign: Int64, at milliseconds: Int64, in month: Int64, opened: Int64,
        into counts: inout Counts
    ) {
        let code = UInt64(outcome.code)
        let seconds = span(from: firstMilliseconds, to: milliseconds) / 1_000
        counts.add(CountKey(.outcome, type: type, code), sign, total: sign * seconds)
        counts.add(
            CountKey(.cohort, type: type, UInt64(bitPattern: opened), code, UInt64(bitPattern: month - opened)), sign)
    }
}

/// A name that a purpose reached.
struct KeptName: Sendable, Equatable {
    var name: UInt64
    /// When it came first.
    var milliseconds: Int64
    /// Whether it came again.
    var isRepeated = false
}

/// Milliseconds from a moment to one that is not before it; of moments too far apart, as many as can be written.
@inline(__always)
func span(from one: Int64, to other: Int64) -> Int64 {
    let (span, overflows) = other.subtractingReportingOverflow(one)
    return overflows ? .max : max(0, span)
}
