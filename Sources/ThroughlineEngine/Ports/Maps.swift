import Throughline

/// The journey maps of organizations, as the fold keeps them: texts, which whoever needs a map reads.
public protocol Maps: Sendable {
    /// Those of one organization, asked for with every profile; empty where it has none.
    func mapShelf(of organization: UInt32) throws(StoreError) -> MapShelf
}
