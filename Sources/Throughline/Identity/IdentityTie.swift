/// Something that said of two identifiers that they are one person's.
public struct IdentityTie: Hashable, Sendable {
    /// How far what was said can be relied on.
    public enum Strength: UInt8, Comparable, CaseIterable, Sendable {
        /// A browser said it, whose key is public: it shows where a visitor may belong, and merges nobody.
        case provisional = 1
        /// A trusted source had both in one event.
        case trusted = 2
        /// A trusted source, or a member of the staff, said in so many words that they are the same person.
        case stated = 3

        public static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
    }

    public let a: IdentifierNumber
    public let b: IdentifierNumber
    public let strength: Strength

    /// The order of the two says nothing.
    public init(_ a: IdentifierNumber, _ b: IdentifierNumber, _ strength: Strength) {
        (self.a, self.b) = (min(a, b), max(a, b))
        self.strength = strength
    }

    /// The other of the two.
    public func other(than number: IdentifierNumber) -> IdentifierNumber { number == a ? b : a }
}
