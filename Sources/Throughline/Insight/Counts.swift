/// What a number is a number of: its kind, the type of purpose, and up to three more that ``CountKind`` says.
public struct CountKey: Hashable, Comparable, Sendable {
    /// In the place of a channel: whichever.
    public static let anyChannel: UInt64 = 0xFFFF
    /// In the place of a type: whichever.
    public static let anyType = UInt32.max

    public let kind: CountKind
    public let type: UInt32
    public let a: UInt64
    public let b: UInt64
    public let c: UInt64

    @inline(__always)
    public init(_ kind: CountKind, type: UInt32 = 0, _ a: UInt64 = 0, _ b: UInt64 = 0, _ c: UInt64 = 0) {
        self.kind = kind
        self.type = type
        self.a = a
        self.b = b
        self.c = c
    }

    public static func < (one: CountKey, other: CountKey) -> Bool {
        if one.kind != other.kind { return one.kind.rawValue < other.kind.rawValue }
        return (one.type, one.a, one.b, one.c) < (other.type, other.a, other.b, other.c)
    }

    public static func == (one: CountKey, other: CountKey) -> Bool {
        one.head == other.head && one.a == other.a && one.b == other.b && one.c == other.c
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(head)
        hasher.combine(a)
        hasher.combine(b)
        hasher.combine(c)
    }

    /// Kind and type in one number, which is compared and hashed at once.
    var head: UInt64 { UInt64(kind.rawValue) << 32 | UInt64(type) }
}

/// How many there are of something, and what they come to where that is a sum.
///
/// Sums wrap around, so that what was added can be taken back whatever it was.
public struct Tally: Hashable, Sendable, AdditiveArithmetic {
    public static let zero = Tally()

    public var count: Int64
    public var total: Int64

    public init(count: Int64 = 0, total: Int64 = 0) {
        self.count = count
        self.total = total
    }

    public static func + (one: Tally, other: Tally) -> Tally {
        Tally(count: one.count &+ other.count, total: one.total &+ other.total)
    }

    public static func - (one: Tally, other: Tally) -> Tally {
        Tally(count: one.count &- other.count, total: one.total &- other.total)
    }
}

/// Numbers by what they are numbers of; what comes to nothing is not there.
///
/// ```swift
/// var change = Counts()
/// for step in batch where !tallies[step.person].add(step, into: &change) { … }  // recounts that person
/// stored += change
/// ```
///
/// Counts of different people or of parts of a history add up and are taken back in any order.
public struct Counts: Sendable, AdditiveArithmetic {
    public static let zero = Counts()

    private var table = CountTable()

    public init() {}

    /// - Parameter count: keys that there will be about as many of.
    public init(minimumCapacity count: Int) { table.reserve(count) }

    /// Keys whose numbers have not come to nothing.
    public var count: Int { table.count }
    public var isEmpty: Bool { table.count == 0 }

    public subscript(_ key: CountKey) -> Tally { table[key] }

    /// Forgets all, and keeps the room.
    public mutating func removeAll() { table.removeAll() }

    /// - Complexity: O(1) on average.
    public mutating func add(_ tally: Tally, to key: CountKey) { table.add(tally, to: key) }

    @inline(__always)
    mutating func add(_ key: CountKey, _ count: Int64 = 1, total: Int64 = 0) {
        table.add(Tally(count: count, total: total), to: key)
    }

    /// Adds what is summed over types, under ``CountKey/anyType``.
    ///
    /// - Precondition: none of it was added before.
    /// - Complexity: O(count).
    public mutating func addSums() {
        for (key, tally) in self where key.kind.isSummedOverTypes {
            add(tally, to: CountKey(key.kind, type: CountKey.anyType, key.a, key.b, key.c))
        }
    }

    public static func += (one: inout Counts, other: Counts) {
        for (key, tally) in other { one.add(tally, to: key) }
    }

    public static func -= (one: inout Counts, other: Counts) {
        for (key, tally) in other { one.add(.zero - tally, to: key) }
    }

    public static func + (one: Counts, other: Counts) -> Counts {
        var sum = one
        sum += other
        return sum
    }

    public static func - (one: Counts, other: Counts) -> Counts {
        var difference = one
        difference -= other
        return difference
    }

    /// What to add where a person's steps were counted as one list and are another now: after a repair, an un-merge, a correction,
    /// an erasure, a change of type, or an event that came late.
    ///
    /// The old ones must be those that were counted, as they were: with the purposes and types that they had then.
    public static func difference(from old: [CountedStep], to new: [CountedStep]) -> Counts {
        PersonTally.counts(of: new).counts - PersonTally.counts(of: old).counts
    }
}

extension Counts: Equatable {
    public static func == (one: Counts, other: Counts) -> Bool {
        one.count == other.count && one.allSatisfy { other[$0.key] == $0.tally }
    }
}

extension Counts: Sequence {
    public struct Iterator: IteratorProtocol {
        fileprivate let table: CountTable
        private var place = 0

        fileprivate init(_ table: CountTable) { self.table = table }

        public mutating func next() -> (key: CountKey, tally: Tally)? { table.next(from: &place) }
    }

    /// In an order that the same changes give again, and that means nothing else.
    public func makeIterator() -> Iterator { Iterator(table) }
}
