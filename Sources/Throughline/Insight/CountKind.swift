/// What a number of ``Counts`` is a number of.
///
/// A *purpose* here is one that a ``PersonTally`` follows, from the step that opens it until it is let go; where another step of it
/// comes after that, that step opens it anew, and it counts once more. Its *first* step is the one that opens it, *before* and *behind*
/// are by time and then by place in the log, and a span of time is never below zero. A *name* is the ``CountedStep/name`` of a step,
/// a *month* is a ``CivilMonth`` of UTC, and *seconds* are whole ones, rounded down. Fields of a key that a case does not name are 0.
/// What is said to *have* something has it by the latest step that was counted. Under ``CountKey/anyType`` lies what all types come to
/// together, where ``isSummedOverTypes``.
///
/// A raw value is kept in tables: cases are added, and never change their numbers.
public enum CountKind: UInt8, Sendable, CaseIterable {
    // MARK: Steps of a purpose

    /// Steps of purposes. `type`; `a` the name.
    case step = 1
    /// Purposes that have a step of the name. `type`; `a` the name.
    ///
    /// Only names among the first ``PersonTally/namesMax`` different ones of the purpose; so for ``rework`` and ``between`` too.
    case reached = 2
    /// Purposes that have more than one step of the name. `type`; `a` the name.
    case rework = 3
    /// Purposes whose first step has the name. `type`; `a` the name.
    case start = 4
    /// Purposes whose last step so far has the name. `type`; `a` the name.
    case end = 5
    /// Steps right behind another of the same purpose. `type`; `a` the name of the one before, `b` its own.
    ///
    /// Total: milliseconds from the one to the other. The same as ``PathCounts/directly(_:_:)`` and the sum of
    /// ``PathCounts/gap(_:_:)``.
    case follows = 6
    /// Purposes whose first step of the name `a` comes before their first step of the name `b`, another one. `type`; `c` the
    /// ``SpanBin`` of the seconds from the one to the other.
    ///
    /// Total: these seconds. Over all `c` it says how many got from `a` to `b`, and how many of those that reached both did so in
    /// this order; along `c` lies the median of the time that it takes.
    case between = 7
    /// Purposes with names beyond the first ``PersonTally/namesMax`` different ones, which are in ``step``, ``follows`` and the
    /// sequences, and not in ``reached``, ``rework`` and ``between``. `type`.
    case namesCut = 8

    // MARK: Sequences of a purpose

    /// Purposes whose names, one behind the other, begin with those that lead to a node of the trie. `type`; `a` the ``VariantNode``
    /// above it, `b` the name that leads from there to it.
    ///
    /// Only of the first ``PersonTally/variantStepsMax`` steps. All that begin at the root are counted by ``purposes``.
    case node = 9
    /// Purposes whose names so far, one behind the other, are those that lead to a node, and no more. `type`; `a` the node; `b` is 0,
    /// or 1 where there are more steps than the ``PersonTally/variantStepsMax`` that lead to it.
    case variant = 10
    /// Steps right behind another of the same purpose. `type`; `a` the name of the one before, `b` its own, `c` how many steps come
    /// before the one of `a`.
    ///
    /// Only where `c` is below ``PersonTally/sankeyPositionsMax``: so there are as many bands, and one column more.
    case sankey = 11

    // MARK: Channels and months

    /// Steps of a purpose that come by another channel than the step before them, among those of its steps whose channel is known.
    /// `type`; `a` the channel of the step before, `b` its own.
    ///
    /// Total: seconds from the one to the other. A step by a channel that is not known neither takes over nor hands over.
    case handover = 12
    /// Events, those of routine as well. `a` the month, `b` the channel, 0 where it is not known.
    case interactions = 13
    /// People with at least one event. `a` the month, `b` the channel, 0 where it is not known, ``CountKey/anyChannel`` for any.
    case customers = 14
    /// People with at least one event. `a` the month of the first event of theirs, `b` how many months later this one is.
    case retention = 15

    // MARK: Purposes

    /// Purposes. `type`.
    case purposes = 16
    /// Purposes that have an outcome. `type`; `a` the ``Outcome/code`` of the latest that a step of theirs has.
    ///
    /// Total: seconds from the first step to the latest with an outcome.
    case outcome = 17
    /// Purposes. `type`; `a` the month of the first step.
    case cohortSize = 18
    /// Purposes that have an outcome. `type`; `a` the month of the first step, `b` the ``Outcome/code`` of the latest outcome, `c` how
    /// many months later its step is.
    case cohort = 19
    /// Pairs of purposes of one person of which each has a step behind the first step of the other. `a` the smaller type, `b` the
    /// greater or the same.
    case overlap = 20
    /// First steps of purposes. `a` how many purposes of the person are open then, at most ``PersonTally/parallelMax``: the one that
    /// begins, and of the others that she follows those without an outcome and with a step in the last
    /// ``PersonTally/openMilliseconds``.
    case parallel = 21

    /// Whether it is also kept of all types of purpose together.
    ///
    /// Not what is counted of people, what names its types itself, and spans between steps, of which there are too many and which are
    /// asked of one type.
    public var isSummedOverTypes: Bool {
        switch self {
        case .step, .reached, .rework, .start, .end, .follows, .namesCut: true
        case .node, .variant, .sankey, .handover, .purposes, .outcome, .cohortSize, .cohort: true
        case .between, .interactions, .customers, .retention, .overlap, .parallel: false
        }
    }
}

/// A place in the trie of the names of steps, one behind the other: a number made of the place above it and the name that leads to it.
public enum VariantNode {
    /// Where all begin.
    public static let root: UInt64 = 0

    /// Where a name leads to.
    @inline(__always)
    public static func child(of parent: UInt64, _ name: UInt64) -> UInt64 {
        StableHash.mixed(StableHash.mixed(parent &+ 0x9e37_79b9_7f4a_7c15) ^ name)
    }
}

/// Spans of time in bins each of which is twice as wide as the one before: of one second, of 2 to 3, of 4 to 7, and so on.
public enum SpanBin {
    /// The bin of so many seconds: the bits that it takes to write them, 0 for none.
    @inline(__always)
    public static func number(ofSeconds seconds: Int64) -> UInt64 {
        UInt64(Int64.bitWidth - max(0, seconds).leadingZeroBitCount)
    }

    /// The seconds that a bin holds; nil for a number that is none.
    public static func seconds(of bin: UInt64) -> ClosedRange<Int64>? {
        switch bin {
        case 0: 0...0
        case 1...63: (1 << (Int64(bin) - 1))...(Int64.max >> (63 - Int64(bin)))
        default: nil
        }
    }
}
