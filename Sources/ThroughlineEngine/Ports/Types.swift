import Throughline

/// The types of purpose of organizations, as the fold keeps them, and people to make them of.
public protocol Types: Sendable {
    /// Those of every organization that has any.
    func typeBooks() throws(StoreError) -> [(organization: UInt32, book: TypeBook)]

    /// Organizations that have people, in order.
    func organizations() throws(StoreError) -> [UInt32]

    /// Some people of an organization, in the order of their numbers.
    ///
    /// - Parameter after: the last of the page before; nil for the first page.
    func people(
        of organization: UInt32, after: IdentifierNumber?, limit: Int
    ) throws(StoreError) -> [IdentifierNumber]
}

extension Types {
    /// The types of one organization; empty where it has none.
    public func typeBook(of organization: UInt32) throws(StoreError) -> TypeBook {
        try typeBooks().first { $0.organization == organization }?.book ?? TypeBook()
    }
}
