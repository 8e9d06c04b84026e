import Throughline

/// Finds people by part of what is known of them.
public protocol PeopleSearch: Sendable {
    /// Identifiers of an organization that begin with some text, in the order of their bytes.
    func identities(beginning prefix: String, organization: UInt32, limit: Int) throws(StoreError) -> [IdentityRow]

    /// Strands of an organization on which each of some words begins a word of a name, in order.
    ///
    /// - Parameters:
    ///   - words: as ``PersonName/words(of:)`` gives them.
    ///   - limit: how many words of names are looked at for the rarest of them.
    func strands(named words: [String], organization: UInt32, limit: Int) throws(StoreError) -> NamedStrands
}

/// Strands on which a name was found.
public struct NamedStrands: Sendable, Equatable {
    public var strands: [IdentifierNumber]
    /// Whether somebody may be missing, since too many are called so.
    public var isCut: Bool

    public init(strands: [IdentifierNumber], isCut: Bool) {
        self.strands = strands
        self.isCut = isCut
    }
}
