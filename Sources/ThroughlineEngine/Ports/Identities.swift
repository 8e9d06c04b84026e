import Throughline

/// What the state has of an identifier.
public struct IdentityRow: Sendable, Hashable {
    public let identifier: Identifier
    public let number: IdentifierNumber
    public var standing: IdentityGraph.Standing
    /// Whether events lie on its strand: those that name it and nobody better.
    public var hasEvents = false
    /// Whether it was seen with the signal of Global Privacy Control.
    public var hasPrivacySignal = false
    /// Of a visitor: who was signed in last.
    public var session: Session?
    /// How many of each kind it is tied to, and to how many of them by trusted ties.
    public var tied = TieCounts()
    public var tiedFirmly = TieCounts()

    /// Somebody who signed in where a visitor was.
    public struct Session: Sendable, Hashable {
        public let user: IdentifierNumber
        /// When something of hers happened there last; up to ``stepMilliseconds`` later it may have been.
        public let at: Instant

        public init(user: IdentifierNumber, at: Instant) {
            self.user = user
            self.at = at
        }

        /// A session ends with so much silence.
        static let gapMilliseconds: Int64 = 1_800_000
        /// What happens so shortly after something else is not noted.
        static let stepMilliseconds: Int64 = 300_000
    }

    public init(_ identifier: Identifier, number: IdentifierNumber, standing: IdentityGraph.Standing) {
        self.identifier = identifier
        self.number = number
        self.standing = standing
    }

    /// Somebody new.
    init(new identifier: Identifier, number: IdentifierNumber) {
        self.init(identifier, number: number, standing: .init(person: number, reason: .own))
    }

    /// Whether a profile is named after it.
    public var isProfile: Bool {
        standing.person == number && (identifier.kind.hasStrand || standing.reason == .own)
    }
}

extension Identifier.Kind {
    /// Whether events can be those of such an identifier.
    public var hasStrand: Bool { self == .user || self == .anonymous }
}

/// How many of each kind an identifier is tied to: exactly, as long as they are fewer than 2,047.
public struct TieCounts: Sendable, Hashable {
    public private(set) var rawValue: UInt64

    public init(rawValue: UInt64 = 0) { self.rawValue = rawValue }

    private static let bits: UInt64 = 11
    private static let most: UInt64 = 1 << bits - 1

    public subscript(kind: Identifier.Kind) -> Int {
        Int(rawValue >> (TieCounts.bits * UInt64(kind.rawValue - 1)) & TieCounts.most)
    }

    /// One more; so many that they are not counted any more stay so.
    private mutating func add(_ kind: Identifier.Kind) {
        guard self[kind] < TieCounts.most else { return }
        rawValue += 1 << (TieCounts.bits * UInt64(kind.rawValue - 1))
    }

    /// Whether there are more than one person has.
    func exceeds(_ kind: Identifier.Kind) -> Bool { self[kind] > kind.perProfileMax }

    /// Counts one that was among them or not, and is or not.
    mutating func count(_ kind: Identifier.Kind, was: Bool, is now: Bool) {
        if now, !was { add(kind) }
        if was, !now { remove(kind) }
    }

    /// One less.
    private mutating func remove(_ kind: Identifier.Kind) {
        guard (1..<Int(TieCounts.most)).contains(self[kind]) else { return }
        rawValue -= 1 << (TieCounts.bits * UInt64(kind.rawValue - 1))
    }
}

/// What was said of two identifiers, and where.
public struct TieRow: Sendable, Hashable {
    public let a: IdentifierNumber
    public let b: IdentifierNumber
    /// By strength, where the first record lies that said so.
    public private(set) var said: [LogPosition?] = [nil, nil, nil]
    /// Where it was taken back by hand: from then on only what is stated by hand counts.
    public private(set) var cut: LogPosition?

    public init(_ a: IdentifierNumber, _ b: IdentifierNumber) {
        (self.a, self.b) = (min(a, b), max(a, b))
    }

    public init(_ a: IdentifierNumber, _ b: IdentifierNumber, said: [LogPosition?], cut: LogPosition?) {
        self.init(a, b)
        precondition(said.count == 3, "there are three strengths")
        self.said = said
        self.cut = cut
    }

    /// The strongest that was said, before a position; nil where nothing was, or it was taken back.
    public func strength(before end: LogPosition? = nil) -> IdentityTie.Strength? {
        guard cut == nil else { return nil }
        return IdentityTie.Strength.allCases.last { strength in
            said[Int(strength.rawValue) - 1].map { position in end.map { position < $0 } ?? true } ?? false
        }
    }

    /// Whether nothing is said any more: what said it was erased.
    public var isEmpty: Bool { cut == nil && said.allSatisfy { $0 == nil } }

    /// Where it first was said at all.
    public var first: LogPosition? { said.compactMap { $0 }.min() }

    /// Notes what a record says.
    ///
    /// - Returns: whether that is something new.
    mutating func note(_ strength: IdentityTie.Strength, at position: LogPosition, byHand: Bool) -> Bool {
        if byHand, cut != nil {
            cut = nil
            said = [nil, nil, nil]
        }
        if cut != nil { return false }
        if let known = self.strength(), known >= strength { return false }
        said[Int(strength.rawValue) - 1] = position
        return true
    }

    /// Takes back what was said.
    mutating func cut(at position: LogPosition) {
        cut = position
        said = [nil, nil, nil]
    }

    /// The other of the two.
    public func other(than number: IdentifierNumber) -> IdentifierNumber { number == a ? b : a }
}

/// What the fold asks of the identifiers that the state has.
public protocol Identities {
    func identities(of identifiers: [Identifier]) throws(StoreError) -> [IdentityRow?]
    func identities(of numbers: [IdentifierNumber]) throws(StoreError) -> [IdentityRow?]
    /// What was said of each of some pairs.
    func ties(between pairs: [(IdentifierNumber, IdentifierNumber)]) throws(StoreError) -> [TieRow?]
    /// The ties of each of some identifiers, the first ones of each in the order of whom they are to.
    func ties(of numbers: [IdentifierNumber], limit: Int) throws(StoreError) -> [[TieRow]]
    /// Who stands as a person, in order.
    func members(of person: IdentifierNumber) throws(StoreError) -> [IdentifierNumber]
    /// The events of some strands, in the order of the log.
    func entries(of strands: [IdentifierNumber]) throws(StoreError) -> [TimelineEntry]
}
